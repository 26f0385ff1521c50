// From an event to the cell of the stage it happened in, and from a cell to its neighbours.

import { all, present } from "../draw/nodes.js";

/** @import { Sheet } from "../model/sheet.js" */
/** @import { Cell } from "../model/steps.js" */

/** @typedef {Cell & { node: HTMLTableCellElement }} Touched a cell and where it is drawn */

/**
 * The cell an event happened in or under.
 * @param {Sheet} sheet
 * @returns {(event: { target: EventTarget | null }) => Touched | undefined}
 */
export const cellFinder = (sheet) => (event) => {
  const target = event.target instanceof Element ? event.target : undefined;
  const node = /** @type {HTMLTableCellElement | null | undefined} */ (target?.closest("td[data-step]"));
  return node ? { step: sheet.steps[Number(node.dataset.step)], offset: Number(node.dataset.offset), node } : undefined;
};

/** @param {HTMLTableCellElement} node */
const tableOf = (node) => present(node.closest("table"));

/**
 * The keyboard is in this cell: of its table, it alone can be reached by Tab.
 * @param {HTMLTableCellElement} node
 */
export function focusCell(node) {
  for (const other of all(tableOf(node), "td[tabindex='0']")) other.tabIndex = -1;
  node.tabIndex = 0;
  node.focus({ preventScroll: true });
  node.scrollIntoView?.({ block: "nearest", inline: "nearest" });
}

/**
 * @param {number} n
 * @param {number} count
 */
const clamped = (n, count) => Math.max(0, Math.min(count - 1, n));

/**
 * The cell so far away; past an edge, one of the neighbouring table.
 * @param {HTMLElement} ground
 * @param {HTMLTableCellElement} node
 * @param {number} down
 * @param {number} right
 */
export function neighbour(ground, node, down, right) {
  const table = tableOf(node);
  const rows = [...table.tBodies[0].rows];
  const row = rows.indexOf(/** @type {HTMLTableRowElement} */ (node.parentElement)) + down;
  const column = node.cellIndex - 1 + right;
  const width = rows[0].cells.length - 1;
  const beside =
    Math.abs(right) === 1 && (column < 0 || column >= width) ? tableBeside(ground, table, right) : undefined;
  const target = beside ? [...beside.tBodies[0].rows] : rows;
  const { cells } = target[clamped(row, target.length)];
  const entered = right > 0 ? 0 : cells.length - 2;
  return cells[(beside ? entered : clamped(column, width)) + 1];
}

/**
 * @param {HTMLElement} ground
 * @param {HTMLTableElement} table
 * @param {number} right
 */
function tableBeside(ground, table, right) {
  const tables = [...ground.querySelectorAll("table")];
  return tables[tables.indexOf(table) + Math.sign(right)];
}
