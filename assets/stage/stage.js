// The matrix stage: joins the model with what is drawn, what hands do, and the talk with the page.
// It knows axes and shapes. What a cell is made of comes from the expression that arrives with each step.

import { Arithmetic } from "./draw/arithmetic.js";
import { Clock } from "./draw/clock.js";
import { ComputationMap } from "./draw/map.js";
import { Matrices } from "./draw/matrices.js";
import { Meaning } from "./draw/meaning.js";
import { placeNear } from "./draw/near.js";
import { element, present } from "./draw/nodes.js";
import { Performance } from "./draw/performance.js";
import { savePicture } from "./draw/picture.js";
import { Predict } from "./draw/predict.js";
import { Rail } from "./draw/rail.js";
import { Selectors } from "./draw/selectors.js";
import * as theme from "./draw/theme.js";
import { Undo } from "./draw/undo.js";
import { Words } from "./draw/words.js";
import { Brush } from "./hands/brush.js";
import { cellFinder } from "./hands/cells.js";
import { Clipboard } from "./hands/clipboard.js";
import { openEditor } from "./hands/editor.js";
import { listenToKeys, listenToPage, listenToTab } from "./hands/keyboard.js";
import { pasted } from "./hands/paste.js";
import { listenToPointer } from "./hands/pointer.js";
import { Scrub } from "./hands/scrub.js";
import { operandCells } from "./model/expression.js";
import { Model } from "./model/model.js";
import { flat, unflat } from "./model/positions.js";
import { say, term } from "./model/say.js";
import { coversOf } from "./model/scene.js";
import { keyOf } from "./model/steps.js";
import { Presenting } from "./presenting.js";
import { decode } from "./talk/arrival.js";
import { announce, listen } from "./talk/between.js";
import { Talk } from "./talk/talk.js";

/** @import { WireAnswer, WirePayload, WireView } from "./wire.js" */
/** @import { Touched } from "./hands/cells.js" */
/** @import { Operand } from "./model/expression.js" */
/** @import { Moment } from "./model/performance.js" */
/** @import { Cell, Change } from "./model/steps.js" */
/** @import { Component } from "./talk/component.js" */
/** @import { Whole } from "./talk/parts.js" */
/** @import { InClass, Taught } from "./inclass.js" */
/** @import { Post } from "./talk/post.js" */

/**
 * What the stage is on.
 * @typedef {object} Page
 * @property {Post} [post] posts edits, where there is a server behind it
 * @property {Taught} [taught] follows a class
 * @property {() => void} [edited] hears of every edit that computes, where nobody answers
 * @property {boolean} [isShared] whether the stage is a guest among other things: it hears keys on itself alone, and is
 *   not presented
 */

export class Stage {
  model = new Model();
  #root;
  #style;
  #page;
  #key = "";
  #structure = "";
  #width = 0;
  #flashes = true; // whether a number that is another than before flashes
  /** @type {Cell | undefined} */
  #shown;
  /** @type {number | undefined} */
  #token;
  /** @type {ComputationMap | undefined} */
  #map;
  /** @type {(() => void)[]} */
  #endings = [];

