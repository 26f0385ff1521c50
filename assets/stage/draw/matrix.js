// One array as real tables: a caption, one table per visible slice, every cell a number on a coloured ground.

import { placeName, topicOf } from "../model/names.js";
import { cellText } from "../model/numbers.js";
import { flat } from "../model/positions.js";
import { say, term } from "../model/say.js";
import { math, transposed } from "../model/typeset.js";
import { groundsOf, lightOf } from "./colours.js";
import { IS_CALM } from "./device.js";
import { all, axisSpan, element, nameSpan, present } from "./nodes.js";
import { edgesOf, pixelsFor, slicesOf } from "./slices.js";

/** @import { CellTree } from "../model/product.js" */
/** @import { Cell, Step } from "../model/steps.js" */
/** @import { Spot } from "../model/positions.js" */

/** px: a pixel that holds a number, one that holds its label */
export const PIXEL = { written: 30, labelled: 13 };

/**
 * How a matrix is painted: the offsets that are hidden, typed numbers that were refused, whether images are signed, and
 * whether a number that is another than before flashes.
 * @typedef {object} Paint
 * @property {ReadonlySet<number>} hidden
 * @property {(cell: Cell) => number | undefined} refusedIn
 * @property {boolean | undefined} signed
 * @property {boolean} flashes
 */

/**
 * Nothing hidden, nothing refused.
 * @type {Paint}
 */
export const PLAIN = { hidden: new Set(), refusedIn: () => undefined, signed: undefined, flashes: true };

/**
 * How a step is drawn. place: "left", "upper" or "result" of a product as on a blackboard, else "". turned: transposed.
 * marked: it says that it is used transposed. part: its cell in the product it is a factor of.
 * @typedef {{ step: Step, place: string, turned: boolean, marked: boolean, part?: CellTree }} Plan
 */

export class MatrixView {
  #step;
  #plan;
  #editable;
  #named;
  #longest = 0;
  /** @type {number[][]} */
  #slices;
  /** @type {Map<number, HTMLTableCellElement>} */
  #cells = new Map();

