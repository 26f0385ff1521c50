// From an event to the cell of the stage it happened in, and from a cell to its neighbours.

import { all, present } from "../draw/nodes.js";

/** @import { Sheet } from "../model/sheet.js" */
/** @import { Cell } from "../model/steps.js" */

/** @typedef {Cell & { node: HTMLTableCellElement, turned: boolean }} Touched a cell and where it is drawn, transposed or not */

/** @param {HTMLTableCellElement} node */
const tableOf = (node) => present(node.closest("table"));

/**
 * The cell an event happened in or under.
 * @param {Sheet} sheet
 * @returns {(event: { target: EventTarget | null }) => Touched | undefined}
 */
export const cellFinder = (sheet) => (event) => {
  const target = event.target instanceof Element ? event.target : undefined;
  const node = /** @type {HTMLTableCellElement | null | undefined} */ (target?.closest("td[data-step]"));
  if (!node) return undefined;
  const turned = tableOf(node).classList.contains("turned");
  return { step: sheet.steps[Number(node.dataset.step)], offset: Number(node.dataset.offset), node, turned };
};

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
  if (row < 0 || row >= rows.length) return overEdge(ground, table, down, column) ?? cellOf(table, row, column);
  const isPast = Math.abs(right) === 1 && (column < 0 || column >= width);
  const beside = isPast ? tableBeside(ground, table, right) : undefined;
  return beside ? cellOf(beside, row, right > 0 ? 0 : Infinity) : cellOf(table, row, column);
}

/**
 * The nearest cell to this place.
 * @param {HTMLTableElement} table
 * @param {number} row
 * @param {number} column
 */
function cellOf(table, row, column) {
  const { rows } = table.tBodies[0];
  const { cells } = rows[clamped(row, rows.length)];
  return cells[clamped(column, cells.length - 1) + 1];
}

/**
 * On the blackboard a column goes on from the upper matrix into the result, and back.
 * @param {HTMLElement} ground
 * @param {HTMLTableElement} table
 * @param {number} down
 * @param {number} column
 */
function overEdge(ground, table, down, column) {
  const [from, to] = down > 0 ? [".upper", ".result"] : [".result", ".upper"];
  const other = table.closest(from) && ground.querySelector(`${to} table`);
  return other && cellOf(/** @type {HTMLTableElement} */ (other), down > 0 ? 0 : Infinity, column);
}

/**
 * @param {HTMLElement} ground
 * @param {HTMLTableElement} table
 * @param {number} right
 */
function tableBeside(ground, table, right) {
  if (table.closest(".upper")) return undefined; // of a blackboard: nothing stands at its sides
  const tables = [...ground.querySelectorAll("table")].filter((each) => !each.closest(".upper"));
  return tables[tables.indexOf(table) + Math.sign(right)];
}
