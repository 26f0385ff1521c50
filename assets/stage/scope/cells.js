// Any number of any step: a window of its values, and the arithmetic of one cell, from which one walks on to what made it.

import { element } from "../draw/nodes.js";
import { cellText, fullText } from "../model/numbers.js";
import { written } from "./head.js";
import { ground } from "./ramp.js";

/** @import { Arithmetic, Part, Window } from "./ask.js" */

const [DOWN, ACROSS] = [16, 12]; // cells of a window

/**
 * @typedef {object} Effects
 * @property {<Answer>(what: string, more: object) => Promise<Answer | undefined>} ask
 * @property {(step: string, at: number[]) => void} differentiate
 */

export class Cells {
  #effects;
  #choice = element("select", { aria: { label: "Step" } });
  #tools = element("div", { className: "tools" });
  #table = element("div", { className: "window" });
  #arithmetic = element("div", { className: "arithmetic", aria: { live: "polite" } });
  /** @type {{ step: string, at: number[] }[]} */
  #way = [];
  node = element(
    "div",
    { className: "cells" },
    element("div", { className: "tools" }, element("label", {}, "Step ", this.#choice), this.#tools),
    element("div", { className: "pair" }, this.#table, this.#arithmetic),
  );

  /** @param {Effects} effects */
  constructor(effects) {
    this.#effects = effects;
    this.#choice.onchange = () => this.open(this.#choice.value, []);
  }

  /**
   * @param {string[]} steps
   * @param {number} layer whose steps stand first
   */
  list(steps, layer) {
    const own = steps.filter((name) => name.startsWith(`layer ${layer}/`));
    const rest = steps.filter((name) => !name.startsWith("layer "));
    const others = steps.filter((name) => name.startsWith("layer ") && !own.includes(name));
    const groups = [
      [`Layer ${layer}`, own],
      ["Before and after the layers", rest],
      ["Other layers", others],
    ];
    const kept = this.#choice.value;
    this.#choice.replaceChildren(
      ...groups.map(([label, names]) => {
        const group = element("optgroup");
        group.label = String(label);
        group.append(
          .../** @type {string[]} */ (names).map((name) => element("option", { value: name, textContent: name })),
        );
        return group;
      }),
    );
    const first = own.find((name) => name.endsWith("/queries")) ?? rest[0];
    this.#choice.value = steps.includes(kept) && this.#way.length ? kept : first;
  }

  /** Draw what was chosen last, in another text too. */
  renew() {
    const last = this.#way.at(-1);
    void this.open(last?.step ?? this.#choice.value, last?.at ?? []);
  }

  /**
   * @param {string} step
   * @param {number[]} at
   */
  async open(step, at) {
    const corner = at.map((n, k) => (k < at.length - 2 ? n : n - (n % (k === at.length - 1 ? ACROSS : DOWN))));
    const found = await this.#effects.ask("values", { step, at: corner });
    if (!found) return;
    const window = /** @type {Window} */ (found);
    this.#choice.value = step;
    this.#draw(window);
    await this.#cell(step, at.length ? at : window.at);
  }

  /** @param {Window} window */
  #draw(window) {
    this.#tools.replaceChildren(
      ...window.axes.map((axis, k) => this.#mover(window, axis, k)).filter((each) => each !== undefined),
    );
    const heads = window.columns.map((label) => element("th", { scope: "col", textContent: written(label) }));
    const rows = window.cells.map((row, r) => {
      const cells = row.map((value, c) => this.#td(window, value, r, c));
      return element("tr", {}, element("th", { scope: "row", textContent: written(window.rows[r] || " ") }), ...cells);
    });
    this.#table.replaceChildren(
      element(
        "table",
        { aria: { label: window.name } },
        element("thead", {}, element("tr", {}, element("td"), ...heads)),
        element("tbody", {}, ...rows),
      ),
    );
  }

  /**
   * @param {Window} window
   * @param {number | null} value
   * @param {number} r
   * @param {number} c
   */
  #td(window, value, r, c) {
    const at = window.at.slice();
    if (at.length > 1) at[at.length - 2] += r;
    if (at.length) at[at.length - 1] += c;
    const text = cellText(value ?? Number.NEGATIVE_INFINITY);
    const button = element("button", { type: "button", textContent: text, data: { at: at.join(".") } });
    button.style.background = value === null ? "" : ground(window.top ? value / window.top : 0, true);
    button.onclick = () => void this.#cell(window.name, at);
    return element("td", {}, button);
  }

  /**
   * Buttons to other windows along one axis.
   * @param {Window} window
   * @param {[string, number]} axis
   * @param {number} k
   */
  #mover(window, [name, size], k) {
    const last = window.axes.length - 1;
    const step = k === last ? ACROSS : k === last - 1 ? DOWN : 1;
    if (size <= step) return undefined;
    /** @param {number} by @param {string} text @param {string} label */
    const button = (by, text, label) => {
      const found = element("button", { type: "button", textContent: text, aria: { label } });
      const at = window.at.slice();
      at[k] += by;
      found.disabled = at[k] < 0 || at[k] >= size;
      found.onclick = () => void this.open(window.name, at);
      return found;
    };
    const end = Math.min(size, window.at[k] + step);
    const where = step === 1 ? `${window.at[k] + 1} of ${size}` : `${window.at[k] + 1}–${end} of ${size}`;
    return element(
      "span",
      { className: "mover" },
      `${name} `,
      button(-step, "‹", `Earlier along ${name}`),
      element("b", { textContent: where }),
      button(step, "›", `Later along ${name}`),
    );
  }

