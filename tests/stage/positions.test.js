// Index terms, offsets and spots.

import assert from "node:assert/strict";
import { test } from "node:test";
import { flat, place, spotOf, unflat } from "../../assets/stage/model/positions.js";

const plain = (axis) => [0, [axis, 1, 1, 0]];

test("an index is its offset and its terms", () => {
  assert.equal(place([3], {}), 3);
  assert.equal(place(plain("i"), { i: 4 }), 4);
  assert.equal(place([-1, ["i", 2, 1, 0], ["j", 3, 1, 0]], { i: 4, j: 5 }), -1 + 8 + 15);
});

test("a term divides, takes the rest, and counts again", () => {
  assert.equal(place([0, ["i", 1, 3, 0]], { i: 7 }), 2);
  assert.equal(place([0, ["i", 5, 1, 3]], { i: 7 }), 5);
  assert.equal(place([0, ["i", 1, 2, 2]], { i: 7 }), 1);
});

test("below 0 a division rounds down, as in Python", () => {
  assert.equal(place([0, [[-3, ["i", 1, 1, 0]], 1, 2, 0]], { i: 0 }), -2);
});

test("the base of a term may be another index", () => {
  const merged = [1, ["i", 3, 1, 0], ["j", 1, 1, 0]];
  assert.equal(place([0, [merged, 1, 3, 0]], { i: 2, j: 1 }), 2);
  assert.equal(place([0, [merged, 1, 1, 3]], { i: 2, j: 1 }), 2);
});

test("offsets and positions are each other's inverse", () => {
  const step = { shape: [2, 3, 5] };
  for (let offset = 0; offset < 30; offset++) assert.equal(flat(step, unflat(step, offset)), offset);
  assert.deepEqual(unflat(step, 29), [1, 2, 4]);
  assert.deepEqual(unflat({ shape: [] }, 0), []);
  assert.equal(flat({ shape: [] }, []), 0);
});

test("a spot names the positions", () => {
  const step = {
    shape: [2, 3],
    axes: [
      ["query", ["a", "b"]],
      ["key", ["a", "b", "c"]],
    ],
  };
  assert.deepEqual(spotOf(step, 5), { query: 1, key: 2 });
});
