// Cells as wide as the room allows, between what a number needs and what the eye likes.

import { isImage } from "./colours.js";
import { zoomOf } from "./device.js";
import { PIXEL } from "./matrix.js";
import { all } from "./nodes.js";

/** @import { Product } from "../model/product.js" */
/** @import { Step } from "../model/steps.js" */
/** @import { MatrixView } from "./matrix.js" */

const NARROW = 560; // px: below, matrices stand one below the other
const CELL = { least: 44, most: 68, wrapped: 52 };
const LETTER = 7.2;

/** @param {Step} step */
const columnsOf = (step) => step.shape[step.shape.length - 1] ?? 1;
/** @param {Step} step */
const rowsOf = (step) => step.shape[step.shape.length - 2] ?? 1;

/** @param {string[]} labels */
const longestLabel = (labels) => 14 + LETTER * Math.max(...labels.map((label) => Math.min(label.length, 12)));

/** @param {Step} step */
const labelWidth = (step) => (step.axes.length < 2 ? 10 : longestLabel(step.axes[step.axes.length - 2][1]));

const WIDE = 0.61; // of its size a digit takes

const PROJECTED = 20; // px: numbers of the projector view, which magnifies them besides

/** @param {Element} ground */
const isProjected = (ground) => ground.closest(".presenting") !== null;

/**
 * How large numbers may be.
 * @param {number} cell
 * @param {Element} ground
 */
function mostOf(cell, ground) {
  if (isProjected(ground)) return PROJECTED;
  return cell < 54 ? 13 : 15;
}

const MARGIN = 4; // px of a cell beside its number

/** @param {MatrixView[]} views */
const longestOf = (views) => Math.max(4, ...views.map(({ longest }) => longest));

/**
 * As large as the longest number on screen allows.
 * @param {Element} ground
 * @param {number} cell
 * @param {MatrixView[]} views
 */
function numberSize(ground, cell, views) {
  return Math.max(9, Math.min(mostOf(cell, ground), (cell - MARGIN) / (WIDE * longestOf(views))));
}

/**
 * How wide a cell is where there is room: of the projector view, wide enough for the longest number at its full size.
 * @param {Element} ground
 * @param {MatrixView[]} views
 * @param {number} liked by the eye
 */
const widest = (ground, views, liked) =>
  isProjected(ground) ? Math.max(liked, Math.ceil(MARGIN + WIDE * longestOf(views) * PROJECTED)) : liked;

/**
 * How wide the matrices may be together.
 * @param {HTMLElement} ground
 */
export function roomOf(ground) {
  const styles = getComputedStyle(ground);
  return ground.clientWidth - Number.parseFloat(styles.paddingLeft) - Number.parseFloat(styles.paddingRight);
}

/**
 * @param {HTMLElement} ground
 * @param {{ cell: number, number: number, height: number }} sizes
 */
function setSizes(ground, { cell, number, height }) {
  ground.style.setProperty("--cell", `${cell}px`);
  ground.style.setProperty("--number", `${number}px`);
  ground.style.setProperty("--cell-height", `${height}px`);
}

/**
 * All that sizes depend on and that can change by itself, as one text.
 * @param {HTMLElement} ground laid out
 */
export const measured = (ground) =>
  [roomOf(ground), ground.scrollWidth, ground.offsetHeight, window.innerHeight, zoomOf(ground)].join();

/**
 * Longer numbers are written smaller, shorter ones larger, in cells that stay as they are.
 * @param {HTMLElement} ground
 * @param {MatrixView[]} views
 * @returns {boolean} false where the cells themselves follow their numbers
 */
export function rewrite(ground, views) {
  if (isProjected(ground) || views.some(({ step }) => isImage(step))) return false;
  const cell = Number.parseFloat(ground.style.getPropertyValue("--cell"));
  ground.style.setProperty("--number", `${numberSize(ground, cell, views)}px`);
  return true;
}

/**
 * @param {HTMLElement} ground
 * @param {MatrixView[]} views
 * @param {boolean} isEquation whether the last view is computed from the others
 * @param {number} room
 */
export function fit(ground, views, isEquation, room) {
  if (room <= 0) return;
  ground.style.minHeight = ""; // its own height counts, see `level`
  const stacked = room < NARROW;
  if (views.some(({ step }) => isImage(step))) fitImages(ground, views, isEquation, room, stacked);
  else fitNumbers(ground, views, room, stacked);
}

// --- as on a blackboard ----------------------------------------------------------------------------------------------

const BOARD = { share: 0.45, projected: 0.6, least: 27, most: 44, words: 100, gap: 14, narrow: 36 }; // of the window's height; px: a row, all captions, a cell

