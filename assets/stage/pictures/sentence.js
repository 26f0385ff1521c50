// A sentence whose words attend to each other: lines from the word pointed at to the words it reads, and its own numbers,
// to be changed. What follows is computed here, from the expressions the stage computes with.

import { drawn, element, present } from "../draw/nodes.js";
import * as theme from "../draw/theme.js";
import { cellText } from "../model/numbers.js";
import { labelSaid, say } from "../model/say.js";
import { Sheet } from "../model/sheet.js";
import { topOf } from "../model/steps.js";
import { decode } from "../talk/arrival.js";

/** @import { WireSentence } from "../wire.js" */
/** @import { Step } from "../model/steps.js" */
/** @import { Component } from "../talk/component.js" */

const LEAST = 0.005; // a weight that is written and drawn
const WIDEST = 9; // px of a line
const LISTED = 3; // words that are named aloud
const NUDGE = 0.05; // of a slider

/**
 * Row n of a table.
 * @param {Step} step
 * @param {number} n
 */
const rowOf = (step, n) => step.values.subarray(n * step.shape[1], (n + 1) * step.shape[1]);

/** @param {number} share */
const percent = (share) => `${Math.round(share * 100)} %`;

/** One of a word's numbers: a slider, and beside it what the word becomes by reading. */
class Row {
  #written = element("output", { className: "number" });
  #bar = element("span", { className: "bar" });
  #becomes = element("span", { className: "number" });

  /**
   * @param {string} name
   * @param {number} most the end of the slider
   * @param {(value: number) => void} change
   */
  constructor(name, most, change) {
    this.slider = element("input", { type: "range", aria: { label: name } });
    Object.assign(this.slider, { min: "0", max: String(most), step: String(NUDGE) });
    this.slider.oninput = () => change(Number(this.slider.value));
    const becomes = element("span", { className: "becomes" }, element("span", { className: "track" }, this.#bar));
    this.node = element(
      "div",
      { className: "row" },
      element("span", { className: "name", textContent: name, aria: { hidden: "true" } }),
      this.slider,
      this.#written,
      becomes,
      this.#becomes,
    );
  }

  /**
   * @param {number} value
   * @param {number} after
   * @param {number} most what fills the bar
   */
  paint(value, after, most) {
    if (Number(this.slider.value) !== value) this.slider.value = String(value);
    this.slider.setAttribute(
      "aria-valuetext",
      say("{value}, after reading {after}", { value: cellText(value), after: cellText(after) }),
    );
    this.#written.textContent = cellText(value);
    this.#becomes.textContent = cellText(after);
    this.#bar.style.width = `${Math.min(100, (100 * Math.max(0, after)) / most)}%`;
  }
}

class Sentence {
  #root;
  #sheet = new Sheet();
  /** @type {WireSentence | undefined} */
  #data;
  #chosen = 0;
  #pointed = -1;
  /** @type {HTMLButtonElement[]} */
  #words = [];
  /** @type {Row[]} */
  #rows = [];
  #lines = drawn("svg", { class: "lines", "aria-hidden": "true" });
  #says = element("p", { className: "says", aria: { live: "polite" } });
  #title = element("h3");
  #back = element("button", { type: "button", className: "back", textContent: say("Back to its first numbers") });
  #numbers = element("div", { className: "rows" });
  #sizes = new ResizeObserver(() => this.#draw());

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#back.onclick = () => this.#reset();
  }

  /** @param {WireSentence} data */
  update(data) {
    theme.follow(this.#root);
    if (JSON.stringify(data) === JSON.stringify(this.#data)) return this.#draw();
    this.#data = data;
    this.#sheet.lay(data.steps, true);
    this.#sheet.take(decode(data.values));
    this.#chosen = data.chosen;
    this.#build(data);
    this.#choose(data.chosen);
  }

  leave() {
    this.#sizes.disconnect();
  }

  /**
   * Into another element, as it is.
   * @param {HTMLElement} place
   */
  move(place) {
    this.leave();
    place.replaceChildren(...this.#root.childNodes);
    this.#root = place;
    this.#sizes.observe(place);
  }

  /** @param {"given" | "weights" | "output"} part */
  #step(part) {
    return present(this.#sheet.named(present(this.#data)[part]));
  }

  /** @param {WireSentence} data */
  #build(data) {
    const given = this.#step("given");
    this.#words = given.axes[0][1].map((word, n) => this.#word(word, n));
    const most = Math.max(2, 1.5 * topOf(given));
    this.#rows = given.axes[1][1].map(
      (name, column) => new Row(labelSaid(name), most, (value) => this.#change(column, value)),
    );
    this.#numbers.replaceChildren(...this.#rows.map(({ node }) => node));
    const line = element("div", { className: "line" }, this.#lines, ...this.#words);
    line.onpointerleave = () => this.#point(-1);
    const below = element("div", { className: "below" }, this.#title, this.#back);
    const group = { role: "group", label: data.caption };
    this.#root.replaceChildren(
      element("div", { className: "sentence", aria: group }, line, this.#says, below, this.#numbers),
    );
    this.#sizes.disconnect();
    this.#sizes.observe(this.#root);
  }

  /**
   * @param {string} word
   * @param {number} n
   */
  #word(word, n) {
    const node = element("button", { type: "button", className: "word" }, element("b", { textContent: word }));
    node.append(element("i"));
    node.onclick = () => this.#choose(n);
    node.onfocus = () => this.#point(n);
    node.onblur = () => this.#point(-1);
    node.onpointerenter = ({ pointerType }) => pointerType === "mouse" && this.#point(n);
    return node;
  }

  /** @param {number} n */
  #choose(n) {
    this.#chosen = n;
    this.#words.forEach((word, m) => {
      word.setAttribute("aria-pressed", String(m === n));
    });
    this.#paint();
  }

  /** @param {number} n */
  #point(n) {
    this.#pointed = n;
    this.#paint();
  }

  /**
   * @param {number} column
   * @param {number} value
   */
  #change(column, value) {
    const step = this.#step("given");
    this.#sheet.change([{ step, offset: this.#chosen * step.shape[1] + column, value }]);
    this.#pointed = -1;
    this.#paint();
  }

