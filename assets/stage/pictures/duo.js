// Two computations beside each other, played in step: at each moment one step of either, what differs marked.

import { tint } from "../draw/colours.js";
import { element, present, reachable } from "../draw/nodes.js";
import { Player } from "../draw/player.js";
import * as theme from "../draw/theme.js";
import { cellText } from "../model/numbers.js";
import { labelSaid, say, term } from "../model/say.js";
import { drawnOnce } from "./once.js";

/** @import { WireDuo, WireTable } from "../wire.js" */

const PACE = 1100; // ms of a moment
const PRINTED = 8; // columns with room for numbers
const SAME = 1e-9;
const HANDLES_SPACE = "input, textarea, select, button, a, summary, td, [role], [contenteditable]";

/**
 * @param {WireTable} table
 * @param {WireTable | undefined} other of the same moment
 */
function grid(table, other) {
  const rows = table.rows.map((label, r) => {
    const cells = table.columns.map((_, c) => cell(table, r, c, other));
    return element("tr", {}, element("th", { scope: "row", textContent: labelSaid(label) }), ...cells);
  });
  const heads = table.columns.map((label) => element("th", { scope: "col", textContent: labelSaid(label) }));
  return element(
    "table",
    { aria: { label: term(table.name) } },
    element("thead", {}, element("tr", {}, element("td"), ...heads)),
    element("tbody", {}, ...rows),
  );
}

/**
 * @param {WireTable} table
 * @param {number} r
 * @param {number} c
 * @param {WireTable | undefined} other
 */
function cell(table, r, c, other) {
  const value = table.cells[r][c];
  const node = element("td", { title: `${labelSaid(table.rows[r])}, ${labelSaid(table.columns[c])}` });
  node.style.background = tint(value ?? Number.NEGATIVE_INFINITY, table.top, table.shares);
  if (table.columns.length <= PRINTED) node.textContent = cellText(value ?? Number.NEGATIVE_INFINITY);
  const theirs = other && isAlike(table, other) ? other.cells[r][c] : value;
  node.classList.toggle("differs", value !== theirs && !(Math.abs((value ?? 0) - (theirs ?? 0)) < SAME));
  return node;
}

/**
 * @param {WireTable} one
 * @param {WireTable} other
 */
const isAlike = (one, other) =>
  one.name === other.name && one.rows.length === other.rows.length && one.columns.length === other.columns.length;

class Duo {
  #root;
  #data;
  #now = 0;
  #sides;
  #player = new Player({
    label: say("Step"),
    group: say("Play both"),
    back: say("A step back"),
    forth: say("A step on"),
    pace: PACE,
    go: (n) => this.#show(n),
  });
  /** @param {KeyboardEvent} event */
  #space = (event) => this.#key(event);

  /**
   * @param {HTMLElement} root
   * @param {WireDuo} data
   */
  constructor(root, data) {
    this.#root = root;
    this.#data = data;
    this.#sides = data.titles.map((title) => {
      const body = element("div", { className: "body" });
      return {
        body,
        node: element("section", { aria: { label: title } }, element("h2", { textContent: title }), body),
      };
    });
    const play = element("button", { type: "button", className: "both", textContent: say("Play both") });
    play.onclick = () => this.#turn();
    const hint = element("small", { textContent: say("or the space bar") });
    this.#player.node.prepend(play, hint);
    const sides = element("div", { className: "sides" }, ...this.#sides.map(({ node }) => node));
    root.replaceChildren(element("div", { className: "duo" }, this.#player.node, sides));
    document.addEventListener("keydown", this.#space);
    this.#show(data.opens);
  }

  leave() {
    this.#player.leave();
    document.removeEventListener("keydown", this.#space);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#root.isConnected) return this.leave(); // another page: its space bar is its own
    const [target] = event.composedPath();
    const isTaken = target instanceof Element && target.closest(HANDLES_SPACE);
    if (event.key !== " " || isTaken || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#turn();
  }

  #turn() {
    if (this.#player.isPlaying) this.#player.pause();
    else this.#player.play();
  }

  /** @param {number} n */
  #show(n) {
    this.#now = n;
    const { moments, tables } = this.#data;
    const found = moments[n].map((at, side) => (at === null ? undefined : tables[side][at]));
    this.#sides.forEach(({ body, node }, side) => {
      const table = found[side];
      node.classList.toggle("waits", !table);
      if (table) body.replaceChildren(this.#title(table), grid(table, found[1 - side]));
      else if (!body.childElementCount || n === 0) body.replaceChildren(element("p", { textContent: say("not yet") }));
      else this.#wait(body, side);
    });
    for (const { body } of this.#sides) reachable(body);
    this.#player.set(
      n,
      moments.length - 1,
      found.map((table) => (table ? term(table.name) : say("nothing"))).join(say(", ")),
    );
  }

  /** @param {WireTable} table */
  #title({ name, more }) {
    return element(
      "p",
      {},
      element("b", { textContent: term(name) }),
      element("small", { textContent: more ? say("the first of {more}", { more }) : "" }),
    );
  }

  /**
   * This side has no step of its own at this moment: it keeps the last one it made.
   * @param {HTMLElement} body
   * @param {number} side
   */
  #wait(body, side) {
    const { moments, tables } = this.#data;
    const before = moments.slice(0, this.#now).flatMap((pair) => pair[side] ?? []);
    const table = tables[side][before[before.length - 1] ?? 0];
    body.replaceChildren(this.#title(table), grid(table, undefined));
  }
}

/** @type {(component: import("../talk/component.js").Component<WireDuo>) => void} */
const draw = drawnOnce((root, /** @type {WireDuo} */ data) => {
  const duo = new Duo(root, data);
  return () => duo.leave();
});

/** @param {import("../talk/component.js").Component<WireDuo>} component */
export default function show(component) {
  theme.follow(/** @type {HTMLElement} */ (present(component.parentElement.querySelector("figure"))));
  draw(component);
}
