// Parts of messages that stay the same over many of them: each is sent once, and kept here by its key.

/** @import { WirePayload, WireStep, WireStop } from "../wire.js" */

/** @typedef {WirePayload & { steps: WireStep[], stops: WireStop[] }} Whole */

/** @type {Map<string, Partial<WirePayload>>} */
const kept = new Map();

/**
 * A message with all its parts; undefined where one was never here.
 * @param {WirePayload} data
 * @returns {Whole | undefined}
 */
export function whole(data) {
  if (data.steps) kept.set(data.structure, { steps: data.steps, stops: data.stops });
  if (data.link && data.start) kept.set(data.link.start, { start: data.start });
  const keys = [data.structure, ...(data.link ? [data.link.start] : [])];
  if (!keys.every((key) => kept.has(key))) return undefined;
  return /** @type {Whole} */ (Object.assign({ ...data }, ...keys.map((key) => kept.get(key))));
}
