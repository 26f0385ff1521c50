// The formula of a whole step, as it is written between its matrices: taken from the expression of its cells.

import { FUNCTIONS } from "./functions.js";
import { say, term, toSay } from "./say.js";

/** @import { WireExpression, WireIndex } from "../wire.js" */

/** @typedef {string | number} Token a sign, or the number of a step */

/** What is done to a whole matrix, where the name of the function is not a word. */
/** @type {Record<string, string>} */
const NAMED = {
  square: toSay("square"),
  sqrt: toSay("root"),
  xlogx: toSay("x log x"),
  positive: toSay("1 where above 0"),
  reciprocal: toSay("1 divided by it"),
  abs: toSay("without sign"),
};

const SHORT = 3; // digits of a constant factor

/** @param {number | null} v */
const constantText = (v) => (v === null ? "−∞" : String(Number(v.toPrecision(SHORT))).replace("-", "−"));

/**
 * @param {WireExpression} tree
 * @returns {WireExpression[]}
 */
const partsOf = (tree) => /** @type {WireExpression[]} */ (tree.slice(1));

/** @param {WireExpression} tree */
const isConstant = (tree) => tree[0] === "constant";

/**
 * Whether a tree is a sum of products, as a product of matrices is.
 * @param {WireExpression} tree
 * @returns {boolean}
 */
function isProductSum(tree) {
  if (tree[0] === "over") return tree[1] === "sum" && isProductSum(/** @type {WireExpression} */ (tree[4]));
  return tree[0] === "product" && partsOf(tree).filter((part) => !isConstant(part)).length > 1;
}

/**
 * The outermost operation, where it is done to a whole matrix and can be named, and what it is done to.
 * @param {WireExpression} tree
 * @returns {{ word: string, inner: WireExpression } | undefined}
 */
function outermost(tree) {
  if (tree[0] === "over") {
    const [, how, axis, , body] = /** @type {["over", string, string, number, WireExpression]} */ (tree);
    if (how === "list" || isProductSum(tree)) return undefined;
    return { word: say("{how} over {axis}", { how: term(how), axis: term(axis.replaceAll("'", "")) }), inner: body };
  }
  if (tree[0] in FUNCTIONS) return { word: say(NAMED[tree[0]] ?? tree[0]), inner: partsOf(tree)[0] };
  if (tree[0] !== "product") return undefined;
  const factors = partsOf(tree);
  const [inner, ...others] = factors.filter((part) => !isConstant(part));
  if (!inner || others.length) return undefined;
  const constants = factors.filter(isConstant).map((part) => constantText(/** @type {number | null} */ (part[1])));
  return { word: constants.map((text) => `× ${text}`).join(" "), inner };
}

/**
 * What is done to the whole result in the end, in its order, and what it is done to.
 * @param {WireExpression} tree
 * @returns {{ core: WireExpression, words: string[] }}
 */
export function peeled(tree) {
  const words = [];
  let core = tree;
  for (let found = outermost(core); found; found = outermost(core)) {
    words.unshift(found.word);
    core = found.inner;
  }
  return { core, words };
}

/**
 * What is done to the whole result in the end, as one text; none where nothing is.
 * @param {WireExpression | null} tree
 */
export function closing(tree) {
  const words = tree ? peeled(tree).words : [];
  return words.length ? [words.join(say(", "))] : [];
}

// --- what is left, as one line ---------------------------------------------------------------------------------------

/** @typedef {(tree: WireExpression, over: string[]) => Token[] | undefined} Rule over: the axes it is summed over */

/**
 * Whether a window moves over a matrix: one index runs along an axis of the sum and along one that stays.
 * @param {WireExpression} tree
 * @param {string[]} over
 * @returns {boolean}
 */
function hasWindow(tree, over) {
  if (tree[0] !== "cell")
    return tree.some((part) => Array.isArray(part) && hasWindow(/** @type {WireExpression} */ (part), over));
  return tree[2].some((index) => {
    const axes = axesOf(index);
    return axes.some((axis) => over.includes(axis)) && axes.some((axis) => !over.includes(axis));
  });
}

/**
 * The axes that an index runs along.
 * @param {WireIndex} index
 * @returns {string[]}
 */
const axesOf = ([, ...terms]) => terms.flatMap(([base]) => (typeof base === "string" ? [base] : axesOf(base)));

/**
 * The parts of an operation one after the other; nothing where one of them cannot be written so.
 * @param {WireExpression[]} parts
 * @param {(part: WireExpression, n: number) => Token[] | undefined} write
 * @returns {Token[] | undefined}
 */
function inLine(parts, write) {
  const written = parts.map(write);
  return written.every((tokens) => tokens !== undefined) ? written.flat() : undefined;
}

/** @type {Rule} */
function bracketed(tree, over) {
  const tokens = linear(tree, over);
  return tokens && (tree[0] === "sum" || tree[0] === "quotient") ? ["(", ...tokens, ")"] : tokens;
}

