// Components take turns in speaking to the page.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

test("what is said in one moment is said one after the other, in its order", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  globalThis.document ??= /** @type {any} */ ({});
  const { inTurn } = await import("../../assets/stage/talk/between.js");
  const said = [];
  inTurn(() => said.push("first"));
  inTurn(() => said.push("second"));
  inTurn(() => said.push("third"), 20);
  assert.deepEqual(said, ["first"]);
  mock.timers.tick(59);
  assert.deepEqual(said, ["first"]);
  mock.timers.tick(1);
  assert.deepEqual(said, ["first", "second"]);
  mock.timers.tick(60);
  assert.deepEqual(said, ["first", "second", "third"]);
  mock.timers.tick(60);
  inTurn(() => said.push("later"));
  assert.equal(said.at(-1), "later");
  mock.timers.reset();
});
