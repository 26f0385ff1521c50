// The matrix stage: joins the model with what is drawn, what hands do, and the talk with the page.
// It knows axes and shapes. What a cell is made of comes from the expression that arrives with each step.

import { Arithmetic } from "./draw/arithmetic.js";
import { Clock } from "./draw/clock.js";
import { ComputationMap } from "./draw/map.js";
import { Matrices } from "./draw/matrices.js";
import { element, present } from "./draw/nodes.js";
import { savePicture } from "./draw/picture.js";
import { Predict } from "./draw/predict.js";
import { Rail } from "./draw/rail.js";
import { Selectors } from "./draw/selectors.js";
import * as theme from "./draw/theme.js";
import { Words } from "./draw/words.js";
import { Brush } from "./hands/brush.js";
import { cellFinder } from "./hands/cells.js";
import { openEditor } from "./hands/editor.js";
import { listenToKeys, listenToPage } from "./hands/keyboard.js";
import { pasted } from "./hands/paste.js";
import { listenToPointer } from "./hands/pointer.js";
import { Scrub } from "./hands/scrub.js";
import { Model } from "./model/model.js";
import { flat } from "./model/positions.js";
import { decode } from "./talk/arrival.js";
import { announce, listen } from "./talk/between.js";
import { Talk } from "./talk/talk.js";

/** @import { WireAnswer, WirePayload, WireView } from "./wire.js" */
/** @import { Touched } from "./hands/cells.js" */
/** @import { Cell, Change } from "./model/steps.js" */
/** @import { Component } from "./talk/component.js" */
/** @import { Whole } from "./talk/parts.js" */
/** @import { Post } from "./talk/post.js" */

export class Stage {
  model = new Model();
  #root;
  #key = "";
  #structure = "";
  /** @type {number | undefined} */
  #token;
  /** @type {ComputationMap | undefined} */
  #map;
  /** @type {(() => void)[]} */
  #endings = [];

