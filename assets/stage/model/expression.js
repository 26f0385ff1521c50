// Expression trees as the page sends them: plain arithmetic of one cell, its value and its operand cells.

import { FUNCTIONS } from "./functions.js";
import { flat, place } from "./positions.js";
import * as scaled from "./scaled.js";

/** @import { WireExpression } from "../wire.js" */
/** @import { FunctionName } from "./functions.js" */
/** @import { Spot } from "./positions.js" */
/** @import { Scaled } from "./scaled.js" */
/** @import { Step } from "./steps.js" */

/**
 * Arithmetic without indices, down to cells and constants.
 * @typedef {{ op: "cell", step: Step, offset: number }} CellNode
 * @typedef {{ op: "constant", value: number, symbol?: string }} ConstantNode symbol: how a formula calls it, in MathML
 * @typedef {{ op: "rest", value: number, count: number }} RestNode what parts left out come to, see shortened.js
 * @typedef {{ op: "top", k: number, position: number, parts: Node[] }} TopNode
 * @typedef {{ op: PlainOp, parts: Node[] }} PlainNode
 * @typedef {"sum" | "product" | "quotient" | "power" | "max" | "min" | "edge" | "list" | "given" | FunctionName} PlainOp
 * @typedef {CellNode | ConstantNode | RestNode} Leaf
 * @typedef {Leaf | TopNode | PlainNode} Node
 */

/** @typedef {{ step: Step, offset: number, pale: boolean }} Operand pale: a factor of 0 keeps it from being felt */

/**
 * @param {WireExpression} tree
 * @param {Spot} spot
 * @param {Step[]} steps
 * @returns {Node}
 */
export function ground(tree, spot, steps) {
  switch (tree[0]) {
    case "constant":
      return { op: "constant", value: tree[1] ?? -Infinity, symbol: tree[2] };
    case "cell": {
      const step = steps[tree[1]];
      return {
        op: "cell",
        step,
        offset: flat(
          step,
          tree[2].map((index) => place(index, spot)),
        ),
      };
    }
    case "position":
      return { op: "constant", value: place(tree[1], spot) };
    case "over":
      return overAxis(tree, spot, steps);
    case "piece": {
      const [, index, starts, ...pieces] = tree;
      const position = place(index, spot);
      return ground(pieces[starts.filter((start) => start <= position).length - 1], spot, steps);
    }
    case "top": {
      const [, k, index, items] = tree;
      return { op: "top", k, position: place(index, spot), parts: partsOf(ground(items, spot, steps)) };
    }
    default:
      return operated(tree, spot, steps);
  }
}

/**
 * @param {Extract<WireExpression, ["over", ...unknown[]]>} tree
 * @param {Spot} spot
 * @param {Step[]} steps
 */
function overAxis([, how, axis, size, body], spot, steps) {
  const parts = [];
  for (let i = 0; i < size; i++) parts.push(ground(body, { ...spot, [axis]: i }, steps));
  return written(/** @type {PlainOp} */ (how), parts);
}

/**
 * @param {[import("../wire.js").Operation, ...WireExpression[]]} tree
 * @param {Spot} spot
 * @param {Step[]} steps
 * @returns {Node}
 */
function operated([op, ...rest], spot, steps) {
  const parts = rest.map((part) => ground(part, spot, steps));
  if (op === "choose") return { op: "given", parts: [parts[0], value(parts[0]) ? parts[1] : parts[2]] };
  return written(op, parts);
}

/**
 * One operation on grounded parts, without what lies beyond an edge: it adds nothing and makes nothing.
 * @param {PlainOp} op
 * @param {Node[]} parts
 * @returns {PlainNode}
 */
function written(op, parts) {
  /** @param {Node} part */
  const beyond = (part) => part.op === "edge";
  if (op === "product" && parts.some(beyond)) return { op: "edge", parts: [] };
  const kept = op === "sum" ? parts.filter((part) => !beyond(part)) : parts;
  return kept.length || !parts.length ? { op, parts: kept } : { op: "edge", parts: [] };
}

