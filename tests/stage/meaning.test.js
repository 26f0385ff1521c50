// Questions of meaning, judged by the numbers as they are when the answer is given.

import assert from "node:assert/strict";
import { test } from "node:test";
import { questionOf } from "../../assets/stage/model/meaning.js";
import { Sheet } from "../../assets/stage/model/sheet.js";

const AXES = [
  ["query", ["Query 1", "Query 2"]],
  ["key", ["Key 1", "Key 2", "Key 3"]],
];
const at = (name) => [0, [name, 1, 1, 0]];
const score = (key) => ["exp", ["cell", 0, [at("query"), at(key)]]];
const SOFTMAX = ["quotient", score("key"), ["over", "sum", "key'", 3, score("key'")]];

const described = (name, expression) => ({
  name,
  axes: AXES,
  expression,
  editable: !expression,
  switch: false,
  beside: 2,
});

function sheetOf(scores, expression = SOFTMAX) {
  const sheet = new Sheet();
  sheet.lay([described("scores", null), described("weights", expression)], true);
  sheet.take(new Float64Array([...scores, ...scores.map(() => 0)]));
  sheet.change(scores.map((value, offset) => ({ step: sheet.named("scores"), offset, value })));
  return sheet;
}

/** The question as one line. */
const lineOf = ({ words }) =>
  words.map((word) => (typeof word === "string" ? word : (word.name ?? word.label))).join("");

const rightOf = (question) => question.choices.map((_, n) => n).filter((n) => question.judge(n).isRight);

test("shares: where the most of a row goes", () => {
  const sheet = sheetOf([1, 5, 2, 7, 0, 3]);
  const question = questionOf(sheet, sheet.named("weights"), 0);
  assert.equal(lineOf(question), "Which key gets the most of weights at Query 2?");
  assert.deepEqual(rightOf(question), [0]);
  assert.match(question.judge(1).because, /^Key 1: 0\.98/);
});

test("the answer follows the numbers", () => {
  const sheet = sheetOf([1, 5, 2, 7, 0, 3]);
  const question = questionOf(sheet, sheet.named("weights"), 0);
  sheet.change([{ step: sheet.named("scores"), offset: 5, value: 12 }]);
  assert.deepEqual(rightOf(question), [2]);
});

test("any of equal ones is right; where all are equal nothing is asked about them", () => {
  const tied = sheetOf([1, 5, 2, 4, 0, 4]);
  assert.deepEqual(rightOf(questionOf(tied, tied.named("weights"), 0)), [0, 2]);
  const flat = sheetOf([1, 1, 1, 1, 1, 1]);
  assert.match(lineOf(questionOf(flat, flat.named("weights"), 0)), /^Suppose/);
});

/** What happens to a weight when a score grows, over many turns: "own" where it is its own score. */
function effects(sheet) {
  const found = {};
  for (let turn = 1; turn < 40; turn += 2) {
    const question = questionOf(sheet, sheet.named("weights"), turn);
    const [, first, second] = lineOf(question).match(
      /scores at (.*) grows a little. What happens to weights at (.*)\?/,
    );
    found[first === second ? "own" : "other"] ??= new Set();
    for (const n of rightOf(question)) found[first === second ? "own" : "other"].add(question.choices[n]);
  }
  return found;
}

test("a score that grows takes from the other weights of its row", () => {
  assert.deepEqual(effects(sheetOf([1, 0, 2, 3, 0, 1])), { other: new Set(["It falls"]) });
});

test("a number that is made of one other rises with it, or does not feel it", () => {
  const alone = (tree) => effects(sheetOf([1, 0, 2, 3, 0, 1], tree));
  assert.deepEqual(alone(score("key")), { own: new Set(["It rises"]) });
  const least = ["min", ["cell", 0, [at("query"), at("key")]], ["constant", -9]];
  assert.deepEqual(alone(least), { own: new Set(["It stays as it is"]) });
});

test("a nudge leaves no trace", () => {
  const sheet = sheetOf([1, 0, 2, 3, 0, 1]);
  const before = [...sheet.named("scores").values, ...sheet.named("weights").values];
  questionOf(sheet, sheet.named("weights"), 1).judge(0);
  assert.deepEqual([...sheet.named("scores").values, ...sheet.named("weights").values], before);
});

test("a masked score is not nudged", () => {
  const sheet = sheetOf([1, 0, 2, 3, 0, 1]);
  sheet.named("scores").values[1] = -Infinity;
  for (let turn = 1; turn < 40; turn += 2)
    assert.doesNotMatch(lineOf(questionOf(sheet, sheet.named("weights"), turn)), /scores at Query 1, Key 2/);
});
