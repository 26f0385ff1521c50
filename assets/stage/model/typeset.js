// Grounded arithmetic as MathML, in symbols or in numbers.

import { isLeaf, partsOf } from "./expression.js";
import { FACTORS, MATHML } from "./functions.js";
import { DECIMALS, numberParts } from "./numbers.js";
import { unflat } from "./positions.js";
import { decimalsNeeded, leafParts } from "./printed.js";
import { say } from "./say.js";
import { isLong, scaledSum, shortened } from "./shortened.js";

/** @import { Leaf, Node, PlainOp, RestNode, TopNode } from "./expression.js" */
/** @import { FunctionName } from "./functions.js" */
/** @import { NumberParts } from "./numbers.js" */
/** @import { Step } from "./steps.js" */

/**
 * A piece of typeset arithmetic: html without a leading minus; open: needs brackets as a factor; many: as a base.
 * @typedef {{ html: string, negative?: boolean, open?: boolean, many?: boolean, minusOne?: boolean }} Piece
 * @typedef {"symbols" | "numbers"} Kind
 * @typedef {(leaf: Leaf) => Piece} Write how operands and constants are written
 */

/** @param {string} html */
const mrow = (html) => `<mrow>${html}</mrow>`;
/** @param {string} sign */
const mo = (sign) => `<mo>${sign}</mo>`;
const DOTS = mo("⋯");
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
 * @param {NumberParts} parts
 * @param {string} kind
 * @returns {Piece}
 */
function printed({ negative, digits, power }, kind = "") {
  const mantissa = `<mn class="${kind}">${digits}</mn>`;
  const html = power === undefined ? mantissa : `${mantissa}${mo("·")}<msup><mn>10</mn><mn>${power}</mn></msup>`;
  return { html, negative, open: power !== undefined };
}

/**
 * @param {number} v
 * @param {number} [decimals]
 */
export const number = (v, decimals) => printed(numberParts(v, decimals));

/**
 * What the parts left out come to, and how many they are. What is too large for a number stays dots.
 * @param {RestNode} rest
 * @param {Piece} piece
 * @returns {Piece}
 */
const counted = ({ value: v, count }, { html, ...rest }) =>
  v < Infinity
    ? { ...rest, html: `<munder>${mrow(html)}<mtext>${say("{count} more", { count })}</mtext></munder>` }
    : { html: DOTS };

/** @type {Write} */
const inSymbols = (leaf) => {
  if (leaf.op === "cell") return { html: subscripted(leaf.step, leaf.offset) };
  if (leaf.op === "rest") return { html: DOTS };
  return leaf.symbol ? { html: leaf.symbol } : inNumbers(DECIMALS.fewest)(leaf);
};

/**
 * A constant keeps what it is made of; -1 is a minus in front of what it multiplies.
 * @param {number} decimals
 * @returns {Write}
 */
const inNumbers = (decimals) => (leaf) => {
  const parts = leafParts(leaf, decimals);
  if (leaf.op === "constant") return { ...printed(parts), minusOne: leaf.value === -1 };
  return leaf.op === "cell" ? printed(parts, "leaf") : counted(leaf, printed(parts));
};

/** @param {Piece} piece */
export const signed = ({ html, negative }) => (negative ? mo("−") + html : html);
/** @param {Piece} piece */
const factor = (piece) => (piece.negative || piece.open ? mo("(") + signed(piece) + mo(")") : piece.html);
/**
 * A sum. The minus of its first term is left to what stands around it.
 * @param {Piece[]} pieces
 * @returns {Piece}
 */
const added = (pieces) => ({
  html: pieces.map(({ html, negative }, n) => (n ? mo(negative ? "−" : "+") : "") + html).join(""),
  negative: pieces[0].negative,
  open: true,
});
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
  sum: added,
  product: multiplied,
  quotient: ([a, b]) => ({ html: `<mfrac>${mrow(signed(a))}${mrow(signed(b))}</mfrac>` }),
  power: ([a, b]) => ({
    html: `<msup>${mrow(a.many ? mo("(") + signed(a) + mo(")") : factor(a))}${mrow(signed(b))}</msup>`,
  }),
  max: listing("max"),
  min: listing("min"),
  edge: () => number(0),
  given: ([, chosen]) => chosen,
};

