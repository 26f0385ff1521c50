// A lesson presented: what is open, covered and lit, the state of a plan that is shown, and the keys for all of it.

import { Projector } from "./draw/projector.js";
import { KEYS, listenToPresenter } from "./hands/presenter.js";
import { placeOf, sameNumbers } from "./model/plan.js";
import { say } from "./model/say.js";
import { coversOf, partsOf, presented } from "./model/scene.js";
import { addressOf, storedPlan } from "./pictures/stored_plan.js";
import { announce } from "./talk/between.js";

/** @import { Cover, Scene } from "./model/scene.js" */
/** @import { Entry } from "./model/plan.js" */
/** @import { WireView } from "./wire.js" */

const PILLS = '[class*="st-key-preset-"] [role="radio"], [class*="st-key-preset-"] button';

/**
 * What the stage does when it is asked to.
 * @typedef {object} Actions
 * @property {(event: Event) => boolean} hears whether a key is meant for this stage
 * @property {() => boolean} isReady whether a lesson is on the stage
 * @property {() => boolean} isPlaying
 * @property {() => void} lay lays out the matrices in the room they have
 * @property {(by: number) => void} step
 * @property {(by: number) => void} moment
 * @property {(view: WireView) => void} look
 * @property {(cover: ReadonlySet<Cover>) => void} cover
 * @property {() => void} asked puts the page's own question back
 * @property {(parts: [name: string, text: string][]) => void} link
 * @property {() => Pick<Scene, "stop" | "cell" | "at" | "moment">} place
 */

export class Presenting {
  #actions;
  #projector;
  /** @type {Set<Cover>} */
  #cover = new Set();
  #number = 0; // of the plan's state that is shown, from 1
  /** @type {Entry[]} */
  #entries = [];
  #hasBegun = false;
  #isFitting = false; // while sizes are tried
  /** @type {() => void} */
  #ends;

