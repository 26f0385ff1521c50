// Predict's questions and answers: which cell of a step is asked for, and which typed numbers count as right.

import { operandCells } from "./expression.js";
import { printedValue, valueOnCells } from "./printed.js";
import { shortened } from "./shortened.js";
import { lineOf } from "./typeset.js";

/** @import { Sheet } from "./sheet.js" */
/** @import { Cell, Step } from "./steps.js" */

/**
 * A fixed walk through a step's cells, so that a class sees the same questions.
 * @param {number} size
 * @param {number} turn
 */
export const offsetAt = (size, turn) => (size ? (Math.floor(size * 0.618) + turn * (size % 7 ? 7 : 5)) % size : 0);

/**
 * Whether a mask decides the cell, so that there is nothing to work out: a weight beside a masked one is open.
 * @param {Sheet} sheet
 * @param {Cell} cell
 */
export function isBlocked(sheet, cell) {
  const v = cell.step.values[cell.offset];
  if (v) return !Number.isFinite(v);
  const node = sheet.grounded(cell);
  return node !== undefined && operandCells(node).some(({ step, offset }) => step.values[offset] === -Infinity);
}

/**
 * The next turn, from this one on, that asks for an open cell, where the step has one.
 * @param {Sheet} sheet
 * @param {Step} step
 * @param {number} turn
 * @param {number} [shown] the offset of a cell whose arithmetic is on screen, so that it is no question
 */
export function openTurn(sheet, step, turn, shown) {
  const size = step.values.length;
  /** @param {number} offset */
  const isOpen = (offset) => offset !== shown && !isBlocked(sheet, { step, offset });
  let next = turn;
  for (let tries = size; tries && !isOpen(offsetAt(size, next)); tries--) next += 1;
  return next;
}

/**
 * Right to two decimals, or to half a percent of a large number.
 * @param {number} truth
 * @param {number} typed
 */
export const isRight = (truth, typed) => Math.abs(typed - truth) <= Math.max(0.0051, Math.abs(truth) * 0.005);

/**
 * Whether a learner may have come to this answer: from the value itself, from the numbers in the line below the stage, or
 * from those on the cells.
 * @param {Sheet} sheet
 * @param {Cell} cell
 * @param {number} typed
 */
export function isAccepted(sheet, cell, typed) {
  const v = cell.step.values[cell.offset];
  const node = sheet.grounded(cell);
  const found = node ? [printedValue(shortened(node), lineOf(node, v).decimals), valueOnCells(node)] : [];
  return [v, ...found].some((each) => isRight(each, typed));
}
