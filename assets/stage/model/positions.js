// Where a cell is: positions along the axes, offsets in reading order, and the index terms of expressions.

/** @import { WireAxis, WireIndex } from "../wire.js" */

/** @typedef {Record<string, number>} Spot a position by the names of the axes */

/** @typedef {{ axes: WireAxis[], shape: number[] }} Shaped */

/**
 * @param {WireIndex} index
 * @param {Spot} spot
 * @returns {number}
 */
export function place(index, spot) {
  let sum = index[0];
  for (let n = 1; n < index.length; n++) {
    const [base, coefficient, divisor, modulus] = /** @type {import("../wire.js").WireTerm} */ (index[n]);
    const whole = Math.floor((typeof base === "string" ? spot[base] : place(base, spot)) / divisor);
    sum += coefficient * (modulus ? whole % modulus : whole);
  }
  return sum;
}

/**
 * @param {{ shape: number[] }} step
 * @param {number[]} position
 */
export const flat = (step, position) => position.reduce((sum, i, n) => sum * step.shape[n] + i, 0);

/**
 * @param {{ shape: number[] }} step
 * @param {number} offset
 * @returns {number[]}
 */
export function unflat(step, offset) {
  const position = new Array(step.shape.length);
  let rest = offset;
  for (let n = position.length - 1; n >= 0; n--) {
    position[n] = rest % step.shape[n];
    rest = Math.floor(rest / step.shape[n]);
  }
  return position;
}

/**
 * @param {Shaped} step
 * @param {number} offset
 * @returns {Spot}
 */
export function spotOf(step, offset) {
  const position = unflat(step, offset);
  return Object.fromEntries(step.axes.map(([name], n) => [name, position[n]]));
}
