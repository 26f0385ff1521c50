// What is said, in the language of the page.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { labelSaid, languageOfPage, saidParts, say, sayMany, term } from "../../assets/stage/model/say.js";

const page = /** @type {{ atlasWords?: object }} */ (globalThis);
const WORDS = {
  language: "zh-Hans",
  texts: {
    "Row {row} of {name}": "{name} 的第 {row} 行",
    "{n} key": "{n} 个键",
    "gradient of {name}": "{name} 的梯度",
  },
  terms: { scores: "分数", decoder: "解码器", query: "查询", "=Bark": "树皮" },
};

afterEach(() => {
  delete page.atlasWords;
});

test("English is said where a page brings no words", () => {
  assert.equal(say("Row {row} of {name}", { row: 2, name: "Q" }), "Row 2 of Q");
  assert.deepEqual(
    [1, 2].map((n) => sayMany("{n} key", "{n} keys", n)),
    ["1 key", "2 keys"],
  );
  assert.equal(term("decoder 2/scores"), "decoder 2/scores");
  assert.equal(languageOfPage(), "en");
});

test("a page's words take the place of English", () => {
  page.atlasWords = WORDS;
  assert.equal(say("Row {row} of {name}", { row: 2, name: "Q" }), "Q 的第 2 行");
  assert.deepEqual(
    [1, 2].map((n) => sayMany("{n} key", "{n} keys", n)),
    ["1 个键", "2 个键"],
  );
  assert.equal(say("Not there: {n}", { n: 1 }), "Not there: 1");
  assert.equal(term("decoder W_h"), "解码器 W_h");
});

test("names are shown by the glossary, in their parts", () => {
  page.atlasWords = WORDS;
  assert.equal(term("decoder 2/scores"), "解码器 2/分数");
  assert.equal(term("gradient of scores"), "分数 的梯度");
  assert.equal(term("W_q"), "W_q");
  assert.equal(term("scores'"), "分数'");
});

test("positions are shown by the glossary, and words typed by a learner as they are", () => {
  page.atlasWords = WORDS;
  assert.deepEqual(["Query 2", "Bark", "query", "dog"].map(labelSaid), ["查询 2", "树皮", "query", "dog"]);
});

test("what is no text keeps its place in a sentence", () => {
  page.atlasWords = WORDS;
  assert.deepEqual(saidParts("Row {row} of {name}", { row: "2", name: [{ b: 1 }] }), [{ b: 1 }, " 的第 ", "2", " 行"]);
});
