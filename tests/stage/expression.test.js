// The arithmetic of one cell: as in the corpus that Python's engine runs too, and at its limits.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ground, operandCells, operandIds, value } from "../../assets/stage/model/expression.js";
import { entries, grounded } from "./corpus.js";

const constant = (v) => ["constant", v];
const computed = (tree) => value(ground(tree, {}, []));

/** To 1e-12 of the largest number that went in: a sum that cancels keeps the rounding of its terms. */
function assertClose(found, wanted, sizes, message) {
  if (!Number.isFinite(wanted)) return assert.equal(found, wanted, message);
  const scale = Math.max(Math.abs(wanted), ...sizes.filter(Number.isFinite).map(Math.abs));
  return assert.ok(Math.abs(found - wanted) <= 1e-12 * scale, `${message}: ${found} is not ${wanted}`);
}

for (const entry of entries())
  test(`${entry.operation}: a cell of ${entry.lesson}, ${entry.step}`, () => {
    const sizes = entry.operands.flatMap(({ values }) => Object.values(values).map(Number));
    assertClose(value(grounded(entry)), Number(entry.value), sizes, entry.step);
  });

test("the cells that are read are the ones whose values the corpus has", () => {
  for (const entry of entries()) {
    const read = operandCells(grounded(entry)).map(({ step, offset }) => `${step.name} ${offset}`);
    const given = entry.operands.flatMap(({ name, values }) =>
      Object.keys(values).map((offset) => `${name} ${offset}`),
    );
    assert.deepEqual(new Set(read), new Set(given), entry.step);
  }
});

test("exponentials beyond any number still share out", () => {
  const scores = [1e4, 1e4 - 1, -1e4].map((v) => ["exp", constant(v)]);
  const weight = (n) => computed(["quotient", scores[n], ["sum", ...scores]]);
  assert.ok(Math.abs(weight(0) - 1 / (1 + Math.exp(-1))) < 1e-12);
  assert.ok(Math.abs(weight(0) + weight(1) - 1) < 1e-12);
  assert.equal(weight(2), 0);
});

test("a masked score has no exponential", () => {
  assert.equal(computed(["exp", constant(null)]), 0);
  assert.equal(computed(["sum", ["exp", constant(null)], ["exp", constant(null)]]), 0);
});

test("beyond an edge nothing is added and nothing multiplied", () => {
  const edge = ["edge"];
  assert.equal(ground(["product", constant(2), edge], {}, []).op, "edge");
  assert.equal(ground(["sum", constant(2), ["product", constant(3), edge]], {}, []).parts.length, 1);
  assert.equal(computed(["sum", edge, edge]), 0);
});

test("of equal numbers the earlier one is the larger", () => {
  const top = (k, n) => computed(["top", k, [n], ["list", constant(2), constant(5), constant(5)]]);
  assert.deepEqual(
    [0, 1, 2].map((n) => top(1, n)),
    [0, 1, 0],
  );
  assert.deepEqual(
    [0, 1, 2].map((n) => top(2, n)),
    [0, 1, 1],
  );
});

test("a piece is chosen by where its stretch begins", () => {
  const tree = ["piece", [0, ["i", 1, 1, 0]], [0, 2, 3], constant(10), constant(20), constant(30)];
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((i) => value(ground(tree, { i }, []))),
    [10, 10, 20, 30, 30],
  );
});

test("a choice keeps its condition, and takes one branch", () => {
  const tree = ["choose", constant(0), constant(1), constant(2)];
  assert.equal(computed(tree), 2);
  assert.equal(ground(tree, {}, []).op, "given");
});

test("an operation without arithmetic is an error", () => {
  assert.throws(() => computed(["unheard", constant(1)]), /no arithmetic for unheard/);
});

test("a factor of 0 makes the others pale", () => {
  const steps = [{ id: 0, shape: [2], values: new Float64Array([0, 7]) }];
  const factor = (n) => ["cell", 0, [[n]]];
  const cells = operandCells(ground(["product", factor(0), factor(1)], {}, steps));
  assert.deepEqual(
    cells.map(({ offset, pale }) => [offset, pale]),
    [
      [0, false],
      [1, true],
    ],
  );
});

test("operands in the order they are read, each once", () => {
  const cell = (id) => ["cell", id, []];
  assert.deepEqual(operandIds(["sum", cell(3), ["product", cell(1), cell(3)]]), [3, 1]);
  assert.deepEqual(operandIds(null), []);
});
