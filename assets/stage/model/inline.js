// A line of typeset arithmetic in one row of characters, for where only text goes: e^(−2), (1 + 2) / √3.

import { lineOf, number, signed } from "./typeset.js";

/** @import { Node } from "./expression.js" */

/** @typedef {string[]} Parts the written children of one element */

const SPACED = new Set(["+", "·", "=", "≈", "/", ">", "∈"]);

/**
 * Whether the first bracket of a text closes at its end.
 * @param {string} text
 */
function isBracketed(text) {
  let depth = 0;
  for (let n = text.indexOf("("); n >= 0 && n < text.length; n++) {
    if (text[n] === "(") depth += 1;
    if (text[n] === ")" && --depth === 0) return n === text.length - 1;
  }
  return false;
}

/**
 * A part of a fraction, power or index: in brackets where it is more than one number, name, root or call.
 * @param {string} text
 */
const part = (text) =>
  /^√?[\p{L}\d._∞⋯]*$/u.test(text) || (/^√?\p{L}*\(/u.test(text) && isBracketed(text)) ? text : `(${text})`;

/** @type {Record<string, (parts: Parts) => string>} */
const ELEMENTS = {
  mfrac: ([above, below]) => `${part(above)} / ${part(below)}`,
  msup: ([base, raised]) => `${part(base)}^${part(raised)}`,
  msub: ([base, index]) => `${part(base)}_${part(index)}`,
  msubsup: ([base, index, raised]) => `${part(base)}_${part(index)}^${part(raised)}`,
  msqrt: (parts) => `√${part(joined(parts))}`,
  munder: ([what, note]) => `${what} (${note})`,
  mo: ([sign]) => (SPACED.has(sign) ? ` ${sign} ` : sign === "," ? ", " : sign),
};
ELEMENTS.i = ELEMENTS.mo;

/**
 * Parts side by side: a minus behind a number takes away, any other one is a sign.
 * @param {Parts} parts
 */
const joined = (parts) =>
  parts.reduce(
    (text, each) => (each === "−" && text && !/[(,[+·=≈/>∈] ?$/.test(text) ? `${text} − ` : text + each),
    "",
  );

/**
 * @param {string} html what `typeset` and `lineOf` write
 */
export function inline(html) {
  /** @type {{ name: string, parts: Parts }[]} */
  const open = [{ name: "", parts: [] }];
  for (const [, closes, name, text] of html.matchAll(/<(\/?)([a-z]+)[^>]*>|([^<]+)/g)) {
    const { parts } = open[open.length - 1];
    if (text?.trim())
      parts.push(text.trim().replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&").replace("-", "−"));
    else if (name && !closes) open.push({ name, parts: [] });
    else if (name) {
      open.pop();
      open[open.length - 1].parts.push((ELEMENTS[name] ?? joined)(parts));
    }
  }
  return joined(open[0].parts).replace(/ +/g, " ").trim();
}

/**
 * The line in numbers under the stage, with its result.
 * @param {Node} node
 * @param {number} v
 */
export function lineInline(node, v) {
  const { numbers, sign } = lineOf(node, v);
  return `${inline(numbers)} ${sign} ${inline(signed(number(v)))}`;
}
