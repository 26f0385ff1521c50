// Grounded arithmetic as MathML, in symbols or in numbers.

import { partsOf, scaledValue, value } from "./expression.js";
import { FACTORS, MATHML } from "./functions.js";
import { numberParts } from "./numbers.js";
import { unflat } from "./positions.js";
import { sizeOf } from "./scaled.js";

/** @import { Node, PlainNode, PlainOp, TopNode } from "./expression.js" */
/** @import { FunctionName } from "./functions.js" */
/** @import { Step } from "./steps.js" */

/**
 * A piece of typeset arithmetic: html without a leading minus; open: needs brackets as a factor; many: as a base.
 * @typedef {{ html: string, negative?: boolean, open?: boolean, many?: boolean, minusOne?: boolean }} Piece
 * @typedef {"symbols" | "numbers"} Leaf
 */

/** @typedef {{ op: "ellipsis", parts: Node[] }} Ellipsis */

/** @param {string} html */
const mrow = (html) => `<mrow>${html}</mrow>`;
/** @param {string} sign */
const mo = (sign) => `<mo>${sign}</mo>`;
/** @param {string} html */
export const math = (html) => `<math>${mrow(html)}</math>`;

// --- symbols ---------------------------------------------------------------------------------------------------------

/** @type {Map<string, string[]>} */
const RAISED = new Map(); // symbols are few, and written at every cell

/**
 * Base and superscript of a symbol that is just that; else nothing.
 * @param {string} symbol
 */
function raisedParts(symbol) {
  let parts = RAISED.get(symbol);
  if (!parts) {
    const found = elementsOf(symbol.match(/^<mrow><msup>([\s\S]*)<\/msup><\/mrow>$/)?.[1] ?? "");
    parts = found.length === 2 ? found : [];
    RAISED.set(symbol, parts);
  }
  return parts;
}

/**
 * The outermost elements of a piece of MathML.
 * @param {string} html
 */
function elementsOf(html) {
  /** @type {string[]} */
  const found = [];
  let depth = 0;
  let start = 0;
  for (const tag of html.matchAll(/<(\/?)[a-z][^>]*?(\/?)>/g)) {
    const [closes, empty] = [tag[1] !== "", tag[2] !== ""];
    if (depth === 0) start = tag.index;
    if (!empty) depth += closes ? -1 : 1;
    if (depth === 0) found.push(html.slice(start, tag.index + tag[0].length));
  }
  return found;
}

/**
 * The symbol of a cell: its step's with the position as index.
 * @param {Step} step
 * @param {number} offset
 */
export function subscripted(step, offset) {
  if (!step.axes.length) return step.symbol;
  const position = unflat(step, offset).map((i) => i + 1);
  const digits = position.join(position.some((i) => i > 9) ? "," : "");
  if (step.compound) return `<msub>${mrow(`${mo("(")}${step.symbol}${mo(")")}`)}<mn>${digits}</mn></msub>`;
  const [base, raised] = raisedParts(step.symbol);
  if (raised) return `<msubsup>${base}<mn>${digits}</mn>${raised}</msubsup>`; // A′ with an index: one above the other
  return `<msub>${step.symbol}<mn>${digits}</mn></msub>`;
}

/** @param {string} symbol */
export const transposed = (symbol) => `<msup>${mrow(symbol)}<mi mathvariant="normal">T</mi></msup>`;

/**
 * The parts of a name: words as they are, and what is written like W_q as a symbol in MathML.
 * @param {string} name
 */
export const spelledName = (name) =>
  name.split(/(\p{L}+_[\p{L}\d]+)/u).map((text, n) => ({ text, symbol: n % 2 ? indexed(text) : "" }));

/** @param {string} text as "W_q" */
function indexed(text) {
  const [base, index] = text.split("_");
  return `<msub><mi>${base}</mi><mi>${index}</mi></msub>`;
}

// --- pieces ----------------------------------------------------------------------------------------------------------

/**
 * @param {number} v
 * @param {string} kind
 * @returns {Piece}
 */
