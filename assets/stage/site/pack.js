// A lesson of the static site as its file has it: which settings there are, and each of them made whole and computed.

import { recompute } from "../model/follow.js";
import { topicOf } from "../model/names.js";
import { sizeOfShape, stepOf } from "../model/steps.js";
import { decode } from "../talk/arrival.js";

/** @import { Tree } from "./checks.js" */
/** @import { WireExpression, WireStep, WireStop } from "../wire.js" */

/** @typedef {boolean | number | string} OptionValue "inf" stands for infinity */
/** @typedef {Record<string, OptionValue>} Options */
/** @typedef {[form: number, labels: number, given: number[]]} Filled */
/** @typedef {{ steps: number[], inputs: number[], stops: number[], output: number }} Form */

/** @typedef {Omit<WireStep, "axes" | "meaning"> & { axes: string[] }} BareStep without labels and meaning */

/**
 * What tools/site/pack.py writes.
 * @typedef {object} PackFile
 * @property {string} key
 * @property {string[]} presets
 * @property {Record<string, OptionValue[]>} options the values that are offered
 * @property {Record<string, string>} own of every preset, the setting that it opens with
 * @property {Record<string, string>} opens of every preset, the stop that it opens at
 * @property {string[]} large presets with more numbers than the stage prints
 * @property {BareStep[]} steps operands are named by name
 * @property {string[][]} names lists of labels
 * @property {number[][][]} labels of a form: for every step, for every axis, a list of labels
 * @property {string[]} numbers
 * @property {Form[]} forms
 * @property {Record<string, Record<string, number>>} starts of every preset, the numbers of its inputs
 * @property {Record<string, Record<string, Filled | null>>} settings null where it does not compute
 * @property {(Tree | null)[]} checks of every challenge its goal; null where the app alone can tell
 */

/**
 * What the words of a language say of the steps: what inputs mean, the prose of every stop as HTML, and of a preset's
 * settings why they do not compute.
 * @typedef {object} StageWords
 * @property {Record<string, string>} meanings
 * @property {Record<string, string>} sections
 * @property {Record<string, Record<string, string>>} refused
 */

/** @typedef {{ steps: WireStep[], stops: WireStop[], given: Float64Array[], output: string }} Setting output: a name */

/**
 * @param {unknown} tree
 * @param {Map<string, number>} places
 * @returns {unknown}
 */
function byPlace(tree, places) {
  if (!Array.isArray(tree)) return tree;
  if (tree[0] === "cell") return ["cell", places.get(tree[1]), ...tree.slice(2)];
  return tree.map((each) => byPlace(each, places));
}

export class Pack {
  #file;

  /** @param {PackFile} file */
  constructor(file) {
    this.#file = file;
  }

  get key() {
    return this.#file.key;
  }

  get presets() {
    return this.#file.presets;
  }

  /** @param {string} preset */
  isLarge(preset) {
    return this.#file.large.includes(preset);
  }

  /** @param {string} preset */
  opensAt(preset) {
    return this.#file.opens[preset];
  }

  /** The values of every option that are offered, by its name. */
  get options() {
    return this.#file.options;
  }

  /** The goals of the challenges, see `checks.js`. */
  get checks() {
    return this.#file.checks;
  }

  /**
   * The options that a preset opens with.
   * @param {string} preset
   * @returns {Options}
   */
  own(preset) {
    const places = this.#file.own[preset].split(".").filter(Boolean).map(Number);
    return Object.fromEntries(Object.entries(this.#file.options).map(([name, values], n) => [name, values[places[n]]]));
  }

  /**
   * @param {string} preset
   * @param {Options} options
   * @returns {Filled | null | undefined} null: it does not compute; undefined: it is not in this file
   */
  find(preset, options) {
    return this.#file.settings[preset][this.keyOf(options)];
  }

  /**
   * The key of a setting.
   * @param {Options} options
   */
  keyOf(options) {
    const places = Object.entries(this.#file.options).map(([name, values]) => values.indexOf(options[name]));
    return places.join(".");
  }

  /**
   * @param {string} preset
   * @returns {Record<string, string>} the numbers of its inputs, as the stage gets all numbers
   */
  start(preset) {
    const { starts, numbers } = this.#file;
    return Object.fromEntries(Object.entries(starts[preset]).map(([name, place]) => [name, numbers[place]]));
  }

  /**
   * Steps, stops and given numbers of a setting.
   * @param {Filled} filled
   * @param {StageWords} words
   * @returns {Setting}
   */
  made([formPlace, labelsPlace, given], words) {
    const { forms, labels, steps, names, numbers } = this.#file;
    const form = forms[formPlace];
    const bare = form.steps.map((place) => steps[place]);
    const places = new Map(bare.map(({ name }, n) => [name, n]));
    const whole = bare.map((step, n) => ({
      ...step,
      axes: step.axes.map((axis, m) => /** @type {[string, string[]]} */ ([axis, names[labels[labelsPlace][n][m]]])),
      meaning: words.meanings[step.name] ?? "",
      expression: /** @type {WireExpression | null} */ (byPlace(step.expression, places)),
    }));
    const tables = given.map((place) => decode(numbers[place]));
    return { steps: whole, stops: stopsOf(form, whole, words), given: tables, output: whole[form.output].name };
  }
}

/**
 * @param {Form} form
 * @param {WireStep[]} steps
 * @param {StageWords} words
 * @returns {WireStop[]}
 */
function stopsOf({ inputs, stops }, steps, { sections }) {
  const made = stops.map((result) => {
    const title = steps[result].name;
    return { title, steps: [], result, words: sections[topicOf(title)] ?? "" };
  });
  return [{ title: "Inputs", steps: inputs, result: null, words: sections.Inputs ?? "" }, ...made];
}

/**
 * All numbers of a setting, computed from those that are given.
 * @param {Pick<Setting, "steps" | "given">} setting
 * @param {ReadonlyMap<string, Float64Array>} [changed] numbers of inputs in place of the preset's, where they fit
 * @returns {Float64Array} of all steps, in their order
 */
export function computed({ steps: described, given }, changed = new Map()) {
  const steps = described.map((step, id) => stepOf(step, id, true));
  const numbers = given.values();
  for (const step of steps) step.values = step.expression ? new Float64Array(sizeOfShape(step.shape)) : next(numbers);
  for (const step of steps) {
    const own = step.expression ? undefined : changed.get(step.name);
    if (own?.length === step.values.length) step.values = own.slice();
  }
  recompute(steps, steps);
  return joined(steps.map(({ values }) => values));
}

/** @param {Iterator<Float64Array>} numbers */
function next(numbers) {
  const { value } = numbers.next();
  return value ? value.slice() : new Float64Array();
}

/** @param {Float64Array[]} parts */
function joined(parts) {
  const all = new Float64Array(parts.reduce((size, part) => size + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
