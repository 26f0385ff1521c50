// Functions of one number, computed: a row for each of attention_core's elementwise functions.

/** @import { FunctionName } from "../wire.js" */

/** @type {Record<FunctionName, (x: number) => number>} */
export const FUNCTIONS = {
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
