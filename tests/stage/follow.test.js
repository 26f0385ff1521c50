// What follows from a change, and what feeds what.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { feeds, followers, recompute } from "../../assets/stage/model/follow.js";
import { Sheet } from "../../assets/stage/model/sheet.js";
import { STEPS, VALUES } from "./sample.js";

let sheet;
const values = (name) => [...sheet.named(name).values];
const set = (name, offset, value) => sheet.change([{ step: sheet.named(name), offset, value }]);

beforeEach(() => {
  sheet = new Sheet();
  sheet.lay(STEPS, true);
  sheet.take(new Float64Array(VALUES));
});

test("values are dealt out to the steps in their order", () => {
  assert.deepEqual(values("X"), [1, 2, 3, 4]);
  assert.deepEqual(values("M"), [1, 1, 1, 1]);
});

test("followers are all that is computed from a step, in order", () => {
  const names = (name) => followers(sheet.steps, [sheet.named(name)]).map((step) => step.name);
  assert.deepEqual(names("X"), ["P", "E", "masked"]);
  assert.deepEqual(names("M"), ["masked"]);
  assert.deepEqual(names("E"), []);
  assert.ok(sheet.hasFollowers(sheet.named("W")));
  assert.ok(!sheet.hasFollowers(sheet.named("masked")));
});

test("recomputing changes nothing that was computed right", () => {
  const before = sheet.steps.map((step) => [...step.values]);
  recompute(sheet.steps, sheet.steps);
  assert.deepEqual(
    sheet.steps.map((step) => [...step.values]),
    before,
  );
});

test("a change is computed through", () => {
  assert.equal(set("X", 1, 10), "");
  assert.deepEqual(values("P"), [1, 10, 3, 4]);
  assert.equal(values("E")[1], Math.exp(10));
  assert.equal(values("masked")[1], 10);
});

test("what does not compute leaves the last result, and says why", () => {
  const before = values("E");
  assert.match(set("X", 0, 1000), /^E grows beyond the largest number/);
  assert.deepEqual(values("E"), before);
  assert.equal(values("X")[0], 1000);
});

test("a switch hides a cell", () => {
  assert.equal(set("M", 0, 0), "");
  assert.deepEqual(values("masked"), [-Infinity, 2, 3, 4]);
});

test("a cell feeds those that read it", () => {
  const found = feeds(sheet.named("P"), sheet.steps);
  assert.deepEqual(found.get("0:1"), [0, 1]);
  assert.deepEqual(found.get("1:1"), [1, 3]);
  const fed = sheet.fedBy({ step: sheet.named("P"), offset: 2 }, sheet.steps);
  assert.deepEqual(
    fed.map(({ step, offset }) => [step.name, offset]),
    [
      ["E", 2],
      ["masked", 2],
    ],
  );
});

test("a choice feeds only where it is taken", () => {
  set("M", 1, 0);
  const fed = sheet.fedBy({ step: sheet.named("P"), offset: 1 }, [sheet.named("masked")]);
  assert.deepEqual(fed, []);
});