/**
 * How high a row may be, with the second matrix above the result.
 * @param {Element} ground
 * @param {number} rows of both
 */
const boardRow = (ground, rows) =>
  Math.floor(
    (((isProjected(ground) ? BOARD.projected : BOARD.share) * window.innerHeight) / zoomOf(ground) - BOARD.words) /
      rows,
  ) - 2;

/**
 * How wide a cell may be.
 * @param {number} room
 * @param {number} labels at the left matrix
 * @param {number} columns of it and of the result
 */
const boardCell = (room, labels, columns) => Math.floor((room - labels - BOARD.gap) / columns) - 3;

/**
 * Whether a product can be drawn with its second matrix above the result.
 * @param {HTMLElement} ground
 * @param {Product} product
 * @param {Step} result
 * @param {number} room
 */
export function fitsBoard(ground, { size }, result, room) {
  const wide = boardCell(room, labelWidth(result), size + columnsOf(result)) >= BOARD.narrow;
  return wide && boardRow(ground, size + rowsOf(result)) >= BOARD.least;
}

/**
 * @param {HTMLElement} ground
 * @param {MatrixView[]} views
 * @param {number} room
 */
export function fitBoard(ground, views, room) {
  const [left, upper, result] = views.map(({ edges: [rows, columns] }) => ({
    labels: rows[0] ? longestLabel(rows[1]) : 10,
    rows: rows[1].length,
    columns: columns[1].length,
  }));
  const height = Math.max(BOARD.least, Math.min(BOARD.most, boardRow(ground, upper.rows + result.rows)));
  const wanted = boardCell(room, left.labels, left.columns + result.columns);
  const cell = Math.max(BOARD.narrow, Math.min(widest(ground, views, CELL.most), wanted));
  ground.classList.remove("wrapped", "stacked");
  setSizes(ground, { cell, number: numberSize(ground, cell, views), height });
}

// --- steps of one lesson, as high as their neighbours ----------------------------------------------------------------

const NEAR = 64; // px: a stop that is so much lower than another gets its height
const WORDS = 55; // px: caption and labels of a table

/**
 * How high a stop is with its matrices side by side, in one line.
 * @param {Step[]} steps
 */
function lineHeight(steps) {
  const rows = Math.max(1, ...steps.map(rowsOf));
  return WORDS + rows * (heightFor(rows) + 2);
}

/**
 * How high a stop is with its second matrix above the result.
 * @param {Element} ground
 * @param {Product} product
 * @param {Step} result
 */
function boardHeight(ground, { size }, result) {
  const rows = size + rowsOf(result);
  return BOARD.words + rows * (Math.max(BOARD.least, Math.min(BOARD.most, boardRow(ground, rows))) + 2);
}

/** @typedef {{ steps: Step[], product: Product | undefined }} Shown what a stop shows; product: as on a blackboard */

/**
 * @param {Element} ground
 * @returns {(shown: Shown) => number}
 */
const heightOn =
  (ground) =>
  ({ steps, product }) =>
    product ? boardHeight(ground, product, steps[steps.length - 1]) : lineHeight(steps);

/**
 * A stop that is a little lower than others of its lesson gets their height: what stands below stays where it is.
 * @param {HTMLElement} ground
 * @param {Shown} here
 * @param {Shown[]} all
 */
export function level(ground, here, all) {
  const isFree =
    isProjected(ground) ||
    ground.matches(".stacked, .wrapped") ||
    [here, ...all].some(({ steps }) => steps.some(isImage));
  const heightOf = heightOn(ground);
  const own = heightOf(here);
  const near = isFree ? [] : all.map(heightOf).filter((height) => height <= own + NEAR);
  ground.style.minHeight = near.length ? `${Math.max(own, ...near)}px` : "";
}

// --- side by side ----------------------------------------------------------------------------------------------------

const APART = 14; // px between neighbours, as in the style sheet

/** @type {Map<string, number>} px of signs, each measured once with its font */
const widths = new Map();

/** @param {HTMLElement} sign */
function widthOf(sign) {
  const key = [sign.textContent, sign.className, isProjected(sign)].join();
  const known = widths.get(key);
  if (known) return known;
  const width = sign.offsetWidth;
  if (document.fonts.status === "loaded") widths.set(key, width);
  return width;
}

/**
 * What stands between matrices, and the gaps.
 * @param {HTMLElement} ground
 * @param {number} count of matrices
 */
const between = (ground, count) =>
  all(ground, ".operator").reduce((sum, sign) => sum + widthOf(sign) + APART, APART * (count - 1));

/**
 * @param {MatrixView[]} views
 * @param {number} gaps
 * @param {number} room
 */
