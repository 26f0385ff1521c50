// The talk of one stage with its page: messages made whole, edits posted or sent, the address and the memory kept.
//
// Edits go as posts. What else a learner does that changes the numbers goes along the page's own connection, and edits
// that no post has answered by then go ahead of it there: so the server learns in which order things were done. Where the
// learner looks is posted only when something is opened that needs it.

import { Address, presentedParts } from "./address.js";
import { announce, inTurn } from "./between.js";
import { inheritance, rememberedView } from "./memory.js";
import { whole } from "./parts.js";
import { Report } from "./report.js";
import { Sender } from "./sender.js";

/** @import { WireAdopt, WireAnswer, WireEdits, WireHistory, WirePayload } from "../wire.js" */
/** @import { Model } from "../model/model.js" */
/** @import { Component } from "./component.js" */
/** @import { Table } from "./link.js" */
/** @import { Post } from "./post.js" */
/** @import { Whole } from "./parts.js" */

const DONE = ["pointerdown", "click", "keydown", "change", "focusout"]; // what a learner does elsewhere begins with one
const MOMENT = 200; // ms from the press of a button to the message of its click
const CHANGES = ".st-key-atlas-board"; // what stands there may change the numbers
const ASKS = ".st-key-atlas-view"; // what stands there needs to know where the learner is

