// The model of one stage: its sheet of numbers, where the learner is, and the edits under way.

import { Edits } from "./edits.js";
import { operandCells } from "./expression.js";
import { Past } from "./past.js";
import { Sheet } from "./sheet.js";
import { isSwitch } from "./steps.js";
import { Whereabouts } from "./whereabouts.js";

/** @import { Whole } from "../talk/parts.js" */
/** @import { Node, Operand } from "./expression.js" */
/** @import { Cell, Change, Step } from "./steps.js" */

/**
 * A cell with its arithmetic, its operands, the cells it feeds.
 * @typedef {{ cell: Cell, node: Node | undefined, operands: Operand[], fed: Cell[] }} Surroundings
 */

const MOST_TRIED = 40; // cells

export class Model {
  sheet = new Sheet();
  where = new Whereabouts(this.sheet);
  edits = new Edits();
  past = new Past();
  #mode = "";
  /** @type {Set<string>} */
  #hidden = new Set();

  /**
   * Other steps or stops than before.
   * @param {Whole} data
   */
  lay(data) {
    this.#mode = data.mode;
    this.#hidden = new Set(data.hide);
    this.sheet.lay(data.steps, !this.#hidden.has("inputs"));
    this.where.lay(data.stops);
  }

  get isLesson() {
    return this.#mode === "lesson";
  }

  /**
   * Whether a teacher hid this part of the stage.
   * @param {string} part
   */
  hides(part) {
    return this.#hidden.has(part);
  }

  /** Whether any cell that can be seen may be edited. */
  get hasInputs() {
    return this.where.shown.some((step) => step.editable);
  }

  /**
   * Apply a change here, and put it among the edits that wait for an answer.
   * @param {Change[]} changes
   * @param {number} known the number of the last edit the page has made
   * @param {boolean} [goesOn] whether it is undone together with the change before
   * @returns {string} why it does not compute, or ""
   */
  edit(changes, known, goesOn) {
    this.edits.make(changes, known, goesOn);
    return this.sheet.change(changes);
  }

  /**
   * All numbers, as the page has them; what was changed here since then is changed in them too.
   * @param {Float64Array} values
   */
  take(values) {
    this.sheet.take(values);
    const later = this.edits.later.flatMap(({ step: name, offset, value }) => {
      const step = this.sheet.named(name);
      return step && offset < step.values.length ? [{ step, offset, value }] : [];
    });
    if (later.length) this.sheet.change(later);
  }

  /**
   * A change that throws a switch, where it is not thrown that way already.
   * @param {Cell} cell
   * @param {number} value
   * @returns {Change[]}
   */
  flip({ step, offset }, value) {
    const changes = this.edits.thrown({ step, offset }) === value;
    return isSwitch(step) && changes ? [{ step, offset, value }] : [];
  }

  /**
   * @param {Cell} cell
   * @param {Step[]} [readers] the steps in which cells that it feeds are sought; by default all that are shown
   * @returns {Surroundings}
   */
  around(cell, readers = this.where.shown) {
    const node = this.sheet.grounded(cell);
    const operands = node ? operandCells(node) : [];
    return { cell, node, operands, fed: this.sheet.fedBy(cell, readers) };
  }

  /**
   * Before anything was pointed at: of these cells of the result the first telling one from the second row on, as on the
   * blackboard; of a gradient its largest.
   * @param {number[]} offsets
   * @returns {Cell | undefined}
   */
  suggestion(offsets) {
    const step = this.where.result;
    if (!step) return undefined;
    /** @param {number} offset */
    const size = (offset) => Math.abs(step.values[offset]);
    if (this.#mode === "backward") return { step, offset: offsets.reduce((a, b) => (size(b) > size(a) ? b : a)) };
    const width = step.shape[step.shape.length - 1] ?? 1;
    const start = offsets.length > width ? width : 0;
    const walk = [...offsets.slice(start), ...offsets.slice(0, start)];
    return { step, offset: walk.slice(0, MOST_TRIED).find((offset) => this.#isTelling({ step, offset })) ?? walk[0] };
  }

  /**
   * Whether there is something to see in a cell: it comes to a number that is not 0, and from more than one cell where it
   * is made of several.
   * @param {Cell} cell
   */
  #isTelling(cell) {
    const v = cell.step.values[cell.offset];
    const node = this.sheet.grounded(cell);
    if (!v || !Number.isFinite(v) || !node) return false;
    const operands = operandCells(node);
    return operands.length < 2 || operands.filter(({ pale }) => !pale).length > 1;
  }
}