  /**
   * @param {string} step
   * @param {number[]} at
   */
  async #cell(step, at) {
    const found = await this.#effects.ask("cell", { step, at });
    if (!found) return;
    const told = /** @type {Arithmetic} */ (found);
    const place = this.#way.findIndex((each) => each.step === step && each.at.join() === at.join());
    this.#way = place < 0 ? [...this.#way, { step, at }].slice(-12) : this.#way.slice(0, place + 1);
    for (const button of this.#table.querySelectorAll("button"))
      button.toggleAttribute("data-current", button.dataset.at === at.join("."));
    this.#arithmetic.replaceChildren(...this.#told(told));
  }

  /** @param {Arithmetic} told */
  #told({ name, at, named, value, symbols, numbers, rests, made }) {
    const way = this.#way.slice(0, -1).map(({ step, at: there }) => {
      const back = element("button", { type: "button", className: "link", textContent: step });
      back.onclick = () => void this.open(step, there);
      return back;
    });
    const title = element("h4", {}, name, element("small", { textContent: ` ${named}` }));
    const parts = [element("nav", { className: "way", aria: { label: "The way here" } }, ...way), title];
    if (!symbols) {
      parts.push(
        element("p", { textContent: `${fullText(value ?? Number.NEGATIVE_INFINITY)}: a number that is given.` }),
      );
      return parts;
    }
    parts.push(
      element("p", { className: "formula", innerHTML: symbols }),
      element("p", { className: "formula", innerHTML: numbers }),
    );
    const left = rests.map(
      ({ count, total }, n) => `rest${rests.length > 1 ? ` ${n + 1}` : ""}: ${count} smaller terms, together ${total}`,
    );
    if (left.length) parts.push(element("p", { className: "quiet", textContent: `${left.join("; ")}.` }));
    const why = element("button", { type: "button", className: "plain", textContent: "Gradient of this cell" });
    why.onclick = () => this.#effects.differentiate(name, at);
    parts.push(
      element("h5", { textContent: "Made of" }),
      element("ul", { className: "made" }, ...made.map((part) => this.#part(part))),
      why,
    );
    return parts;
  }

  /** @param {Part} part */
  #part({ name, at, symbol, named, value }) {
    const on = element("button", { type: "button", innerHTML: symbol, title: `${name}: ${named}` });
    on.append(element("span", { textContent: ` ${value}` }), element("small", { textContent: name }));
    on.onclick = () => void this.open(name, at);
    return element("li", {}, on);
  }
}
