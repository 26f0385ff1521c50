// Requests of one browser to one class: with its key in a header, and again until somebody answers where that is wanted.

import { say } from "../model/say.js";
import { speaking } from "../talk/language.js";

/** @import { WireAnswered, WireDoor, WireJoined, WireProblem, WireStarted } from "./wire.js" */

const PATH = "atlas/class";
const WAITS = [0, 1000, 2000, 4000]; // ms until a request that nobody answered is made again; then the last over and over
const AGAIN = new Set([0, 429, 500, 502, 503, 504]); // nobody answered, or nobody who knows

/**
 * status: 0 where nobody answered. body: what was answered, as JSON.
 * @typedef {{ status: number, body: Body }} Heard
 * @typedef {Partial<WireProblem & WireDoor & WireStarted & WireJoined & WireAnswered>} Body
 */

/**
 * Time and network, as a browser has them.
 * @typedef {object} World
 * @property {typeof fetch} fetch
 * @property {(ms: number) => Promise<unknown>} sleep
 */

/** @type {World} */
export const WORLD = {
  fetch: (...request) => fetch(...request),
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
};

/** @param {number} n how often it failed in a row */
export const waitOf = (n) => WAITS[Math.min(n, WAITS.length - 1)];

/** @param {Heard} heard */
export const isHeard = ({ status }) => !AGAIN.has(status);

/**
 * The sentence of an answer that is a refusal.
 * @param {Heard} heard
 */
export const problemOf = ({ status, body }) =>
  status
    ? (body?.problem ?? say("The server did not understand this."))
    : say("Nobody answers: is this device still connected?");

/** A key of 128 bits and more that this browser makes up. */
export function madeKey(bytes = 18) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...drawn))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

export class Line {
  #base;
  #world;

  /**
   * @param {string} base the address of a page of this app
   * @param {World} [world]
   */
  constructor(base, world = WORLD) {
    this.#base = base;
    this.#world = world;
  }

  get world() {
    return this.#world;
  }

  /**
   * One request, made once.
   * @param {string} path
   * @param {object} message
   * @param {string} [key]
   * @returns {Promise<Heard>}
   */
  async post(path, message, key = "") {
    const headers = { "Content-Type": "application/json", ...speaking(), ...(key ? { "Atlas-Key": key } : {}) };
    try {
      const answer = await this.#fetch(path, { method: "POST", headers, body: JSON.stringify(message) });
      const text = await answer.text();
      return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : {} };
    } catch {
      return { status: 0, body: {} };
    }
  }

  /**
   * Made again until it is heard, or nobody wants it any more.
   * @param {() => Promise<Heard>} ask
   * @param {() => boolean} isWanted
   * @returns {Promise<Heard | undefined>}
   */
  async insist(ask, isWanted) {
    for (let n = 1; isWanted(); n++) {
      const heard = await ask();
      if (isHeard(heard)) return heard;
      await this.#world.sleep(waitOf(n));
    }
    return undefined;
  }

  /**
   * @param {string} path
   * @param {string} key
   * @param {AbortSignal} [signal]
   */
  get(path, key, signal) {
    return this.#fetch(path, { headers: { "Atlas-Key": key }, signal, cache: "no-store" });
  }

  /**
   * @param {string} path
   * @param {RequestInit} options
   */
  #fetch(path, options) {
    return this.#world.fetch(new URL(`./${PATH}/${path}`, this.#base), options);
  }
}
