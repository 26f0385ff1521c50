// The field that finds lessons and terms: answers as one types, by keyboard too. Its index is fetched once it is needed.

import { isBehindDialog } from "../draw/modal.js";
import { element, present } from "../draw/nodes.js";
import * as theme from "../draw/theme.js";
import { say, toSay } from "../model/say.js";
import { Index } from "../model/search.js";
import { inPlace, visit } from "../talk/visit.js";

/** @import { WireEntry, WireFind } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

const UNREACHED = toSay("The index of the lessons did not arrive. Is the server running? Type once more to try again.");

/**
 * The index of each address, as it was fetched.
 * @type {Map<string, Promise<Index>>}
 */
const fetched = new Map();

/**
 * @param {string} address
 * @returns {Promise<WireEntry[]>}
 */
async function entriesAt(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

let read = entriesAt;

/**
 * The entries come in another way: a page from disk may fetch nothing.
 * @param {typeof entriesAt} reader
 */
export function readIndexBy(reader) {
  read = reader;
}

/** @param {string} address */
const load = async (address) => new Index(await read(address));

/** @param {string} address */
function indexAt(address) {
  const known = fetched.get(address) ?? load(address);
  fetched.set(address, known);
  known.catch(() => fetched.delete(address));
  return known;
}

class Find {
  #data;
  #field = element("input", { type: "search", autocomplete: "off" });
  #list = element("div", { className: "list", aria: { role: "listbox", label: say("Found") } });
  #note = element("p", { className: "note", aria: { role: "status" } });
  /** @type {WireEntry[]} */
  #found = [];
  #at = -1;
  /** @param {KeyboardEvent} event */
  #slash = (event) => this.#jump(event);

  /**
   * @param {HTMLElement} root
   * @param {WireFind} data
   */
  constructor(root, data) {
    this.#data = data;
    this.#field.id = "find";
    this.#list.id = "found";
    this.#list.hidden = true;
    for (const [name, text] of [
      ["role", "combobox"],
      ["aria-label", say("Find a lesson or a term")],
      ["aria-controls", "found"],
      ["aria-expanded", "false"],
      ["aria-autocomplete", "list"],
      ["aria-keyshortcuts", "/"],
      ["placeholder", data.hint],
    ])
      this.#field.setAttribute(name, text);
    this.#field.oninput = () => void this.#ask();
    this.#field.onfocus = () => void indexAt(data.index).catch(() => {});
    this.#field.onkeydown = (event) => this.#key(event);
    root.addEventListener("focusout", (event) => this.#left(root, event));
    const box = element("div", { className: "box" }, this.#field, element("kbd", { textContent: "/" }));
    root.replaceChildren(element("div", { className: "find" }, box, this.#list, this.#note));
    document.addEventListener("keydown", this.#slash);
  }

  leave() {
    document.removeEventListener("keydown", this.#slash);
  }

  /**
   * The key / leads to the field from anywhere, but from fields.
   * @param {KeyboardEvent} event
   */
  #jump(event) {
    const [target] = event.composedPath();
    const isTyping = target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isBehindDialog() || !this.#field.checkVisibility({ visibilityProperty: true })) return;
    event.preventDefault();
    this.#field.focus();
  }

  /**
   * @param {HTMLElement} root
   * @param {FocusEvent} event
   */
  #left(root, event) {
    if (!(event.relatedTarget instanceof Node && root.contains(event.relatedTarget))) this.#show([]);
  }

  async #ask() {
    const text = this.#field.value;
    try {
      const index = await indexAt(this.#data.index);
      if (text !== this.#field.value) return;
      const { found, near } = index.ask(text);
      this.#show(found);
      this.#note.replaceChildren(...(text.trim() && !found.length ? this.#advice(near) : []));
    } catch {
      this.#note.textContent = say(UNREACHED);
    }
  }

  /**
   * Nothing was found: what to try.
   * @param {string[]} near
   */
  #advice(near) {
    const tries = near.length ? near : this.#data.tries;
    const buttons = tries.map((name) => {
      const onclick = () => {
        this.#field.value = name;
        this.#field.focus();
        void this.#ask();
      };
      return element("button", { type: "button", className: "try", textContent: name, onclick });
    });
    return [near.length ? say("Nothing by that name. Did you mean ") : say("Nothing by that name. Try "), ...buttons];
  }

  /** @param {WireEntry[]} found */
  #show(found) {
    this.#found = found;
    this.#note.textContent = "";
    this.#list.replaceChildren(...found.map((entry, n) => option(entry, n)));
    this.#list.hidden = !found.length;
    this.#field.setAttribute("aria-expanded", String(found.length > 0));
    this.#mark(found.length ? 0 : -1);
  }

  /** @param {number} at */
  #mark(at) {
    this.#at = at;
    [...this.#list.children].forEach((each, n) => {
      each.setAttribute("aria-selected", String(n === at));
      if (n === at) each.scrollIntoView({ block: "nearest" });
    });
    if (at < 0) this.#field.removeAttribute("aria-activedescendant");
    else this.#field.setAttribute("aria-activedescendant", `found-${at}`);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    event.stopPropagation(); // the keys of the page are for the page
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const many = this.#found.length;
    if (by && many) this.#mark((this.#at + by + many) % many);
    else if (event.key === "Enter" && this.#at >= 0) this.#open(this.#found[this.#at]);
    else if (event.key === "Escape" && this.#field.value) this.#clear();
    else return;
    event.preventDefault();
  }

  #clear() {
    this.#field.value = "";
    this.#show([]);
  }

  /** @param {WireEntry} entry */
  #open({ href }) {
    this.#clear();
    visit(href);
  }
}

/**
 * @param {WireEntry} entry
 * @param {number} n
 */
function option({ title, kind, about, href }, n) {
  const node = element(
    "a",
    { href, tabIndex: -1, aria: { role: "option", selected: "false" } },
    element("b", { textContent: title }),
    element("small", { textContent: kind }),
    element("span", { textContent: about }),
  );
  node.id = `found-${n}`;
  node.onpointerdown = (event) => event.preventDefault(); // the field keeps the focus until the click
  return inPlace(node);
}

/** @type {WeakMap<HTMLElement, Find>} */
const SHOWN = new WeakMap();

/** @param {Component<WireFind>} component */
export default function show({ data, parentElement }) {
  const root = /** @type {HTMLElement} */ (present(parentElement.querySelector("figure")));
  const find = SHOWN.get(parentElement) ?? new Find(root, data);
  SHOWN.set(parentElement, find);
  theme.follow(root);
  return () => {
    find.leave();
    SHOWN.delete(parentElement);
  };
}
