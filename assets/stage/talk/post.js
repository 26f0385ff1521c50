// Edits told to the server without a run of the page's script.

import { speaking } from "./language.js";

/** @import { WireAnswer, WireEdits } from "../wire.js" */

/** @typedef {(path: string, message: WireEdits) => Promise<WireAnswer | null | undefined>} Post */

/**
 * The answer; undefined where there is none, and null where this server does not know the session.
 * @type {Post}
 */
export async function post(path, message) {
  const headers = { "Content-Type": "application/json", ...speaking() };
  const options = { method: "POST", headers, body: JSON.stringify(message), keepalive: true };
  try {
    const answer = await fetch(new URL(path, document.baseURI), options);
    if (answer.ok) return await answer.json();
    return answer.status === 404 ? null : undefined;
  } catch {
    return undefined;
  }
}
