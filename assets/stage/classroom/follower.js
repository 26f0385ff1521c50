// The page of a learner: led where the class is, or left to roam from where it was left last.

import { numbersOf } from "./states.js";

/** @import { State } from "./states.js" */

const AGAIN = 1500; // ms after which what could not be shown is tried once more

/**
 * What a page can do. visit: goes to another lesson in place; lead: the stage shows a state, and says whether it did.
 * @typedef {object} Page
 * @property {(href: string) => void} visit
 * @property {(state: State, done: (isShown: boolean) => void) => void} lead
 * @property {() => string} [path]
 * @property {(act: () => void, ms: number) => unknown} [later]
 * @property {() => void} [own] what is shown becomes the learner's own
 */

export class Follower {
  #page;
  #path;
  #later;
  /** @type {State | null} */
  #wanted = null;
  /** @type {State | undefined} */
  place;
  #isLeaving = ""; // the lesson to which the page is on its way
  #turn = 0;
  #isRoaming = false;

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    this.#path = page.path ?? (() => location.pathname.split("/").pop() ?? "");
    this.#later = page.later ?? setTimeout;
  }

  /** @param {State | null} state where the class is; null before anything was shown */
  follow(state) {
    this.#isRoaming = false;
    this.#wanted = state;
    if (state) this.#go(state);
  }

  /** @param {State | undefined} own where this learner was before; without it the page stays as it is */
  roam(own) {
    this.#isRoaming = true;
    this.#wanted = own ?? null;
    if (own) this.#go(own);
    else this.#page.own?.();
  }

  /** From here on the learner goes alone, with what is on screen. */
  stay() {
    this.#turn++;
    this.#isRoaming = true;
    this.#wanted = null;
  }

  leave() {
    this.#turn++;
    this.#isLeaving = "";
    this.#wanted = null;
  }

  /** @param {State} state */
  #go(state) {
    const turn = ++this.#turn;
    if (this.#isLeaving === state.lesson) return; // led once its stage has come
    if (this.#path() !== state.lesson) {
      this.#isLeaving = state.lesson;
      this.#page.visit(`./${state.lesson}${state.query ? `?${state.query}` : ""}`);
      return;
    }
    this.#page.lead(state, (isShown) => this.#led(turn, isShown));
  }

  /**
   * @param {number} turn
   * @param {boolean} isShown
   */
  #led(turn, isShown) {
    if (turn !== this.#turn) return;
    if (!isShown) {
      this.#later(() => turn === this.#turn && this.#wanted && this.#go(this.#wanted), AGAIN);
      return;
    }
    if (!this.#isRoaming) return;
    this.#wanted = null; // from here on the learner goes alone
    this.#page.own?.();
  }

  /**
   * The stage says where it is: it may have come anew, with other numbers than those that are wanted.
   * @param {State} state
   */
  placed(state) {
    this.place = { ...state, spot: null };
    const isArriving = this.#isLeaving === state.lesson;
    if (isArriving) this.#isLeaving = "";
    const wanted = this.#wanted;
    if (!wanted || state.lesson !== wanted.lesson) return;
    const isThere = numbersOf(state.query) === numbersOf(wanted.query);
    if (isArriving || !isThere) this.#go(wanted);
  }
}
