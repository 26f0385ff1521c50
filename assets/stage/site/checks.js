// Whether the goal of a challenge is reached: a tree, made of its Python by tools/site/checks.py, worked out on the steps.

import { along, listed, paired, reshaped, rows, simple, Table, tableOf, taken } from "./tables.js";

/** @import { Step } from "../model/steps.js" */
/** @import { Num } from "./tables.js" */

/** @typedef {string | number | boolean | null | Part[] | { [name: string]: Part }} Part */
/** @typedef {Part[]} Tree begins with the name of its node */
/** @typedef {unknown} Value a number, a text, a Table, a list, or a Step */
/** @typedef {Record<string, Value>} Names */

/**
 * What a goal reads.
 * @typedef {object} Read
 * @property {(name: string) => Step | undefined} step
 * @property {() => Step} output
 * @property {(name: string) => unknown} option
 */

/**
 * @param {Tree} tree
 * @param {Read} read
 */
export const isReached = (tree, read) => truth(worked(tree, read, {}));

/** @typedef {(tree: Part) => Value} Work */
/** @typedef {(parts: Part[], of: Work, read: Read, names: Names) => Value} Rule */

/**
 * @param {Part} tree
 * @param {Read} read
 * @param {Names} names
 * @returns {Value}
 */
function worked(tree, read, names) {
  const [name, ...parts] = treeOf(tree);
  const kind = String(name);
  const rule = RULES[kind] ?? (kind in SIGNS && signed(kind));
  if (!rule) throw new Error(`no rule for ${kind}`);
  return rule(parts, (part) => worked(part, read, names), read, names);
}

const treeOf = (/** @type {Part} */ part) => /** @type {Tree} */ (part);
const treesOf = (/** @type {Part} */ part) => /** @type {Tree[]} */ (part);

/** @type {Record<string, (a: Num, b: Num) => Num>} */
const SIGNS = {
  "<": (a, b) => Number(a) < Number(b),
  "<=": (a, b) => Number(a) <= Number(b),
  ">": (a, b) => Number(a) > Number(b),
  ">=": (a, b) => Number(a) >= Number(b),
  "==": (a, b) => Number(a) === Number(b),
  "!=": (a, b) => Number(a) !== Number(b),
  "+": (a, b) => Number(a) + Number(b),
  "-": (a, b) => Number(a) - Number(b),
  "*": (a, b) => Number(a) * Number(b),
  "/": (a, b) => Number(a) / Number(b),
  "&": (a, b) => Boolean(a) && Boolean(b),
  "|": (a, b) => Boolean(a) || Boolean(b),
};

/**
 * @param {string} sign
 * @returns {Rule}
 */
const signed =
  (sign) =>
  ([one, other], of) =>
    operated(sign, of(one), of(other));

/**
 * @param {string} sign
 * @param {Value} one
 * @param {Value} other
 * @returns {Value}
 */
function operated(sign, one, other) {
  const isText = typeof one === "string" || typeof other === "string";
  if (isText || (Array.isArray(one) && Array.isArray(other))) return compared(sign, one, other);
  return simple(paired(tableOf(one), tableOf(other), SIGNS[sign]));
}

/**
 * @param {string} sign
 * @param {Value} one
 * @param {Value} other
 */
function compared(sign, one, other) {
  const isSame = JSON.stringify(numbered(one)) === JSON.stringify(numbered(other));
  if (sign !== "==" && sign !== "!=") throw new Error(`no ${sign} between texts or lists`);
  return isSame === (sign === "==");
}

/**
 * With 1 for true, which is the same in Python.
 * @param {Value} value
 * @returns {unknown}
 */
function numbered(value) {
  if (Array.isArray(value)) return value.map(numbered);
  return typeof value === "boolean" ? Number(value) : value;
}

/** @param {Value} value */
function truth(value) {
  if (Array.isArray(value)) return value.length > 0;
  if (!(value instanceof Table)) return Boolean(value);
  if (value.data.length > 1) throw new Error("several numbers are neither true nor false");
  return Boolean(value.data[0]);
}

