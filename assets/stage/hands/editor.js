// Typing a number into a cell: a field in the cell, until it is taken or given up.

import { IS_TOUCH } from "../draw/device.js";
import { element } from "../draw/nodes.js";
import { fieldName, whereabouts } from "../model/names.js";
import { cellText } from "../model/numbers.js";
import { say, term } from "../model/say.js";
import { objectionTo, parseNumber } from "../model/typed.js";
import { focusCell } from "./cells.js";

/** @import { Change, Step } from "../model/steps.js" */
/** @import { Touched } from "./cells.js" */

/**
 * @typedef {object} Actions
 * @property {(sentence: string) => void} complain a sentence about what was typed
 * @property {() => void} settle no sentence about it any more
 * @property {(change: Change) => void} change
 * @property {() => void} paint
 */

/**
 * @param {Step} step
 * @param {number} offset
 * @param {string} reason
 */
export const complaint = (step, offset, reason) => `${fieldName(step, offset)}: ${reason}.`;

/**
 * Open a field in a cell; `first`: what was typed to open it.
 * @param {Touched} cell
 * @param {Actions} actions
 * @param {string} [first]
 */
export function openEditor({ step, offset, node }, actions, first) {
  if (!step.editable || step.switch || node.querySelector("input")) return;
  const before = step.values[offset];
  const label = say("New value of {step}, {whereabouts}", {
    step: term(step.name),
    whereabouts: whereabouts(step, offset),
  });
  const field = element("input", { value: first ?? String(before), autocomplete: "off", aria: { label } });
  node.replaceChildren(field, ...(IS_TOUCH ? [withKeypad(field)] : []));
  field.focus();
  if (first === undefined) field.select();

  /** @param {number} kept */
  const close = (kept) => {
    field.onblur = null;
    actions.settle();
    node.textContent = cellText(kept);
    if (kept === before) actions.paint();
    else actions.change({ step, offset, value: kept });
  };
  const commit = () => {
    const typed = parseNumber(field.value);
    const isNumber = !Number.isNaN(typed);
    if (isNumber) close(typed);
    else {
      field.setAttribute("aria-invalid", "true");
      actions.complain(complaint(step, offset, objectionTo(field.value)));
    }
    return isNumber;
  };
  field.onblur = commit;
  field.onkeydown = (event) => {
    event.stopPropagation();
    const given = event.key === "Escape";
    if (given) close(before);
    if (given || (event.key === "Enter" && commit())) focusCell(node);
  };
}

/**
 * A keypad with digits, and a button for the sign, which some of them lack.
 * @param {HTMLInputElement} field
 */
function withKeypad(field) {
  field.inputMode = "decimal";
  const sign = element("button", {
    type: "button",
    className: "sign",
    textContent: "±",
    aria: { label: say("Change the sign") },
  });
  sign.onpointerdown = (event) => event.preventDefault(); // the field keeps the focus, and the keypad stays
  sign.onclick = (event) => {
    event.stopPropagation();
    field.value = field.value.startsWith("-") ? field.value.slice(1) : `-${field.value}`;
    field.focus();
  };
  return sign;
}
