// Where the learner is: the stop, the slices chosen there, the cell pinned, the one pointed at and those kept secret.

import { flat, unflat } from "./positions.js";
import { chosenAxes } from "./steps.js";

/** @import { WireAxis, WireStop, WireView } from "../wire.js" */
/** @import { Sheet } from "./sheet.js" */
/** @import { Cell, Step } from "./steps.js" */
/** @import { Spot } from "./positions.js" */

/** @typedef {{ position: number, stop: WireStop }} Stay */

export class Whereabouts {
  #sheet;
  /** @type {WireStop[]} */
  #stops = [];
  /** @type {Step[]} */
  #shown = [];
  #position = -1;
  /** @type {Spot} */
  #at = {};
  /** @type {Cell | undefined} */
  #pinned;
  /** @type {Cell | undefined} */
  #pointed;
  /** @type {readonly Cell[]} */
  #secrets = [];

  /** @param {Sheet} sheet */
  constructor(sheet) {
    this.#sheet = sheet;
  }

  /** @param {WireStop[]} stops */
  lay(stops) {
    this.#stops = stops.map((stop) => ({ ...stop }));
    const ids = new Set(stops.flatMap(({ steps, result }) => (result === null ? steps : [...steps, result])));
    this.#shown = [...ids].sort((a, b) => a - b).map((id) => this.#sheet.steps[id]);
    this.#position = -1;
    this.#secrets = [];
  }

  /**
   * The prose of the stops may change while the steps stay.
   * @param {WireStop[]} stops
   */
  reword(stops) {
    stops.forEach(({ words }, n) => {
      this.#stops[n].words = words;
    });
  }

  // --- what is there

  get stops() {
    return this.#stops;
  }

  get position() {
    return this.#position;
  }

  get stop() {
    return this.#stops[this.#position];
  }

  /** Steps of any stop, in the order of computation. */
  get shown() {
    return this.#shown;
  }

  /** The step computed at this stop. */
  get result() {
    const id = this.stop?.result ?? null;
    return id === null ? undefined : this.#sheet.steps[id];
  }

  get drawn() {
    return this.drawnAt(this.stop);
  }

