// The address bar holds the link to what is on screen, and the memory the same.

import { inTurn } from "./between.js";
import { withLanguage } from "./language.js";
import { queriesOf } from "./link.js";
import { inheritance, remember } from "./memory.js";
import { withEmbedding } from "./surroundings.js";
import { visited } from "./visits.js";

/** @import { WireAddress } from "../wire.js" */
/** @import { Component } from "./component.js" */
/** @import { Shown } from "./link.js" */

/**
 * Show a link to what is on screen in the address bar.
 * @param {string} query
 */
export function showQuery(query) {
  const asked = withEmbedding(withLanguage(query));
  const wanted = location.pathname + (asked ? `?${asked}` : "");
  if (wanted !== location.pathname + location.search) history.replaceState(history.state, "", wanted);
}

const AFTER = 30; // ms: the frame that shows a change comes first

/** @type {[name: string, text: string][]} */
let presented = [];

/**
 * Parts that stand in the address alone: what they say is known to this browser only.
 * @param {[name: string, text: string][]} parts
 */
export function presentedParts(parts) {
  presented = parts.filter(([, text]) => text);
}

/** @param {string} query */
const withPresented = (query) => [...(query ? [query] : []), ...presented.map((part) => part.join("="))].join("&");

export class Address {
  #turn = 0;

  /**
   * @param {string} key the lesson
   * @param {string} session
   * @param {Shown} shown
   * @returns {Promise<string | undefined>} the query of a link to it; undefined where something else came between
   */
  async write(key, session, shown) {
    const turn = ++this.#turn;
    await new Promise((done) => setTimeout(done, AFTER));
    if (turn !== this.#turn) return undefined;
    const { address, memory } = await queriesOf(shown);
    if (turn !== this.#turn) return undefined; // something else is on screen by now
    showQuery(withPresented(address));
    visited(key, address);
    remember(key, { session, query: memory, view: shown.link.looked ? shown.view : undefined });
    return memory;
  }

  /** The page shows something else. */
  leave() {
    this.#turn++;
  }
}

/**
 * A lesson without a stage: the page itself says what its address is.
 * @param {Component<WireAddress>} component
 */
export function keepAddress({ data, setTriggerValue }) {
  const restore = inheritance(data);
  if (restore !== undefined) {
    const message = { sequence: 0, edits: [], restore, time: Date.now() };
    inTurn(() => setTriggerValue?.("edit", message));
    return;
  }
  showQuery(withPresented(data.query));
  visited(data.key, data.query);
  remember(data.key, { session: data.session, query: data.memory });
}
