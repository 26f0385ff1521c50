// What follows from what: steps behind a change are computed again, and cells know which others they feed.

import { ground, operandCells, operandIds, value } from "./expression.js";
import { spotOf } from "./positions.js";
import { keyOf } from "./steps.js";

/** @import { Step } from "./steps.js" */

/**
 * Recompute every computed step of `ordered` from its operands' values, in order.
 * @param {Step[]} steps
 * @param {Step[]} ordered
 */
export function recompute(steps, ordered) {
  for (const step of ordered) {
    if (!step.expression) continue;
    for (let offset = 0; offset < step.values.length; offset++)
      step.values[offset] = value(ground(step.expression, spotOf(step, offset), steps));
  }
}

/**
 * The steps computed from any of these, in order.
 * @param {Step[]} steps
 * @param {Step[]} changed
 * @returns {Step[]}
 */
export function followers(steps, changed) {
  const moved = new Set(changed.map(({ id }) => id));
  return steps.filter(({ id, expression }) => {
    const follows = expression && operandIds(expression).some((each) => moved.has(each));
    if (follows) moved.add(id);
    return follows;
  });
}

/**
 * For every operand cell "id:offset" of one step, the offsets of the cells it feeds.
 * @param {Step} step
 * @param {Step[]} steps
 * @returns {Map<string, number[]>}
 */
export function feeds(step, steps) {
  /** @type {Map<string, number[]>} */
  const found = new Map();
  if (!step.expression) return found;
  for (let offset = 0; offset < step.values.length; offset++)
    for (const cell of operandCells(ground(step.expression, spotOf(step, offset), steps))) {
      const fed = found.get(keyOf(cell));
      if (fed) fed.push(offset);
      else found.set(keyOf(cell), [offset]);
    }
  return found;
}
