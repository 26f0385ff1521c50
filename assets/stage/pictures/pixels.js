// Pixels as few shapes: neighbours in a row that are filled alike are one rectangle of one path.

import { drawn } from "../draw/nodes.js";

/** @import { WireLayer } from "../wire.js" */

/** @typedef {["shade" | "positive" | "negative" | "heat", number] | ["colour", string]} Filling */

const LEVELS = 48; // shades told apart: so many paths at most, however many pixels

/** @param {Filling} filling */
function groundOf([kind, how]) {
  switch (kind) {
    case "colour":
      return how;
    case "shade":
      return `color-mix(in oklab, var(--bright) ${how * 100}%, var(--dark))`;
    case "heat":
      return `color-mix(in srgb, var(--heat) ${how * 78}%, transparent)`;
    default:
      return `color-mix(in oklab, var(--${kind}) ${how * 100}%, var(--st-background-color))`;
  }
}

/**
 * How a pixel is filled; undefined where the paper is bare. Without light it is dark.
 * @param {WireLayer} layer
 * @param {number | string} pixel
 * @returns {Filling | undefined}
 */
function filling({ kind, top }, pixel) {
  if (typeof pixel === "string") return pixel ? ["colour", pixel] : undefined;
  const level = Math.round((LEVELS * pixel) / top);
  const share = Math.min(1, Math.abs(level) / LEVELS);
  if (kind === "shade") return ["shade", share];
  if (!level) return undefined;
  if (kind === "heat") return ["heat", share];
  return [level < 0 ? "negative" : "positive", share];
}

/**
 * An SVG path for each filling; the first pixel is centred at 0, 0.
 * @param {WireLayer} layer
 * @param {number} columns
 */
function paths(layer, columns) {
  /** @type {Map<string, { filling: Filling, path: string }>} */
  const found = new Map();
  const fillings = layer.pixels.map((pixel) => filling(layer, pixel));
  let start = 0;
  for (let end = 0; start < fillings.length; start = end) {
    const [first, key] = [fillings[start], String(fillings[start])];
    const last = start - (start % columns) + columns; // of its row
    for (end = start + 1; end < last && String(fillings[end]) === key; ) end++;
    if (!first) continue;
    const shape = found.get(key) ?? { filling: first, path: "" };
    shape.path += `M${(start % columns) - 0.5} ${Math.floor(start / columns) - 0.5}h${end - start}v1h${start - end}z`;
    found.set(key, shape);
  }
  return [...found.values()];
}

/**
 * @param {WireLayer[]} layers
 * @param {number} columns
 */
export const painted = (layers, columns) =>
  layers.flatMap((layer) =>
    paths(layer, columns).map(({ filling: how, path }) => {
      const node = drawn("path", { d: path, class: how[0] });
      node.style.fill = groundOf(how);
      return node;
    }),
  );
