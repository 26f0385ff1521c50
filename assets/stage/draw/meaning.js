// Beside the number that Predict asks for, a question about what the numbers mean: answered by a button.

import { questionOf } from "../model/meaning.js";
import { say } from "../model/say.js";
import { axisSpan, element, nameSpan } from "./nodes.js";

/** @import { Question, Word } from "../model/meaning.js" */
/** @import { Sheet } from "../model/sheet.js" */
/** @import { Cell, Step } from "../model/steps.js" */

export class Meaning {
  #sheet;
  #hold;
  #turn = 0;
  /** @type {Step | undefined} */
  #step;
  #asked = element("p", { className: "asked" });
  #choices = element("div", { className: "choices", aria: { role: "group", label: say("Answers") } });
  #verdict = element("div", { className: "judged", aria: { live: "polite" } });
  #another = element("button", { type: "button", textContent: say("Ask something else"), onclick: () => this.#next() });
  node = element(
    "section",
    { className: "meaning", aria: { label: say("What it means") } },
    element("h4", { textContent: say("What does it mean?") }),
    this.#asked,
    this.#choices,
    this.#verdict,
    this.#another,
  );

  /**
   * @param {Sheet} sheet
   * @param {(cell: Cell) => void} hold shows the cell that an answer is read from
   */
  constructor(sheet, hold) {
    this.#sheet = sheet;
    this.#hold = hold;
  }

  /** Other steps than before: the next one shown is a new one. */
  reset() {
    this.#step = undefined;
  }

  /** @param {Step | undefined} step the step to ask about, where there is any */
  show(step) {
    if (step === this.#step && step) return;
    this.#step = step;
    this.#turn = 0;
    this.#ask();
  }

  /** The numbers are others: a verdict on those before says nothing any more. */
  renew() {
    if (!this.node.hidden) this.#ask();
  }

  #next() {
    this.#turn += 1;
    this.#ask();
  }

  #ask() {
    const question = this.#step?.expression ? questionOf(this.#sheet, this.#step, this.#turn) : undefined;
    this.node.hidden = question === undefined;
    this.#verdict.replaceChildren();
    if (!question) return;
    this.#asked.replaceChildren(...question.words.map(written));
    this.#choices.replaceChildren(...question.choices.map((choice, n) => this.#choice(question, choice, n)));
  }

  /**
   * @param {Question} question
   * @param {Word} choice
   * @param {number} n
   */
  #choice(question, choice, n) {
    const button = element("button", { type: "button", aria: { pressed: "false" } }, written(choice));
    button.onclick = () => this.#judge(question, n);
    return button;
  }

  /**
   * @param {Question} question
   * @param {number} choice
   */
  #judge(question, choice) {
    const { isRight, because, cell } = question.judge(choice);
    for (const [n, button] of [...this.#choices.children].entries())
      button.setAttribute("aria-pressed", String(n === choice));
    this.#verdict.className = `judged ${isRight ? "right" : "wrong"}`;
    this.#verdict.replaceChildren(
      element("p", { textContent: `${isRight ? say("Right.") : say("Not quite.")} ${because}` }),
    );
    this.#hold(cell);
  }
}

/**
 * @param {Word} word
 * @returns {string | HTMLElement}
 */
function written(word) {
  if (typeof word === "string") return word;
  return "name" in word ? element("b", {}, nameSpan(word.name)) : axisSpan(word.axis, word.label);
}
