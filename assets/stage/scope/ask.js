// Questions to the server that runs the models, and its answers. One that has to wait is asked again until it is answered.

import { say } from "../model/say.js";
import { speaking } from "../talk/language.js";

/** @import { WireRun as Run } from "../wire.js" */

const AGAIN = 250; // ms

/** A sentence for the reader, in place of an answer. */
export class Refused extends Error {}

/**
 * @template Answer
 * @param {string} url
 * @param {object} question
 * @param {{ signal?: AbortSignal, said?: (sentence: string) => void }} [how]
 * @returns {Promise<Answer>}
 */
export async function ask(url, question, { signal, said } = {}) {
  const headers = { "Content-Type": "application/json", ...speaking() };
  for (;;) {
    const answer = await fetch(new URL(url, document.baseURI), {
      method: "POST",
      headers,
      body: JSON.stringify(question),
      signal,
    }).catch((problem) => {
      if (signal?.aborted) throw problem;
      throw new Refused(say("The server does not answer: try again in a moment."));
    });
    const found = await answer.json().catch(() => ({}));
    if (answer.status === 200) return found;
    if (answer.status !== 202) throw new Refused(found.problem ?? say("The server could not answer this."));
    said?.(found.said);
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}

/** @param {string} text */
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

const FINEST = 127; // what a weight, or a change, is counted in
const [FIRST, SKIPPED] = [35, 92]; // the character of 0, and the one that JSON would write as two

/**
 * Numbers of all maps, one character each (ui/microscope/maps.py); of maps without anything above the diagonal only what is
 * below.
 * @template {Uint8Array | Int8Array} Numbers
 * @param {string} text
 * @param {Run} run
 * @param {Numbers} found
 * @param {(number: number) => number} read
 */
function numbersOf(text, { layers, heads, tokens }, found, read) {
  const n = tokens.length;
  const isWhole = text.length === layers * heads * n * n;
  let at = 0;
  for (let row = 0; row < layers * heads * n; row++)
    for (let key = 0; key < (isWhole ? n : (row % n) + 1); key++) {
      const code = text.charCodeAt(at++);
      found[row * n + key] = read(code - FIRST - Number(code > SKIPPED));
    }
  return found;
}

/** @param {Run} run */
const cellsOf = ({ layers, heads, tokens }) => layers * heads * tokens.length ** 2;

/**
 * Weights, in 255ths.
 * @param {string} text
 * @param {Run} run
 */
export const shares = (text, run) =>
  numbersOf(text, run, new Uint8Array(cellsOf(run)), (n) => Math.round((n * 255) / FINEST));

/**
 * Changes, in 127ths of the largest.
 * @param {string} text
 * @param {Run} run
 */
export const signed = (text, run) =>
  numbersOf(text, run, new Int8Array(cellsOf(run)), (n) => (n % 2 ? -(n + 1) / 2 : n / 2));

/** @param {string} text float32 */
export const exact = (text) => new Float32Array(bytes(text).buffer);

/**
 * What an opened head is coloured by: its exact weights in 255ths, or of the changes its part.
 * @param {Run} run
 * @param {number} head counted over all layers
 * @param {Float32Array} weights
 * @param {string} [changes]
 */
export function groundOf(run, head, weights, changes) {
  const cells = run.tokens.length ** 2;
  return changes === undefined
    ? weights.map((share) => 255 * share)
    : signed(changes, run).subarray(head * cells, (head + 1) * cells);
}
