// What Predict asks and which answers it takes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccepted, isBlocked, isRight, offsetAt, openTurn } from "../../assets/stage/model/question.js";
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

test("the cell whose arithmetic is on screen is not asked for", () => {
  const sheet = masked(1, 1, 1, 1);
  const step = sheet.named("masked");
  for (let turn = 0; turn < 8; turn++)
    for (let shown = 0; shown < 4; shown++) assert.notEqual(offsetAt(4, openTurn(sheet, step, turn, shown)), shown);
});

test("accepted is what the value, the printed line or the numbers on the cells give", () => {
  const sheet = masked(1, 1, 1, 1);
  sheet.change([
    { step: sheet.named("X"), offset: 0, value: 9.994 },
    { step: sheet.named("W"), offset: 0, value: 9.994 },
  ]);
  const cell = { step: sheet.named("P"), offset: 0 }; // 9.994 squared, and on the cells 9.99 squared: 99.88 and 99.80
  for (const typed of [99.88, 99.8]) assert.ok(isAccepted(sheet, cell, typed), String(typed));
  sheet.change([
    { step: sheet.named("X"), offset: 0, value: 1.494 },
    { step: sheet.named("W"), offset: 0, value: 0.334 },
  ]);
  for (const typed of [0.5, 0.49]) assert.ok(isAccepted(sheet, cell, typed), String(typed)); // 0.499 and 1.49 · 0.33
  for (const typed of [0.48, 0.51]) assert.ok(!isAccepted(sheet, cell, typed), String(typed));
});
