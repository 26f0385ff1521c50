// Grounded arithmetic as a sentence that is read aloud.

import { cellText } from "./numbers.js";

/** @import { Node, PlainOp } from "./expression.js" */

/** @type {Partial<Record<PlainOp, (parts: string[]) => string>>} */
const SPOKEN = {
  sum: (parts) => parts.join(" plus "),
  product: (parts) => parts.join(" times "),
  quotient: ([a, b]) => `${a}, divided by: ${b}`,
  exp: ([a]) => `e to the ${a}`,
  relu: ([a]) => `the larger of 0 and ${a}`,
  log: ([a]) => `logarithm of ${a}`,
  xlogx: ([a]) => `${a} times its logarithm`,
  sin: ([a]) => `sine of ${a}`,
  cos: ([a]) => `cosine of ${a}`,
  max: (parts) => `the largest of ${parts.join(", ")}`,
  min: (parts) => `the smallest of ${parts.join(", ")}`,
  abs: ([a]) => `${a} without its sign`,
  edge: () => "0",
  sqrt: ([a]) => `root of ${a}`,
  root: ([a]) => `root of ${a}`,
  square: ([a]) => `${a}, squared`,
  positive: ([a]) => `1 if ${a} is above 0`,
  floor: ([a]) => `${a}, rounded down`,
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