/**
 * @param {unknown} step
 * @returns {Table | Num}
 */
const valuesOf = (step) => {
  const { shape, values } = /** @type {Step} */ (step);
  return simple(new Table(shape, [...values]));
};

/** @type {Record<string, Rule>} */
const RULES = {
  const: ([value]) => value,
  name: ([name], _of, _read, names) => names[String(name)],
  let: ([name, given, body], of, read, names) => worked(body, read, { ...names, [String(name)]: of(given) }),
  if: ([test, then, otherwise], of) => of(truth(of(test)) ? then : otherwise),
  and: (parts, of) => chained(parts, of, false),
  or: (parts, of) => chained(parts, of, true),
  not: ([part], of) => !truth(of(part)),
  neg: ([part], of) => operated("-", 0, of(part)),
  compare: ([first, ...pairs], of) => {
    let left = of(first);
    /** @type {Value} */
    let found = true;
    for (const [sign, tree] of pairs.map(treeOf)) {
      if (!truth(found)) return found;
      const right = of(tree);
      found = operated(String(sign), left, right);
      left = right;
    }
    return found;
  },
  within: ([part, among], of) => {
    const [one, all] = [of(part), of(among)];
    return typeof all === "string"
      ? all.includes(String(one))
      : items(all).some((each) => truth(operated("==", one, each)));
  },
  text: (parts, of) => parts.map((part) => String(of(part))).join(""),
  list: (parts, of) => parts.map(of),
  has: ([name], of, read) => read.step(String(of(name))) !== undefined,
  step: ([name], of, read) => {
    const found = read.step(String(of(name)));
    if (!found) throw new Error("no such step");
    return found;
  },
  output: (_parts, _of, read) => read.output(),
  option: ([name], of, read) => read.option(String(of(name))),
  attribute: ([name, part], of) => ATTRIBUTES[String(name)](of(part)),
  index: ([part, places], of) => indexed(of(part), treesOf(places), of),
  each: ([name, among, body], of, read, names) =>
    items(of(among)).map((each) => worked(body, read, { ...names, [String(name)]: each })),
  call: ([name, given, settings], of) => FUNCTIONS[String(name)](treeOf(given).map(of), settled(settings, of)),
  method: ([name, part, given, settings], of) =>
    method(String(name), of(part), treeOf(given).map(of), settled(settings, of)),
};

/**
 * The first part that decides, as Python has it.
 * @param {Part[]} parts
 * @param {Work} of
 * @param {boolean} ending
 */
function chained(parts, of, ending) {
  /** @type {Value} */
  let found = !ending;
  for (const part of parts) {
    found = of(part);
    if (truth(found) === ending) return found;
  }
  return found;
}

/**
 * @param {Part} settings by name
 * @param {Work} of
 */
const settled = (settings, of) =>
  Object.fromEntries(
    Object.entries(/** @type {{ [name: string]: Part }} */ (settings)).map(([name, tree]) => [name, of(tree)]),
  );

/** @type {Record<string, (value: Value) => Value>} */
const ATTRIBUTES = {
  value: valuesOf,
  shape: (value) => tableOf(value).shape,
  size: (value) => tableOf(value).data.length,
  T: (value) => {
    const { shape, data } = tableOf(value);
    const [down, across] = shape;
    const turned = Array.from({ length: across * down }, (_, n) => data[(n % down) * across + Math.floor(n / down)]);
    return new Table([across, down], turned);
  },
};

/**
 * The parts of a list or along the first axis of a table.
 * @param {Value} value
 * @returns {Value[]}
 */
const items = (value) => (Array.isArray(value) ? value : rows(tableOf(value)));

// --- pieces ----------------------------------------------------------------------------------------------------------

/**
 * @param {Value} value
 * @param {Tree[]} places
 * @param {Work} of
 * @returns {Value}
 */
