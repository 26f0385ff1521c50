// A player: a step back, play or pause, a step forth, and a slider over numbered moments.

import { say } from "../model/say.js";
import { drawn, made } from "./nodes.js";

const SHAPES = {
  play: "M4 2.5v11l9-5.5z",
  pause: "M4 2.5h3v11H4zM9.5 2.5h3v11h-3z",
  back: "M12.5 2.5v11l-7-5.5zM3 2.5h2v11H3z",
  forth: "M3.5 2.5v11l7-5.5zM11 2.5h2v11h-2z",
};

/** @param {keyof typeof SHAPES} shape */
function sign(shape) {
  const path = drawn("path", { d: SHAPES[shape], fill: "currentColor" });
  return drawn("svg", { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, path);
}

/**
 * @param {keyof typeof SHAPES} shape
 * @param {string} label
 * @param {() => void} onclick
 */
function button(shape, label, onclick) {
  const node = made("button", { type: "button", class: "turn", title: label, "aria-label": label }, sign(shape));
  node.onclick = onclick;
  return node;
}

/**
 * go(n): show moment n. pace: ms a moment stays while time plays. rest: called when the play ends. group, back, forth: what
 * is said of the player and of its buttons.
 * @typedef {object} Plan
 * @property {string} label
 * @property {string} [group]
 * @property {string} [back]
 * @property {string} [forth]
 * @property {number} pace
 * @property {(n: number) => void} go
 * @property {() => void} [rest]
 */

export class Player {
  #plan;
  #now = 0;
  #last = 0;
  #isPlaying = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #earlier;
  #toggler = button("play", say("Play"), () => (this.#isPlaying ? this.pause() : this.play()));
  #later;
  #slider;

  /** @param {Plan} plan */
  constructor(plan) {
    this.#plan = plan;
    this.#earlier = button("back", plan.back ?? say("Back in time"), () => this.move(-1));
    this.#later = button("forth", plan.forth ?? say("Forth in time"), () => this.move(1));
    this.#slider = made("input", { type: "range", min: 0, step: 1, "aria-label": plan.label });
    this.#slider.oninput = () => {
      this.pause();
      plan.go(Number(this.#slider.value));
    };
    const parts = [this.#earlier, this.#toggler, this.#later, this.#slider];
    this.node = made("div", { class: "player", role: "group", "aria-label": plan.group ?? say("Time") }, ...parts);
  }

  get isPlaying() {
    return this.#isPlaying;
  }

  /**
   * Where time is now, which may be before the first moment, and how that is said.
   * @param {number} now
   * @param {number} last
   * @param {string} said
   */
  set(now, last, said) {
    this.#now = now;
    this.#last = last;
    this.#slider.max = String(last);
    this.#slider.value = String(Math.max(0, now));
    this.#slider.setAttribute("aria-valuetext", said);
    this.#earlier.disabled = now <= 0;
    this.#later.disabled = now >= last;
  }

  /** The keyboard goes to the button that plays and pauses. */
  focus() {
    this.#toggler.focus();
  }

  /** @param {number} by */
  move(by) {
    this.pause();
    this.#plan.go(this.#now + by);
  }

  /** From the end: once more from the start. */
  play() {
    this.#beat(this.#now >= this.#last ? 0 : this.#now + 1);
  }

  /** @param {number} n */
  #beat(n) {
    this.#toggle(true);
    this.#plan.go(n);
    if (n >= this.#last) this.pause();
    else this.#timer = setTimeout(() => this.#beat(n + 1), this.#plan.pace);
  }

  pause() {
    clearTimeout(this.#timer);
    if (this.#isPlaying) this.#plan.rest?.();
    this.#toggle(false);
  }

  /** The page is left: nothing plays on, and nothing is told. */
  leave() {
    clearTimeout(this.#timer);
  }

  /** @param {boolean} playing */
  #toggle(playing) {
    if (this.#isPlaying === playing) return;
    this.#isPlaying = playing;
    this.#toggler.replaceChildren(sign(playing ? "pause" : "play"));
    this.#toggler.title = playing ? say("Pause") : say("Play");
    this.#toggler.setAttribute("aria-label", this.#toggler.title);
  }
}
