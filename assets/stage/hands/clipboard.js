// Copying from the stage and pasting into it. Browsers differ in where they say that something is copied or pasted: what
// counts is the cell that has the focus.

import { isTyped, targetOf } from "./keyboard.js";

/** @import { Step } from "../model/steps.js" */
/** @import { Touched } from "./cells.js" */

/**
 * @typedef {object} Actions
 * @property {(cell: Touched, text: string) => void} paste
 * @property {(cell: Touched, isWhole: boolean) => void} copied
 */

/**
 * A number as any program reads it, every digit of it.
 * @param {number} v
 */
const exact = (v) => (Math.abs(v) === Infinity ? (v < 0 ? "-inf" : "inf") : Object.is(v, -0) ? "-0" : String(v));

/**
 * The numbers of the table a cell stands in, as spreadsheets exchange them.
 * @param {Step} step
 * @param {HTMLTableCellElement} node
 */
function tableText(step, node) {
  const rows = [...(node.closest("tbody")?.rows ?? [])];
  const cells = rows.map((row) => [...row.querySelectorAll("td")].filter(({ dataset }) => dataset.step !== undefined));
  return cells.map((row) => row.map(({ dataset }) => exact(step.values[Number(dataset.offset)])).join("\t")).join("\n");
}

export class Clipboard {
  #ground;
  #cellAt;
  #actions;
  /** @type {HTMLElement | null} the table of which all is copied next */
  #whole = null;

  /**
   * @param {HTMLElement} ground
   * @param {(event: { target: EventTarget | null }) => Touched | undefined} cellAt
   * @param {Actions} actions
   */
  constructor(ground, cellAt, actions) {
    this.#ground = ground;
    this.#cellAt = cellAt;
    this.#actions = actions;
    ground.addEventListener("keydown", (event) => this.#key(event));
    ground.addEventListener("focusin", (event) => this.#mark(this.#cellAt(event)?.node.closest("table") ?? null));
    ground.addEventListener("focusout", () => this.#mark(null));
    document.addEventListener("paste", this.#onPaste);
    document.addEventListener("copy", this.#onCopy);
  }

  leave() {
    document.removeEventListener("paste", this.#onPaste);
    document.removeEventListener("copy", this.#onCopy);
  }

  /**
   * The cell with the focus, where the event is not about text.
   * @param {Event} event
   */
  #focused(event) {
    const root = /** @type {ShadowRoot | Document} */ (this.#ground.getRootNode());
    const node = root.activeElement;
    if (!node || !this.#ground.contains(node) || isTyped(targetOf(event)) || isTyped(node)) return undefined;
    return this.#cellAt({ target: node });
  }

  /**
   * All of the table is copied next, as long as the focus stays in it.
   * @param {KeyboardEvent} event
   */
  #key(event) {
    const cell = this.#cellAt(event);
    if (event.key.toLowerCase() !== "a" || !(event.ctrlKey || event.metaKey) || !cell || event.target !== cell.node)
      return;
    event.preventDefault();
    this.#whole = cell.node.closest("table");
    this.#whole?.classList.add("copied");
  }

  /** @param {Element | null} table the one that the focus is in */
  #mark(table) {
    if (table === this.#whole) return;
    this.#whole?.classList.remove("copied");
    this.#whole = null;
  }

  /** @param {ClipboardEvent} event */
  #onPaste = (event) => {
    const cell = this.#focused(event);
    if (!cell?.step.editable) return;
    event.preventDefault();
    this.#actions.paste(cell, event.clipboardData?.getData("text") ?? "");
  };

  /** @param {ClipboardEvent} event */
  #onCopy = (event) => {
    const cell = this.#focused(event);
    if (!cell || String(document.getSelection() ?? "")) return;
    event.preventDefault();
    const isWhole = this.#whole !== null;
    const text = isWhole ? tableText(cell.step, cell.node) : exact(cell.step.values[cell.offset]);
    event.clipboardData?.setData("text/plain", text);
    this.#actions.copied(cell, isWhole);
  };
}
