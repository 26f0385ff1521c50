// Long sums and lists as they are written: the parts that weigh most, and what the others come to as one number.

import { isLeaf, scaledValue, value } from "./expression.js";
import { sizeOf } from "./scaled.js";

/** @import { Node, PlainNode, PlainOp, TopNode } from "./expression.js" */

/** @typedef {{ most: number, kept: number }} Limit up to so many parts all are written, else so many of them */

/** @type {Limit} */
const WRAPPING = { most: 40, kept: 12 }; // a sum of terms wraps, but hundreds of them are not read
/** @type {Limit} */
const ELSEWHERE = { most: 10, kept: 4 }; // a fraction does not wrap

/** @type {Partial<Record<PlainOp | "top", (node: Node) => number>>} */
const WEIGHT = { sum: (node) => sizeOf(scaledValue(node)), max: value, min: (node) => -value(node) };

/**
 * The terms of a sum, those of sums inside it among them.
 * @param {PlainNode} sum
 * @returns {Node[]}
 */
const termsOf = (sum) => sum.parts.flatMap((part) => (part.op === "sum" ? termsOf(part) : [part]));

/**
 * Of a product its only sum: it wraps as well, in brackets.
 * @param {Node} node
 */
export function scaledSum(node) {
  if (node.op !== "product") return undefined;
  const sums = node.parts.filter(({ op }) => op === "sum");
  return sums.length === 1 && !node.parts.some((part) => part.op === "constant" && part.value === -1)
    ? sums[0]
    : undefined;
}

/**
 * Whether a sum is too long to stand above a divisor.
 * @param {Node} node
 */
export const isLong = (node) => node.op === "sum" && termsOf(node).length > ELSEWHERE.most;

/**
 * The sum of a line that is written one formula per term, where there is one.
 * @param {Node} node
 * @returns {Node | undefined}
 */
function wrappingSum(node) {
  if (node.op === "given") return wrappingSum(node.parts[1]);
  if (node.op === "quotient" && isLong(node.parts[0])) return node.parts[0];
  return node.op === "sum" ? node : scaledSum(node);
}

/**
 * The arithmetic of a line, of long sums and lists only what is written out. Its value is the same.
 * @param {Node} node
 */
export const shortened = (node) => within(node, wrappingSum(node));

/**
 * @param {Node} node
 * @param {Node | undefined} wrapping the sum that may be longer
 * @returns {Node}
 */
function within(node, wrapping) {
  if (isLeaf(node)) return node;
  const parts = few(node, node === wrapping ? WRAPPING : ELSEWHERE);
  return { ...node, parts: parts.map((part) => within(part, wrapping)) };
}

/**
 * The parts that weigh most, in their order, and behind them the rest of them; all where they are few.
 * @param {PlainNode | TopNode} node
 * @param {Limit} limit
 * @returns {Node[]}
 */
function few(node, { most, kept }) {
  const parts = node.op === "sum" ? termsOf(node) : node.parts;
  const weight = WEIGHT[node.op];
  if (!weight || parts.length <= most) return parts;
  const weights = parts.map(weight);
  const heavy = new Set([...parts.keys()].sort((a, b) => weights[b] - weights[a] || a - b).slice(0, kept));
  const left = parts.filter((_, n) => !heavy.has(n));
  return [
    ...parts.filter((_, n) => heavy.has(n)),
    { op: "rest", value: value({ ...node, parts: left }), count: left.length },
  ];
}
