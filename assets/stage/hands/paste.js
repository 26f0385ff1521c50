// A block copied from a spreadsheet lands with its first cell here; nothing changes unless all of it is numbers.

import { fieldName } from "../model/names.js";
import { parseNumber } from "../model/numbers.js";
import { flat, unflat } from "../model/positions.js";
import { NO_SWITCH } from "../model/sentences.js";
import { complaint } from "./editor.js";

/** @import { Cell, Change, Step } from "../model/steps.js" */

/** @param {string} text */
const rowsOf = (text) =>
  text
    .replace(/\r/g, "")
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.split(/\t|;|,(?=\s|\S)/));

/**
 * @param {number[]} start
 * @param {number} down
 * @param {number} right
 * @param {boolean} turned whether the matrix is drawn transposed
 */
function moved(start, down, right, turned) {
  const position = [...start];
  if (position.length > 1) position[position.length - 2] += turned ? right : down;
  position[position.length - 1] += turned ? down : right;
  return position;
}

/**
 * Why a text cannot stand in a cell; "" where it can.
 * @param {Step} step
 * @param {number} offset
 * @param {string} text
 */
function objection(step, offset, text) {
  const typed = parseNumber(text);
  if (Number.isNaN(typed)) return complaint(step, offset, text);
  if (step.switch && typed !== 0 && typed !== 1) return `${fieldName(step, offset)}: ${NO_SWITCH(text.trim())}.`;
  return "";
}

/**
 * @param {Cell & { turned?: boolean }} cell
 * @param {string} text
 * @returns {{ changes: Change[], problem: string }}
 */
export function pasted({ step, offset, turned = false }, text) {
  const rows = rowsOf(text);
  const start = unflat(step, offset);
  /** @type {Change[]} */
  const changes = [];
  for (const [r, row] of rows.entries())
    for (const [c, written] of row.entries()) {
      const position = moved(start, r, c, turned);
      if (position.some((i, n) => i >= step.shape[n])) return { changes: [], problem: tooLarge(step, rows, row) };
      const to = flat(step, position);
      const problem = objection(step, to, written);
      if (problem) return { changes: [], problem };
      changes.push({ step, offset: to, value: parseNumber(written) });
    }
  return { changes, problem: "" };
}

/**
 * @param {Step} step
 * @param {string[][]} rows
 * @param {string[]} row
 */
const tooLarge = (step, rows, row) =>
  `${step.name}: the pasted block of ${rows.length} × ${row.length} does not fit from here; ` +
  "add rows or columns under Inputs first.";
