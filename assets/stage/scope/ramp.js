// Colours of maps without numbers: weights by the root of their size, so that small ones are seen, and signed differences.

import { channelsOf } from "../draw/colours.js";

const RAMPS = {
  light: { shares: ["#fbfbfa", "#63b39e", "#0d4f44"], more: "#2f6fb5", less: "#c9692a" },
  dark: { shares: ["#1b1e23", "#2c7566", "#a5f3de"], more: "#74b0ee", less: "#ee9a5e" },
};

/** @typedef {Uint8ClampedArray} Table four bytes for each of 256 sizes */

/** @type {Map<string, Table>} */
const made = new Map();

/**
 * @param {string} zero
 * @param {string[]} stops
 * @param {boolean} isRooted
 */
function table(zero, stops, isRooted) {
  const found = new Uint8ClampedArray(4 * 256);
  for (let n = 0; n < 256; n++) {
    const place = (isRooted ? Math.sqrt(n / 255) : n / 255) * stops.length;
    const stop = Math.min(stops.length - 1, Math.floor(place));
    const from = stop ? stops[stop - 1] : zero;
    const percent = ((place - stop) * 100).toFixed(1);
    const { r, g, b } = channelsOf(`color-mix(in oklab, ${stops[stop]} ${percent}%, ${from})`);
    found.set([r, g, b, 255], 4 * n);
  }
  return found;
}

/**
 * The colours of one kind on a light or dark page.
 * @param {"shares" | "more" | "less"} kind
 * @param {string | undefined} theme
 */
export function ramp(kind, theme) {
  const name = theme === "dark" ? "dark" : "light";
  const key = `${kind} ${name}`;
  const { shares, ...ends } = RAMPS[name];
  const found =
    made.get(key) ??
    (kind === "shares" ? table(shares[0], shares.slice(1), true) : table(shares[0], [ends[kind]], true));
  made.set(key, found);
  return found;
}

/**
 * Paint a square of numbers, one pixel each; the style of the canvas enlarges it.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values weights in 255ths, or signed in 127ths
 * @param {number} n
 * @param {string | undefined} theme
 */
export function paint(canvas, values, n, theme) {
  if (canvas.width !== n) canvas.width = canvas.height = n;
  const image = new ImageData(n, n);
  const isSigned = values instanceof Int8Array;
  const [plus, minus] = isSigned ? [ramp("more", theme), ramp("less", theme)] : [ramp("shares", theme), undefined];
  for (let k = 0; k < n * n; k++) {
    const v = values[k];
    const size = 4 * Math.min(255, isSigned ? 2 * Math.abs(v) : Math.round(v));
    const colours = v < 0 && minus ? minus : plus;
    image.data.set(colours.subarray(size, size + 4), 4 * k);
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/**
 * One colour, for a cell that bears a number.
 * @param {number} share from 0 to 1, or from -1 to 1 where `isSigned`
 * @param {boolean} isSigned
 */
export function ground(share, isSigned) {
  const name = !isSigned ? "share" : share < 0 ? "negative" : "positive";
  const size = Math.min(1, Math.abs(share));
  return `color-mix(in oklab, var(--${name}) ${Math.round(100 * size)}%, var(--zero))`;
}
