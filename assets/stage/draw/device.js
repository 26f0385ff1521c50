// What the learner's device is like.

/** @param {string} query */
const says = (query) => Boolean(globalThis.matchMedia?.(query).matches);

export const IS_TOUCH = says("(pointer: coarse)");
export const IS_CALM = says("(prefers-reduced-motion: reduce)");

/**
 * How many pixels of the window one of a node's own is: type grows with the screen (see stage.css).
 * @param {Element} node
 */
export const zoomOf = (node) => /** @type {Element & { currentCSSZoom?: number }} */ (node).currentCSSZoom ?? 1;