  /**
   * @param {Plan} plan
   * @param {Spot} at
   * @param {boolean} named write each slice's place above it (a selector elsewhere may say it already)
   */
  constructor(plan, at, named) {
    const { step } = plan;
    this.#plan = plan;
    this.#step = step;
    this.#named = named;
    this.#editable = step.editable;
    this.#slices = slicesOf(step, at);
    this.node = element("figure", { className: `matrix ${step.view} ${plan.place}`.trim() }, this.#caption());
    this.node.append(element("div", { className: "slices" }, ...this.#slices.map((slice) => this.#box(slice))));
    this.paint(PLAIN);
  }

  get step() {
    return this.#step;
  }

  get place() {
    return this.#plan.place;
  }

  get part() {
    return this.#plan.part;
  }

  /** Its axes by row and by column, as drawn. */
  get edges() {
    const [rows, columns] = edgesOf(this.#step);
    return this.#plan.turned ? [columns, rows] : [rows, columns];
  }

  /** Offsets of the cells drawn, in reading order. */
  get offsets() {
    return [...this.#cells.keys()];
  }

  get count() {
    return this.#slices.length;
  }

  /** Whether its slices are positions along leading axes. */
  get isSliced() {
    return this.#slices[0].length > 0;
  }

  /** Characters of its longest number on screen. */
  get longest() {
    return this.#longest;
  }

  /** @param {number} offset */
  cellAt(offset) {
    return this.#cells.get(offset);
  }

  // --- laying

  #caption() {
    const { symbol, meaning, name, plain, shape } = this.#step;
    const about = meaning || (name === plain ? "" : term(topicOf(name))); // where in a path: its symbol says it
    const { turned, marked } = this.#plan;
    const use = turned ? say("transposed") : say("used transposed");
    return element(
      "figcaption",
      {},
      element("span", { className: "symbol", innerHTML: math(turned ? transposed(symbol) : symbol) }),
      nameSpan(about, "about"),
      element("small", { textContent: shape.length ? this.#sizes().join("×") : "1" }),
      ...(marked ? [element("small", { className: "use", textContent: use })] : []),
    );
  }

  /** As they are drawn: rows, then columns. */
  #sizes() {
    const { shape } = this.#step;
    return this.#plan.turned ? [...shape.slice(0, -2), ...shape.slice(-2).reverse()] : shape;
  }

  /** @param {number[]} slice */
  #box(slice) {
    const box = element("div", { className: "slice" });
    const hidden = this.#sliceName(slice);
    if (hidden && this.#named)
      box.append(element("p", { className: "slice-name" }, axisSpan(this.#step.axes[0][0], hidden)));
    box.append(this.#table(slice));
    return box;
  }

  /** @param {number[]} slice */
  #table(slice) {
    const [rows, columns] = this.edges;
    const head = element("tr");
    if (columns[1].some((label) => label.length > 6)) head.className = "long"; // "function" over a narrow cell
    const { turned } = this.#plan;
    const kinds = [this.#editable ? "editable" : "", this.#step.switch ? "switches" : "", turned ? "turned" : ""];
    const aria = { role: "grid", label: this.#gridName(slice) };
    const depth = this.#step.shape.length;
    const body = rows[1].map((_, r) => {
      const cells = columns[1].map((_, c) =>
        this.#cell(depth ? [...slice, ...(turned ? [c, r] : [r, c])].slice(-depth) : []),
      );
      return element("tr", {}, element("th"), ...cells);
    });
    const table = element(
      "table",
      { className: kinds.filter(Boolean).join(" "), aria },
      element("thead", {}, head),
      element("tbody", {}, ...body),
    );
    this.#nameEdges(table);
    return table;
  }

  /** @param {number[]} position */
  #cell(position) {
    const offset = flat(this.#step, position);
    const data = { step: this.#step.id, offset };
    const cell = element("td", { tabIndex: -1, data, aria: { role: "gridcell" } });
    this.#cells.set(offset, cell);
    return cell;
  }

  /** @param {number[]} slice */
  #gridName(slice) {
    return [term(this.#step.name), this.#sliceName(slice), this.#plan.turned ? say("transposed") : ""]
      .filter(Boolean)
      .join(say(", "));
  }

  /** @param {number[]} slice */
  #sliceName(slice) {
    return slice.map((i, n) => placeName(this.#step.axes[n], i)).join(say(", "));
  }

  /**
   * The labels at both edges of a table.
   * @param {HTMLTableElement} table
   */
  #nameEdges(table) {
    const [rows, columns] = this.edges;
    const head = present(table.tHead).rows[0];
    const titles = columns[1].map((label) => heading(columns[0], label, "col"));
    head.replaceChildren(element("td", { className: "corner" }), ...titles);
    rows[1].forEach((label, r) => {
      table.tBodies[0].rows[r].cells[0].replaceWith(heading(rows[0], label, "row"));
    });
  }

  // --- another step or slice in the same cells

  /**
   * Whether another step could stand in the same cells.
   * @param {Plan} plan
   * @param {Spot} at
   */
  fits(plan, at) {
    const { step, place, turned, marked } = plan;
    /** @param {Step} each */
    const spelled = ({ axes, shape, view }) => JSON.stringify([axes.map(([name]) => name), shape, view]);
    const mine = this.#plan;
    const drawn = place === mine.place && turned === mine.turned && marked === mine.marked && !plan.part === !mine.part;
    const alike = drawn && step.switch === this.#step.switch && step.editable === this.#editable;
    return alike && spelled(step) === spelled(this.#step) && String(slicesOf(step, at)) === String(this.#slices);
  }

  /**
   * Show another step in the same cells.
   * @param {Step} step
   */
  become(step) {
    if (step === this.#step) return this;
    this.#step = step;
    present(this.node.querySelector("figcaption")).replaceWith(this.#caption());
    this.node.querySelectorAll("table").forEach((table, n) => {
      table.setAttribute("aria-label", this.#gridName(this.#slices[n]));
      this.#nameEdges(table);
    });
    for (const cell of this.#cells.values()) {
      cell.dataset.step = String(step.id);
      cell.textContent = ""; // another cell, not a changed one
    }
    this.paint(PLAIN);
    return this;
  }

  /**
   * Show another slice in the same cells: leading axes in `at` move there.
   * @param {Spot} at
   * @param {Paint} paint
   */
  move(at, paint) {
    const slices = slicesOf(this.#step, at);
    if (String(slices) === String(this.#slices)) return;
    const cells = [...this.#cells];
    const size = cells.length / slices.length;
    const starts = [this.#slices, slices].map((each) => each.map((slice) => flat(this.#step, [...slice, 0, 0])));
    this.#slices = slices;
    this.#cells = new Map();
    cells.forEach(([before, cell], n) => {
      const [from, to] = starts.map((each) => each[Math.floor(n / size)]);
      const offset = before - from + to;
      cell.dataset.offset = String(offset);
      this.#cells.set(offset, cell);
      cell.textContent = ""; // another cell, not a changed one
    });
    all(this.node, ".slice-name .axis").forEach((name, n) => {
      name.textContent = this.#sliceName(slices[n]);
    });
    this.paint(paint);
  }

  // --- numbers

  /**
   * Write the values into the cells that show another text or colour than before.
   * @param {Paint} paint
   */
  paint({ hidden, refusedIn, signed, flashes }) {
    const step = this.#step;
    const grounds = groundsOf(step, signed);
    const marked = new Set(step.marked);
    this.#longest = 0;
    for (const [offset, cell] of this.#cells) {
      const v = step.values[offset];
      const typed = refusedIn({ step, offset });
      const text = cellText(typed ?? v);
      this.#longest = Math.max(this.#longest, text.length);
      cell.classList.toggle("refused", typed !== undefined);
      mark(cell, marked.has(offset));
      if (cell.firstElementChild) continue; // being typed in
      const isHidden = hidden.has(offset);
      write(cell, isHidden ? "?" : text, flashes);
      this.#colour(cell, typed ?? v, isHidden ? "var(--zero)" : grounds(v));
    }
  }

  /**
   * @param {HTMLElement} cell
   * @param {number} v
   * @param {string} ground
   */
  #colour(cell, v, ground) {
    if (this.#step.switch) cell.classList.toggle("on", v !== 0);
    else colour(cell, ground);
  }

  /** Whether its pixels hold their numbers. */
  get isWritten() {
    return !this.node.matches(".wordless");
  }

  /**
   * An image: pixels as large as the room allows.
   * @param {number} width
   * @param {number} height
   */
  size(width, height) {
    const { size, across } = pixelsFor(this.#step, this.#slices.length, width, height);
    this.node.style.setProperty("--pixel", `${size}px`);
    this.node.style.setProperty("--across", String(across));
    this.node.classList.toggle("wordless", size < PIXEL.written);
    this.node.classList.toggle("sparse", size < PIXEL.labelled);
    return size;
  }
}

/**
 * @param {string} axis
 * @param {string} label
 * @param {string} scope
 */
function heading(axis, label, scope) {
  const cell = element("th", { scope, title: axis ? placeName([axis, [label]], 0) : "" });
  cell.append(axisSpan(axis, label));
  return cell;
}

/**
 * A cell that differs from that of another step.
 * @param {HTMLElement} cell
 * @param {boolean} differs
 */
function mark(cell, differs) {
  if (cell.classList.contains("marked") === differs) return;
  cell.classList.toggle("marked", differs);
  if (differs) cell.setAttribute("aria-description", say("differs"));
  else cell.removeAttribute("aria-description");
}

/**
 * A number that changed flashes; one that was a secret, or stands in another cell, does not.
 * @param {HTMLElement} cell
 * @param {string} text
 * @param {boolean} flashes
 */
function write(cell, text, flashes) {
  if (cell.textContent === text) return;
  if (flashes && cell.textContent && cell.textContent !== "?" && text !== "?") flash(cell);
  cell.textContent = text;
}

/**
 * @param {HTMLElement} cell
 * @param {string} ground
 */
function colour(cell, ground) {
  if (cell.dataset.ground === ground) return;
  for (const half of ["dark", "bright"]) cell.classList.toggle(half, lightOf(ground) === half);
  cell.dataset.ground = ground;
  cell.style.background = ground;
}

/** @param {HTMLElement} cell */
function flash(cell) {
  if (!IS_CALM) cell.animate([{ boxShadow: "0 0 0 3px var(--accent)" }, {}], { duration: 1100, easing: "ease-out" });
}