/**
 * The tree without a factor of -1, and whether it had one.
 * @param {WireExpression} tree
 * @returns {[WireExpression, boolean]}
 */
function withoutMinus(tree) {
  const parts = tree[0] === "product" ? partsOf(tree) : [];
  const kept = parts.filter((part) => !(isConstant(part) && part[1] === -1));
  if (parts.length - kept.length !== 1) return [tree, false];
  return [kept.length === 1 ? kept[0] : /** @type {WireExpression} */ (["product", ...kept]), true];
}

/** @type {Rule} */
function summed(tree, over) {
  return inLine(partsOf(tree), (part, n) => {
    const [bare, isNegative] = withoutMinus(part);
    const tokens = isNegative ? bracketed(bare, over) : linear(bare, over);
    const sign = isNegative ? "−" : n ? "+" : "";
    return tokens && (sign ? [sign, ...tokens] : tokens);
  });
}

/** @type {Rule} */
function multiplied(tree, over) {
  const sign = hasWindow(tree, over) ? "∗" : "·";
  return inLine(partsOf(tree), (part, n) => {
    const tokens = bracketed(part, over);
    return tokens && (n ? [sign, ...tokens] : tokens);
  });
}

/** @type {Rule} */
function divided(tree, over) {
  return inLine(partsOf(tree), (part, n) => {
    const tokens = part[0] === "product" ? linear(part, over) : bracketed(part, over);
    return tokens && (n ? ["÷", ...tokens] : tokens);
  });
}

/** @type {Rule} */
function overAxis(tree, over) {
  const [, how, axis, , body] = /** @type {["over", string, string, number, WireExpression]} */ (tree);
  const tokens = how === "sum" ? linear(body, [...over, axis]) : undefined;
  return tokens && (isProductSum(tree) ? tokens : ["Σ", ...tokens]);
}

/**
 * Zeros around a matrix are not written.
 * @type {Rule}
 */
function padded(tree, over) {
  const pieces = /** @type {WireExpression[]} */ (tree.slice(3)).filter(([op]) => op !== "edge");
  return pieces.length === 1 ? linear(pieces[0], over) : undefined;
}

/** @type {Record<string, Rule>} */
const RULES = {
  cell: (tree) => [Number(tree[1])],
  constant: (tree) => [constantText(/** @type {number | null} */ (tree[1]))],
  sum: summed,
  product: multiplied,
  quotient: divided,
  over: overAxis,
  piece: padded,
};

/** @type {Rule} */
function linear(tree, over) {
  const rule = RULES[tree[0]];
  if (rule) return rule(tree, over);
  if (!(tree[0] in FUNCTIONS)) return undefined;
  const tokens = linear(partsOf(tree)[0], over);
  return tokens && [`${tree[0]}(`, ...tokens, ")"];
}

// --- between the matrices --------------------------------------------------------------------------------------------

/**
 * What is written before each matrix of a stop and after the last operand: "=" or what is done in the end.
 * @typedef {{ before: string[], end: string, isEquation: boolean }} Signs
 */

/**
 * The texts between numbers of steps.
 * @param {Token[]} tokens
 */
function gaps(tokens) {
  const texts = [""];
  for (const token of tokens)
    if (typeof token === "number") texts.push("");
    else texts[texts.length - 1] += `${texts[texts.length - 1] ? " " : ""}${token}`;
  return texts;
}

const INFIX = ["+", "where", "÷"];

/**
 * Signs where no line can be written: what an operation is called, behind a list of what it is done to.
 * @param {string} sign
 * @param {number} count operands
 * @returns {Signs}
 */
function listed(sign, count) {
  const isInfix = count > 1 && INFIX.includes(sign);
  const before = Array.from({ length: count }, (_, n) => (n ? (isInfix ? sign : ",") : ""));
  return { before, end: isInfix || sign === "·" ? "" : sign, isEquation: isInfix };
}

/**
 * @param {WireExpression | null} tree
 * @param {string} sign what its operation is called
 * @param {number[]} drawn the numbers of the operands as they are drawn
 * @returns {Signs}
 */
export function signsOf(tree, sign, drawn) {
  const { core, words } = tree ? peeled(tree) : { core: undefined, words: [] };
  const tokens = core && linear(core, []);
  const read = tokens?.filter((token) => typeof token === "number");
  if (!tokens || String(read) !== String(drawn)) {
    const isTwice = sign === "·" && drawn.length === 1 && read?.length === 2;
    return listed(isTwice ? say("with itself") : sign, drawn.length);
  }
  const texts = gaps(tokens);
  const closing = texts.pop() ?? "";
  const end = [closing, words.join(say(", "))].filter(Boolean).join(" ");
  return { before: texts, end, isEquation: words.length === 0 };
}
