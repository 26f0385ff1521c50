import assert from "node:assert/strict";
import { test } from "node:test";
import { shares, signed } from "../../assets/stage/scope/ask.js";

const token = { id: 0, piece: "a" };
const run = (/** @type {number} */ heads, /** @type {number} */ count) =>
  /** @type {any} */ ({ layers: 1, heads, tokens: Array.from({ length: count }, () => token) });

/** @param {number[]} numbers as ui/microscope/maps.py writes them */
const text = (numbers) => String.fromCharCode(...numbers.map((n) => n + 35 + Number(n + 35 >= 92)));

test("weights of whole maps are read in 255ths", () => {
  const found = shares(text([127, 0, 56, 57, 58, 0, 64, 63]), run(2, 2));
  assert.deepEqual([...found], [255, 0, 112, 114, 116, 0, 129, 126]);
});

test("maps that have nothing above the diagonal are read from what is below", () => {
  const found = shares(text([127, 64, 63, 0, 1, 126, 127, 32, 95, 42, 42, 43]), run(2, 3));
  assert.deepEqual([...found.subarray(0, 9)], [255, 0, 0, 129, 126, 0, 0, 2, 253]);
  assert.deepEqual([...found.subarray(9)], [255, 0, 0, 64, 191, 0, 84, 84, 86]);
});

test("changes are read to both sides of 0", () => {
  assert.deepEqual([...signed(text([0, 1, 2, 253, 254, 3, 4, 57]), run(2, 2))], [0, -1, 1, -127, 127, -2, 2, -29]);
});
