// Numbers carried as [m, s], meaning m * e^s, so that exponentials of large scores stay finite.

/** @typedef {[mantissa: number, scale: number]} Scaled */

/** @param {Scaled} number */
export const collapsed = ([m, s]) => (s === 0 || m === 0 ? m : m * Math.exp(s));

/**
 * The logarithm of a number's size, which holds where the number itself is beyond any that can be held.
 * @param {Scaled} number
 */
export const sizeOf = ([m, s]) => (m ? Math.log(Math.abs(m)) + s : -Infinity);

/**
 * @param {Scaled[]} parts
 * @returns {Scaled}
 */
export function sum(parts) {
  const top = parts.reduce((best, [m, s]) => (m ? Math.max(best, s) : best), -Infinity);
  if (top === -Infinity) return [0, 0];
  return [parts.reduce((total, [m, s]) => total + (m ? (s === top ? m : m * Math.exp(s - top)) : 0), 0), top];
}

const NOISE = 1e-14; // of the largest term: what is left of terms that cancel, and no digit of theirs

/**
 * A sum as on paper, where terms that cancel leave nothing.
 * @param {Scaled[]} parts
 * @returns {Scaled}
 */
export function sumOnPaper(parts) {
  const [m, s] = sum(parts);
  const largest = Math.max(...parts.map(sizeOf));
  return Math.log(Math.abs(m)) + s < largest + Math.log(NOISE) ? [0, 0] : [m, s];
}

/**
 * @param {Scaled[]} parts
 * @returns {Scaled}
 */
export const product = (parts) => [parts.reduce((p, [m]) => p * m, 1), parts.reduce((total, [, s]) => total + s, 0)];

/**
 * @param {Scaled[]} parts
 * @returns {Scaled}
 */
export const quotient = ([a, b]) => [a[0] / b[0], a[1] - b[1]];

/**
 * @param {Scaled[]} parts
 * @returns {Scaled}
 */
export const power = ([a, b]) => [collapsed(a) ** collapsed(b), 0];

/**
 * @param {Scaled[]} parts
 * @returns {Scaled}
 */
export const log = ([[m, s]]) => [Math.log(m) + s, 0];

/**
 * @param {Scaled[]} parts
 * @returns {Scaled}
 */
export const exp = ([a]) => (collapsed(a) === -Infinity ? [0, 0] : [1, collapsed(a)]);

/** @param {Scaled[]} parts */
export const max = (parts) => parts.reduce((best, part) => (collapsed(part) > collapsed(best) ? part : best));

/** @param {Scaled[]} parts */
export const min = (parts) => parts.reduce((best, part) => (collapsed(part) < collapsed(best) ? part : best));

/**
 * 1 where the item at the position is among the k largest, else 0; the earlier of equal ones counts as larger.
 * @param {Scaled[]} parts
 * @param {number} k
 * @param {number} position
 * @returns {Scaled}
 */
export function top(parts, k, position) {
  const values = parts.map(collapsed);
  const ahead = values.filter((v, n) => v > values[position] || (v === values[position] && n < position));
  return [Number(ahead.length < k), 0];
}
