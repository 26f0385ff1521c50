// The address of what is on screen, and what it says when the page opens.

/** @import { Switch } from "./ask.js" */

/**
 * @typedef {object} Place
 * @property {string} model
 * @property {string} text
 * @property {number} layer
 * @property {number} head
 * @property {number} token counted from 1; 0 for none
 * @property {Switch[]} off
 * @property {string} sort the key of a measure, "" for by layer
 * @property {string} tab
 * @property {boolean} lines
 * @property {string} other the second sentence
 */

const KEPT = "atlas-microscope";

/** @param {string | null} text */
const number = (text) => Math.max(0, Math.floor(Number(text)) || 0);

/**
 * @param {Place} first what holds where the address is silent
 * @returns {Place}
 */
export function placeOf(first) {
  const query = new URLSearchParams(location.search || (sessionStorage.getItem(KEPT) ?? ""));
  const off = (query.get("off") ?? "").split("_").filter(Boolean);
  return {
    model: query.get("model") ?? first.model,
    text: query.get("text") ?? first.text,
    layer: number(query.get("layer")) || first.layer,
    head: number(query.get("head")) || first.head,
    token: number(query.get("token")),
    off: off.map((each) => each.split(".").map(number)),
    sort: query.get("sort") ?? first.sort,
    tab: query.get("tab") ?? first.tab,
    lines: query.get("as") === "lines",
    other: query.get("other") ?? first.other,
  };
}

/** @param {Place} place */
export function keep(place) {
  const { model, text, layer, head, token, off, sort, tab, lines, other } = place;
  const parts = {
    model,
    text,
    layer,
    head,
    token: token || "",
    off: off.map((each) => each.join(".")).join("_"),
    sort,
    tab,
    as: lines ? "lines" : "",
    other,
  };
  const query = new URLSearchParams(Object.entries(parts).flatMap(([k, v]) => (v ? [[k, String(v)]] : [])));
  sessionStorage.setItem(KEPT, String(query));
  history.replaceState(history.state, "", `${location.pathname}?${query}`);
}
