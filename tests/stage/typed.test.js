// Numbers as they are typed. Tables of them are in tables.test.js.

import assert from "node:assert/strict";
import { test } from "node:test";
import { objectionTo, parseNumber } from "../../assets/stage/model/typed.js";

const TYPED = {
  0.25: ["0.25", "1/4", "25%", " 25 % ", "0,25", ".25", "+.25", "2.5e-1", "¼", "25x10^-2", "０．２５"],
  1000: ["1000", "1_000", "1'000", "1\u00a0000", "1.000,0", "1,000.0"],
  "-3": ["-3", "−3", "–3", "-3.", "-6/2"],
  "1e308": ["1e308", "1E308"],
  0: ["0", "-0", "1e-400", "0%"],
};

test("numbers are read as people type them", () => {
  for (const [value, texts] of Object.entries(TYPED))
    for (const text of texts) assert.ok(parseNumber(text) === Number(value), text);
});

test("what is no number is none", () => {
  const texts = [
    "",
    " ",
    "abc",
    "1/0",
    "0/0",
    "1e309",
    "nan",
    "inf",
    "-Infinity",
    "1/4/2",
    "--3",
    "1 2",
    "0x10",
    "1/2%",
    "1,234",
  ];
  for (const text of [...texts, "1e", "1__000", "50%/2", "=1+1", "1,5,2"])
    assert.ok(Number.isNaN(parseNumber(text)), text);
});

test("what cannot be read says why", () => {
  const reasons = {
    "": "the cell is empty",
    abc: "“abc” is not a number",
    "1/0": "“1/0” divides by 0",
    "1e309": "“1e309” is too large (the largest number is 1.8e308)",
    "1,234": "“1,234” can be 1.234 or 1234; write one of these",
    "-inf": "-inf is not a finite number",
    0.5: "",
  };
  for (const [text, reason] of Object.entries(reasons)) assert.equal(objectionTo(text), reason);
});
