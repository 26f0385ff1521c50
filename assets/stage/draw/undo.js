// Two buttons: undo and redo.

import { say, toSay } from "../model/say.js";
import { drawn, element } from "./nodes.js";

/** @import { WireHistory } from "../wire.js" */

const IS_MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const WAYS = [
  {
    by: -1,
    name: toSay("Undo"),
    idle: toSay("Nothing to undo"),
    done: toSay("Undo: done"),
    keys: IS_MAC ? "⌘Z" : "Ctrl+Z",
    path: "M6 3 2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7",
  },
  {
    by: 1,
    name: toSay("Redo"),
    idle: toSay("Nothing to redo"),
    done: toSay("Redo: done"),
    keys: IS_MAC ? "⇧⌘Z" : "Ctrl+Shift+Z",
    path: "M10 3l3.5 3.5L10 10M13 6.5H6.5a4 4 0 0 0 0 8H9",
  },
];

export class Undo {
  #turn;
  /** @type {HTMLButtonElement[]} */
  #buttons;
  #live = element("span", { className: "spoken", aria: { role: "status" } });

  /** @param {(by: number) => void} turn */
  constructor(turn) {
    this.#turn = turn;
    this.#buttons = WAYS.map(({ by, name, keys, path }) => {
      const icon = drawn("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, drawn("path", { d: path }));
      const title = `${say(name)} (${keys})`;
      const onclick = () => this.go(by);
      return element("button", { type: "button", className: "turn", title, aria: { label: say(name) }, onclick }, icon);
    });
    this.node = element("div", { className: "turns undo" }, ...this.#buttons, this.#live);
    this.mark([false, false]);
  }

  /**
   * A button that is of no use keeps the focus it may have: so it is not disabled, but says that it is.
   * @param {WireHistory} ends whether there is a change to undo, and one to redo
   */
  mark(ends) {
    for (const [n, button] of this.#buttons.entries()) button.setAttribute("aria-disabled", String(!ends[n]));
  }

  /**
   * Undo (-1) or redo (1), where there is something to.
   * @param {number} by
   */
  go(by) {
    const n = WAYS.findIndex((way) => way.by === by);
    const isIdle = this.#buttons[n].getAttribute("aria-disabled") === "true";
    this.#live.textContent = isIdle ? say(WAYS[n].idle) : say(WAYS[n].done);
    if (!isIdle) this.#turn(by);
  }
}
