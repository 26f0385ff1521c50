// What a link asks for: the setting of a lesson, changed numbers, and where on the stage. ui/share.py reads the same links.

import { decode } from "../talk/arrival.js";
import { VERSION } from "../talk/link.js";
import { unpacked } from "../talk/packing.js";

/** @import { WirePlace } from "../wire.js" */
/** @import { Options, OptionValue, Pack } from "./pack.js" */

const LONGEST = 400_000; // bytes of unpacked JSON
const HIDEABLE =
  "predict inputs arithmetic next insight gradient since challenges presets options export navigation teach";
/** @type {Record<string, string[]>} */
const WITH = { next: ["insight", "challenges", "export"], arithmetic: ["export"] };
const LONGEST_TASK = 500;

/**
 * changed: numbers of inputs that are not the preset's. dropped: whether something could not be read, or is not in here.
 * @typedef {object} Asked
 * @property {string} preset
 * @property {Options} options
 * @property {Map<string, Float64Array>} changed
 * @property {WirePlace} view
 * @property {string[]} hide
 * @property {string} until
 * @property {string} task
 * @property {string} section
 * @property {boolean} dropped
 */

/**
 * @param {string} query
 * @param {Pack} pack
 * @returns {Promise<Asked>}
 */
export async function asked(query, pack) {
  const params = new URLSearchParams(query);
  const wanted = params.get("preset") ?? pack.presets[0];
  const preset = pack.presets.includes(wanted) ? wanted : pack.presets[0];
  const { options, dropped } = optionsOf(params, pack, preset);
  const { changed, lost } = await changesOf(params.get("data") ?? "", pack, preset);
  return {
    preset,
    options,
    changed,
    view: viewOf(params),
    hide: (params.get("hide") ?? "").split(",").filter((part) => HIDEABLE.split(" ").includes(part)),
    until: params.get("until") ?? "",
    task: (params.get("task") ?? "").slice(0, LONGEST_TASK),
    section: params.get("section") ?? "",
    dropped: dropped || lost || preset !== wanted,
  };
}

/**
 * All that is hidden by a link that hides these parts.
 * @param {string[]} parts
 */
export const hiddenBy = (parts) => new Set([...parts, ...parts.flatMap((part) => WITH[part] ?? [])]);

/**
 * @param {URLSearchParams} params
 * @param {Pack} pack
 * @param {string} preset
 */
function optionsOf(params, pack, preset) {
  if (pack.isLarge(preset)) return { options: {}, dropped: false };
  const options = pack.own(preset);
  let dropped = false;
  for (const [name, values] of Object.entries(pack.options)) {
    const text = params.get(name);
    if (text === null) continue;
    const found = values.find((value) => textOf(value) === text || Number(text) === value);
    if (found === undefined) dropped = true;
    else options[name] = found;
  }
  if (pack.find(preset, options)) return { options, dropped };
  return { options: pack.own(preset), dropped: true };
}

/**
 * An option as a link has it.
 * @param {OptionValue} value
 */
export const textOf = (value) => (typeof value === "boolean" ? String(Number(value)) : String(value));

/**
 * @param {string} text
 * @param {Pack} pack
 * @param {string} preset
 */
async function changesOf(text, pack, preset) {
  /** @type {Map<string, Float64Array>} */
  const changed = new Map();
  if (!text) return { changed, lost: false };
  if (pack.isLarge(preset)) return { changed, lost: true };
  const start = pack.start(preset);
  try {
    if (!text.startsWith(VERSION)) throw new Error("another version");
    const { inputs = {}, ...others } = JSON.parse(await unpacked(text.slice(VERSION.length), LONGEST));
    for (const [name, { cells }] of Object.entries(inputs)) changed.set(name, edited(decode(start[name]), cells));
    return { changed, lost: Object.keys(others).length > 0 };
  } catch {
    return { changed: new Map(), lost: true };
  }
}

/**
 * @param {Float64Array} numbers
 * @param {[number, number][]} cells
 */
function edited(numbers, cells) {
  for (const [offset, value] of cells) {
    if (!(offset in numbers) || !Number.isFinite(value)) throw new Error("no such cell");
    numbers[offset] = value;
  }
  return numbers;
}

/**
 * @param {URLSearchParams} params
 * @returns {WirePlace}
 */
function viewOf(params) {
  const cell = (params.get("cell") ?? "").split(".").map((part) => Number(part) - 1);
  const slices = (params.get("at") ?? "")
    .split(",")
    .map(
      (part) =>
        /** @type {const} */ ([
          part.slice(0, part.lastIndexOf(".")),
          Number(part.slice(part.lastIndexOf(".") + 1)) - 1,
        ]),
    );
  return {
    stop: params.get("step") ?? "",
    cell: cell.every((i) => Number.isInteger(i) && i >= 0) ? cell : null,
    at: Object.fromEntries(slices.filter(([axis, i]) => axis && Number.isInteger(i) && i >= 0)),
    token: 1,
  };
}