export class Talk {
  #model;
  #answered;
  #post;
  /** @type {Component<WirePayload> | undefined} */
  #component;
  /** @type {Whole | undefined} */
  #data;
  #isUnknown = false; // whether the server that answers posts does not know this session
  #hasLooked = false; // whether the link names where the learner is
  #isUnseen = false; // whether the page does not know where the learner is
  /**
   * The inputs as they were last taken or edited: without what is still under a hand, or does not compute.
   * @type {Map<string, Table>}
   */
  #inputs = new Map();
  /** @type {string | undefined} the query of a link to what is shown */
  #query;
  /** @type {string | undefined} the query of a link whose numbers are shown, and not the page's own */
  #borrowed;
  /** @type {WireAdopt | undefined} such numbers that are to become the page's own */
  #adopted;
  #noticed;
  #valued = 0; // the number of the last edit in numbers that came with an answer
  #owed = 0; // the number of the last edit after which the page is to be drawn again
  #busy = 0; // when something was done outside of the board
  #report;
  #sender;
  // With edits made since, which would count as made otherwise. A message can be lost: again until what comes is new.
  #redraw = new Sender(
    () => this.sequence < this.#owed,
    () => this.#say(this.#message),
  );
  #address = new Address();
  #ending;

  /**
   * @param {HTMLElement} root what is done inside of it is done on the stage
   * @param {Model} model
   * @param {(answer: WireAnswer) => void} answered
   * @param {Post | undefined} post undefined where nobody answers posts
   * @param {() => void} noticed called when there is another link to what is shown
   */
  constructor(root, model, answered, post, noticed) {
    this.#noticed = noticed;
    this.#post = post;
    this.#model = model;
    this.#answered = answered;
    this.#report = new Report(
      () => model.where.view,
      () => this.#seen(),
    );
    this.#sender = new Sender(
      () => this.#isWaiting,
      () => this.#deliver(),
    );
    /** @param {Event} event */
    const done = (event) => event.composedPath().includes(root) || this.#goAhead(event);
    for (const kind of DONE) document.addEventListener(kind, done, true);
    this.#ending = () => {
      for (const kind of DONE) document.removeEventListener(kind, done, true);
    };
  }

  /**
   * The message with all its parts; undefined where it is not to be shown: it lacks parts, or does not know yet what this
   * browser remembers. The page is then asked for another.
   * @param {Component<WirePayload>} component
   * @returns {Whole | undefined}
   */
  receive(component) {
    this.#component = component;
    const data = whole(component.data);
    const restore = inheritance(component.data);
    if (!data || restore !== undefined) {
      const { sequence } = this.#model.edits;
      const asked = restore === undefined ? { lost: true } : { restore };
      this.#say({ sequence: Math.max(sequence, component.data.sequence), edits: [], ...asked });
      return undefined;
    }
    if (data.session !== this.#data?.session) this.#isUnknown = false;
    const view = this.#data ? undefined : rememberedView(data.key, data.session);
    if (view) data.view = { ...data.view, ...view };
    if (data.link) data.link = { ...data.link, looked: this.#hasLooked || data.link.looked || view !== undefined };
    this.#hasLooked = data.link?.looked ?? false;
    this.#isUnseen ||= view !== undefined;
    this.#data = data;
    this.#query = this.#borrowed = undefined;
    this.#taken(data.sequence);
    announce("told", { key: data.key, sequence: data.sequence });
    return data;
  }

  /** The numbers on the sheet are the learner's: the link may hold them. */
  settle() {
    const { sheet } = this.#model;
    const inputs = Object.keys(this.#data?.start ?? {}).flatMap((name) => sheet.named(name) ?? []);
    this.#inputs = new Map(inputs.map(({ name, shape, values }) => [name, { name, shape, values: values.slice() }]));
  }

  /** What arrived is on screen. Where it was drawn before something was undone, it is out of date. */
  shown() {
    if (this.sequence < this.#valued) this.#say(this.#message);
    this.#write();
  }

  /** @returns {boolean} whether there is a page that takes edits */
  get isOpen() {
    return this.#component?.setTriggerValue !== undefined;
  }

  /** The number of the last edit the page is known to have made. */
  get sequence() {
    return this.#data?.sequence ?? 0;
  }

  // --- where the learner is

  looked() {
    this.#report.tell();
  }

  /** The page asked for the place at which the learner is. */
  placed() {
    this.#report.known();
  }

  #seen() {
    this.#isUnseen = true;
    this.#look();
    this.#write();
  }

  #look() {
    this.#hasLooked = true;
    if (this.#data?.link) this.#data.link.looked = true;
  }

  /**
   * What the link says of the projector view.
   * @param {[name: string, text: string][]} parts
   */
  presented(parts) {
    presentedParts(parts);
    this.#write();
  }

  #write() {
    const { key, session, link, start } = this.#data ?? {};
    if (!key || !session || !link || !start) return;
    const named = this.#inputs;
    const { view } = this.#model.where;
    const shown = { link, start, view, named: (/** @type {string} */ name) => named.get(name) };
    void this.#address.write(key, session, shown).then((query) => {
      if (query === undefined) return;
      this.#query = query;
      this.#noticed();
    });
  }

  // --- numbers that came from another's link

  /** The query of a link to what is shown; undefined until it is known. */
  get query() {
    return this.#query;
  }

  /** The preset's numbers by input; undefined where an input has another shape, or a label another name. */
  get tables() {
    const { link, start } = this.#data ?? {};
    if (!start || link?.labels || typeof link?.text === "string") return undefined;
    return Object.values(start).includes(null) ? undefined : /** @type {Record<string, string>} */ (start);
  }

  /**
   * A stage that came from elsewhere, as this page would have sent it.
   * @param {WirePayload} payload
   * @returns {Whole | undefined}
   */
  dressed(payload) {
    const { session, posts, sequence, history, restored, hide, view } = this.#data ?? {};
    const parts = { session, posts, sequence, history, restored, hide, view };
    const data = /** @type {Whole | undefined} */ (whole(/** @type {WirePayload} */ ({ ...payload, ...parts })));
    if (data) this.#data = data;
    return data;
  }

  /**
   * The numbers of a link are shown, and the page does not know it.
   * @param {string} query
   */
  borrow(query) {
    this.#borrowed = this.#query = query;
    this.#look();
    this.settle();
    this.#write();
  }

  /** They become the page's own: before an edit in them, or because somebody goes on by himself from here. */
  adopt() {
    if (this.#borrowed !== undefined) this.takeOver(this.#borrowed);
  }

  /**
   * The numbers of a link become the page's own.
   * @param {string} query
   */
  takeOver(query) {
    this.#borrowed = undefined;
    this.#adopted = { sequence: this.#model.edits.count(this.sequence), query };
    this.#sender.send();
  }

  /**
   * @param {number} sequence of what the page has taken
   * @returns {boolean} whether numbers were taken over with it
   */
  #taken(sequence) {
    const isTaken = this.#adopted !== undefined && sequence >= this.#adopted.sequence;
    if (isTaken) this.#adopted = undefined;
    return isTaken;
  }

  get #isWaiting() {
    return this.#model.edits.isWaiting || this.#adopted !== undefined;
  }

  // --- edits

  /**
   * Edits were made.
   * @param {boolean} failed whether they do not compute: the link then stays what it was
   */
  edited(failed) {
    this.#report.known(); // the edit says where the learner is, too
    this.noted(failed);
    this.#sender.send();
  }

  /**
   * Numbers were changed, and the link holds them. Where there is no page, that is all.
   * @param {boolean} failed whether they do not compute: the link then stays what it was
   */
  noted(failed) {
    this.#look();
    if (failed) return;
    this.settle();
    this.#write();
  }

  /** Something is to be undone or done again; what the numbers are then, the page says. */
  turned() {
    this.#report.known();
    this.#sender.send();
  }

  /** @returns {WireHistory} whether there is a change to undo, and one to redo, as far as the page is known to know */
  get history() {
    return this.#data?.history ?? [false, false];
  }

  /** @returns {WireEdits} */
  get #message() {
    const { edits, where } = this.#model;
    const adopt = this.#adopted ? { adopt: this.#adopted } : {};
    return { sequence: edits.sequence, edits: [...edits.unanswered], view: where.view, ...adopt };
  }

  async #deliver() {
    const path = this.#data?.posts;
    const message = this.#message;
    if (!path || !this.#post || this.#isUnknown) return this.#say(message);
    const answer = await this.#post(path, message);
    if (path !== this.#data?.posts) return;
    if (answer) this.#take(answer);
    else if (this.#isWaiting) {
      this.#isUnknown = answer === null;
      this.#say(this.#message);
    }
  }

  /** @param {WireAnswer} answer */
  #take(answer) {
    const isAdopted = this.#taken(answer.sequence);
    if (this.#model.edits.taken(answer.sequence) || isAdopted) {
      if (this.#data) this.#data.history = answer.history;
      this.#answered(answer);
      if (answer.values) {
        this.#valued = answer.sequence;
        this.settle();
        this.#write();
      }
      if (answer.redraw) {
        this.#owed = answer.sequence;
        this.#redraw.send();
      }
    }
    if (this.#data) announce("told", { key: this.#data.key, sequence: answer.sequence });
  }

  /**
   * Through the page, which then draws again what follows from the numbers. Not in the moment of a click outside of the
   * board: Streamlit takes messages of one moment for messages of one fragment, and would lose the click.
   * @param {WireEdits} message
   */
  #say(message) {
    const send = () => this.#component?.setTriggerValue?.("edit", { ...message, time: Date.now() });
    inTurn(send, Math.max(0, this.#busy + MOMENT - Date.now()));
  }

  /**
   * Something is done elsewhere on the page: what the server does not know goes ahead of it.
   * @param {Event} event
   */
  #goAhead(event) {
    const target = event.composedPath()[0];
    if (!this.#data?.key || !(target instanceof Element)) return;
    if (target.closest(CHANGES)) {
      if (this.#isWaiting) this.#say(this.#message);
      return;
    }
    this.#busy = Date.now();
    if (!target.closest(ASKS)) return;
    this.#report.flush();
    if (this.#isUnseen) void this.#show();
  }

  /** Tell where the learner is. */
  async #show() {
    this.#isUnseen = false;
    this.#model.edits.count(this.sequence);
    const message = this.#message;
    const path = this.#isUnknown ? "" : this.#data?.posts;
    const answer = path ? await this.#post?.(path, message) : undefined;
    if (answer) this.#take(answer);
    else this.#say(message);
  }

  leave() {
    this.#sender.stop();
    this.#redraw.stop();
    this.#report.leave();
    this.#address.leave();
    this.#ending();
  }
}