function indexed(value, places, of) {
  if (Array.isArray(value)) return listPiece(value, places[0], of);
  let table = tableOf(value);
  let axis = 0;
  for (const place of places) [table, axis] = PIECES[String(place[0])](table, axis, place.slice(1), of);
  return simple(table);
}

/** @typedef {(table: Table, axis: number, rest: Part[], of: Work) => [Table, number]} Piece */

/** @type {Record<string, Piece>} what is left of a table, and the axis that the next place is about */
const PIECES = {
  new: (table, axis) => [reshaped(table, table.shape.toSpliced(axis, 0, 1)), axis + 1],
  slice: (table, axis, ends, of) => [taken(table, axis, sliced(table.shape[axis], ends, of)), axis + 1],
  at: (table, axis, [tree], of) => {
    const at = of(tree);
    if (at instanceof Table && typeof at.data[0] === "boolean") return [masked(table, at), axis + 1];
    const isMany = Array.isArray(at) || at instanceof Table;
    const found = taken(table, axis, wanted(isMany ? at : [at], table.shape[axis]));
    return isMany ? [found, axis + 1] : [reshaped(found, found.shape.toSpliced(axis, 1)), axis];
  },
};

/**
 * @param {Value[]} list
 * @param {Tree} place
 * @param {Work} of
 */
function listPiece(list, place, of) {
  if (place[0] === "slice") return sliced(list.length, place.slice(1), of).map((n) => list[n]);
  const [at] = wanted([of(place[1])], list.length);
  if (!(at in list)) throw new RangeError("no such position");
  return list[at];
}

/**
 * Positions, counted from the end where they are below 0.
 * @param {Value} at
 * @param {number} size
 */
const wanted = (at, size) => tableOf(at).data.map((n) => (Number(n) < 0 ? Number(n) + size : Number(n)));

/**
 * @param {Table} table
 * @param {Table} mask over its first axes
 */
function masked(table, { shape, data }) {
  const inner = table.shape.slice(shape.length);
  const flat = reshaped(table, [data.length, ...inner]);
  return taken(
    flat,
    0,
    data.flatMap((isTaken, n) => (isTaken ? [n] : [])),
  );
}

/**
 * @param {number} size
 * @param {Part[]} ends
 * @param {Work} of
 */
function sliced(size, ends, of) {
  const [start, end, step] = ends.map((tree) => (tree ? Number(of(tree)) : undefined));
  /** @param {number} n */
  const within = (n) => Math.min(size, Math.max(0, n < 0 ? n + size : n));
  const found = [];
  for (let n = within(start ?? 0); n < within(end ?? size); n += step ?? 1) found.push(n);
  return found;
}

// --- functions -------------------------------------------------------------------------------------------------------

/** @param {Num[]} cells */
const largest = (cells) => Math.max(...cells.map(Number));
/** @param {Num[]} cells */
const smallest = (cells) => Math.min(...cells.map(Number));
/** @param {Num[]} cells */
const total = (cells) => cells.reduce((/** @type {number} */ sum, each) => sum + Number(each), 0);
/** @param {Num[]} cells */
const spread = (cells) => largest(cells) - smallest(cells);

/** @param {Num[]} cells */
function deviation(cells) {
  const mean = total(cells) / cells.length;
  return Math.sqrt(total(cells.map((each) => (Number(each) - mean) ** 2)) / cells.length);
}

/** @type {Record<string, (cells: Num[]) => Num>} */
const OVER = {
  any: (cells) => cells.some(Boolean),
  all: (cells) => cells.every(Boolean),
  max: largest,
  min: smallest,
  sum: total,
  std: deviation,
  argmax: (cells) => cells.map(Number).indexOf(largest(cells)),
  argmin: (cells) => cells.map(Number).indexOf(smallest(cells)),
};

/** @param {Value} axis */
const axisOf = (axis) => (axis === undefined ? undefined : Number(axis));

/**
 * @param {string} name
 * @param {Value} part
 * @param {Value[]} given
 * @param {{ axis?: Value, keepdims?: Value, initial?: Value }} settings
 * @returns {Value}
 */
