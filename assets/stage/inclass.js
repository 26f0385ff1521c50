// A stage in a class: it says where it is, shows what a teacher shows without a run of the page, and hides what is asked.

import { isSameSpot, numbersOf } from "./classroom/states.js";
import { lineInline } from "./model/inline.js";
import { placeName, whereabouts } from "./model/names.js";
import { fullText } from "./model/numbers.js";
import { flat, unflat } from "./model/positions.js";
import { isBlocked } from "./model/question.js";
import { labelSaid, say, term } from "./model/say.js";
import { isShares, sumAxis } from "./model/steps.js";
import { decode } from "./talk/arrival.js";
import { announce, listen } from "./talk/between.js";
import { asked, cellsOf, differInCells } from "./talk/linked.js";

/** @import { State } from "./classroom/states.js" */
/** @import { WireSpot } from "./classroom/wire.js" */
/** @import { Model } from "./model/model.js" */
/** @import { Veil } from "./talk/between.js" */
/** @import { Cell, Change, Step } from "./model/steps.js" */
/** @import { Talk } from "./talk/talk.js" */
/** @import { WirePayload } from "./wire.js" */

const FEWEST = 2; // of labels to choose from
const MOST = 32;
/** @param {number} value */
const rounded = (value) => Number(value.toPrecision(4));
const SETTLED = 300; // ms after which the question has taken its place on the page

/**
 * What the stage does when it is asked to. payload: numbers of other steps, options or names; compute: only other numbers.
 * @typedef {object} Actions
 * @property {() => string} key
 * @property {() => Pick<State, "stop" | "cell" | "at" | "moment" | "spot" | "hide">} place
 * @property {() => Cell | undefined} shown
 * @property {(payload: WirePayload) => void} put
 * @property {(changes: Change[]) => void} compute
 * @property {(state: State) => void} look
 * @property {(cell: Cell | undefined) => void} spot
 * @property {(cells: readonly Cell[]) => void} veil
 * @property {(cells: readonly Cell[]) => void} bring scrolls to the first of them, where it is out of sight
 */

/**
 * A cell that a class may be asked about. rows: choices along an axis, and which has the largest number.
 * @typedef {object} Asked
 * @property {WireSpot} about
 * @property {string} name "weights, query I, key you"
 * @property {number} value
 * @property {string} working
 * @property {{ axis: string, isShare: boolean, of: string, choices: string[], right: number, working: string } | undefined} row
 */

/** @typedef {(model: Model, talk: Talk, actions: Actions) => InClass} Taught */

/** @type {Taught} */
export const taught = (model, talk, actions) => new InClass(model, talk, actions);

export class InClass {
  #model;
  #talk;
  #actions;
  #turn = 0;
  /** @type {Veil | null} */
  #veiled = null;
  #ends;

