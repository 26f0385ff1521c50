// A pasted text as a table of numbers, without the names beside it; ui/reading/tables.py reads the same.

import { HIDES, MASK_OF_TWO_KINDS, NOT_FINITE } from "./grammar.js";
import { withoutNames } from "./named.js";
import { refuseLeftOut, written } from "./notations.js";
import { say } from "./say.js";
import { decimalMark, ReadingError, readNumber } from "./typed.js";

/** @import { Nest } from "./brackets.js" */

const MOST_CHARACTERS = 2_000_000;

/**
 * The rows of numbers in a text. isSwitch: every cell is 0 or 1. Throws a ReadingError that says where and why not.
 * @param {string} text
 * @param {boolean} isSwitch
 */
export function readTable(text, isSwitch) {
  if (text.length > MOST_CHARACTERS)
    throw new ReadingError(say("{count} characters are too many", { count: text.length }));
  if (!text.trim()) throw new ReadingError(say("is empty"));
  const found = written(text, isSwitch);
  refuseLeftOut(found.cells);
  const cells = rowsOf(
    found.bracketed ? found.cells : withoutNames(/** @type {string[][]} */ (found.cells), found.counted),
  );
  const mark = decimalMark(cells.flat());
  const values = cells.map((row, r) => row.map((cell, c) => placed(cell, mark, [r, c])));
  refuseUneven(values);
  return isSwitch ? shown(values) : finite(values);
}

/**
 * A list in brackets as rows; one list is one row.
 * @param {Nest} cells
 * @returns {string[][]}
 */
function rowsOf(cells) {
  const rows = cells.every((cell) => typeof cell === "string") ? [cells] : cells;
  for (const row of rows)
    if (typeof row === "string" || row.some(Array.isArray)) throw new ReadingError(say("needs a table of numbers"));
  return /** @type {string[][]} */ (rows);
}

/**
 * @param {string} cell
 * @param {"." | "," | undefined} mark
 * @param {number[]} place
 */
function placed(cell, mark, place) {
  try {
    return readNumber(cell, mark);
  } catch (error) {
    throw new ReadingError(/** @type {Error} */ (error).message, place);
  }
}

/** @param {number[][]} values */
function refuseUneven(values) {
  const width = values[0]?.length ?? 0;
  if (!width) throw new ReadingError(say("is empty"));
  const row = values.findIndex((each) => each.length !== width);
  if (row > 0)
    throw new ReadingError(say("has {count} cells where row 1 has {width}", { count: values[row].length, width }), [
      row,
    ]);
}

/**
 * A mask that is added to scores as one of 0 and 1: what hides is 0, and 0 is 1.
 * @param {number[][]} values
 */
function shown(values) {
  const hiding = values.flat().find((value) => value <= HIDES);
  if (hiding === undefined) return finite(values);
  for (const [r, row] of values.entries())
    for (const [c, value] of row.entries())
      if (value !== 0 && !(value <= HIDES))
        throw new ReadingError(MASK_OF_TWO_KINDS(word(hiding), word(value)), [r, c]);
  return values.map((row) => row.map((value) => Number(value === 0)));
}

/**
 * The values, none of them infinite.
 * @param {number[][]} values
 */
function finite(values) {
  for (const [r, row] of values.entries())
    for (const [c, value] of row.entries())
      if (!Number.isFinite(value)) throw new ReadingError(NOT_FINITE(word(value)), [r, c]);
  return values;
}

/** @param {number} value */
const word = (value) => String(value).replace("Infinity", "inf").toLowerCase();
