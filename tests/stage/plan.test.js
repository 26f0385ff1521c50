// Plans: their order, what is read of files, and which states differ by their place alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changed,
  duplicated,
  emptyPlan,
  inserted,
  joined,
  LONGEST_FILE,
  moved,
  placeOf,
  readPlan,
  sameNumbers,
  statesSaid,
  withEntry,
  without,
  written,
} from "../../assets/stage/model/plan.js";
import { coversOf, partsOf, presented } from "../../assets/stage/model/scene.js";
import { packed, unpacked } from "../../assets/stage/talk/packing.js";

const entry = (lesson, more = {}) => ({ lesson, title: lesson, query: "", cover: [], question: "", note: "", ...more });
const plan = (...lessons) => ({ name: "Monday", entries: lessons.map((lesson) => entry(lesson)) });
const order = ({ entries }) => entries.map(({ lesson }) => lesson).join("");
const isKnown = (lesson) => lesson.length === 1;

test("states change places, double and go, and the plan before stays what it was", () => {
  const abc = plan("a", "b", "c");
  assert.equal(order(moved(abc, 0, 2)), "bca");
  assert.equal(order(moved(abc, 2, 0)), "cab");
  assert.equal(moved(abc, 0, -1), abc);
  assert.equal(moved(abc, 2, 3), abc);
  assert.equal(order(duplicated(abc, 1)), "abbc");
  assert.equal(order(without(abc, 1)), "ac");
  assert.equal(order(inserted(abc, 1, entry("d"))), "adbc");
  assert.equal(order(inserted(abc, 9, entry("d"))), "abcd");
  assert.deepEqual([statesSaid(1), statesSaid(2)], ["1 state", "2 states"]);
  assert.equal(order(withEntry(abc, entry("d"))), "abcd");
  assert.equal(changed(abc, 1, { question: "Why?" }).entries[1].question, "Why?");
  assert.equal(order(abc), "abc");
  assert.equal(abc.entries[1].question, "");
});

test("a plan has an end", () => {
  const most = joined(
    emptyPlan(),
    Array.from({ length: 200 }, () => entry("a")),
  );
  for (const more of [() => withEntry(most, entry("a")), () => duplicated(most, 3), () => joined(most, most.entries)])
    assert.throws(more, { message: "A plan has at most 200 states." });
});

test("what was written is read, letter for letter, also from a link", async () => {
  const one = { ...plan("a"), name: "é <b>" };
  const whole = withEntry(
    one,
    entry("b", { query: "step=scores&cell=2.1", cover: ["next"], question: "?\n", note: "מ" }),
  );
  assert.deepEqual(readPlan(written(whole), isKnown), whole);
  assert.deepEqual(readPlan(await unpacked(await packed(written(whole)), LONGEST_FILE), isKnown), whole);
  await assert.rejects(unpacked(await packed("x".repeat(1000)), 999));
  await assert.rejects(unpacked("nonsense!", 999));
});

const file = (changes, state = {}) =>
  JSON.stringify({ format: "attention-atlas-plan", version: 1, states: [{ lesson: "a", ...state }], ...changes });

for (const [text, sentence] of [
  ["", "This is not a plan of Attention Atlas: it is not JSON."],
  ["[1", "This is not a plan of Attention Atlas: it is not JSON."],
  ["null", "This is not a plan of Attention Atlas."],
  ["[]", "This is not a plan of Attention Atlas."],
  [file({ format: "another" }), "This is not a plan of Attention Atlas."],
  [file({ version: 2 }), "This plan was saved by another version of Attention Atlas."],
  [file({ states: {} }), "This plan has no list of states."],
  [file({ states: [null] }), "State 1 of this plan is not a state."],
  [file({ states: Array(201).fill({ lesson: "a" }) }), "This plan has 201 states; at most 200 are read."],
  [file({}, { lesson: "zebra" }), "State 1 of this plan is about a lesson that there is not: “zebra”."],
  [file({}, { lesson: 3 }), "State 1 of this plan has no text as its lesson."],
  [file({}, { question: "x".repeat(501) }), "State 1 of this plan has a question of more than 500 characters."],
  [file({ name: [] }), "The plan has no text as its name."],
  ["x".repeat(LONGEST_FILE + 1), "This file is too large for a plan."],
])
  test(`a file that is no plan gets one sentence: ${sentence}`, () => {
    assert.throws(() => readPlan(text, isKnown), { message: sentence });
  });

test("what a state may lack is empty, and covers that there are not are dropped", () => {
  const [state] = readPlan(file({}, { cover: ["next", "all", 3, "number"] }), isKnown).entries;
  assert.deepEqual(state, entry("a", { title: "", cover: ["number", "next"] }));
});

test("to look elsewhere at the same numbers needs no other page", () => {
  const at = (path) => `https://example.org/${path}`;
  assert.ok(sameNumbers(at("a?step=scores&cell=2.1&present=1&plan=1"), at("a?at=head.2&cover=next")));
  assert.ok(sameNumbers(at("a?data=1x&masked=1"), at("a?masked=1&data=1x&step=output")));
  assert.ok(!sameNumbers(at("a?data=1x"), at("a?data=1y")));
  assert.ok(!sameNumbers(at("a"), at("b")));
  assert.ok(!sameNumbers(at("a?preset=causal"), at("a")));
});

test("the place that a link names", () => {
  assert.deepEqual(placeOf("step=masked+scores&cell=1.2.3&at=head.2,layer.1"), {
    stop: "masked scores",
    cell: [0, 1, 2],
    at: { head: 1, layer: 0 },
  });
  assert.deepEqual(placeOf(""), { stop: "", cell: null, at: {} });
});

test("a link asks for the projector view, and what it says amiss is not said", () => {
  assert.equal(presented("?step=scores"), undefined);
  assert.equal(presented("present=yes"), undefined);
  assert.deepEqual(presented("present=1&plan=3&cover=next,number,x"), { plan: 3, cover: ["number", "next"] });
  assert.deepEqual(presented("present=1&plan=-1&cover="), { plan: 0, cover: [] });
  const shown = { plan: 2, cover: coversOf(["arithmetic"]) };
  assert.deepEqual(presented(new URLSearchParams(partsOf(shown)).toString()), shown);
});