  #reset() {
    this.#sheet.take(decode(present(this.#data).values));
    this.#paint();
    this.#words[this.#chosen].focus();
  }

  #paint() {
    const given = this.#step("given");
    const [own, after] = [rowOf(given, this.#chosen), rowOf(this.#step("output"), this.#chosen)];
    const most = Math.max(1, topOf(this.#step("output")));
    this.#rows.forEach((row, n) => {
      row.paint(own[n], after[n] ?? 0, most);
    });
    this.#title.textContent = say("Change the numbers of “{name}” → what it becomes by reading", {
      name: this.#nameOf(this.#chosen),
    });
    this.#back.hidden = !this.#isChanged();
    this.#draw();
  }

  /** Whether any number is another one than at first. */
  #isChanged() {
    const { steps } = this.#sheet;
    const first = decode(present(this.#data).values);
    let start = 0;
    for (const step of steps) {
      if (!step.expression && step.values.some((v, n) => v !== first[start + n])) return true;
      start += step.values.length;
    }
    return false;
  }

  /** @param {number} n */
  #nameOf(n) {
    return this.#step("given").axes[0][1][n];
  }

  /** The word that asks, and how much it takes of each. */
  #draw() {
    if (!this.#data) return;
    const asks = this.#pointed < 0 ? this.#chosen : this.#pointed;
    const weights = [...rowOf(this.#step("weights"), asks)];
    this.#words.forEach((word, n) => {
      word.classList.toggle("asks", n === asks);
      word.style.setProperty("--weight", String(weights[n]));
      present(word.querySelector("i")).textContent = weights[n] < LEAST ? "" : percent(weights[n]);
    });
    this.#say(asks, weights);
    this.#connect(asks, weights);
  }

  /**
   * @param {number} asks
   * @param {number[]} weights
   */
  #say(asks, weights) {
    const order = weights.map((_, n) => n).sort((one, other) => weights[other] - weights[one]);
    const parts = order.slice(0, LISTED).map((n) => `${percent(weights[n])} ${this.#nameOf(n)}`);
    const read = parts.join(say(", ")) + (order.length > LISTED ? " …" : "");
    const sentence = say("“{name}” reads {read}", { name: this.#nameOf(asks), read });
    if (this.#says.textContent !== sentence) this.#says.textContent = sentence;
  }

  /**
   * @param {number} asks
   * @param {number[]} weights
   */
  #connect(asks, weights) {
    const boxes = this.#words.map((word) => ({ x: word.offsetLeft + word.offsetWidth / 2, y: word.offsetTop }));
    const from = boxes[asks];
    this.#lines.replaceChildren(
      ...weights.flatMap((weight, n) => (n === asks || weight < LEAST ? [] : [curve(from, boxes[n], weight)])),
    );
  }
}

/** @typedef {{ x: number, y: number }} Point */

/**
 * From above one word to above another, as wide as the weight.
 * @param {Point} from
 * @param {Point} to
 * @param {number} weight
 */
function curve(from, to, weight) {
  const lift = Math.min(64, 18 + 0.16 * Math.abs(from.x - to.x));
  const [up, down] = [from.y - lift * 1.35, to.y - lift * 1.35];
  const d = `M${from.x} ${from.y - 3}C${from.x} ${up} ${to.x} ${down} ${to.x} ${to.y - 3}`;
  return drawn("path", { d, "stroke-width": 1 + WIDEST * weight, opacity: 0.3 + 0.7 * Math.sqrt(weight) });
}

/**
 * The sentence that stands in the page itself until its component comes, and what is to be done then.
 * @type {{ sentence: Sentence, come: () => void } | undefined}
 */
let before;

/**
 * @param {WireSentence} data
 * @param {HTMLElement} root
 * @param {() => void} come
 */
export function sentenceAhead(data, root, come) {
  before = { sentence: new Sentence(root), come };
  before.sentence.update(data);
}

/** @param {HTMLElement} place */
function drawnAhead(place) {
  if (!before) return undefined;
  const { sentence, come } = before;
  before = undefined;
  sentence.move(place);
  come();
  return sentence;
}

/** @type {WeakMap<HTMLElement, Sentence>} */
const SHOWN = new WeakMap();

/** @param {Component<WireSentence>} component */
export default function show({ data, parentElement }) {
  const root = present(parentElement.querySelector("figure"));
  const sentence = SHOWN.get(parentElement) ?? drawnAhead(root) ?? new Sentence(root);
  SHOWN.set(parentElement, sentence);
  sentence.update(data);
  return () => {
    sentence.leave();
    SHOWN.delete(parentElement);
  };
}
