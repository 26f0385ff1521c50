// The arithmetic of a cell one moment after the other comes to the number in the cell.

import assert from "node:assert/strict";
import { test } from "node:test";
import { value } from "../../assets/stage/model/expression.js";
import { momentsOf } from "../../assets/stage/model/performance.js";
import { entries, grounded } from "./corpus.js";

const constant = (v) => ({ op: "constant", value: v });
const X = { id: 0, values: new Float64Array([1, 2, 3, 4]) };
const cell = (offset) => ({ op: "cell", step: X, offset });
const product = (...parts) => ({ op: "product", parts });
const sum = (...parts) => ({ op: "sum", parts });
const exp = (part) => ({ op: "exp", parts: [part] });
const totals = (moments) => moments.map(({ progress }) => progress?.total);

test("a sum grows by one term at a time, and is written out in the end", () => {
  const moments = momentsOf(sum(product(cell(0), cell(2)), product(cell(1), cell(3)), constant(5)));
  assert.deepEqual(totals(moments), [3, 11, 16, undefined]);
  assert.deepEqual(
    moments.map(({ value: each }) => each),
    [3, 8, 5, 16],
  );
  assert.deepEqual(
    moments.map(({ cells }) => cells.map(({ offset }) => offset)),
    [[0, 2], [1, 3], [], [0, 2, 1, 3]],
  );
});

test("sums inside sums are one sum, as they are written", () => {
  assert.deepEqual(totals(momentsOf(sum(cell(0), sum(cell(1), cell(2)), cell(3)))), [1, 3, 6, 10, undefined]);
});

test("a weight: its exponential, the sum of all, the quotient of both", () => {
  const weight = { op: "quotient", parts: [exp(cell(0)), sum(exp(cell(0)), exp(cell(1)))] };
  const [own, first, second, divided, whole] = momentsOf(weight);
  assert.equal(own.value, Math.E);
  assert.deepEqual([first.progress.total, second.progress.total], [Math.E, Math.E + Math.E ** 2]);
  assert.deepEqual(
    divided.done.parts.map((part) => part.op),
    ["constant", "constant"],
  );
  assert.equal(divided.value, value(weight));
  assert.equal(whole.done, weight);
});

test("what gathers nothing is one moment", () => {
  for (const node of [cell(1), product(cell(0), cell(1)), exp(cell(2)), sum(cell(3))])
    assert.deepEqual(
      momentsOf(node).map(({ done }) => done),
      [node],
    );
});

test("a number that cannot be held on the way is not shown", () => {
  const large = product(cell(3), constant(300));
  const weight = { op: "quotient", parts: [exp(large), sum(exp(large), exp(cell(0)))] };
  const moments = momentsOf(weight);
  assert.equal(moments.length, 1);
  assert.equal(moments[0].value, 1);
});

test("every kind of arithmetic that lessons use ends at its own number", () => {
  for (const entry of entries()) {
    const node = grounded(entry);
    const moments = momentsOf(node);
    assert.equal(moments[moments.length - 1].value, value(node), entry.step);
    for (const { progress, value: added } of moments)
      if (progress) {
        const slack = 1e-9 * Math.max(1, Math.abs(progress.total));
        assert.ok(Math.abs(progress.before + added - progress.total) <= slack, entry.step);
      }
  }
});
