// Functions of one number: how each is computed, written and spoken.
// Made by `python -m tools.functions` from attention_core/engine/functions.py; do not edit.

import { erf } from "./erf.js";

/** @typedef {"tanh" | "sigmoid" | "erf" | "relu" | "positive" | "floor" | "exp" | "sin" | "cos" | "xlogx" | "log" | "abs" | "square" | "sqrt" | "root" | "held" | "cut" | "reciprocal"} FunctionName */
/** @typedef {{ x: string, factor: string, base: string }} Argument with brackets as a factor, base */

/** @type {Record<FunctionName, (x: number) => number>} */
export const FUNCTIONS = {
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  erf: erf,
  relu: (x) => Math.max(x, 0),
  positive: (x) => Number(x > 0),
  floor: Math.floor,
  exp: Math.exp,
  sin: Math.sin,
  cos: Math.cos,
  xlogx: (x) => (x ? x * Math.log(x) : 0),
  log: Math.log,
  abs: Math.abs,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  root: Math.sqrt,
  held: (x) => x,
  cut: () => 0,
  reciprocal: (x) => 1 / x,
};

/** @type {Record<FunctionName, (argument: Argument) => string>} */
export const MATHML = {
  tanh: ({ x }) => `<mi mathvariant="normal">tanh</mi><mo>(</mo>${x}<mo>)</mo>`,
  sigmoid: ({ x }) => `<mi mathvariant="normal">σ</mi><mo>(</mo>${x}<mo>)</mo>`,
  erf: ({ x }) => `<mi mathvariant="normal">erf</mi><mo>(</mo>${x}<mo>)</mo>`,
  relu: ({ x }) => `<mi mathvariant="normal">max</mi><mo>(</mo><mn>0</mn><mo>,</mo>${x}<mo>)</mo>`,
  positive: ({ x }) => `<mo>[</mo>${x}<mo>&gt;</mo><mn>0</mn><mo>]</mo>`,
  floor: ({ x }) => `<mo>⌊</mo>${x}<mo>⌋</mo>`,
  exp: ({ x }) => `<msup><mi>e</mi><mrow>${x}</mrow></msup>`,
  sin: ({ x }) => `<mi mathvariant="normal">sin</mi><mo>(</mo>${x}<mo>)</mo>`,
  cos: ({ x }) => `<mi mathvariant="normal">cos</mi><mo>(</mo>${x}<mo>)</mo>`,
  xlogx: ({ factor, x }) => `${factor}<mo>·</mo><mi mathvariant="normal">ln</mi><mo>(</mo>${x}<mo>)</mo>`,
  log: ({ x }) => `<mi mathvariant="normal">ln</mi><mo>(</mo>${x}<mo>)</mo>`,
  abs: ({ x }) => `<mo>|</mo>${x}<mo>|</mo>`,
  square: ({ base }) => `<msup><mrow>${base}</mrow><mn>2</mn></msup>`,
  sqrt: ({ x }) => `<msqrt><mrow>${x}</mrow></msqrt>`,
  root: ({ x }) => `<msqrt><mrow>${x}</mrow></msqrt>`,
  held: ({ x }) => `<mi mathvariant="normal">held</mi><mo>(</mo>${x}<mo>)</mo>`,
  cut: ({ x }) => `<mi mathvariant="normal">cut</mi><mo>(</mo>${x}<mo>)</mo>`,
  reciprocal: ({ x }) => `<mfrac><mrow><mn>1</mn></mrow><mrow>${x}</mrow></mfrac>`,
};

/** What is written as several factors, and so needs brackets as the base of a power. */
export const FACTORS = new Set(["xlogx", "square"]);

/** @type {Record<FunctionName, (x: string) => string>} */
export const SPEECH = {
  tanh: (x) => `tanh of ${x}`,
  sigmoid: (x) => `sigmoid of ${x}`,
  erf: (x) => `error function of ${x}`,
  relu: (x) => `the larger of 0 and ${x}`,
  positive: (x) => `1 if ${x} is above 0`,
  floor: (x) => `${x}, rounded down`,
  exp: (x) => `e to the ${x}`,
  sin: (x) => `sine of ${x}`,
  cos: (x) => `cosine of ${x}`,
  xlogx: (x) => `${x} times its logarithm`,
  log: (x) => `logarithm of ${x}`,
  abs: (x) => `${x} without its sign`,
  square: (x) => `${x}, squared`,
  sqrt: (x) => `root of ${x}`,
  root: (x) => `root of ${x}`,
  held: (x) => `held of ${x}`,
  cut: (x) => `cut of ${x}`,
  reciprocal: (x) => `1, divided by: ${x}`,
};
