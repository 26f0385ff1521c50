// Questions about what a step's numbers mean: where the most of a row goes, and what a nudge of one number does to another.

import { operandCells, value } from "./expression.js";
import { placeName } from "./names.js";
import { cellText, fullText } from "./numbers.js";
import { flat, unflat } from "./positions.js";
import { isBlocked, offsetAt, openTurn } from "./question.js";
import { saidParts, say, term, toSay } from "./say.js";
import { isShares, sumAxis } from "./steps.js";

/** @import { Sheet } from "./sheet.js" */
/** @import { Cell, Step } from "./steps.js" */

/**
 * A word of a question: plain text, the name of a step, or a label of an axis.
 * @typedef {string | { name: string } | { axis: string, label: string }} Word
 */

/**
 * judge: whether a choice is right with the numbers as they are now, and why; cell: what the answer is read from.
 * @typedef {{ words: Word[], choices: Word[], judge: (choice: number) => Judgement }} Question
 * @typedef {{ isRight: boolean, because: string, cell: Cell }} Judgement
 */

const MOST_CHOICES = 12;
const NUDGE = 0.01; // of 1, or of the number's size where that is more
const NOISE = 1e-11; // what rounding may move

/** @param {Step} step */
const nameOf = (step) => ({ name: term(step.name).replaceAll("/", ", ") });

/**
 * Where a cell is, each label in the colour of its axis; without: an axis that is asked for.
 * @param {Cell} cell
 * @returns {Word[]}
 */
function placeOf({ step, offset }, without = -1) {
  const places = unflat(step, offset)
    .map((i, n) => ({ n, label: placeName(step.axes[n], i), axis: step.axes[n][0] }))
    .filter(({ n }) => n !== without);
  return places.flatMap(({ axis, label }, k) => [k ? ", " : "", { axis, label }]);
}

// --- where the most of a row goes ------------------------------------------------------------------------------------

/**
 * The cells along one axis through a cell.
 * @param {Cell} cell
 * @param {number} n number of the axis
 * @returns {Cell[]}
 */
function rowThrough({ step, offset }, n) {
  const position = unflat(step, offset);
  return step.axes[n][1].map((_, i) => ({ step, offset: flat(step, position.with(n, i)) }));
}

/**
 * Which one along an axis has the largest number; any of equal ones is right.
 * @param {Sheet} sheet
 * @param {Step} step
 * @param {number} turn
 * @returns {Question | undefined}
 */
function largestOf(sheet, step, turn) {
  const shares = isShares(step);
  const n = shares ? sumAxis(step) : step.axes.length - 1;
  const labels = step.axes[n]?.[1] ?? [];
  if (labels.length < 2 || labels.length > MOST_CHOICES) return undefined;
  const cell = { step, offset: offsetAt(step.values.length, openTurn(sheet, step, turn)) };
  const row = rowThrough(cell, n);
  const values = () => row.map(({ offset }) => step.values[offset]);
  if (new Set(values()).size < 2) return undefined;
  const [axis] = step.axes[n];
  const place = placeOf(cell, n);
  return {
    words: asked(shares, place.length > 0, { axis: { axis, label: axis }, name: nameOf(step), place }),
    choices: labels.map((label) => ({ axis, label })),
    judge: (choice) => {
      const found = values();
      const most = Math.max(...found);
      const best = found.indexOf(most);
      return {
        isRight: found[choice] === most,
        because: `${placeName(step.axes[n], best)}: ${cellText(most)}.`,
        cell: row[best],
      };
    },
  };
}

/**
 * @param {boolean} shares
 * @param {boolean} isPlaced
 * @param {Record<string, Word | Word[]>} parts
 * @returns {Word[]}
 */
function asked(shares, isPlaced, parts) {
  if (shares)
    return isPlaced
      ? saidParts("Which {axis} gets the most of {name} at {place}?", parts)
      : saidParts("Which {axis} gets the most of {name}?", parts);
  return isPlaced
    ? saidParts("Which {axis} has the largest number of {name} at {place}?", parts)
    : saidParts("Which {axis} has the largest number of {name}?", parts);
}

