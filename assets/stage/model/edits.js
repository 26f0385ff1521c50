// The state of every edit: made here, handed over until it is answered, then taken by the page or refused by it.

/** @import { WireEdit, WireRefusal, WireTurn } from "../wire.js" */
/** @import { Cell, Change } from "./steps.js" */

/** @param {{ name: string }} step @param {number} offset */
const cellKey = ({ name }, offset) => `${name}:${offset}`;

/**
 * @param {WireEdit | WireTurn} act
 * @returns {act is WireEdit}
 */
const isEdit = (act) => "step" in act;

export class Edits {
  #sequence = 0;
  #stroke = 0;
  /** @type {(WireEdit | WireTurn)[]} */
  #unanswered = [];
  /** @type {WireEdit[]} */
  #made = [];
  /** @type {Map<string, number>} */
  #refused = new Map();
  #problem = "";

  /**
   * A change was made here. Its cells are no more refused; it waits for an answer.
   * @param {Change[]} changes
   * @param {number} known the number of the last edit the page has made
   * @param {boolean} goesOn whether it belongs to the change before: both are undone together
   */
  make(changes, known, goesOn = false) {
    this.count(known);
    if (!goesOn) this.#stroke = this.#sequence;
    for (const { step, offset, value } of changes) {
      this.#refused.delete(cellKey(step, offset));
      const edit = { sequence: this.#sequence, step: step.name, offset, value };
      this.#unanswered.push(goesOn ? { ...edit, stroke: this.#stroke } : edit);
    }
  }

  /**
   * The last change is undone, or one that was undone is made again. What numbers that gives, the page knows.
   * @param {number} turn -1 undo, 1 redo
   * @param {number} known the number of the last edit the page has made
   */
  turn(turn, known) {
    this.#unanswered.push({ sequence: this.count(known), turn });
  }

  /**
   * The number of a message that comes after all others.
   * @param {number} known the number of the last one the page has taken
   */
  count(known) {
    this.#sequence = Math.max(this.#sequence, known) + 1;
    return this.#sequence;
  }

  /**
   * All numbers have arrived, with every edit up to `known` made, but for the refused ones.
   * @param {number} known
   * @param {WireRefusal[]} refused
   */
  answer(known, refused) {
    this.#unanswered = this.#unanswered.filter((edit) => edit.sequence > known);
    this.#made = this.#made.filter((edit) => edit.sequence > known);
    this.refuse(refused);
  }

  /**
   * The page has taken every edit up to `known`; its numbers have not arrived.
   * @param {number} known
   * @returns {boolean} whether that is news
   */
  taken(known) {
    const before = this.#unanswered.length;
    this.#made.push(...this.#unanswered.filter(isEdit).filter((edit) => edit.sequence <= known));
    this.#unanswered = this.#unanswered.filter((edit) => edit.sequence > known);
    return this.#unanswered.length < before;
  }

  /** @param {WireRefusal[]} refused */
  refuse(refused) {
    this.#refused = new Map(refused.map(([name, offset, value]) => [cellKey({ name }, offset), value]));
  }

  /** Edits that the numbers which arrived last do not hold, in their order. */
  get later() {
    const found = [...this.#made, ...this.#unanswered.filter(isEdit)];
    return found.filter(({ step, offset }) => !this.#refused.has(cellKey({ name: step }, offset)));
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

  /** @returns {readonly (WireEdit | WireTurn)[]} */
  get unanswered() {
    return this.#unanswered;
  }

  /** Whether something is being undone that may be done again then. */
  get hasTurned() {
    const last = this.#unanswered[this.#unanswered.length - 1];
    return last !== undefined && !isEdit(last);
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
