// The section Gradient of a static lesson: a cell of the result, and its backward pass on a stage of its own.

import { element } from "../draw/nodes.js";
import { say } from "../model/say.js";
import { stageIn } from "./insight.js";
import { labelled } from "./typing.js";

/** @import { GradientFields, Gradients } from "./python.js" */

export class GradientView {
  #ask;
  /** @type {HTMLSelectElement[]} of each axis of the result, the position that is chosen */
  #chosen = [];
  #drawn = "";
  #about = element("div");
  #choices = element("div", { className: "typed" });
  #problem = element("p", { className: "notice", aria: { role: "alert" } });
  #ground = stageIn();
  #check = element("button", {
    type: "button",
    className: "plain",
    textContent: say("Check it by nudging the inputs"),
  });
  #findings = element("div", { aria: { role: "status" } });

  /**
   * @param {HTMLElement} place
   * @param {{ chosen: () => void, check: () => void }} ask another cell is chosen; its gradients are to be checked
   */
  constructor(place, ask) {
    this.#ask = ask;
    this.#check.onclick = () => {
      this.#check.disabled = true;
      ask.check();
    };
    this.#problem.hidden = true;
    const check = element("p", {}, this.#check);
    place.replaceChildren(this.#about, this.#choices, this.#problem, this.#ground.node, check, this.#findings);
  }

  /** @returns {number[]} the chosen cell, positions from 0 */
  get cell() {
    return this.#chosen.map(({ selectedIndex }) => selectedIndex);
  }

  /**
   * The cells that there are. What was chosen stays, as far as it is still there.
   * @param {GradientFields} fields
   */
  offer({ about, axes }) {
    const drawn = JSON.stringify(axes);
    if (drawn === this.#drawn) return;
    const before = this.cell;
    this.#drawn = drawn;
    this.#about.innerHTML = about;
    this.#chosen = axes.map(([title, labels], n) => this.#choice(title, labels, before[n] ?? 0));
    this.#choices.replaceChildren(...this.#chosen.map((select, n) => labelled(axes[n][0], select)));
  }

  /**
   * @param {string} title
   * @param {string[]} labels
   * @param {number} at
   */
  #choice(title, labels, at) {
    const select = element("select", { aria: { label: title } });
    select.append(...labels.map((textContent) => element("option", { textContent })));
    select.selectedIndex = Math.min(at, labels.length - 1);
    select.onchange = () => this.#ask.chosen();
    return select;
  }

  /** @param {Gradients} gradients of the chosen cell */
  show({ problem, payload }) {
    this.#problem.textContent = problem;
    this.#problem.hidden = !problem;
    this.#ground.node.hidden = payload === null;
    this.#check.disabled = payload === null;
    this.#findings.replaceChildren();
    if (payload) this.#ground.show(payload);
  }

  /** @param {string} html what nudging says of them */
  find(html) {
    this.#check.disabled = false;
    this.#findings.innerHTML = html;
  }
}
