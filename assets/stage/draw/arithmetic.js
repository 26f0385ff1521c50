// The arithmetic of the cell shown, in symbols and in numbers, and the sentence that is read aloud.

import { whereabouts } from "../model/names.js";
import { cellText, fullText, isExact } from "../model/numbers.js";
import { spoken } from "../model/speech.js";
import { isSwitch } from "../model/steps.js";
import { math, number, signed, subscripted, typeset } from "../model/typeset.js";
import { IS_TOUCH } from "./device.js";
import { element } from "./nodes.js";

/** @import { Node } from "../model/expression.js" */
/** @import { Cell, Step } from "../model/steps.js" */

/**
 * A cell as it is written: `v` is the number in it, `node` its arithmetic, `isSecret` whether the number is asked for.
 * @typedef {{ cell: Cell, v: number, node: Node | undefined, isSecret: boolean }} Line
 */

export class Arithmetic {
  #symbols = element("div", { className: "symbols" });
  #numbers = element("div", { className: "numbers" });
  #live = element("p", { className: "spoken", aria: { live: "polite" } });
  node = element("div", { className: "arithmetic" }, this.#symbols, this.#numbers, this.#live);
  #tallest = 0;
  #isMeasuring = false;

  /** @param {Line} line */
  write({ cell, v, node, isSecret }) {
    const name = math(subscripted(cell.step, cell.offset));
    const result = `<b>${math(signed(number(v)))}</b>`;
    const exact = isExact(v) ? "" : `<small class="exact">${fullText(v)}</small>`;
    if (!node) {
      this.#symbols.innerHTML = `${name} = ${result} ${exact}`;
      this.#advise(adviceOn(cell.step));
      return;
    }
    this.#symbols.innerHTML = `${name} = ${typeset(node, "symbols")}`;
    if (isSecret) this.#numbers.textContent = "= ?";
    else this.#numbers.innerHTML = `${typeset(node, "numbers")} ${equals(result)} ${exact}`;
  }

  /**
   * Nothing is shown.
   * @param {boolean} hasInputs whether any cell on screen may be edited
   */
  clear(hasInputs) {
    this.#symbols.replaceChildren();
    this.#advise(hasInputs ? ADVICE.edit : ADVICE.point);
  }

  /** @param {string} sentence */
  #advise(sentence) {
    this.#numbers.replaceChildren(element("span", { className: "advice", textContent: sentence }));
  }

  /**
   * Said, and not shown.
   * @param {string} sentence
   */
  say(sentence) {
    this.#live.textContent = sentence;
  }

  /** @param {Line} line */
  speak({ cell, node, isSecret }) {
    const text = cellText(cell.step.values[cell.offset]);
    const made = isSecret ? "hidden" : node ? `${spoken(node)} equals ${text}` : text;
    this.say(`${cell.step.name}, ${whereabouts(cell.step, cell.offset)}: ${made}`);
  }

  /** Lines that were high once at this stop keep their room: nothing below jumps while one points about. */
  steady() {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    requestAnimationFrame(() => setTimeout(() => this.#keepHeight())); // when it has been laid out anyway
  }

  #keepHeight() {
    this.#isMeasuring = false;
    const height = this.node.offsetHeight;
    if (height <= this.#tallest) return;
    this.#tallest = height;
    this.node.style.minHeight = `${height}px`;
  }

  /** At another stop, lines are as high as they are. */
  relax() {
    this.node.style.minHeight = "";
    this.#tallest = 0;
  }
}

/** @param {string} result */
const equals = (result) => `<span class="term"><span class="equals">=</span> ${result}</span>`;

const ADVICE = IS_TOUCH
  ? {
      edit: "Tap a cell. Double-tap one to change it.",
      point: "Tap a cell to see how it is made.",
      flip: "A switch: tap to throw it, or paint sideways.",
      type: "An input: double-tap it to change it.",
    }
  : {
      edit: "Point at a cell. Double-click an input to change it, or drag it sideways.",
      point: "Point at a cell to see how it is made.",
      flip: "A switch: click or press Enter to throw it.",
      type: "An input: drag it sideways, or double-click or press Enter to type.",
    };

/**
 * What can be done with a cell that is not computed.
 * @param {Step} step
 */
function adviceOn(step) {
  if (isSwitch(step)) return ADVICE.flip;
  return step.editable ? ADVICE.type : "A given number.";
}
