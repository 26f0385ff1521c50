// The same expression trees as attention_core/expression.py, read in the browser: value, operand cells, text.
// A tree is a nested list ["sum", part, part]; an index is [offset, [base, coefficient, divisor, modulus], ...].

const place = (index, spot) => {
  let sum = index[0];
  for (let n = 1; n < index.length; n++) {
    const [base, coefficient, divisor, modulus] = index[n];
    const whole = Math.floor((typeof base === "string" ? spot[base] : place(base, spot)) / divisor);
    sum += coefficient * (modulus ? whole % modulus : whole);
  }
  return sum;
};

const flat = (step, position) => position.reduce((sum, i, n) => sum * step.shape[n] + i, 0);

const unflat = (step, offset) => {
  const position = new Array(step.shape.length);
  for (let n = position.length - 1; n >= 0; n--) {
    position[n] = offset % step.shape[n];
    offset = Math.floor(offset / step.shape[n]);
  }
  return position;
};

const spotOf = (step, position) => Object.fromEntries(step.axes.map(([name], n) => [name, position[n]]));

/** Plain arithmetic for one cell: {op, parts} down to {op: "cell", step, offset} and {op: "constant", value}. */
function ground(tree, spot, steps) {
  const [op, ...rest] = tree;
  if (op === "constant") return { op, value: rest[0] ?? -Infinity };
  if (op === "cell") {
    const step = steps[rest[0]];
    return { op, step, offset: flat(step, rest[1].map((index) => place(index, spot))) };
  }
  if (op === "over") {
    const [how, axis, size, body] = rest;
    const parts = [];
    for (let i = 0; i < size; i++) parts.push(ground(body, { ...spot, [axis]: i }, steps));
    return written(how, parts);
  }
  if (op === "piece") {
    const [index, starts, ...pieces] = rest;
    const position = place(index, spot);
    return ground(pieces[starts.filter((start) => start <= position).length - 1], spot, steps);
  }
  if (op === "top") {
    const [k, index, items] = rest;
    return { op, k, position: place(index, spot), parts: ground(items, spot, steps).parts };
  }
  const parts = rest.map((part) => ground(part, spot, steps));
  if (op === "choose") return { op: "given", parts: [parts[0], value(parts[0]) ? parts[1] : parts[2]] };
  return written(op, parts);
}

/** One operation on grounded parts, without what lies beyond an edge: it adds nothing and makes nothing. */
function written(op, parts) {
  const beyond = (part) => part.op === "edge";
  if (op === "product" && parts.some(beyond)) return { op: "edge", parts: [] };
  const kept = op === "sum" ? parts.filter((part) => !beyond(part)) : parts;
  return kept.length || !parts.length ? { op, parts: kept } : { op: "edge", parts: [] };
}

// Numbers are carried as [m, s], meaning m * e^s, so that exponentials of large scores stay finite.
const collapsed = ([m, s]) => (s === 0 || m === 0 ? m : m * Math.exp(s));
const VALUE = {
  sum: (parts) => {
    const top = parts.reduce((best, [m, s]) => (m ? Math.max(best, s) : best), -Infinity);
    if (top === -Infinity) return [0, 0];
    return [parts.reduce((sum, [m, s]) => sum + (m ? (s === top ? m : m * Math.exp(s - top)) : 0), 0), top];
  },
  product: (parts) => [parts.reduce((p, [m]) => p * m, 1), parts.reduce((sum, [, s]) => sum + s, 0)],
  quotient: ([a, b]) => [a[0] / b[0], a[1] - b[1]],
  log: ([[m, s]]) => [Math.log(m) + s, 0],
  max: (parts) => parts.reduce((best, part) => (collapsed(part) > collapsed(best) ? part : best)),
  min: (parts) => parts.reduce((best, part) => (collapsed(part) < collapsed(best) ? part : best)),
  edge: () => [0, 0],
  top: (parts, { k, position }) => {
    const values = parts.map(collapsed);
    const ahead = values.filter((v, n) => v > values[position] || (v === values[position] && n < position));
    return [Number(ahead.length < k), 0];
  },
  exp: ([a]) => (collapsed(a) === -Infinity ? [0, 0] : [1, collapsed(a)]),
  given: ([, chosen]) => chosen,
};
// Functions of one number, computed; text.js writes them. The rows are those of FUNCTIONS in expression.py.
const FUNCTIONS = {
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(x, 0),
  xlogx: (x) => (x ? x * Math.log(x) : 0),
  sin: Math.sin,
  cos: Math.cos,
  sqrt: Math.sqrt,
  root: Math.sqrt,
  square: (x) => x * x,
  abs: Math.abs,
  positive: (x) => Number(x > 0),
  held: (x) => x,
  cut: () => 0,
  floor: Math.floor,
};
for (const [name, compute] of Object.entries(FUNCTIONS)) VALUE[name] = ([a]) => [compute(collapsed(a)), 0];
const scaled = (node) =>
  node.op === "cell" ? [node.step.values[node.offset], 0]
  : node.op === "constant" ? [node.value, 0]
  : VALUE[node.op](node.parts.map(scaled), node);
const value = (node) => collapsed(scaled(node));

/** Recompute every computed step from the inputs' values, in order. */
function recompute(steps, ordered) {
  for (const step of ordered) {
    if (!step.expression) continue;
    for (let offset = 0; offset < step.values.length; offset++)
      step.values[offset] = value(ground(step.expression, spotOf(step, unflat(step, offset)), steps));
  }
}

/** The steps computed from any of these, in order. */
function followers(steps, changed) {
  const moved = new Set(changed.map(({ id }) => id));
  return steps.filter(({ id, expression }) => expression && operandIds(expression).some((each) => moved.has(each)) && moved.add(id));
}

/** Every operand cell, once: {step, offset, pale}; pale where a factor of 0 keeps it from being felt. */
function operandCells(node) {
  const found = new Map();
  const read = (part, pale) => {
    if (part.op === "cell") {
      const key = `${part.step.id}:${part.offset}`;
      found.set(key, { step: part.step, offset: part.offset, pale: pale && (found.get(key)?.pale ?? true) });
    }
    const factors = part.op === "product" ? part.parts.map(value) : [];
    part.parts?.forEach((inner, n) => read(inner, pale || factors.some((f, k) => k !== n && f === 0)));
  };
  read(node, false);
  return [...found.values()];
}

/** For every operand cell "id:offset" of one step, the offsets of the cells it feeds. */
function feeds(step, steps) {
  const found = new Map();
  for (let offset = 0; offset < step.values.length; offset++)
    for (const cell of operandCells(ground(step.expression, spotOf(step, unflat(step, offset)), steps))) {
      const key = `${cell.step.id}:${cell.offset}`;
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(offset);
    }
  return found;
}

/** Ids of the named steps a step's arithmetic reads, in reading order. */
function operandIds(tree, found = []) {
  if (!Array.isArray(tree)) return found;
  if (tree[0] === "cell") found.includes(tree[1]) || found.push(tree[1]);
  else tree.slice(1).forEach((part) => operandIds(part, found));
  return found;
}
