// Where each row looked among the columns, as a table that fills as time runs; beside each row its likeliest names.

import { made } from "../draw/nodes.js";
import { Player } from "../draw/player.js";
import { cellText } from "../model/numbers.js";
import { say } from "../model/say.js";
import { drawnOnce } from "./once.js";

/** @import { WireAlignment } from "../wire.js" */

const PACE = 500; // ms between two rows while time plays
const LONG = 40; // characters: what is written gets a line of its own
const PRINTED = 12; // columns with room for their numbers

/**
 * For every column the title it stands under, where there are titles.
 * @param {WireAlignment["groups"]} groups
 * @returns {string[]}
 */
const titled = (groups) => groups.flatMap(([title, many]) => Array.from({ length: many }, () => title));

/**
 * The first column under another title keeps a distance from the one before it.
 * @param {string[]} titles
 * @param {number} c
 * @returns {Record<string, string>}
 */
const apart = (titles, c) => (c && titles[c] !== titles[c - 1] ? { class: "apart" } : {});

/**
 * @param {WireAlignment} data
 * @param {number} n
 */
function row({ rows, columns, strengths, guesses, groups }, n) {
  const titles = titled(groups);
  const cells = columns.map((column, c) => {
    const under = titles[c] ? `${titles[c]}: ` : "";
    const said = say("{under}{row} looks at {column}: {number}", {
      under,
      row: rows[n],
      column,
      number: cellText(strengths[n][c]),
    });
    const cell = made("td", { title: said, "aria-label": said, ...apart(titles, c) });
    cell.style.setProperty("--share", String(strengths[n][c]));
    if (columns.length <= PRINTED) cell.append(cellText(strengths[n][c]));
    return cell;
  });
  return made("tr", {}, made("th", { scope: "row" }, rows[n]), ...cells, ...named(guesses[n] ?? []));
}

/** @param {[name: string, chance: number][]} guesses */
function named(guesses) {
  if (!guesses.length) return [];
  const spans = guesses.map(([name, chance], place) =>
    made("span", { class: place ? "guess" : "guess best" }, made("b", {}, name), ` ${cellText(chance)}`),
  );
  return [made("td", { class: "guesses" }, ...spans)];
}

/**
 * A player over the rows, and beside it what is written so far.
 * @param {WireAlignment} data
 * @param {HTMLElement} body
 */
function clock({ rows, said }, body) {
  const output = made("output", { class: (said[said.length - 1] ?? "").length > LONG ? "sentence" : "word" });
  /** @param {number} now */
  const show = (now) => {
    player.set(now, rows.length, now ? say("up to {row}", { row: rows[now - 1] }) : say("nothing yet"));
    [...body.children].forEach((each, n) => {
      each.classList.toggle("later", n >= now);
      each.classList.toggle("now", n === now - 1 && now < rows.length);
    });
    output.textContent = said[now - 1] ?? "";
  };
  const player = new Player({ label: say("How much is written"), pace: PACE, go: show });
  show(rows.length);
  player.node.append(output);
  return player;
}

/**
 * @param {HTMLElement} root
 * @param {WireAlignment} data
 */
function draw(root, data) {
  const titles = titled(data.groups);
  const above = data.groups.map(([title, many]) => made("th", { scope: "colgroup", colspan: many }, title));
  const names = data.columns.map((column, c) => made("th", { scope: "col", ...apart(titles, c) }, column));
  const lines = [above, names].filter((cells) => cells.length);
  const head = made("thead", {}, ...lines.map((cells) => made("tr", {}, made("td"), ...cells)));
  const body = made("tbody", {}, ...data.rows.map((_, n) => row(data, n)));
  const look = data.columns.length <= PRINTED ? "printed" : "";
  const table = made("table", { "aria-label": data.caption, class: look }, head, body);
  const player = clock(data, body);
  const region = { class: "wide", tabindex: 0, role: "region", "aria-label": data.caption };
  root.replaceChildren(player.node, made("div", region, table));
  root.style.setProperty("--many", String(data.columns.length));
  return () => player.pause();
}

export default drawnOnce(draw);
