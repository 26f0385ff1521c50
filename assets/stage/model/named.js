// Which cells of a pasted table are names or a count: its first row, its first columns; ui/reading/names.py knows the same.

import { PATTERNS } from "./grammar.js";
import { folded, isNumber, whole } from "./typed.js";

const WHOLE = whole(PATTERNS.WHOLE);

/** @param {string} cell */
const isText = (cell) => cell !== "" && !isNumber(cell);

/** @param {string} cell */
const isWhole = (cell) => WHOLE.test(folded(cell));

/**
 * 0, 1, 2 ... or 1, 2, 3 ...
 * @param {string[]} cells
 */
const isCount = (cells) => [0, 1].some((start) => cells.every((cell, n) => cell === String(n + start)));

/** @param {string[]} cells two of them at least */
const counts = (cells) => cells.length > 1 && isCount(cells);

/** @param {string[][]} rows */
const countsDown = (rows) => isCount(rows.slice(1).map((row) => row[0]));

/**
 * Whether no number below the first row is written as a whole number: the first row then is no part of them.
 * @param {string[][]} rows
 * @param {number} beside
 */
const areMarked = (rows, beside) => !rows.slice(1).some((row) => row.slice(beside).some(isWhole));

/** @param {string[][]} rows */
const areEven = (rows) => rows.every((row) => row.length === rows[0].length);

/**
 * The numbers of a table, still as text, without the names above and beside them.
 * @param {string[][]} given
 * @param {boolean} counted whether the first column is known to count the rows
 */
export function withoutNames(given, counted) {
  const rows = withCorner(given);
  if (counted) return rows.map((row) => row.slice(1));
  if (rows.length < 2 || !areEven(rows)) return rows;
  const beside = namesBeside(rows);
  if (isHeader(rows, beside)) return rows.slice(1).map((row) => row.slice(beside));
  const left = columnsOfText(rows);
  return rows.map((row) => row.slice(left));
}

/**
 * A first row that is shorter by one names the columns beside a column of names: R and pandas print it so.
 * @param {string[][]} given
 */
function withCorner(given) {
  const [first, second = [], third = []] = given;
  const namesIndex = second.length === 1 && first.length === third.length - 1 && isText(second[0]);
  const rows = namesIndex ? [first, ...given.slice(2)] : given;
  if (rows.length < 2 || first.length !== rows[1].length - 1 || !areEven(rows.slice(1))) return rows;
  const headed = [["", ...first], ...rows.slice(1)];
  const isNamed = countsDown(headed) || rows.slice(1).every(([cell]) => isText(cell));
  return (first[0] === "0" && isCount(first) && isNamed) || first.every(isText) ? headed : rows;
}

/**
 * How many columns hold names or count the rows, if the first row is a header.
 * @param {string[][]} rows
 */
function namesBeside(rows) {
  const [first] = rows;
  const most = Math.min(2, first.length - 1);
  const corner = upTo(most, (n) => first[n] === "" || isText(first[n]));
  const found = upTo(corner, (n) => rows.slice(1).some((row) => isText(row[n])));
  const isCounted = corner > 0 && countsDown(rows);
  const isIndex = isCounted && (first[0] === "" || (counts(first.slice(1)) && areMarked(rows, 1)));
  return found || Number(isIndex);
}

/**
 * How many of the first places hold.
 * @param {number} most
 * @param {(n: number) => boolean} holds
 */
function upTo(most, holds) {
  let n = 0;
  while (n < most && holds(n)) n += 1;
  return n;
}

/**
 * Whether the first row names the columns, or counts them above numbers with a decimal point.
 * @param {string[][]} rows
 * @param {number} beside
 */
function isHeader(rows, beside) {
  const first = rows[0].slice(beside);
  if (first.every(isText)) return true;
  if (beside && first.some(isText)) return !rows.slice(1).some((row) => row.slice(beside).some(isText));
  return counts(first) && ((beside > 0 && rows[0][0] === "") || areMarked(rows, beside));
}

/**
 * How many of the first two columns hold nothing but names.
 * @param {string[][]} rows
 */
const columnsOfText = (rows) => upTo(Math.min(2, rows[0].length - 1), (n) => rows.every((row) => isText(row[n])));
