// Grounded arithmetic as a sentence that is read aloud.

import { SPEECH } from "./functions.js";
import { cellText } from "./numbers.js";

/** @import { Node, PlainOp } from "./expression.js" */

/** @type {Partial<Record<PlainOp, (parts: string[]) => string>>} */
const SPOKEN = {
  ...Object.fromEntries(Object.entries(SPEECH).map(([name, say]) => [name, ([a]) => say(a)])),
  sum: (parts) => parts.join(" plus "),
  product: (parts) => parts.join(" times "),
  quotient: ([a, b]) => `${a}, divided by: ${b}`,
  max: (parts) => `the largest of ${parts.join(", ")}`,
  min: (parts) => `the smallest of ${parts.join(", ")}`,
  edge: () => "0",
  given: ([, chosen]) => chosen,
};

/**
 * @param {string[]} parts
 * @param {number} k
 * @param {number} position
 */
const spokenTop = (parts, k, position) =>
  k === 1
    ? `1 if number ${position + 1} is the largest of ${parts.join(", ")}`
    : `1 if ${parts[position]} is among the ${k} largest of ${parts.join(", ")}`;

/**
 * @param {Node} node
 * @returns {string}
 */
export function spoken(node) {
  if (node.op === "cell") return cellText(node.step.values[node.offset]);
  if (node.op === "constant") return cellText(node.value);
  const parts = node.parts.map(spoken);
  if (node.op === "top") return spokenTop(parts, node.k, node.position);
  const said = SPOKEN[node.op];
  return said ? said(parts) : `${node.op} of ${parts[0]}`;
}
