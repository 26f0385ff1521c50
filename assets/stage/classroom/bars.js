// All answers to a question as bars: both rounds of a label under each other, the right one marked once it is revealed.

import { element } from "../draw/nodes.js";

/** @import { WireBar, WireTally } from "./wire.js" */

const ROUNDS = ["First round", "Second round"];

/**
 * "12 answers", or what is said of both rounds.
 * @param {WireTally} tally
 */
export function countOf({ answered, correct }) {
  const parts = answered.map((n, round) => {
    const right = correct ? `, ${correct[round]} right` : "";
    return `${answered.length > 1 ? `${ROUNDS[round]}: ` : ""}${n} ${n === 1 ? "answer" : "answers"}${right}`;
  });
  return parts.join(" · ");
}

/**
 * @param {WireTally} tally
 * @param {{ mine?: string }} [own] the label of one's own answer
 */
export function barsOf(tally, { mine } = {}) {
  const most = Math.max(1, ...tally.bars.flatMap(({ counts }) => counts));
  const rows = tally.bars.map((bar) => rowOf(bar, most, bar.label === mine));
  const table = element("table", { className: "bars" }, element("tbody", {}, ...rows));
  table.append(element("caption", { textContent: countOf(tally) }));
  if (tally.answered.length > 1) table.classList.add("two");
  return table;
}

/**
 * @param {WireBar} bar
 * @param {number} most
 * @param {boolean} isMine
 */
function rowOf({ label, counts, right }, most, isMine) {
  const marks = [right ? "✓ right" : "", isMine ? "yours" : ""].filter(Boolean).join(", ");
  const name = element("th", { scope: "row", dir: "auto" }, label);
  if (marks) name.append(" ", element("span", { className: "mark", textContent: marks }));
  const lines = counts.map((count, round) => lineOf(count, most, counts.length > 1 ? round : -1));
  return element("tr", { className: right ? "right" : "" }, name, element("td", {}, ...lines));
}

/**
 * @param {number} count
 * @param {number} most
 * @param {number} round -1 where there is only one
 */
function lineOf(count, most, round) {
  const bar = element("span", { className: "bar", aria: { hidden: "true" } });
  bar.style.width = `calc((100% - 3em) * ${count / most})`;
  const spoken = round < 0 ? [] : [element("span", { className: "spoken", textContent: `${ROUNDS[round]}: ` })];
  const number = element("span", { className: "count" }, ...spoken, String(count));
  return element("div", { className: `line ${round === 0 ? "first" : ""}` }, bar, number);
}