  /**
   * @param {Model} model
   * @param {Talk} talk
   * @param {Actions} actions
   */
  constructor(model, talk, actions) {
    this.#model = model;
    this.#talk = talk;
    this.#actions = actions;
    const ends = [
      listen("locate", () => this.tell()),
      listen("scene", () => this.tell()),
      listen("lead", ({ state, done }) => void this.#follow(state).then(done)),
      listen("own", () => this.#isReady && talk.adopt()),
      listen("veil", (veil) => this.#veil(veil)),
      listen("ask", (wish) => {
        if (this.#isReady) wish.found = this.#asked();
      }),
    ];
    this.#ends = () => {
      for (const end of ends) end();
    };
  }

  leave() {
    this.#ends();
  }

  get #isReady() {
    return this.#model.isLesson && this.#actions.key() !== "";
  }

  /** The stage is somewhere else, or points at another cell. */
  tell() {
    const { query } = this.#talk;
    if (!this.#isReady || query === undefined) return;
    announce("place", { lesson: this.#actions.key(), query, ...this.#actions.place() });
  }

  // --- what a teacher shows

  /**
   * @param {State} state
   * @returns {Promise<boolean>} whether it is shown
   */
  async #follow(state) {
    const turn = ++this.#turn;
    if (!this.#isReady || state.lesson !== this.#actions.key()) return false;
    const { query } = this.#talk;
    if (query === undefined || numbersOf(query) !== numbersOf(state.query)) {
      if (!(await this.#number(state, () => turn === this.#turn))) return false;
    }
    if (turn !== this.#turn) return true; // something newer is to be shown
    this.#actions.look(state);
    this.#actions.spot(this.#cellOf(state.spot));
    this.#hide();
    return true;
  }

  /**
   * Other numbers: where only cells differ they are computed here.
   * @param {State} state
   * @param {() => boolean} isWanted
   */
  async #number({ lesson, query }, isWanted) {
    const changes = await this.#changesTo(query);
    if (!isWanted()) return true;
    if (changes) {
      this.#actions.compute(changes);
      this.#talk.borrow(query);
      return true;
    }
    const payload = /** @type {WirePayload | null | undefined} */ (await asked("stage", lesson, numbersOf(query)));
    if (!isWanted()) return true;
    if (payload) {
      this.#actions.put(payload);
      this.#talk.borrow(query);
    } else if (payload === null) this.#talk.takeOver(query);
    return payload !== undefined;
  }

  /**
   * @param {string} query
   * @returns {Promise<Change[] | undefined>}
   */
  async #changesTo(query) {
    const [shown, tables] = [this.#talk.query, this.#talk.tables];
    if (shown === undefined || !tables || !differInCells(numbersOf(shown), numbersOf(query))) return undefined;
    const cells = await cellsOf(query);
    const before = await cellsOf(shown);
    if (!cells || !before) return undefined;
    return Object.entries(tables).flatMap(([name, text]) => {
      const step = this.#model.sheet.named(name);
      if (!step) return [];
      const wanted = decode(text);
      for (const [offset, value] of cells[name] ?? []) wanted[offset] = value;
      return [...wanted].flatMap((value, offset) => (value === step.values[offset] ? [] : [{ step, offset, value }]));
    });
  }

  // --- cells by their names

  /**
   * @param {WireSpot | null} spot
   * @returns {Cell | undefined}
   */
  #cellOf(spot) {
    const step = spot ? this.#model.sheet.named(spot.step) : undefined;
    const { cell = [] } = spot ?? {};
    const holds = step && cell.length === step.shape.length && cell.every((i, n) => i < step.shape[n]);
    return holds ? { step, offset: flat(step, cell) } : undefined;
  }

  /** @param {Veil | null} veil */
  #veil(veil) {
    if (isSameSpot(veil, this.#veiled)) return;
    this.#veiled = veil;
    this.#actions.veil(this.#veiledCells);
    if (veil) setTimeout(() => this.#actions.bring(this.#veiledCells), SETTLED);
  }

  /** A step was opened, or other numbers came: what is asked of the class stays hidden. */
  #hide() {
    if (this.#veiled) this.#actions.veil(this.#veiledCells);
  }

  /** The cell that is asked for; where the largest of its row is, all of the row. */
  get #veiledCells() {
    const cell = this.#cellOf(this.#veiled);
    if (!cell) return [];
    return this.#veiled?.isRow ? cellsAlong(cell, askedAxis(cell.step)) : [cell];
  }

  /** Something else is on screen. */
  moved() {
    this.#hide();
    this.tell();
  }

  // --- what may be asked of the cell on screen

  /** @returns {Asked | undefined} */
  #asked() {
    const cell = this.#actions.shown();
    const value = cell?.step.values[cell.offset];
    const node = cell && this.#model.sheet.grounded(cell);
    if (!cell || !node || value === undefined || isBlocked(this.#model.sheet, cell)) return undefined;
    const { step, offset } = cell;
    const name = term(step.name).replaceAll("/", ", ");
    return {
      about: { step: step.name, cell: unflat(step, offset) },
      name: step.axes.length ? say("{name} at {whereabouts}", { name, whereabouts: whereabouts(step, offset) }) : name,
      value,
      working: lineInline(node, value),
      row: rowOf(cell, name),
    };
  }
}

/**
 * The axis along which the largest number is asked for: that of shares, else the last one.
 * @param {Step} step
 */
const askedAxis = (step) => (isShares(step) ? sumAxis(step) : step.axes.length - 1);

/**
 * The cells along an axis through a cell.
 * @param {Cell} cell
 * @param {number} n of the axis
 * @returns {Cell[]}
 */
function cellsAlong({ step, offset }, n) {
  const position = unflat(step, offset);
  return Array.from({ length: step.shape[n] ?? 0 }, (_, i) => ({ step, offset: flat(step, position.with(n, i)) }));
}

/**
 * The cells along an axis through a cell, as choices. None where two have the largest number.
 * @param {Cell} cell
 * @param {string} name
 */
function rowOf(cell, name) {
  const { step, offset } = cell;
  const n = askedAxis(step);
  const [axis, labels] = step.axes[n] ?? ["", []];
  if (labels.length < FEWEST || labels.length > MOST) return undefined;
  const position = unflat(step, offset);
  const values = cellsAlong(cell, n).map((each) => step.values[each.offset]);
  const most = Math.max(...values);
  if (values.filter((v) => v === most).length > 1) return undefined;
  const others = position.flatMap((i, k) => (k === n ? [] : [placeName(step.axes[k], i)]));
  const of = others.length ? say("{name} at {listed}", { name, listed: others.join(say(", ")) }) : name;
  const working = labels.map((label, i) => `${labelSaid(label)}: ${fullText(rounded(values[i]))}`).join("; ");
  return { axis, isShare: isShares(step), of, choices: labels, right: values.indexOf(most), working };
}
