// Arrays as goals of challenges reckon with them: pieces, sums along an axis, cell by cell, as NumPy has them.

/** @typedef {number | boolean} Num */

export class Table {
  /**
   * @param {number[]} shape
   * @param {Num[]} data in reading order
   */
  constructor(shape, data) {
    this.shape = shape;
    this.data = data;
  }
}

/** @param {number[]} shape */
const sizeOf = (shape) => shape.reduce((size, n) => size * n, 1);

/**
 * A number where it is one.
 * @param {Table} table
 * @returns {Table | Num}
 */
export const simple = (table) => (table.shape.length ? table : table.data[0]);

/**
 * Numbers, or lists of them, as a table.
 * @param {unknown} value
 * @returns {Table}
 */
export function tableOf(value) {
  if (value instanceof Table) return value;
  if (!Array.isArray(value)) return new Table([], [/** @type {Num} */ (value)]);
  const parts = value.map(tableOf);
  return new Table(
    [parts.length, ...(parts[0]?.shape ?? [])],
    parts.flatMap(({ data }) => data),
  );
}

/**
 * As lists within lists.
 * @param {Table} table
 * @returns {unknown}
 */
export const listed = (table) => (table.shape.length ? rows(table).map((row) => listed(tableOf(row))) : table.data[0]);

/**
 * The parts along the first axis.
 * @param {Table} table
 * @returns {(Table | Num)[]}
 */
export function rows({ shape: [many, ...inner], data }) {
  const size = sizeOf(inner);
  return Array.from({ length: many }, (_, n) => simple(new Table(inner, data.slice(n * size, (n + 1) * size))));
}

/**
 * Some positions along an axis.
 * @param {Table} table
 * @param {number} axis
 * @param {number[]} positions
 */
export function taken({ shape, data }, axis, positions) {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  /** @type {Num[]} */
  const found = [];
  for (let o = 0; o < outer; o++)
    for (const at of positions) {
      if (!(at in Array.from({ length: shape[axis] }))) throw new RangeError("no such position");
      const start = (o * shape[axis] + at) * inner;
      found.push(...data.slice(start, start + inner));
    }
  return new Table(shape.with(axis, positions.length), found);
}

/**
 * Without an axis of one position, or with a new one.
 * @param {Table} table
 * @param {number[]} shape
 */
export const reshaped = (table, shape) => new Table(shape, table.data);

/**
 * @param {Table} one
 * @param {Table} other
 * @param {(a: Num, b: Num) => Num} compute
 */
export function paired(one, other, compute) {
  const many = Math.max(one.shape.length, other.shape.length);
  /** @param {Table} table */
  const grown = ({ shape }) => [...Array(many - shape.length).fill(1), ...shape];
  const [a, b] = [grown(one), grown(other)];
  const shape = a.map((n, axis) => (n === 1 ? b[axis] : n));
  if (shape.some((n, axis) => b[axis] !== n && b[axis] !== 1)) throw new RangeError("sizes differ");
  const size = sizeOf(shape);
  const data = Array.from({ length: size }, (_, n) =>
    compute(one.data[placed(n, shape, a)], other.data[placed(n, shape, b)]),
  );
  return new Table(shape, data);
}

/**
 * Where a cell of the whole is in what was stretched to it.
 * @param {number} n
 * @param {number[]} shape
 * @param {number[]} own
 */
function placed(n, shape, own) {
  let [rest, place, step] = [n, 0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (own[axis] > 1) place += (rest % shape[axis]) * step;
    step *= own[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}

/**
 * One number for all cells along an axis; without an axis one for all.
 * @param {Table} table
 * @param {number | undefined} axis counted from the end where it is below 0
 * @param {(cells: Num[]) => Num | Num[]} compute
 * @param {boolean} keep whether the axis stays, with one position
 */
export function along(table, axis, compute, keep = false) {
  if (axis === undefined) return overAll(table, compute, keep);
  const at = axis < 0 ? axis + table.shape.length : axis;
  const inner = sizeOf(table.shape.slice(at + 1));
  const lines = Array.from({ length: table.shape[at] ? table.data.length / table.shape[at] : 0 }, (_, n) => {
    const start = Math.floor(n / inner) * inner * table.shape[at] + (n % inner);
    return [compute(Array.from({ length: table.shape[at] }, (_, i) => table.data[start + i * inner]))].flat();
  });
  const length = lines[0]?.length ?? 1;
  const outer = lines.length / inner;
  const data = Array.from({ length: outer }, (_, o) =>
    Array.from({ length }, (_, i) => lines.slice(o * inner, (o + 1) * inner).map((line) => line[i])).flat(),
  ).flat();
  const middle = length === 1 && !keep ? [] : [length];
  return new Table([...table.shape.slice(0, at), ...middle, ...table.shape.slice(at + 1)], data);
}

/**
 * @param {Table} table
 * @param {(cells: Num[]) => Num | Num[]} compute
 * @param {boolean} keep
 */
function overAll({ shape, data }, compute, keep) {
  const all = [compute(data)].flat();
  if (all.length > 1) return new Table([all.length], all);
  return new Table(keep ? shape.map(() => 1) : [], all);
}