export function number(v, kind = "") {
  const { negative, digits, power } = numberParts(v);
  const mantissa = `<mn class="${kind}">${digits}</mn>`;
  const html = power === undefined ? mantissa : `${mantissa}${mo("·")}<msup><mn>10</mn><mn>${power}</mn></msup>`;
  return { html, negative, open: power !== undefined };
}

/** @param {Piece} piece */
export const signed = ({ html, negative }) => (negative ? mo("−") + html : html);
/** @param {Piece} piece */
const factor = (piece) => (piece.negative || piece.open ? mo("(") + signed(piece) + mo(")") : piece.html);
/** @param {Piece[]} pieces */
const joined = (pieces) =>
  pieces.map((piece, n) => (n ? mo(piece.negative ? "−" : "+") + piece.html : signed(piece))).join("");
/** @param {Piece[]} pieces */
const listed = (pieces) => pieces.map(signed).join(mo(","));
/** @param {string} name */
const upright = (name) => `<mi mathvariant="normal">${name}</mi>`;

/**
 * @param {string} name
 * @returns {(pieces: Piece[]) => Piece}
 */
const listing = (name) => (pieces) => ({ html: `${upright(name)}${mo("(")}${listed(pieces)}${mo(")")}` });

/**
 * @param {Piece[]} pieces
 * @returns {Piece}
 */
function multiplied(pieces) {
  const last = pieces[pieces.length - 1];
  if (!last.minusOne) return { html: pieces.map(factor).join(mo("·")), many: true };
  return { html: factor(pieces.length === 2 ? pieces[0] : multiplied(pieces.slice(0, -1))), negative: true };
}

/**
 * @param {FunctionName} name
 * @returns {(pieces: Piece[]) => Piece}
 */
const called =
  (name) =>
  ([a]) => {
    const base = a.many ? mo("(") + signed(a) + mo(")") : factor(a);
    return { html: MATHML[name]({ x: signed(a), factor: factor(a), base }), many: FACTORS.has(name) };
  };

/** @type {Partial<Record<PlainOp, (pieces: Piece[]) => Piece>>} */
const TYPESET = {
  ...Object.fromEntries(Object.keys(MATHML).map((name) => [name, called(/** @type {FunctionName} */ (name))])),
  sum: (pieces) => ({ html: joined(pieces), open: true }),
  product: multiplied,
  quotient: ([a, b]) => ({ html: `<mfrac>${mrow(signed(a))}${mrow(signed(b))}</mfrac>` }),
  max: listing("max"),
  min: listing("min"),
  edge: () => number(0),
  given: ([, chosen]) => chosen,
  ellipsis: () => ({ html: mo("⋯") }),
};

const MOST_TERMS = 6; // a fraction does not wrap: beyond this its sum is shortened

/**
 * @param {TopNode} node
 * @param {Piece[]} pieces
 * @returns {Piece}
 */
function typesetTop({ k, position }, pieces) {
  const last = pieces[pieces.length - 1];
  const shown = pieces.length <= MOST_TERMS ? pieces : [...pieces.slice(0, 3), { html: mo("⋯") }, last];
  const all = `${mo("(")}${listed(shown)}${mo(")")}`;
  const claim =
    k === 1
      ? `${upright("argmax")}${all}${mo("=")}<mn>${position + 1}</mn>`
      : `${signed(pieces[position])}${mo("∈")}<mi>top</mi><mn>${k}</mn>${all}`;
  return { html: mo("[") + claim + mo("]") };
}

// --- what is written out ---------------------------------------------------------------------------------------------

/** @type {Ellipsis} */
const ELLIPSIS = { op: "ellipsis", parts: [] };

/**
 * The parts that weigh most, in their order, with dots where others are left out; all of them where they are few.
 * @param {Node[]} parts
 * @param {number} most
 * @param {number} kept
 * @param {(node: Node) => number} weight
 * @returns {Node[]}
 */
