// The head that is open, on the stage: queries, keys, values and all that follows, to be pointed at and changed.

import { element } from "../draw/nodes.js";
import { follow } from "../draw/theme.js";

/** @import { WirePayload } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

/**
 * @typedef {object} StageModule
 * @property {(component: Component<WirePayload>) => (() => void) | undefined} default
 * @property {(component: Component<WirePayload>) => void} renew
 */

/** @type {Promise<StageModule> | undefined} */
let loaded;

export class Numbers {
  node = element("div", { className: "on-stage" });
  #url;
  /** @type {HTMLElement | undefined} */
  #root;
  /** @type {HTMLElement | undefined} */
  #parent;
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
    if (this.#parent) stage.renew({ data, parentElement: this.#parent });
    else this.#leave = stage.default({ data, parentElement: this.#laid() });
  }

  /** The place of the stage; all heads stand on one stage, which keeps its cells from head to head. */
  #laid() {
    this.#root = element("div", { className: "atlas" });
    this.#parent = element("div", {}, this.#root);
    const host = element("div");
    host.attachShadow({ mode: "open" }).append(this.#parent); // its style is its own
    this.node.replaceChildren(host);
    return this.#parent;
  }

  /** The page has turned light or dark. */
  recolour() {
    if (this.#root) follow(this.#root);
  }

  leave() {
    this.#leave?.();
    this.#leave = this.#parent = undefined;
  }
}
