// Where the learner looks: noticed after a moment of rest, for it belongs to the link.

/** @import { WireView } from "../wire.js" */

const AFTER = 250; // ms of rest

export class Report {
  #view;
  #notice;
  #known = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {() => WireView} view
   * @param {() => void} notice called when the learner looks elsewhere than before
   */
  constructor(view, notice) {
    this.#view = view;
    this.#notice = notice;
  }

  /** The learner may look elsewhere. */
  tell() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(), AFTER);
  }

  #say() {
    if (JSON.stringify(this.#view()) === this.#known) return;
    this.known();
    this.#notice();
  }

  /** This is where the page wanted the learner to be, or another message says where. */
  known() {
    clearTimeout(this.#timer);
    this.#known = JSON.stringify(this.#view());
  }

  /** What is not noticed yet is noticed now. */
  flush() {
    clearTimeout(this.#timer);
    this.#say();
  }

  leave() {
    clearTimeout(this.#timer);
  }
}
