// The head that is open, on the stage: queries, keys, values and all that follows, to be pointed at and changed.

import { element } from "../draw/nodes.js";
import { follow } from "../draw/theme.js";

/** @import { WirePayload } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

/** @typedef {{ default: (component: Component<WirePayload>) => (() => void) | undefined }} StageModule */

/** @type {Promise<StageModule> | undefined} */
let loaded;

export class Numbers {
  node = element("div", { className: "on-stage" });
  #url;
  /** @type {HTMLElement | undefined} */
  #root;
  /** @type {(() => void) | undefined} */
  #leave;
  #turn = 0;

  /** @param {string} url of the stage's script */
  constructor(url) {
    this.#url = url;
  }

  /** @param {WirePayload} data */
  async draw(data) {
    const turn = ++this.#turn;
    loaded ??= import(new URL(this.#url, document.baseURI).href);
    const stage = await loaded;
    if (turn !== this.#turn) return;
    this.leave();
    this.#root = element("div", { className: "atlas" });
    const parentElement = element("div", {}, this.#root);
    const host = element("div");
    host.attachShadow({ mode: "open" }).append(parentElement); // its style is its own
    this.node.replaceChildren(host);
    this.#leave = stage.default({ data, parentElement });
  }

  /** The page has turned light or dark. */
  recolour() {
    if (this.#root) follow(this.#root);
  }

  leave() {
    this.#leave?.();
    this.#leave = undefined;
  }
}
