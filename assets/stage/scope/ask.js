// Questions to the server that runs the models, and its answers. One that has to wait is asked again until it is answered.

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
  const headers = { "Content-Type": "application/json" };
  for (;;) {
    const answer = await fetch(new URL(url, document.baseURI), {
      method: "POST",
      headers,
      body: JSON.stringify(question),
      signal,
    }).catch((problem) => {
      if (signal?.aborted) throw problem;
      throw new Refused("The server does not answer: try again in a moment.");
    });
    const found = await answer.json().catch(() => ({}));
    if (answer.status === 200) return found;
    if (answer.status !== 202) throw new Refused(found.problem ?? "The server could not answer this.");
    said?.(found.said);
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}

/** @param {string} text */
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** @param {string} text weights, in 255ths */
export const shares = bytes;

/** @param {string} text signed, in 127ths of the largest */
export const signed = (text) => new Int8Array(bytes(text).buffer);

/** @param {string} text float32 */
export const exact = (text) => new Float32Array(bytes(text).buffer);
