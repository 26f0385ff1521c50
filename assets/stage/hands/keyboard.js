// Keys: arrows walk over the cells, and pin, edit, throw switches; on the page outside they turn to the next stop.

import { isBehindDialog } from "../draw/modal.js";
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

// --- on the page outside of the stage ---------------------------------------------------------------------------------

const FIELDS = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox]";
const NO_TEXT = ":is([type=range], [type=checkbox], [type=radio], [type=button], [type=file])";
/** @type {Record<string, number>} arrows, and what clickers send */
const TURNS = { ArrowLeft: -1, PageUp: -1, "Shift  ": -1, ArrowRight: 1, PageDown: 1, " ": 1 };
// What has a use of its own for arrows and Page keys; and what is pressed by Space.
const USES =
  "input, textarea, select, td, [contenteditable], [role=slider], [role=tab], [role=radio], [role=option], " +
  "[role=listbox], [role=menu], [role=menuitem], [role=grid], [role=dialog] *, canvas, svg [tabindex]";
const PRESSED = "button, summary";

/**
 * Where an event happened, also inside of a component.
 * @param {Event} event
 */
export const targetOf = (event) => {
  const [target] = event.composedPath();
  return target instanceof Element ? target : document.body;
};

/**
 * Whether text is typed there.
 * @param {Element} target
 */
export const isTyped = (target) => target.matches(FIELDS) && !target.matches(NO_TEXT) && !isIdleChoice(target);

/**
 * The field of a choice in which nothing is typed: it keeps the focus after the choice.
 * @param {Element} target
 */
const isIdleChoice = (target) =>
  target.matches("input[role=combobox]") && /** @type {HTMLInputElement} */ (target).value === "";

/**
 * By how many stops a key turns; 0 where it has another use there.
 * @param {KeyboardEvent} event
 */
function stopsOf(event) {
  const by = TURNS[event.shiftKey ? `Shift ${event.key}` : event.key] ?? 0;
  const isHeld = event.altKey || event.ctrlKey || event.metaKey;
  const taken = event.key === " " ? `${USES}, ${PRESSED}` : USES;
  return isHeld || event.defaultPrevented || targetOf(event).closest(taken) ? 0 : by;
}

/**
 * -1 for the keys of undo, 1 for those of redo; 0 in a text field, where they are the field's own.
 * @param {KeyboardEvent} event
 */
function turnOf(event) {
  const isHeld = (event.ctrlKey || event.metaKey) && !event.altKey;
  if (!isHeld || event.defaultPrevented || isTyped(targetOf(event))) return 0;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? 1 : -1;
  return key === "y" && !event.shiftKey ? 1 : 0;
}

/**
 * Keys that nothing else on the page takes.
 * @param {object} actions
 * @param {(event: Event) => boolean} [actions.hears] whether a key is meant here
 * @param {(by: number) => void} [actions.step] to the stop before or after
 * @param {(by: number) => void} actions.turn undo or redo
 * @returns {() => void} stops listening
 */
export function listenToPage({ hears, step, turn }) {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const [stops, turns] = [step ? stopsOf(event) : 0, turnOf(event)];
    if ((!stops && !turns) || isBehindDialog() || hears?.(event) === false) return;
    event.preventDefault();
    if (turns) turn(turns);
    else step?.(stops);
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

/**
 * Tab into a group of radio buttons reaches the chosen one, as in any form, and not the first.
 * @returns {() => void} stops listening
 */
export function listenToTab() {
  let isTab = false;
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    isTab = event.key === "Tab";
  };
  /** @param {FocusEvent} event */
  const onFocus = ({ target, relatedTarget }) => {
    const group =
      target instanceof Element && target.matches("[role=radio]") ? target.closest("[role=radiogroup]") : null;
    if (!isTab || !group || group.contains(/** @type {Node | null} */ (relatedTarget))) return;
    /** @type {HTMLElement | null} */ (group.querySelector("[role=radio][aria-checked=true]"))?.focus();
  };
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("focusin", onFocus);
  return () => {
    document.removeEventListener("keydown", onKey, true);
    document.removeEventListener("focusin", onFocus);
  };
}
