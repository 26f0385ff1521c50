// The search: names before insights, words by their starts, and advice where nothing is found.

import assert from "node:assert/strict";
import { test } from "node:test";

import { distance, Index } from "../../assets/stage/model/search.js";

/**
 * @param {string} title
 * @param {string[]} names
 * @param {string} about
 */
const entry = (title, names = [], about = "") => ({ title, names, about, kind: "", href: title, words: "" });

const INDEX = new Index([
  entry("Why softmax?", ["argmax"], "Shares that sum to 1."),
  entry("Sparsemax", ["sparse softmax"], "Weights of exactly 0."),
  entry("Rotary positions (RoPE)", ["RoFormer"], "Turns each pair of features."),
  entry("Grouped-query attention", ["GQA", "MQA"], "Queries share keys."),
  entry("Why divide by √d", [], "The softmax stays soft."),
  entry("Naïve Entropie", [], ""),
]);

/** @param {string} text */
const titles = (text) => INDEX.ask(text).found.map(({ title }) => title);

test("a name typed in full comes first, small letters or not", () => {
  assert.equal(titles("rope")[0], "Rotary positions (RoPE)");
  assert.equal(titles("GQA")[0], "Grouped-query attention");
  assert.equal(titles("sparse softmax")[0], "Sparsemax");
});

test("words are found by their starts, and every one must be found", () => {
  assert.deepEqual(titles("group que"), ["Grouped-query attention"]);
  assert.deepEqual(titles("group rotary"), []);
});

test("a title weighs more than an insight", () => {
  assert.deepEqual(titles("softmax"), ["Why softmax?", "Sparsemax", "Why divide by √d"]);
});

test("accents and signs do not matter", () => {
  assert.deepEqual(titles("naive"), ["Naïve Entropie"]);
  assert.deepEqual(titles("sqrt d"), ["Why divide by √d"]);
});

test("where nothing is found, names that differ by a letter or two are offered", () => {
  assert.deepEqual(INDEX.ask("sparsmax"), { found: [], near: ["Sparsemax"] });
  assert.deepEqual(INDEX.ask("rofromer").near, ["RoFormer"]);
  assert.deepEqual(INDEX.ask("zzzz"), { found: [], near: [] });
  assert.deepEqual(INDEX.ask("  "), { found: [], near: [] });
});

test("the distance counts letters changed, put in, left out", () => {
  assert.equal(distance("mask", "mask", 2), 0);
  assert.equal(distance("mask", "task", 2), 1);
  assert.equal(distance("mask", "masks", 2), 1);
  assert.equal(distance("mask", "masking", 2), 3);
});
