// What arrives, and where the learner is.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Model } from "../../assets/stage/model/model.js";
import { decode } from "../../assets/stage/talk/arrival.js";
import { encoded, payload, STEPS, VALUES } from "./sample.js";

let model;
const at = (name, offset) => ({ step: model.sheet.named(name), offset });

beforeEach(() => {
  model = new Model();
  model.lay(payload());
  model.sheet.take(decode(payload().values));
});

test("numbers arrive exactly", () => {
  const numbers = [0.1, -0, 1e308, 5e-324, -Infinity, 1 / 3];
  assert.deepEqual([...decode(encoded(numbers))], numbers);
  assert.equal(decode("").length, 0);
});

test("a stop draws the result after its operands, or a list", () => {
  const { where } = model;
  const drawn = (title) => {
    where.open(where.positionOf(title), false);
    return where.drawn.map(({ name }) => name);
  };
  assert.deepEqual(drawn("P"), ["X", "W", "P"]);
  assert.deepEqual(drawn("masked"), ["M", "P", "masked"]);
  assert.deepEqual(drawn("Inputs"), ["X", "W", "M"]);
  assert.equal(where.result, undefined);
  assert.deepEqual(drawn("unheard"), ["X", "W", "M"]);
  assert.equal(where.stopOf(model.sheet.named("E")), 2);
});

test("a pin is told where it is the result's", () => {
  const { where } = model;
  where.open(1, false);
  where.pin(at("P", 3));
  assert.deepEqual(where.view, { stop: "P", cell: [1, 1], at: {} });
  assert.ok(where.isPinned(at("P", 3)) && !where.isPinned(at("P", 2)));
  where.pin(at("X", 3));
  assert.equal(where.view.cell, null);
});

test("another stop starts afresh; the same topic at another time keeps the pin's place", () => {
  const { where } = model;
  where.open(1, false);
  where.pin(at("P", 3));
  where.conceal([at("P", 0)]);
  where.open(2, true);
  assert.ok(where.isPinned(at("E", 3)));
  assert.deepEqual(where.secrets, []);
  where.open(1, false);
  assert.equal(where.pinned, undefined);
});

test("a position is held by the step on screen, or not", () => {
  model.where.open(1, false);
  for (const [position, held] of [
    [[1, 1], true],
    [[2, 0], false],
    [[0], false],
  ])
    assert.equal(model.where.holds(position), held);
});

test("the cell proposed is the start of the second row; of a gradient the largest", () => {
  model.where.open(1, false);
  assert.equal(model.suggestion([0, 1, 2, 3]).offset, 2);
  const { values } = model.where.result;
  const kept = values.slice();
  values.set([5, 7, -Infinity, 0]);
  assert.equal(model.suggestion([0, 1, 2, 3]).offset, 0); // minus infinity and 0 tell nothing of how they are made
  values.set([0, 0, 0, -Infinity]);
  assert.equal(model.suggestion([0, 1, 2, 3]).offset, 2);
  values.set(kept);
  model.lay(payload({ mode: "backward" }));
  model.sheet.take(new Float64Array(VALUES));
  model.where.open(1, false);
  assert.equal(model.suggestion([0, 1, 2, 3]).offset, 3);
});

test("around a cell: what it is made of and what it feeds", () => {
  const { node, operands, fed } = model.around(at("P", 1));
  assert.equal(node.op, "sum");
  assert.deepEqual(
    operands.map(({ step, offset }) => [step.name, offset]),
    [
      ["X", 0],
      ["W", 1],
      ["X", 1],
      ["W", 3],
    ],
  );
  assert.deepEqual(
    fed.map(({ step }) => step.name),
    ["E", "masked"],
  );
  assert.equal(model.around(at("X", 0)).node, undefined);
});

/** Three slices of a batch, as the stage chooses among them. */
const BATCH = {
  ...STEPS[0],
  name: "B",
  axes: [["batch", ["1", "2", "3"]], ...STEPS[0].axes],
  expression: [
    "tanh",
    [
      "cell",
      0,
      [
        [0, ["batch", 1, 1, 0]],
        [0, ["row", 1, 1, 0]],
        [0, ["inner", 1, 1, 0]],
      ],
    ],
  ],
};
const SOURCE = { ...BATCH, name: "A", expression: null };

test("slices follow the selectors, and otherwise the cell pointed at", () => {
  const stops = [{ title: "B", steps: [], result: 1, words: "" }];
  model.lay(payload({ steps: [SOURCE, BATCH], stops }));
  const { where, sheet } = model;
  where.wish({ batch: 7 });
  where.open(0, false);
  assert.deepEqual(where.at, { batch: 2 });
  where.choose("batch", 1);
  assert.deepEqual(where.visibleAt(sheet.named("A")), { batch: 1 });
  assert.ok(where.isSelected(sheet.named("A")));
});

test("steps in lines follow the last of them; an axis of another size is drawn in full", () => {
  const fewer = { ...SOURCE, name: "C", axes: [["batch", ["1", "2"]], ...STEPS[0].axes] };
  const stops = [
    { title: "in lines", steps: [0, 2, 1], result: null, words: "", breaks: [2] },
    { title: "side by side", steps: [0, 2, 1], result: null, words: "" },
  ];
  model.lay(payload({ steps: [SOURCE, BATCH, fewer], stops }));
  const { where, sheet } = model;
  where.open(0, false);
  assert.deepEqual(
    where.leading.map(([name]) => name),
    ["batch"],
  );
  where.choose("batch", 2);
  assert.deepEqual(where.visibleAt(sheet.named("A")), { batch: 2 });
  assert.deepEqual(where.visibleAt(sheet.named("C")), {});
  assert.ok(where.isSelected(sheet.named("A")) && !where.isSelected(sheet.named("C")));
  where.open(1, false);
  assert.deepEqual([where.leading, where.visibleAt(sheet.named("A"))], [[], {}]);
});
