// A small computation as the page would send it: X and W, their product P, its exponentials E, and a switch M.

/** @param {number[]} values */
export const encoded = (values) => Buffer.from(new Float64Array(values).buffer).toString("base64");

const AXES = { row: ["row", ["1", "2"]], inner: ["inner", ["1", "2"]], column: ["column", ["1", "2"]] };

const described = (name, axes, more) => ({
  name,
  plain: name,
  symbol: `<mi>${name}</mi>`,
  compound: false,
  axes: axes.map((axis) => AXES[axis]),
  view: "matrix",
  beside: 2,
  sign: "",
  meaning: "",
  editable: false,
  switch: false,
  expression: null,
  ...more,
});

const at = (axis) => [0, [axis, 1, 1, 0]];
const cell = (id, ...axes) => ["cell", id, axes.map(at)];
const PRODUCT = ["over", "sum", "inner", 2, ["product", cell(0, "row", "inner"), cell(1, "inner", "column")]];
const MASKED = ["choose", cell(4, "row", "column"), cell(2, "row", "column"), ["constant", null]];

export const STEPS = [
  described("X", ["row", "inner"], { editable: true }),
  described("W", ["inner", "column"], { editable: true }),
  described("P", ["row", "column"], { expression: PRODUCT }),
  described("E", ["row", "column"], { expression: ["exp", cell(2, "row", "column")] }),
  described("M", ["row", "column"], { editable: true, switch: true }),
  described("masked", ["row", "column"], { expression: MASKED }),
];

const X = [1, 2, 3, 4];
const W = [1, 0, 0, 1];
export const VALUES = [...X, ...W, ...X, ...X.map(Math.exp), 1, 1, 1, 1, ...X];

export const STOPS = [
  { title: "Inputs", steps: [0, 1, 4], result: null, words: "" },
  { title: "P", steps: [], result: 2, words: "the <b>product</b>" },
  { title: "E", steps: [], result: 3, words: "" },
  { title: "masked", steps: [], result: 5, words: "" },
];

/** What the page sends; `more`: what is different. */
export const payload = (more = {}) => ({
  key: "sample",
  mode: "lesson",
  steps: STEPS,
  stops: STOPS,
  values: encoded(VALUES),
  view: { stop: "P", cell: null, at: {}, token: 0 },
  sequence: 0,
  hide: [],
  problem: "",
  refused: [],
  ...more,
});