  /**
   * Steps drawn at a stop: the named operands of its result, then the result; or just a list.
   * @param {WireStop} stop
   */
  drawnAt({ result, steps }) {
    const made = result === null ? undefined : this.#sheet.steps[result];
    return made ? [...this.#sheet.operandsOf(made), made] : steps.map((id) => this.#sheet.steps[id]);
  }

  /** @returns {Readonly<Spot>} */
  get at() {
    return this.#at;
  }

  get pinned() {
    return this.#pinned;
  }

  get pointed() {
    return this.#pointed;
  }

  /** Cells whose numbers are not shown: another list after each change. */
  get secrets() {
    return this.#secrets;
  }

  /** @param {Cell | undefined} cell */
  isSecret(cell) {
    return cell !== undefined && this.#secrets.some((secret) => sameCell(cell, secret));
  }

  /** @param {Cell} cell */
  isPinned(cell) {
    return sameCell(cell, this.#pinned);
  }

  /** What belongs to a link: the stop, the pinned cell where it is the result's, the slices. */
  get view() {
    const { result } = this;
    const pinned = this.#pinned && this.#pinned.step === result ? this.#pinned : undefined;
    return /** @type {WireView} */ ({
      stop: this.stop.title,
      cell: pinned ? unflat(pinned.step, pinned.offset) : null,
      at: this.#at,
    });
  }

  /** @param {string} title */
  positionOf(title) {
    return Math.max(
      0,
      this.#stops.findIndex((stop) => stop.title === title),
    );
  }

  /**
   * The stop at which a step is computed, else the first.
   * @param {Step} step
   */
  stopOf(step) {
    return Math.max(
      0,
      this.#stops.findIndex((stop) => stop.result === step.id),
    );
  }

  /**
   * Whether the step on screen has a cell at this position.
   * @param {number[]} position
   */
  holds(position) {
    const shape = this.result?.shape;
    return shape !== undefined && position.length === shape.length && position.every((i, n) => i < shape[n]);
  }

  // --- going about

  /**
   * Go to a stop; slices stay where they can. keepPin: the cell at the same position of the new result is pinned, where one
   * of the old result was.
   * @param {number} position
   * @param {boolean} keepPin
   */
  open(position, keepPin) {
    const pinned = keepPin && this.#pinned?.step === this.result && this.#pinned;
    const kept = pinned && unflat(pinned.step, pinned.offset);
    this.#position = Math.max(0, Math.min(this.#stops.length - 1, position));
    this.#pointed = undefined;
    this.#secrets = [];
    const { result } = this;
    this.#at = Object.fromEntries(
      this.leading.map(([name, labels]) => [name, Math.min(this.#at[name] ?? 0, labels.length - 1)]),
    );
    this.#pinned = kept && result && this.holds(kept) ? { step: result, offset: flat(result, kept) } : undefined;
  }

  /**
   * Slices wished for at the next stop that is opened.
   * @param {Spot} at
   */
  wish(at) {
    this.#at = { ...this.#at, ...at };
  }

  /**
   * Another slice of the same step.
   * @param {string} axis
   * @param {number} i
   */
  choose(axis, i) {
    this.#at = { ...this.#at, [axis]: i };
    this.#pinned = undefined;
    this.#pointed = undefined;
  }

  /** @param {Cell | undefined} cell */
  point(cell) {
    this.#pointed = cell && { step: cell.step, offset: cell.offset };
  }

  /** @param {Cell | undefined} cell */
  pin(cell) {
    this.#pinned = cell && { step: cell.step, offset: cell.offset };
  }

  /** @param {readonly Cell[]} cells */
  conceal(cells) {
    this.#secrets = cells.map(({ step, offset }) => ({ step, offset }));
  }

  // --- slices

  /** The step whose leading axes have selectors: the result; of steps in lines the last one, which the others are beside. */
  get #guide() {
    const { breaks, steps } = this.stop ?? {};
    return this.result ?? (breaks && steps ? this.#sheet.steps[steps[steps.length - 1]] : undefined);
  }

  /** The axes that have selectors. */
  get leading() {
    const guide = this.#guide;
    return /** @type {WireAxis[]} */ (guide ? chosenAxes(guide) : []);
  }

  /**
   * Leading axes that the result has too follow it: its selector, or the cell pointed at. Others are drawn in full, as are
   * those of another size: two heads of keys that four heads of queries share.
   * @param {Step} step
   * @param {Cell} [cell]
   * @returns {Spot}
   */
  visibleAt(step, cell) {
    const guide = this.#guide;
    if (!guide) return {};
    const position = unflat(guide, cell?.step === guide ? cell.offset : this.#firstOffset(guide));
    const place = new Map(guide.axes.map(([name, { length }], n) => [`${name} ${length}`, position[n]]));
    const chosen = chosenAxes(step).flatMap(([name, { length }]) => {
      const own = place.get(`${name} ${length}`);
      return own === undefined ? [] : [/** @type {[string, number]} */ ([name, this.#at[name] ?? own])];
    });
    return Object.fromEntries(chosen);
  }

  /** @param {Step} guide */
  #firstOffset(guide) {
    const leading = guide.axes.length - 2;
    return flat(
      guide,
      guide.axes.map(([name], n) => (n < leading ? (this.#at[name] ?? 0) : 0)),
    );
  }

  /**
   * Whether every leading axis of a step is one the selectors show.
   * @param {Step} step
   */
  isSelected(step) {
    const chosen = this.leading.map(([name, { length }]) => `${name} ${length}`);
    return step.axes.slice(0, -2).every(([name, { length }]) => chosen.includes(`${name} ${length}`));
  }
}

/**
 * @param {Cell} cell
 * @param {Cell | undefined} other
 */
const sameCell = (cell, other) => cell.step === other?.step && cell.offset === other.offset;
