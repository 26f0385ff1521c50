// Predict: one cell of the step on screen is asked for; a wrong answer gets the worked arithmetic.

import { tellsAxis } from "../model/names.js";
import { unflat } from "../model/positions.js";
import { isAccepted, offsetAt, openTurn } from "../model/question.js";
import { saidParts, say, term } from "../model/say.js";
import { parseNumber } from "../model/typed.js";
import { lineOf, math, number, signed } from "../model/typeset.js";
import { axisSpan, element, nameSpan, reachable } from "./nodes.js";

/** @import { Sheet } from "../model/sheet.js" */
/** @import { Cell, Step } from "../model/steps.js" */

/**
 * What a question does to the stage: its cell is hidden from the start, and concealed with its arithmetic on screen while
 * one answers; once it is answered it is pinned. shown: the cell whose arithmetic is on screen.
 * @typedef {object} Effects
 * @property {(cell: Cell | undefined) => void} hide
 * @property {(cell: Cell | undefined) => void} conceal
 * @property {(cell: Cell) => void} pin
 * @property {() => Cell | undefined} shown
 */

export class Predict {
  #sheet;
  #effects;
  #turn = 0;
  #isAsked = false;
  #isAnswered = false;
  /** @type {Step | undefined} */
  #step;
  #question = element("p", { className: "question" });
  #answer = element("input", {
    type: "text",
    inputMode: "text",
    autocomplete: "off",
    aria: { label: say("Your answer") },
  });
  #verdict = element("div", { className: "verdict", aria: { live: "polite" } });

  /**
   * @param {Sheet} sheet
   * @param {Effects} effects
   */
  constructor(sheet, effects) {
    this.#sheet = sheet;
    this.#effects = effects;
    const check = element("button", { type: "submit", className: "primary", textContent: say("Check") });
    const another = element("button", { type: "button", textContent: say("Another"), onclick: () => this.#another() });
    const show = element("button", { type: "button", textContent: say("Show"), onclick: () => this.#reveal() });
    const form = element("form", {}, this.#answer, check, another, show);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#judge();
    });
    const title = element("h3", { textContent: say("Predict") });
    const aria = { label: say("Predict") };
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
    if (!step?.expression) return;
    if (step !== this.#step) {
      this.#step = step;
      this.#turn = openTurn(this.#sheet, step, 0, this.#shownOffset);
      this.#ask();
    }
    this.#veil();
  }

  /** The cell on screen is another one than when the question was chosen: where it is the one asked for, ask for another. */
  spare() {
    if (!this.#step || this.#cell?.offset !== this.#shownOffset) return;
    this.#turn = openTurn(this.#sheet, this.#step, this.#turn + 1, this.#shownOffset);
    this.#ask();
    this.#veil();
  }

  /** The offset of the cell whose arithmetic is on screen, where it is one of this step. */
  get #shownOffset() {
    const shown = this.#effects.shown();
    return shown?.step === this.#step ? shown?.offset : undefined;
  }

  /** Not answered yet, the number is not to be read in the table; the only cell of a step keeps its arithmetic. */
  #veil() {
    const cell = this.#cell;
    if (!this.#isAnswered && cell?.offset !== this.#shownOffset) this.#effects.hide(cell);
  }

  /** @returns {Cell | undefined} */
  get #cell() {
    return this.#step && { step: this.#step, offset: offsetAt(this.#step.values.length, this.#turn) };
  }

  #ask() {
    const cell = this.#cell;
    if (!cell) return;
    this.#isAsked = false;
    this.#isAnswered = false;
    this.#answer.value = "";
    this.#verdict.replaceChildren();
    const name = element("b", {}, nameSpan(term(cell.step.name).replaceAll("/", ", ")));
    this.#question.replaceChildren(
      ...(cell.step.axes.length
        ? saidParts("What is the value of {name} at {place}, to two decimals?", { name, place: placeOf(cell) })
        : saidParts("What is the value of {name}, to two decimals?", { name })),
    );
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
      this.#say("again", say("Type a number, a fraction such as 1/4, or a percentage."));
      return;
    }
    if (isAccepted(this.#sheet, cell, typed)) this.#say("right", say("Right."));
    else this.#say("wrong", say("Not quite. Here is how it is made:"), ...this.#worked(cell));
    this.#settle(cell);
  }

  #reveal() {
    const cell = this.#cell;
    if (!cell) return;
    this.#say("shown", say("Here is how it is made:"), ...this.#worked(cell));
    this.#settle(cell);
  }

  /**
   * The question is over, and its number is shown.
   * @param {Cell} cell
   */
  #settle(cell) {
    this.#isAsked = false;
    this.#isAnswered = true;
    this.#effects.conceal(undefined);
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
    for (const each of more) reachable(each);
  }

  /** @param {Cell} cell */
  #worked(cell) {
    const node = this.#sheet.grounded(cell);
    if (!node) return [];
    const v = cell.step.values[cell.offset];
    const { numbers, sign } = lineOf(node, v);
    const innerHTML = `${numbers} ${sign} <b>${math(signed(number(v)))}</b>`;
    return [element("p", { className: "worked", innerHTML })];
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
    return [n ? ", " : "", tellsAxis(axis, labels[i]) ? "" : `${term(axis)} `, axisSpan(axis, labels[i])];
  });
