// The link to what is on screen, letter for letter as ui/share.py writes it.

import { decode } from "./arrival.js";
import { packed } from "./packing.js";

/** @import { WireLink, WireStart, WireView } from "../wire.js" */

/** @typedef {{ name: string, shape: number[], values: Float64Array }} Table */

export const VERSION = "1"; // of packed numbers
const LONGEST = 6000; // characters of packed numbers
const REMEMBERED = 4 * LONGEST; // of those that need not stand in an address

/**
 * What a link is made of.
 * @typedef {object} Shown
 * @property {WireLink} link
 * @property {WireStart} start
 * @property {WireView} view
 * @property {(name: string) => Table | undefined} named
 */

/**
 * The query string of the address; the one to remember, which may hold more numbers; and the one with all of them.
 * @param {Shown} shown
 */
export async function queriesOf({ link, start, view, named }) {
  const changes = changesOf(link, start, named);
  const data = link.text ?? (changes && VERSION + (await packed(changes)));
  const { stop, cell, at } = link.looked ? view : { stop: "", cell: null, at: {} };
  const slices = Object.entries(at).filter(([, i]) => i);
  /** @param {number} longest */
  const query = (longest) =>
    encoded([
      ["preset", link.preset],
      ["step", stop],
      ["cell", (cell ?? []).map((i) => i + 1).join(".")],
      ["at", slices.map(([axis, i]) => `${axis}.${i + 1}`).join(",")],
      ["hide", link.hide],
      ["until", link.until],
      ["task", link.task],
      ["section", link.section],
      ["data", data.length <= longest ? data : ""],
      ...link.options,
    ]);
  return { address: query(LONGEST), memory: query(REMEMBERED), all: query(Infinity) };
}

/** @param {[name: string, text: string][]} parts */
const encoded = (parts) =>
  parts
    .filter(([, text]) => text)
    .map((part) => part.map(quoted).join("="))
    .join("&");

/** @param {string} text */
const quoted = (text) =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");

/**
 * Changed numbers and names as JSON; "" where there are none.
 * @param {WireLink} link
 * @param {WireStart} start
 * @param {(name: string) => Table | undefined} named
 */
function changesOf(link, start, named) {
  const inputs = Object.entries(start).flatMap(([name, before]) => changeOf(named(name), before));
  const parts = [
    ...(inputs.length ? [`"inputs":{${inputs.join()}}`] : []),
    ...(link.labels ? [`"labels":${link.labels}`] : []),
  ];
  return parts.length ? `{${parts.join()}}` : "";
}

/**
 * Changed cells of an input by their places; all of it where its shape is another than the preset's.
 * @param {Table | undefined} step
 * @param {string | null} before
 * @returns {string[]}
 */
function changeOf(step, before) {
  if (!step) return [];
  if (before === null) return [`${JSON.stringify(step.name)}:{"table":${nested(step.values, step.shape)}}`];
  const old = decode(before);
  const cells = [...step.values].flatMap((v, n) => (v === old[n] ? [] : [`[${n},${numberText(v)}]`]));
  return cells.length ? [`${JSON.stringify(step.name)}:{"cells":[${cells.join()}]}`] : [];
}

/**
 * @param {Float64Array} values
 * @param {number[]} shape
 * @returns {string}
 */
function nested(values, [size, ...rest]) {
  if (size === undefined) return numberText(values[0]);
  const width = values.length / size;
  const parts = Array.from({ length: size }, (_, n) => nested(values.subarray(n * width, (n + 1) * width), rest));
  return `[${parts.join()}]`;
}

/**
 * A number as Python writes it: whole ones without a point up to a size, powers of ten where there are many zeros.
 * @param {number} v
 */
export function numberText(v) {
  if (Number.isInteger(v) && Math.abs(v) < 1e15) return String(v || 0);
  const [mantissa, exponent] = v.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 16) return Number.isInteger(v) ? `${v}.0` : String(v);
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
