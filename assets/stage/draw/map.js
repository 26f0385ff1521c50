// The whole computation as thumbnails: one small grid per step, arrows between the layers.

import { operandIds } from "../model/expression.js";
import { flat, spotOf } from "../model/positions.js";
import { say, term } from "../model/say.js";
import { math } from "../model/typeset.js";
import { groundsOf, isImage } from "./colours.js";
import { drawn, element } from "./nodes.js";
import { roving } from "./roving.js";

const MOST_AT_ONCE = 600; // cells of a map that is drawn wherever it stands
const MARGIN = "400px"; // how near to what is seen a map of more cells is drawn

/** @import { Cell, Step } from "../model/steps.js" */
/** @import { Spot } from "../model/positions.js" */
/** @import { Whereabouts } from "../model/whereabouts.js" */

/**
 * Layers of steps: inputs first, then each step one layer after its deepest operand.
 * @param {Step[]} steps
 * @param {Step[]} shown
 */
function layersOf(steps, shown) {
  /** @type {Map<number, number>} */
  const depths = new Map();
  /**
   * @param {Step} step
   * @returns {number}
   */
  const depthOf = (step) => {
    const known = depths.get(step.id);
    if (known !== undefined) return known;
    const depth = 1 + Math.max(-1, ...operandIds(step.expression).map((id) => depthOf(steps[id])));
    depths.set(step.id, depth);
    return depth;
  };
  /** @type {Step[][]} */
  const layers = [];
  for (const step of shown) {
    const depth = depthOf(step);
    layers[depth] ??= [];
    layers[depth].push(step);
  }
  return layers.filter(Boolean);
}

/**
 * How many cells of a step are seen at once.
 * @param {Step} step
 */
const sliceOf = ({ shape }) => shape.slice(-2).reduce((product, size) => product * size, 1);

class Thumbnail {
  #step;
  #start = -1;
  #version = -1;
  /** @type {readonly Cell[]} */
  #secrets = [];
  /** @type {SVGRectElement[]} */
  #cells = [];
  #sizes;
  #drawing;

  /**
   * @param {Step} step
   * @param {() => void} choose
   */
  constructor(step, choose) {
    this.#step = step;
    const [rows, columns] = [step.shape[step.shape.length - 2] ?? 1, step.shape[step.shape.length - 1] ?? 1];
    const size = Math.max(4, Math.min(13, 60 / Math.max(rows, columns)));
    this.#sizes = { rows, columns, size };
    this.#drawing = drawn("svg", { width: columns * size, height: rows * size, "aria-hidden": "true" });
    this.node = element(
      "button",
      {
        type: "button",
        className: "thumb",
        onclick: choose,
        title: term(step.name),
        aria: { label: `${term(step.name)}, ${step.shape.join(say(" by ")) || say("one number")}` },
      },
      element("span", { className: "symbol", innerHTML: math(step.symbol) }),
      this.#drawing,
    );
  }

