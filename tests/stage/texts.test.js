// Arithmetic in print and in speech.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ground, value } from "../../assets/stage/model/expression.js";
import { spoken, spokenLine } from "../../assets/stage/model/speech.js";
import { lineOf, math, number, signed, subscripted, typeset } from "../../assets/stage/model/typeset.js";
import { entries, grounded, lineOfEntry, spokenEntry } from "./corpus.js";

const step = (more = {}) => ({
  symbol: "<mi>A</mi>",
  axes: [
    ["i", []],
    ["j", []],
  ],
  shape: [12, 3],
  ...more,
});
const constant = (value) => ({ op: "constant", value });
const plain = (html) => html.replace(/<[^>]+>/g, "");
const written = (node) => plain(typeset(node, "numbers"));

for (const entry of entries())
  test(`${entry.operation} is written and said: ${entry.lesson}, ${entry.step}`, () => {
    const node = grounded(entry);
    assert.equal(typeset(node, "symbols"), entry.mathml.symbols);
    assert.equal(lineOfEntry(entry), entry.mathml.numbers);
    assert.equal(spokenEntry(entry), entry.spoken);
  });

/** The numbers of a formula in the order they stand. */
const numbersOf = (text) => text.match(/\d+(?:\.\d+)?/g) ?? [];
const isShortened = (text) => / more<|⋯/.test(text);

test("MathML and LaTeX hold the same numbers in the same order", () => {
  const compared = entries().filter(({ mathml }) => !isShortened(mathml.numbers));
  assert.ok(compared.length > 40);
  for (const { mathml, latex, step: name } of compared) {
    const found = numbersOf(mathml.numbers.replace(/<[^>]+>/g, " "));
    assert.deepEqual(found, numbersOf(latex.numbers), `${name}: ${latex.numbers}`);
  }
});

test("a symbol and its position", () => {
  assert.equal(subscripted(step(), 4), "<msub><mi>A</mi><mn>22</mn></msub>");
  assert.equal(subscripted(step(), 34), "<msub><mi>A</mi><mn>12,2</mn></msub>");
  assert.equal(subscripted(step({ axes: [], shape: [] }), 0), "<mi>A</mi>");
  assert.equal(plain(subscripted(step({ compound: true }), 0)), "(A)11");
});

test("an index stands under a raised mark", () => {
  const prime = "<mrow><msup><mi>A</mi><mo>&#x02032;</mo></msup></mrow>";
  assert.equal(subscripted(step({ symbol: prime }), 0), "<msubsup><mi>A</mi><mn>11</mn><mo>&#x02032;</mo></msubsup>");
  const nested = "<mrow><msup><mrow><mi>h</mi></mrow><mrow><mo>(</mo><mn>1</mn><mo>)</mo></mrow></msup></mrow>";
  const wanted = "<msubsup><mrow><mi>h</mi></mrow><mn>11</mn><mrow><mo>(</mo><mn>1</mn><mo>)</mo></mrow></msubsup>";
  assert.equal(subscripted(step({ symbol: nested }), 0), wanted);
});

test("a minus becomes a difference, and a bracket as a factor", () => {
  assert.equal(written({ op: "sum", parts: [constant(2), constant(-3)] }), "2 −3");
  assert.equal(written({ op: "product", parts: [constant(2), constant(-3)] }), "2·(−3)");
  assert.equal(written({ op: "product", parts: [constant(2), constant(-1)] }), "−2");
});

const longFraction = (numbers) => ({
  op: "quotient",
  parts: [constant(1), { op: "product", parts: [constant(2), { op: "sum", parts: numbers.map(constant) }] }],
});

test("a long fraction keeps its largest terms; the others are added up to one number", () => {
  const fraction = longFraction([1, 9, 2, 8, 3, 7, 4, 6, 1, 1, -1]);
  assert.equal(written(fraction), "12·(9+8+7+6+117 more)");
  assert.equal(plain(typeset(fraction, "symbols")), "12·(9+8+7+6+⋯)");
  assert.equal(
    spokenLine(fraction, 1 / 82)
      .split("6 plus ")[1]
      .split(" close")[0],
    "11 for 7 more",
  );
  assert.equal(lineOf(fraction, 1 / 82).sign, "=");
  assert.match(written(longFraction([9, 8, 7, 6, ...Array(7).fill(-0.5)])), /6−3.507 more/);
});

test("of a long list the numbers nearest to its end are kept", () => {
  const list = (op, sign) => ({ op, parts: [...Array(12).keys()].map((n) => constant(sign * n)) });
  assert.equal(written(list("max", 1)), "max(8,9,10,11,78 more)");
  assert.equal(written(list("min", -1)), "min(−8,−9,−10,−11,−78 more)");
});

test("a sum that wraps keeps more of its terms", () => {
  const sum = { op: "sum", parts: [...Array(41).keys()].map(constant) };
  const text = written(sum);
  assert.match(text, /^29 \+30 .*\+40 \+40629 more$/);
  assert.equal(lineOf(sum, 820).sign, "=");
  assert.doesNotMatch(written({ ...sum, parts: sum.parts.slice(1) }), /more/);
});

