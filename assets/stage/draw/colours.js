// The ground of every cell by its number: shares, signed numbers, or the light of an image.

import { isShares, topOf } from "../model/steps.js";

/** @import { Step } from "../model/steps.js" */

/**
 * @param {number} v
 * @param {number} top the number drawn strongest
 * @param {boolean} shares
 */
export function tint(v, top, shares) {
  if (!Number.isFinite(v)) return "var(--masked)";
  const percent = top ? Math.round((Math.abs(v) / top) * 100) : 0;
  const colour = shares ? "share" : v < 0 ? "negative" : "positive";
  return `color-mix(in oklab, var(--${colour}) ${percent}%, var(--zero))`;
}

/** @param {Step} step */
export const isImage = (step) => step.view === "image";

/** @param {Step} step */
export const isSignedImage = (step) => isImage(step) && step.values.some((v) => v < 0);

/**
 * @param {number} v
 * @param {number} top
 */
function light(v, top) {
  if (!Number.isFinite(v)) return "var(--masked)";
  return `color-mix(in oklab, var(--bright) ${top ? Math.round((v / top) * 100) : 0}%, var(--dark))`;
}

/**
 * The ground of every cell of a step as a function of its number; an image is dark at 0. signed: an image that stands beside
 * one with numbers below 0 is coloured as that one is.
 * @param {Step} step
 * @returns {(v: number) => string}
 */
export function groundsOf(step, signed = isSignedImage(step)) {
  const top = topOf(step);
  if (isImage(step)) return signed ? (v) => tint(v, top, false) : (v) => light(v, top);
  const shares = isShares(step);
  return (v) => tint(v, top, shares);
}

const MIDDLE = 47; // percent of light where white and black are equally far

/**
 * On which half of the light a number stands, to be written in white or in black; "" on any other ground.
 * @param {string} ground
 */
export function lightOf(ground) {
  if (!ground.includes("--bright")) return "";
  return Number(ground.match(/(\d+)%/)?.[1]) < MIDDLE ? "dark" : "bright";
}

/** @type {CanvasRenderingContext2D | null | undefined} */
let pixel;

/**
 * A colour any viewer understands: color-mix and oklab become rgb by way of a canvas pixel.
 * @param {string} colour
 */
export function plainColour(colour) {
  const { r, g, b, a } = channelsOf(colour);
  return a === 255 ? `rgb(${r},${g},${b})` : `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`;
}

/** @param {string} colour */
export function channelsOf(colour) {
  pixel ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!pixel) throw new Error("no canvas");
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
  return { r, g, b, a };
}
