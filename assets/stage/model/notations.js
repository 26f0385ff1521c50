// Text to lists of cells, still as text: LaTeX, Markdown, separated values, prints; ui/reading/notations.py does the same.

import { nested } from "./brackets.js";
import { CELLS_OR_NUMBER, LEFT_OUT, PATTERNS, PLAIN } from "./grammar.js";
import { isNumber, ReadingError, spelled, trimmed, whole } from "./typed.js";

/** @import { Nest } from "./brackets.js" */
/**
 * The cells of a text. bracketed: its brackets say how deep its lists are. counted: its first column is a count.
 * @typedef {{ cells: Nest, bracketed: boolean, counted: boolean }} Written
 */

const GROUPING = "\u00a0\u202f\u2009\u2007";
const PADDING = new RegExp(`(?<![0-9])[${GROUPING}]|[${GROUPING}](?![0-9]{3}(?![0-9]))`, "g");
const SIGNS = new RegExp(
  `[${[...PLAIN.keys()].map((sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`).join("")}]`,
  "gu",
);
const [COMMENT, HEADING, FOOTING, SERIES, RULE] = [
  PATTERNS.COMMENT,
  PATTERNS.HEADING,
  PATTERNS.FOOTING,
  PATTERNS.SERIES,
  PATTERNS.RULE,
].map((pattern) => whole(pattern));
const [R_HEADER, SEPARATOR, DOTS] = [PATTERNS.R_HEADER, PATTERNS.SEPARATOR, PATTERNS.DOTS].map((each) => whole(each));
const R_VECTOR = new RegExp(`^${PATTERNS.R_VECTOR}`);
const IN_BRACKETS = new RegExp(`^${PATTERNS.IN_BRACKETS}`);
const CALLED = new RegExp(`^${PATTERNS.CALLED}`);
const CLOSED = new RegExp(PATTERNS.CLOSED);
const ONE_COMMA = whole(PATTERNS.ONE_COMMA);
const BEFORE_PERCENT = new RegExp(PATTERNS.BEFORE_PERCENT, "g");
const AROUND_STROKE = new RegExp(PATTERNS.AROUND_STROKE, "g");
const AMBIGUOUS = /** @type {const} */ ([
  [ONE_COMMA, ","],
  [whole(PATTERNS.ONE_PERCENT), ","],
  [whole(PATTERNS.THOUSANDS), "."],
]);

/**
 * The text with plain line ends and blanks, and without comment lines and what a program prints around a table.
 * @param {string} text
 */
function cleaned(text) {
  return text
    .replaceAll("\r\n", "\n")
    .replace(SIGNS, (sign) => PLAIN.get(sign) ?? "")
    .replace(PADDING, " ")
    .split("\n")
    .filter((line) => ![COMMENT, HEADING, FOOTING].some((frame) => frame.test(line)))
    .join("\n");
}

/**
 * The cells of a text in rows.
 * @param {string} given
 * @param {boolean} isSwitch
 * @returns {Written}
 */
export function written(given, isSwitch) {
  const text = cleaned(given);
  const start = trimmed(text);
  if (R_HEADER.test(start.split("\n")[0])) return rowsOnly(rows(withoutPlaces(text), isSwitch));
  if (R_VECTOR.test(start)) return rowsOnly([cellsOf(text.replace(/^[ \t]*\[[0-9]+\]|\n/gm, " "), " ")]);
  if (text.includes("\\begin{") || (text.includes("&") && text.includes("\\\\")))
    return separated(fromLatex(text), isSwitch);
  if (IN_BRACKETS.test(start) || (CALLED.test(start) && CLOSED.test(start)))
    return { cells: nested(start), bracketed: true, counted: false };
  return separated(text, isSwitch);
}

/**
 * @param {string[][]} cells
 * @returns {Written}
 */
const rowsOnly = (cells) => ({ cells, bracketed: false, counted: false });

/**
 * @param {string} text
 * @param {boolean} isSwitch
 * @returns {Written}
 */
function separated(text, isSwitch) {
  const lines = text.split("\n");
  const kept = lines.filter((line) => !SERIES.test(line));
  return { cells: rows(kept.join("\n"), isSwitch), bracketed: false, counted: kept.length < lines.length };
}

/**
 * Throw where dots stand in place of numbers.
 * @param {Nest} cells
 */
export function refuseLeftOut(cells) {
  for (const cell of cells)
    if (Array.isArray(cell)) refuseLeftOut(cell);
    else if (DOTS.test(trimmed(cell))) throw new ReadingError(LEFT_OUT(trimmed(cell)));
}

/**
 * A matrix as R prints it, without [,1] above its columns and [1,] before its rows.
 * @param {string} text
 */
const withoutPlaces = (text) =>
  trimmed(text)
    .split("\n")
    .slice(1)
    .map((line) => line.replace(/^[ \t]*\[[0-9]+,\]/, ""))
    .join("\n");

/**
 * The rows of a LaTeX matrix, with & between the cells.
 * @param {string} text
 */
function fromLatex(text) {
  const inner = text.match(/\\begin\{[^{}]*\}(?:\{[^{}]*\})?((?:[^\\]|\\(?!end\{))*)/);
  return (inner ? inner[1] : text)
    .replace(/\\[dt]?frac *\{([^{}]*)\} *\{([^{}]*)\}/g, "$1/$2")
    .replace(/\\(?:times|cdot)(?![A-Za-z])/g, "*")
    .replaceAll("{,}", ",")
    .replace(/\\infty(?![A-Za-z])/g, "inf")
    .replaceAll("\n", " ")
    .replace(/\\\\(?:\[[^\]]*\])?/g, "\n")
    .replace(/\\hline|\\[,;!:]|\$|\\[[\]()]/g, " ");
}

/**
 * @param {string} text
 * @param {boolean} isSwitch
 */
function rows(text, isSwitch) {
  const lines = wholeLines(text).filter((line) => trimmed(line) && !RULE.test(line));
  const named = lines.length ? trimmed(lines[0]).match(SEPARATOR) : null;
  if (named) lines.shift();
  const mark = named ? named[1] : separator(lines, isSwitch);
  return withoutEnds(lines.map((line) => cellsOf(line, mark)));
}

/**
 * The lines, but those joined between whose ends a quotation is open.
 * @param {string} text
 */
function wholeLines(text) {
  const lines = text.split("\n");
  if (!text.includes('"')) return lines;
  /** @type {string[][]} */
  const joined = [];
  let isOpen = false;
  for (const line of lines) {
    if (isOpen) joined[joined.length - 1].push(line);
    else joined.push([line]);
    if (line.split('"').length % 2 === 0) isOpen = !isOpen;
  }
  return isOpen ? lines : joined.map((parts) => parts.join("\n"));
}

/**
 * What separates the cells. Throws where a comma can separate cells or decimals.
 * @param {string[]} lines
 * @param {boolean} isSwitch
 */
function separator(lines, isSwitch) {
  const sign = ["\t", ";"].find((each) => lines.some((line) => line.includes(each)));
  if (sign) return sign;
  if (lines.length && lines.every((line) => line.includes("|"))) return "|";
  if (lines.some((line) => line.includes("&"))) return "&";
  if (!lines.some((line) => line.includes(",")) || hasDecimalCommas(lines)) return " ";
  if (!isSwitch) refuseCellsOrNumber(lines);
  return ",";
}

/**
 * Whether blanks separate the cells and commas are part of numbers: all parts with a comma are numbers.
 * @param {string[]} lines
 */
function hasDecimalCommas(lines) {
  if (lines.length === 1 && ONE_COMMA.test(lines[0])) return true;
  const parts = lines.map((line) => trimmed(line).split(/[ \t\n]+/));
  const several = parts.some((line) => line.length > 1);
  return several && parts.every((line) => line.every((part) => !part.includes(",") || isNumber(part)));
}

/** @param {string[]} lines */
function refuseCellsOrNumber(lines) {
  for (const [form, mark] of AMBIGUOUS)
    if (lines.every((line) => form.test(line))) {
      const text = lines[0].replace(/^ +| +$/g, "");
      const cells = String(text.split(",").length);
      throw new ReadingError(CELLS_OR_NUMBER(text, cells, spelled(text, mark)), [0, 0]);
    }
}

/**
 * The cells of a line, without the blanks around them; in quotation marks a cell may hold the mark.
 * @param {string} line
 * @param {string} mark
 */
function cellsOf(line, mark) {
  if (mark === " ") return blankSeparated(line);
  const cells = line.includes('"') ? quotedCells(line, mark) : line.split(mark);
  const inner = mark === "|" ? withoutPipes(cells) : cells;
  return inner.map(trimmed);
}

/** @param {string[]} cells */
const withoutPipes = (cells) =>
  cells.slice(trimmed(cells[0]) ? 0 : 1, trimmed(cells[cells.length - 1]) ? cells.length : -1);

/** @param {string} given */
function blankSeparated(given) {
  const line = given.replace(BEFORE_PERCENT, "%").replace(AROUND_STROKE, "/");
  if (!line.includes('"')) return line.split(/[ \t\n]+/).filter(Boolean);
  return (line.match(/"[^"]*"|[^ \t\n"]+|"/g) ?? []).map((cell) => cell.replaceAll('"', ""));
}

/**
 * @param {string} line
 * @param {string} mark
 */
function quotedCells(line, mark) {
  const sign = mark.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const cell = new RegExp(`[ \\t]*"((?:[^"]|"")*)"[ \\t]*(?=${sign}|$)|([^${sign}]*)`, "y");
  const cells = [];
  while (cell.lastIndex <= line.length) {
    const found = cell.exec(line);
    if (!found) return line.split(mark);
    cells.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    cell.lastIndex = found.index + found[0].length + 1;
  }
  return cells;
}

/**
 * Without rows at the end, and columns at both ends, in which there is nothing.
 * @param {string[][]} given
 */
function withoutEnds(given) {
  const table = given.slice(0, given.findLastIndex((row) => row.some(Boolean)) + 1);
  if (table.some((row) => row.length !== table[0].length)) return table;
  const filled = table.filter((row) => row.some(Boolean));
  const first = Math.min(...filled.map((row) => row.findIndex(Boolean)));
  const last = Math.max(...filled.map((row) => row.findLastIndex(Boolean)));
  return table.map((row) => row.slice(first, last + 1));
}
