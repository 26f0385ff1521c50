// Switches under the pointer: a click throws one, a stroke throws several the same way, as with a brush.

import { isSwitch } from "../model/steps.js";

/** @import { Cell, Step } from "../model/steps.js" */
/** @import { Touched } from "./cells.js" */

/**
 * flip: throw a switch to a value; goesOn: with the stroke of the one before. thrown: what a switch would become.
 * @typedef {{ flip: (cell: Cell, value: number, goesOn: boolean) => void, thrown: (cell: Cell) => number }} Actions
 */

/**
 * first: the switch under a finger, thrown once the finger moves on sideways; downwards it scrolls.
 * @typedef {{ step: Step, value: number, at: [x: number, y: number], first?: Cell }} Stroke
 */

export class Brush {
  #actions;
  /** @type {Stroke | undefined} */
  #stroke;

  /**
   * @param {HTMLElement} ground
   * @param {(event: Event) => Touched | undefined} cellAt
   * @param {Actions} actions
   */
  constructor(ground, cellAt, actions) {
    this.#actions = actions;
    ground.addEventListener("pointerdown", (event) => this.#press(event, cellAt(event)));
    ground.addEventListener("pointerover", (event) => this.#stroked(event, cellAt(event)));
    ground.addEventListener("pointercancel", () => this.#drop());
    ground.addEventListener("click", (event) => this.#click(event, cellAt(event)));
  }

  /**
   * @param {PointerEvent} event
   * @param {Touched | undefined} cell
   */
  #press(event, cell) {
    this.#drop();
    if (!cell || event.button || !isSwitch(cell.step)) return;
    const value = this.#actions.thrown(cell);
    const stroke = { step: cell.step, value, at: /** @type {[number, number]} */ ([event.clientX, event.clientY]) };
    if (event.pointerType === "touch") {
      this.#stroke = { ...stroke, first: cell };
      if (cell.node.hasPointerCapture?.(event.pointerId)) cell.node.releasePointerCapture(event.pointerId);
    } else {
      this.#stroke = stroke;
      this.#actions.flip(cell, value, false);
    }
  }

  /**
   * @param {PointerEvent} event
   * @param {Touched | undefined} cell
   */
  #stroked(event, cell) {
    const stroke = this.#stroke;
    if (!cell || stroke?.step !== cell.step || !(event.buttons & 1) || cell.offset === stroke.first?.offset) return;
    if (stroke.first) {
      const [x, y] = stroke.at;
      if (Math.abs(event.clientX - x) < Math.abs(event.clientY - y)) return;
      this.#actions.flip(stroke.first, stroke.value, false);
      stroke.first = undefined;
    }
    this.#actions.flip(cell, stroke.value, true);
  }

  /**
   * From a finger, or from a program that clicks; the mouse has painted already.
   * @param {MouseEvent} event
   * @param {Touched | undefined} cell
   */
  #click(event, cell) {
    if (!cell || event.target !== cell.node) return;
    const isThrown = this.#stroke && !this.#stroke.first;
    if (isSwitch(cell.step) && !isThrown) this.#actions.flip(cell, this.#actions.thrown(cell), false);
    this.#drop();
  }

  #drop() {
    this.#stroke = undefined;
  }
}
