// What a step is once it has arrived: its description, its number, its shape and its values.

/** @import { WireStep } from "../wire.js" */

/**
 * @typedef {WireStep & { id: number, shape: number[], values: Float64Array }} Step
 * @typedef {{ step: Step, offset: number }} Cell
 * @typedef {{ step: Step, offset: number, value: number }} Change
 */

/** @param {Cell} cell */
export const keyOf = ({ step, offset }) => `${step.id}:${offset}`;

/** @param {number[]} shape */
export const sizeOfShape = (shape) => shape.reduce((product, n) => product * n, 1);

/**
 * @param {WireStep} described
 * @param {number} id
 * @param {boolean} open whether inputs may be edited at all
 * @returns {Step}
 */
export function stepOf(described, id, open) {
  const shape = described.axes.map(([, labels]) => labels.length);
  return { ...described, id, shape, editable: described.editable && open, values: new Float64Array() };
}

/**
 * A switch that may be thrown.
 * @param {Step} step
 */
export const isSwitch = (step) => step.switch && step.editable;

/**
 * The axes of which one position is chosen at a time: those before the ones drawn beside each other.
 * @param {Step} step
 */
export const chosenAxes = (step) => step.axes.slice(0, -step.beside);

/**
 * The largest size among the finite values.
 * @param {{ values: ArrayLike<number> & { reduce: Float64Array["reduce"] } }} step
 */
export const topOf = (step) =>
  step.values.reduce((top, v) => (Number.isFinite(v) ? Math.max(top, Math.abs(v)) : top), 0);

/**
 * What is shared out, so that along some axis it sums to 1.
 * @param {Step} step
 */
export function isShares(step) {
  if (step.shares) return true;
  if (!step.expression || !step.values.length || step.values.some((v) => !(v >= 0))) return false;
  return sumAxis(step) >= 0;
}

/**
 * The number of the axis along which a step sums to 1; -1 where there is none.
 * @param {Step} step
 */
export const sumAxis = (step) =>
  step.shape.findIndex((_, n) => sumsAlong(step, n).every((sum) => Math.abs(sum - 1) < 1e-9));

/**
 * @param {Step} step
 * @param {number} n number of the axis
 * @returns {number[]}
 */
function sumsAlong({ shape, values }, n) {
  const inner = sizeOfShape(shape.slice(n + 1));
  const sums = new Array(values.length / shape[n]).fill(0);
  values.forEach((v, i) => {
    sums[Math.floor(i / (inner * shape[n])) * inner + (i % inner)] += v;
  });
  return sums;
}
