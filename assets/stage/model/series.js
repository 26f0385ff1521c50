// Series of times: stops named "decoder 2/scores", and what fills row by row as time runs.

import { momentOf } from "./names.js";

/** @import { WireAxis } from "../wire.js" */
/** @import { Step } from "./steps.js" */

/**
 * @typedef {{ time: string, stops: number[] }} Time
 * @typedef {{ name: string, times: Time[] }} Series
 */

/**
 * A topic of a series as a table: `start` is where a row's labels begin among the columns.
 * @typedef {{ step: Step, start: number }} Row
 * @typedef {{ axis: string, columns: string[], rows: (Row | undefined)[] }} Table
 */

/**
 * Every series worth a slider, in the order of the stops. Two times of one stop each are none: the rail shows as much.
 * @param {string[]} titles
 * @returns {Series[]}
 */
export function seriesOf(titles) {
  /** @type {Map<string, Map<string, number[]>>} */
  const found = new Map();
  titles.forEach((title, position) => {
    const moment = momentOf(title);
    if (!moment) return;
    const times = obtained(found, moment[0], () => new Map());
    obtained(times, moment[1], () => /** @type {number[]} */ ([])).push(position);
  });
  return [...found].filter(([, times]) => isLong(times)).map(([name, times]) => ({ name, times: listed(times) }));
}

/**
 * @template K, V
 * @param {Map<K, V>} map
 * @param {K} key
 * @param {() => V} make
 * @returns {V}
 */
function obtained(map, key, make) {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  map.set(key, fresh);
  return fresh;
}

/** @param {Map<string, number[]>} times */
const isLong = (times) => times.size > 2 || (times.size > 1 && [...times.values()].some((stops) => stops.length > 1));

/** @param {Map<string, number[]>} times */
const listed = (times) => [...times].map(([time, stops]) => ({ time, stops }));

/**
 * The one axis along which any of these steps has more than one position; undefined where there are more or none.
 * @param {Step[]} steps
 */
function rowAxis(steps) {
  const wide = new Set(
    steps.flatMap((step) => step.axes.filter(([, labels]) => labels.length > 1).map(([name]) => name)),
  );
  const [name] = wide;
  return wide.size === 1 && steps.every((step) => step.axes.some(([own]) => own === name)) ? name : undefined;
}

/**
 * Where a row's labels stand among the columns: at their start, somewhere along them, or after them as new ones.
 * @param {string[]} columns
 * @param {string[]} labels
 */
function startAmong(columns, labels) {
  /** @param {number} start */
  const matches = (start) =>
    labels.every((label, n) => (start + n >= columns.length ? start === 0 : columns[start + n] === label));
  for (let start = 0; start < columns.length; start++) if (matches(start)) return start;
  return columns.length;
}

/**
 * @param {Step} step
 * @param {string} axis
 */
const labelsAlong = (step, axis) => /** @type {WireAxis} */ (step.axes.find(([name]) => name === axis))[1];

/**
 * The steps of one topic at all times as a table; undefined where they are no rows.
 * @param {(Step | undefined)[]} steps
 * @returns {Table | undefined}
 */
export function rowsOf(steps) {
  const axis = rowAxis(steps.filter((step) => step !== undefined));
  if (axis === undefined) return undefined;
  /** @type {string[]} */
  const columns = [];
  const rows = steps.map((step) => {
    if (!step) return undefined;
    const labels = labelsAlong(step, axis);
    const start = startAmong(columns, labels);
    columns.splice(start, labels.length, ...labels);
    return { step, start };
  });
  return { axis, columns, rows };
}

/** @param {Table} table */
export const stepsOf = (table) => table.rows.filter((row) => row !== undefined).map(({ step }) => step);

/**
 * Whether a step chooses one of several.
 * @param {Step} step
 */
export const isChoice = ({ values }) =>
  values.length > 1 && values.every((v) => v === 0 || v === 1) && values.reduce((sum, v) => sum + v, 0) === 1;

/**
 * The label a one-hot step chooses, where its labels are words of their own and not just 1, 2, 3.
 * @param {Step} step
 * @param {string} axis
 */
export function chosenLabel(step, axis) {
  const labels = labelsAlong(step, axis);
  return labels.every((label, n) => label === String(n + 1)) ? undefined : labels[step.values.indexOf(1)];
}

/**
 * Whether at every time of the table one word is chosen.
 * @param {Table} table
 */
export const isOfChoices = (table) =>
  table.rows.every((row) => row && isChoice(row.step) && chosenLabel(row.step, table.axis) !== undefined);
