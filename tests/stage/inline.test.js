// A line of arithmetic in one row of characters: read as a calculator reads it, it gives the printed result.

import assert from "node:assert/strict";
import { test } from "node:test";
import { erf } from "../../assets/stage/model/erf.js";
import { inline, lineInline } from "../../assets/stage/model/inline.js";
import { entries, grounded } from "./corpus.js";

const CALLS = {
  ...{ max: Math.max, min: Math.min, tanh: Math.tanh, sin: Math.sin, cos: Math.cos, ln: Math.log, erf },
  σ: (x) => 1 / (1 + Math.exp(-x)),
  held: (x) => x,
  cut: () => 0,
  root: Math.sqrt,
  floor: Math.floor,
  absolute: Math.abs,
};
const SIGNS = [
  ["−", "-"],
  ["·", "*"],
  ["^", "**"],
  ["⌊", "floor("],
  ["⌋", ")"],
  ["∞", "Infinity"],
];

/** What a calculator makes of a text. A power of a minus needs no brackets in it, for the text has them. */
function calculated(text) {
  let script = SIGNS.reduce((found, [sign, said]) => found.replaceAll(sign, said), text);
  script = script
    .replace(/√\(/g, "root(")
    .replace(/√([\d.]+)/g, "root($1)")
    .replace(/\be\b/g, String(Math.E));
  script = script.replace(/\|([^|]*)\|/g, "absolute($1)").replace(/\[([^[\]]*)\]/g, "Number($1)");
  return new Function(...Object.keys(CALLS), `return ${script};`)(...Object.values(CALLS));
}

const written = entries().map((entry) => lineInline(grounded(entry), Number(entry.value)));

test("every kind of arithmetic reads as its printed result", () => {
  const read = written.filter((line) => line.includes(" = ") && !/argmax|∈|⋯|more/.test(line));
  assert.ok(read.length > 70, String(read.length));
  for (const line of read) {
    const at = line.lastIndexOf(" = ");
    const [text, printed] = [line.slice(0, at), line.slice(at + 3)];
    const [, decimals = "", power = "0"] = printed.replaceAll("−", "-").match(/\.(\d+)(?: · 10\^\(?(-?\d+))?/) ?? [];
    const found = calculated(text);
    const wanted = calculated(printed);
    if (Number.isFinite(wanted)) {
      const half = 10 ** (Number(power) - decimals.length) / 2;
      assert.ok(Math.abs(found - wanted) <= half * 1.0001, `${line}: ${found}`);
    } else assert.equal(found, wanted, line);
  }
});

test("nothing of the markup is left", () => {
  for (const line of written) assert.doesNotMatch(line, /[<>&](?! )|undefined| {2}/, line);
});

test("brackets stand where the row needs them", () => {
  const row = (html) => inline(`<math><mrow>${html}</mrow></math>`);
  const sum = "<mrow><mn>1</mn><mo>+</mo><mn>2</mn></mrow>";
  assert.equal(row(`<mfrac>${sum}<msqrt><mrow><mn>3</mn></mrow></msqrt></mfrac>`), "(1 + 2) / √3");
  assert.equal(row("<msup><mi>e</mi><mrow><mo>−</mo><mn>2</mn></mrow></msup>"), "e^(−2)");
  assert.equal(row(`<msup><mrow><mo>(</mo>${sum}<mo>)</mo></mrow><mn>2</mn></msup>`), "(1 + 2)^2");
  assert.equal(row("<mn>4</mn><mo>−</mo><mo>(</mo><mo>−</mo><mn>1</mn><mo>)</mo>"), "4 − (−1)");
});
