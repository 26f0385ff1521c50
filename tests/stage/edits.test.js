// One edit from the hand to its answer: made, sent, sent again, taken or refused.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { pasted } from "../../assets/stage/hands/paste.js";
import { Model } from "../../assets/stage/model/model.js";
import { decode } from "../../assets/stage/talk/arrival.js";
import { Sender } from "../../assets/stage/talk/sender.js";
import { encoded, payload, VALUES } from "./sample.js";

let model;
const step = (name) => model.sheet.named(name);
const cell = (name, offset) => ({ step: step(name), offset });
const edit = (name, offset, value, known = 0) => model.edit([{ step: step(name), offset, value }], known);

/** What arrives is taken in as the stage does it. */
function arrive(data) {
  model.edits.answer(data.sequence, data.refused);
  if (!model.edits.isWaiting) model.sheet.take(decode(data.values));
  return model.edits.explain(data.problem);
}

beforeEach(() => {
  model = new Model();
  model.lay(payload());
  arrive(payload());
});

test("an edit computes at once and waits for its answer", () => {
  assert.equal(edit("X", 0, 7), "");
  assert.equal(step("P").values[0], 7);
  assert.ok(model.edits.isWaiting);
  assert.deepEqual(model.edits.unanswered, [{ sequence: 1, step: "X", offset: 0, value: 7 }]);
});

test("a message that knows nothing of the edit takes nothing back", () => {
  edit("X", 0, 7);
  arrive(payload({ sequence: 0 }));
  assert.equal(step("X").values[0], 7);
  assert.ok(model.edits.isWaiting);
});

test("its answer brings the page's numbers", () => {
  edit("X", 0, 7);
  const values = [...VALUES];
  values[0] = 8;
  arrive(payload({ sequence: 1, values: encoded(values) }));
  assert.ok(!model.edits.isWaiting);
  assert.equal(step("X").values[0], 8);
});

test("an answer to the first of two leaves the second", () => {
  edit("X", 0, 7);
  edit("X", 1, 9);
  arrive(payload({ sequence: 1 }));
  assert.deepEqual(
    model.edits.unanswered.map(({ sequence, value }) => [sequence, value]),
    [[2, 9]],
  );
  assert.equal(step("X").values[1], 9);
});

test("numbers go on from the last edit the page has made", () => {
  edit("X", 0, 7, 41);
  assert.equal(model.edits.sequence, 42);
  edit("X", 0, 8, 3);
  assert.equal(model.edits.sequence, 43);
});

test("a refused number stays in its cell, and the sentence is news once", () => {
  edit("X", 0, 1e308);
  const answer = payload({ sequence: 1, refused: [["X", 0, 1e308]], problem: "too large" });
  assert.ok(arrive(answer));
  assert.ok(!arrive(answer));
  assert.equal(step("X").values[0], 1);
  assert.equal(model.edits.typed(cell("X", 0)), 1e308);
  assert.equal(model.edits.refusedIn(cell("X", 1)), undefined);
  assert.equal(model.edits.problem, "too large");
});

test("another number in that cell is no more refused", () => {
  arrive(payload({ refused: [["X", 0, 1e308]], problem: "too large" }));
  edit("X", 0, 2);
  assert.equal(model.edits.refusedIn(cell("X", 0)), undefined);
  assert.ok(arrive(payload({ sequence: 1 })));
  assert.equal(model.edits.problem, "");
});

test("a switch is thrown once in each direction", () => {
  assert.equal(model.edits.thrown(cell("M", 0)), 0);
  assert.deepEqual(model.flip(cell("M", 0), 1), []);
  const [change] = model.flip(cell("M", 0), 0);
  assert.deepEqual([change.step.name, change.offset, change.value], ["M", 0, 0]);
  assert.deepEqual(model.flip(cell("X", 0), 0), []);
});

test("where a teacher hides the inputs nothing is edited", () => {
  model.lay(payload({ hide: ["inputs", "predict"] }));
  assert.ok(!step("X").editable);
  assert.ok(!model.hasInputs);
  assert.ok(model.hides("predict"));
  assert.deepEqual(model.flip({ step: step("M"), offset: 0 }, 0), []);
});

// --- pasting ---------------------------------------------------------------------------------------------------------

test("a pasted block lands with its first cell here", () => {
  const { changes, problem } = pasted(cell("X", 0), "1\t2\n3\t1/4\n");
  assert.equal(problem, "");
  assert.deepEqual(
    changes.map(({ offset, value }) => [offset, value]),
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0.25],
    ],
  );
});

test("nothing of a block is taken unless all of it can be", () => {
  const problems = {
    "1\t2\t3": "X: the pasted block of 1 × 3 does not fit from here; add rows or columns under Inputs first.",
    "1\tx": "X, row 1, column 2: “x” is not a number.",
    "1\t\n3\t4": "X, row 1, column 2: the cell is empty.",
    "1,234": "X, row 1, column 1: “1,234” can be 1.234 or 1234; write one of these.",
    "[[1, 2": "X: the pasted text has a bracket that is not closed.",
  };
  for (const [text, problem] of Object.entries(problems))
    assert.deepEqual(pasted(cell("X", 0), text), { changes: [], problem });
  assert.equal(pasted(cell("M", 0), "1\t2").problem, "M, row 1, column 2: is either 0 or 1, not 2.");
});

// --- sending ---------------------------------------------------------------------------------------------------------

test("an edit is sent again until it is answered, each time after a longer while", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const sender = new Sender(
    () => model.edits.isWaiting,
    () => sent.push(model.edits.unanswered.length),
  );
  sender.send();
  assert.deepEqual(sent, []);
  edit("X", 0, 7);
  sender.send();
  mock.timers.tick(1999);
  assert.deepEqual(sent, [1]);
  mock.timers.tick(1);
  mock.timers.tick(4000);
  assert.deepEqual(sent, [1, 1, 1]);
  edit("X", 1, 7);
  sender.send();
  assert.deepEqual(sent, [1, 1, 1, 2]);
  model.edits.answer(2, []);
  mock.timers.tick(60_000);
  assert.deepEqual(sent, [1, 1, 1, 2]);
  mock.timers.reset();
});

test("a page that never answers is left alone after the fifth time", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let sent = 0;
  const sender = new Sender(
    () => true,
    () => {
      sent += 1;
    },
  );
  sender.send();
  for (const pause of [2000, 4000, 8000, 16_000, 100_000]) mock.timers.tick(pause);
  assert.equal(sent, 5);
  sender.send();
  sender.stop();
  mock.timers.tick(100_000);
  assert.equal(sent, 6);
  mock.timers.reset();
});