const MOST_LISTED = 10; // beyond this a claim has dots

/**
 * @param {TopNode} node
 * @param {Piece[]} pieces
 * @returns {Piece}
 */
function typesetTop({ k, position }, pieces) {
  const last = pieces[pieces.length - 1];
  const shown = pieces.length <= MOST_LISTED ? pieces : [...pieces.slice(0, 3), { html: DOTS }, last];
  const all = `${mo("(")}${listed(shown)}${mo(")")}`;
  const claim =
    k === 1
      ? `${upright("argmax")}${all}${mo("=")}<mn>${position + 1}</mn>`
      : `${signed(pieces[position])}${mo("∈")}<mi>top</mi><mn>${k}</mn>${all}`;
  return { html: mo("[") + claim + mo("]") };
}

/**
 * @param {Node} node
 * @param {Write} write
 * @returns {Piece}
 */
function piece(node, write) {
  if (isLeaf(node)) return write(node);
  const pieces = node.parts.map((part) => piece(part, write));
  if (node.op === "top") return typesetTop(node, pieces);
  const rule = TYPESET[node.op];
  if (!rule) throw new Error(`no way to write ${node.op}`);
  return rule(pieces);
}

// --- lines that wrap -------------------------------------------------------------------------------------------------

/**
 * One line of arithmetic as HTML: a sum is one formula per term, so that it wraps like words.
 * @param {Node} node
 * @param {Kind} kind
 * @param {number} [decimals] of the operands in numbers
 */
export const typeset = (node, kind, decimals = DECIMALS.fewest) =>
  written(shortened(node), kind === "symbols" ? inSymbols : inNumbers(decimals));

/**
 * The arithmetic of a cell with value v in numbers, with as many decimals as the printed value needs; the sign behind it
 * says whether it gets there.
 * @param {Node} node
 * @param {number} v
 * @returns {{ numbers: string, sign: "=" | "≈", decimals: number }}
 */
export function lineOf(node, v) {
  const shown = shortened(node);
  const decimals = decimalsNeeded(shown, v);
  const numbers = written(shown, inNumbers(decimals ?? DECIMALS.most));
  if (decimals && !numbers.includes(DOTS)) return { numbers, sign: "=", decimals };
  return { numbers, sign: "≈", decimals: decimals ?? DECIMALS.most };
}

/**
 * @param {Node} node
 * @param {Write} write
 * @returns {string}
 */
function written(node, write) {
  if (node.op === "given") return written(node.parts[1], write);
  if (node.op === "sum") return wrapped(node, write);
  if (node.op === "quotient" && isLong(node.parts[0])) return divided(node.parts, write);
  const sum = scaledSum(node);
  return sum ? scaledUp(partsOf(node), sum, write) : math(signed(piece(node, write)));
}

/**
 * before, after: what stands at its first and at its last term and moves with them.
 * @param {Node} sum
 * @param {Write} write
 */
function wrapped(sum, write, before = "", after = "") {
  const terms = partsOf(sum).map((part) => piece(part, write));
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
 * A long sum over a divisor stands in one line with it, for a fraction does not wrap.
 * @param {Node[]} parts
 * @param {Write} write
 */
const divided = ([sum, divisor], write) =>
  wrapped(sum, write, mo("("), mo(")") + mo("/") + factor(piece(divisor, write)));

/**
 * @param {Node[]} parts
 * @param {Node} sum
 * @param {Write} write
 */
function scaledUp(parts, sum, write) {
  const at = parts.indexOf(sum);
  const [ahead, behind] = [parts.slice(0, at), parts.slice(at + 1)];
  const before = ahead.map((part) => factor(piece(part, write)) + mo("·"));
  const after = behind.map((part) => mo("·") + factor(piece(part, write)));
  return wrapped(sum, write, before.join("") + mo("("), mo(")") + after.join(""));
}
