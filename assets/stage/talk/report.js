// Where the learner looks, told to the page after a moment of rest: it belongs to the shared link.

/** @import { WireReport, WireView } from "../wire.js" */

const AFTER = 250; // ms of rest

export class Report {
  #view;
  #deliver;
  #told = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {() => WireView} view
   * @param {(report: WireReport) => void} deliver
   */
  constructor(view, deliver) {
    this.#view = view;
    this.#deliver = deliver;
  }

  /** The learner looks elsewhere. */
  tell() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(), AFTER);
  }

  /** What is new. With the time: the same view told once more, after another message, would be no change to the page. */
  #say() {
    const view = this.#view();
    if (JSON.stringify(view) === this.#told) return;
    this.known();
    this.#deliver({ ...view, time: Date.now() });
  }

  /** The page knows where the learner is: it asked for that place, or another message said so. */
  known() {
    this.#told = JSON.stringify(this.#view());
  }

  /** Another message will say it. */
  hush() {
    clearTimeout(this.#timer);
  }
}
