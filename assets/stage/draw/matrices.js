// The matrices of one stop side by side, their signs, and the light on the cell shown, its operands and what it feeds.

import { ground, operandCells } from "../model/expression.js";
import { closing, signsOf } from "../model/formula.js";
import { spotOf } from "../model/positions.js";
import { partRead, productOf } from "../model/product.js";
import { term } from "../model/say.js";
import { chosenAxes } from "../model/steps.js";
import { isImage, isSignedImage } from "./colours.js";
import { Layout } from "./layout.js";
import { MatrixView, PLAIN } from "./matrix.js";
import { all, element, present } from "./nodes.js";
import { fit, fitBoard, fitsBoard, level, measured, rewrite, roomOf } from "./room.js";

/** @import { Model, Surroundings } from "../model/model.js" */
/** @import { Product } from "../model/product.js" */
/** @import { Cell, Step } from "../model/steps.js" */
/** @import { WireStop } from "../wire.js" */
/** @import { Paint, Plan } from "./matrix.js" */

const SAMPLES = 24;
const MOST_LEVELLED = 40; // stops: with more of them nobody sees two one after the other

export class Matrices {
  #model;
  /** @type {MatrixView[]} */
  #views = [];
  /** @type {HTMLElement[]} */
  #lit = [];
  /** @type {Product | undefined} */
  #product;
  #isBoard = false;
  #fitted = 0; // characters of the longest number that sizes were found for
  #room = 0; // px that they were found for
  #settled = ""; // what was measured when all had been laid out
  #layout;

  /**
   * @param {Model} model
   * @param {() => void} relaid called when the learner wants the matrices elsewhere
   */
  constructor(model, relaid) {
    this.#model = model;
    this.#layout = new Layout(relaid);
    this.node = element("div", { className: "stage" });
  }

  /** The button that chooses where the matrices of a product stand. */
  get toggler() {
    return this.#layout.node;
  }

  get views() {
    return this.#views;
  }

