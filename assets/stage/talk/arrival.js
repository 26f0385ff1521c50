// What arrives from the page: numbers out of their text, and whether the steps are others than before.

/** @import { WirePayload } from "../wire.js" */

/**
 * All values, float64 in base64: exact, and minus infinity survives.
 * @param {string} text
 */
export const decode = (text) => new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

/**
 * All but the numbers: where it is the same, the matrices stay as they are.
 * @param {WirePayload} data
 */
export const structureOf = ({ steps, stops, hide }) =>
  JSON.stringify([steps, stops.map(({ title, steps: listed, result }) => [title, listed, result]), hide]);
