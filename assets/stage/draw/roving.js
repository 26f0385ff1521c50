// Many buttons, one stop of Tab: the arrow keys walk among them.

import { all } from "./nodes.js";

/** @type {Record<string, (n: number, last: number, across: number) => number>} */
const WALKS = {
  ArrowLeft: (n) => n - 1,
  ArrowUp: (n, _, across) => n - across,
  ArrowRight: (n) => n + 1,
  ArrowDown: (n, _, across) => n + across,
  Home: () => 0,
  End: (_, last) => last,
};

/**
 * @param {HTMLElement} group
 * @param {() => number} [across] how many buttons stand in one row
 * @returns {(current: HTMLElement | undefined) => void} says which of the buttons Tab reaches, unless one has the focus
 */
export function roving(group, across = () => 1) {
  group.addEventListener("keydown", (event) => {
    const walk = WALKS[event.key];
    const buttons = all(group, "button");
    const n = buttons.indexOf(/** @type {HTMLElement} */ (event.target));
    if (!walk || n < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = buttons[Math.max(0, Math.min(buttons.length - 1, walk(n, buttons.length - 1, across())))];
    reach(buttons, next);
    next.focus();
    next.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  });
  return (current) => {
    const buttons = all(group, "button");
    if (!buttons.some((button) => button.matches(":focus"))) reach(buttons, current ?? buttons[0]);
  };
}

/**
 * @param {HTMLElement[]} buttons
 * @param {HTMLElement | undefined} reached
 */
function reach(buttons, reached) {
  for (const button of buttons) button.tabIndex = button === reached ? 0 : -1;
}