  /**
   * Where a step is drawn: twice, where it is multiplied by itself.
   * @param {Step} step
   */
  #viewsOf(step) {
    return this.#views.filter((view) => view.step === step);
  }

  // --- what stands there

  /**
   * Draw the stop the learner is at.
   * @param {boolean} again the same topic as before at another time, drawn in the same cells where they fit
   */
  draw(again = false) {
    this.pin(undefined);
    const room = roomOf(this.node); // while nothing new is there to be laid out
    this.#product = this.#productAt(this.#model.where.stop);
    this.#isBoard = this.#decided(room);
    const old = again ? this.#views : [];
    this.#views = this.#plans().map((plan, n) => this.#viewed(plan, old[n]));
    const signs = this.#signs();
    const kept = this.#views.length === old.length && this.#views.every((view, n) => view === old[n]);
    if (!kept || spelled(signs) !== spelled(all(this.node, ".operator")))
      this.node.replaceChildren(...this.#terms(signs));
    this.fit(room);
  }

  /**
   * The product that a stop shows with one table for each of its matrices.
   * @param {WireStop} stop
   */
  #productAt({ result: id }) {
    const { sheet } = this.#model;
    const result = id === null ? undefined : sheet.steps[id];
    const product = result && productOf(result, sheet.steps);
    const isDrawn = product && [product.left.step, product.upper.step, result].every((step) => isTable(step, result));
    return isDrawn ? product : undefined;
  }

  /**
   * Whether this stop stands as on a blackboard.
   * @param {number} room
   */
  #decided(room) {
    const { stop } = this.#model.where;
    return this.#layout.decide(this.#product !== undefined, this.#fitsBoard(this.#product, stop, room));
  }

  /**
   * @param {Product | undefined} product
   * @param {WireStop} stop
   * @param {number} room
   */
  #fitsBoard(product, { result }, room) {
    if (product === undefined || result === null) return false;
    return fitsBoard(this.node, product, this.#model.sheet.steps[result], room);
  }

  /**
   * What a stop shows, as far as its height goes.
   * @param {WireStop} stop
   * @param {number} room
   */
  #shownAt(stop, room) {
    const steps = this.#model.where.drawnAt(stop);
    const product = this.#productAt(stop);
    const isBoard = this.#layout.prefers(this.#fitsBoard(product, stop, room));
    return { steps, product: isBoard ? product : undefined };
  }

  /**
   * What is drawn, in its order, and how.
   * @returns {Plan[]}
   */
  #plans() {
    const { where } = this.#model;
    const { result } = where;
    const factors = this.#product ? [this.#product.left, this.#product.upper] : [];
    if (this.#isBoard && result)
      return [
        { ...factors[0], place: "left", marked: factors[0].turned },
        { ...factors[1], place: "upper", marked: factors[1].turned },
        { step: result, place: "result", turned: false, marked: false },
      ];
    /** @param {Step} step */
    const isMarked = (step) => factors.some((factor) => factor.step === step && factor.turned);
    return where.drawn.map((step) => ({ step, place: "", turned: false, marked: isMarked(step) }));
  }

  /**
   * @param {Plan} plan
   * @param {MatrixView | undefined} old
   */
  #viewed(plan, old) {
    const { where } = this.#model;
    const at = where.visibleAt(plan.step);
    if (old?.fits(plan, at)) return old.become(plan.step);
    const view = new MatrixView(plan, at, !where.isSelected(plan.step));
    for (const cell of all(view.node, "table tbody tr:first-child td:nth-child(2)")) cell.tabIndex = 0;
    return view;
  }

  /** Before each operand what its formula says, and before the result what is done in the end. */
  #signs() {
    const { result } = this.#model.where;
    if (!result) return [];
    if (this.#isBoard) return closing(result.expression).map(sign);
    const drawn = this.#views.slice(0, -1).map(({ step }) => step.id);
    const { before, end, isEquation } = signsOf(result.expression, result.sign, drawn);
    return [...before.map(sign), isEquation ? sign(`${end} =`.trim()) : arrow(end)];
  }

  /**
   * Where a line is full, what follows takes its sign along: "= result" stands together. A comma stays with what it follows.
   * @param {HTMLElement[]} signs
   */
  #terms(signs) {
    const nodes = this.#views.map(({ node }) => node);
    const { breaks } = this.#model.where.stop;
    if (breaks) return nodes.flatMap((node, n) => (breaks.includes(n) ? [element("hr"), node] : [node]));
    if (this.#isBoard) {
      const caption = present(nodes[nodes.length - 1].querySelector("figcaption"));
      for (const old of all(caption, ".operator")) old.remove();
      caption.append(...signs);
      return nodes;
    }
    /** @param {HTMLElement} [sign] */
    const isComma = (sign) => sign?.textContent === ",";
    return nodes.map((node, n) => {
      const before = isComma(signs[n]) || !signs[n]?.hasChildNodes() ? [] : [signs[n]];
      const after = isComma(signs[n + 1]) ? [signs[n + 1]] : [];
      return before.length + after.length ? element("div", { className: "joined" }, ...before, node, ...after) : node;
    });
  }

  /** @param {number} [room] */
  fit(room = roomOf(this.node)) {
    if (!this.#views.length) return;
    this.#fitted = this.#longest;
    this.#room = room;
    this.#settled = "";
    this.node.classList.toggle("board", this.#isBoard);
    if (this.#isBoard) fitBoard(this.node, this.#views, room);
    else fit(this.node, this.#views, this.#model.where.result !== undefined, room);
    const { stop, stops } = this.#model.where;
    if (stops.length > 1 && stops.length <= MOST_LEVELLED)
      level(
        this.node,
        this.#shownAt(stop, room),
        stops.map((each) => this.#shownAt(each, room)),
      );
  }

  /**
   * Once all is laid out: fit again where the room is another one than the sizes were found for, or what stands there
   * has grown or shrunk since then, as letters do whose font has come.
   * @returns {boolean} whether it was done
   */
  refit() {
    const isFirst = this.#settled === "" && roomOf(this.node) === this.#room;
    const isFit = isFirst || this.#settled === measured(this.node);
    if (!isFit) this.fit();
    this.#settled = measured(this.node);
    return !isFit;
  }

  get #longest() {
    return Math.max(...this.#views.map(({ longest }) => longest));
  }

  /** Whether in this width the matrices would stand elsewhere than they do. */
  get isMisplaced() {
    return this.#decided(roomOf(this.node)) !== this.#isBoard;
  }

  // --- numbers

  /**
   * Write the numbers; pictures of one equation are coloured alike.
   * @param {boolean} [flashes] whether numbers that are others than before flash
   */
  paint(flashes = true) {
    const signed = this.#model.where.result ? this.#views.some(({ step }) => isSignedImage(step)) : undefined;
    for (const view of this.#views) view.paint({ ...this.#paintOf(view.step), signed, flashes });
    if (this.#longest === this.#fitted) return;
    if (rewrite(this.node, this.#views)) this.#fitted = this.#longest;
    else this.fit();
  }

  /**
   * @param {Step} step
   * @returns {Paint}
   */
  #paintOf(step) {
    const { edits, where } = this.#model;
    const hidden = new Set(where.secrets.flatMap((secret) => (secret.step === step ? secret.offset : [])));
    return { ...PLAIN, hidden, refusedIn: (cell) => edits.refusedIn(cell) };
  }

  /**
   * Scroll as far as needed to see a cell.
   * @param {Cell} cell
   */
  bring({ step, offset }) {
    const found = this.node.querySelector(`td[data-step="${step.id}"][data-offset="${offset}"]`);
    found?.scrollIntoView({ block: "nearest", inline: "nearest" });
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
    this.#mark(this.#viewsOf(cell.step), cell, "current");
    for (const operand of operands)
      this.#mark(this.#readers(operand, cell), operand, ...(operand.pale ? ["pale", "lit"] : ["lit"]));
    for (const each of fed) this.#mark(this.#viewsOf(each.step), each, "fed");
  }

  /**
   * The views in which a cell of the result reads an operand: of two views of one matrix, it reads rows in one and columns
   * in the other.
   * @param {Cell} operand
   * @param {Cell} cell
   */
  #readers(operand, cell) {
    const views = this.#viewsOf(operand.step);
    const product = this.#product;
    if (views.length < 2 || !product || cell.step !== this.#model.where.result) return views;
    const spot = spotOf(cell.step, cell.offset);
    return views.filter(({ part }) => {
      if (!part) return true;
      const read = operandCells(ground(partRead(product, part), spot, this.#model.sheet.steps));
      return read.some(({ offset }) => offset === operand.offset);
    });
  }

  /**
   * @param {MatrixView[]} views
   * @param {Cell} cell
   * @param {string[]} kinds
   */
  #mark(views, { offset }, ...kinds) {
    for (const view of views) {
      const node = view.cellAt(offset);
      if (!node) continue;
      node.classList.add(...kinds);
      this.#lit.push(node);
    }
  }

  /**
   * Frame the pinned cell, and no other.
   * @param {Cell | undefined} cell
   */
  pin(cell) {
    for (const node of all(this.node, "td.pinned")) node.classList.remove("pinned");
    for (const view of cell ? this.#viewsOf(cell.step) : []) view.cellAt(cell?.offset ?? -1)?.classList.add("pinned");
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
 * Whether a step is drawn as one table of numbers: the slice that the result shows.
 * @param {Step} step
 * @param {Step} result
 */
const isTable = (step, result) =>
  !isImage(step) && chosenAxes(step).every(([name]) => result.axes.some(([axis]) => axis === name));

/** @param {string} text */
const sign = (text) =>
  element("span", { className: `operator${/[a-z]{2}/.test(text) ? " word" : ""}`, textContent: term(text) });

/**
 * What is done on the way to the result.
 * @param {string} text
 */
function arrow(text) {
  const node = sign(text);
  node.append(element("i", { textContent: "→" }));
  return node;
}
