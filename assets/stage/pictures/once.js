// A picture is drawn again only where it is told something else than before.

import { present } from "../draw/nodes.js";

/** @import { Component } from "../talk/component.js" */

/**
 * A component that draws its data into its figure. draw: returns what is to be done before the next drawing.
 * @template Data
 * @param {(root: HTMLElement, data: Data) => (() => void)} draw
 * @returns {(component: Component<Data>) => void}
 */
export function drawnOnce(draw) {
  /** @type {WeakMap<HTMLElement, { text: string, clear: () => void }>} */
  const shown = new WeakMap();
  return ({ data, parentElement }) => {
    const root = /** @type {HTMLElement} */ (present(parentElement.querySelector("figure")));
    const text = JSON.stringify(data);
    const before = shown.get(root);
    if (before?.text === text) return;
    before?.clear();
    shown.set(root, { text, clear: draw(root, data) });
  };
}
