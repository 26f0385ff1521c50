// What this browser knows of each lesson's session, so that another process can be handed what the first one had.
//
// A server that was started anew, or another one, makes a session from the address with which the page was loaded. It is
// told from the one before by its name, and is not believed until it has taken what is remembered here.

/** @typedef {{ session: string, query: string }} Memory */

/** @type {Map<string, Memory>} */
const known = new Map();

/**
 * @param {string} key the lesson
 * @param {string} session the name of the session that has this
 * @param {string} query
 */
export const remember = (key, session, query) => known.set(key, { session, query });

/**
 * What has to be handed over to the session that answers; undefined where it is the one this browser knows, or has been
 * handed everything.
 * @param {{ key: string, session?: string, restored?: boolean }} data
 * @returns {string | undefined}
 */
export function inheritance({ key, session, restored }) {
  const before = known.get(key);
  if (!before || !session || before.session === session) return undefined;
  if (!restored) return before.query;
  before.session = session;
  return undefined;
}
