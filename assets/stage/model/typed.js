// One number as people write it, and which mark a table uses for decimals; ui/reading/numbers.py reads the same.

import {
  DIVIDES_BY_0,
  FOLDS,
  FRACTIONS,
  NOT_FINITE,
  NUMBER_TOO_LARGE,
  PATTERNS,
  RAISED,
  TWO_MARKS,
  TWO_NUMBERS,
} from "./grammar.js";
import { EMPTY_CELL, NO_NUMBER } from "./sentences.js";

/** @typedef {"." | ","} Mark of decimals */
/** @typedef {{ above: string, below: string, percent: string }} Spelled a number, divided by another one */

/**
 * A pattern that takes a whole text.
 * @param {string} pattern
 * @param {string} [flags]
 */
export const whole = (pattern, flags) => new RegExp(`^(?:${pattern})$`, flags);

const NUMBER = whole(PATTERNS.NUMBER);
const WORD = whole(PATTERNS.WORD, "i");
const MARKED = { ".": whole(PATTERNS.WITH_POINT), ",": whole(PATTERNS.WITH_COMMA) };
const RUN_OF_RAISED = new RegExp(`[${[...RAISED.keys()].join("")}]+`, "g");
const FRACTION = new RegExp(`(?<![0-9.,])([0-9]{0,9}) ?([${[...FRACTIONS.keys()].join("")}])`, "g");
/** @type {Record<string, number>} */
const WORDS = { inf: Infinity, infinity: Infinity, nan: NaN, true: 1, false: 0 };
const SHOWN = 40; // characters of a cell in a message

/** A text that is refused, with the clause that says why. place: the cell, counted from 0; [] for the whole text. */
export class ReadingError extends Error {
  /**
   * @param {string} message
   * @param {number[]} [place]
   */
  constructor(message, place = []) {
    super(message);
    this.place = place;
  }
}

/** @param {string} text */
const shown = (text) => [...trimmed(text)].slice(0, SHOWN).join("");

/**
 * Without blanks at its ends.
 * @param {string} text
 */
export const trimmed = (text) => text.replace(/^[ \t\n]+/, "").replace(/(?<![ \t\n])[ \t\n]+$/, "");

/**
 * A number on its own: 0.25, 0,25, 1/4, 25 % or −3. Throws a ReadingError with the reason for anything else.
 * @param {string} text
 */
export function readAlone(text) {
  const value = readNumber(text, decimalMark([text]));
  if (!Number.isFinite(value)) throw new ReadingError(NOT_FINITE(trimmed(text)));
  return value;
}

/**
 * The same; NaN for anything else.
 * @param {string} text
 */
export function parseNumber(text) {
  try {
    return readAlone(text);
  } catch {
    return NaN;
  }
}

/**
 * Why a text is no number; "" where it is one.
 * @param {string} text
 */
