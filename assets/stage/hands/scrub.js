// A number under the hand: press an input and drag it sideways; everything after it follows until the hand lets go.

import { keyOf } from "../model/steps.js";

/** @import { Cell, Change, Step } from "../model/steps.js" */
/** @import { Touched } from "./cells.js" */

const SLACK = 5; // px that a click may wander
const STRIDE = 10; // px for one step of the number
const PAUSE = 1000; // ms: the same number dragged again within them is one change

/**
 * typed: the number a cell shows; begin: a cell is being dragged; preview: show a number; commit: the hand let go, and
 * whether it went on with what it had just done.
 * @typedef {object} Actions
 * @property {(cell: Cell) => number} typed
 * @property {(cell: Cell) => void} begin
 * @property {(change: Change) => void} preview
 * @property {(change: Change, goesOn: boolean) => void} commit
 */

/** @typedef {Cell & { x: number, before: number, now: number, stride: number, isMoving: boolean }} Held */

/**
 * By how much a number moves: whole numbers among whole numbers, else tenths.
 * @param {Step} step
 */
const strideOf = (step) => (step.values.every(Number.isInteger) ? 1 : 0.1);

export class Scrub {
  #ground;
  #actions;
  /** @type {Held | undefined} */
  #held;
  #last = { key: "", time: 0 };
  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (!this.isMoving || event.key !== "Escape") return;
    event.stopPropagation();
    this.#cancel();
  };

  /**
   * @param {HTMLElement} ground
   * @param {(event: Event) => Touched | undefined} cellAt
   * @param {Actions} actions
   */
  constructor(ground, cellAt, actions) {
    this.#ground = ground;
    this.#actions = actions;
    ground.addEventListener("pointerdown", (event) => this.#press(event, cellAt(event)));
    ground.addEventListener("pointermove", (event) => this.#held && this.#move(event, this.#held));
    ground.addEventListener("pointerup", () => this.#release());
    ground.addEventListener("pointercancel", () => this.#cancel());
    document.addEventListener("keydown", this.#onKey, true); // before the cell that has the focus
  }

  leave() {
    document.removeEventListener("keydown", this.#onKey, true);
  }

  /** Whether a number is being dragged: past the slack of a click. */
  get isMoving() {
    return this.#held?.isMoving ?? false;
  }

  /**
   * A finger scrolls; and a switch has no numbers between.
   * @param {PointerEvent} event
   * @param {Touched | undefined} cell
   */
  #press(event, cell) {
    this.#held = undefined;
    if (!cell || event.button || event.pointerType === "touch" || event.target !== cell.node) return;
    const { step, offset } = cell;
    if (!step.editable || step.switch) return;
    const before = this.#actions.typed(cell);
    this.#held = { step, offset, x: event.clientX, before, now: before, stride: strideOf(step), isMoving: false };
  }

  /**
   * @param {PointerEvent} event
   * @param {Held} held
   */
  #move(event, held) {
    const way = event.clientX - held.x;
    if (!(event.buttons & 1)) {
      this.#release();
      return;
    }
    if (!held.isMoving && Math.abs(way) < SLACK) return;
    if (!held.isMoving) this.#begin(event, held);
    const fine = held.stride * (event.shiftKey ? 0.1 : 1);
    const now = Number((held.before + Math.round(way / STRIDE) * fine).toPrecision(12));
    if (now !== held.now) this.#put(held, now);
  }

  /**
   * @param {PointerEvent} event
   * @param {Held} held
   */
  #begin(event, held) {
    held.isMoving = true;
    this.#ground.setPointerCapture(event.pointerId);
    this.#ground.classList.add("scrubbing");
    this.#actions.begin(held);
  }

  /**
   * @param {Held} held
   * @param {number} now
   */
  #put(held, now) {
    held.now = now;
    this.#actions.preview(changeOf(held));
  }

  /** Whatever arrives meanwhile, a number stays under the hand. */
  keep() {
    if (this.#held?.isMoving) this.#put(this.#held, this.#held.now);
  }

  /** There are other steps now, and the number is not under the hand any more. */
  drop() {
    this.#held = undefined;
    this.#ground.classList.remove("scrubbing");
  }

  #release() {
    const held = this.#held;
    this.drop();
    if (held?.isMoving && held.now !== held.before) this.#commit(held);
  }

  /** @param {Held} held */
  #commit(held) {
    const [key, time] = [keyOf(held), Date.now()];
    this.#actions.commit(changeOf(held), key === this.#last.key && time - this.#last.time < PAUSE);
    this.#last = { key, time };
  }

  #cancel() {
    if (this.#held?.isMoving) this.#put(this.#held, this.#held.before);
    this.drop();
  }
}

/**
 * @param {Held} held
 * @returns {Change}
 */
const changeOf = ({ step, offset, now }) => ({ step, offset, value: now });
