// Python behind a page: one worker, asked one question after another. tools/site/python.js is the worker.

/** @import { WireLink, WirePayload } from "../wire.js" */
/** @import { OptionValue } from "./pack.js" */

/**
 * What can be typed, as tools/site/answers.py has it.
 * @typedef {{ axis: string, title: string, text: string }} NamesField
 * @typedef {{ axis: string, title: string, size: number, most: number }} SizeField
 * @typedef {{ title: string, example: string, button: string, about: string, axes: [string, string][] }} SentenceField
 * @typedef {{ title: string, about: string, text: string }} TextField
 * @typedef {{ about: string, axes: [title: string, labels: string[]][] }} GradientFields
 * @typedef {object} Fields
 * @property {NamesField[]} names
 * @property {string} names_help
 * @property {SizeField[]} sizes
 * @property {SentenceField | null} sentence
 * @property {TextField | null} text
 * @property {GradientFields} gradient
 */

/**
 * @typedef {object} Answered
 * @property {string} problem
 * @property {string} preset
 * @property {Record<string, OptionValue>} options
 * @property {string} output
 * @property {WirePayload | null} payload
 * @property {WireLink} link
 * @property {string[]} notes
 * @property {Fields} fields
 */

/**
 * @typedef {{ problem: string, payload: WirePayload | null }} Gradients
 * @typedef {{ findings: string }} Findings
 */

/**
 * @typedef {{ kind: "options", options: Record<string, string> } | { kind: "size", axis: string, size: number }
 *   | { kind: "names" | "sentence", axis: string, text: string } | { kind: "text", text: string }} Wanted
 */

/** @typedef {{ key: string, language: string, query: string, change?: Wanted, gradient?: number[], check?: number[], pictures?: true }} Question */

/** @typedef {{ done: (answer: unknown) => void, fail: (error: Error) => void }} Waiting */

export class Python {
  #worker;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  #asked = 0;

  /**
   * Begins to fetch it.
   * @param {string} address of the worker
   */
  constructor(address) {
    this.#worker = new Worker(address);
    /** It answers from then on, or never will. */
    this.ready = this.#answer(0);
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = ({ message }) => this.#hear({ n: 0, error: message });
  }

  /**
   * @param {number} n
   * @returns {Promise<unknown>}
   */
  #answer(n) {
    return new Promise((done, fail) => this.#waiting.set(n, { done, fail }));
  }

  /** @param {{ n: number, answer?: string, error?: string }} message */
  #hear({ n, answer, error }) {
    const waiting = this.#waiting.get(n);
    this.#waiting.delete(n);
    if (error !== undefined) waiting?.fail(new Error(error));
    else waiting?.done(answer && JSON.parse(answer));
  }

  /**
   * @param {Question} question
   * @returns {Promise<unknown>} what tools/site/answers.py says to it
   */
  ask(question) {
    const n = ++this.#asked;
    this.#worker.postMessage({ n, question: JSON.stringify(question) });
    return this.#answer(n);
  }
}
