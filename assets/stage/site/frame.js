// What every page of the static site has: the list of pages on a phone, the search, its height in a frame, offline copies.

import { all } from "../draw/nodes.js";
import findStyle from "../find.css";
import frontStyle from "../front.css";
import find, { readIndexBy } from "../pictures/find.js";
import { Height, isEmbedded } from "../talk/surroundings.js";
import { fetched } from "./data.js";

/** @import { WireEntry } from "../wire.js" */

const SHEETS = new Map();

/**
 * A component of the app on a static page: in a tree of its own, with its style.
 * @param {HTMLElement} place
 * @param {string} style
 * @param {(component: never) => unknown} draw
 * @param {unknown} data
 */
export function drawnIn(place, style, draw, data) {
  const tree = place.attachShadow({ mode: "open" });
  const sheet = SHEETS.get(style) ?? new CSSStyleSheet();
  if (!SHEETS.has(style)) sheet.replaceSync(style);
  SHEETS.set(style, sheet);
  tree.adoptedStyleSheets.push(sheet);
  tree.append(document.createElement("figure"));
  draw(/** @type {never} */ ({ data, parentElement: tree }));
}

/** Begin what every page has. */
export function frame() {
  readIndexBy(async (address) => /** @type {WireEntry[]} */ (await fetched("find", address)));
  for (const place of all(document, ".find-host")) {
    const { index = "", hint = "", tries = "[]" } = place.dataset;
    drawnIn(place, `${frontStyle}\n${findStyle}`, find, { index, hint, tries: JSON.parse(tries) });
  }
  listenToDrawer();
  document.querySelector("#sidebar [aria-current]")?.scrollIntoView({ block: "nearest" });
  if (isEmbedded()) embed();
  keepOffline();
}

/** The list of pages over the page, on a phone. */
function listenToDrawer() {
  const button = document.getElementById("pages");
  if (!button) return;
  /** @param {boolean} isOpen */
  const turn = (isOpen) => {
    document.documentElement.classList.toggle("drawer", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.onclick = () => turn(!document.documentElement.classList.contains("drawer"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.documentElement.classList.contains("drawer")) return;
    turn(false);
    button.focus();
  });
  document.querySelector("main")?.addEventListener("click", () => turn(false));
}

/** In another page: without furniture, as high as what it holds. */
function embed() {
  document.documentElement.classList.add("embedded");
  new Height().of(document.querySelector("main"));
}

/** A copy of the whole site in the browser, where it is served: a page from disk needs none. */
function keepOffline() {
  const worker = document.documentElement.dataset.worker;
  if (!worker || !location.protocol.startsWith("http") || !navigator.serviceWorker) return;
  addEventListener("load", () => void navigator.serviceWorker.register(worker).catch(() => {}));
}
