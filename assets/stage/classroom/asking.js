// What a teacher asks a class: a number of the cell on screen, the largest of its row, true or false, or a free line.

import { element } from "../draw/nodes.js";
import { labelSaid, say, toSay } from "../model/say.js";
import { announce } from "../talk/between.js";
import { truthSaid } from "./bars.js";

/** @import { Asked } from "../inclass.js" */
/** @import { WireAsk } from "./wire.js" */

/** @typedef {Omit<WireAsk, "id">} Question */

const LONGEST = 500; // characters of a question; ui/classroom/limits.py
const LONGEST_WORKING = 2000;

/**
 * A kind of question. make: the question with a text, undefined where the cell on screen gives none.
 * @typedef {object} Kind
 * @property {string} title
 * @property {(asked: Asked | undefined) => string} text what is suggested
 * @property {(text: string, asked: Asked | undefined) => Question | undefined} make
 * @property {string} [lacks] what is said where there is none
 */

/** @param {Asked} asked */
const cut = ({ working }) => working.slice(0, LONGEST_WORKING);

/** @type {Record<string, Kind>} */
export const KINDS = {
  number: {
    title: toSay("Predict this cell"),
    lacks: toSay("Point at or pin a cell that is computed: its number is what you ask for."),
    text: (asked) => (asked ? say("What is the value of {name}, to two decimals?", { name: asked.name }) : ""),
    make: (text, asked) =>
      asked && {
        kind: "number",
        text,
        about: asked.about,
        right: asked.value,
        tolerance: Math.max(0.0051, Math.abs(asked.value) * 0.005),
        working: cut(asked),
      },
  },
  choice: {
    title: toSay("Which gets most"),
    lacks: toSay("Pin a cell of a step whose row has one largest number: its labels are the choices."),
    text: (asked) => (asked?.row ? questionOf(asked.row) : ""),
    make: (text, asked) =>
      asked?.row && {
        kind: "choice",
        text,
        about: asked.about,
        choices: asked.row.choices,
        right: asked.row.right,
        working: asked.row.working.slice(0, LONGEST_WORKING),
      },
  },
  truth: { title: toSay("True or false"), text: () => "", make: (text) => ({ kind: "truth", text }) },
  line: { title: toSay("A line of text"), text: () => "", make: (text) => ({ kind: "line", text }) },
};

/** @param {NonNullable<Asked["row"]>} row */
const questionOf = ({ axis, isShare, of }) =>
  isShare
    ? say("Which {axis} gets the most of {of}?", { axis, of })
    : say("Which {axis} has the largest number of {of}?", { axis, of });

/** What may be asked of the cell on screen. */
function onScreen() {
  /** @type {{ found?: Asked }} */
  const wish = {};
  announce("ask", wish);
  return wish.found;
}

export class AskDialog {
  #ask;
  /** @type {Asked | undefined} */
  #asked;
  #kind = "number";
  #kinds = element("div", { className: "kinds", aria: { role: "radiogroup", label: say("Kind of question") } });
  #text = element("textarea", { id: "ask-text", rows: 3, maxLength: LONGEST, aria: { describedby: "ask-lacks" } });
  #truth = element("fieldset", { className: "truth" });
  #lacks = element("p", { id: "ask-lacks", className: "problem", aria: { role: "status" } });
  #about = element("p", { className: "about" });
  #go = element("button", { type: "submit", className: "primary", textContent: say("Ask the class") });
  node = element("dialog", { className: "ask", aria: { labelledby: "ask-title" } });

  /** @param {(question: Question) => void} ask */
  constructor(ask) {
    this.#ask = ask;
    const cancel = element("button", { type: "button", textContent: say("Cancel"), onclick: () => this.node.close() });
    this.#kinds.append(...Object.entries(KINDS).map(([name, { title }]) => this.#choice(name, title)));
    this.#truth.append(
      element("legend", { textContent: say("Right is") }),
      ...["true", "false", ""].map((value) =>
        radio("ask-right", value, value ? truthSaid(value === "true") : say("nothing: only count"), value === "true"),
      ),
    );
    const form = element(
      "form",
      {},
      element("h2", { id: "ask-title", textContent: say("Ask the class") }),
      this.#kinds,
      element("label", { htmlFor: "ask-text", textContent: say("The question") }),
      this.#text,
      this.#truth,
      this.#about,
      this.#lacks,
      element("div", { className: "buttons" }, cancel, this.#go),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    this.node.append(form);
  }

  /**
   * @param {string} name
   * @param {string} title
   */
  #choice(name, title) {
    const label = radio("ask-kind", name, title, name === this.#kind);
    label.addEventListener("change", () => this.#choose(name));
    return label;
  }

  open() {
    this.#asked = onScreen();
    this.#text.value = "";
    this.#choose(this.#asked || this.#kind === "truth" || this.#kind === "line" ? this.#kind : "truth");
    this.node.showModal();
    /** @type {HTMLElement | null} */ (this.node.querySelector("input:checked"))?.focus();
  }

  /** @param {string} name of the kind; a text that was typed stays */
  #choose(name) {
    const suggested = Object.values(KINDS).map(({ text }) => text(this.#asked));
    if (suggested.includes(this.#text.value)) this.#text.value = KINDS[name].text(this.#asked);
    this.#kind = name;
    const chosen = this.node.querySelector(`input[value="${name}"]`);
    if (chosen instanceof HTMLInputElement) chosen.checked = true;
    this.#truth.hidden = name !== "truth";
    const found = KINDS[name].make("?", this.#asked);
    this.#lacks.textContent = found ? "" : say(KINDS[name].lacks ?? "");
    this.#go.disabled = !found;
    const { choices } = found ?? {};
    this.#about.textContent = choices
      ? say("Choices: {listed}. The numbers of this row are hidden until you reveal them.", {
          listed: choices.map(labelSaid).join(say(", ")),
        })
      : "";
    if (name === "number" && found)
      this.#about.textContent = say(
        "The answer and its working come from this page. The number is hidden until you reveal it.",
      );
  }

  #submit() {
    const text = this.#text.value.trim();
    const question = KINDS[this.#kind].make(text, this.#asked);
    if (!text || !question) {
      this.#lacks.textContent = text ? this.#lacks.textContent : say("Write the question first.");
      return this.#text.focus();
    }
    const right = new FormData(/** @type {HTMLFormElement} */ (this.node.querySelector("form"))).get("ask-right");
    this.node.close();
    this.#ask(this.#kind === "truth" && right ? { ...question, right: right === "true" } : question);
  }
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} text
 * @param {boolean} checked
 */
function radio(name, value, text, checked) {
  const input = element("input", { type: "radio", name, value, checked });
  return element("label", {}, input, element("span", { textContent: text }));
}
