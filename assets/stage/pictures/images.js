// Pictures of pixels: panels of squares, with weights laid over them and boxes drawn around parts of them. Pixels that are
// numbers of the trace follow the stage; a box with a handle is dragged, and the stage follows it.

import { become, drawn, made, present } from "../draw/nodes.js";
import { say } from "../model/say.js";
import { announce, inTurn, listen } from "../talk/between.js";
import { corners, drawnBox, inside, square, whereabouts } from "./boxes.js";
import { painted } from "./pixels.js";

/** @import { WireImages, WireMove, WirePanel } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */
/** @import { ValuesOf } from "../talk/between.js" */
/** @import { Square } from "./boxes.js" */

const NUDGE = 0.25; // pixels, for a press of a key
const TELL_AFTER = 300; // ms of rest before keys are reported
const GAP = 18; // px between panels
const WIDEST = 250; // px
const NARROW = 560; // px: below, two panels in a line

/**
 * A box under the hand: its panel, its number there, where it was and where it is. from: where the pointer took it.
 * @typedef {{ panel: number, box: number, start: Square, now: Square, from: [number, number], isSizing: boolean, isAsked: boolean, stroke: number }} Held
 */

/** @type {Record<string, Square>} */
const KEYS = {
  ArrowLeft: [-1, 0, 0],
  ArrowRight: [1, 0, 0],
  ArrowUp: [0, -1, 0],
  ArrowDown: [0, 1, 0],
  "+": [0, 0, 1],
  "=": [0, 0, 1],
  "-": [0, 0, -1],
};

/** @param {string} words */
const capitalised = (words) => words[0].toUpperCase() + words.slice(1);

/**
 * What a box is held by, where the event happened on it.
 * @param {Event} event
 */
const gripOf = ({ target }) => (target instanceof Element ? target.closest(".grip, .corner") : null);

