// The prose of a stop, with the labels and the numbers of the cell shown filled in. ui/words.py has its grammar.

import { plainText } from "../model/numbers.js";
import { spotOf } from "../model/positions.js";
import { labelSaid } from "../model/say.js";
import { labelsWhere, told, valueAt } from "../model/told.js";
import { all, element } from "./nodes.js";

/** @import { Spot } from "../model/positions.js" */
/** @import { Sheet } from "../model/sheet.js" */
/** @import { Cell } from "../model/steps.js" */

export class Words {
  node = element("article", { className: "words" });
  #sheet;
  #said = "";
  /** @type {Spot} where the cells shown at this stop were: one that lacks an axis leaves its last position */
  #spot = {};

  /** @param {Sheet} sheet */
  constructor(sheet) {
    this.#sheet = sheet;
  }

  /** @param {string} html */
  say(html) {
    if (html === this.#said) return;
    this.#said = html;
    this.#spot = {};
    this.node.innerHTML = html;
  }

  /**
   * `data-fill="query"` holds the label of the cell along that axis, or those at which the step `data-where` is not 0;
   * `data-number` a number; `data-if` and `data-unless` words under a condition.
   * @param {Cell | undefined} cell
   * @param {number[]} [unsaid] the numbers that are asked for, which no word gives away
   */
  fill(cell, unsaid = []) {
    if (cell) Object.assign(this.#spot, spotOf(cell.step, cell.offset));
    this.#name(cell ? labelsOf(cell) : {});
    for (const span of all(this.node, "[data-number]")) {
      const v = this.#value(span.dataset.number);
      if (v !== undefined) write(span, unsaid.includes(v) ? "…" : plainText(v));
    }
    for (const span of all(this.node, "[data-if]")) span.hidden = !this.#value(span.dataset.if);
    for (const span of all(this.node, "[data-unless]")) span.hidden = Boolean(this.#value(span.dataset.unless));
  }

  /** @param {Record<string, string | undefined>} labels */
  #name(labels) {
    for (const span of all(this.node, "[data-fill]")) {
      const { fill = "", where } = span.dataset;
      const label = labels[fill];
      const said = label === undefined ? undefined : labelSaid(label);
      write(span, where === undefined ? said : labelsWhere(told(this.#sheet, where), fill, this.#spot));
    }
  }

  /** @param {string} [name] */
  #value(name = "") {
    return valueAt(told(this.#sheet, name), this.#spot);
  }
}

/**
 * @param {HTMLElement} span
 * @param {string | undefined} text
 */
function write(span, text) {
  if (text !== undefined && span.textContent !== text) span.textContent = text;
}

/**
 * @param {Cell} cell
 * @returns {Record<string, string | undefined>}
 */
const labelsOf = ({ step, offset }) => {
  const spot = spotOf(step, offset);
  return Object.fromEntries(step.axes.map(([name, labels]) => [name, labels[spot[name]]]));
};
