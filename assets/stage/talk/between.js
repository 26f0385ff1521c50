// What components on one page say to each other: numbers that changed, numbers to be set, a picture to be saved.

/** @typedef {(name: string) => Float64Array | undefined} ValuesOf the values of a step by its name */

/**
 * Numbers for a whole input, still under a learner's hand; `live` is set to whether anything follows from them.
 * @typedef {{ input: string, values: number[], live: boolean }} Wish
 */

/**
 * What a class is asked for and is not to see: a number, or all numbers of its row.
 * @typedef {import("../classroom/wire.js").WireSpot & { isRow: boolean }} Veil
 */

/**
 * @typedef {object} Topics
 * @property {ValuesOf} values
 * @property {Wish} set
 * @property {string} save the format of the picture
 * @property {import("../model/scene.js").Scene} scene what is presented is another state now
 * @property {import("../model/scene.js").Scene} direct what is presented is to be in this state
 * @property {import("../classroom/states.js").State} place where the stage is, and what it points at
 * @property {null} locate whoever is somewhere says so again
 * @property {{ state: import("../classroom/states.js").State, done: (isShown: boolean) => void }} lead show this
 * @property {null} own what is shown of another's becomes this learner's own
 * @property {Veil | null} veil numbers not to be shown
 * @property {{ found?: import("../inclass.js").Asked }} ask what may be asked of the cell on screen
 * @property {null} edited numbers were changed by hand
 * @property {string} class a class is wanted: "start" or "join"
 * @property {{ key: string, sequence: number }} told the server has taken all edits of a lesson up to this one
 */

/**
 * @template {keyof Topics} T
 * @param {T} topic
 * @param {Topics[T]} detail
 */
export const announce = (topic, detail) => document.dispatchEvent(new CustomEvent(`atlas:${topic}`, { detail }));

/**
 * @template {keyof Topics} T
 * @param {T} topic
 * @param {(detail: Topics[T]) => void} hear
 * @returns {() => void} stops listening
 */
export function listen(topic, hear) {
  /** @param {Event} event */
  const onEvent = (event) => hear(/** @type {CustomEvent<Topics[T]>} */ (event).detail);
  document.addEventListener(`atlas:${topic}`, onEvent);
  return () => document.removeEventListener(`atlas:${topic}`, onEvent);
}

const GAP = 60; // ms
const TURN = "atlasTurn"; // of the document: components have scripts of their own

/**
 * Speak to the page when it is this component's turn. Streamlit takes messages of one moment for messages of one
 * fragment, and loses those of others.
 * @param {() => void} speak
 * @param {number} wait ms to wait at least
 */
export function inTurn(speak, wait = 0) {
  const shared = /** @type {Record<string, number | undefined>} */ (/** @type {unknown} */ (document));
  const now = Date.now();
  const time = Math.max(now + wait, shared[TURN] ?? 0);
  shared[TURN] = time + GAP;
  if (time > now) setTimeout(speak, time - now);
  else speak();
}
