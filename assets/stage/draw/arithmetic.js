// The arithmetic of the cell shown, in symbols and in numbers, and the sentence that is read aloud.

import { whereabouts } from "../model/names.js";
import { DECIMALS, fullText, isPrintedInFull } from "../model/numbers.js";
import { say, term, toSay } from "../model/say.js";
import { spokenLine, spokenNumber } from "../model/speech.js";
import { isSwitch } from "../model/steps.js";
import { lineOf, math, number, signed, subscripted, typeset } from "../model/typeset.js";
import { IS_TOUCH } from "./device.js";
import { element, reachable } from "./nodes.js";

/** @import { Node } from "../model/expression.js" */
/** @import { Moment, Progress } from "../model/performance.js" */
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
  /** Lines that are measured and not seen. */
  #trial = element("div", { className: "arithmetic trial", aria: { hidden: "true" } });
  #tallest = 0;
  #isMeasuring = false;
  #reserving = 0; // counts what waits for its room to be measured; 0: nothing does

  /** @param {Line} line */
  write({ cell, v, node, isSecret }) {
    const name = math(subscripted(cell.step, cell.offset));
    if (!node) {
      this.#symbols.innerHTML = `${name} ${ended(v, DECIMALS.most)}`;
      this.#advise(adviceOn(cell.step));
      return;
    }
    this.#symbols.innerHTML = `${name} = ${typeset(node, "symbols")}`;
    if (isSecret) {
      this.#numbers.textContent = "= ?";
      return;
    }
    this.#numbers.innerHTML = worked(node, v);
  }

  /**
   * A moment of a cell's arithmetic: what is worked out, and the sum so far.
   * @param {Moment} moment
   */
  perform({ done, value, progress }) {
    const isLeaf = done.op === "cell" || done.op === "constant";
    const symbols = done.op === "constant" ? "" : typeset(done, "symbols");
    const made = isLeaf ? ended(value, DECIMALS.fewest) : `= ${worked(done, value)}`;
    this.#symbols.innerHTML = symbols ? `${symbols} ${made}` : written(value);
    this.#numbers.innerHTML =
      progress && progress.n > 1
        ? worked(addition(progress), progress.total)
        : ended(progress?.total ?? value, DECIMALS.fewest);
    const sum = progress ? say("; sum so far {spokenNumber}", { spokenNumber: spokenNumber(progress.total) }) : "";
    this.#live.textContent = `${isLeaf ? spokenNumber(value) : spokenLine(done, value)}${sum}`;
  }

  /**
   * Nothing is shown.
   * @param {boolean} hasInputs whether any cell on screen may be edited
   */
  clear(hasInputs) {
    this.#symbols.replaceChildren();
    this.#advise(say(hasInputs ? ADVICE.edit : ADVICE.point));
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
    const v = cell.step.values[cell.offset];
    const made = isSecret ? "hidden" : node ? spokenLine(node, v) : spokenNumber(v, DECIMALS.most);
    this.say(`${term(cell.step.name)}, ${whereabouts(cell.step, cell.offset)}: ${made}`);
  }

  // --- its height: nothing below moves while one points about

  /**
   * At another stop, or in another width: room for the highest of the lines that can be shown here.
   * @param {() => Line[]} lines asked for when there is time
   */
  reserve(lines) {
    this.node.style.minHeight = "";
    this.#tallest = 0;
    const turn = ++this.#reserving; // the last of several measures
    this.#soon(() => {
      if (turn !== this.#reserving) return;
      this.#reserving = 0;
      this.#keep(this.#heightOf(longest(lines())));
      this.steady();
    });
  }

  /** Lines that were high once at this stop keep their room. */
  steady() {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    this.#soon(() => {
      this.#isMeasuring = false;
      if (!this.#reserving) this.#keep(high(this.node)); // until then it has its height by default
      reachable(this.node);
    });
  }

  /**
   * When all has been laid out anyway.
   * @param {() => void} measure
   */
  #soon(measure) {
    requestAnimationFrame(() => setTimeout(measure));
  }

  /** @param {Line | undefined} line */
  #heightOf(line) {
    if (!line?.node) return 0;
    const symbols = `${math(subscripted(line.cell.step, line.cell.offset))} = ${typeset(line.node, "symbols")}`;
    this.#trial.innerHTML = `<div class="symbols">${symbols}</div><div class="numbers">${worked(line.node, line.v)}</div>`;
    this.node.after(this.#trial);
    const height = high(this.#trial);
    this.#trial.remove();
    return height;
  }

  /** @param {number} height with padding, as CSS takes it here too */
  #keep(height) {
    if (height <= this.#tallest) return;
    this.#tallest = height;
    this.node.style.minHeight = `${height}px`;
  }
}

/**
 * How high a part is, in whole pixels that hold it: `offsetHeight` leaves out less than half of one.
 * @param {HTMLElement} node
 */
const high = (node) => Math.ceil(parseFloat(getComputedStyle(node).height)) || node.offsetHeight;

/** @param {number} v */
const written = (v) => `<b>${math(signed(number(v)))}</b>`;

/**
 * The end of a line: its result, and behind it all digits where it has more.
 * @param {number} v
 * @param {number} decimals
 * @param {string} [sign] by default whether these are all its digits
 */
function ended(v, decimals, sign = isPrintedInFull(v, decimals) ? "=" : "≈") {
  const result = `<b>${math(signed(number(v, decimals)))}</b>`;
  const exact = isPrintedInFull(v, decimals) ? "" : ` <small class="exact">${fullText(v)}</small>`;
  return `<span class="term"><span class="equals">${sign}</span> ${result}</span>${exact}`;
}

/**
 * Arithmetic in numbers, and its result.
 * @param {Node} node
 * @param {number} v
 */
function worked(node, v) {
  const { numbers, sign } = lineOf(node, v);
  return `${numbers} ${ended(v, DECIMALS.fewest, sign)}`;
}

/**
 * The sum before and what is added to it.
 * @param {Progress} progress
 * @returns {Node}
 */
const addition = ({ before, total }) => ({
  op: "sum",
  parts: [before, total - before].map((value) => ({ op: "constant", value })),
});

/**
 * The line with the most to write.
 * @param {Line[]} lines
 */
function longest(lines) {
  /** @param {Line} line */
  const length = ({ node, v }) => (node ? worked(node, v).replace(/<[^>]*>/g, "").length : 0);
  const lengths = lines.map(length);
  return lines[lengths.indexOf(Math.max(...lengths))];
}

const ADVICE = IS_TOUCH
  ? {
      edit: toSay("Tap a cell. Double-tap one to change it."),
      point: toSay("Tap a cell to see how it is made."),
      flip: toSay("A switch: tap to throw it, or paint sideways."),
      type: toSay("An input: double-tap it to change it."),
    }
  : {
      edit: toSay("Point at a cell. Double-click an input to change it, or drag it sideways."),
      point: toSay("Point at a cell to see how it is made."),
      flip: toSay("A switch: click or press Enter to throw it."),
      type: toSay("An input: drag it sideways, or double-click or press Enter to type."),
    };

/**
 * What can be done with a cell that is not computed.
 * @param {Step} step
 */
function adviceOn(step) {
  if (isSwitch(step)) return say(ADVICE.flip);
  return step.editable ? say(ADVICE.type) : say("A given number.");
}