function few(parts, most, kept, weight) {
  if (parts.length <= most) return parts;
  const weights = parts.map(weight);
  const heavy = new Set([...parts.keys()].sort((a, b) => weights[b] - weights[a] || a - b).slice(0, kept));
  return parts.flatMap((part, n) => (heavy.has(n) ? [part] : n && !heavy.has(n - 1) ? [] : [ELLIPSIS]));
}

/** @param {Node} node */
const weightOf = (node) => sizeOf(scaledValue(node));

/** @type {Partial<Record<Node["op"], (node: Node) => number>>} */
const WEIGHT = { sum: weightOf, max: value, min: (node) => -value(node) };

/**
 * The terms of a sum, those of sums inside it among them.
 * @param {Node} node
 * @returns {Node[]}
 */
const termsOf = (node) => partsOf(node).flatMap((part) => (part.op === "sum" ? termsOf(part) : [part]));

/**
 * The parts of an operation that are written out.
 * @param {PlainNode | TopNode} node
 */
function spelledOut(node) {
  const parts = node.op === "sum" ? termsOf(node) : node.parts;
  const weight = WEIGHT[node.op];
  return weight ? few(parts, MOST_TERMS, 4, weight) : parts;
}

/**
 * @param {Node} node
 * @param {Leaf} leaf
 * @returns {Piece}
 */
function piece(node, leaf) {
  if (node.op === "constant") return { ...number(node.value), minusOne: node.value === -1 };
  if (node.op === "cell")
    return leaf === "symbols"
      ? { html: subscripted(node.step, node.offset) }
      : number(node.step.values[node.offset], "leaf");
  const pieces = spelledOut(node).map((part) => piece(part, leaf));
  if (node.op === "top") return typesetTop(node, pieces);
  const write = TYPESET[node.op];
  if (!write) throw new Error(`no way to write ${node.op}`);
  return write(pieces);
}

// --- lines that wrap -------------------------------------------------------------------------------------------------

const MOST_WRAPPED = 40; // a sum of terms does wrap, but hundreds of them are not read

/**
 * One line of arithmetic as HTML: a sum is one formula per term, so that it wraps like words.
 * @param {Node} node
 * @param {Leaf} leaf
 * @returns {string}
 */
export function typeset(node, leaf) {
  if (node.op === "given") return typeset(node.parts[1], leaf);
  if (node.op === "sum") return wrapped(node, leaf);
  const sum = scaledSum(node);
  return sum ? scaledUp(partsOf(node), sum, leaf) : math(signed(piece(node, leaf)));
}

/**
 * before, after: what stands at its first and at its last term and moves with them.
 * @param {Node} sum
 * @param {Leaf} leaf
 */
function wrapped(sum, leaf, before = "", after = "") {
  const terms = few(termsOf(sum), MOST_WRAPPED, 12, weightOf).map((part) => piece(part, leaf));
  const last = terms.length - 1;
  return terms
    .map((term, n) => {
      const sign = `<i>${term.negative ? "−" : "+"}</i>`;
      const end = n === last ? after : "";
      const html = n ? sign + math(term.html + end) : math(before + signed(term) + end);
      return `<span class="term">${html}</span>`;
    })
    .join(" ");
}

/**
 * Of a product its only sum, such as that of a mean: it wraps as well, in brackets.
 * @param {Node} node
 */
function scaledSum(node) {
  if (node.op !== "product") return undefined;
  const sums = node.parts.filter(({ op }) => op === "sum");
  return sums.length === 1 && !node.parts.some((part) => part.op === "constant" && part.value === -1)
    ? sums[0]
    : undefined;
}

/**
 * @param {Node[]} parts
 * @param {Node} sum
 * @param {Leaf} leaf
 */
function scaledUp(parts, sum, leaf) {
  const at = parts.indexOf(sum);
  const [ahead, behind] = [parts.slice(0, at), parts.slice(at + 1)];
  const before = ahead.map((part) => factor(piece(part, leaf)) + mo("·"));
  const after = behind.map((part) => mo("·") + factor(piece(part, leaf)));
  return wrapped(sum, leaf, before.join("") + mo("("), mo(")") + after.join(""));
}
