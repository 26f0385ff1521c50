// The matrices of one stop side by side, their signs, and the light on the cell shown, its operands and what it feeds.

import { isSignedImage } from "./colours.js";
import { MatrixView, PLAIN } from "./matrix.js";
import { all, element } from "./nodes.js";
import { fit } from "./room.js";

/** @import { Model, Surroundings } from "../model/model.js" */
/** @import { Cell, Step } from "../model/steps.js" */
/** @import { Paint } from "./matrix.js" */

const SAMPLES = 24;

export class Matrices {
  #model;
  /** @type {MatrixView[]} */
  #views = [];
  /** @type {HTMLElement[]} */
  #lit = [];

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    this.node = element("div", { className: "stage" });
  }

  get views() {
    return this.#views;
  }

  /** @param {Step} step */
  viewOf(step) {
    return this.#views.find((view) => view.step === step);
  }

  // --- what stands there

  /**
   * Draw the stop the learner is at.
   * @param {boolean} again the same topic as before at another time, drawn in the same cells where they fit
   */
  draw(again = false) {
    this.pin(undefined);
    const old = again ? this.#views : [];
    this.#views = this.#model.where.drawn.map((step, n) => this.#viewed(step, old[n]));
    const signs = this.#signs();
    const kept = this.#views.length === old.length && this.#views.every((view, n) => view === old[n]);
    if (!kept || spelled(signs) !== spelled(all(this.node, ".operator")))
      this.node.replaceChildren(...this.#terms(signs));
    this.fit();
  }

  /**
   * @param {Step} step
   * @param {MatrixView | undefined} old
   */
  #viewed(step, old) {
    const { where } = this.#model;
    const at = where.visibleAt(step);
    if (old?.fits(step, at)) return old.become(step);
    const view = new MatrixView(step, at, !where.isSelected(step));
    for (const cell of all(view.node, "table tbody tr:first-child td:nth-child(2)")) cell.tabIndex = 0;
    return view;
  }

  #signs() {
    const { result } = this.#model.where;
    return result ? this.#views.slice(1).map((_, n) => operator(result.sign, n + 1, this.#views.length)) : [];
  }

  /**
   * Where a line is full, what follows takes its sign along: "= result" stands together.
   * @param {HTMLElement[]} signs
   */
  #terms(signs) {
    return this.#views.map(({ node }, n) =>
      n && signs.length ? element("div", { className: "joined" }, signs[n - 1], node) : node,
    );
  }

  fit() {
    if (this.#views.length) fit(this.node, this.#views, this.#model.where.result !== undefined);
  }

  // --- numbers

  /** Write the numbers; pictures of one equation are coloured alike. */
  paint() {
    const signed = this.#model.where.result ? this.#views.some(({ step }) => isSignedImage(step)) : undefined;
    for (const view of this.#views) view.paint({ ...this.#paintOf(view.step), signed });
  }

  /**
   * @param {Step} step
   * @returns {Paint}
   */
  #paintOf(step) {
    const { edits, where } = this.#model;
    const hidden = where.secret?.step === step ? where.secret.offset : -1;
    return { hidden, refusedIn: (cell) => edits.refusedIn(cell), signed: undefined };
  }

  // --- light

  /** Put out all lights. */
  dim() {
    for (const node of this.#lit) node.classList.remove("lit", "pale", "current", "fed");
    this.#lit = [];
  }

  /**
   * Operands move to the slices that a cell of the result is made of.
   * @param {Cell} cell
   */
  follow(cell) {
    const { result } = this.#model.where;
    if (cell.step !== result) return;
    for (const view of this.#views)
      if (view.isSliced && view.step !== result) view.move(this.#model.where.visibleAt(view.step, cell), PLAIN);
  }

  /**
   * Light a cell, what it is made of and what it feeds.
   * @param {Surroundings} around
   */
  light({ cell, operands, fed }) {
    this.#mark(cell, "current");
    for (const operand of operands) this.#mark(operand, ...(operand.pale ? ["pale", "lit"] : ["lit"]));
    for (const each of fed) this.#mark(each, "fed");
  }

  /**
   * @param {Cell} cell
   * @param {string[]} kinds
   */
  #mark({ step, offset }, ...kinds) {
    const node = this.viewOf(step)?.cellAt(offset);
    if (!node) return;
    node.classList.add(...kinds);
    this.#lit.push(node);
  }

  /**
   * Frame the pinned cell, and no other.
   * @param {Cell | undefined} cell
   */
  pin(cell) {
    for (const node of all(this.node, "td.pinned")) node.classList.remove("pinned");
    if (cell) this.viewOf(cell.step)?.cellAt(cell.offset)?.classList.add("pinned");
  }

  /**
   * Some cells on screen, of every matrix from one end to the other.
   * @returns {Cell[]}
   */
  get samples() {
    return this.#views.flatMap(({ step, offsets }) =>
      offsets.filter((_, n) => n % Math.ceil(offsets.length / SAMPLES) === 0).map((offset) => ({ step, offset })),
    );
  }

  /** Offsets of the result's cells on screen. */
  get resultOffsets() {
    return this.#views[this.#views.length - 1].offsets;
  }
}

/** @param {HTMLElement[]} nodes */
const spelled = (nodes) => nodes.map((node) => node.textContent).join();

/**
 * What stands before the view number n of so many.
 * @param {string} sign
 * @param {number} n
 * @param {number} count
 */
function operator(sign, n, count) {
  const single = count === 2;
  const text = n === count - 1 ? (single ? sign : "=") : sign || ",";
  const className = `operator${text.length > 1 ? " word" : ""}`;
  const node = element("span", { className, textContent: text === "·" && single ? "=" : text });
  if (single && text !== "=" && text !== "·") node.append(element("i", { textContent: "→" }));
  return node;
}
