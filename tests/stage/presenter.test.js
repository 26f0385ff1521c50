// Keys of the projector view: what each asks for, and who has them first: fields, dialogs, the page that is scrolled.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { listenToPage } from "../../assets/stage/hands/keyboard.js";
import { listenToPresenter } from "../../assets/stage/hands/presenter.js";

// As much of a page as listening to keys takes.
class Element {
  constructor(...kinds) {
    this.kinds = kinds;
  }
  matches(selector) {
    return this.kinds.some((kind) => selector.split(/[ ,]+/).includes(kind));
  }
  closest(selector) {
    return this.matches(selector) ? this : null;
  }
}
class Document {
  body = Object.assign(new Element("body"), { children: [] });
  dialogs = [];
  heard = [];
  querySelector() {
    return this.dialogs[0] ?? null;
  }
  addEventListener(_, heard) {
    this.heard.push(heard);
  }
}

let page;
beforeEach(() => {
  page = new Document();
  Object.assign(globalThis, { Element, Document, document: page });
});

/** Whether the page still has the key. */
function press(key, target = page.body) {
  const event = { key, defaultPrevented: false, composedPath: () => [target], stopPropagation: () => {} };
  event.preventDefault = () => {
    event.defaultPrevented = true;
  };
  for (const heard of page.heard) heard(event);
  return !event.defaultPrevented;
}

function listening(isOn, more = {}) {
  const asked = [];
  const note = (name) => (n) => asked.push(n === undefined ? name : `${name} ${n}`);
  const state = { isOn };
  listenToPresenter({
    isOn: () => state.isOn,
    isPlaying: () => false,
    toggle: note("toggle"),
    leave: note("leave"),
    turn: note("turn"),
    step: note("step"),
    preset: note("preset"),
    ...more,
  });
  return asked;
}

test("keys of an open view", () => {
  const asked = listening(true);
  for (const key of ["PageDown", "PageUp", " ", "ArrowRight", "3", "P", "Escape"]) assert.equal(press(key), false);
  assert.deepEqual(asked, ["turn 1", "turn -1", "turn 1", "step 1", "preset 3", "leave", "leave"]);
});

test("a key without a wish is the page's own, which it scrolls", () => {
  const asked = listening(true, { turn: undefined, step: undefined });
  for (const key of ["PageDown", " ", "ArrowRight", "ArrowDown", "h", "?"]) assert.equal(press(key), true);
  assert.deepEqual(asked, []);
});

test("P opens the view, but not what stands behind a dialog, wherever the focus is", () => {
  const asked = listening(false);
  assert.equal(press("p"), false);
  assert.equal(press("x"), true);
  assert.equal(press("p", new Element("input")), true);
  page.dialogs = [new Element()];
  assert.equal(press("p"), true);
  page.dialogs = [];
  page.body.children = [{ shadowRoot: { querySelector: () => new Element() } }]; // beside the page, as of a class
  assert.equal(press("p"), true);
  assert.deepEqual(asked, ["toggle"]);
});

test("a dialog over the open view has its keys to itself", () => {
  const asked = listening(true);
  page.dialogs = [new Element()];
  for (const key of ["Escape", "1", " "]) assert.equal(press(key), true);
  assert.deepEqual(asked, []);
});

test("nor do arrows and undo reach the page behind a dialog", () => {
  const asked = [];
  listenToPage({ step: (by) => asked.push(by), turn: (by) => asked.push(by) });
  assert.equal(press("ArrowRight"), false);
  page.dialogs = [new Element()];
  assert.equal(press("ArrowRight"), true);
  assert.deepEqual(asked, [1]);
});
