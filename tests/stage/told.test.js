// What the words of a lesson read: numbers and labels at the place of the cell shown.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { plainText } from "../../assets/stage/model/numbers.js";
import { labelsWhere, told, valueAt } from "../../assets/stage/model/told.js";

/** @type {[value: number, text: string][]} */
const CORPUS = JSON.parse(readFileSync(new URL("../corpus/plain_numbers.json", import.meta.url), "utf-8"));

for (const [value, text] of CORPUS)
  test(`${value} in a sentence is ${text}`, () => {
    assert.equal(plainText(value), text);
  });

const step = (name, axes, values) => ({ name, axes, shape: axes.map(([, labels]) => labels.length), values });
const QUERY = ["query", ["he", "it"]];
const KEY = ["key", ["cat", "dog", "sun"]];
const MAPS = step("chosen", [QUERY, KEY], [0, 1, 0, 1, 1, 1]);
const ONE = step("said/largest", [], [0.75]);
const SHEET = { named: (name) => [MAPS, ONE].find((each) => each.name === name) };

test("a step made for the words comes before one of the lesson", () => {
  assert.equal(told(SHEET, "largest"), ONE);
  assert.equal(told(SHEET, "chosen"), MAPS);
  assert.equal(told(SHEET, "gone"), undefined);
});

test("a number is read at the place of the cell, and not where the place is unknown or beyond the step", () => {
  assert.equal(valueAt(ONE, {}), 0.75);
  assert.equal(valueAt(MAPS, { query: 1, key: 0 }), 1);
  assert.equal(valueAt(MAPS, { query: 1 }), undefined);
  assert.equal(valueAt(MAPS, { query: 2, key: 0 }), undefined);
});

test("labels are listed as a sentence lists them", () => {
  assert.equal(labelsWhere(MAPS, "key", { query: 0 }), "dog");
  assert.equal(labelsWhere(MAPS, "key", { query: 1 }), "cat, dog and sun");
  assert.equal(labelsWhere(step("none", [KEY], [0, 0, 0]), "key", {}), "none");
});