/**
 * @param {Node} node
 * @returns {Node[]}
 */
export const partsOf = (node) => ("parts" in node ? node.parts : []);

/** @typedef {(parts: Scaled[]) => Scaled} Rule */

/**
 * @param {(x: number) => number} compute
 * @returns {Rule}
 */
const applied =
  (compute) =>
  ([a]) => [compute(scaled.collapsed(a)), 0];

/** @type {Partial<Record<PlainOp, Rule>>} */
const RULES = {
  ...Object.fromEntries(Object.entries(FUNCTIONS).map(([name, compute]) => [name, applied(compute)])),
  // Of all functions these two keep what is beyond any number that can be held.
  exp: scaled.exp,
  log: scaled.log,
  sum: scaled.sum,
  product: scaled.product,
  quotient: scaled.quotient,
  power: scaled.power,
  max: scaled.max,
  min: scaled.min,
  edge: () => [0, 0],
  given: ([, chosen]) => chosen,
};

/** @typedef {(leaf: Leaf) => number} Read what an operand or a constant is taken for */

/** @type {Read} */
const inFull = (leaf) => (leaf.op === "cell" ? leaf.step.values[leaf.offset] : leaf.value);

/**
 * @param {Node} node
 * @returns {node is Leaf}
 */
export const isLeaf = (node) => node.op === "cell" || node.op === "constant" || node.op === "rest";

/**
 * @param {Node} node
 * @param {Read} read
 * @param {Rule} add
 * @returns {Scaled}
 */
function worked(node, read, add) {
  if (isLeaf(node)) return [read(node), 0];
  const parts = node.parts.map((part) => worked(part, read, add));
  if (node.op === "sum") return add(parts);
  return node.op === "top" ? scaled.top(parts, node.k, node.position) : ruleOf(node.op)(parts);
}

/** @param {Node} node */
export const scaledValue = (node) => worked(node, inFull, scaled.sum);

/** @param {PlainOp} op */
function ruleOf(op) {
  const rule = RULES[op];
  if (!rule) throw new Error(`no arithmetic for ${op}`);
  return rule;
}

/** @param {Node} node */
export const value = (node) => scaled.collapsed(scaledValue(node));

/**
 * The value as worked out on paper: leaves are taken for the numbers that are read there, and what cancels is 0.
 * @param {Node} node
 * @param {Read} read
 */
export const valueOnPaper = (node, read) => scaled.collapsed(worked(node, read, scaled.sumOnPaper));

/**
 * Every operand cell, once.
 * @param {Node} node
 * @returns {Operand[]}
 */
export function operandCells(node) {
  /** @type {Map<string, Operand>} */
  const found = new Map();
  /**
   * @param {Node} part
   * @param {boolean} pale
   */
  const read = (part, pale) => {
    if (part.op === "cell") {
      const key = `${part.step.id}:${part.offset}`;
      found.set(key, { step: part.step, offset: part.offset, pale: pale && (found.get(key)?.pale ?? true) });
      return;
    }
    const parts = partsOf(part);
    const factors = part.op === "product" ? parts.map(value) : [];
    for (const [n, inner] of parts.entries()) read(inner, pale || factors.some((f, k) => k !== n && f === 0));
  };
  read(node, false);
  return [...found.values()];
}

/** @type {WeakMap<WireExpression, readonly number[]>} */
const READ = new WeakMap(); // an expression does not change, and is asked at every cell

/**
 * Numbers of the named steps a step's arithmetic reads, in reading order.
 * @param {WireExpression | null} tree
 * @returns {readonly number[]}
 */
export function operandIds(tree) {
  if (!tree) return [];
  const known = READ.get(tree) ?? readIn(tree);
  READ.set(tree, known);
  return known;
}

/** @param {WireExpression} tree */
function readIn(tree) {
  /** @type {Set<number>} */
  const found = new Set();
  /** @param {unknown} part */
  const read = (part) => {
    if (!Array.isArray(part)) return;
    if (part[0] === "cell") found.add(part[1]);
    else part.slice(1).forEach(read);
  };
  read(tree);
  return [...found];
}
