// Where the matrices of a product stand: side by side, or as on a blackboard, the second above the result.

import { say } from "../model/say.js";
import { element } from "./nodes.js";

const KEY = "attention-atlas-blackboard"; // in the browser's memory, where there is one

/** @returns {string | null} */
function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a file opened from disk, or a browser that keeps nothing
  }
}

/** @param {string} choice */
function remember(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // as long as this page is open it is known all the same
  }
}

export class Layout {
  #choice = remembered();
  #isBoard = false;
  #icon = element("span", { className: "sketch", aria: { hidden: "true" } });
  #text = element("span", { textContent: "" });
  node = element(
    "button",
    { type: "button", className: "layout", onclick: () => this.#toggle() },
    this.#icon,
    this.#text,
  );
  #changed;

  /** @param {() => void} changed called when the learner has chosen */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * As was chosen, else where it fits.
   * @param {boolean} fits
   */
  prefers(fits) {
    return this.#choice ? this.#choice === "on" : fits;
  }

  /**
   * Whether a product is drawn as on a blackboard.
   * @param {boolean} isProduct
   * @param {boolean} fits
   */
  decide(isProduct, fits) {
    this.#isBoard = isProduct && this.prefers(fits);
    this.node.hidden = !isProduct;
    this.#text.textContent = this.#isBoard ? say("Side by side") : say("Blackboard");
    this.node.title = this.#isBoard
      ? say("Draw the matrices side by side")
      : say("Draw the second matrix above the result");
    return this.#isBoard;
  }

  #toggle() {
    this.#choice = this.#isBoard ? "off" : "on";
    remember(this.#choice);
    this.#changed();
  }
}
