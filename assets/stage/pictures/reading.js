// A text shaded by weights: a bar beside every line, as long as its share of the text, and behind every word its own.

import { made } from "../draw/nodes.js";
import { cellText } from "../model/numbers.js";
import { say } from "../model/say.js";
import { drawnOnce } from "./once.js";

/** @import { WireLine, WireReading } from "../wire.js" */

/**
 * The largest numbers of the text, which are drawn strongest, and what is said of a word that was not read.
 * @typedef {{ strongest: number, longest: number, unread: string }} Scale
 */

/**
 * @param {string} said
 * @param {number | null} own
 * @param {number} mark
 * @param {Scale} scale
 */
function word(said, own, mark, { strongest, unread }) {
  if (own === null)
    return made("span", { class: "word unread", title: unread }, made("b", {}, said), made("i", {}, "–"));
  const whole = own * mark;
  const title = say("{said}: {own} of its line, {whole} of the text", {
    said,
    own: cellText(own),
    whole: cellText(whole),
  });
  const written = whole >= 0.005 ? cellText(whole) : "";
  const node = made("span", { class: "word", title }, made("b", {}, said), made("i", {}, written));
  node.style.setProperty("--share", String(strongest ? whole / strongest : 0));
  return node;
}

/**
 * @param {WireLine} line
 * @param {Scale} scale
 */
function line({ mark, words, shares }, scale) {
  const bar = made("span", { class: "bar" });
  bar.style.setProperty("--share", String(scale.longest ? mark / scale.longest : 0));
  const beside = made("span", { class: "mark" }, bar, made("i", {}, cellText(mark)));
  const spans = words.map((said, n) => word(said, shares[n], mark, scale));
  return made("p", {}, beside, made("span", { class: "words" }, ...spans));
}

/**
 * @param {HTMLElement} root
 * @param {WireReading} data
 */
function draw(root, data) {
  root.setAttribute("aria-label", data.caption);
  const wholes = data.lines.flatMap(({ mark, shares }) => shares.map((own) => (own ?? 0) * mark));
  const [strongest, longest] = [Math.max(0, ...wholes), Math.max(0, ...data.lines.map(({ mark }) => mark))];
  const isSkipped = data.unread && data.lines.some(({ shares }) => shares.includes(null));
  root.replaceChildren(
    ...data.lines.map((each) => line(each, { strongest, longest, unread: data.unread })),
    ...(data.said ? [made("p", { class: "said" }, data.said)] : []),
    ...(isSkipped ? [made("p", { class: "note" }, data.unread)] : []),
  );
  return () => {};
}

export default drawnOnce(draw);
