// A block copied from anywhere lands with its first cell here; nothing changes unless all of it is numbers.

import { flat, unflat } from "../model/positions.js";
import { say, term } from "../model/say.js";
import { NO_SWITCH } from "../model/sentences.js";
import { readTable } from "../model/tables.js";
import { ReadingError } from "../model/typed.js";
import { complaint } from "./editor.js";

/** @import { Cell, Change, Step } from "../model/steps.js" */

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
 * @param {Cell & { turned?: boolean }} cell
 * @param {string} text
 * @returns {{ changes: Change[], problem: string }}
 */
export function pasted(cell, text) {
  const { step } = cell;
  try {
    const rows = upright(step, readTable(text, Boolean(step.switch)));
    return fits(cell, rows) ? placed(cell, rows) : { changes: [], problem: tooLarge(step, rows) };
  } catch (error) {
    if (!(error instanceof ReadingError)) throw error;
    return { changes: [], problem: refusal(cell, error) };
  }
}

/**
 * A column is a row where the step has no other one.
 * @param {Step} step
 * @param {number[][]} rows
 */
const upright = (step, rows) =>
  step.shape.length === 1 && rows.every((row) => row.length === 1) ? [rows.map(([value]) => value)] : rows;

/**
 * @param {Cell & { turned?: boolean }} cell turned: drawn with its rows as columns
 * @param {number[][]} rows
 */
function fits({ step, offset, turned = false }, rows) {
  if (step.shape.length < 2 && rows.length > 1) return false;
  const last = moved(unflat(step, offset), rows.length - 1, rows[0].length - 1, turned);
  return last.every((i, n) => i < step.shape[n]);
}

/**
 * @param {Cell & { turned?: boolean }} cell turned: drawn with its rows as columns
 * @param {number[][]} rows
 */
function placed({ step, offset, turned = false }, rows) {
  const start = unflat(step, offset);
  /** @type {Change[]} */
  const changes = [];
  for (const [r, row] of rows.entries())
    for (const [c, value] of row.entries()) {
      const to = flat(step, moved(start, r, c, turned));
      if (step.switch && value !== 0 && value !== 1)
        return { changes: [], problem: complaint(step, to, NO_SWITCH(String(value))) };
      changes.push({ step, offset: to, value });
    }
  return { changes, problem: "" };
}

/**
 * The sentence about a text that cannot be read, with the cell it was meant for where that is one.
 * @param {Cell & { turned?: boolean }} cell
 * @param {ReadingError} error
 */
function refusal({ step, offset, turned = false }, { place: [row, column = 0], message }) {
  const position = row === undefined ? [] : moved(unflat(step, offset), row, column, turned);
  const isCell = position.length > 0 && position.every((i, n) => i < step.shape[n]);
  if (isCell) return complaint(step, flat(step, position), message);
  const said = { step: term(step.name), message };
  if (row === undefined) return say("{step}: the pasted text {message}.", said);
  const place = { row: row + 1, column: column + 1 };
  return say("{step}: the pasted text in row {row}, column {column} {message}.", { ...said, ...place });
}

/**
 * @param {Step} step
 * @param {number[][]} rows
 */
const tooLarge = (step, rows) =>
  say(
    "{step}: the pasted block of {rows} × {columns} does not fit from here; add rows or columns under Inputs first.",
    { step: term(step.name), rows: rows.length, columns: rows[0].length },
  );
