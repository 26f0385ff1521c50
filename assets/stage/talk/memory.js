// What this browser knows of each lesson's session, so that another process can be handed what the first one had.
//
// A server that was started anew, or another one, makes a session from the address with which the page was loaded. It is
// told from the one before by its name, and is not believed until it has taken what is remembered here.

/** @import { WireView } from "../wire.js" */

/**
 * view: where the learner is, if anywhere but where the lesson opens.
 * @typedef {{ session: string, query: string, view?: WireView }} Memory
 */

/** @type {Map<string, Memory>} */
const known = new Map();

/**
 * @param {string} key the lesson
 * @param {Memory} memory
 */
export const remember = (key, memory) => known.set(key, memory);

/**
 * Where the learner was when the stage of this lesson left the page, of which the server was not told.
 * @param {string} key the lesson
 * @param {string | undefined} session the name of the session that answers
 */
export function rememberedView(key, session) {
  const memory = known.get(key);
  return memory?.session === session ? memory?.view : undefined;
}

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
