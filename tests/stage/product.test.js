// Which steps are products of two matrices, and what is written between matrices.

import assert from "node:assert/strict";
import { test } from "node:test";
import { signsOf } from "../../assets/stage/model/formula.js";
import { productOf } from "../../assets/stage/model/product.js";

const at = (axis) => [0, [axis, 1, 1, 0]];
const cell = (id, ...axes) => ["cell", id, axes.map(at)];
const constant = (v) => ["constant", v];
const sumOver = (axis, body) => ["over", "sum", axis, 5, body];
const step = (id, axes, expression = null) => ({ id, axes: axes.map((axis) => [axis, ["1", "2"]]), expression });

const Q = step(0, ["query", "feature"]);
const K = step(1, ["key", "feature"]);
const V = step(2, ["key", "value"]);
const HEADS = step(3, ["head", "key", "feature"]);
const v = step(4, ["key"]);
const STEPS = [Q, K, V, HEADS, v];
const DOT = sumOver("feature", ["product", cell(0, "query", "feature"), cell(1, "key", "feature")]);

/** How a product is laid out: the numbers of its matrices, and which are transposed. */
function laid(axes, expression) {
  const found = productOf(step(9, axes, expression), STEPS);
  return found && [found.left.step.id, found.left.turned, found.upper.step.id, found.upper.turned];
}

test("queries stand at the left and keys above, transposed", () => {
  assert.deepEqual(laid(["query", "key"], DOT), [0, false, 1, true]);
});

test("the rows of the result decide which one stands at the left", () => {
  assert.deepEqual(laid(["key", "query"], DOT), [1, false, 0, true]);
});

test("a projection is used as it is", () => {
  const mixed = sumOver("key", ["product", cell(5, "query", "key"), cell(2, "key", "value")]);
  const weights = step(5, ["query", "key"]);
  const found = productOf(step(9, ["query", "value"], mixed), [...STEPS, weights]);
  assert.deepEqual(
    [found.left.step.id, found.left.turned, found.upper.step.id, found.upper.turned],
    [5, false, 2, false],
  );
});

test("a row of weights meets the columns of its matrix", () => {
  assert.deepEqual(laid(["value"], sumOver("key", ["product", cell(4, "key"), cell(2, "key", "value")])), [
    4,
    false,
    2,
    false,
  ]);
});

test("a matrix times a column stays as it is written", () => {
  assert.equal(laid(["value"], sumOver("key", ["product", cell(6, "value", "key"), cell(4, "key")])), undefined);
});

test("what is done to the product in the end does not change where it is laid", () => {
  assert.deepEqual(laid(["query", "key"], ["product", DOT, constant(0.5)]), [0, false, 1, true]);
  assert.deepEqual(laid(["query", "key"], ["tanh", DOT]), [0, false, 1, true]);
});

test("a slice is laid out where the result has that axis, and not where it is another one", () => {
  const heads = sumOver("feature", ["product", cell(0, "query", "feature"), cell(3, "head", "key", "feature")]);
  assert.deepEqual(laid(["head", "query", "key"], heads), [0, false, 3, true]);
  const fixed = ["cell", 3, [[1], at("key"), at("feature")]];
  const other = sumOver("feature", ["product", cell(0, "query", "feature"), fixed]);
  assert.equal(laid(["query", "key"], other), undefined);
});

test("sums of three factors, of no product and over two axes are none", () => {
  assert.equal(laid(["query", "key"], cell(1, "key", "feature")), undefined);
  assert.equal(laid(["key"], sumOver("feature", cell(1, "key", "feature"))), undefined);
  const three = sumOver("feature", ["product", ...DOT[4].slice(1), cell(4, "key")]);
  assert.equal(laid(["query", "key"], three), undefined);
  assert.equal(laid(["query", "key"], sumOver("other", DOT)), undefined);
});

/** "before0 before1 .. | end", with "=" where the line is an equation. */
function written(tree, drawn, sign = "") {
  const { before, end, isEquation } = signsOf(tree, sign, drawn);
  return `${before.join("_")}|${end}${isEquation ? "=" : "→"}`;
}

test("products and sums stand between matrices as in the formula", () => {
  const products = ["sum", sumOver("a", ["product", cell(0, "a"), cell(1, "a")]), cell(2, "b")];
  assert.equal(written(products, [0, 1, 2]), "_·_+|=");
  assert.equal(written(["tanh", products], [0, 1, 2]), "_·_+|tanh→");
  assert.equal(written(["sum", cell(0, "a"), ["product", cell(1, "a"), constant(-1)]], [0, 1]), "_−|=");
  assert.equal(written(["quotient", cell(0, "a"), cell(1, "a")], [0, 1]), "_÷|=");
});

test("a sum over an axis is called one", () => {
  assert.equal(written(sumOver("key", cell(0, "key")), [0]), "|sum over key→");
  assert.equal(written(["product", sumOver("key", cell(0, "key")), constant(0.25)], [0]), "|sum over key, × 0.25→");
});

test("brackets stay where they are needed", () => {
  const difference = ["sum", cell(1, "a"), ["product", cell(2, "a"), constant(-1)]];
  assert.equal(written(["product", cell(0, "a"), difference], [0, 1, 2]), "_· (_−|)=");
  assert.equal(written(["product", cell(0, "a"), ["tanh", cell(1, "a")]], [0, 1]), "_· tanh(|)=");
  const leaving = ["sum", constant(1), ["product", cell(0, "a"), constant(-1)]];
  assert.equal(written(leaving, [0]), "1 −|=");
});

test("only a window that moves is a convolution", () => {
  const window = ["cell", 1, [[0, ["place", 1, 1, 0], ["offset", 1, 1, 0]]]];
  assert.equal(written(sumOver("offset", ["product", cell(0, "offset"), window]), [0, 1]), "_∗|=");
  const shifted = ["cell", 1, [[-1, [[0, ["place", 1, 1, 0], ["offset", 1, 1, 0]], 1, 1, 0]]]];
  const padded = ["piece", at("place"), [0, 1], ["edge"], shifted];
  assert.equal(written(sumOver("offset", ["product", cell(0, "offset"), padded]), [0, 1]), "_∗|=");
  const head = ["cell", 1, [at("feature"), [0, ["head", 3, 1, 0], ["projection", 1, 1, 0]]]];
  assert.equal(written(sumOver("feature", ["product", cell(0, "token", "feature"), head]), [0, 1]), "_·|=");
});

test("where no line can be written the operands are listed and the operation is named", () => {
  const softmax = ["quotient", ["exp", cell(0, "a")], sumOver("b", ["exp", cell(0, "b")])];
  assert.equal(written(softmax, [0], "softmax"), "|softmax→");
  const masked = ["choose", cell(1, "a"), cell(0, "a"), constant(null)];
  assert.equal(written(masked, [0, 1], "where"), "_where|=");
  assert.equal(written(["piece", at("a"), [0, 1], cell(0, "a"), cell(1, "a")], [0, 1], "concat"), "_,|concat→");
  assert.equal(written(DOT, [0], "·"), "|with itself→");
});
