// How many digits a line of arithmetic needs, so that the numbers printed give the result printed.

import { valueOnPaper } from "./expression.js";
import { constantParts, DECIMALS, numberParts, readCell, readParts, unitOf } from "./numbers.js";

/** @import { Leaf, Node } from "./expression.js" */
/** @import { NumberParts } from "./numbers.js" */

/**
 * A number of a line as it is printed with so many decimals.
 * @param {Leaf} leaf
 * @param {number} decimals
 * @returns {NumberParts}
 */
export function leafParts(leaf, decimals) {
  if (leaf.op === "constant") return constantParts(leaf.value, decimals);
  return numberParts(leaf.op === "cell" ? leaf.step.values[leaf.offset] : leaf.value, decimals);
}

/**
 * What comes out where every number of the arithmetic is taken as it is printed with so many decimals.
 * @param {Node} node
 * @param {number} decimals
 */
export const printedValue = (node, decimals) => valueOnPaper(node, (leaf) => readParts(leafParts(leaf, decimals)));

/**
 * What comes out where every operand is taken as it stands on its cell.
 * @param {Node} node
 */
export const valueOnCells = (node) =>
  valueOnPaper(node, (leaf) => (leaf.op === "cell" ? readCell(leaf.step.values[leaf.offset]) : leaf.value));

/**
 * Whether a result, rounded to the last digit printed of the value, is the value as it is printed.
 * @param {number} result
 * @param {number} v
 */
export function isSaidBy(result, v) {
  const parts = numberParts(v);
  const wanted = readParts(parts);
  if (!Number.isFinite(wanted) || !Number.isFinite(result)) return result === wanted;
  return Math.abs(result - wanted) <= unitOf(parts) * (0.5 + 1e-9) + 1e-15 * Math.abs(wanted);
}

/**
 * With how few decimals the arithmetic of a cell, as printed, gives its value as printed; undefined where none do.
 * @param {Node} node
 * @param {number} v
 */
export function decimalsNeeded(node, v) {
  for (let decimals = DECIMALS.fewest; decimals <= DECIMALS.most; decimals++)
    if (isSaidBy(printedValue(node, decimals), v)) return decimals;
  return undefined;
}
