// The numbers in a link, read back: cells that differ from those of its preset.

import { speaking } from "./language.js";

const LONGEST = 400_000; // characters of what is unpacked

/** @typedef {Record<string, [offset: number, value: number][]>} Cells by input */

/**
 * @param {string} packed
 * @returns {Promise<{ inputs?: Record<string, { cells?: [offset: number, value: number][] }> }>}
 */
async function unpacked(packed) {
  const base64 = packed.slice(1).replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return JSON.parse(text + decoder.decode());
    text += decoder.decode(value, { stream: true });
    if (text.length > LONGEST) throw new RangeError("too long");
  }
}

/**
 * Changed cells of a link's inputs; undefined where it says more: other names, shapes or text.
 * @param {string} query
 * @returns {Promise<Cells | undefined>}
 */
export async function cellsOf(query) {
  const packed = new URLSearchParams(query).get("data");
  if (!packed) return {};
  try {
    const { inputs = {}, ...more } = await unpacked(packed);
    const found = Object.entries(inputs).map(([name, { cells }]) => [name, cells]);
    const isCells = !Object.keys(more).length && found.every(([, cells]) => Array.isArray(cells));
    return isCells ? Object.fromEntries(found) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Two links that differ in nothing but the numbers in their inputs.
 * @param {string} query
 * @param {string} other
 */
export const differInCells = (query, other) => withoutData(query) === withoutData(other);

/** @param {string} query */
function withoutData(query) {
  const parts = new URLSearchParams(query);
  parts.delete("data");
  return parts.toString();
}

/**
 * What the server says of a link: the stage as its page would send it, or which challenges its numbers reach.
 * @param {"stage" | "goals" | "code"} kind
 * @param {string} lesson
 * @param {string} query
 * @returns {Promise<unknown>} undefined where nothing is answered
 */
export async function asked(kind, lesson, query) {
  try {
    const answer = await fetch(new URL(`./atlas/link/${kind}`, document.baseURI), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...speaking() },
      body: JSON.stringify({ lesson, query }),
    });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}
