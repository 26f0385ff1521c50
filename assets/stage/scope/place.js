// The address of what is on screen, and what it says when the page opens.

/** @import { WireSetting as Setting, WireSwitch as Switch } from "../wire.js" */

/**
 * @typedef {object} Place
 * @property {string} model
 * @property {string} text
 * @property {number} layer
 * @property {number} head
 * @property {number} token counted from 1; 0 for none
 * @property {Switch[]} off
 * @property {Setting[]} edits numbers set by hand
 * @property {string} against what it is compared with: "" for nothing, TEXT, UNCHANGED, or the key of a model
 * @property {number[]} beside layer and head open in what it is compared with, where its heads are others; none: the first
 * @property {string} sort the key of a measure, "" for by layer
 * @property {string} tab
 * @property {boolean} lines
 * @property {string} other the second sentence
 */

const KEPT = "atlas-microscope";

/** In place of a model's key: the second sentence, and the same sentence with nothing changed. */
export const [TEXT, UNCHANGED] = ["/text", "/unchanged"];

/** @param {string | null} text */
const number = (text) => Math.max(0, Math.floor(Number(text)) || 0);

/**
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {string} mark
 */
const parts = (query, name, mark) => (query.get(name) ?? "").split(mark).filter(Boolean);

/** @param {Setting} setting positions count from 1, as they do everywhere in the address */
const spelled = ([step, at, value]) => `${step}@${at.map((n) => n + 1).join(".")}=${value}`;

/**
 * @param {string} text
 * @returns {Setting}
 */
function setting(text) {
  const [, step = text, at = "", value = ""] = text.match(/^(.*)@([^@=]*)=([^=]*)$/) ?? [];
  return [step, at.split(".").map((n) => Number(n) - 1), value === "" ? Number.NaN : Number(value)];
}

/**
 * @param {Place} first what holds where the address is silent
 * @returns {Place}
 */
export function placeOf(first) {
  const query = new URLSearchParams(location.search || (sessionStorage.getItem(KEPT) ?? ""));
  return {
    model: query.get("model") ?? first.model,
    text: query.get("text") ?? first.text,
    layer: number(query.get("layer")) || first.layer,
    head: number(query.get("head")) || first.head,
    token: number(query.get("token")),
    off: parts(query, "off", "_").map((each) => each.split(".").map(number)),
    edits: parts(query, "set", ";").map(setting),
    against: query.get("against") ?? first.against,
    beside: parts(query, "beside", ".").map(number),
    sort: query.get("sort") ?? first.sort,
    tab: query.get("tab") ?? first.tab,
    lines: query.get("as") === "lines",
    other: query.get("other") ?? first.other,
  };
}

/** @param {Place} place */
export function keep(place) {
  const { model, text, layer, head, token, off, edits, against, beside, sort, tab, lines, other } = place;
  const parts = {
    model,
    text,
    layer,
    head,
    token: token || "",
    off: off.map((each) => each.join(".")).join("_"),
    set: edits.map(spelled).join(";"),
    against,
    beside: beside.join("."),
    sort,
    tab,
    as: lines ? "lines" : "",
    other,
  };
  const query = new URLSearchParams(Object.entries(parts).flatMap(([k, v]) => (v ? [[k, String(v)]] : [])));
  sessionStorage.setItem(KEPT, String(query));
  history.replaceState(history.state, "", `${location.pathname}?${query}`);
}
