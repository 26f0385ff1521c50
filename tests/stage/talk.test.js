// What the stage keeps of messages, how it spells a link, and what it hands over.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Edits } from "../../assets/stage/model/edits.js";
import { Model } from "../../assets/stage/model/model.js";
import { decode } from "../../assets/stage/talk/arrival.js";
import { numberText, queriesOf } from "../../assets/stage/talk/link.js";
import { inheritance, remember, rememberedView } from "../../assets/stage/talk/memory.js";
import { unpacked } from "../../assets/stage/talk/packing.js";
import { whole } from "../../assets/stage/talk/parts.js";
import { payload } from "./sample.js";

const link = {
  preset: "",
  looked: false,
  hide: "",
  until: "",
  section: "",
  options: [],
  start: "s",
  labels: "",
  text: null,
};

test("a part that was sent once is put in again, and one that never came is missed", () => {
  const { steps, stops, ...rest } = payload({ structure: "a" });
  assert.equal(whole(rest), undefined);
  assert.deepEqual(whole({ ...rest, steps, stops }).steps, steps);
  assert.deepEqual(whole({ ...rest, sequence: 3 }).stops, stops);
  assert.equal(whole({ ...rest, structure: "b" }), undefined);
});

test("a lesson needs the numbers of its preset as well", () => {
  const data = payload({ structure: "c", link: { ...link, start: "t" } });
  assert.equal(whole(data), undefined);
  assert.deepEqual(whole({ ...data, start: { X: null } }).start, { X: null });
  assert.deepEqual(whole(data).start, { X: null });
});

test("numbers are spelled as Python spells them", () => {
  const spelled = { 2: "2", "-3": "-3", 0.1: "0.1", 1e-4: "0.0001", 1e-5: "1e-05", 1.5e-7: "1.5e-07", 1e22: "1e+22" };
  for (const [v, text] of Object.entries(spelled)) assert.equal(numberText(Number(v)), text);
  assert.equal(numberText(-0), "0");
  assert.equal(numberText(1e15), "1000000000000000.0");
  assert.equal(numberText(5e-324), "5e-324");
  assert.equal(numberText(Number.MAX_VALUE), "1.7976931348623157e+308");
});

test("a link says what is changed and nothing else", async () => {
  const shown = { link, start: {}, view: { stop: "P", cell: [0, 1], at: { head: 1 } }, named: () => undefined };
  assert.equal((await queriesOf(shown)).address, "");
  const looked = { ...link, looked: true, preset: "a b", options: [["masked", "1"]] };
  const { address } = await queriesOf({ ...shown, link: looked });
  assert.equal(address, "preset=a+b&step=P&cell=1.2&at=head.2&masked=1");
});

test("more numbers than an address holds stand in the query that has all of them", async () => {
  const values = Float64Array.from({ length: 4000 }, (_, n) => Math.sin(n));
  const shown = { link, start: { X: null }, view: { stop: "", cell: null, at: {} } };
  const { address, memory, all } = await queriesOf({ ...shown, named: (name) => ({ name, shape: [40, 100], values }) });
  assert.deepEqual([address, memory], ["", ""]);
  const data = new URLSearchParams(all).get("data") ?? "";
  assert.ok(data.length > 24_000);
  assert.deepEqual(JSON.parse(await unpacked(data.slice(1), 400_000)).inputs.X.table.flat(), [...values]);
});

test("what another session had is handed over until it was taken", () => {
  remember("k", { session: "one", query: "step=P", view: { stop: "P", cell: null, at: {} } });
  assert.equal(inheritance({ key: "k", session: "one" }), undefined);
  assert.equal(rememberedView("k", "one").stop, "P");
  assert.equal(rememberedView("k", "two"), undefined);
  assert.equal(inheritance({ key: "k", session: "two", restored: false }), "step=P");
  assert.equal(inheritance({ key: "k", session: "two", restored: false }), "step=P");
  assert.equal(inheritance({ key: "k", session: "two", restored: true }), undefined);
  assert.equal(inheritance({ key: "k", session: "two", restored: false }), undefined);
  assert.equal(inheritance({ key: "other", session: "two", restored: false }), undefined);
});

test("edits that were taken are put into numbers that do not hold them yet", () => {
  const model = new Model();
  model.lay(payload());
  model.take(decode(payload().values));
  const X = model.sheet.named("X");
  model.edit([{ step: X, offset: 0, value: 7 }], 4);
  assert.equal(model.edits.taken(4), false);
  assert.equal(model.edits.taken(5), true);
  assert.equal(model.edits.isWaiting, false);
  const after = model.sheet.named("P").values.slice();
  model.take(decode(payload().values));
  assert.equal(X.values[0], 7);
  assert.deepEqual(model.sheet.named("P").values, after);
  model.edits.answer(5, []);
  model.take(decode(payload().values));
  assert.notEqual(X.values[0], 7);
});

test("a number that was refused is not put in again", () => {
  const edits = new Edits();
  edits.make([{ step: { name: "X" }, offset: 2, value: 1e308 }], 0);
  assert.equal(edits.later.length, 1);
  edits.refuse([["X", 2, 1e308]]);
  assert.equal(edits.later.length, 0);
});
