// Numbers as they are written.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cellText, fullText, isExact, numberParts } from "../../assets/stage/model/numbers.js";

test("a cell is never wider than six characters", () => {
  const numbers = [0.004, 1 / 3, 12.345, 123.456, 4095, 99_999, 123456.7, 1e10, 1e100, 1.79e308, 5e-324];
  for (const v of numbers.flatMap((each) => [each, -each]))
    assert.ok(cellText(v).replace("−", "").length <= 6, String(v));
});

test("a cell's text", () => {
  const texts = {
    0.125: "0.13",
    3: "3",
    "-0.5": "−0.50",
    "-0.001": "0.00",
    12345.6: "1.2e4",
    123.456: "123.5",
    "1e10": "1e10",
  };
  for (const [v, text] of Object.entries(texts)) assert.equal(cellText(Number(v)), text);
  assert.deepEqual([Infinity, -Infinity, NaN].map(cellText), ["∞", "−∞", "?"]);
});

test("inside arithmetic small and large numbers are powers of ten", () => {
  assert.deepEqual(numberParts(-0.0012), { negative: true, digits: "1.2", power: -3 });
  assert.deepEqual(numberParts(2e7), { negative: false, digits: "2.0", power: 7 });
  assert.deepEqual(numberParts(0.005), { negative: false, digits: "0.01" });
  assert.deepEqual(numberParts(-Infinity), { negative: true, digits: "∞" });
});

test("all digits but the machine's last one", () => {
  assert.equal(fullText(0.1 + 0.2), "0.3");
  assert.equal(fullText(-1 / 3), "−0.333333333333333");
  assert.equal(fullText(-1.5e-7), "−1.5e−7");
});

test("a text that says all is exact", () => {
  assert.deepEqual([0.5, -3, 0.1 + 0.2, -Infinity, 1 / 3].map(isExact), [true, true, true, true, false]);
});
