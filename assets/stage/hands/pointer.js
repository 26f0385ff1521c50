// A pointer over the cells: what it passes is shown, what it clicks is pinned, what it clicks twice is edited.

import { isSwitch } from "../model/steps.js";
import { focusCell } from "./cells.js";

/** @import { Cell } from "../model/steps.js" */
/** @import { Touched } from "./cells.js" */

/**
 * @typedef {object} Actions
 * @property {(cell: Cell, speak: boolean) => void} point
 * @property {() => void} leave
 * @property {(cell: Cell) => void} pin
 * @property {(cell: Touched) => void} edit
 */

/**
 * @param {HTMLElement} ground
 * @param {(event: Event) => Touched | undefined} cellAt
 * @param {Actions} actions
 */
export function listenToPointer(ground, cellAt, actions) {
  ground.addEventListener("pointerover", (event) => {
    const cell = cellAt(event);
    if (cell) actions.point(cell, false);
  });
  ground.addEventListener("pointerleave", () => actions.leave());
  ground.addEventListener("focusin", (event) => {
    const cell = cellAt(event);
    if (cell && event.target === cell.node) actions.point(cell, true);
  });
  ground.addEventListener("click", (event) => {
    const cell = cellAt(event);
    if (!cell || event.target !== cell.node) return;
    focusCell(cell.node);
    if (!isSwitch(cell.step)) actions.pin(cell);
  });
  ground.addEventListener("dblclick", (event) => {
    const cell = cellAt(event);
    if (cell) actions.edit(cell);
  });
}
