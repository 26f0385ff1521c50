// Where a page of the app is: the lesson, its numbers as a link has them, and what changes within it.

/** @import { WireShown, WireSpot } from "./wire.js" */

/** @typedef {WireShown} State */

// Parts of a link that say nothing of the numbers.
const ASIDE = ["step", "cell", "at", "section", "task", "hide", "until", "present", "plan", "cover", "tour", "embed"];

/**
 * The numbers of a link and nothing else: two links with the same ones show the same numbers.
 * @param {string} query
 */
export function numbersOf(query) {
  const parts = [...new URLSearchParams(query)].filter(([name]) => !ASIDE.includes(name));
  return new URLSearchParams(parts.sort(([a], [b]) => (a < b ? -1 : Number(a > b)))).toString();
}

/**
 * @param {State} state
 * @param {State | undefined} other
 */
export const isSame = (state, other) => JSON.stringify(state) === JSON.stringify(other);

/** @param {Partial<State>} parts @returns {State} */
export const stateOf = (parts) => ({
  lesson: "",
  query: "",
  stop: "",
  cell: null,
  at: {},
  moment: null,
  spot: null,
  hide: [],
  ...parts,
});

/**
 * Whether two spots are the same cell.
 * @param {WireSpot | null | undefined} spot
 * @param {WireSpot | null | undefined} other
 */
export const isSameSpot = (spot, other) => JSON.stringify(spot ?? null) === JSON.stringify(other ?? null);