  /** Its cells, in a room that is kept for them. */
  #fill() {
    const { rows, columns, size } = this.#sizes;
    const [gap, rx] = isImage(this.#step) ? [0.5, 0] : [1, 1.5];
    this.#cells = Array.from({ length: rows * columns }, (_, i) => {
      const [x, y] = [(i % columns) * size, Math.floor(i / columns) * size];
      return drawn("rect", { x, y, width: size - gap, height: size - gap, rx });
    });
    this.#drawing.append(...this.#cells);
  }

  get id() {
    return this.#step.id;
  }

  /**
   * The slice at these positions along the leading axes.
   * @param {Spot} at
   * @param {number} version of the values
   * @param {Whereabouts} where what is secret has no colour
   */
  paint(at, version, where) {
    const leading = this.#step.axes.slice(0, -2).map(([name]) => at[name] ?? 0);
    const start = flat(this.#step, [...leading, ...this.#step.shape.slice(-2).map(() => 0)]);
    const { secrets } = where;
    if (!this.#cells.length) this.#fill();
    if (start === this.#start && version === this.#version && secrets === this.#secrets) return;
    this.#start = start;
    this.#version = version;
    this.#secrets = secrets;
    const hidden = new Set(secrets.flatMap((each) => (each.step === this.#step ? each.offset : [])));
    const grounds = groundsOf(this.#step);
    this.#cells.forEach((cell, i) => {
      const v = this.#step.values[start + i];
      const ground = Number.isFinite(v) ? grounds(v) : "var(--blocked)"; // stripes cannot fill a rectangle of SVG
      const fill = hidden.has(start + i) ? "var(--zero)" : ground;
      if (cell.dataset.fill === fill) return;
      cell.dataset.fill = fill;
      cell.style.fill = fill;
    });
  }

  /** @param {number} offset */
  cellAt(offset) {
    return this.#cells[offset - this.#start];
  }
}

export class ComputationMap {
  #isNear;
  #neared;
  /** @type {Thumbnail[]} */
  #thumbs = [];
  /** @type {SVGElement[]} */
  #lit = [];
  /** @type {number | null | undefined} */
  #current;
  node = element("div", { className: "map", aria: { role: "group", label: say("The whole computation") } });
  #reach = roving(this.node);

  /**
   * @param {Step[]} steps
   * @param {Step[]} shown
   * @param {(step: Step) => void} choose
   * @param {() => void} neared called when a map of many cells comes near to what is seen, and is to be painted
   */
  constructor(steps, shown, choose, neared) {
    const isLarge = shown.reduce((sum, step) => sum + sliceOf(step), 0) > MOST_AT_ONCE;
    this.#isNear = !isLarge || !globalThis.IntersectionObserver;
    this.#neared = neared;
    if (!this.#isNear) this.#watch();
    layersOf(steps, shown).forEach((layer, n) => {
      if (n) this.node.append(element("span", { className: "arrow", textContent: "→", aria: { hidden: "true" } }));
      for (const step of layer) this.#thumbs.push(new Thumbnail(step, () => choose(step)));
      this.node.append(...this.#thumbs.slice(-layer.length).map(({ node }) => node));
    });
  }

  #watch() {
    const watcher = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        watcher.disconnect();
        this.approach();
      },
      /** @type {IntersectionObserverInit} */ ({ rootMargin: MARGIN, scrollMargin: MARGIN }),
    );
    watcher.observe(this.node);
  }

  /** Whether its cells are painted; a map of many cells is empty until it comes near to what is seen. */
  get isNear() {
    return this.#isNear;
  }

  /** It is to be painted from now on, wherever it stands. */
  approach() {
    if (this.#isNear) return;
    this.#isNear = true;
    this.#neared();
  }

  /**
   * @param {Whereabouts} where
   * @param {number} version of the values
   * @param {Cell[]} lit the cell shown, first, and the cells it is made of and feeds
   */
  paint(where, version, lit) {
    const [shown] = lit;
    const at = shown ? { ...spotOf(shown.step, shown.offset), ...where.at } : where.at;
    const current = where.stop.result;
    for (const thumb of this.#thumbs) {
      if (this.#isNear) thumb.paint(at, version, where);
      thumb.node.classList.toggle("current", thumb.id === current);
    }
    this.#light(lit);
    if (current === this.#current) return;
    this.#current = current;
    this.#reach(this.#thumbs.find(({ id }) => id === current)?.node);
    requestAnimationFrame(() => this.#centre()); // with all that is laid out for the next frame
  }

  /** @param {Cell[]} cells */
  #light(cells) {
    for (const node of this.#lit) node.classList.remove("lit");
    const found = cells.map(({ step, offset }) => this.#thumbs.find(({ id }) => id === step.id)?.cellAt(offset));
    this.#lit = found.filter((node) => node !== undefined);
    for (const node of this.#lit) node.classList.add("lit");
  }

  /** The step on screen in the middle of what the strip shows. */
  #centre() {
    const strip = this.node.parentElement;
    const thumb = this.#thumbs.find(({ id }) => id === this.#current)?.node;
    if (!strip?.scrollTo) return;
    const [room, place] = [strip.getBoundingClientRect(), thumb?.getBoundingClientRect()];
    const left = place ? strip.scrollLeft + place.left - room.left - (room.width - place.width) / 2 : 0;
    strip.scrollTo({ left });
  }
}
