// All steps with their values: what arrives is put in, a change is computed through, and a failed one leaves results alone.

import { ground, operandIds } from "./expression.js";
import { feeds, followers, recompute } from "./follow.js";
import { spotOf, unflat } from "./positions.js";
import { labelSaid, say, term } from "./say.js";
import { NOTHING_TO_ATTEND_TO, TOO_LARGE } from "./sentences.js";
import { keyOf, sizeOfShape, stepOf } from "./steps.js";

/** @import { WireStep } from "../wire.js" */
/** @import { Node } from "./expression.js" */
/** @import { Cell, Change, Step } from "./steps.js" */

/** @param {number} v */
const isBeyond = (v) => Number.isNaN(v) || v === Infinity;

export class Sheet {
  /** @type {Step[]} */
  #steps = [];
  /** @type {Map<number, Map<string, number[]>>} */
  #feeding = new Map();
  #version = 0;

  /**
   * Other steps than before.
   * @param {WireStep[]} described
   * @param {boolean} open whether inputs may be edited at all
   */
  lay(described, open) {
    this.#steps = described.map((step, id) => stepOf(step, id, open));
    this.#feeding = new Map();
  }

  /**
   * @param {Float64Array} values of all steps, in their order
   */
  take(values) {
    let start = 0;
    for (const step of this.#steps) {
      const size = sizeOfShape(step.shape);
      step.values = values.slice(start, start + size);
      start += size;
    }
    this.#changed();
  }

  /** Another one whenever any value may be another. */
  get version() {
    return this.#version;
  }

  get steps() {
    return this.#steps;
  }

  /** @param {string} name */
  named(name) {
    return this.#steps.find((step) => step.name === name);
  }

  /**
   * The named steps a step is computed from.
   * @param {Step} step
   */
  operandsOf(step) {
    return operandIds(step.expression).map((id) => this.#steps[id]);
  }

  /**
   * The arithmetic of a cell; undefined for an input's.
   * @param {Cell} cell
   * @returns {Node | undefined}
   */
  grounded({ step, offset }) {
    return step.expression ? ground(step.expression, spotOf(step, offset), this.#steps) : undefined;
  }

  /**
   * The cells among `readers` that a cell feeds.
   * @param {Cell} cell
   * @param {Step[]} readers
   * @returns {Cell[]}
   */
  fedBy(cell, readers) {
    const key = keyOf(cell);
    return readers
      .filter((reader) => reader.expression && operandIds(reader.expression).includes(cell.step.id))
      .flatMap((reader) => (this.#feedsOf(reader).get(key) ?? []).map((offset) => ({ step: reader, offset })));
  }

  /** @param {Step} reader */
  #feedsOf(reader) {
    const known = this.#feeding.get(reader.id) ?? feeds(reader, this.#steps);
    this.#feeding.set(reader.id, known);
    return known;
  }

  /**
   * Whether any step is computed from this one.
   * @param {Step} step
   */
  hasFollowers(step) {
    return followers(this.#steps, [step]).length > 0;
  }

  /**
   * Put numbers into inputs and compute what follows from them; where that fails the last result stays.
   * @param {Change[]} changes
   * @returns {string} why it failed, or ""
   */
  change(changes) {
    const changed = changes.map(({ step }) => step);
    const behind = followers(this.#steps, changed);
    const before = behind.map((step) => step.values.slice());
    for (const { step, offset, value } of changes) step.values[offset] = value;
    recompute(this.#steps, behind);
    const failure = this.#failure();
    if (failure)
      behind.forEach((step, n) => {
        step.values = before[n];
      });
    this.#changed();
    return failure;
  }

  #changed() {
    this.#feeding = new Map();
    this.#version += 1;
  }

  /** Without a page to refuse numbers that do not compute, they are refused here. */
  #failure() {
    const lost = this.#steps.find((step) => step.values.some(isBeyond));
    if (!lost) return "";
    const blind = this.#blind();
    return blind
      ? say("{place}: {message}.", { place: blind, message: NOTHING_TO_ATTEND_TO() })
      : say("{step} {message}.", { step: term(lost.name), message: TOO_LARGE() });
  }

  /** The first row that is hidden from end to end. */
  #blind() {
    for (const step of this.#steps) {
      const width = step.shape[step.shape.length - 1] ?? 1;
      for (let start = 0; step.expression && start < step.values.length; start += width)
        if (step.values.subarray(start, start + width).every((v) => v === -Infinity)) return rowName(step, start);
    }
    return "";
  }
}

/**
 * @param {Step} step
 * @param {number} offset
 */
function rowName(step, offset) {
  const n = step.axes.length - 2;
  const [axis, labels] = step.axes[n] ?? ["", [""]];
  return `${term(step.name)}, ${term(axis)} ${labelSaid(labels[unflat(step, offset)[n] ?? 0])}`;
}
