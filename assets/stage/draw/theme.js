// The style sheet of the stage, and whether it stands on a light or a dark page.

import { channelsOf } from "./colours.js";

/** @type {CSSStyleSheet | undefined} */
let sheet;

/**
 * The style sheet, once in whatever tree the stage stands: a shadow root, or the document of a handout.
 * @param {Node} tree
 * @param {string} style
 */
export function dress(tree, style) {
  if (!(tree instanceof ShadowRoot || tree instanceof Document)) return;
  sheet ??= new CSSStyleSheet();
  if (!sheet.cssRules.length) sheet.replaceSync(style);
  if (!tree.adoptedStyleSheets.includes(sheet)) tree.adoptedStyleSheets.push(sheet);
}

/** @param {string} ground */
function isDark(ground) {
  const { r, g, b } = channelsOf(ground);
  return r + g + b < 384;
}

/**
 * Light or dark, by the ground of the page or, where it names none, by the system.
 * @param {HTMLElement} root
 */
export function follow(root) {
  const ground = getComputedStyle(root).getPropertyValue("--st-background-color").trim();
  const dark = /^(#|rgb)/.test(ground) ? isDark(ground) : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "dark" : "light";
}
