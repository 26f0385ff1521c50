// Switches under the pointer: a click throws one, a stroke throws several the same way, as with a brush.

import { isSwitch } from "../model/steps.js";

/** @import { Cell, Step } from "../model/steps.js" */
/** @import { Touched } from "./cells.js" */

/**
 * flip: throw a switch to a value; thrown: what a switch would become.
 * @typedef {{ flip: (cell: Cell, value: number) => void, thrown: (cell: Cell) => number }} Actions
 */

export class Brush {
  #actions;
  /** @type {{ step: Step, value: number } | undefined} */
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
    ground.addEventListener("click", (event) => this.#click(event, cellAt(event)));
  }

  /**
   * A finger scrolls.
   * @param {PointerEvent} event
   * @param {Touched | undefined} cell
   */
  #press(event, cell) {
    this.#stroke = undefined;
    if (!cell || event.button || event.pointerType === "touch" || !isSwitch(cell.step)) return;
    this.#stroke = { step: cell.step, value: this.#actions.thrown(cell) };
    this.#actions.flip(cell, this.#stroke.value);
  }

  /**
   * @param {PointerEvent} event
   * @param {Touched | undefined} cell
   */
  #stroked(event, cell) {
    if (cell && this.#stroke?.step === cell.step && event.buttons & 1) this.#actions.flip(cell, this.#stroke.value);
  }

  /**
   * From a finger, or from a program that clicks; the mouse has painted already.
   * @param {MouseEvent} event
   * @param {Touched | undefined} cell
   */
  #click(event, cell) {
    if (!cell || event.target !== cell.node) return;
    if (isSwitch(cell.step) && !this.#stroke) this.#actions.flip(cell, this.#actions.thrown(cell));
    this.#stroke = undefined;
  }
}
