// A teacher's part of a class: where the page is goes to the class one state at a time; what is asked, until it is heard.

import { Line, madeKey, problemOf } from "./line.js";
import { isSame } from "./states.js";
import { Stream } from "./stream.js";

/** @import { Desk } from "./kept.js" */
/** @import { Heard } from "./line.js" */
/** @import { State } from "./states.js" */
/** @import { WireAsk, WireClass, WireRoom } from "./wire.js" */

/**
 * @typedef {object} Told
 * @property {() => void} seen anything may be another
 * @property {() => void} over the class has ended
 */

const GAP = 120; // ms between two states: what is passed over between them nobody could follow

export class Teacher {
  #line;
  #told;
  #stream;
  desk;
  /** @type {WireClass | undefined} */
  now;
  /** @type {WireRoom | undefined} */
  room;
  isLost = false;
  /** Why the last thing was refused; "" where it was not. */
  problem = "";
  #isOver = false;
  /** @type {State | undefined} */
  #sent;
  /** @type {State | undefined} */
  #next;
  #isShowing = false;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /**
   * @param {Line} line
   * @param {Desk} desk
   * @param {Told} told
   */
  constructor(line, desk, told) {
    this.#line = line;
    this.desk = desk;
    this.#told = told;
    this.#stream = new Stream(line, `${desk.code}/room`, desk.secret, {
      hear: (event, content) => this.#hear(event, content),
      lost: (isLost) => this.#lost(isLost),
      over: () => this.#end(),
    });
  }

  begin() {
    void this.#stream.run();
    this.#told.seen();
  }

  wake() {
    this.#stream.wake();
  }

  close() {
    this.#isOver = true;
    this.#stream.close();
  }

  /**
   * @param {string} event
   * @param {unknown} content
   */
  #hear(event, content) {
    if (event === "room") this.room = /** @type {WireRoom} */ (content);
    if (event === "class") this.#take(/** @type {WireClass} */ (content));
    this.#told.seen();
  }

  /** @param {WireClass} now */
  #take(now) {
    if (!this.now || now.revision >= this.now.revision) this.now = now;
  }

  /** @param {boolean} isLost */
  #lost(isLost) {
    if (isLost === this.isLost) return;
    this.isLost = isLost;
    this.#told.seen();
  }

  #end() {
    if (this.#isOver) return;
    this.close();
    this.#told.over();
  }

  // --- where the class is

  /** @param {State} state */
  show(state) {
    this.#next = state;
    if (!this.#isShowing) void this.#showAll();
  }

  async #showAll() {
    this.#isShowing = true;
    while (this.#next && !this.#isOver) {
      const state = this.#next;
      this.#next = undefined;
      if (isSame(state, this.#sent)) continue;
      const heard = await this.#line.insist(
        () => this.#post("show", state),
        () => !this.#next && !this.#isOver,
      );
      if (heard?.status === 200) this.#sent = state;
      if (heard && heard.status !== 200) this.problem = problemOf(heard);
      await this.#line.world.sleep(GAP);
    }
    this.#isShowing = false;
  }

  /**
   * @param {string} what
   * @param {object} message
   */
  #post(what, message) {
    return this.#line.post(`${this.desk.code}/${what}`, message, this.desk.secret);
  }

  // --- what is done, one thing after the other

  /**
   * @param {string} what
   * @param {object} [message]
   * @returns {Promise<Heard | undefined>}
   */
  #does(what, message = {}) {
    const act = async () => {
      const heard = await this.#line.insist(
        () => this.#post(what, message),
        () => !this.#isOver,
      );
      this.problem = heard && heard.status !== 200 ? problemOf(heard) : "";
      this.#told.seen();
      return heard;
    };
    const done = this.#last.then(act);
    this.#last = done;
    return done;
  }

  /** @param {Omit<WireAsk, "id">} question */
  ask(question) {
    return this.#does("ask", { ...question, id: madeKey() });
  }

  /** @param {"close" | "again" | "reveal"} how */
  move(how) {
    return this.#does(how, { question: this.now?.question?.id });
  }

  dismiss() {
    return this.#does("dismiss");
  }

  /**
   * @param {string} lesson
   * @param {number} number of the challenge, from 0
   */
  challenge(lesson, number) {
    return this.#does("challenge", { id: madeKey(), lesson, number });
  }

  withdraw() {
    return this.#does("challenge");
  }

  async end() {
    const heard = await this.#does("end");
    if (heard?.status === 200) this.#end();
  }

  /** The results as a file. @returns {Promise<Blob | undefined>} */
  async results() {
    try {
      const by = this.now?.names ? "?by=nickname" : "";
      const answer = await this.#line.get(`${this.desk.code}/results${by}`, this.desk.secret);
      return answer.ok ? await answer.blob() : undefined;
    } catch {
      return undefined;
    }
  }
}
