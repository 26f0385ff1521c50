// Names of steps and places: a step's name may be a path, "decoder 2/scores", which tells a series and a time.

import { unflat } from "./positions.js";
import { labelSaid, say, term } from "./say.js";

/** @import { WireAxis } from "../wire.js" */
/** @import { Shaped } from "./positions.js" */

/**
 * The part after the last stroke says what.
 * @param {string} name
 */
export const topicOf = (name) => name.slice(name.lastIndexOf("/") + 1);

/**
 * The part before the last stroke says where; "" where there is none.
 * @param {string} name
 */
export const groupOf = (name) => name.slice(0, Math.max(0, name.lastIndexOf("/")));

/**
 * ["decoder", "2"] of "decoder 2/scores"; undefined where a name tells no time.
 * @param {string} name
 * @returns {[series: string, time: string] | undefined}
 */
export function momentOf(name) {
  const found = groupOf(name).match(/^(.*\S)\s+(\d+)$/);
  return found ? [found[1], found[2]] : undefined;
}

/**
 * With a capital, unless it is a symbol: "b_1" is not "B_1".
 * @param {string} text
 */
export const capital = (text) => (/^.(_|$)/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));

/**
 * Whether a label says by itself along which axis it stands.
 * @param {string} axis
 * @param {string} label
 */
export const tellsAxis = (axis, label) => label.toLowerCase().startsWith(axis.toLowerCase());

/**
 * "channel Sky", but not "sentence Sentence 1".
 * @param {WireAxis} axis
 * @param {number} i
 */
export const placeName = ([axis, labels], i) =>
  tellsAxis(axis, labels[i]) ? labelSaid(labels[i]) : `${term(axis)} ${labelSaid(labels[i])}`;

/**
 * "query Input 2, key Input 1": where a cell is, in words.
 * @param {Shaped} step
 * @param {number} offset
 */
export const whereabouts = (step, offset) =>
  unflat(step, offset)
    .map((i, n) => placeName(step.axes[n], i))
    .join(say(", "));

/**
 * "X, row 2, column 1": a cell as complaints name it.
 * @param {Shaped & { name: string }} step
 * @param {number} offset
 */
export function fieldName(step, offset) {
  const position = unflat(step, offset).map((i) => i + 1);
  const [row, column] = position.length > 1 ? position.slice(-2) : [1, position[0] ?? 1];
  return say("{step}, row {row}, column {column}", { step: term(step.name), row, column });
}
