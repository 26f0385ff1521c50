// The colours of a page that the stage is a guest on, and whose theme may change at any time.

import { channelsOf } from "./colours.js";

const SETTLED = 150; // ms after a change of theme: style sheets may still be on their way

/**
 * The first ground behind an element that can be seen.
 * @param {Element | null} node
 * @returns {string}
 */
function groundBehind(node) {
  for (let each = node; each; each = parentOf(each)) {
    const { backgroundColor } = getComputedStyle(each);
    if (channelsOf(backgroundColor).a === 255) return backgroundColor;
  }
  return "";
}

/** @param {Element} node */
function parentOf(node) {
  const tree = node.getRootNode();
  return node.parentElement ?? (tree instanceof ShadowRoot ? tree.host : null);
}

/**
 * Give the stage the ground and the ink of the page around it, now and whenever they change.
 * @param {Element} host what it stands in
 * @param {HTMLElement} root the stage
 * @param {() => void} draw draws it anew
 * @returns {() => void} stops watching
 */
export function watchGround(host, root, draw) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const wear = () => {
    const ground = groundBehind(host);
    const isNew = root.style.getPropertyValue("--st-background-color") !== ground;
    root.style.setProperty("--st-background-color", ground);
    root.style.setProperty("--st-text-color", getComputedStyle(host).color);
    return isNew;
  };
  const look = () => {
    clearTimeout(timer);
    timer = setTimeout(() => wear() && draw(), SETTLED);
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const themes = new MutationObserver(look);
  for (const node of [document.documentElement, document.body]) themes.observe(node, { attributes: true });
  system.addEventListener("change", look);
  look();
  wear();
  return () => {
    clearTimeout(timer);
    themes.disconnect();
    system.removeEventListener("change", look);
  };
}
