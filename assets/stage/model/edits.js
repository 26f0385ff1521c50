// The state of every edit: made here, handed over until it is answered, then taken by the page or refused by it.

/** @import { WireEdit, WireRefusal } from "../wire.js" */
/** @import { Cell, Change } from "./steps.js" */

/** @param {{ name: string }} step @param {number} offset */
const cellKey = ({ name }, offset) => `${name}:${offset}`;

export class Edits {
  #sequence = 0;
  /** @type {WireEdit[]} */
  #unanswered = [];
  /** @type {Map<string, number>} */
  #refused = new Map();
  #problem = "";

  /**
   * A change was made here. Its cells are no more refused; it waits for an answer.
   * @param {Change[]} changes
   * @param {number} known the number of the last edit the page has made
   */
  make(changes, known) {
    this.#sequence = Math.max(this.#sequence, known) + 1;
    for (const { step, offset, value } of changes) {
      this.#refused.delete(cellKey(step, offset));
      this.#unanswered.push({ sequence: this.#sequence, step: step.name, offset, value });
    }
  }

  /**
   * The page has made every edit up to `known`, and refused these numbers.
   * @param {number} known
   * @param {WireRefusal[]} refused
   */
  answer(known, refused) {
    this.#unanswered = this.#unanswered.filter((edit) => edit.sequence > known);
    this.#refused = new Map(refused.map(([name, offset, value]) => [cellKey({ name }, offset), value]));
  }

  /**
   * Why the page refused numbers; "" where it did not.
   * @param {string} sentence
   * @returns {boolean} whether that is news
   */
  explain(sentence) {
    const news = sentence !== this.#problem;
    this.#problem = sentence;
    return news;
  }

  get problem() {
    return this.#problem;
  }

  /** The number of the last edit made here. */
  get sequence() {
    return this.#sequence;
  }

  /** @returns {readonly WireEdit[]} */
  get unanswered() {
    return this.#unanswered;
  }

  get isWaiting() {
    return this.#unanswered.length > 0;
  }

  /**
   * The number that was typed into a cell and refused.
   * @param {Cell} cell
   */
  refusedIn({ step, offset }) {
    return this.#refused.get(cellKey(step, offset));
  }

  /**
   * The number as its cell shows it: one that was refused stays as it was typed.
   * @param {Cell} cell
   */
  typed(cell) {
    return this.refusedIn(cell) ?? cell.step.values[cell.offset];
  }

  /**
   * What throwing a switch would make of it.
   * @param {Cell} cell
   */
  thrown(cell) {
    return 1 - this.typed(cell);
  }
}
