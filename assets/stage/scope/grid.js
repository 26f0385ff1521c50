// All heads at once: one small map each, layer by layer, or in the order of a measure.

import { element } from "../draw/nodes.js";
import { cellText } from "../model/numbers.js";
import { say } from "../model/say.js";
import { paint } from "./ramp.js";

/** @typedef {{ layer: number, head: number }} Head both counted from 1 */

/**
 * What is drawn. values: of all heads, layer by layer. by: a number of each head, in whose order they stand.
 * @typedef {object} Maps
 * @property {number} layers
 * @property {number} heads
 * @property {number} tokens
 * @property {ArrayLike<number> & { subarray(a: number, b: number): ArrayLike<number> }} values
 * @property {number[] | undefined} by
 * @property {string} byName
 * @property {(head: Head) => boolean} isOff
 */

const WIDE = 12; // layers from which on they stand side by side
const STEPS = new Map([
  ["ArrowRight", [1, 0]],
  ["ArrowLeft", [-1, 0]],
  ["ArrowDown", [0, 1]],
  ["ArrowUp", [0, -1]],
]);

export class Grid {
  node = element("div", { className: "heads", aria: { role: "group", label: say("Heads by layer") } });
  #open;
  /** @type {Map<number, HTMLButtonElement>} */
  #tiles = new Map();
  /** @type {number[]} */
  #order = [];
  #across = 1;
  #chosen = 0;

  /** @param {(head: Head) => void} open */
  constructor(open) {
    this.#open = open;
    this.node.onkeydown = (event) => this.#key(event);
  }

  /**
   * @param {Maps} maps
   * @param {string | undefined} theme
   */
  draw(maps, theme) {
    const { layers, heads, by } = maps;
    const isWide = layers > WIDE;
    this.#across = isWide ? layers : heads;
    this.#order = by ? ordered(by) : placed(layers, heads, isWide);
    this.node.style.setProperty("--across", String(this.#across));
    this.node.classList.toggle("sorted", by !== undefined);
    this.node.classList.toggle("wide", isWide);
    this.node.classList.toggle("fine", maps.tokens > 40);
    this.#tiles = new Map(this.#order.map((n) => [n, this.#tile(n, maps, theme)]));
    const tiles = this.#order.map((n) => /** @type {HTMLElement} */ (this.#tiles.get(n)));
    this.node.replaceChildren(...(by ? tiles : this.#headed(tiles, isWide, maps)));
    this.mark(this.#chosen);
  }

  /**
   * @param {number} n
   * @param {Maps} maps
   * @param {string | undefined} theme
   */
  #tile(n, maps, theme) {
    const { heads, tokens, values, by, byName, isOff } = maps;
    const at = { layer: Math.floor(n / heads) + 1, head: (n % heads) + 1 };
    const canvas = element("canvas", { width: tokens, height: tokens });
    paint(canvas, values.subarray(n * tokens ** 2, (n + 1) * tokens ** 2), tokens, theme);
    const name = `${at.layer}.${at.head}`;
    const told = by ? `, ${byName} ${cellText(by[n])}` : "";
    const off = isOff(at);
    const label = off
      ? say("Layer {layer}, head {head}{told}, off", { ...at, told })
      : say("Layer {layer}, head {head}{told}", { ...at, told });
    const tile = element("button", { type: "button", className: "tile", title: label, aria: { label } }, canvas);
    if (by) {
      const text = element("small", {}, element("b", { textContent: name }), ` ${cellText(by[n])}`);
      tile.append(text);
    }
    tile.classList.toggle("off", off);
    tile.onclick = () => this.#open(at);
    return tile;
  }

  /**
   * The tiles with the numbers of layers and heads at the edges.
   * @param {HTMLElement[]} tiles
   * @param {boolean} isWide
   * @param {Maps} maps
   */
  #headed(tiles, isWide, { layers, heads }) {
    /** @param {string} text @param {string} className */
    const edge = (text, className) => element("span", { className, textContent: text, aria: { hidden: "true" } });
    const [across, down] = isWide ? [layers, heads] : [heads, layers];
    const corner = edge(isWide ? say("layer →") : say("head →"), "corner");
    const top = Array.from({ length: across }, (_, n) => edge(String(n + 1), "edge"));
    const rows = Array.from({ length: down }, (_, r) => [
      edge(String(r + 1), "edge side"),
      ...tiles.slice(r * across, (r + 1) * across),
    ]);
    return [corner, ...top, ...rows.flat()];
  }

  /** @param {number} n the head that is open, in reading order */
  mark(n) {
    this.#chosen = n;
    for (const [m, tile] of this.#tiles) {
      tile.tabIndex = m === n ? 0 : -1;
      tile.setAttribute("aria-pressed", String(m === n));
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = STEPS.get(event.key);
    const at = this.#order.findIndex((n) => this.#tiles.get(n) === event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = this.#tiles.get(this.#order[at + step[0] + step[1] * this.#across]);
    next?.focus();
  }
}

/** @param {number[]} by */
const ordered = (by) => by.map((_, n) => n).sort((a, b) => by[b] - by[a] || a - b);

/**
 * Heads in reading order, or turned, so that layers stand side by side.
 * @param {number} layers
 * @param {number} heads
 * @param {boolean} isTurned
 */
const placed = (layers, heads, isTurned) =>
  Array.from({ length: layers * heads }, (_, k) => (isTurned ? (k % layers) * heads + Math.floor(k / layers) : k));
