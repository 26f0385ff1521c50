// Numbers as they are written in cells and in arithmetic, and as learners type them.

/** @typedef {{ negative: boolean, digits: string, power?: number }} NumberParts */

/**
 * A number inside arithmetic: integers as integers, else two decimals, or powers of ten where those would mislead.
 * @param {number} v
 * @returns {NumberParts}
 */
export function numberParts(v) {
  if (!Number.isFinite(v)) return { negative: v < 0, digits: Number.isNaN(v) ? "?" : "∞" };
  const size = Math.abs(v);
  const negative = v < 0;
  if (Number.isInteger(v) && size < 1e6) return { negative, digits: String(size) };
  if (size >= 0.005 && size < 1e6) return { negative, digits: size.toFixed(2) };
  const [mantissa, exponent] = size.toExponential(1).split("e");
  return { negative, digits: mantissa, power: Number(exponent) };
}

/** @param {number} power */
const raised = (power) => String(power).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]));

/**
 * A number inside a sentence: as inside arithmetic, in plain characters. ui/words.py writes the same.
 * @param {number} v
 */
export function plainText(v) {
  const { negative, digits, power } = numberParts(v);
  return `${negative ? "−" : ""}${digits}${power === undefined ? "" : `·10${raised(power)}`}`;
}

/** @param {number} size */
function digitsOf(size) {
  if (Number.isInteger(size) && size < 1e5) return String(size);
  if (size >= 1e4) return size.toExponential(size >= 1e10 ? 0 : 1).replace("e+", "e");
  return size.toFixed(size >= 100 ? 1 : 2);
}

/** @param {number} v */
const unboundedText = (v) => (Number.isNaN(v) ? "?" : v < 0 ? "−∞" : "∞");

/**
 * A number on a cell: as above, but never wider than six characters.
 * @param {number} v
 */
export function cellText(v) {
  if (!Number.isFinite(v)) return unboundedText(v);
  const text = digitsOf(Math.abs(v));
  return (v < 0 && Number(text) !== 0 ? "−" : "") + text;
}

/**
 * All digits but the sixteenth, which is the machine's and not the learner's.
 * @param {number} v
 */
export function fullText(v) {
  if (!Number.isFinite(v)) return cellText(v);
  const shown = Number(v.toPrecision(15));
  const text = shown !== 0 && Math.abs(shown) < 1e-4 ? shown.toExponential() : String(shown);
  return text.replace("-", "−").replace("e-", "e−");
}

/**
 * Whether a cell's text already says all there is to say of its number.
 * @param {number} v
 */
export const isExact = (v) =>
  !Number.isFinite(v) || Number(cellText(v).replace("−", "-")) === Number(v.toPrecision(15));

const PLAIN = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?";
const TYPED = new RegExp(`^(${PLAIN})\\s*(?:/\\s*(${PLAIN})|(%))?$`, "i");

/**
 * What a learner types as a number: 0.25, 1/4, 25 %, −3, 1e308; NaN where it is none.
 * @param {string} text
 */
export function parseNumber(text) {
  const clean = text
    .trim()
    .replace(/[−–]/g, "-")
    .replace(/,(?=\d+$)/, ".");
  const match = clean.match(TYPED);
  if (!match) return NaN;
  const divisor = match[2] ? Number(match[2]) : match[3] ? 100 : 1;
  const result = Number(match[1]) / divisor;
  return Number.isFinite(result) ? result : NaN;
}
