// What is seen of a lesson while it is presented, beside its numbers: what is covered until it is revealed, and the place
// in a plan. A link holds both.

/** What a presenter may cover: the number of a cell, the arithmetic, the steps to come. */
export const COVERS = /** @type {const} */ (["number", "arithmetic", "next"]);

/** @typedef {typeof COVERS[number]} Cover */

/**
 * plan: the number of the state shown, from 1; 0 outside of a plan.
 * @typedef {{ plan: number, cover: Cover[] }} Shown
 */

/**
 * The state of the stage, as another program may hear it and ask for it. spotlight: where it is, in parts of the window.
 * @typedef {object} Scene
 * @property {string} stop
 * @property {number[] | null} cell
 * @property {Record<string, number>} at
 * @property {number} moment of the cell's arithmetic, from 1; 0 where it is shown as a whole
 * @property {Cover[]} cover
 * @property {[x: number, y: number] | null} spotlight
 */

/**
 * How a link wants a lesson presented; undefined where it does not. What it says amiss counts as not said.
 * @param {string} query
 * @returns {Shown | undefined}
 */
export function presented(query) {
  const parts = new URLSearchParams(query);
  if (parts.get("present") !== "1") return undefined;
  const plan = Number(parts.get("plan"));
  return {
    plan: Number.isInteger(plan) && plan > 0 ? plan : 0,
    cover: coversOf((parts.get("cover") ?? "").split(",")),
  };
}

/**
 * Those that there are, once each, in their order.
 * @param {unknown[]} found
 * @returns {Cover[]}
 */
export const coversOf = (found) => COVERS.filter((cover) => found.includes(cover));

/**
 * The parts of a link that say the same.
 * @param {Shown} shown
 * @returns {[name: string, text: string][]}
 */
export const partsOf = ({ plan, cover }) => [
  ["present", "1"],
  ["plan", plan ? String(plan) : ""],
  ["cover", cover.join()],
];
