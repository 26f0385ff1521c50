// What the learner's device is like.

/** @param {string} query */
const says = (query) => Boolean(globalThis.matchMedia?.(query).matches);

export const IS_TOUCH = says("(pointer: coarse)");
export const IS_CALM = says("(prefers-reduced-motion: reduce)");