/**
 * @param {Word} name
 * @param {Word[]} place
 * @returns {Word[]}
 */
const located = (name, place) => (place.length ? saidParts("{name} at {place}", { name, place }) : [name]);

// --- what a nudge does -----------------------------------------------------------------------------------------------

const EFFECTS = [toSay("It rises"), toSay("It falls"), toSay("It stays as it is")];

/**
 * The number of a cell now, and with one operand a little larger.
 * @param {Sheet} sheet
 * @param {Cell} cell
 * @param {Cell} operand
 */
function nudged(sheet, cell, { step, offset }) {
  const worked = () => value(/** @type {import("./expression.js").Node} */ (sheet.grounded(cell)));
  const before = step.values[offset];
  const by = NUDGE * Math.max(1, Math.abs(before));
  const from = worked();
  step.values[offset] = before + by;
  const to = worked();
  step.values[offset] = before;
  return { by, from, to };
}

/** @param {{ from: number, to: number }} numbers @returns {number} which of EFFECTS */
function effectOf({ from, to }) {
  if (Math.abs(to - from) <= NOISE * Math.max(1, Math.abs(from)) || Number.isNaN(to - from)) return 2;
  return to > from ? 0 : 1;
}

/** @param {number} v to so many digits that a nudge shows */
const shown = (v) => fullText(Number(v.toPrecision(6)));

/**
 * The operands of a cell that are numbers to be nudged; those at another place than the cell come first, for what happens
 * there is no matter of course.
 * @param {Sheet} sheet
 * @param {Cell} cell
 */
function nudgeable(sheet, cell) {
  const node = sheet.grounded(cell);
  const found = node ? operandCells(node) : [];
  const usable = found.filter(({ step, offset }) => !step.switch && Number.isFinite(step.values[offset]));
  const here = String(unflat(cell.step, cell.offset));
  const elsewhere = usable.filter(({ step, offset }) => String(unflat(step, offset)) !== here);
  return elsewhere.length ? elsewhere : usable;
}

/**
 * What happens to a number of the step when one it is made of grows.
 * @param {Sheet} sheet
 * @param {Step} step
 * @param {number} turn
 * @returns {Question | undefined}
 */
function nudgeOf(sheet, step, turn) {
  const cell = { step, offset: offsetAt(step.values.length, openTurn(sheet, step, turn)) };
  const operands = nudgeable(sheet, cell);
  if (!operands.length || isBlocked(sheet, cell)) return undefined;
  const operand = operands[(turn * 3 + 1) % operands.length];
  const [at, there] = [placeOf(operand), placeOf(cell)];
  return {
    words: saidParts("Suppose {cause} grows a little. What happens to {effect}?", {
      cause: located(nameOf(operand.step), at),
      effect: located(nameOf(step), there),
    }),
    choices: EFFECTS.map((effect) => say(effect)),
    judge: (choice) => {
      const found = nudged(sheet, cell, operand);
      const effect = effectOf(found);
      const because =
        effect === 2
          ? say("Raised by {by}, it leaves {from} as it is.", { by: shown(found.by), from: shown(found.from) })
          : say("Raised by {by}, it takes {from} to {to}.", {
              by: shown(found.by),
              from: shown(found.from),
              to: shown(found.to),
            });
      return { isRight: choice === effect, because, cell };
    },
  };
}

/**
 * The question of a turn: both kinds take turns, where both can be asked.
 * @param {Sheet} sheet
 * @param {Step} step
 * @param {number} turn
 * @returns {Question | undefined}
 */
export function questionOf(sheet, step, turn) {
  const kinds = [largestOf, nudgeOf];
  const [first, second] = turn % 2 ? kinds.reverse() : kinds;
  return first(sheet, step, turn) ?? second(sheet, step, turn);
}
