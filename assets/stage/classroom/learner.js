// A learner's part of a class: what is heard of it, whether the page follows, answers on their way until they are taken.

import { say } from "../model/say.js";
import { Line, problemOf } from "./line.js";
import { Stream } from "./stream.js";

/** @import { Seat } from "./kept.js" */
/** @import { State } from "./states.js" */
/** @import { WireAnswered, WireClass, WireJoined, WireValue, WireYou } from "./wire.js" */

/**
 * What is told of the class. seen: anything may be another; moved: the page is to be where the class is now.
 * @typedef {object} Told
 * @property {(seat: Seat | undefined) => void} keep
 * @property {() => void} seen
 * @property {() => void} moved
 */

const LEFT = new Set([403]);

export class Learner {
  #line;
  #told;
  #seat;
  #stream;
  /** @type {WireClass | undefined} */
  now;
  /** @type {WireYou | undefined} */
  you;
  isLost = false;
  /** Why this browser is in the class no more; "" while it is. */
  over = "";
  /** Why the last answer was not taken; "" where it was. */
  problem = "";
  /** Why the solution was not taken that this learner wanted to show; "" where it was. */
  notShown = "";
  #isSending = false;
  #wished = 0; // how often it was said whether this learner follows

  /**
   * @param {Line} line
   * @param {Seat} seat
   * @param {Told} told
   */
  constructor(line, seat, told) {
    this.#line = line;
    this.#seat = seat;
    this.#told = told;
    this.#stream = new Stream(line, `${seat.code}/events`, seat.token, {
      hear: (event, content) => this.#hear(event, content),
      lost: (isLost) => this.#lost(isLost),
      over: (status) => this.#end(status),
    });
  }

  /** @param {WireJoined} [joined] what joining has told already */
  begin(joined) {
    if (joined) {
      this.you = joined.you;
      this.now = joined.now;
    }
    this.#told.keep(this.#seat);
    void this.#stream.run();
    void this.#send();
    this.#told.seen();
    if (joined) this.#told.moved();
  }

  get seat() {
    return this.#seat;
  }

  get follows() {
    return this.#seat.follows;
  }

  wake() {
    this.#stream.wake();
  }

  close() {
    this.#stream.close();
  }

  // --- what is heard

  /**
   * @param {string} event
   * @param {unknown} content
   */
  #hear(event, content) {
    if (event === "you") this.#meet(/** @type {WireYou} */ (content));
    if (event === "class") this.#take(/** @type {WireClass} */ (content));
  }

  /** @param {WireYou} you */
  #meet(you) {
    this.you = you;
    if (you.follows !== this.#seat.follows) this.#say();
    const { pending } = this.#seat;
    if (pending && you.answers.some((each) => isFor(pending, each))) this.#keep({ pending: undefined });
    void this.#send();
    this.#told.seen();
  }

  /** @param {WireClass} now */
  #take(now) {
    const isNews = !this.now || now.revision > this.now.revision;
    const isBack = this.#isBack;
    this.#isBack = false;
    if (!isNews && !isBack) return;
    this.now = now;
    const { pending } = this.#seat;
    if (pending && !isOpenFor(now, pending)) this.#keep({ pending: undefined });
    this.#told.seen();
    this.#told.moved();
  }

  #isBack = true; // whether the next event is the first of a connection

  /** @param {boolean} isLost */
  #lost(isLost) {
    if (isLost) this.#isBack = true;
    if (isLost === this.isLost) return;
    this.isLost = isLost;
    this.#told.seen();
  }

  /** @param {number} status */
  #end(status) {
    this.over = LEFT.has(status) ? say("You left this class.") : say("This class is over.");
    this.#told.keep(undefined);
    this.#told.seen();
  }

  /** @param {Partial<Seat>} parts */
  #keep(parts) {
    this.#seat = { ...this.#seat, ...parts };
    this.#told.keep(this.#seat);
  }

  // --- following and roaming

  /**
   * @param {boolean} follows
   * @param {State} [own] where the page is, when it begins to follow
   */
  follow(follows, own) {
    if (follows === this.#seat.follows) return;
    this.#keep({ follows, ...(own ? { own } : {}) });
    this.#say();
    this.#told.seen();
    if (follows) this.#told.moved();
  }

  #say() {
    const wish = ++this.#wished;
    const { code, token, follows } = this.#seat;
    void this.#line.insist(
      () => this.#line.post(`${code}/follow`, { follows }, token),
      () => wish === this.#wished && !this.over,
    );
  }

  // --- answers

  /** The answer to the present question and round, and whether it is taken. */
  get answer() {
    const { question } = this.now ?? {};
    if (!question) return undefined;
    const asked = { question: question.id, round: question.round };
    const taken = this.you?.answers.find((each) => isFor(asked, each));
    if (taken) return { value: taken.value, isTaken: true };
    const { pending } = this.#seat;
    return pending && isFor(asked, pending) ? { value: pending.value, isTaken: false } : undefined;
  }

  /** The answer to the first round, in the second. */
  get before() {
    const { question } = this.now ?? {};
    return question && question.round > 1
      ? this.you?.answers.find((each) => each.question === question.id && each.round === 1)
      : undefined;
  }

  /** @param {WireValue} value */
  say(value) {
    const { question } = this.now ?? {};
    if (!question || this.answer) return;
    this.problem = "";
    this.#keep({ pending: { question: question.id, round: question.round, value } });
    void this.#send();
    this.#told.seen();
  }

  /** What was answered is sent until somebody takes or refuses it. */
  async #send() {
    if (this.#isSending || !this.#seat.pending) return;
    this.#isSending = true;
    const { code, token } = this.#seat;
    const sent = /** @type {WireAnswered} */ (this.#seat.pending);
    const isWanted = () => !this.over && this.#seat.pending === sent;
    const heard = await this.#line.insist(() => this.#line.post(`${code}/answer`, sent, token), isWanted);
    this.#isSending = false;
    if (heard) this.#answered(sent, heard);
    void this.#send();
  }

  /**
   * @param {WireAnswered} sent
   * @param {import("./line.js").Heard} heard
   */
  #answered(sent, heard) {
    const { answers = [], ...you } = this.you ?? { nickname: "", follows: true, reached: false };
    if (heard.status === 200) this.you = { ...you, answers: [...answers, /** @type {WireAnswered} */ (heard.body)] };
    else this.problem = problemOf(heard);
    if (this.#seat.pending === sent) this.#keep({ pending: undefined });
    this.#told.seen();
  }

  // --- challenges

  get hasReached() {
    const id = this.now?.challenge?.id;
    return id !== undefined && this.#seat.reached === id;
  }

  get hasSolution() {
    return this.hasReached && this.#seat.solution !== undefined;
  }

  /** Whether the class may see the solution. */
  get isShown() {
    return this.hasReached && Boolean(this.#seat.agreed);
  }

  /** @param {string} query of the link to the solution, which is kept here until its owner agrees to show it */
  async reach(query) {
    const id = this.now?.challenge?.id;
    if (!id || this.hasReached) return;
    const heard = await this.#reached(id);
    this.notShown = "";
    if (heard?.status === 200) this.#keep({ reached: id, solution: query, agreed: false });
    this.#told.seen();
  }

  /** @param {boolean} agreed whether the class may see the solution; one that the server refuses stays counted */
  async agree(agreed) {
    const id = this.now?.challenge?.id;
    if (!id || !this.hasSolution) return;
    const heard = await this.#reached(id, agreed ? this.#seat.solution : undefined);
    const isTaken = heard?.status === 200;
    this.notShown = heard && !isTaken ? problemOf(heard) : "";
    if (isTaken) this.#keep({ agreed });
    else if (agreed) await this.#reached(id);
    this.#told.seen();
  }

  /**
   * @param {string} id of the challenge
   * @param {string} [query] of the solution, where it may be shown
   */
  #reached(id, query) {
    const { code, token } = this.#seat;
    const message = { challenge: id, ...(query === undefined ? {} : { query }) };
    const isWanted = () => !this.over && this.now?.challenge?.id === id;
    return this.#line.insist(() => this.#line.post(`${code}/reached`, message, token), isWanted);
  }

  async leave() {
    const { code, token } = this.#seat;
    this.close();
    this.over = say("You left this class.");
    this.#told.keep(undefined);
    this.#told.seen();
    await this.#line.post(`${code}/leave`, {}, token);
  }
}

/**
 * @param {{ question: string, round: number }} asked
 * @param {WireAnswered} answer
 */
const isFor = (asked, answer) => answer.question === asked.question && answer.round === asked.round;

/**
 * @param {WireClass} now
 * @param {WireAnswered} answer
 */
const isOpenFor = ({ question }, answer) =>
  question?.id === answer.question && question.round === answer.round && question.phase === "open";
