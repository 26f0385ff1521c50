// Which lessons this browser has opened, and where each was left: kept in the browser, and sent nowhere.

/** @typedef {{ query: string, time: number }} Visit */

const PLACE = "atlas:visits";

/**
 * The visits by the keys of the lessons; none where the browser keeps nothing.
 * @returns {Record<string, Visit>}
 */
export function visits() {
  try {
    const found = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {};
  }
}

/**
 * A lesson is on screen with this query string.
 * @param {string} key
 * @param {string} query
 */
export function visited(key, query) {
  if (globalThis.top !== globalThis.self) return; // a page in a frame is a preview, or part of another site
  try {
    localStorage.setItem(PLACE, JSON.stringify({ ...visits(), [key]: { query, time: Date.now() } }));
  } catch {
    // A browser that keeps nothing offers nothing to go on with.
  }
}

/**
 * The lesson that was on screen last, among those there are.
 * @param {Record<string, unknown>} known by key
 * @returns {[key: string, visit: Visit] | undefined}
 */
export function lastVisit(known) {
  const found = Object.entries(visits()).filter(([key, visit]) => key in known && typeof visit?.query === "string");
  return found.sort(([, one], [, other]) => other.time - one.time)[0];
}

/**
 * Whether this browser has been told something once.
 * @param {string} what
 */
export function isTold(what) {
  try {
    return localStorage.getItem(`atlas:${what}`) !== null;
  } catch {
    return true; // what cannot be remembered is not offered on every page
  }
}

/** @param {string} what */
export function told(what) {
  try {
    localStorage.setItem(`atlas:${what}`, "told");
  } catch {
    // It cannot be remembered.
  }
}
