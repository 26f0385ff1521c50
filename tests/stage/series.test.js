// The grammar of step names, and series of times.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  capital,
  fieldName,
  groupOf,
  momentOf,
  placeName,
  topicOf,
  whereabouts,
} from "../../assets/stage/model/names.js";
import { chosenLabel, isChoice, isOfChoices, rowsOf, seriesOf } from "../../assets/stage/model/series.js";

test("a name is a path: where before the last stroke, what after it", () => {
  assert.deepEqual(["scores", "tile 2/scores", "a/b/c"].map(topicOf), ["scores", "scores", "c"]);
  assert.deepEqual(["scores", "tile 2/scores", "a/b/c"].map(groupOf), ["", "tile 2", "a/b"]);
});

test("a path that ends in a number tells a time", () => {
  assert.deepEqual(momentOf("decoder 2/scores"), ["decoder", "2"]);
  assert.deepEqual(momentOf("left side 12/x"), ["left side", "12"]);
  for (const name of ["scores", "scores 2", "decoder/scores", "2/scores", "decoder2/scores"])
    assert.equal(momentOf(name), undefined, name);
});

test("a capital, unless it is a symbol", () => {
  assert.deepEqual(["scores", "b_1", "x", "élan"].map(capital), ["Scores", "b_1", "x", "Élan"]);
});

test("a place is named by axis and label, once", () => {
  assert.equal(placeName(["channel", ["Sky"]], 0), "channel Sky");
  assert.equal(placeName(["sentence", ["Sentence 1"]], 0), "Sentence 1");
  const step = {
    name: "X",
    shape: [1, 2],
    axes: [
      ["query", ["a"]],
      ["key", ["b", "c"]],
    ],
  };
  assert.equal(whereabouts(step, 1), "query a, key c");
  assert.equal(fieldName(step, 1), "X, row 1, column 2");
});

test("series keep the order of their stops", () => {
  const titles = ["Inputs", "a 1/x", "a 1/y", "a 2/x", "a 2/y", "output"];
  assert.deepEqual(seriesOf(titles), [
    {
      name: "a",
      times: [
        { time: "1", stops: [1, 2] },
        { time: "2", stops: [3, 4] },
      ],
    },
  ]);
});

test("two times of one stop each are no series, three are", () => {
  assert.deepEqual(seriesOf(["Inputs", "layer 2/cone", "layer 3/cone"]), []);
  assert.equal(seriesOf(["a 1/x", "a 2/x", "a 3/x"]).length, 1);
});

const row = (...labels) => ({ axes: [["key", labels]], values: new Float64Array(labels.length) });

test("rows of the same, of growing and of different labels", () => {
  assert.deepEqual(rowsOf([row("a", "b"), row("c", "d")]).columns, ["a", "b", "c", "d"]);
  assert.deepEqual(rowsOf([row("a"), row("a", "b"), row("a", "b", "c")]).columns, ["a", "b", "c"]);
  const { rows } = rowsOf([row("a", "b", "c"), undefined, row("b", "c")]);
  assert.deepEqual(
    rows.map((each) => each?.start),
    [0, undefined, 1],
  );
});

test("a table has one axis that is long", () => {
  assert.equal(
    rowsOf([
      {
        axes: [
          ["key", ["a", "b"]],
          ["feature", ["1", "2"]],
        ],
      },
    ]),
    undefined,
  );
  assert.equal(
    rowsOf([
      {
        axes: [
          ["key", ["a", "b"]],
          ["one", ["1"]],
        ],
      },
    ]).axis,
    "key",
  );
});

test("a choice among words", () => {
  const choice = { axes: [["word", ["yes", "no"]]], values: new Float64Array([0, 1]) };
  assert.ok(isChoice(choice));
  assert.ok(!isChoice({ values: new Float64Array([0.5, 0.5]) }));
  assert.equal(chosenLabel(choice, "word"), "no");
  assert.equal(chosenLabel({ ...choice, axes: [["word", ["1", "2"]]] }, "word"), undefined);
  assert.ok(isOfChoices({ axis: "word", rows: [{ step: choice, start: 0 }] }));
  assert.ok(!isOfChoices({ axis: "word", rows: [{ step: choice, start: 0 }, undefined] }));
});