function method(name, part, given, { axis = given[0], keepdims = false, initial }) {
  if (name === "size") return /** @type {Step} */ (part).axes.find(([each]) => each === given[0])?.[1].length;
  if (name === "tolist") return listed(tableOf(part));
  const more = initial === undefined ? [] : [Number(initial)];
  return simple(along(tableOf(part), axisOf(axis), (cells) => OVER[name]([...cells, ...more]), Boolean(keepdims)));
}

/**
 * @param {Table} table
 * @param {(x: number) => Num} compute
 */
const mapped = ({ shape, data }, compute) =>
  simple(
    new Table(
      shape,
      data.map((each) => compute(Number(each))),
    ),
  );

/** @type {Record<string, (given: Value[], settings: Record<string, Value>) => Value>} */
const FUNCTIONS = {
  bool: ([x]) => truth(x),
  abs: ([x]) => mapped(tableOf(x), Math.abs),
  int: ([x]) => Math.trunc(Number(x instanceof Table ? x.data[0] : x)),
  len: ([x]) => items(x).length,
  range: (ends) =>
    Array.from(
      { length: Number(ends[ends.length - 1]) - (ends[1] === undefined ? 0 : Number(ends[0])) },
      (_, n) => n + (ends[1] === undefined ? 0 : Number(ends[0])),
    ),
  max: (given) => largest(/** @type {Num[]} */ (given.length > 1 ? given : items(given[0]))),
  min: (given) => smallest(/** @type {Num[]} */ (given.length > 1 ? given : items(given[0]))),
  list: ([x]) => items(x),
  any: ([x]) => items(x).some(truth),
  all: ([x]) => items(x).every(truth),
  sum: ([x]) => total(/** @type {Num[]} */ (items(x))),
  set: ([x]) => [...new Set(items(x).map(numbered))].sort((a, b) => Number(a) - Number(b)),
  "np.abs": ([x]) => mapped(tableOf(x), Math.abs),
  "np.ptp": ([x, place], { axis = place }) => simple(along(tableOf(x), axisOf(axis), spread)),
  "np.diff": ([x], { axis = -1 }) => {
    const table = tableOf(x);
    const at = Number(axis) < 0 ? Number(axis) + table.shape.length : Number(axis);
    const places = Array.from({ length: Math.max(0, table.shape[at] - 1) }, (_, n) => n);
    return paired(
      taken(
        table,
        at,
        places.map((n) => n + 1),
      ),
      taken(table, at, places),
      SIGNS["-"],
    );
  },
  "np.sort": ([x]) => along(tableOf(x), -1, (cells) => cells.toSorted((a, b) => Number(a) - Number(b))),
  "np.unique": ([x]) => tableOf([...new Set(tableOf(x).data)].sort((a, b) => Number(a) - Number(b))),
  "np.linalg.norm": ([x]) => Math.hypot(...tableOf(x).data.map(Number)),
  "np.atleast_2d": ([x]) => {
    const table = tableOf(x);
    return table.shape.length < 2 ? reshaped(table, [1, table.data.length]) : table;
  },
  "np.subtract.outer": ([x, y]) => {
    const [one, other] = [tableOf(x), tableOf(y)];
    return paired(reshaped(one, [...one.shape, ...other.shape.map(() => 1)]), other, SIGNS["-"]);
  },
  "np.array_equal": ([x, y]) => {
    const [one, other] = [tableOf(x), tableOf(y)];
    return (
      String(one.shape) === String(other.shape) && one.data.every((each, n) => Number(each) === Number(other.data[n]))
    );
  },
  "np.allclose": ([x, y, first = 1e-5, second = 1e-8], { rtol = first, atol = second }) =>
    paired(
      tableOf(x),
      tableOf(y),
      (a, b) => a === b || Math.abs(Number(a) - Number(b)) <= Number(atol) + Number(rtol) * Math.abs(Number(b)),
    ).data.every(Boolean),
};
