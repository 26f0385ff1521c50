// What can be undone: where a page answers it remembers, and in a handout the stage itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Edits } from "../../assets/stage/model/edits.js";
import { Model } from "../../assets/stage/model/model.js";
import { decode } from "../../assets/stage/talk/arrival.js";
import { encoded, payload, VALUES } from "./sample.js";

function opened() {
  const model = new Model();
  model.lay(payload());
  model.take(decode(payload().values));
  model.past.begin(model.sheet.steps);
  return model;
}

const bits = (model) => model.sheet.steps.map(({ values }) => [...new BigUint64Array(values.slice().buffer)].join());

test("twenty changes are undone and made again bit by bit", () => {
  const model = opened();
  const [X, W, M] = ["X", "W", "M"].map((name) => model.sheet.named(name));
  const states = [bits(model)];
  for (let n = 0; n < 20; n++) {
    const step = [X, W, M][n % 3];
    const changes = [n, n + 1].map((at) => ({ step, offset: at % 4, value: step === M ? at % 2 : 1 / (at + 2) ** 3 }));
    model.past.changed(changes);
    model.edit(changes, 0);
    states.push(bits(model));
  }
  const turn = (by) => model.edit(model.past.turn(by), 0);
  for (let n = 19; n >= 0; n--) {
    turn(-1);
    assert.deepEqual(bits(model), states[n]);
  }
  assert.deepEqual(model.past.ends, [false, true]);
  for (let n = 1; n <= 20; n++) {
    turn(1);
    assert.deepEqual(bits(model), states[n]);
  }
  assert.deepEqual(model.past.ends, [true, false]);
});

test("a number is undone to what it was before it was under the hand", () => {
  const model = opened();
  const X = model.sheet.named("X");
  for (const value of [2, 3, 4]) model.sheet.change([{ step: X, offset: 0, value }]);
  model.past.changed([{ step: X, offset: 0, value: 4 }]);
  assert.deepEqual(
    model.past.turn(-1).map(({ value }) => value),
    [1],
  );
});

test("one stroke is one change, and a cell it passed twice is as before the stroke", () => {
  const model = opened();
  const X = model.sheet.named("X");
  model.past.changed([{ step: X, offset: 1, value: 9 }]);
  model.past.changed([{ step: X, offset: 0, value: 5 }]);
  model.past.changed([{ step: X, offset: 0, value: 6 }], true);
  model.edit(model.past.turn(-1), 0);
  assert.deepEqual([...X.values.slice(0, 2)], [1, 2]);
  assert.deepEqual(
    model.past.turn(1).map(({ value }) => value),
    [5, 6],
  );
});

test("a new change ends what could be made again, and two hundred are kept", () => {
  const model = opened();
  const X = model.sheet.named("X");
  model.past.changed([{ step: X, offset: 0, value: 5 }]);
  model.past.turn(-1);
  model.past.changed([{ step: X, offset: 0, value: 6 }]);
  assert.deepEqual(model.past.ends, [true, false]);
  for (let n = 0; n < 300; n++) model.past.changed([{ step: X, offset: 0, value: n + 10 }]);
  let many = 0;
  while (model.past.ends[0]) {
    model.past.turn(-1);
    many++;
  }
  assert.equal(many, 200);
});

test("edits of one stroke name its first, and a turn waits among them for its answer", () => {
  const edits = new Edits();
  const change = (value) => [{ step: { name: "X" }, offset: 0, value }];
  edits.make(change(1), 7);
  edits.make(change(2), 7, true);
  edits.turn(-1, 7);
  assert.deepEqual(edits.unanswered, [
    { sequence: 8, step: "X", offset: 0, value: 1 },
    { sequence: 9, step: "X", offset: 0, value: 2, stroke: 8 },
    { sequence: 10, turn: -1 },
  ]);
  assert.ok(edits.hasTurned);
  assert.equal(edits.later.length, 2);
  assert.ok(edits.taken(10));
  assert.ok(!edits.isWaiting);
});

test("numbers that come with an answer are not edited once more", () => {
  const model = opened();
  const X = model.sheet.named("X");
  model.edit([{ step: X, offset: 0, value: 7 }], 0);
  model.edits.turn(-1, 0);
  model.edits.taken(2);
  model.edits.answer(2, []);
  model.take(decode(encoded(VALUES)));
  assert.equal(X.values[0], 1);
});
