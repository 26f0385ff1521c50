// What this browser keeps of a class: a learner's token, place and answer; a teacher's secret. Never in a link.
//
// The browser's store holds it for all windows; a window's own store says which of them leads the class.

/** @import { WireAnswered } from "./wire.js" */

/** @typedef {import("./states.js").State} State */

/**
 * own: where a learner was who roamed. pending: an answer that is not acknowledged. reached: the challenge that is. solution:
 * the query of the link that reached it. agreed: whether the class may see that.
 * @typedef {object} Seat
 * @property {"learner"} role
 * @property {string} code
 * @property {string} token
 * @property {boolean} follows
 * @property {State} [own]
 * @property {WireAnswered} [pending]
 * @property {string} [reached]
 * @property {string} [solution]
 * @property {boolean} [agreed]
 */

/**
 * @typedef {object} Desk
 * @property {"teacher"} role
 * @property {string} code
 * @property {string} secret
 * @property {number} until
 */

const PLACE = "atlas:class";
export const DESK = "atlas:class:desk"; // the teacher's, for all windows

/** @returns {Storage[]} the window's own, then the browser's */
function stores() {
  try {
    return [sessionStorage, localStorage];
  } catch {
    return [];
  }
}

/**
 * @param {Storage | undefined} store
 * @param {string} place
 */
function read(store, place) {
  try {
    const found = JSON.parse(store?.getItem(place) ?? "null");
    return typeof found?.role === "string" && typeof found.code === "string" ? found : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {Storage | undefined} store
 * @param {string} place
 * @param {Seat | Desk | undefined} content
 */
function write(store, place, content) {
  try {
    if (content) store?.setItem(place, JSON.stringify(content));
    else store?.removeItem(place);
  } catch {
    // A browser that keeps nothing forgets the class when the page is loaded anew.
  }
}

/**
 * What this window is in: a class it leads, or one that this browser has joined.
 * @returns {Seat | Desk | undefined}
 */
export function kept() {
  const [own, all] = stores();
  return read(own, PLACE) ?? read(all, PLACE);
}

/** @param {Seat | undefined} seat */
export const keepSeat = (seat) => write(stores()[1], PLACE, seat);

/**
 * The class that was started in this browser, in whichever window.
 * @returns {Desk | undefined}
 */
export function keptDesk() {
  const found = read(stores()[1], DESK);
  return found && found.until * 1000 > Date.now() ? found : undefined;
}

/** @param {Desk | undefined} desk */
export function keepDesk(desk) {
  const [own, all] = stores();
  write(own, PLACE, desk);
  write(all, DESK, desk);
}
