// Whether a step is a product of two matrices, and which of them stands at the left of it and which above it.

import { peeled } from "./formula.js";

/** @import { WireExpression, WireIndex } from "../wire.js" */
/** @import { Step } from "./steps.js" */

/** @typedef {Extract<WireExpression, ["cell", ...unknown[]]>} CellTree */

/**
 * A matrix of a product: `turned`: used transposed; `part`: its cell in the sum.
 * @typedef {{ step: Step, turned: boolean, part: CellTree }} Factor
 */

/**
 * What is multiplied: rows of `left` meet columns of `upper`, summed along the axis `over`, which has so many positions.
 * @typedef {{ left: Factor, upper: Factor, over: string, size: number }} Product
 */

/**
 * Of a sum over one axis of one cell times another these two; else nothing.
 * @param {WireExpression | null} tree
 */
function factorsOf(tree) {
  const core = tree ? peeled(tree).core : undefined;
  if (core?.[0] !== "over" || core[1] !== "sum") return undefined;
  const [, , over, size, body] = /** @type {["over", "sum", string, number, WireExpression]} */ (core);
  if (body[0] !== "product" || body.length !== 3) return undefined;
  const cells = /** @type {CellTree[]} */ (body.slice(1));
  return cells.every(([op]) => op === "cell") ? { over, size, cells } : undefined;
}

/**
 * The axis that an index runs along, where it is just that axis.
 * @param {WireIndex} index
 */
function axisOf([start, ...terms]) {
  const [term] = terms;
  const [base, coefficient, divisor, modulus] = term ?? [];
  const isPlain = start === 0 && terms.length === 1 && coefficient === 1 && divisor === 1 && modulus === 0;
  return isPlain && typeof base === "string" ? base : "";
}

/**
 * Along which axes of the sum a cell's matrix is drawn, by row and by column; "" for the row of what has none. Nothing
 * where it is drawn at slices that do not follow the result.
 * @param {CellTree} part
 * @param {Step} step
 * @param {Step} result
 * @returns {[row: string, column: string] | undefined}
 */
function edges([, , indices], step, result) {
  const along = indices.map(axisOf);
  const leading = along.slice(0, -2);
  const follows = leading.every((name, n) => name === step.axes[n][0] && result.axes.some(([axis]) => axis === name));
  const [row, column] = along.length > 1 ? along.slice(-2) : ["", along[0] ?? ""];
  return follows ? [row, column] : undefined;
}

/**
 * The factor that has these rows and columns, as it is or transposed.
 * @param {CellTree[]} cells
 * @param {string} row
 * @param {string} column
 * @param {Step[]} steps
 * @param {Step} result
 * @returns {Factor | undefined}
 */
function factorWith(cells, row, column, steps, result) {
  for (const part of cells) {
    const step = steps[part[1]];
    const found = edges(part, step, result);
    if (!found) continue;
    if (found[0] === row && found[1] === column) return { step, turned: false, part };
    if (row && found[0] === column && found[1] === row) return { step, turned: true, part };
  }
  return undefined;
}

/**
 * @param {Step} result
 * @param {Step[]} steps
 * @returns {Product | undefined}
 */
export function productOf(result, steps) {
  const found = factorsOf(result.expression);
  if (!found || !result.axes.length) return undefined;
  const [row, column] = ["", ...result.axes.map(([name]) => name)].slice(-2);
  const left = factorWith(found.cells, row, found.over, steps, result);
  const upper = factorWith(
    found.cells.filter((part) => part !== left?.part),
    found.over,
    column,
    steps,
    result,
  );
  if (!left || !upper || (!row && upper.turned)) return undefined; // a vector stays at the right of its matrix
  return { left, upper, over: found.over, size: found.size };
}

/**
 * The cells of one factor that a cell of the product is made of, as a tree to be grounded.
 * @param {Product} product
 * @param {CellTree} part
 * @returns {WireExpression}
 */
export const partRead = ({ over, size }, part) => ["over", "list", over, size, part];
