// What Predict asks and which answers it takes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isBlocked, isRight, offsetAt, openTurn } from "../../assets/stage/model/question.js";
import { Sheet } from "../../assets/stage/model/sheet.js";
import { STEPS, VALUES } from "./sample.js";

test("right to two decimals", () => {
  for (const typed of [0.33, 1 / 3, 0.335, 0.3283]) assert.ok(isRight(1 / 3, typed), String(typed));
  for (const typed of [0.32, 0.34, 0, -1 / 3]) assert.ok(!isRight(1 / 3, typed), String(typed));
});

test("of a large number half a percent", () => {
  assert.ok(isRight(1000, 1004.9) && isRight(-1000, -995.1));
  assert.ok(!isRight(1000, 1005.1) && !isRight(1000, -1000));
});

test("the walk visits every cell before it comes back", () => {
  for (const size of [1, 2, 4, 6, 9, 12, 13, 16, 36, 49, 64]) {
    const visited = new Set(Array.from({ length: size }, (_, turn) => offsetAt(size, turn)));
    const apart = size % 7 ? 7 : 5;
    assert.equal(visited.size, size % apart ? size : size / apart, String(size));
  }
  assert.equal(offsetAt(0, 3), 0);
});

function masked(...switches) {
  const sheet = new Sheet();
  sheet.lay(STEPS, true);
  sheet.take(new Float64Array(VALUES));
  sheet.change(switches.map((value, offset) => ({ step: sheet.named("M"), offset, value })));
  return sheet;
}

test("what a mask decides is not asked for", () => {
  const sheet = masked(0, 1, 1, 0);
  const step = sheet.named("masked");
  assert.deepEqual(
    [0, 1, 2, 3].map((offset) => isBlocked(sheet, { step, offset })),
    [true, false, false, true],
  );
  for (let turn = 0; turn < 8; turn++) {
    const asked = openTurn(sheet, step, turn);
    assert.ok(asked >= turn && [1, 2].includes(offsetAt(4, asked)));
  }
});

test("a step of blocked cells alone is asked all the same", () => {
  const step = { ...masked(1, 1, 1, 1).named("masked"), values: new Float64Array(4).fill(-Infinity) };
  assert.equal(openTurn(masked(1, 1, 1, 1), step, 0), 4);
});
