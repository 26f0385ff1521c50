// Functions of one number: how each is computed, written and spoken.
// Made by `python -m tools.functions` from attention_core/engine/functions.py; do not edit.

import { erf } from "./erf.js";
import { say } from "./say.js";

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
  tanh: (x) => say("tanh of {x}", { x }),
  sigmoid: (x) => say("sigmoid of {x}", { x }),
  erf: (x) => say("error function of {x}", { x }),
  relu: (x) => say("the larger of 0 and {x}", { x }),
  positive: (x) => say("1 if {x} is above 0", { x }),
  floor: (x) => say("{x}, rounded down", { x }),
  exp: (x) => say("e to the {x}", { x }),
  sin: (x) => say("sine of {x}", { x }),
  cos: (x) => say("cosine of {x}", { x }),
  xlogx: (x) => say("{x} times its logarithm", { x }),
  log: (x) => say("logarithm of {x}", { x }),
  abs: (x) => say("{x} without its sign", { x }),
  square: (x) => say("{x}, squared", { x }),
  sqrt: (x) => say("root of {x}", { x }),
  root: (x) => say("root of {x}", { x }),
  held: (x) => say("held of {x}", { x }),
  cut: (x) => say("cut of {x}", { x }),
  reciprocal: (x) => say("1, divided by: {x}", { x }),
};
