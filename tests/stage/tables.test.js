// Pasted tables, by the corpus Python is held to as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { read } from "./tables.js";

/** @type {{ text: string, switch: boolean, table?: number[][], where?: string, message?: string }[]} */
const CORPUS = JSON.parse(readFileSync(new URL("../corpus/tables.json", import.meta.url), "utf-8"));

for (const { text, switch: isSwitch, ...wanted } of CORPUS)
  test(`${JSON.stringify(text)} is a table, or is refused with its reason`, () => {
    const found = JSON.parse(JSON.stringify(read(text, isSwitch)));
    assert.deepEqual(found, wanted);
  });