  /**
   * @param {{ root: HTMLElement, card: HTMLElement, stage: HTMLElement }} nodes
   * @param {Actions} actions
   */
  constructor({ root, card, stage }, actions) {
    this.#actions = actions;
    this.#projector = new Projector(root, card, stage, KEYS, () => this.end());
    this.#projector.offer(() => this.begin());
    root.prepend(this.#projector.head);
    root.append(this.#projector.foot);
    const silent = listenToPresenter(this.#wishes());
    const resized = () => this.fit();
    /** @param {Event} event a cell that was clicked gives the arrows back to the steps */
    const clicked = (event) => {
      const target = event.composedPath()[0];
      if (this.isOn && target instanceof HTMLElement && target.matches("td")) target.blur();
    };
    window.addEventListener("resize", resized);
    root.addEventListener("click", clicked);
    this.#ends = () => {
      silent();
      window.removeEventListener("resize", resized);
    };
  }

  /** @returns {import("./hands/presenter.js").Wishes} */
  #wishes() {
    return {
      hears: (event) => this.#actions.hears(event),
      isOn: () => this.isOn,
      isPlaying: () => this.#actions.isPlaying(),
      toggle: () => this.begin(),
      leave: () => this.end(),
      turn: (by) => this.#turn(by),
      step: (by) => this.#actions.step(by),
      moment: (by) => this.#actions.moment(by),
      preset: (n) => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(PILLS)])[n - 1]?.click(),
      hideNumber: () => this.#covered("number", true),
      hideArithmetic: () => this.#covered("arithmetic", !this.#cover.has("arithmetic")),
      reveal: () => this.#put(new Set()),
      spotlight: () => this.#spot(),
      note: () => {
        this.#projector.turnNote();
        this.fit();
      },
      keys: () => this.#projector.turnKeys(),
    };
  }

  get isOn() {
    return this.#projector.isOn;
  }

  /** Something has arrived on the stage. The link may ask for the view when the stage is first drawn. */
  arrived() {
    const wanted = this.#hasBegun ? undefined : presented(location.search);
    this.#hasBegun = true;
    if (wanted && this.#actions.isReady()) this.begin(wanted);
    else if (this.isOn) this.shown();
  }

  /** @param {import("./model/scene.js").Shown} [wanted] */
  begin({ plan, cover } = { plan: 0, cover: [] }) {
    if (!this.#actions.isReady()) return;
    this.#entries = plan ? storedPlan().entries : [];
    this.#number = Math.min(plan, this.#entries.length);
    this.#projector.open();
    this.#cover = new Set(cover);
    this.shown();
  }

  /** Back to the page, which is as it was but for what was done meanwhile. */
  end() {
    if (!this.isOn) return;
    if (this.#projector.showsKeys) return this.#projector.turnKeys(false);
    this.#number = 0;
    this.#cover = new Set();
    this.#actions.cover(this.#cover);
    this.#projector.close();
    this.#actions.asked();
    this.#actions.lay();
    this.#actions.link([]);
  }

  leave() {
    this.#ends();
    if (this.isOn) this.#projector.close();
  }

  /** The stage stands elsewhere on the page now. */
  moved() {
    if (this.isOn) this.#projector.show();
  }

  // --- what is shown

  /** Another step, other numbers or another window: all is put where it belongs. */
  shown() {
    if (!this.isOn) return;
    this.#actions.cover(this.#cover);
    const entry = this.#entries[this.#number - 1];
    const place = this.#number ? say("{number} of {count}", { number: this.#number, count: this.#entries.length }) : "";
    this.#projector.say({ place, question: entry?.question ?? "", note: entry?.note ?? "" });
    this.fit();
    this.#tell();
  }

  fit() {
    if (!this.isOn || this.#isFitting) return;
    this.#isFitting = true;
    this.#projector.fit(() => this.#actions.lay());
    this.#isFitting = false;
  }

  /** Another line of arithmetic is on screen, which may be higher. */
  written() {
    if (this.isOn && !this.#isFitting && !this.#projector.isFitting) this.fit();
  }

  /** A step was opened: a number that was hidden was one of the step before. */
  opened() {
    if (!this.isOn) return;
    this.#cover.delete("number");
    this.shown();
  }

  #tell() {
    this.#actions.link(partsOf({ plan: this.#number, cover: [...this.#cover] }));
    announce("scene", this.scene);
  }

  /** @returns {Scene} */
  get scene() {
    return { ...this.#actions.place(), cover: coversOf([...this.#cover]), spotlight: this.#projector.lit };
  }

  /**
   * Put the stage into a state.
   * @param {Scene} scene
   */
  direct({ stop, cell, at, moment, cover, spotlight }) {
    this.#actions.look({ stop, cell, at });
    if (moment) this.#actions.moment(moment);
    this.#cover = new Set(coversOf(cover));
    this.#projector.light(spotlight);
    this.shown();
  }

  /** The cell or the moment is another one. */
  pointed() {
    if (this.isOn) announce("scene", this.scene);
  }

  #spot() {
    this.#projector.spot();
    announce("scene", this.scene);
  }

  /**
   * @param {Cover} cover
   * @param {boolean} on
   */
  #covered(cover, on) {
    const covers = new Set(this.#cover);
    if (on) covers.add(cover);
    else covers.delete(cover);
    this.#put(covers);
  }

  /** @param {Set<Cover>} covers */
  #put(covers) {
    this.#cover = covers;
    this.#actions.cover(covers);
    this.#tell();
  }

  // --- a plan

  /**
   * To the next state of the plan; without one, to the next step.
   * @param {number} by
   */
  #turn(by) {
    if (!this.#number) return this.#actions.step(by);
    const number = this.#number + by;
    const entry = this.#entries[number - 1];
    if (!entry) return;
    const address = addressOf(entry, number);
    if (!sameNumbers(address, location.href)) return location.assign(address);
    this.#number = number;
    this.direct({ ...placeOf(entry.query), moment: 0, cover: entry.cover, spotlight: this.#projector.lit });
  }
}
