// The grammar of step names, by the corpus Python is held to as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { groupOf, momentOf, topicOf } from "../../assets/stage/model/names.js";

/** @type {{ name: string, base: string, place: string, time: [series: string, time: number] | null }[]} */
const CORPUS = JSON.parse(readFileSync(new URL("../corpus/step_names.json", import.meta.url), "utf-8"));

for (const { name, base, place, time } of CORPUS)
  test(`"${name}" tells what, where and when`, () => {
    const found = momentOf(name);
    assert.equal(topicOf(name), base);
    assert.equal(groupOf(name), place);
    assert.deepEqual(found ? [found[0], Number(found[1])] : null, time);
  });