function cellWidth(views, gaps, room) {
  const steps = views.map(({ step }) => step);
  const taken = steps.reduce((sum, step) => sum + labelWidth(step), gaps);
  return (room - taken) / steps.reduce((sum, step) => sum + columnsOf(step), 0);
}

/**
 * How wide the cells may be of matrices that stand in lines of their own.
 * @param {MatrixView[]} views
 * @param {number} room
 */
const widestAlone = (views, room) => Math.min(...views.map(({ step }) => (room - labelWidth(step)) / columnsOf(step)));

/**
 * @param {MatrixView[]} views
 */
const cellHeight = (views) => heightFor(Math.max(...views.map(({ step, count }) => rowsOf(step) * count)));

/** @param {number} most rows */
function heightFor(most) {
  if (most <= 3) return 46;
  if (most <= 5) return 38;
  return most <= 8 ? 32 : 28;
}

/**
 * @param {HTMLElement} ground
 * @param {MatrixView[]} views
 * @param {number} room
 * @param {boolean} stacked
 */
function fitNumbers(ground, views, room, stacked) {
  const wanted = stacked ? widestAlone(views, room) : cellWidth(views, between(ground, views.length), room);
  const wrapped = !stacked && wanted < CELL.least;
  ground.classList.toggle("wrapped", wrapped);
  const most = widest(ground, views, wrapped ? CELL.wrapped : CELL.most);
  // In rows of their own they have room.
  const fitting = wrapped ? widestAlone(views, room) : wanted;
  const least = wrapped ? CELL.wrapped : CELL.least;
  const cell = Math.max(least, Math.min(most, Math.floor(fitting) - 3));
  const sizes = { cell, number: numberSize(ground, cell, views), height: cellHeight(views) };
  setSizes(ground, sizes);
  ground.classList.toggle("stacked", stacked);
  // The name over a narrow matrix may be wider than its cells.
  if (!stacked && !wrapped && ground.scrollWidth > ground.clientWidth) ground.classList.add("wrapped");
  if (ground.matches(".wrapped")) lower(ground, sizes);
}

const SEVERAL = { share: 0.52, least: 27 }; // lines of matrices: of the window's height, so that arithmetic follows; px: a row

/** @param {Element} ground */
const tallest = (ground) => (SEVERAL.share * window.innerHeight) / zoomOf(ground);

/**
 * Rows of several lines become lower where the stage is too high: how high it is with two kinds of rows says how high it
 * is with any.
 * @param {HTMLElement} ground
 * @param {{ cell: number, number: number, height: number }} sizes
 */
function lower(ground, sizes) {
  const { least } = SEVERAL;
  const high = ground.offsetHeight;
  if (high <= tallest(ground)) return;
  setSizes(ground, { ...sizes, height: least });
  const low = ground.offsetHeight;
  const fitting = least + ((sizes.height - least) * Math.max(0, tallest(ground) - low)) / Math.max(1, high - low);
  setSizes(ground, { ...sizes, height: Math.floor(fitting) });
}

const PICTURES = [430, 390, 350, 310, 270, 230]; // px: how high pictures may be, the first as the eye likes it

/**
 * Pictures with pixels as large as the room allows, and what stands between them in cells of one size.
 * @param {HTMLElement} ground
 * @param {MatrixView[]} views
 * @param {boolean} isEquation
 * @param {number} room
 * @param {boolean} stacked
 */
function fitImages(ground, views, isEquation, room, stacked) {
  ground.classList.toggle("wrapped", !stacked);
  ground.classList.toggle("stacked", stacked);
  setSizes(ground, { cell: 52, number: 13, height: 34 });
  const pictures = views.filter(({ step }) => isImage(step));
  const tables = views
    .filter(({ step }) => !isImage(step))
    .reduce((sum, { step }) => sum + 60 + 56 * Math.min(6, columnsOf(step)), 0);
  const beside = (room - tables - 50 * (views.length - 1)) / pictures.length;
  /**
   * @param {number} share
   * @param {number} height
   */
  const sized = (share, height) => Math.min(...pictures.map((view) => view.size(share, height)));
  if (stacked) {
    sized(room, 1000);
    return;
  }
  /** @param {number} height */
  const drawn = (height) => {
    if (sized(Math.min(620, beside), height) >= PIXEL.written) return true;
    sized(Math.min(620, Math.max(beside, (room - 60) / 2)), height);
    const last = pictures[pictures.length - 1];
    if (isEquation && pictures.length > 1) last.size(Math.min(900, room - 40), height); // in a line of its own
    return pictures.every(({ isWritten }) => isWritten);
  };
  if (!PICTURES.some((height) => drawn(height) && ground.offsetHeight <= tallest(ground))) drawn(PICTURES[0]);
}
