// Where a lesson shows maps in place of the stage: undo and redo, the address that the page itself says, and in a class
// where its teacher is.

import { isSame, numbersOf, stateOf } from "./classroom/states.js";
import { element, present } from "./draw/nodes.js";
import * as theme from "./draw/theme.js";
import { Undo } from "./draw/undo.js";
import { listenToPage } from "./hands/keyboard.js";
import { PresentingMaps } from "./presenting_maps.js";
import { keepAddress } from "./talk/address.js";
import { announce, inTurn, listen } from "./talk/between.js";

/** @import { State } from "./classroom/states.js" */
/** @import { WireAddress } from "./wire.js" */
/** @import { Component } from "./talk/component.js" */

const TRIES = 3; // until a place that the page does not come to is given up: messages are lost at times

class Maps {
  #root;
  #undo = new Undo((by) => this.#turn(by));
  #sequence = 0;
  /** @type {Component<WireAddress> | undefined} */
  #component;
  #silent = listenToPage({ turn: (by) => this.#undo.go(by) });
  #wished = { wish: "", tries: 0 };
  #followed = [listen("locate", () => this.#tell()), listen("lead", ({ state, done }) => done(this.#follow(state)))];
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
    this.#tell();
  }

  // --- a class

  /** @returns {State | undefined} */
  get #place() {
    const { key, query, view } = this.#component?.data ?? {};
    return key === undefined ? undefined : stateOf({ lesson: key, query, ...view });
  }

  #tell() {
    const place = this.#place;
    if (place) announce("place", place);
  }

  /**
   * The server draws maps: other numbers, another step or cell are a run of the page.
   * @param {State} state
   * @returns {boolean} whether it is shown, or will be
   */
  #follow({ lesson, query, stop, cell, at }) {
    const place = this.#place;
    if (!place || place.lesson !== lesson) return false;
    const isSameNumbers = numbersOf(place.query) === numbersOf(query);
    if (isSameNumbers && isSame(stateOf({ stop, cell }), stateOf({ stop: place.stop, cell: place.cell }))) return true;
    const wish = JSON.stringify([numbersOf(query), stop, cell]);
    this.#wished = wish === this.#wished.wish ? { wish, tries: this.#wished.tries + 1 } : { wish, tries: 1 };
    if (this.#wished.tries > TRIES) return true;
    const sequence = ++this.#sequence;
    const adopt = isSameNumbers ? {} : { adopt: { sequence, query } };
    const message = { sequence, edits: [], view: { stop, cell, at }, ...adopt, time: Date.now() };
    inTurn(() => this.#component?.setTriggerValue?.("edit", message));
    return true;
  }

  leave() {
    for (const end of this.#followed) end();
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
