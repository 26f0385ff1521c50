// What the words of a lesson read of the numbers: one number, or the labels at which a step is not 0.

import { flat } from "./positions.js";
import { labelSaid, say } from "./say.js";

/** @import { Spot } from "./positions.js" */
/** @import { Sheet } from "./sheet.js" */
/** @import { Step } from "./steps.js" */

/**
 * The step that words call by this name: one made for them, else one of the lesson.
 * @param {Sheet} sheet
 * @param {string} name
 */
export const told = (sheet, name) => sheet.named(`said/${name}`) ?? sheet.named(name);

/**
 * The number of a step at a place; undefined where the place says nothing of one of its axes.
 * @param {Step | undefined} step
 * @param {Spot} spot
 * @returns {number | undefined}
 */
export function valueAt(step, spot) {
  if (!step) return undefined;
  const position = step.axes.map(([axis]) => spot[axis]);
  return position.every((i, n) => i < step.shape[n]) ? step.values[flat(step, position)] : undefined;
}

/**
 * The labels along an axis at which a step is not 0, as words list them: "a, b and c".
 * @param {Step | undefined} step
 * @param {string} axis
 * @param {Spot} spot
 */
export function labelsWhere(step, axis, spot) {
  const labels = step?.axes.find(([name]) => name === axis)?.[1] ?? [];
  return listed(labels.filter((_, i) => valueAt(step, { ...spot, [axis]: i })).map(labelSaid));
}

/** @param {string[]} labels */
function listed(labels) {
  const last = labels[labels.length - 1] ?? say("none");
  return labels.length > 1 ? say("{listed} and {last}", { listed: labels.slice(0, -1).join(say(", ")), last }) : last;
}
