// Buttons that choose a slice: one group for each leading axis with more than one position.

import { labelSaid, term } from "../model/say.js";
import { all, axisSpan, element } from "./nodes.js";

/** @import { WireAxis } from "../wire.js" */
/** @import { Spot } from "../model/positions.js" */

export class Selectors {
  #choose;
  node = element("div", { className: "selectors" });

  /** @param {(axis: string, i: number) => void} choose */
  constructor(choose) {
    this.#choose = choose;
  }

  /**
   * @param {WireAxis[]} leading
   * @param {Spot} at
   */
  draw(leading, at) {
    const choices = leading.filter(([, labels]) => labels.length > 1);
    this.node.hidden = !choices.length;
    this.node.replaceChildren(...choices.map((axis) => this.#selector(axis, at[axis[0]])));
  }

  /**
   * @param {WireAxis} axis
   * @param {number} chosen
   */
  #selector([name, labels], chosen) {
    const buttons = labels.map((label, i) =>
      element("button", {
        type: "button",
        textContent: labelSaid(label),
        onclick: () => this.#choose(name, i),
        aria: { pressed: String(chosen === i) },
      }),
    );
    const aria = { role: "group", label: term(name) };
    return element("div", { className: "selector", aria }, axisSpan(name, name), ...buttons);
  }

  /**
   * The button that has the focus has it again after the selectors were drawn anew.
   * @param {() => void} redraw
   */
  keepingFocus(redraw) {
    const tree = /** @type {ShadowRoot | Document} */ (this.node.getRootNode());
    const focused = all(this.node, "button").indexOf(/** @type {HTMLElement} */ (tree.activeElement));
    redraw();
    all(this.node, "button")[focused]?.focus();
  }
}
