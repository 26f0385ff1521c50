// All answers to a question as bars: both rounds of a label under each other, the right one marked once it is revealed.

import { element } from "../draw/nodes.js";
import { labelSaid, say, sayMany, toSay } from "../model/say.js";

/** @import { WireBar, WireQuestion, WireTally, WireValue } from "./wire.js" */

const ROUNDS = [toSay("First round"), toSay("Second round")];

/**
 * "12 answers", or what is said of both rounds.
 * @param {WireTally} tally
 */
export function countOf({ answered, correct }) {
  const parts = answered.map((n, round) => {
    const right = correct?.[round];
    const said =
      right === undefined
        ? sayMany("{n} answer", "{n} answers", n)
        : sayMany("{n} answer, {right} right", "{n} answers, {right} right", n, { right });
    return answered.length > 1 ? say("{round}: {said}", { round: say(ROUNDS[round]), said }) : said;
  });
  return parts.join(" · ");
}

/**
 * Whether an answer is counted in a bar, by the bar's label as ui/classroom/tally.py writes it.
 * @param {Pick<WireQuestion, "kind" | "choices">} question
 * @param {string} label
 * @param {WireValue} value
 */
export function isCountedIn({ kind, choices }, label, value) {
  if (kind === "choice") return label === choices[Number(value)];
  if (kind === "number") return isWithin(label, Number(value));
  return folded(label) === folded(String(value));
}

/**
 * Of numbers: "0.25", "-1 to 0", "below -1", "3 and above".
 * @param {string} label
 * @param {number} value
 */
function isWithin(label, value) {
  const [low, high] = (label.match(/-?\d[\d.]*(e[+-]?\d+)?/g) ?? []).map(Number);
  if (label.startsWith("below")) return value < low;
  if (label.endsWith("above")) return value >= low;
  return high === undefined ? Number(value.toPrecision(4)) === low : low <= value && value < high;
}

/**
 * An answer as it is read.
 * @param {Pick<WireQuestion, "kind" | "choices">} question
 * @param {WireValue} value
 */
export function labelOf({ kind, choices }, value) {
  if (kind === "choice") return labelSaid(choices[Number(value)] ?? "");
  if (kind === "truth") return truthSaid(Boolean(value));
  return String(value).replace(/^-/, "−");
}

/**
 * A bar's label as it is read, in the language of the page; lines are what learners wrote.
 * @param {string} kind
 * @param {string} label as ui/classroom/tally.py writes it
 */
export function barSaid(kind, label) {
  if (kind === "choice") return labelSaid(label);
  if (kind === "truth") return truthSaid(label === "true");
  if (kind === "line") return label === "other answers" ? say("other answers") : label;
  const [low, high] = label.match(/-?\d[\d.]*(e[+-]?\d+)?/g)?.map((text) => text.replace(/^-/, "−")) ?? [];
  if (label.startsWith("below")) return say("below {number}", { number: low });
  if (label.endsWith("above")) return say("{number} and above", { number: low });
  return high === undefined ? low : say("{low} to {high}", { low, high });
}

/** @param {string} text */
const folded = (text) => text.trim().toLowerCase().replace(/\s+/g, " ");

/**
 * @param {WireTally} tally
 * @param {Pick<WireQuestion, "kind" | "choices">} question
 * @param {WireValue} [mine] one's own answer
 */
export function barsOf(tally, question, mine) {
  const most = Math.max(1, ...tally.bars.flatMap(({ counts }) => counts));
  const rows = tally.bars.map((bar) => {
    const isMine = mine !== undefined && isCountedIn(question, bar.label, mine);
    return rowOf({ ...bar, label: barSaid(question.kind, bar.label) }, most, isMine);
  });
  const table = element("table", { className: "bars" }, element("tbody", {}, ...rows));
  table.append(element("caption", { textContent: countOf(tally) }));
  if (tally.answered.length > 1) table.classList.add("two");
  if (question.kind === "line") table.classList.add("lines");
  return table;
}

/** @param {boolean} right the answer to “true or false” */
export const truthSaid = (right) => (right ? say("true") : say("false"));

/**
 * @param {WireBar} bar
 * @param {number} most
 * @param {boolean} isMine
 */
function rowOf({ label, counts, right }, most, isMine) {
  const marks = [right ? say("✓ right") : "", isMine ? say("yours") : ""].filter(Boolean).join(say(", "));
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
  const spoken =
    round < 0 ? [] : [element("span", { className: "spoken", textContent: `${say(ROUNDS[round])}${say(": ")}` })];
  const number = element("span", { className: "count" }, ...spoken, String(count));
  return element("div", { className: `line ${round === 0 ? "first" : ""}` }, bar, number);
}
