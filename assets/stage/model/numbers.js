// Numbers as they are written in cells and in arithmetic.

/** @typedef {{ negative: boolean, digits: string, power?: number }} NumberParts */

// 0 and 1 are printed of 0 and 1 alone: where two decimals would say so of another number, it gets more of them.
const TINY = 0.005; // below, two decimals would be 0.00
const WHOLE = 1e6; // from here on in powers of ten
/** Decimals of the numbers in a line: as few as the printed result needs, see printed.js. */
export const DECIMALS = { fewest: 2, most: 5 };

/**
 * The size without the sixteenth digit, which is the machine's and not the learner's.
 * @param {number} v
 */
function shownSize(v) {
  const size = Number(Math.abs(v).toPrecision(15));
  return size < Infinity ? size : Math.abs(v); // the largest number there is has no shorter one above it
}

/** @param {string} digits */
const decimalsIn = (digits) => digits.split(".")[1]?.length ?? 0;

/**
 * A number inside arithmetic: whole numbers as such, others with so many decimals, tiny and large ones with one digit
 * fewer and a power of ten. Never more decimals than the number has, nor fewer than two.
 * @param {number} v
 * @param {number} [decimals]
 * @returns {NumberParts}
 */
export function numberParts(v, decimals = DECIMALS.fewest) {
  if (!Number.isFinite(v)) return { negative: v < 0, digits: Number.isNaN(v) ? "?" : "∞" };
  const size = shownSize(v);
  const negative = v < 0;
  if (Number.isInteger(size) && size < WHOLE) return { negative: negative && size !== 0, digits: String(size) };
  if (size < TINY || size >= WHOLE) return withPower(negative, size, decimals - 1);
  const exact = Math.max(DECIMALS.fewest, decimalsIn(String(size)));
  return { negative, digits: toldFromOne(size, Math.min(decimals, exact), 15) };
}

/**
 * A mantissa of so many decimals, but no more than it has, and its power of ten.
 * @param {boolean} negative
 * @param {number} size
 * @param {number} decimals
 */
function withPower(negative, size, decimals) {
  const exact = decimalsIn(size.toExponential().split("e")[0]);
  const [digits, power] = size.toExponential(Math.max(1, Math.min(decimals, exact))).split("e");
  return { negative, digits, power: Number(power) };
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

/**
 * The decimals of a number that is no whole one: more of them as long as they would say 1.
 * @param {number} size
 * @param {number} decimals
 * @param {number} most
 * @returns {string}
 */
function toldFromOne(size, decimals, most) {
  const text = size.toFixed(decimals);
  return Number(text) === 1 && decimals < most ? toldFromOne(size, decimals + 1, most) : text;
}

/**
 * A constant of a formula: with all its decimals where they are few, as 0.5, else as any number.
 * @param {number} v
 * @param {number} [decimals]
 * @returns {NumberParts}
 */
export function constantParts(v, decimals) {
  const size = shownSize(v);
  const exact = String(size);
  const few = exact.includes(".") && !exact.includes("e") && decimalsIn(exact) <= DECIMALS.most && size >= TINY;
  return few ? { negative: v < 0, digits: exact } : numberParts(v, decimals);
}

/**
 * The number that is read where these parts are printed.
 * @param {NumberParts} parts
 */
export function readParts({ negative, digits, power }) {
  const size = digits === "∞" ? Infinity : Number(`${digits}e${power ?? 0}`);
  return negative ? -size : size;
}

/**
 * What the last digit counts; a whole number says as much as two decimals.
 * @param {NumberParts} parts
 */
export function unitOf({ digits, power }) {
  const decimals = decimalsIn(digits);
  return Number(`1e${(power ?? 0) - (power === undefined ? Math.max(DECIMALS.fewest, decimals) : decimals)}`);
}

/** @param {number} size of no whole number */
function digitsOf(size) {
  if (size >= 1e4) return size.toExponential(size >= 1e10 ? 0 : 1).replace("e+", "e");
  if (size < TINY) return size.toExponential(0).replace("-", "−");
  return size >= 100 ? size.toFixed(1) : toldFromOne(size, DECIMALS.fewest, MOST_IN_CELL);
}

const MOST_IN_CELL = 4; // decimals

/** @param {number} v */
const unboundedText = (v) => (Number.isNaN(v) ? "?" : v < 0 ? "−∞" : "∞");

/**
 * A number on a cell: as above, but never wider than six characters and a sign. What is nearer to 1 than four decimals
 * show is "<1" or ">1".
 * @param {number} v
 */
export function cellText(v) {
  if (!Number.isFinite(v)) return unboundedText(v);
  const size = shownSize(v);
  if (Number.isInteger(size) && size < 1e5) return (v < 0 && size !== 0 ? "−" : "") + size;
  const text = (v < 0 ? "−" : "") + digitsOf(size);
  return Number(digitsOf(size)) === 1 ? besideOne(v) : text;
}

/** @param {number} v nearly 1 or -1 */
const besideOne = (v) => (v < 0 ? (v > -1 ? ">−1" : "<−1") : v < 1 ? "<1" : ">1");

/**
 * All digits but the sixteenth, which is the machine's and not the learner's.
 * @param {number} v
 */
export function fullText(v) {
  if (!Number.isFinite(v)) return cellText(v);
  const shown = Math.sign(v) * shownSize(v);
  const text = shown !== 0 && Math.abs(shown) < 1e-4 ? shown.toExponential() : String(shown);
  return text.replace("-", "−").replace("e-", "e−");
}

/**
 * Whether a number printed with so many decimals says all there is to say of it.
 * @param {number} v
 * @param {number} [decimals]
 */
export const isPrintedInFull = (v, decimals) =>
  !Number.isFinite(v) || readParts(numberParts(v, decimals)) === Math.sign(v) * shownSize(v);

/**
 * The number that is read on a cell.
 * @param {number} v
 */
export const readCell = (v) => Number(cellText(v).replace(/[<>]/, "").replaceAll("−", "-").replace("∞", "Infinity"));
