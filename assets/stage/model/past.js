// Changes that can be undone where no page answers: in a handout. Elsewhere the server remembers them.

/** @import { WireHistory } from "../wire.js" */
/** @import { Change, Step } from "./steps.js" */

const MOST = 200; // as many as the server remembers

/** @typedef {{ before: Change[], after: Change[] }} Made */

export class Past {
  /** @type {Made[]} */
  #past = [];
  /** @type {Made[]} */
  #future = [];
  /**
   * The numbers as they stand, without what is still under a hand.
   * @type {Map<Step, Float64Array>}
   */
  #settled = new Map();

  /**
   * There are other steps now: it begins anew.
   * @param {Step[]} steps
   */
  begin(steps) {
    this.#settled = new Map(steps.filter((step) => step.editable).map((step) => [step, step.values.slice()]));
    this.#past = [];
    this.#future = [];
  }

  /** @returns {WireHistory} */
  get ends() {
    return [this.#past.length > 0, this.#future.length > 0];
  }

  /**
   * A change is made.
   * @param {Change[]} changes
   * @param {boolean} goesOn whether it is undone together with the one before
   */
  changed(changes, goesOn = false) {
    const before = changes.map(({ step, offset }) => ({ step, offset, value: this.#valuesOf(step)[offset] }));
    const last = goesOn ? this.#past.pop() : undefined;
    const after = [...(last?.after ?? []), ...changes];
    this.#past.push({ before: [...before.reverse(), ...(last?.before ?? [])], after }); // undone from the last to the first
    this.#past = this.#past.slice(-MOST);
    this.#future = [];
    this.#settle(changes);
  }

  /**
   * The changes that undo the last one (-1), or make the one undone last again (1).
   * @param {number} by
   * @returns {Change[]}
   */
  turn(by) {
    const [from, to] = by < 0 ? [this.#past, this.#future] : [this.#future, this.#past];
    const made = from.pop();
    if (!made) return [];
    to.push(made);
    const changes = by < 0 ? made.before : made.after;
    this.#settle(changes);
    return changes;
  }

  /** @param {Change[]} changes */
  #settle(changes) {
    for (const { step, offset, value } of changes) this.#valuesOf(step)[offset] = value;
  }

  /** @param {Step} step */
  #valuesOf(step) {
    return this.#settled.get(step) ?? step.values;
  }
}
