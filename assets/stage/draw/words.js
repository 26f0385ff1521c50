// The prose of a stop, with the labels of the cell shown filled in.

import { unflat } from "../model/positions.js";
import { all, element } from "./nodes.js";

/** @import { Cell } from "../model/steps.js" */

export class Words {
  node = element("article", { className: "words" });
  #said = "";

  /** @param {string} html */
  say(html) {
    if (html === this.#said) return;
    this.#said = html;
    this.node.innerHTML = html;
  }

  /**
   * `<span data-fill="query">` holds the label of the cell along that axis.
   * @param {Cell | undefined} cell
   */
  fill(cell) {
    const labels = cell ? labelsOf(cell) : {};
    for (const span of all(this.node, "[data-fill]")) {
      const text = labels[span.dataset.fill ?? ""];
      if (text !== undefined && span.textContent !== text) span.textContent = text;
    }
  }
}

/**
 * @param {Cell} cell
 * @returns {Record<string, string | undefined>}
 */
const labelsOf = ({ step, offset }) =>
  Object.fromEntries(unflat(step, offset).map((i, n) => [step.axes[n][0], step.axes[n][1][i]]));