export function objectionTo(text) {
  try {
    readAlone(text);
    return "";
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/**
 * The mark that some cell can only be read with; undefined where every cell can be read with both, or with none.
 * @param {Iterable<string>} cells
 * @returns {Mark | undefined}
 */
export function decimalMark(cells) {
  /** @type {Partial<Record<Mark, string>>} */
  const witness = {};
  for (const cell of cells) {
    const needed = neededMark(cell);
    if (needed) witness[needed] ??= cell;
  }
  const { ".": point, ",": comma } = witness;
  if (point !== undefined && comma !== undefined) throw new ReadingError(TWO_MARKS(shown(point), shown(comma)));
  if (point !== undefined) return ".";
  return comma !== undefined ? "," : undefined;
}

/**
 * A cell of a table with this decimal mark, infinities and True included.
 * @param {string} text
 * @param {Mark} [mark]
 */
export function readNumber(text, mark) {
  const plain = folded(text);
  if (!plain) throw new ReadingError(EMPTY_CELL());
  const word = plain.match(WORD);
  if (word) return (word[1] === "-" ? -1 : 1) * WORDS[word[2].toLowerCase()];
  return computed(shown(text), chosen(text, plain, mark));
}

/**
 * Whether a cell holds a number with some decimal mark, or a word that stands for one.
 * @param {string} text
 */
export function isNumber(text) {
  const plain = folded(text);
  return WORD.test(plain) || Boolean(spelledParts(plain, ".") ?? spelledParts(plain, ","));
}

/**
 * The text in the signs that the patterns know, without blanks around it and with single ones in it.
 * @param {string} text
 */
export function folded(text) {
  const plain = text
    .replace(RUN_OF_RAISED, (run) => `^${[...run].map((sign) => RAISED.get(sign)).join("")}`)
    .replace(FRACTION, improper)
    .replace(/[^\0-\x7f]/g, (sign) => FOLDS.get(sign) ?? sign);
  return plain.replace(/[ \t\n]+/g, " ").replace(/^ | $/g, "");
}

/**
 * 3½ as 7/2.
 * @param {string} _
 * @param {string} before
 * @param {string} sign
 */
function improper(_, before, sign) {
  const [above, below] = FRACTIONS.get(sign) ?? [0, 1];
  return `${Number(before) * below + above}/${below}`;
}

/**
 * The only mark a cell can be read with; undefined where there are two, or none.
 * @param {string} cell
 */
function neededMark(cell) {
  const plain = folded(cell);
  const point = spelledParts(plain, ".");
  const comma = spelledParts(plain, ",");
  if (Boolean(point) === Boolean(comma)) return undefined;
  return point ? "." : ",";
}

/**
 * @param {string} text
 * @param {string} plain
 * @param {Mark | undefined} mark
 */
function chosen(text, plain, mark) {
  const point = spelledParts(plain, ".");
  const comma = spelledParts(plain, ",");
  if (!mark && plain.includes(",") && point && comma && joined(point) !== joined(comma))
    throw new ReadingError(TWO_NUMBERS(shown(text), joined(comma), joined(point)));
  const parts = mark === "," ? comma : (point ?? (mark ? undefined : comma));
  if (!parts) throw new ReadingError(NO_NUMBER(shown(text)));
  return parts;
}

/**
 * What a number is divided into as JavaScript writes it, and by what; undefined if it is none.
 * @param {string} plain
 * @param {Mark} mark
 * @returns {Spelled | undefined}
 */
function spelledParts(plain, mark) {
  const found = plain.match(NUMBER);
  if (!found) return undefined;
  const [, sign, numeral, a, b, c, signBelow, below, p, q, r, percent] = found;
  const above = digits(numeral, mark);
  const under = below === undefined ? "1" : digits(below, mark);
  if (above === undefined || under === undefined) return undefined;
  return {
    above: `${sign}${above}e${a ?? b ?? c ?? 0}`,
    below: `${signBelow ?? ""}${under}e${p ?? q ?? r ?? 0}`,
    percent: percent ?? "",
  };
}

/**
 * The digits with a decimal point and without marks of thousands; undefined where the marks are no such.
 * @param {string} numeral
 * @param {Mark} mark
 */
function digits(numeral, mark) {
  const plain = numeral.replace(/(?<=[0-9])_(?=[0-9])/g, "");
  if (!MARKED[mark].test(plain)) return undefined;
  const other = mark === "." ? "," : ".";
  return plain.replaceAll(other, "").replaceAll("'", "").replace(mark, ".");
}

/**
 * A number with a decimal point and without marks of thousands, as a message spells it; "" where it is none.
 * @param {string} text
 * @param {Mark} mark
 */
export function spelled(text, mark) {
  const parts = spelledParts(folded(text), mark);
  return parts ? joined(parts) : "";
}

/** @param {Spelled} parts */
function joined({ above, below, percent }) {
  const [upper, lower] = [above, below].map((part) => part.replaceAll("e0", ""));
  return upper + (lower === "1" ? "" : `/${lower}`) + percent;
}

/**
 * @param {string} text
 * @param {Spelled} parts
 */
function computed(text, { above, below, percent }) {
  const divisor = Number(below);
  if (divisor === 0) throw new ReadingError(DIVIDES_BY_0(text));
  const value = Number(above) / divisor / (percent ? 100 : 1);
  if (!Number.isFinite(value)) throw new ReadingError(NUMBER_TOO_LARGE(text));
  return value;
}
