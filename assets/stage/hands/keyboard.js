// Keys: arrows walk over the cells, and pin, edit, throw switches; on the page outside they turn to the next stop.

import { isSwitch } from "../model/steps.js";
import { focusCell, neighbour } from "./cells.js";

/** @import { Cell } from "../model/steps.js" */
/** @import { Touched } from "./cells.js" */

/**
 * @typedef {object} Actions
 * @property {(cell: Cell, value?: number) => void} flip
 * @property {(cell: Cell) => void} pin
 * @property {(cell: Touched, first?: string) => void} edit
 * @property {() => void} unpin
 * @property {(cell: Cell) => void} play
 */

/** @type {Record<string, [down: number, right: number]>} */
const MOVES = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -99],
  End: [0, 99],
};

/**
 * @param {KeyboardEvent} event
 * @param {Touched} cell
 * @param {Actions} actions
 * @returns {boolean} whether the key was meant for a switch
 */
function keyOnSwitch({ key }, cell, actions) {
  if ([" ", "Enter"].includes(key)) actions.flip(cell);
  else if (["0", "1"].includes(key)) actions.flip(cell, Number(key));
  else return false;
  return true;
}

/**
 * @param {KeyboardEvent} event
 * @param {Touched} cell
 * @param {Actions} actions
 * @returns {boolean} whether the key meant anything
 */
function keyOnCell({ key, ctrlKey, metaKey }, cell, actions) {
  const { editable } = cell.step;
  if (key === " " || (key === "Enter" && !editable)) actions.pin(cell);
  else if (key === "Enter" || key === "F2") actions.edit(cell);
  else if (/^[-.\d]$/.test(key) && !ctrlKey && !metaKey && editable) actions.edit(cell, key);
  else if (key === "=") actions.play(cell);
  else if (key === "Escape") actions.unpin();
  else return false;
  return true;
}

/**
 * @param {HTMLElement} ground
 * @param {(event: Event) => Touched | undefined} cellAt
 * @param {Actions} actions
 */
export function listenToKeys(ground, cellAt, actions) {
  ground.addEventListener("keydown", (event) => {
    const cell = cellAt(event);
    if (!cell || event.target !== cell.node) return;
    const move = MOVES[event.key];
    if (move) focusCell(neighbour(ground, cell.node, ...move));
    else if (!(isSwitch(cell.step) && keyOnSwitch(event, cell, actions)) && !keyOnCell(event, cell, actions)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/**
 * Arrow keys that nothing else on the page takes.
 * @param {(by: number) => void} turn
 * @returns {() => void} stops listening
 */
export function listenToPage(turn) {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const free = event.composedPath()[0] === document.body && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (by && free) turn(by);
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
