// Which slices of a step are drawn, and in what room: the axes at the edges of its tables.

import { chosenAxes } from "../model/steps.js";

/** @import { WireAxis } from "../wire.js" */
/** @import { Step } from "../model/steps.js" */
/** @import { Spot } from "../model/positions.js" */

/**
 * Positions along the leading axes that are drawn: the chosen one where `at` has it, else all.
 * @param {Step} step
 * @param {Spot} at
 * @returns {number[][]}
 */
export function slicesOf(step, at) {
  const chosen = chosenAxes(step).map(([name]) => name);
  const ranges = step.axes
    .slice(0, -2)
    .map(([name, labels]) => (name in at && chosen.includes(name) ? [at[name]] : labels.map((_, i) => i)));
  return ranges.reduce(
    (found, range) => found.flatMap((before) => range.map((i) => [...before, i])),
    /** @type {number[][]} */ ([[]]),
  );
}

/** @type {WireAxis} */
const NONE = ["", [""]];

/**
 * The axes of rows and of columns; one without a name where there is none.
 * @param {Step} step
 * @returns {[rows: WireAxis, columns: WireAxis]}
 */
export function edgesOf(step) {
  const axes = step.axes.slice(-2);
  return [axes.length > 1 ? axes[0] : NONE, axes[axes.length - 1] ?? NONE];
}

const PIXEL = { most: 50, least: 9, edge: 30 }; // px: a side; labels, and the gap to the next picture

/**
 * An image: square pixels as large as fit into the room, and so many pictures in a line that they can be.
 * @param {Step} step
 * @param {number} count pictures
 * @param {number} width
 * @param {number} height
 */
export function pixelsFor(step, count, width, height) {
  const [rows, columns] = step.shape.slice(-2);
  /** @param {number} across */
  const pixel = (across) => {
    const wide = (width - across * PIXEL.edge) / (across * columns);
    const high = height / (Math.ceil(count / across) * (rows + 1));
    return Math.max(0, Math.floor(Math.min(PIXEL.most, wide, high) - 1));
  };
  /** @param {number} n */
  const missing = (n) => (n - (count % n)) % n; // places left empty in the last line
  const ways = Array.from({ length: count }, (_, n) => n + 1);
  const largest = Math.max(...ways.map(pixel));
  const [across] = ways.filter((n) => pixel(n) >= 0.85 * largest).sort((a, b) => missing(a) - missing(b) || b - a);
  return { across, size: Math.max(PIXEL.least, pixel(across)) };
}