  // --- what is drawn
  #rail = new Rail((position) => this.open(position));
  #selectors = new Selectors((axis, i) => this.#slice(axis, i));
  #matrices = new Matrices(this.model, () => this.#relay());
  #notice = element("p", { className: "notice", aria: { role: "alert" } });
  #arithmetic = new Arithmetic();
  #performance = new Performance(
    {
      show: (cell, moment, read) => this.#perform(cell, moment, read),
      end: (cell) => this.show(cell, false),
    },
    () => this.#playable(),
  );
  #working = element("div", { className: "working" }, this.#arithmetic.node, this.#performance.node);
  #words = new Words(this.model.sheet);
  #mapBox = element("div", { className: "map-box" });
  #foot = element("div", { className: "foot" });
  #clock = new Clock(this.model, {
    visit: (position, isPassing) => this.open(position, { tell: !isPassing, bySlider: true }),
    rest: () => this.#talk.looked(),
  });
  #predict = new Predict(this.model.sheet, {
    hide: (cell) => this.#wonder(cell),
    conceal: (cell) => this.#conceal(cell),
    shown: () => this.#shownCell(),
    pin: (cell) => this.pin(cell),
  });
  #meaning = new Meaning(this.model.sheet, (cell) => {
    this.#hold(cell);
    this.#talk.looked();
  });
  #undo = new Undo((by) => this.turn(by));
  /** @type {Cell | undefined} the one that Predict asks for */
  #question;
  /** @type {Cell | undefined} the one whose number is covered while the stage is presented */
  #covered;
  #below = element("div", { className: "below" }, this.#words.node, this.#predict.node);

  #talk;
  #presenting;
  /** @type {readonly Cell[]} those that a class is asked for */
  #asked = [];
  /** @type {InClass | undefined} */
  #inClass;
  #scrub = this.#listen();

  /**
   * @param {HTMLElement} root
   * @param {string} style
   * @param {Page} [page]
   */
  constructor(root, style, page) {
    this.#root = root;
    this.#style = style;
    this.#page = page;
    const noticed = () => this.#inClass?.tell();
    this.#talk = new Talk(root, this.model, (answer) => this.#answer(answer), page?.post, noticed);
    this.#inClass = this.#taught(page);
    theme.dress(root.getRootNode(), style);
    this.#foot.append(this.#clock.heats, this.#mapBox);
    const card = element(
      "section",
      { className: "card", aria: { label: say("Stage") } },
      this.#selectors.node,
      this.#matrices.toggler,
      this.#matrices.node,
      this.#notice,
      this.#working,
      this.#foot,
    );
    this.#predict.node.append(this.#meaning.node);
    this.#rail.node.append(this.#undo.node);
    root.replaceChildren(this.#rail.node, this.#clock.node, card, this.#below);
    this.#presenting = this.#presented(card);
    const sizes = new ResizeObserver(([{ contentRect }]) => this.#resized(contentRect.width));
    sizes.observe(card);
    const lettersCame = () => this.#structure && !this.#presenting.isOn && this.#layAgain(); // names have another width now
    document.fonts.addEventListener("loadingdone", lettersCame);
    this.#endings.push(
      () => sizes.disconnect(),
      () => document.fonts.removeEventListener("loadingdone", lettersCame),
    );
  }

  /**
   * To another place on the page, with all that was done here.
   * @param {Element} place
   */
  move(place) {
    const parent = /** @type {Node & { moveBefore?: (node: Node, before: Node) => void }} */ (
      present(place.parentNode)
    );
    if (parent.moveBefore)
      parent.moveBefore(this.#root, place); // keeps the focus
    else parent.insertBefore(this.#root, place);
    place.remove();
    theme.dress(this.#root.getRootNode(), this.#style);
    this.#presenting.moved();
  }

  leave() {
    this.#presenting.leave();
    this.#inClass?.leave();
    this.#talk.leave();
    this.#clock.leave();
    this.#performance.leave();
    this.#scrub.leave();
    for (const end of this.#endings) end();
  }

  /** @param {number} width */
  #resized(width) {
    if (this.#presenting.isOn) return;
    const isOther = width !== this.#width;
    this.#width = width;
    if (isOther) this.#rail.reveal();
    if (isOther && this.#matrices.isMisplaced) this.#relay();
    if (this.#matrices.refit() && isOther) this.#reserve();
  }

  /** The same matrices in other places. */
  #relay() {
    this.#matrices.draw();
    this.#matrices.pin(this.model.where.pinned);
    this.#paint();
    this.#reserve();
  }

  /** Room for the arithmetic of any cell on screen. */
  #reserve() {
    this.#arithmetic.reserve(() => this.#matrices.samples.map((cell) => this.#lineOf(cell)));
  }

  // --- what arrives from the page -----------------------------------------------------------------------------------

  /** @param {Component<WirePayload>} component */
  update(component) {
    theme.follow(this.#root);
    const wasOpen = this.#talk.isOpen;
    const data = this.#talk.receive(component);
    if (data) this.#show(data);
    if (!wasOpen && this.#talk.isOpen && this.model.edits.isWaiting) this.#talk.edited(false);
  }

  /**
   * Numbers that do not follow from those before: what was changed in those is gone, and nothing can be undone.
   * @param {Component<WirePayload>} component
   */
  begin({ data, parentElement }) {
    const { edits, past, sheet } = this.model;
    this.#scrub.drop();
    this.object("");
    past.begin(sheet.steps);
    this.update({ data: { ...data, sequence: edits.sequence }, parentElement });
    past.begin(sheet.steps);
  }

  /**
   * Numbers of something else, computed alike: in the same cells, and asked about anew.
   * @param {Component<WirePayload>} component
   */
  become(component) {
    this.#performance.end({ isQuiet: true });
    this.#predict.reset();
    this.#meaning.reset();
    this.#flashes = false;
    this.begin(component);
    this.#flashes = true;
    this.#ask();
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
    if (this.model.edits.explain(data.problem)) this.object(data.problem);
    if (data.view.token !== this.#token) this.#look(data.view);
    else if (isRebuilt) this.#look(here);
    else this.#paint();
    this.#token = data.view.token;
    if (isRebuilt) this.#scrub.drop();
    else this.#scrub.keep();
    if (isRebuilt) this.model.past.begin(this.model.sheet.steps);
    this.#markUndo();
    this.#talk.shown();
    this.#presenting.arrived();
  }

  /**
   * The page has taken edits, and says what could not be known here.
   * @param {WireAnswer} answer
   */
  #answer({ sequence, problem, refused, values }) {
    if (refused) this.model.edits.refuse(refused);
    if (problem !== undefined && this.model.edits.explain(problem)) this.object(problem);
    if (values) {
      this.model.edits.answer(sequence, refused ?? []);
      this.model.take(decode(values));
    }
    if (refused) this.#changed();
    this.#markUndo();
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
    this.#working.hidden = this.model.hides("arithmetic");
    this.#below.hidden = !isLesson;
    this.#entitle();
    this.#map =
      isLesson && where.stops.length > 1
        ? new ComputationMap(
            sheet.steps,
            where.shown,
            (step) => this.open(where.stopOf(step)),
            () => this.#neared(),
          )
        : undefined;
    this.#mapBox.replaceChildren(...(this.#map ? [this.#map.node] : []));
    this.#clock.lay();
    this.#predict.reset();
    this.#meaning.reset();
  }

  /** The map is near to what is seen: now it is painted too. */
  #neared() {
    if (!this.#performance.isOn) this.show(this.#shownCell(), false);
  }

  /** A heading over those of words and question; and of several stages on a page each a name of its own. */
  #entitle() {
    const { isLesson, where } = this.model;
    const label = isLesson ? say("Stage") : say("Stage: {stop}", { stop: term(where.stops[0].title) });
    present(this.#root.querySelector(".card")).setAttribute("aria-label", label);
    this.#root.querySelector("h2")?.remove();
    if (isLesson) this.#root.prepend(element("h2", { className: "spoken", textContent: say("Step by step") }));
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
    this.#predict.spare();
    this.#talk.placed();
  }

  // --- where the learner is -----------------------------------------------------------------------------------------

  /**
   * @param {number} position
   * @param {{ tell?: boolean, bySlider?: boolean }} [how] bySlider: to the same topic at another time
   */
  open(position, { tell = true, bySlider = false } = {}) {
    const { where } = this.model;
    this.#performance.end({ isQuiet: true });
    where.open(position, bySlider);
    this.#rail.mark(where.position);
    this.#selectors.draw(where.leading, where.at);
    this.#clock.arrive(bySlider);
    this.#matrices.draw(bySlider);
    this.#matrices.pin(where.pinned);
    this.#words.say(where.stop.words ?? "");
    this.#ask();
    this.#paint();
    if (!bySlider) this.#reserve();
    this.#covered = undefined;
    this.#presenting.opened();
    if (tell) this.#looked();
  }

  /** Questions about the step on screen. */
  #ask() {
    const asked = !this.model.isLesson || this.model.hides("predict") ? undefined : this.model.where.result;
    this.#predict.show(asked);
    this.#meaning.show(asked);
  }

  /** The learner has gone elsewhere. */
  #looked() {
    this.#talk.looked();
    this.#inClass?.moved();
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
      this.#looked();
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
    this.#looked();
  }

  /** @param {Cell} cell */
  #hold(cell) {
    this.model.where.pin(cell);
    this.#matrices.pin(cell);
    this.#point(cell, true);
    this.#presenting.pointed();
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
    this.#performance.end({ isQuiet: true });
    this.#wonder(cell);
    if (cell) this.show(cell, false);
  }

  /** @param {Cell | undefined} cell that Predict asks for */
  #wonder(cell) {
    this.#question = cell;
    this.#hide();
  }

  /** What a class is asked for; else what is covered; else, where nothing is presented, what Predict asks for. */
  #hide() {
    const own = this.#covered ?? (this.#presenting.isOn ? undefined : this.#question);
    this.#concealed(this.#asked.length || !own ? this.#asked : [own]);
  }

  /** @param {readonly Cell[]} cells whose numbers are not shown */
  #concealed(cells) {
    this.model.where.conceal(cells);
    this.#clock.paint();
    this.#matrices.paint();
  }

  // --- pointing -----------------------------------------------------------------------------------------------------

  #paint() {
    this.#clock.paint();
    this.#matrices.paint(this.#flashes);
    this.show(this.#shownCell(), false);
  }

  #shownCell() {
    const { where } = this.model;
    return where.pointed ?? where.pinned ?? this.#suggestion();
  }

  #suggestion() {
    return this.model.where.result && this.model.suggestion(this.#matrices.resultOffsets);
  }

  /**
   * @param {Cell} cell
   * @param {boolean} speak
   */
  #point(cell, speak) {
    if (this.#performance.isOn && !speak) return; // the pointer only passes
    this.#performance.end({ isQuiet: true });
    this.model.where.point(cell);
    this.show(cell, speak);
    this.#inClass?.tell();
  }

  #rest() {
    if (this.#scrub.isMoving || this.#performance.isOn) return;
    this.model.where.point(undefined);
    this.show(this.model.where.pinned ?? this.#suggestion(), false);
    this.#inClass?.tell();
  }

  /**
   * Light a cell, what it is made of and what it feeds; write its arithmetic.
   * @param {Cell | undefined} cell
   * @param {boolean} speak
   */
  show(cell, speak) {
    const { sheet, where } = this.model;
    this.#matrices.dim();
    this.#shown = cell;
    if (!cell?.step.values.length) {
      this.#performance.offer(false);
      this.#map?.paint(where, sheet.version, []);
      this.#words.fill(undefined);
      this.#arithmetic.clear(this.model.hasInputs);
      return;
    }
    const around = this.model.around(cell, this.#map?.isNear ? where.shown : where.drawn);
    this.#performance.offer(this.#playable(around.node) !== undefined);
    this.#matrices.follow(cell);
    this.#matrices.light(around);
    this.#map?.paint(where, sheet.version, [cell, ...around.operands, ...around.fed]);
    const unsaid = where.secrets.map(({ step, offset }) => step.values[offset]);
    this.#words.fill(cell, unsaid);
    const line = this.#lineOf(cell, around.node);
    this.#arithmetic.write(line);
    this.#arithmetic.steady();
    if (speak) this.#arithmetic.speak(line);
    this.#presenting.written();
  }

  /** The cell shown and its arithmetic, where it has any that is not asked for. */
  #playable(node = this.#shown?.step.values.length ? this.model.sheet.grounded(this.#shown) : undefined) {
    const cell = this.#shown;
    return cell && node && !this.#isSecret(cell, node) ? { cell, node } : undefined;
  }

  /**
   * Play the arithmetic of a cell.
   * @param {Cell} cell
   */
  #play(cell) {
    this.#point(cell, true);
    const found = this.#playable();
    if (found) this.#performance.begin(found.cell, found.node);
  }

  /**
   * One moment of it: its cells are lit, those of moments before are pale.
   * @param {Cell} cell
   * @param {Moment} moment
   * @param {Operand[]} read
   */
  #perform(cell, moment, read) {
    if (moment.isWhole) return this.show(cell, true);
    const now = new Set(moment.cells.map(keyOf));
    const before = read.filter((each) => !now.has(keyOf(each))).map((each) => ({ ...each, pale: true }));
    const lit = moment.cells.map((each) => ({ ...each, pale: false }));
    this.#matrices.dim();
    this.#matrices.follow(cell);
    this.#matrices.light({ cell, node: undefined, operands: [...before, ...lit], fed: [] });
    this.#arithmetic.perform(moment);
    this.#arithmetic.steady();
    this.#presenting.pointed();
    this.#inClass?.tell();
  }

  /**
   * @param {Cell} cell
   * @returns {import("./draw/arithmetic.js").Line}
   */
  #lineOf(cell, node = this.model.sheet.grounded(cell)) {
    return { cell, v: this.model.edits.typed(cell), node, isSecret: this.#isSecret(cell, node) };
  }

  /**
   * Whether a number is not to be seen that stands in the arithmetic of a cell: its own, or one it is made of.
   * @param {Cell} cell
   * @param {import("./model/expression.js").Node | undefined} node
   */
  #isSecret(cell, node) {
    const { where } = this.model;
    if (!where.secrets.length) return false;
    return where.isSecret(cell) || Boolean(node && operandCells(node).some((each) => where.isSecret(each)));
  }

  // --- presenting ---------------------------------------------------------------------------------------------------

  /** @param {HTMLElement} card */
  #presented(card) {
    const { where } = this.model;
    const presenting = new Presenting(
      { root: this.#root, card, stage: this.#matrices.node },
      {
        hears: (event) => this.#hears(event),
        isReady: () => this.model.isLesson && !this.#page?.isShared,
        isPlaying: () => this.#performance.isOn,
        lay: () => this.#layAgain(),
        step: (by) => this.#rail.turn(by),
        moment: (by) => this.#turnMoment(by),
        look: (view) => this.#look(view),
        cover: (covers) => this.#cover(covers),
        asked: () => this.#hide(),
        link: (parts) => this.#talk.presented(parts),
        place: () => ({ ...where.view, moment: this.#performance.moment }),
      },
    );
    this.#endings.push(listen("direct", (scene) => presenting.isOn && presenting.direct(scene)));
    return presenting;
  }

  #layAgain() {
    if (this.#matrices.isMisplaced) this.#relay();
    else {
      this.#matrices.fit();
      this.#reserve();
    }
  }

  /** @param {number} by */
  #turnMoment(by) {
    const found = this.#performance.isOn ? undefined : this.#playable();
    if (found) this.#performance.begin(found.cell, found.node, by - 1);
    else this.#performance.turn(by);
  }

  /**
   * What is not to be seen until it is revealed; what a teacher's link hides stays hidden.
   * @param {ReadonlySet<string>} covers
   */
  #cover(covers) {
    this.#working.classList.toggle("covered", covers.has("arithmetic")); // its room stays
    this.#rail.end(covers.has("next") ? this.model.where.position : undefined);
    this.#foot.hidden = covers.has("next");
    this.#covered = covers.has("number") ? (this.#covered ?? this.#shownCell()) : undefined;
    this.#hide();
    this.show(this.#shownCell(), false);
  }

  /**
   * Whether a key is meant for this stage.
   * @param {Event} event
   */
  #hears(event) {
    return !this.#page?.isShared || event.composedPath().includes(this.#root);
  }

  // --- a class ------------------------------------------------------------------------------------------------------

  /** @param {Page | undefined} page */
  #taught(page) {
    return page?.taught?.(this.model, this.#talk, {
      key: () => this.#key,
      shown: () => this.#shown,
      place: () => this.#place,
      put: (payload) => {
        const data = this.#talk.dressed(payload);
        if (data) this.#show(data);
      },
      compute: (changes) => this.#compute(changes),
      look: (state) => this.#follow(state),
      spot: (cell) => this.#spot(cell),
      veil: (cells) => this.#veil(cells),
      bring: ([cell]) => cell && this.#matrices.bring(cell),
    });
  }

  /** Where the learner is, to the cell that is pointed at and the moment of its arithmetic. */
  get #place() {
    const { where } = this.model;
    const { pointed } = where;
    const spot = pointed ? { step: pointed.step.name, cell: unflat(pointed.step, pointed.offset) } : null;
    const hide = this.#presenting.isOn ? this.#presenting.scene.cover : [];
    return { ...where.view, moment: this.#performance.moment || null, spot, hide };
  }

  /**
   * Go where somebody else is, as far as that is elsewhere.
   * @param {import("./classroom/states.js").State} state
   */
  #follow({ stop, cell, at, moment, hide }) {
    const { where } = this.model;
    const { view } = where;
    if (view.stop !== stop || JSON.stringify(view.at) !== JSON.stringify({ ...view.at, ...at })) {
      where.wish(at);
      this.open(where.positionOf(stop), { tell: false });
    }
    const step = where.result;
    if (JSON.stringify(where.view.cell) !== JSON.stringify(cell)) {
      if (step && cell && where.holds(cell)) this.#hold({ step, offset: flat(step, cell) });
      else this.#unpin();
    }
    this.#standAt(moment);
    if (String(hide) !== this.#hidden) this.#cover(new Set(coversOf(hide)));
    this.#hidden = String(hide);
    this.#talk.looked();
  }

  #hidden = ""; // what the one who is followed covers

  /** @param {number | null} moment of the arithmetic on screen, from 1 */
  #standAt(moment) {
    if ((moment ?? 0) === this.#performance.moment) return;
    this.#performance.end();
    const found = moment ? this.#playable() : undefined;
    if (found && moment) this.#performance.begin(found.cell, found.node, moment - 1);
  }

  /** @param {Cell | undefined} cell that somebody else points at */
  #spot(cell) {
    if (this.#performance.isOn) return;
    this.model.where.point(cell);
    this.show(this.#shownCell(), false);
  }

  /**
   * The numbers that a class is asked for; without any, Predict asks again.
   * @param {readonly Cell[]} cells
   */
  #veil(cells) {
    this.#asked = cells;
    this.#root.classList.toggle("asked", cells.length > 0);
    this.#root.classList.toggle("several", cells.length > 1);
    this.#hide();
    this.show(this.#shownCell(), false);
  }

  // --- hands --------------------------------------------------------------------------------------------------------

  #listen() {
    const ground = this.#matrices.node;
    const { edits, sheet } = this.model;
    const cellAt = cellFinder(sheet);
    /**
     * @param {Cell} cell
     * @param {number} [value]
     * @param {boolean} [goesOn]
     */
    const flip = (cell, value = edits.thrown(cell), goesOn = false) => this.#flip(cell, value, goesOn);
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
      this.#looked();
    };
    listenToKeys(ground, cellAt, { flip, pin, edit, unpin, play: (cell) => this.#play(cell) });
    const clipboard = new Clipboard(ground, cellAt, {
      paste: (cell, text) => this.#paste(cell, text),
      copied: ({ step }, isWhole) =>
        this.#arithmetic.say(isWhole ? say("All of {step} copied", { step: term(step.name) }) : say("Number copied")),
    });
    this.#endings.push(
      () => clipboard.leave(),
      listenToTab(),
      listenToPage({
        hears: (event) => this.#hears(event),
        step: (by) => this.model.isLesson && this.#rail.turn(by),
        turn: (by) => this.model.isLesson && this.#undo.go(by),
      }),
      listen("save", (format) => this.model.isLesson && this.#save(format)),
      listen("set", (wish) => this.model.isLesson && this.#grant(wish)),
    );
    return new Scrub(ground, cellAt, {
      typed: (cell) => edits.typed(cell),
      begin: (cell) => this.model.where.point(cell),
      preview: (change) => this.#compute([change]),
      commit: (change, goesOn) => this.change([change], goesOn),
    });
  }

  /**
   * The stage as a file, with every number: nobody answers on a picture.
   * @param {string} format
   */
  async #save(format) {
    const { where } = this.model;
    const name = `${this.#key}-${where.stop.title}`.replace(/\W+/g, "-");
    this.#concealed(this.#asked);
    this.#map?.approach();
    this.#root.style.zoom = "1"; // a picture is of the same size from every screen
    try {
      await savePicture([this.#matrices.node, this.#arithmetic.node, this.#mapBox], name, format);
    } finally {
      this.#root.style.zoom = "";
      this.#hide();
    }
  }

  /**
   * @param {Cell} cell
   * @param {number} value
   * @param {boolean} goesOn
   */
  #flip(cell, value, goesOn) {
    const changes = this.model.flip(cell, value);
    if (changes.length) this.change(changes, goesOn);
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
        complain: (sentence) => this.object(sentence),
        settle: () => this.object(this.model.edits.problem),
        change: (change) => this.change([change]),
        paint: () => this.#paint(),
      },
      first,
    );
  }

  /**
   * @param {Touched} cell
   * @param {string} text
   */
  #paste(cell, text) {
    const { changes, problem } = pasted(cell, text);
    this.object(problem);
    if (!problem) this.change(changes);
  }

  /**
   * Below the matrices, or where that is out of sight, below the cell that has the focus.
   * @param {string} sentence
   */
  object(sentence) {
    this.#notice.textContent = sentence;
    placeNear(this.#notice, sentence ? this.#matrices.node.querySelector("td:focus, td:focus-within") : null);
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
    this.#performance.end({ isQuiet: true });
    this.#meaning.renew();
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
   * @param {boolean} [goesOn] whether they are undone together with the change before
   */
  change(changes, goesOn) {
    if (!this.#talk.isOpen) this.model.past.changed(changes, goesOn);
    this.#apply(changes, goesOn);
  }

  /**
   * @param {Change[]} changes
   * @param {boolean} [goesOn]
   */
  #apply(changes, goesOn) {
    this.#talk.adopt();
    announce("edited", null);
    const failure = this.model.edit(changes, this.#talk.sequence, goesOn);
    this.#changed();
    if (this.#talk.isOpen) this.#talk.edited(failure !== "");
    else {
      this.object(failure);
      this.#talk.noted(failure !== "");
    }
    if (!failure) this.#page?.edited?.();
    this.#markUndo();
  }

  /**
   * Undo (-1) or redo (1): the page knows what was; where there is none, it is known here.
   * @param {number} by
   */
  turn(by) {
    if (!this.#talk.isOpen) return this.#apply(this.model.past.turn(by));
    this.#talk.adopt();
    announce("edited", null);
    this.model.edits.turn(by, this.#talk.sequence);
    this.#talk.turned();
  }

  /** What was edited here and not answered yet can be undone, whatever the page last said. */
  #markUndo() {
    const { edits, past } = this.model;
    if (!this.#talk.isOpen) this.#undo.mark(past.ends);
    else this.#undo.mark(edits.isWaiting ? [true, edits.hasTurned] : this.#talk.history);
  }
}

/**
 * Stages that were drawn before their component had come, by their lessons, and what is to be done when it has.
 * @type {Map<string, { stage: Stage, come: () => void }>}
 */
const AHEAD = new Map();

/**
 * A lesson before there is a component for it: it can be read and edited, and its component takes it over.
 * @param {WirePayload} data
 * @param {HTMLElement} root
 * @param {string} style
 * @param {Page} page
 * @param {() => void} come is called when it has been taken over
 */
export function stageAhead(data, root, style, page, come) {
  const stage = new Stage(root, style, page);
  stage.update({ data, parentElement: root });
  AHEAD.set(data.key, { stage, come });
}

/**
 * The stage of a lesson that was drawn ahead, in the place of its component.
 * @param {string} key
 * @param {Element} place
 * @returns {Stage | undefined}
 */
function drawnAhead(key, place) {
  const found = AHEAD.get(key);
  if (!found) return undefined;
  AHEAD.delete(key);
  found.stage.move(place);
  found.come();
  return found.stage;
}

/** @type {WeakMap<Node, Stage>} */
const STAGES = new WeakMap();

/**
 * Other numbers for the stage of a component that was mounted.
 * @param {Component<WirePayload>} component
 */
export const renew = (component) => present(STAGES.get(component.parentElement)).become(component);

/**
 * The stage of a component: made once for its element, and told of everything that arrives.
 * @param {Component<WirePayload>} component
 * @param {string} style
 * @param {Page} [page]
 * @returns {() => void} to be called when the element goes
 */
export function mount(component, style, page) {
  const { parentElement, data } = component;
  const root = /** @type {HTMLElement} */ (present(parentElement.querySelector(".atlas")));
  const stage = STAGES.get(parentElement) ?? drawnAhead(data.key, root) ?? new Stage(root, style, page);
  STAGES.set(parentElement, stage);
  stage.update(component);
  return () => {
    stage.leave();
    STAGES.delete(parentElement);
  };
}
