// Predict: one cell of the step on screen is asked for; a wrong answer gets the worked arithmetic.

import { tellsAxis } from "../model/names.js";
import { unflat } from "../model/positions.js";
import { isRight, offsetAt, openTurn } from "../model/question.js";
import { parseNumber } from "../model/typed.js";
import { math, number, signed, typeset } from "../model/typeset.js";
import { axisSpan, element } from "./nodes.js";

/** @import { Sheet } from "../model/sheet.js" */
/** @import { Cell, Step } from "../model/steps.js" */

/**
 * What a question does to the stage: its cell is concealed while it is asked, and pinned once it is answered.
 * @typedef {{ conceal: (cell: Cell | undefined) => void, pin: (cell: Cell) => void }} Effects
 */

export class Predict {
  #sheet;
  #effects;
  #turn = 0;
  #isAsked = false;
  /** @type {Step | undefined} */
  #step;
  #question = element("p", { className: "question" });
  #answer = element("input", { type: "text", inputMode: "text", autocomplete: "off", aria: { label: "Your answer" } });
  #verdict = element("div", { className: "verdict", aria: { live: "polite" } });

  /**
   * @param {Sheet} sheet
   * @param {Effects} effects
   */
  constructor(sheet, effects) {
    this.#sheet = sheet;
    this.#effects = effects;
    const check = element("button", { type: "submit", className: "primary", textContent: "Check" });
    const another = element("button", { type: "button", textContent: "Another", onclick: () => this.#another() });
    const form = element("form", {}, this.#answer, check, another);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#judge();
    });
    const title = element("h3", { textContent: "Predict" });
    const aria = { label: "Predict" };
    this.node = element("aside", { className: "predict", aria }, title, this.#question, form, this.#verdict);
    this.#answer.addEventListener("focus", () => this.#hide());
  }

  /** Other steps than before: the next one shown is a new one. */
  reset() {
    this.#step = undefined;
  }

  /** @param {Step | undefined} step the step to ask about, where there is any */
  show(step) {
    this.node.hidden = !step?.expression;
    if (!step?.expression || step === this.#step) return;
    this.#step = step;
    this.#turn = openTurn(this.#sheet, step, 0);
    this.#ask();
  }

  /** @returns {Cell | undefined} */
  get #cell() {
    return this.#step && { step: this.#step, offset: offsetAt(this.#step.values.length, this.#turn) };
  }

  #ask() {
    const cell = this.#cell;
    if (!cell) return;
    this.#isAsked = false;
    this.#answer.value = "";
    this.#verdict.replaceChildren();
    const name = element("b", { textContent: cell.step.name.replaceAll("/", ", ") });
    const at = cell.step.axes.length ? " at " : "";
    this.#question.replaceChildren("What is the value of ", name, at, ...placeOf(cell), "?");
  }

  #hide() {
    if (this.#isAsked || !this.#step) return;
    this.#isAsked = true;
    this.#effects.conceal(this.#cell);
  }

  #another() {
    if (!this.#step) return;
    this.#turn = openTurn(this.#sheet, this.#step, this.#turn + 1);
    this.#effects.conceal(undefined);
    this.#ask();
    this.#answer.focus();
    this.#hide();
  }

  #judge() {
    const cell = this.#cell;
    const typed = parseNumber(this.#answer.value);
    if (!cell) return;
    if (Number.isNaN(typed)) {
      this.#say("again", "Type a number, a fraction such as 1/4, or a percentage.");
      return;
    }
    this.#effects.conceal(undefined);
    this.#isAsked = false;
    if (isRight(cell.step.values[cell.offset], typed)) this.#say("right", "Right.");
    else this.#say("wrong", "Not quite. Here is how it is made:", ...this.#worked(cell));
    this.#effects.pin(cell);
  }

  /**
   * @param {string} kind
   * @param {string} sentence
   * @param {HTMLElement[]} more
   */
  #say(kind, sentence, ...more) {
    this.#verdict.className = `verdict ${kind}`;
    this.#verdict.replaceChildren(element("p", { textContent: sentence }), ...more);
  }

  /** @param {Cell} cell */
  #worked(cell) {
    const node = this.#sheet.grounded(cell);
    if (!node) return [];
    const result = math(signed(number(cell.step.values[cell.offset])));
    return [element("p", { className: "worked", innerHTML: `${typeset(node, "numbers")} = <b>${result}</b>` })];
  }
}

/**
 * "query Input 2, key Input 1", each label in the colour of its axis.
 * @param {Cell} cell
 * @returns {(string | HTMLElement)[]}
 */
const placeOf = ({ step, offset }) =>
  unflat(step, offset).flatMap((i, n) => {
    const [axis, labels] = step.axes[n];
    return [n ? ", " : "", tellsAxis(axis, labels[i]) ? "" : `${axis} `, axisSpan(axis, labels[i])];
  });