  // --- what is drawn
  #rail = new Rail((position) => this.open(position));
  #selectors = new Selectors((axis, i) => this.#slice(axis, i));
  #matrices = new Matrices(this.model);
  #notice = element("p", { className: "notice", aria: { role: "alert" } });
  #arithmetic = new Arithmetic();
  #words = new Words(this.model.sheet);
  #mapBox = element("div", { className: "map-box" });
  #clock = new Clock(this.model, {
    visit: (position, isPassing) => this.open(position, { tell: !isPassing, bySlider: true }),
    rest: () => this.#talk.looked(),
  });
  #predict = new Predict(this.model.sheet, {
    conceal: (cell) => this.#conceal(cell),
    pin: (cell) => this.pin(cell),
  });
  #below = element("div", { className: "below" }, this.#words.node, this.#predict.node);

  #talk;
  #scrub = this.#listen();

  /**
   * @param {HTMLElement} root
   * @param {string} style
   * @param {Post} [post] posts edits, where a server may answer
   */
  constructor(root, style, post) {
    this.#root = root;
    this.#talk = new Talk(root, this.model, (answer) => this.#answer(answer), post);
    theme.dress(root.getRootNode(), style);
    const foot = element("div", { className: "foot" }, this.#clock.heats, this.#mapBox);
    const card = element(
      "section",
      { className: "card", aria: { label: "Stage" } },
      this.#selectors.node,
      this.#matrices.node,
      this.#notice,
      this.#arithmetic.node,
      foot,
    );
    root.replaceChildren(this.#rail.node, this.#clock.node, card, this.#below);
    const sizes = new ResizeObserver(() => this.#matrices.fit());
    sizes.observe(card);
    this.#endings.push(() => sizes.disconnect());
  }

  leave() {
    this.#talk.leave();
    this.#clock.leave();
    this.#scrub.leave();
    for (const end of this.#endings) end();
  }

  // --- what arrives from the page -----------------------------------------------------------------------------------

  /** @param {Component<WirePayload>} component */
  update(component) {
    theme.follow(this.#root);
    const data = this.#talk.receive(component);
    if (data) this.#show(data);
  }

  /** @param {Whole} data */
  #show(data) {
    const structure = `${data.structure} ${data.hide}`;
    const isRebuilt = structure !== this.#structure;
    const here = this.#structure ? this.model.where.view : data.view;
    if (isRebuilt) this.#lay(data);
    this.#structure = structure;
    this.model.where.reword(data.stops);
    this.model.edits.answer(data.sequence, data.refused);
    this.model.take(decode(data.values));
    this.#talk.settle();
    if (this.model.edits.explain(data.problem)) this.#object(data.problem);
    if (data.view.token !== this.#token) this.#look(data.view);
    else if (isRebuilt) this.#look(here);
    else this.#paint();
    this.#token = data.view.token;
    if (isRebuilt) this.#scrub.drop();
    else this.#scrub.keep();
    this.#talk.shown();
  }

  /**
   * The page has taken edits, and says what could not be known here.
   * @param {WireAnswer} answer
   */
  #answer({ problem, refused, values }) {
    if (refused) this.model.edits.refuse(refused);
    if (problem !== undefined && this.model.edits.explain(problem)) this.#object(problem);
    if (values) this.model.take(decode(values));
    if (refused) this.#changed();
  }

  /**
   * Other steps or stops than before.
   * @param {Whole} data
   */
  #lay(data) {
    this.model.lay(data);
    this.#key = data.key;
    const { isLesson, sheet, where } = this.model;
    this.#root.dataset.mode = data.mode;
    this.#rail.lay(where.stops);
    this.#arithmetic.node.hidden = this.model.hides("arithmetic");
    this.#below.hidden = !isLesson;
    this.#map =
      isLesson && where.stops.length > 1
        ? new ComputationMap(sheet.steps, where.shown, (step) => this.open(where.stopOf(step)))
        : undefined;
    this.#mapBox.replaceChildren(...(this.#map ? [this.#map.node] : []));
    this.#clock.lay();
    this.#predict.reset();
  }

  /**
   * Go where the page asks to.
   * @param {WireView} view
   */
  #look(view) {
    const { where } = this.model;
    where.wish(view.at);
    this.open(where.positionOf(view.stop), { tell: false });
    const step = where.result;
    if (step && view.cell && where.holds(view.cell)) this.#hold({ step, offset: flat(step, view.cell) });
    this.#talk.placed();
  }

  // --- where the learner is -----------------------------------------------------------------------------------------

  /**
   * @param {number} position
   * @param {{ tell?: boolean, bySlider?: boolean }} [how] bySlider: to the same topic at another time
   */
  open(position, { tell = true, bySlider = false } = {}) {
    const { where } = this.model;
    where.open(position, bySlider);
    this.#arithmetic.relax();
    this.#rail.mark(where.position);
    this.#selectors.draw(where.leading, where.at);
    this.#clock.arrive(bySlider);
    this.#matrices.draw(bySlider);
    this.#matrices.pin(where.pinned);
    this.#words.say(where.stop.words ?? "");
    this.#predict.show(this.model.hides("predict") ? undefined : where.result);
    this.#paint();
    if (tell) this.#talk.looked();
  }

  /**
   * Another slice of the same step: keep the place, draw the matrices anew.
   * @param {string} axis
   * @param {number} i
   */
  #slice(axis, i) {
    const { where } = this.model;
    where.choose(axis, i);
    this.#selectors.keepingFocus(() => {
      this.#selectors.draw(where.leading, where.at);
      this.#matrices.draw();
      this.#paint();
      this.#talk.looked();
    });
  }

  /**
   * Pin a cell; one that is pinned is set free.
   * @param {Cell} cell
   */
  pin(cell) {
    if (this.model.where.isPinned(cell)) {
      this.#unpin();
      this.#point(cell, true);
    } else this.#hold(cell);
    this.#talk.looked();
  }

  /** @param {Cell} cell */
  #hold(cell) {
    this.model.where.pin(cell);
    this.#matrices.pin(cell);
    this.#point(cell, true);
  }

  #unpin() {
    this.model.where.pin(undefined);
    this.#matrices.pin(undefined);
  }

  /**
   * Ask for a cell: its number is hidden until it is answered.
   * @param {Cell | undefined} cell
   */
  #conceal(cell) {
    this.model.where.conceal(cell);
    this.#clock.paint();
    this.#matrices.paint();
    if (cell) this.show(cell, false);
  }

  // --- pointing -----------------------------------------------------------------------------------------------------

  #paint() {
    this.#clock.paint();
    this.#matrices.paint();
    const { where } = this.model;
    this.show(where.pointed ?? where.pinned ?? this.#suggestion(), false);
  }

  #suggestion() {
    return this.model.where.result && this.model.suggestion(this.#matrices.resultOffsets);
  }

  /**
   * @param {Cell} cell
   * @param {boolean} speak
   */
  #point(cell, speak) {
    this.model.where.point(cell);
    this.show(cell, speak);
  }

  #rest() {
    if (this.#scrub.isMoving) return;
    this.model.where.point(undefined);
    this.show(this.model.where.pinned ?? this.#suggestion(), false);
  }

  /**
   * Light a cell, what it is made of and what it feeds; write its arithmetic.
   * @param {Cell | undefined} cell
   * @param {boolean} speak
   */
  show(cell, speak) {
    const { edits, sheet, where } = this.model;
    this.#matrices.dim();
    if (!cell?.step.values.length) {
      this.#map?.paint(where, sheet.version, []);
      this.#words.fill(undefined);
      this.#arithmetic.clear(this.model.hasInputs);
      return;
    }
    const around = this.model.around(cell);
    this.#matrices.follow(cell);
    this.#matrices.light(around);
    this.#map?.paint(where, sheet.version, [cell, ...around.operands, ...around.fed]);
    this.#words.fill(cell, where.secret?.step.values[where.secret.offset]);
    const line = { cell, v: edits.typed(cell), node: around.node, isSecret: where.isSecret(cell) };
    this.#arithmetic.write(line);
    this.#arithmetic.steady();
    if (speak) this.#arithmetic.speak(line);
  }

  // --- hands --------------------------------------------------------------------------------------------------------

  #listen() {
    const ground = this.#matrices.node;
    const { edits, sheet } = this.model;
    const cellAt = cellFinder(sheet);
    /**
     * @param {Cell} cell
     * @param {number} [value]
     */
    const flip = (cell, value = edits.thrown(cell)) => this.#flip(cell, value);
    /** @param {Cell} cell */
    const pin = (cell) => this.pin(cell);
    /**
     * @param {Touched} cell
     * @param {string} [first]
     */
    const edit = (cell, first) => this.#edit(cell, first);
    new Brush(ground, cellAt, { flip, thrown: (cell) => edits.thrown(cell) });
    listenToPointer(ground, cellAt, {
      point: (cell, speak) => this.#point(cell, speak),
      leave: () => this.#rest(),
      pin,
      edit,
    });
    const unpin = () => {
      this.#unpin();
      this.#talk.looked();
    };
    listenToKeys(ground, cellAt, { flip, pin, edit, unpin });
    ground.addEventListener("paste", (event) => this.#paste(event, cellAt(event)));
    this.#endings.push(
      listenToPage((by) => this.model.isLesson && this.#rail.turn(by)),
      listen("save", (format) => this.model.isLesson && this.#save(format)),
      listen("set", (wish) => this.model.isLesson && this.#grant(wish)),
    );
    return new Scrub(ground, cellAt, {
      typed: (cell) => edits.typed(cell),
      begin: (cell) => this.model.where.point(cell),
      preview: (change) => this.#compute([change]),
      commit: (change) => this.change([change]),
    });
  }

  /** @param {string} format */
  #save(format) {
    const name = `${this.#key}-${this.model.where.stop.title}`.replace(/\W+/g, "-");
    savePicture(this.#matrices.node, name, format);
  }

  /**
   * @param {Cell} cell
   * @param {number} value
   */
  #flip(cell, value) {
    const changes = this.model.flip(cell, value);
    if (changes.length) this.change(changes);
    this.#point(cell, true);
  }

  /**
   * @param {Touched} cell
   * @param {string} [first]
   */
  #edit(cell, first) {
    openEditor(
      cell,
      {
        complain: (sentence) => this.#object(sentence),
        settle: () => this.#object(this.model.edits.problem),
        change: (change) => this.change([change]),
        paint: () => this.#paint(),
      },
      first,
    );
  }

  /**
   * @param {ClipboardEvent} event
   * @param {Touched | undefined} cell
   */
  #paste(event, cell) {
    if (!cell?.step.editable || event.target !== cell.node) return;
    event.preventDefault();
    const { changes, problem } = pasted(cell, event.clipboardData?.getData("text") ?? "");
    this.#object(problem);
    if (!problem) this.change(changes);
  }

  /** @param {string} sentence */
  #object(sentence) {
    this.#notice.textContent = sentence;
  }

  // --- editing ------------------------------------------------------------------------------------------------------

  /**
   * Compute a change through and show it. The page is not told.
   * @param {Change[]} changes
   */
  #compute(changes) {
    this.model.sheet.change(changes);
    this.#changed();
  }

  #changed() {
    this.#paint();
    announce("values", (name) => this.model.sheet.named(name)?.values);
  }

  /**
   * Numbers under the hand on a picture: shown, and not told to the page.
   * @param {import("./talk/between.js").Wish} wish
   */
  #grant(wish) {
    const step = this.model.sheet.named(wish.input);
    if (!step?.editable || wish.values.length !== step.values.length) return;
    wish.live = this.model.sheet.hasFollowers(step);
    this.#compute(wish.values.map((value, offset) => ({ step, offset, value })));
  }

  /**
   * Apply edits here at once, from the same expressions the page uses, and hand them to the page.
   * @param {Change[]} changes
   */
  change(changes) {
    const failure = this.model.edit(changes, this.#talk.sequence);
    this.#changed();
    if (this.#talk.isOpen) this.#talk.edited(failure !== "");
    else this.#object(failure);
  }
}

/** @type {WeakMap<HTMLElement, Stage>} */
const STAGES = new WeakMap();

/**
 * The stage of a component: made once for its element, and told of everything that arrives.
 * @param {Component<WirePayload>} component
 * @param {string} style
 * @param {Post} [post]
 * @returns {() => void} to be called when the element goes
 */
export function mount(component, style, post) {
  const { parentElement } = component;
  const stage = STAGES.get(parentElement) ?? new Stage(present(parentElement.querySelector(".atlas")), style, post);
  STAGES.set(parentElement, stage);
  stage.update(component);
  return () => {
    stage.leave();
    STAGES.delete(parentElement);
  };
}
