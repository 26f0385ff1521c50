// What Streamlit writes by itself, said in the language of the page.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { saidInstead } from "../../assets/stage/entries/widgets.js";

const page = /** @type {{ atlasWords?: object }} */ (globalThis);
page.atlasWords = {
  language: "zh-Hans",
  texts: { Upload: "选择文件", "Help for {name}": "帮助：{name}", "{size} per file{kinds}": "每个文件 {size}{kinds}" },
  terms: {},
};
after(() => delete page.atlasWords);

test("its own texts are known whole, or with what stands in them", () => {
  assert.equal(saidInstead("Upload"), "选择文件");
  assert.equal(saidInstead("Help for 温度"), "帮助：温度");
  assert.equal(saidInstead("5MB per file • CSV, NPY"), "每个文件 5MB • CSV, NPY");
});

test("what it did not write stays", () => {
  for (const text of ["Upload your notes", "query", "选择文件", ""]) assert.equal(saidInstead(text), undefined);
});
