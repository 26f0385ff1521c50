// The arithmetic of a cell, one thing after the other: every term of every sum, and what is done with what they come to.

import { operandCells, partsOf, value } from "./expression.js";

/** @import { Node, Operand, PlainNode } from "./expression.js" */

/**
 * A sum on its way: what it was before this term, what it is now, and which term of how many this is.
 * @typedef {{ before: number, total: number, n: number, count: number }} Progress
 */

/**
 * What is worked out at one moment, what it comes to, and the cells it is read from; isWhole: all of it, as it is written.
 * @typedef {{ done: Node, value: number, cells: Operand[], progress?: Progress, isWhole?: boolean }} Moment
 */

const GATHERING = ["sum", "max", "min", "top", "list"];

/**
 * Whether a node is worked out at once: nothing in it gathers several numbers.
 * @param {Node} node
 * @returns {boolean}
 */
const isSimple = (node) =>
  !(GATHERING.includes(node.op) && partsOf(node).length > 1) && partsOf(node).every((part) => isSimple(part));

/**
 * The terms of a sum, those of sums inside it among them.
 * @param {Node} node
 * @returns {Node[]}
 */
const termsOf = (node) => partsOf(node).flatMap((part) => (part.op === "sum" ? termsOf(part) : [part]));

/**
 * @param {Node} node
 * @returns {Moment}
 */
const momentOf = (node, done = node) => ({ done, value: value(node), cells: operandCells(node) });

/**
 * What was worked out before stands there as a number.
 * @param {Node} part
 * @returns {Node}
 */
const settled = (part) =>
  part.op === "cell" || part.op === "constant" ? part : { op: "constant", value: value(part) };

/**
 * @param {Node} node
 * @returns {Moment[]}
 */
function summed(node) {
  const terms = termsOf(node);
  let total = 0;
  return terms.flatMap((term, n) => {
    const moments = performed(term);
    const last = moments[moments.length - 1];
    const before = total;
    total += last.value;
    return [...moments.slice(0, -1), { ...last, progress: { before, total, n: n + 1, count: terms.length } }];
  });
}

/**
 * @param {Node} node
 * @returns {Moment[]}
 */
function performed(node) {
  if (node.op === "given") return performed(node.parts[1]);
  if (isSimple(node)) return [momentOf(node)];
  if (node.op === "sum") return summed(node);
  const parts = partsOf(node);
  const inner = parts.flatMap((part) => (settled(part) === part ? [] : performed(part)));
  const done = /** @type {PlainNode} */ ({ ...node, parts: parts.map(settled) });
  return [...inner, momentOf(node, done)];
}

/**
 * All moments, the last of which writes out the whole; only this one where a number on the way is beyond any that can be
 * held.
 * @param {Node} node
 * @returns {Moment[]}
 */
export function momentsOf(node) {
  const moments = performed(node);
  const whole = { ...momentOf(node), isWhole: true };
  const isHeld = moments.every((moment) => Number.isFinite(moment.value));
  return isHeld && moments.length > 1 ? [...moments, whole] : [whole];
}
