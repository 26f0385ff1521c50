// Has a part of the page drawn again once the numbers have changed, the hand rests, and somebody looks at it; and one that
// awaits it drawn for the first time, once it comes near.

import { inTurn, listen } from "../talk/between.js";

/** @import { WireFollow } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

const REST = 400; // ms after the last edit
const PRESSES = ["pointerdown", "click", "keydown"];
const AGAIN = 5000; // ms until it is asked for once more
const NEAR = "400px"; // to what is seen

/**
 * The last edit that the server has taken, by lesson.
 * @type {Map<string, number>}
 */
const taken = new Map();
listen("told", ({ key, sequence }) => taken.set(key, Math.max(sequence, taken.get(key) ?? 0)));

/**
 * How often a part of each lesson was brought into view.
 * @type {Map<string, number>}
 */
const revealed = new Map();

class Follower {
  /** @type {WireFollow} */
  #data;
  #ask;
  #isInView = false;
  #asked = { sequence: 0, time: 0 };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Element | null} */
  #area = null;
  #sight;
  #ending = this.#listen();

  /** @param {Component<WireFollow>} component */
  constructor({ data, setTriggerValue }) {
    this.#data = data;
    this.#ask = setTriggerValue;
    const margin = data.awaits ? NEAR : "0px";
    this.#sight = new IntersectionObserver(
      (entries) => this.#look(entries[entries.length - 1].isIntersecting),
      /** @type {IntersectionObserverInit} */ ({ rootMargin: margin, scrollMargin: margin }),
    );
  }

  /** @param {Component<WireFollow>} component */
  update({ data, setTriggerValue }) {
    this.#data = data;
    this.#ask = setTriggerValue;
    const area = document.querySelector(`.st-key-${CSS.escape(data.area)}`);
    if (area !== this.#area) {
      this.#sight.disconnect();
      if (area) this.#sight.observe(area);
      this.#area = area;
    }
    if (data.revealed > 0 && data.revealed !== revealed.get(data.key)) area?.scrollIntoView({ block: "start" });
    revealed.set(data.key, data.revealed);
    this.#settle();
  }

  /** The hand does not rest while it presses: Streamlit takes messages of one moment for messages of one fragment. */
  #listen() {
    const settle = () => this.#settle();
    for (const kind of PRESSES) document.addEventListener(kind, settle, true);
    const end = listen("told", settle);
    return () => {
      for (const kind of PRESSES) document.removeEventListener(kind, settle, true);
      end();
    };
  }

  /** @param {boolean} isInView */
  #look(isInView) {
    this.#isInView = isInView;
    this.#settle();
  }

  /** Ask after a moment of rest, where what is drawn is older than what is known. */
  #settle() {
    clearTimeout(this.#timer);
    const now = taken.get(this.#data.key) ?? 0;
    const { awaits } = this.#data;
    if (!this.#isInView || !(awaits || now > this.#data.sequence)) return;
    const { sequence, time } = this.#asked;
    const wait = sequence === now ? Math.max(REST, time + AGAIN - Date.now()) : REST;
    this.#timer = setTimeout(() => this.#say(now), wait);
  }

  /** @param {number} sequence */
  #say(sequence) {
    if (document.getElementById("atlas-ahead")) return this.#settle(); // what stands above has not come yet
    this.#asked = { sequence, time: Date.now() };
    inTurn(() => this.#ask?.("stale", { sequence, time: Date.now() }));
    this.#settle();
  }

  leave() {
    clearTimeout(this.#timer);
    this.#sight.disconnect();
    this.#ending();
  }
}

/** @type {WeakMap<HTMLElement, Follower>} */
const FOLLOWERS = new WeakMap();

/**
 * @param {Component<WireFollow>} component
 * @returns {() => void}
 */
export default function follow(component) {
  const { parentElement } = component;
  const follower = FOLLOWERS.get(parentElement) ?? new Follower(component);
  FOLLOWERS.set(parentElement, follower);
  follower.update(component);
  return () => {
    follower.leave();
    FOLLOWERS.delete(parentElement);
  };
}
