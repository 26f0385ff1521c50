// Below the stage: what the lesson says of its numbers, and its pictures.

import alignmentStyle from "../alignment.css";
import { element } from "../draw/nodes.js";
import { Words } from "../draw/words.js";
import imagesStyle from "../images.css";
import { say } from "../model/say.js";
import alignment from "../pictures/alignment.js";
import images from "../pictures/images.js";
import reading from "../pictures/reading.js";
import wiring from "../pictures/wiring.js";
import player from "../player.css";
import prose from "../prose.css";
import readingStyle from "../reading.css";
import stageStyle from "../stage.css";
import { Stage } from "../stage.js";
import wiringStyle from "../wiring.css";

/** @import { Sheet } from "../model/sheet.js" */
/** @import { WirePayload } from "../wire.js" */

/**
 * A picture of a preset: drawn by the component of its kind from this data; a chart is drawn, one of the app is not here.
 * @typedef {{ kind: string, caption: string, data: unknown }} Picture
 * @typedef {{ pictures: Picture[], words: string }} Below
 */

/** @type {Record<string, { draw: (component: never) => unknown, style: string, html: string }>} */
const DRAWN = {
  alignment: { draw: alignment, style: `${player}\n${alignmentStyle}`, html: "<figure></figure>" },
  images: { draw: images, style: imagesStyle, html: '<div class="panels"></div>' },
  reading: { draw: reading, style: readingStyle, html: "<figure></figure>" },
  wiring: { draw: wiring, style: wiringStyle, html: "<figure></figure>" },
};

/**
 * A tree of its own, so that a picture's style is its own.
 * @param {string} style
 * @param {string} html
 */
function host(style, html) {
  const node = element("div");
  const tree = node.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  tree.adoptedStyleSheets.push(sheet);
  const content = element("template", { innerHTML: html });
  tree.append(content.content);
  return { node, tree };
}

/** The words of the Insight, with the numbers and names that they read. */
export class InsightWords {
  #words;
  node;

  /**
   * @param {Sheet} sheet
   * @param {string} html
   */
  constructor(sheet, html) {
    this.#words = new Words(sheet);
    const { node, tree } = host(prose, "");
    tree.append(this.#words.node);
    this.node = node;
    this.#words.say(html);
  }

  fill() {
    this.#words.fill(undefined);
  }
}

/**
 * @param {Picture} picture
 * @returns {HTMLElement}
 */
export function drawnPicture({ kind, caption, data }) {
  if (kind === "app")
    return element("p", {
      className: "note",
      textContent: say("The app draws a picture here: {caption}", { caption }),
    });
  const said = element("p", { className: "caption", textContent: caption });
  if (kind === "chart")
    return element(
      "figure",
      { className: "picture" },
      said,
      element("div", { className: "wide", innerHTML: String(data) }),
    );
  if (kind === "matrices")
    return element("figure", { className: "picture" }, said, gallery(/** @type {WirePayload} */ (data)));
  const { draw, style, html } = DRAWN[kind];
  const { node, tree } = host(style, html);
  const figure = element("figure", { className: "picture" }, said, node);
  queueMicrotask(() => draw(/** @type {never} */ ({ data, parentElement: tree }))); // sizes are known on the page
  return figure;
}

/** @param {WirePayload} data */
function gallery(data) {
  const { node, show } = stageIn();
  queueMicrotask(() => show(data));
  return node;
}

/** A stage in a tree of its own, and what gives it something to show once it is on the page. */
export function stageIn() {
  const { node, tree } = host("", '<div class="atlas"></div>');
  const root = /** @type {HTMLElement} */ (tree.querySelector(".atlas"));
  /** @type {Stage | undefined} */
  let stage;
  const show = (/** @type {WirePayload} */ data) => {
    stage ??= new Stage(root, `${player}\n${stageStyle}`);
    stage.update({ data, parentElement: root });
  };
  return { node, show };
}
