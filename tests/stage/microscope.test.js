// The microscope: its address, and which files are those of a model.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keep, placeOf } from "../../assets/stage/scope/place.js";
import { sorted } from "../../assets/stage/scope/upload.js";

/** @typedef {import("../../assets/stage/scope/place.js").Place} Place */

/** @type {Place} */
const FIRST = {
  model: "bert",
  text: "the cat",
  layer: 1,
  head: 1,
  token: 0,
  off: [],
  edits: [],
  against: "",
  beside: [],
  sort: "",
  tab: "numbers",
  lines: false,
  other: "",
};

/**
 * What an address says after this place was kept in it.
 * @param {Place} place
 */
function again(place) {
  let search = "";
  const global = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (globalThis));
  global.sessionStorage = { setItem() {}, getItem: () => null };
  global.history = {
    state: null,
    replaceState: (/** @type {null} */ _, /** @type {string} */ __, /** @type {string} */ to) => (search = to),
  };
  global.location = { pathname: "/microscope", search: "" };
  keep(place);
  global.location = { pathname: "/microscope", search: search.slice("/microscope".length) };
  return { search, place: placeOf(FIRST) };
}

test("what is set by hand, switched off and compared with comes back from the address", () => {
  /** @type {Place} */
  const place = {
    ...FIRST,
    edits: [
      ["layer 2/W_q", [0, 1, 4], -0.5],
      ["layer 1/attention weights", [1, 0, 2], 1e-7],
      ["segment vector", [3], 2],
    ],
    off: [
      [2, 1],
      [1, 1, 2, 1],
    ],
    against: "/text",
    beside: [3, 2],
    other: "the dog; a = b & c",
  };
  assert.deepEqual(again(place).place, place);
});

test("positions count from 1 in the address", () => {
  const { search } = again({ ...FIRST, edits: [["layer 1/scores", [0, 1, 2], 2.5]] });
  assert.equal(new URLSearchParams(search.split("?")[1]).get("set"), "layer 1/scores@1.2.3=2.5");
});

test("an address that sets nothing sensible is left to the server to refuse", () => {
  const global = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (globalThis));
  global.location = { search: "?set=nonsense" };
  const [[step, , value]] = placeOf(FIRST).edits;
  assert.equal(step, "nonsense");
  assert.ok(Number.isNaN(value));
});

const NAMES = ["config.json", "tokenizer.json", "model.safetensors"];
const FILES = [
  { name: "weights.safetensors", size: 900_000 },
  { name: "tokenizer.json", size: 1000 },
  { name: "config.json", size: 1000 },
];

test("files are sent in the order of their names, weights under any name", () => {
  const found = sorted(FILES, NAMES, 1);
  assert.ok(Array.isArray(found));
  assert.deepEqual(
    found.map(([name, file]) => [name, file.name]),
    [
      ["config.json", "config.json"],
      ["tokenizer.json", "tokenizer.json"],
      ["model.safetensors", "weights.safetensors"],
    ],
  );
});

test("a file that is missing, twice, too large or a pickle is one sentence", () => {
  assert.match(String(sorted(FILES.slice(1), NAMES, 1)), /there has to be one model\.safetensors\.$/);
  assert.match(String(sorted([...FILES, { name: "b.safetensors", size: 1 }], NAMES, 1)), /one model\.safetensors/);
  assert.match(String(sorted(FILES, NAMES, 0.5)), /have 0\.9 MB, and at most 0\.5 MB/);
  assert.match(
    String(sorted([...FILES, { name: "pytorch_model.bin", size: 1 }], NAMES, 1)),
    /Pickles are never opened/,
  );
});
