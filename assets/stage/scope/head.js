// One head large: as a map, or as lines between two columns of tokens. Point at a token or a cell: its row is read out.

import { drawn, element } from "../draw/nodes.js";
import { cellText } from "../model/numbers.js";
import { say } from "../model/say.js";
import { paint } from "./ramp.js";

/** @import { WireToken as Token } from "../wire.js" */

const LINED = 40; // tokens with names at the map
const LEAST = 0.02; // of a weight that has a line
const ROW = 24; // px

/** @param {string} piece a space at its start is not seen, a mark for it is */
export const written = (piece) => (piece.trim() === "" ? "␣" : piece.trim());

/** @param {number} difference */
const moreOrLess = (difference) => `${cellText(Math.abs(difference))} ${difference < 0 ? "less" : "more"}`;

/**
 * What is drawn: exact weights, or what has changed in them.
 * @typedef {object} Shown
 * @property {Token[]} tokens
 * @property {ArrayLike<number>} weights exact
 * @property {ArrayLike<number>} ground what the map is painted with
 * @property {boolean} [isChange] whether weights are differences
 */

export class HeadView {
  node = element("div", { className: "view" });
  says = element("p", { className: "says", aria: { live: "polite" } });
  isLines = false;
  /** @type {Shown | undefined} */
  #shown;
  #effects;
  #canvas = element("canvas", { tabIndex: 0, aria: { role: "img" } });
  #cell = element("span", { className: "cell" });
  /** @type {SVGElement | undefined} */
  #svg;
  #at = [0, 0];

  /** @param {{ point: (query: number) => void, pin: (query: number, key: number) => void }} effects */
  constructor(effects) {
    this.#effects = effects;
    this.#canvas.onpointermove = (event) => this.#pointed(event);
    this.#canvas.onclick = (event) => {
      this.#pointed(event);
      this.#effects.pin(this.#at[0], this.#at[1]);
    };
    this.#canvas.onkeydown = (event) => this.#key(event);
  }

  /**
   * @param {Shown} shown
   * @param {string | undefined} theme
   */
  draw(shown, theme) {
    this.#shown = shown;
    const n = shown.tokens.length;
    paint(this.#canvas, shown.ground, n, theme);
    this.node.classList.toggle("fine", n > LINED);
    this.node.replaceChildren(this.isLines ? this.#columns(shown) : this.#map(shown));
  }

  /** @param {Shown} shown */
  #map({ tokens }) {
    const n = tokens.length;
    const names = () => tokens.map(({ piece }) => element("span", { textContent: written(piece) }));
    const label = say(
      "Map of attention: rows ask, columns are read. Arrow keys move from cell to cell, Enter chooses one.",
    );
    this.#canvas.setAttribute("aria-label", label);
    const box = element("div", { className: "square" }, this.#canvas, this.#cell);
    const map = element("div", { className: "map" }, box);
    if (n <= LINED)
      map.prepend(
        element("div", { className: "keys", aria: { hidden: "true" } }, ...names()),
        element("div", { className: "queries", aria: { hidden: "true" } }, ...names()),
      );
    map.style.setProperty("--n", String(n));
    return map;
  }

  /** @param {PointerEvent | MouseEvent} event */
  #pointed(event) {
    const n = this.#shown?.tokens.length ?? 1;
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    /** @param {number} share */
    const place = (share) => Math.max(0, Math.min(n - 1, Math.floor(share * n)));
    this.#go(place((event.clientY - top) / height), place((event.clientX - left) / width));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const [q, k] = this.#at;
    const moves = { ArrowDown: [q + 1, k], ArrowUp: [q - 1, k], ArrowRight: [q, k + 1], ArrowLeft: [q, k - 1] };
    if (event.key === "Enter") return this.#effects.pin(q, k);
    const move = moves[/** @type {keyof typeof moves} */ (event.key)];
    if (!move) return;
    event.preventDefault();
    const most = (this.#shown?.tokens.length ?? 1) - 1;
    this.#go(Math.max(0, Math.min(most, move[0])), Math.max(0, Math.min(most, move[1])));
  }

  /**
   * @param {number} query
   * @param {number} key
   */
  #go(query, key) {
    this.#at = [query, key];
    this.#effects.point(query);
    this.say(query, key);
  }

  /**
   * A row is lit; a cell of it is read out.
   * @param {number} query
   * @param {number} [key]
   */
  say(query, key) {
    if (!this.#shown) return;
    const { tokens, weights, isChange } = this.#shown;
    const n = tokens.length;
    if (query >= n) return;
    const row = Array.from({ length: n }, (_, j) => weights[query * n + j]);
    const best = row
      .map((_, j) => j)
      .sort((a, b) => Math.abs(row[b]) - Math.abs(row[a]))
      .slice(0, 3);
    const told = key === undefined ? best : [key];
    const parts = told.map((j) => `“${written(tokens[j].piece)}” ${isChange ? moreOrLess(row[j]) : cellText(row[j])}`);
    this.says.textContent = say("“{written}” reads {listed}", {
      written: written(tokens[query].piece),
      listed: parts.join(say(", ")),
    });
    this.#cell.hidden = key === undefined;
    this.#cell.style.cssText = `left:${(100 * (key ?? 0)) / n}%;top:${(100 * query) / n}%;width:${100 / n}%;height:${100 / n}%`;
    this.node.querySelectorAll("[data-query]").forEach((line) => {
      line.classList.toggle("dim", Number(line.getAttribute("data-query")) !== query);
    });
    const lit = [...this.node.querySelectorAll(".queries span, .asking button")];
    for (const [j, each] of lit.entries()) each.classList.toggle("lit", j === query);
  }

  // --- lines

  /** @param {Shown} shown */
  #columns({ tokens, weights }) {
    const n = tokens.length;
    const asking = tokens.map(({ piece }, q) => {
      const token = element("button", { type: "button", textContent: written(piece) });
      token.onpointerenter = () => this.#go1(q);
      token.onfocus = () => this.#go1(q);
      token.onclick = () => this.#go1(q);
      return token;
    });
    const asked = tokens.map(({ piece }) => element("span", { textContent: written(piece) }));
    this.#svg = drawn("svg", { viewBox: `0 0 100 ${n * ROW}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    this.#svg.style.height = `${n * ROW}px`;
    for (let q = 0; q < n; q++) this.#svg.append(...linesOf(q, n, weights));
    return element(
      "div",
      { className: "lines" },
      element("div", { className: "asking", aria: { role: "group", label: say("Tokens that read") } }, ...asking),
      this.#svg,
      element("div", { className: "asked", aria: { hidden: "true" } }, ...asked),
    );
  }

  /** @param {number} query */
  #go1(query) {
    this.#effects.point(query);
    this.say(query);
  }
}

/**
 * @param {number} q
 * @param {number} n
 * @param {ArrayLike<number>} weights
 */
function linesOf(q, n, weights) {
  const found = [];
  for (let k = 0; k < n; k++) {
    const share = weights[q * n + k];
    if (share < LEAST) continue;
    const [y, z] = [(q + 0.5) * ROW, (k + 0.5) * ROW];
    const d = `M0 ${y} C45 ${y} 55 ${z} 100 ${z}`;
    found.push(
      drawn("path", {
        d,
        "data-query": q,
        "stroke-opacity": share.toFixed(3),
        "stroke-width": (1 + 4 * share).toFixed(2),
      }),
    );
  }
  return found;
}
