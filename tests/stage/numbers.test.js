// Numbers as they are written.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellText,
  constantParts,
  fullText,
  isPrintedInFull,
  numberParts,
  readCell,
} from "../../assets/stage/model/numbers.js";

test("a cell is never wider than six characters and a sign", () => {
  const numbers = [0.004, 1 / 3, 12.345, 123.456, 4095, 99_999, 123456.7, 1e10, 1e100, 1.79e308, 5e-324];
  for (const v of [...numbers, 0.9996, 0.99996, 1.00004].flatMap((each) => [each, -each]))
    assert.ok(cellText(v).replace("−", "").length <= 6, String(v));
});

test("a cell's text", () => {
  const texts = {
    0.125: "0.13",
    3: "3",
    "-0.5": "−0.50",
    "-0.001": "−1e−3",
    12345.6: "1.2e4",
    123.456: "123.5",
    "1e10": "1e10",
  };
  for (const [v, text] of Object.entries(texts)) assert.equal(cellText(Number(v)), text);
  assert.deepEqual([Infinity, -Infinity, NaN].map(cellText), ["∞", "−∞", "?"]);
});

test("0 and 1 are printed of 0 and 1 alone", () => {
  const near = { 0.9997: "0.9997", 0.99997: "<1", 1.00003: ">1", "-0.99997": ">−1", "-1.00003": "<−1", "3e-4": "3e−4" };
  for (const [v, text] of Object.entries(near)) assert.equal(cellText(Number(v)), text);
  assert.deepEqual([1, 0, -0, 1 + 2 ** -52, 2.9999].map(cellText), ["1", "0", "0", "1", "3.00"]);
  assert.deepEqual(
    [0.996, 0.99999997, -1.0004].map((v) => numberParts(v).digits),
    ["0.996", "0.99999997", "1.0004"],
  );
  for (const v of [0.99997, 1.00003, 3e-4, -0.25, 7]) assert.ok(Math.abs(readCell(v) - v) < 0.005, String(v));
});

test("inside arithmetic small and large numbers are powers of ten", () => {
  assert.deepEqual(numberParts(-0.0012), { negative: true, digits: "1.2", power: -3 });
  assert.deepEqual(numberParts(2e7), { negative: false, digits: "2.0", power: 7 });
  assert.deepEqual(numberParts(Number.MAX_VALUE), { negative: false, digits: "1.8", power: 308 });
  assert.deepEqual(numberParts(0.005), { negative: false, digits: "0.01" });
  assert.deepEqual(numberParts(-Infinity), { negative: true, digits: "∞" });
});

test("more decimals, but no more than there are", () => {
  assert.equal(numberParts(1 / 3, 5).digits, "0.33333");
  assert.deepEqual(
    [0.125, 0.5, 2].map((v) => numberParts(v, 5).digits),
    ["0.125", "0.50", "2"],
  );
  assert.deepEqual(numberParts(0.00123456, 4), { negative: false, digits: "1.235", power: -3 });
  assert.deepEqual(
    [0.5, 0.125, 3].map((v) => constantParts(v).digits),
    ["0.5", "0.125", "3"],
  );
});

test("all digits but the machine's last one", () => {
  assert.equal(fullText(0.1 + 0.2), "0.3");
  assert.equal(fullText(-1 / 3), "−0.333333333333333");
  assert.equal(fullText(-1.5e-7), "−1.5e−7");
});

test("a number printed in full has no more digits", () => {
  const found = [0.5, -3, 0.1 + 0.2, -Infinity, 1 / 3, 0.125].map((v) => isPrintedInFull(v));
  assert.deepEqual(found, [true, true, true, true, false, false]);
  assert.ok(isPrintedInFull(0.125, 5));
});
