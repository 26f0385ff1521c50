// The corpus of tests/corpus/expressions.json as the stage has it: steps with values, and each cell's arithmetic.

import { readFileSync } from "node:fs";
import { ground } from "../../assets/stage/model/expression.js";
import { spokenLine } from "../../assets/stage/model/speech.js";
import { sizeOfShape } from "../../assets/stage/model/steps.js";
import { lineOf, math, number, signed } from "../../assets/stage/model/typeset.js";

/** @import { WireExpression } from "../../assets/stage/wire.js" */
/** @import { Step } from "../../assets/stage/model/steps.js" */

/**
 * @typedef {object} Operand
 * @property {string} name
 * @property {string} symbol
 * @property {string} latex
 * @property {[name: string, size: number][]} axes
 * @property {Record<string, number | string>} values
 */

/**
 * @typedef {object} Entry
 * @property {string} operation
 * @property {string} lesson
 * @property {string} step
 * @property {Record<string, number>} spot
 * @property {WireExpression} expression
 * @property {Operand[]} operands
 * @property {number | string} value
 * @property {{ symbols: string, numbers: string }} latex
 * @property {{ symbols: string, numbers: string }} mathml
 * @property {string} spoken
 */

const FILE = new URL("../corpus/expressions.json", import.meta.url);

/**
 * @param {string | URL} file
 * @returns {Entry[]}
 */
export const entries = (file = FILE) => JSON.parse(readFileSync(file, "utf-8"));

/** @param {number} size */
const labels = (size) => Array.from({ length: size }, (_, n) => String(n + 1));

/**
 * @param {Operand} operand
 * @param {number} id
 * @returns {Step}
 */
export function stepOf(operand, id) {
  const shape = operand.axes.map(([, size]) => size);
  const values = new Float64Array(sizeOfShape(shape)).fill(Number.NaN);
  for (const [offset, value] of Object.entries(operand.values)) values[Number(offset)] = Number(value);
  return {
    name: operand.name,
    plain: operand.latex,
    symbol: operand.symbol,
    compound: operand.latex.includes("_"),
    axes: operand.axes.map(([name, size]) => [name, labels(size)]),
    view: "matrix",
    beside: 2,
    sign: "",
    meaning: "",
    editable: false,
    switch: false,
    expression: null,
    id,
    shape,
    values,
  };
}

/** @param {Entry} entry */
export const grounded = ({ expression, spot, operands }) => ground(expression, spot, operands.map(stepOf));

/**
 * The line in numbers as it stands under the stage.
 * @param {Entry} entry
 */
export function lineOfEntry(entry) {
  const v = Number(entry.value);
  const { numbers, sign } = lineOf(grounded(entry), v);
  return `${numbers} ${sign} ${math(signed(number(v)))}`;
}

/** @param {Entry} entry */
export const spokenEntry = (entry) => spokenLine(grounded(entry), Number(entry.value));
