// Any number of any step: a window of its values, and the arithmetic of one cell, from which one walks on to what made it.

import { all, element } from "../draw/nodes.js";
import { roving } from "../draw/roving.js";
import { cellText, fullText } from "../model/numbers.js";
import { say, term } from "../model/say.js";
import { written } from "./head.js";
import { ground } from "./ramp.js";
import { setter } from "./setter.js";

/** @import { WireArithmetic as Arithmetic, WirePart as Part, WireWindow as Window } from "../wire.js" */

const [DOWN, ACROSS] = [16, 12]; // cells of a window

/**
 * @typedef {object} Effects
 * @property {<Answer>(what: string, more: object) => Promise<Answer | undefined>} ask
 * @property {(step: string, at: number[]) => void} differentiate
 * @property {(step: string, at: number[], value: number) => void} set
 * @property {(step: string, at: number[]) => void} takeBack
 */

export class Cells {
  #effects;
  #choice = element("select", { aria: { label: say("Step") } });
  #tools = element("div", { className: "tools" });
  #table = element("div", { className: "window" });
  #across = 1; // cells of a row of the window
  #reach = roving(this.#table, () => this.#across);
  #arithmetic = element("div", { className: "arithmetic", aria: { live: "polite" } });
  /** @type {{ step: string, at: number[] }[]} */
  #way = [];
  #isSetting = false; // a number was set here: its cell gets the focus once it is drawn again
  node = element(
    "div",
    { className: "cells" },
    element("div", { className: "tools" }, element("label", {}, `${say("Step")} `, this.#choice), this.#tools),
    element("div", { className: "pair" }, this.#table, this.#arithmetic),
  );

  /** @param {Effects} effects */
  constructor(effects) {
    this.#effects = effects;
    this.#choice.onchange = () => this.open(this.#choice.value, []);
  }

  /**
   * @param {string[]} steps
   * @param {string[]} weights what the model has learnt
   * @param {number} layer whose steps stand first
   */
  list(steps, weights, layer) {
    const isOwn = (/** @type {string} */ name) => name.startsWith(`layer ${layer}/`);
    const isOutside = (/** @type {string} */ name) => !name.startsWith("layer ");
    const isOther = (/** @type {string} */ name) => !isOwn(name) && !isOutside(name);
    /** @type {[string, string[]][]} */
    const groups = [
      [say("Layer {layer}", { layer }), steps.filter(isOwn)],
      [say("Before and after the layers"), steps.filter(isOutside)],
      [say("Learned in layer {layer}", { layer }), weights.filter(isOwn)],
      [say("Learned outside of the layers"), weights.filter(isOutside)],
      [say("Other layers"), steps.filter(isOther)],
      [say("Learned in other layers"), weights.filter(isOther)],
    ];
    const kept = this.#way.at(-1)?.step;
    this.#choice.replaceChildren(...groups.filter(([, names]) => names.length).map(optionGroup));
    const first = groups[0][1].find((name) => name.endsWith("/queries")) ?? groups[1][1][0];
    const isKept = kept !== undefined && (steps.includes(kept) || weights.includes(kept));
    if (!isKept) this.#way = [];
    this.#choice.value = isKept ? kept : first;
  }

  /**
   * To be drawn next.
   * @param {string} step
   * @param {number[]} at
   */
  choose(step, at) {
    this.#way = [...this.#way, { step, at }].slice(-12);
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
    if (!this.#isSetting) return;
    this.#isSetting = false;
    /** @type {HTMLElement | null} */ (this.#table.querySelector("[data-current]"))?.focus({ preventScroll: true });
  }

  /** @param {Window} window */
  #draw(window) {
    this.#tools.replaceChildren(
      ...window.axes.map((axis, k) => this.#mover(window, axis, k)).filter((each) => each !== undefined),
    );
    this.#across = window.columns.length;
    const heads = window.columns.map((label) => element("th", { scope: "col", textContent: written(label) }));
    const rows = window.cells.map((row, r) => {
      const cells = row.map((value, c) => this.#td(window, value, r, c));
      return element("tr", {}, element("th", { scope: "row", textContent: written(window.rows[r] || " ") }), ...cells);
    });
    this.#table.replaceChildren(
      element(
        "table",
        { aria: { label: term(window.name) } },
        element("thead", {}, element("tr", {}, element("td"), ...heads)),
        element("tbody", {}, ...rows),
      ),
    );
    if (window.before)
      this.#table.append(
        element("p", {
          className: "quiet",
          textContent: say(
            "Colours show the difference to the run without your changes: blue is more, orange is less.",
          ),
        }),
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
    button.style.background = ground(shade(window, value, r, c), true);
    const before = window.before?.[r]?.[c];
    if (before !== undefined && before !== value)
      button.title = say("Without your changes {number}", { number: infinite(before) });
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
    const said = term(name);
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
    const where =
      step === 1
        ? say("{at} of {size}", { at: window.at[k] + 1, size })
        : say("{at}–{end} of {size}", { at: window.at[k] + 1, end, size });
    return element(
      "span",
      { className: "mover" },
      `${said} `,
      button(-step, "‹", say("Earlier along {name}", { name: said })),
      element("b", { textContent: where }),
      button(step, "›", say("Later along {name}", { name: said })),
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
    this.#reach(this.#table.querySelector("button[data-current]") ?? undefined);
    this.#arithmetic.replaceChildren(...this.#told(told));
    for (const line of all(this.#arithmetic, ".formula")) if (line.scrollWidth > line.clientWidth) line.tabIndex = 0;
  }

  /** @param {Arithmetic} told */
  #told(told) {
    const { name, at, named, value, symbols, numbers, rests, made, fixed } = told;
    const way = this.#way.slice(0, -1).map(({ step, at: there }) => {
      const back = element("button", { type: "button", className: "link", textContent: term(step) });
      back.onclick = () => void this.open(step, there);
      return back;
    });
    const title = element("h4", {}, term(name), element("small", { textContent: ` ${named}` }));
    const parts = [element("nav", { className: "way", aria: { label: say("The way here") } }, ...way), title];
    if (!symbols) {
      const how = fixed ? say("set by hand.") : say("a number that is given.");
      return [...parts, element("p", { textContent: `${infinite(value)}: ${how}` }), ...this.#change(told)];
    }
    parts.push(
      element("p", { className: "formula", innerHTML: symbols }),
      element("p", { className: "formula", innerHTML: numbers }),
    );
    const left = rests.map(({ count, total }, n) =>
      rests.length > 1
        ? say("rest {n}: {count} smaller terms, together {total}", { n: n + 1, count, total })
        : say("rest: {count} smaller terms, together {total}", { count, total }),
    );
    if (left.length) parts.push(element("p", { className: "quiet", textContent: `${left.join("; ")}.` }));
    const why = element("button", { type: "button", className: "plain", textContent: say("Gradient of this cell") });
    why.onclick = () => this.#effects.differentiate(name, at);
    parts.push(
      element("h5", { textContent: say("Made of") }),
      element("ul", { className: "made" }, ...made.map((part) => this.#part(part))),
      why,
    );
    return [...parts, ...this.#change(told)];
  }

  /**
   * What the cell was before, a field to set it, and a button to take that back.
   * @param {Arithmetic} told
   */
  #change({ name, at, value, before, fixed }) {
    /** @param {() => void} act */
    const act = (act) => {
      this.#isSetting = true;
      act();
    };
    const parts = [];
    if (before !== undefined && before !== value)
      parts.push(
        element("p", {
          className: "quiet",
          textContent: say("Without your changes: {number}.", { number: infinite(before) }),
        }),
      );
    parts.push(setter(say("Set this number to"), value, (number) => act(() => this.#effects.set(name, at, number))));
    if (fixed) {
      const back = element("button", { type: "button", className: "plain", textContent: say("Take it back") });
      back.onclick = () => act(() => this.#effects.takeBack(name, at));
      parts.push(back);
    }
    return parts;
  }

  /** @param {Part} part */
  #part({ name, at, symbol, named, value }) {
    const on = element("button", { type: "button", innerHTML: symbol, title: `${term(name)}: ${named}` });
    on.append(element("span", { textContent: ` ${value}` }), element("small", { textContent: term(name) }));
    on.onclick = () => void this.open(name, at);
    return element("li", {}, on);
  }
}

/** @param {[string, string[]]} group */
function optionGroup([label, names]) {
  const group = element("optgroup");
  group.label = label;
  group.append(...names.map((name) => element("option", { value: name, textContent: term(name) })));
  return group;
}

/** @param {number | null} value null stands for minus infinity */
const infinite = (value) => fullText(value ?? Number.NEGATIVE_INFINITY);

/**
 * How strongly a cell is coloured, from -1 to 1: by its number, or by its difference where there is one.
 * @param {Window} window
 * @param {number | null} value
 * @param {number} r
 * @param {number} c
 */
function shade(window, value, r, c) {
  if (!window.before) return value !== null && window.top ? value / window.top : 0;
  const apart = window.cells.map((row, m) => row.map((cell, n) => (cell ?? 0) - (window.before?.[m]?.[n] ?? 0)));
  const top = Math.max(...apart.flat().map(Math.abs));
  return top ? apart[r][c] / top : 0;
}
