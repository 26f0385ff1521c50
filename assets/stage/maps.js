// Where a lesson shows maps in place of the stage: undo and redo, and the address that the page itself says.

import { element, present } from "./draw/nodes.js";
import * as theme from "./draw/theme.js";
import { Undo } from "./draw/undo.js";
import { listenToPage } from "./hands/keyboard.js";
import { PresentingMaps } from "./presenting_maps.js";
import { keepAddress } from "./talk/address.js";
import { inTurn } from "./talk/between.js";

/** @import { WireAddress } from "./wire.js" */
/** @import { Component } from "./talk/component.js" */

class Maps {
  #root;
  #undo = new Undo((by) => this.#turn(by));
  #sequence = 0;
  /** @type {Component<WireAddress> | undefined} */
  #component;
  #silent = listenToPage({ turn: (by) => this.#undo.go(by) });
  #presenting = new PresentingMaps(() => this.#component && keepAddress(this.#component));

  /**
   * @param {HTMLElement} root
   * @param {string} style
   */
  constructor(root, style) {
    this.#root = root;
    theme.dress(root.getRootNode(), style);
    root.replaceChildren(
      element("div", { className: "bar alone" }, this.#undo.node, this.#presenting.node),
      this.#presenting.bar,
    );
  }

  /** @param {Component<WireAddress>} component */
  update(component) {
    theme.follow(this.#root);
    this.#component = component;
    this.#sequence = Math.max(this.#sequence, component.data.sequence);
    this.#undo.mark(component.data.history);
    keepAddress(component);
    this.#presenting.arrived();
  }

  leave() {
    this.#silent();
    this.#presenting.leave();
  }

  /** @param {number} turn */
  #turn(turn) {
    const sequence = ++this.#sequence;
    const message = { sequence, edits: [{ sequence, turn }], time: Date.now() };
    inTurn(() => this.#component?.setTriggerValue?.("edit", message));
  }
}

/** @type {WeakMap<HTMLElement, Maps>} */
const MAPS = new WeakMap();

/**
 * @param {Component<WireAddress>} component
 * @param {string} style
 * @returns {() => void} to be called when the element goes
 */
export function mountMaps(component, style) {
  const { parentElement } = component;
  const maps = MAPS.get(parentElement) ?? new Maps(present(parentElement.querySelector(".atlas")), style);
  MAPS.set(parentElement, maps);
  maps.update(component);
  return () => {
    maps.leave();
    MAPS.delete(parentElement);
  };
}
