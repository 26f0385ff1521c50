// A stream of events, read with fetch so that the key stands in a header. It is opened again whenever it was lost.

import { waitOf } from "./line.js";

/** @import { Line } from "./line.js" */

const SILENCE = 25_000; // ms without a sign of life after which a stream is lost
const OVER = new Set([401, 403, 404]);

/**
 * What is told of a stream. lost: whether nothing comes at the moment; over: it will not come again, and with what status.
 * @typedef {object} Ears
 * @property {(event: string, content: unknown) => void} hear
 * @property {(isLost: boolean) => void} lost
 * @property {(status: number) => void} over
 */

/**
 * The events in a text, and what is left of it.
 * @param {string} text
 * @returns {{ events: [event: string, content: unknown][], rest: string }}
 */
export function eventsIn(text) {
  const parts = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = parts.pop() ?? "";
  return { events: parts.flatMap(eventOf), rest };
}

/**
 * @param {string} part
 * @returns {[event: string, content: unknown][]}
 */
function eventOf(part) {
  const lines = part.split("\n").filter((line) => line && !line.startsWith(":"));
  const fields = lines.map((line) => /^(\w+): ?(.*)$/.exec(line)?.slice(1) ?? []);
  const event = fields.find(([name]) => name === "event")?.[1];
  const data = fields.filter(([name]) => name === "data").map(([, text]) => text);
  return event && data.length ? [[event, JSON.parse(data.join("\n"))]] : [];
}

export class Stream {
  #line;
  #path;
  #key;
  #ears;
  #isOpen = true;
  #failed = 0; // in a row
  /** @type {AbortController | undefined} */
  #now;
  /** @type {(() => void) | undefined} */
  #wake;

  /**
   * @param {Line} line
   * @param {string} path
   * @param {string} key
   * @param {Ears} ears
   */
  constructor(line, path, key, ears) {
    this.#line = line;
    this.#path = path;
    this.#key = key;
    this.#ears = ears;
  }

  /** Listen until it is over. */
  async run() {
    while (this.#isOpen) {
      await this.#listen();
      if (!this.#isOpen) return;
      this.#ears.lost(true);
      await Promise.race([this.#line.world.sleep(waitOf(this.#failed++)), this.#woken()]);
    }
  }

  /** There may be a connection again: do not wait any longer. */
  wake() {
    this.#wake?.();
  }

  #woken() {
    return new Promise((done) => {
      this.#wake = () => done(undefined);
    });
  }

  async #listen() {
    const now = new AbortController();
    this.#now = now;
    try {
      const answer = await this.#line.get(this.#path, this.#key, now.signal);
      if (OVER.has(answer.status)) this.#end(answer.status);
      else if (answer.ok && answer.body) await this.#read(answer.body.getReader(), now);
    } catch {
      // It is opened again.
    }
  }

  /**
   * @param {ReadableStreamDefaultReader<Uint8Array>} reader
   * @param {AbortController} now
   */
  async #read(reader, now) {
    const decoder = new TextDecoder();
    let text = "";
    let timer = setTimeout(() => now.abort(), SILENCE);
    try {
      while (this.#isOpen) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => now.abort(), SILENCE);
        const { events, rest } = eventsIn(text + decoder.decode(value, { stream: true }));
        text = rest;
        this.#hear(events);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {[event: string, content: unknown][]} events */
  #hear(events) {
    for (const [event, content] of events) {
      if (!this.#isOpen) return;
      this.#failed = 0;
      this.#ears.lost(false);
      if (event === "ended") this.#end(404);
      else this.#ears.hear(event, content);
    }
  }

  /** @param {number} status */
  #end(status) {
    this.close();
    this.#ears.over(status);
  }

  close() {
    this.#isOpen = false;
    this.#now?.abort();
    this.wake();
  }
}
