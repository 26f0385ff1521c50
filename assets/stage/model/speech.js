// Grounded arithmetic as a sentence that is read aloud.

import { isLeaf } from "./expression.js";
import { SPEECH } from "./functions.js";
import { DECIMALS, numberParts } from "./numbers.js";
import { leafParts } from "./printed.js";
import { say } from "./say.js";
import { shortened } from "./shortened.js";
import { lineOf } from "./typeset.js";

/** @import { Leaf, Node, PlainOp } from "./expression.js" */
/** @import { NumberParts } from "./numbers.js" */

/** @param {string | number} value */
const minus = (value) => say("minus {value}", { value });

/** @param {string} text */
const isNegative = (text) => text.startsWith(minus("").trimEnd());

/** @param {number} power */
const signed = (power) => (power < 0 ? minus(-power) : power);

/** @param {NumberParts} parts */
function said({ negative, digits, power }) {
  const size = digits === "∞" ? say("infinity") : digits;
  const digit =
    power === undefined ? size : say("{number} times 10 to the {power}", { number: size, power: signed(power) });
  return negative ? minus(digit) : digit;
}

/**
 * A number as it is said.
 * @param {number} v
 * @param {number} [decimals]
 */
export const spokenNumber = (v, decimals) => said(numberParts(v, decimals));

/**
 * @param {Leaf} leaf
 * @param {number} decimals
 */
function spokenLeaf(leaf, decimals) {
  const number = said(leafParts(leaf, decimals));
  return leaf.op === "rest" ? say("{number} for {count} more", { number, count: leaf.count }) : number;
}

/** @param {string[]} parts */
const added = ([first, ...rest]) =>
  [first, ...rest.map((part) => (isNegative(part) ? part : say("plus {part}", { part })))].join(" ");

/** @param {string} text */
const bracketed = (text) => say("open bracket {text} close bracket", { text });

/**
 * A function of one number. What is said before the function is bracketed where it begins with a minus.
 * @param {(x: string) => string} worded
 * @returns {(parts: string[]) => string}
 */
const called =
  (worded) =>
  ([x]) =>
    isNegative(x) && /^[ ,]/.test(worded("")) ? worded(bracketed(x)) : worded(x);

/** @param {string[]} parts */
const listed = (parts) => parts.join(say(", "));

/** @type {Partial<Record<PlainOp, (parts: string[]) => string>>} */
const SPOKEN = {
  ...Object.fromEntries(Object.entries(SPEECH).map(([name, worded]) => [name, called(worded)])),
  sum: added,
  quotient: ([a, b]) => say("{a}, divided by: {b}", { a, b }),
  power: ([a, b]) => say("{a} to the power of {b}", { a, b }),
  max: (parts) => say("the largest of {listed}", { listed: listed(parts) }),
  min: (parts) => say("the smallest of {listed}", { listed: listed(parts) }),
  edge: () => "0",
  given: ([, chosen]) => chosen,
};

/**
 * @param {string[]} parts
 * @param {number} k
 * @param {number} position
 */
const spokenTop = (parts, k, position) =>
  k === 1
    ? say("1 if number {position} is the largest of {listed}", {
        position: position + 1,
        listed: listed(parts),
      })
    : say("1 if {parts} is among the {k} largest of {listed}", {
        parts: parts[position],
        k,
        listed: listed(parts),
      });

const IN_BRACKETS = new Set(["sum", "quotient", "reciprocal"]); // as a factor

/**
 * A part of something larger, in brackets where it is one of these operations.
 * @param {Node} node
 * @param {number} decimals
 * @param {Set<string>} operations
 */
function within(node, decimals, operations) {
  const text = spoken(node, decimals);
  return operations.has(node.op) ? bracketed(text) : text;
}

/**
 * A product: what is multiplied by the constant -1 is taken away.
 * @param {Node[]} parts
 * @param {number} decimals
 * @returns {string}
 */
function spokenProduct(parts, decimals) {
  const last = parts[parts.length - 1];
  if (last.op !== "constant" || last.value !== -1)
    return parts.map((part) => within(part, decimals, IN_BRACKETS)).join(" times ");
  const text = spokenProduct(parts.slice(0, -1), decimals);
  return minus(isNegative(text) ? bracketed(text) : text);
}

const SUMS = new Set(["sum"]);

/**
 * @param {Node} node
 * @param {number} [decimals]
 * @returns {string}
 */
export function spoken(node, decimals = DECIMALS.fewest) {
  if (isLeaf(node)) return spokenLeaf(node, decimals);
  if (node.op === "product") return spokenProduct(node.parts, decimals);
  const inner = node.op in SPEECH ? SUMS : new Set();
  const parts = node.parts.map((part) => within(part, decimals, inner));
  if (node.op === "top") return spokenTop(parts, node.k, node.position);
  const worded = SPOKEN[node.op];
  return worded ? worded(parts) : `${node.op} of ${parts[0]}`;
}

/**
 * The arithmetic of a cell and its value v, with the digits of the line that is written.
 * @param {Node} node
 * @param {number} v
 */
export function spokenLine(node, v) {
  const { sign, decimals } = lineOf(node, v);
  const parts = { arithmetic: spoken(shortened(node), decimals), number: spokenNumber(v) };
  return sign === "=" ? say("{arithmetic} equals {number}", parts) : say("{arithmetic} is about {number}", parts);
}
