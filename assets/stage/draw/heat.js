// A topic of a series as a small table that fills row by row as time runs.

import { capital } from "../model/names.js";
import { cellText } from "../model/numbers.js";
import { labelSaid, say, term } from "../model/say.js";
import { stepsOf } from "../model/series.js";
import { isShares, topOf } from "../model/steps.js";
import { tint } from "./colours.js";
import { axisSpan, element } from "./nodes.js";
import { roving } from "./roving.js";

/** @import { Row, Series, Table } from "../model/series.js" */
/** @import { Whereabouts } from "../model/whereabouts.js" */

const SIZE = { most: 30, least: 9, room: 340, tall: 170 }; // px: a cell's width, and how wide and tall all of them may be
const LETTER = 6.6; // px

/** @typedef {{ row: HTMLElement, button: HTMLElement, cells: HTMLElement[], moment: string }} Line */

/**
 * How numbers are coloured, and the cell asked for.
 * @typedef {{ top: number, shares: boolean, where: Pick<Whereabouts, "isSecret"> }} Look
 */

export class Heat {
  #table;
  #go;
  /** @type {Line[]} */
  #lines;
  #reach;

  /**
   * @param {string} topic
   * @param {Series} series
   * @param {Table} table
   * @param {(n: number) => void} go called with the number of a row that was clicked
   */
  constructor(topic, series, table, go) {
    this.#table = table;
    this.#go = go;
    const { axis, columns } = table;
    this.#lines = series.times.map(({ time }, n) => this.#line(`${term(series.name)} ${time}`, n));
    const width = Math.max(SIZE.least, Math.min(SIZE.most, Math.floor(SIZE.room / columns.length)));
    const height = Math.max(11, Math.min(18, Math.floor(SIZE.tall / this.#lines.length)));
    const upright = columns.some((label) => label.length * LETTER > width);
    const titles = columns.map((label) =>
      element("th", { scope: "col", title: `${term(axis)} ${labelSaid(label)}` }, axisSpan(axis, label)),
    );
    const what = { what: capital(term(topic)) };
    const title = series.name === "layer" ? say("{what} over layers", what) : say("{what} over time", what);
    const grid = element(
      "table",
      { className: upright ? "upright" : "", aria: { label: title } },
      element("thead", {}, element("tr", {}, element("td"), ...titles)),
      element("tbody", {}, ...this.#lines.map(({ row }) => row)),
    );
    this.node = element("figure", { className: "heat" }, element("figcaption", { textContent: title }), grid);
    this.#reach = roving(grid);
    this.node.style.setProperty("--heat", `${width}px`);
    this.node.style.setProperty("--heat-height", `${height}px`);
  }

  /**
   * @param {string} moment
   * @param {number} n
   * @returns {Line}
   */
  #line(moment, n) {
    const button = element("button", { type: "button", title: say("Go to {moment}", { moment }) });
    const cells = this.#table.columns.map(() => element("td"));
    const head = element("th", { scope: "row" }, button);
    const row = element("tr", { onclick: () => this.#go(n) }, head, ...cells);
    return { row, button, cells, moment };
  }

  /**
   * Rows up to and with number `now` are filled.
   * @param {number} now
   * @param {string[]} labels what stands before each row
   * @param {Pick<Whereabouts, "isSecret">} where cells are kept secret
   */
  paint(now, labels, where) {
    const steps = stepsOf(this.#table);
    const look = { top: Math.max(...steps.map(topOf)), shares: steps.every(isShares), where };
    this.#reach(this.#lines[now]?.button);
    this.#lines.forEach(({ row, button, cells, moment }, n) => {
      row.classList.toggle("now", n === now);
      if (n === now) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      if (button.textContent !== labels[n]) button.textContent = labels[n];
      button.setAttribute("aria-label", `${moment}: ${labels[n]}`);
      const found = n <= now ? this.#table.rows[n] : undefined;
      cells.forEach((cell, c) => {
        paintCell(cell, found, c, look);
      });
    });
  }
}

/**
 * @param {HTMLElement} cell
 * @param {Row | undefined} row none where time has not come so far
 * @param {number} c
 * @param {Look} look
 */
function paintCell(cell, row, c, look) {
  const { title, ground } = row ? shown(row, c - row.start, look) : { title: "", ground: "" };
  if (cell.title !== title) cell.title = title;
  if (cell.dataset.ground === ground) return;
  cell.dataset.ground = ground;
  cell.style.background = ground;
  cell.classList.toggle("none", ground === "none");
}

/**
 * @param {Row} row
 * @param {number} offset
 * @param {Look} look
 */
function shown({ step }, offset, { top, shares, where }) {
  if (where.isSecret({ step, offset })) return { title: "?", ground: "" };
  const v = step.values[offset];
  if (v === undefined) return { title: "", ground: "none" }; // a key that did not exist yet
  return { title: cellText(v), ground: tint(v, top, shares) };
}