test("a sum wraps: one formula for each term", () => {
  const html = typeset({ op: "sum", parts: [constant(1), constant(2), constant(-3)] }, "numbers");
  assert.equal(html.match(/class="term"/g).length, 3);
  assert.equal(plain(html), "1 +2 −3");
});

test("a mean wraps inside its brackets", () => {
  const sum = { op: "sum", parts: [constant(1), constant(2)] };
  assert.equal(written({ op: "product", parts: [sum, constant(0.5)] }), "(1 +2)·0.5");
});

test("a long sum over a divisor stands in one line with it", () => {
  const sum = (...numbers) => ({ op: "sum", parts: numbers.map(constant) });
  const third = { op: "sqrt", parts: [constant(3)] };
  assert.equal(
    written({ op: "quotient", parts: [sum(1, 2, 3, 4, 5, 6, 7, 8, 9, 1, -9), third] }),
    "(1 +2 +3 +4 +5 +6 +7 +8 +9 +1 −9)/3",
  );
  assert.equal(typeset({ op: "quotient", parts: [sum(1, 2), third] }, "numbers").match(/mfrac/g).length, 2);
});

test("a line has as many decimals as its result needs", () => {
  const cell = (v) => ({ op: "cell", step: { values: [v] }, offset: 0 });
  const third = { op: "sqrt", parts: [{ ...constant(3), symbol: "<mi>d</mi>" }] };
  const divided = { op: "quotient", parts: [cell(4), third] };
  assert.equal(plain(lineOf(divided, 4 / Math.sqrt(3)).numbers), "43");
  assert.match(typeset(third, "symbols"), /<msqrt><mrow><mi>d<\/mi>/);
  const product = { op: "product", parts: [cell(7.1249), cell(31.4)] };
  const { numbers, sign, decimals } = lineOf(product, 7.1249 * 31.4);
  assert.deepEqual([plain(numbers), sign, decimals], ["7.125·31.40", "=", 3]);
  assert.equal(lineOf(product, 7.1249 * 31.4 + 0.02).sign, "≈");
});

test("what cancels leaves nothing to compute with the printed numbers", () => {
  const noise = { op: "sum", parts: [constant(0.1), constant(0.2), constant(-0.3)] };
  assert.equal(lineOf(noise, 0.1 + 0.2 - 0.3).sign, "≈");
  assert.equal(lineOf(noise, 0).sign, "=");
});

test("a sum in a sum leaves its minus to the sum around it", () => {
  const inner = { op: "given", parts: [constant(1), { op: "sum", parts: [constant(-2), constant(3)] }] };
  const list = { op: "max", parts: [{ op: "sum", parts: [constant(1), inner] }, constant(0)] };
  assert.equal(written(list), "max(1−2+3,0)");
});

test("what is too large for a number stays dots, and makes an approximation", () => {
  const powers = [...Array(11).fill(800), 900].map((n) => ({ op: "exp", parts: [constant(n)] }));
  const { numbers, sign } = lineOf({ op: "quotient", parts: [powers[11], { op: "sum", parts: powers }] }, 1);
  assert.match(plain(numbers), /⋯$/);
  assert.equal(sign, "≈");
});

test("a power of ten", () => {
  assert.equal(plain(math(signed(number(-2e7)))), "−2.0·107");
});

test("operations are said in words", () => {
  const two = [constant(1), constant(2)];
  assert.equal(spoken({ op: "sum", parts: two }), "1 plus 2");
  assert.equal(spoken({ op: "quotient", parts: two }), "1, divided by: 2");
  assert.equal(spoken({ op: "tanh", parts: [constant(1)] }), "tanh of 1");
  assert.equal(spoken({ op: "top", k: 2, position: 1, parts: two }), "1 if 2 is among the 2 largest of 1, 2");
  assert.equal(spoken({ op: "given", parts: two }), "2");
});

test("what is taken away is said as a minus", () => {
  const taken = (...parts) => ({ op: "product", parts: [...parts, constant(-1)] });
  assert.equal(spoken({ op: "sum", parts: [constant(1), taken(constant(3.49))] }), "1 minus 3.49");
  assert.equal(spoken({ op: "sum", parts: [constant(1), constant(-2)] }), "1 minus 2");
  const bracketed = "minus open bracket 1 plus 2 close bracket";
  assert.equal(spoken(taken({ op: "sum", parts: [constant(1), constant(2)] })), bracketed);
  assert.equal(spoken(taken(constant(-2))), "minus open bracket minus 2 close bracket");
  const squared = (v) => ({ op: "square", parts: [constant(v)] });
  const squares = "3, squared plus open bracket minus 2 close bracket, squared";
  assert.equal(spoken({ op: "sum", parts: [squared(3), squared(-2)] }), squares);
});

test("a power of positions is written and said", () => {
  const rate = ["power", ["constant", 2], ["product", ["position", [1, ["head", 1, 1, 0]]], ["constant", -1]]];
  const node = ground(rate, { head: 2 }, []);
  assert.equal(value(node), 0.125);
  assert.equal(
    typeset(node, "numbers"),
    '<math><mrow><msup><mrow><mn class="">2</mn></mrow><mrow><mo>−</mo><mn class="">3</mn></mrow></msup></mrow></math>',
  );
  assert.equal(spoken(node), "2 to the power of minus 3");
});