class Panels {
  #root;
  /** @type {WireImages} */
  #data = { across: 1, panels: [] };
  /** @type {(move: WireMove) => void} */
  #send = () => {};
  /** @type {Held | undefined} */
  #held;
  #isMoved = false;
  #width = 0;
  #sizes = new ResizeObserver(() => this.#draw());
  #deafen = listen("values", (valuesOf) => this.#follow(valuesOf));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#sizes.observe(root);
    root.addEventListener("pointerdown", (event) => this.#take(event));
    root.addEventListener("pointermove", (event) => this.#held && this.#drag(event, this.#held));
    for (const end of ["pointerup", "pointercancel"]) root.addEventListener(end, () => this.#release());
    root.addEventListener("keydown", (event) => this.#key(event));
    // A finger on a box moves it and does not scroll: browsers do not all heed touch-action on what is drawn.
    root.addEventListener("touchstart", (event) => gripOf(event) && event.preventDefault(), { passive: false });
  }

  leave() {
    this.#sizes.disconnect();
    clearTimeout(this.#telling);
    this.#deafen();
  }

  /**
   * A box that is held stays where it is, whatever arrives meanwhile.
   * @param {Component<WireImages>} component
   */
  update({ data, setTriggerValue }) {
    this.#data = /** @type {WireImages} */ (JSON.parse(JSON.stringify(data))); // a copy of its own: boxes and pixels move
    this.#send = (move) => inTurn(() => setTriggerValue?.("moved", move));
    const held = this.#held;
    if (held) this.#put(held);
    this.#draw();
    if (held) this.#preview(held);
  }

  // --- drawing

  #draw() {
    const { panels, across } = this.#data;
    this.#root.style.maxWidth = "";
    const room = this.#root.clientWidth;
    const most = Math.min(panels.length, room < NARROW ? 2 : across, across);
    this.#width = Math.min(WIDEST, Math.floor((room - GAP * (most - 1)) / most));
    this.#root.style.maxWidth = `${(this.#width + GAP) * most}px`;
    this.#root.style.setProperty("--width", `${this.#width}px`);
    const figures = panels.map((panel, n) => this.#panel(panel, n));
    if (this.#held) this.#keepUnderHand(figures);
    else this.#keepingFocus(() => this.#root.replaceChildren(...figures));
  }

  /**
   * The box that is held stays the element it was: a finger would lose another one.
   * @param {Element[]} figures
   */
  #keepUnderHand(figures) {
    if (figures.length !== this.#root.children.length) this.#root.replaceChildren(...figures);
    for (const [n, figure] of [...this.#root.children].entries()) become(figure, figures[n]);
  }

  /** @param {() => void} redraw */
  #keepingFocus(redraw) {
    const active = /** @type {ShadowRoot | Document} */ (this.#root.getRootNode()).activeElement;
    const focused = active && this.#root.contains(active) && active.matches(".boxes *");
    redraw();
    const box = /** @type {SVGGElement | null} */ (this.#root.querySelector("g[tabindex]"));
    if (focused) box?.focus({ preventScroll: true });
  }

  /**
   * @param {WirePanel} panel
   * @param {number} n
   */
  #panel(panel, n) {
    const { title, rows, columns, layers, boxes } = panel;
    const frame = drawn("rect", { class: "frame", x: -0.5, y: -0.5, width: columns, height: rows });
    const pixels = drawn("g", { class: "pixels" }, ...painted(layers, columns));
    const isMovable = boxes.some(({ handle }) => handle);
    const isDark = layers.some(({ kind }) => kind === "shade"); // in either theme
    const over = drawn("g", { class: isDark ? "boxes dark" : "boxes" });
    const named = { role: isMovable ? "group" : "img", "aria-label": title };
    const view = { viewBox: `-0.5 -0.5 ${columns} ${rows}`, "data-panel": n };
    const picture = drawn("svg", { ...view, ...named }, pixels, frame, over);
    const figure = made("figure", {}, made("figcaption", {}, title), picture);
    if (isMovable) figure.append(made("p", { class: "readout", "aria-live": "polite" }));
    this.#outline(panel, figure);
    return figure;
  }

  /**
   * The boxes of one panel, and the words below it.
   * @param {WirePanel} panel
   * @param {Element} figure
   */
  #outline(panel, figure) {
    const unit = panel.columns / this.#width;
    const boxes = panel.boxes.map((box) => drawnBox(box, unit, panel));
    const over = present(figure.querySelector(".boxes"));
    become(over, drawn("g", { class: over.getAttribute("class") ?? "" }, ...boxes));
    const [readout, movable] = [figure.querySelector(".readout"), panel.boxes.find(({ handle }) => handle)];
    if (!readout || !movable) return;
    const words = this.#isMoved ? capitalised(whereabouts(square(movable))) : say("Drag the box, or its corners.");
    readout.textContent = words;
  }

  /**
   * Numbers changed on the stage: pixels that are among them are shaded anew.
   * @param {ValuesOf} valuesOf
   */
  #follow(valuesOf) {
    this.#data.panels.forEach(({ layers, columns, rows }, n) => {
      let isLive = false;
      for (const layer of layers) {
        const values = layer.of && valuesOf(layer.of[0]);
        if (!layer.of || !values) continue;
        layer.pixels = [...values.subarray(layer.of[1], layer.of[1] + rows * columns)];
        isLive = true;
      }
      const pixels = this.#root.children[n]?.querySelector(".pixels");
      if (isLive) pixels?.replaceChildren(...painted(layers, columns));
    });
  }

  // --- hands

  /** @param {PointerEvent} event */
  #take(event) {
    const grip = gripOf(event);
    const group = /** @type {SVGGElement | null | undefined} */ (grip?.closest(".box"));
    if (!grip || !group || event.button) return;
    const svg = present(grip.closest("svg"));
    this.#hold(svg, group, { from: placeIn(event, svg), isSizing: grip.matches(".corner") });
    this.#root.setPointerCapture(event.pointerId);
    event.preventDefault();
    group.focus({ preventScroll: true });
  }

  /**
   * @param {SVGSVGElement} svg
   * @param {Element} group
   * @param {{ from: [number, number], isSizing: boolean }} how
   */
  #hold(svg, group, how) {
    const panel = Number(svg.dataset.panel);
    const box = [...present(svg.querySelector(".boxes")).children].indexOf(group);
    const start = square(this.#data.panels[panel].boxes[box]);
    this.#held = { panel, box, start, now: start, ...how, isAsked: false, stroke: Date.now() };
    return this.#held;
  }

  /**
   * @param {PointerEvent} event
   * @param {Held} held
   */
  #drag(event, held) {
    const { panel, start, from, isSizing } = held;
    const [x, y] = placeIn(event, present(this.#root.children[panel].querySelector("svg")));
    const [dx, dy] = [x - from[0], y - from[1]];
    const wide = Math.max(Math.abs(x - start[0]), Math.abs(y - start[1]));
    this.#move(held, isSizing ? [start[0], start[1], wide] : [start[0] + dx, start[1] + dy, start[2]]);
  }

  /**
   * @param {Held} held
   * @param {Square} wanted
   */
  #move(held, wanted) {
    const panel = this.#data.panels[held.panel];
    const now = inside(wanted, panel);
    if (String(now) === String(held.now)) return;
    held.now = now;
    this.#isMoved = true;
    this.#put(held);
    this.#outline(panel, this.#root.children[held.panel]);
    this.#preview(held);
  }

  /** @param {Held} held */
  #put({ panel, box, now }) {
    Object.assign(this.#data.panels[panel].boxes[box], corners(now));
  }

  /**
   * @param {Held} held
   * @returns {WireMove}
   */
  #message({ panel, box, now, stroke }) {
    return { input: this.#data.panels[panel].boxes[box].handle ?? "", values: now, stroke };
  }

  /**
   * The stage computes with the box where it is; where nothing depends on it yet, the page is asked to let it.
   * @param {Held} held
   */
  #preview(held) {
    const { input, values } = this.#message(held);
    const wish = { input, values, live: false };
    announce("set", wish);
    if (wish.live || held.isAsked || String(held.now) === String(held.start)) return;
    held.isAsked = true;
    this.#send(this.#message(held));
  }

  #release() {
    const held = this.#held;
    if (held && String(held.now) !== String(held.start)) this.#send(this.#message(held));
    this.#held = undefined;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = KEYS[event.key];
    const group = event.target instanceof Element ? event.target.closest("g[tabindex]") : null;
    if (!by || !group || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const held = this.#held ?? this.#hold(present(group.closest("svg")), group, { from: [0, 0], isSizing: false });
    const [x, y, half] = held.now;
    this.#move(held, [x + by[0] * NUDGE, y + by[1] * NUDGE, half + by[2] * NUDGE]);
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.#release(), TELL_AFTER);
  }
}

/**
 * Where a pointer is, in pixels of the picture.
 * @param {PointerEvent} event
 * @param {SVGSVGElement} svg
 * @returns {[number, number]}
 */
function placeIn(event, svg) {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(present(svg.getScreenCTM()).inverse());
  return [x, y];
}

/** @type {WeakMap<HTMLElement, Panels>} */
const SHOWN = new WeakMap();

/** @param {Component<WireImages>} component */
export default function show(component) {
  const { parentElement } = component;
  const panels = SHOWN.get(parentElement) ?? new Panels(present(parentElement.querySelector(".panels")));
  SHOWN.set(parentElement, panels);
  panels.update(component);
  return () => {
    panels.leave();
    SHOWN.delete(parentElement);
  };
}
