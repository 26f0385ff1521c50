// "Play this cell": its arithmetic is performed on the matrices, one moment after the other, by itself or by keys.

import { momentsOf } from "../model/performance.js";
import { say } from "../model/say.js";
import { IS_CALM } from "./device.js";
import { element } from "./nodes.js";
import { Player } from "./player.js";

/** @import { Node, Operand } from "../model/expression.js" */
/** @import { Moment } from "../model/performance.js" */
/** @import { Cell } from "../model/steps.js" */

const PACE = 1200; // ms a moment stays

/**
 * show: a moment of a cell, with the cells that earlier moments read; end: the cell as it is shown otherwise.
 * @typedef {{ show: (cell: Cell, moment: Moment, read: Operand[]) => void, end: (cell: Cell) => void }} Effects
 */

export class Performance {
  #effects;
  /** @type {Cell | undefined} */
  #cell;
  /** @type {Moment[]} */
  #moments = [];
  #now = 0;
  #count = element("output", { className: "count" });
  #start = element("button", {
    type: "button",
    className: "turn start",
    title: say("Play this cell: its arithmetic, one term after the other (key =)"),
    aria: { label: say("Play this cell") },
    textContent: "▶",
  });
  #player = new Player({
    label: say("Moment"),
    group: say("The arithmetic of this cell"),
    back: say("A moment back"),
    forth: say("The next moment"),
    pace: PACE,
    go: (n) => this.#go(n),
  });
  #close = element("button", {
    type: "button",
    className: "turn",
    title: say("End (Escape)"),
    textContent: "×",
    aria: { label: say("End the play") },
    onclick: () => this.end(),
  });
  #running = element("div", { className: "running" }, this.#player.node, this.#count, this.#close);
  node = element("div", { className: "perform" }, this.#start, this.#running);
  /** @param {KeyboardEvent} event */
  #onKey = (event) => this.#key(event);
  /** @param {KeyboardEvent} event */
  #onRelease = (event) => {
    if (event.key === " " && !this.#isElsewhere(event)) event.preventDefault(); // no click on the button in focus
  };

  /**
   * @param {Effects} effects
   * @param {() => { cell: Cell, node: Node } | undefined} wanted the cell shown, where it has arithmetic
   */
  constructor(effects, wanted) {
    this.#effects = effects;
    this.#running.hidden = true;
    this.#start.onclick = () => {
      const found = wanted();
      if (found) this.begin(found.cell, found.node);
    };
  }

  get isOn() {
    return this.#cell !== undefined;
  }

  get #focused() {
    return /** @type {Document | ShadowRoot} */ (this.node.getRootNode()).activeElement;
  }

  /** The number of the moment shown, from 1; 0 where the cell is shown as a whole. */
  get moment() {
    return this.isOn ? this.#now + 1 : 0;
  }

  /**
   * By hand to another moment.
   * @param {number} by
   */
  turn(by) {
    if (this.isOn) this.#player.move(by);
  }

  /** @param {boolean} isOffered whether the cell shown can be played */
  offer(isOffered) {
    this.#start.hidden = !isOffered || this.isOn;
  }

  /**
   * @param {Cell} cell
   * @param {Node} node its arithmetic
   * @param {number} [at] the moment at which it stands still; without one it is played from the first
   */
  begin(cell, node, at) {
    this.#cell = cell;
    this.#moments = momentsOf(node);
    const isPressed = this.#focused === this.#start; // which goes, and must not take the focus along
    this.#running.hidden = false;
    this.offer(false);
    if (isPressed) this.#player.focus();
    document.addEventListener("keydown", this.#onKey, true); // before the cell that has the focus
    document.addEventListener("keyup", this.#onRelease, true);
    this.#go(at ?? 0);
    if (at === undefined && !IS_CALM && this.#moments.length > 1) this.#player.play();
  }

  /** @param {{ isQuiet?: boolean }} [how] isQuiet: something else is shown already */
  end({ isQuiet = false } = {}) {
    const cell = this.#cell;
    if (!cell) return;
    this.#player.pause();
    this.#cell = undefined;
    const isInside = this.#running.contains(this.#focused);
    this.#running.hidden = true;
    this.offer(true);
    this.#forget();
    if (isInside) this.#start.focus();
    if (!isQuiet) this.#effects.end(cell);
  }

  leave() {
    this.#player.leave();
    this.#forget();
  }

  #forget() {
    document.removeEventListener("keydown", this.#onKey, true);
    document.removeEventListener("keyup", this.#onRelease, true);
  }

  /** @param {number} n */
  #go(n) {
    if (!this.#cell) return;
    this.#now = Math.max(0, Math.min(this.#moments.length - 1, n));
    const said = say("{now} of {count}", { now: this.#now + 1, count: this.#moments.length });
    this.#player.set(this.#now, this.#moments.length - 1, said);
    this.#count.textContent = said;
    const read = this.#moments.slice(0, this.#now).flatMap(({ cells }) => cells);
    this.#effects.show(this.#cell, this.#moments[this.#now], read);
  }

  /**
   * Whether a key is meant for something else: a field in which one types, the button that ends the play.
   * @param {KeyboardEvent} event
   */
  #isElsewhere(event) {
    const target = event.composedPath()[0];
    const isTyping =
      target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
    return isTyping || target === this.#close || event.ctrlKey || event.metaKey || event.altKey;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#isElsewhere(event) && event.key !== "Escape") return;
    const by = { " ": 1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (by === undefined) this.end();
    else this.#player.move(by);
  }
}
