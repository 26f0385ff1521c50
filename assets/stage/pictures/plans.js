// The plan of this browser as a list: states are edited, put in order, presented, handed on and printed.

import { all, element, present } from "../draw/nodes.js";
import * as theme from "../draw/theme.js";
import {
  changed,
  duplicated,
  inserted,
  joined,
  LONGEST,
  LONGEST_FILE,
  moved,
  placeOf,
  readPlan,
  statesSaid,
  without,
  written,
} from "../model/plan.js";
import { say } from "../model/say.js";
import { copyText } from "../talk/copying.js";
import { packed, unpacked } from "../talk/packing.js";
import { coverFields, textField } from "./plan_fields.js";
import { addressOf, onStored, storedPlan, storePlan } from "./stored_plan.js";

/** @import { Entry, Plan } from "../model/plan.js" */
/** @import { WirePlans } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

const LONGEST_LINK = 12_000; // characters: longer ones are cut by mail programs and chats
const IN_LINK = "#plan=";

class Plans {
  #data;
  #plan = storedPlan();
  #name = element("input", { type: "text", value: this.#plan.name });
  #said = element("p", { className: "said", aria: { role: "status" } });
  #offer = element("div", { className: "offer" });
  #list = element("ol", { aria: { label: say("States of the plan") } });
  #empty = element("p", {
    className: "empty",
    textContent: say("There are no states yet. Open a lesson, press Teach, then “Add this state to a plan”."),
  });
  #file = element("input", { type: "file", aria: { label: say("A plan from a file") } });
  /** @type {HTMLButtonElement[]} of no use without states */
  #tools;

  /**
   * @param {HTMLElement} root
   * @param {WirePlans} data
   */
  constructor(root, data) {
    this.#data = data;
    this.#name.maxLength = LONGEST.name;
    this.#name.oninput = () => this.#keep({ ...this.#plan, name: this.#name.value });
    this.#file.accept = ".json,application/json";
    this.#file.hidden = true;
    this.#file.onchange = () => void this.#openFile();
    this.#tools = [
      tool(say("Present from the start"), () => this.#present(1), "primary"),
      tool(say("Copy as a link"), () => void this.#copy()),
      tool(say("Save as a file"), () => this.#save()),
      tool(say("Print questions and answers"), () => this.#print()),
    ];
    const open = tool(say("Open a file"), () => this.#file.click());
    const tools = element("div", { className: "tools" }, ...this.#tools, open, this.#file);
    this.#offer.hidden = true;
    const name = element("label", { className: "name" }, say("Name of the plan"), this.#name);
    root.replaceChildren(name, tools, this.#said, this.#offer, this.#list, this.#empty);
    this.#draw();
    onStored(root, () => this.#elsewhere());
    void this.#openLink();
  }

  // --- what is kept

  /** @param {Plan} plan */
  #keep(plan) {
    this.#plan = plan;
    if (!storePlan(plan)) this.#say(say("This browser keeps nothing for this page: save the plan as a file."), true);
  }

  /**
   * @param {Plan} plan
   * @param {number} [at] the state to go to
   * @param {string} [act] the button there
   */
  #put(plan, at, act) {
    this.#keep(plan);
    this.#draw();
    const item = at === undefined ? undefined : this.#list.children[at];
    const wanted = item?.querySelector(`[data-act="${act}"]:not(:disabled)`) ?? item?.querySelector("button");
    if (wanted instanceof HTMLElement) wanted.focus();
  }

  /**
   * @param {string} text
   * @param {boolean} [isWrong]
   * @param {Node[]} more
   */
  #say(text, isWrong = false, ...more) {
    this.#said.classList.toggle("wrong", isWrong);
    this.#said.replaceChildren(text, ...more);
  }

  /** Another tab has changed the plan: a lesson, say, where a state was added. It is not written over. */
  #elsewhere() {
    this.#plan = storedPlan();
    if (this.#name.value !== this.#plan.name) this.#name.value = this.#plan.name;
    this.#draw();
  }

  // --- the list

  #draw() {
    const { entries } = this.#plan;
    this.#list.replaceChildren(...entries.map((entry, n) => this.#item(entry, n)));
    this.#empty.hidden = entries.length > 0;
    for (const button of this.#tools) button.disabled = !entries.length;
  }

  /**
   * @param {Entry} entry
   * @param {number} n
   */
  #item(entry, n) {
    const title = this.#data.titles[entry.lesson] ?? entry.title;
    const { stop, cell } = placeOf(entry.query);
    const place = [
      stop || say("where the lesson opens"),
      ...(cell ? [say("cell {listed}", { listed: cell.map((i) => i + 1).join(", ") })] : []),
    ];
    const heading = element("h2", { textContent: title }, element("small", { textContent: place.join(say(", ")) }));
    /** @param {Partial<Entry>} change */
    const change = (change) => this.#keep(changed(this.#plan, n, change));
    const fields = element(
      "div",
      { className: "fields" },
      textField("question", entry.question, (question) => change({ question })),
      textField("note", entry.note, (note) => change({ note })),
      coverFields(entry.cover, (cover) => change({ cover })).node,
    );
    const body = element("div", {}, heading, fields, this.#acts(entry, n));
    const number = element("span", { className: "number", textContent: String(n + 1) });
    const item = element("li", { aria: { label: say("State {n}: {title}", { n: n + 1, title }) } }, number, body);
    item.onkeydown = (event) => this.#key(event, n);
    return item;
  }

  /**
   * @param {Entry} entry
   * @param {number} n
   */
  #acts({ lesson, query }, n) {
    const last = this.#plan.entries.length - 1;
    const up = tool(say("Up"), () => this.#put(moved(this.#plan, n, n - 1), n - 1, "up"), "", "up");
    const down = tool(say("Down"), () => this.#put(moved(this.#plan, n, n + 1), n + 1, "down"), "", "down");
    up.disabled = n === 0;
    down.disabled = n === last;
    up.title = say("One place up (Alt and the up arrow)");
    down.title = say("One place down (Alt and the down arrow)");
    const buttons = [
      tool(say("Present this"), () => this.#present(n + 1)),
      tool(say("Open the lesson"), () => location.assign(new URL(`./${lesson}?${query}`, location.href))),
      up,
      down,
      tool(say("Duplicate"), () => this.#duplicate(n)),
      tool(say("Delete"), () => this.#delete(n)),
    ];
    return element("div", { className: "acts" }, ...buttons);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {number} n
   */
  #key(event, n) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = n + by;
    if (to < 0 || to >= this.#plan.entries.length) return;
    this.#put(moved(this.#plan, n, to), to, by < 0 ? "up" : "down");
    this.#say(say("State {to} of {count} now.", { to: to + 1, count: this.#plan.entries.length }));
  }

  /** @param {number} n */
  #duplicate(n) {
    this.#attempt(() => this.#put(duplicated(this.#plan, n), n + 1));
  }

  /**
   * What cannot be done says why.
   * @param {() => void} change
   */
  #attempt(change) {
    try {
      change();
    } catch (error) {
      this.#say(/** @type {Error} */ (error).message, true);
    }
  }

  /** @param {number} n */
  #delete(n) {
    const entry = this.#plan.entries[n];
    this.#put(without(this.#plan, n), Math.min(n, this.#plan.entries.length - 2));
    const undo = tool(say("Bring it back"), () => {
      this.#say("");
      this.#attempt(() => this.#put(inserted(this.#plan, n, entry), n)); // what was typed since stays
    });
    this.#say(say("State {n} is deleted. ", { n: n + 1 }), false, undo);
    if (!this.#plan.entries.length) undo.focus();
  }

  // --- handed on

  /** @param {number} number of the state, from 1 */
  #present(number) {
    location.assign(addressOf(this.#plan.entries[number - 1], number));
  }

  async #copy() {
    const url = new URL("./plans", location.href);
    const address = `${url.href.split("#")[0]}${IN_LINK}${await packed(written(this.#plan))}`;
    if (address.length > LONGEST_LINK)
      return this.#say(say("This plan is too long for a link: save it as a file."), true);
    const done = await copyText(address);
    const field = element("input", { type: "text", value: address, aria: { label: say("The link to this plan") } });
    field.readOnly = true;
    this.#say(done ? say("Copied. Your notes are in the link, too.") : say("Take the link from here:"), false, field);
  }

  #save() {
    const url = URL.createObjectURL(new Blob([written(this.#plan)], { type: "application/json" }));
    const name = this.#plan.name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
    element("a", { href: url, download: `${name || "plan"}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
    this.#say(say("Saved."));
  }

  /** A page of its own, which the server makes: it works the answers out. */
  #print() {
    if (!this.#data.sheet) return this.#say(say("Nothing answers here that could make the page to print."), true);
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: this.#data.sheet, target: "_blank", hidden: true });
    const field = document.createElement("textarea");
    Object.assign(field, { name: "plan", value: written(this.#plan) });
    form.append(field);
    document.body.append(form);
    form.submit();
    form.remove();
  }

  // --- brought

  async #openFile() {
    const [file] = this.#file.files ?? [];
    this.#file.value = "";
    if (!file) return;
    if (file.size > LONGEST_FILE) return this.#say(say("This file is too large for a plan."), true);
    this.#take(await file.text(), say("This file"));
  }

  async #openLink() {
    if (!location.hash.startsWith(IN_LINK)) return;
    const sent = location.hash.slice(IN_LINK.length);
    history.replaceState(history.state, "", location.pathname + location.search);
    try {
      this.#take(await unpacked(sent, LONGEST_FILE), say("This link"));
    } catch {
      this.#say(say("The plan in this link is damaged: ask for the link again."), true);
    }
  }

  /**
   * @param {string} text
   * @param {string} source
   */
  #take(text, source) {
    this.#attempt(() => {
      const plan = readPlan(text, (lesson) => Object.hasOwn(this.#data.titles, lesson));
      if (!this.#plan.entries.length) this.#open(plan);
      else this.#ask(plan, source);
    });
  }

  /** @param {Plan} plan */
  #open(plan) {
    this.#offer.hidden = true;
    this.#name.value = plan.name;
    this.#put(plan);
    this.#say(say("Opened: {states}.", { states: statesSaid(plan.entries.length) }));
  }

  /**
   * There is a plan already, which is not lost without a word.
   * @param {Plan} plan
   * @param {string} source
   */
  #ask(plan, source) {
    const replace = tool(say("Open it in place of mine"), () => this.#open(plan), "primary");
    const both = tool(say("Add it behind mine"), () =>
      this.#attempt(() => this.#open(joined(this.#plan, plan.entries))),
    );
    const leave = tool(say("Keep mine"), () => {
      this.#offer.hidden = true;
    });
    const held = { source, states: statesSaid(plan.entries.length), name: plan.name };
    const text = plan.name
      ? say("{source} holds a plan of {states}, “{name}”.", held)
      : say("{source} holds a plan of {states}.", held);
    const buttons = element("div", { className: "acts" }, replace, both, leave);
    this.#offer.replaceChildren(element("p", { textContent: text }), buttons);
    this.#offer.hidden = false;
    replace.focus();
  }
}

/**
 * @param {string} textContent
 * @param {() => void} onclick
 * @param {string} [className]
 * @param {string} [act]
 */
function tool(textContent, onclick, className = "", act = "") {
  return element("button", { type: "button", textContent, onclick, className, ...(act ? { data: { act } } : {}) });
}

/** @type {WeakSet<HTMLElement>} */
const DRAWN = new WeakSet();

/** @param {Component<WirePlans>} component */
export default function show({ parentElement, data }) {
  const root = /** @type {HTMLElement} */ (present(parentElement.querySelector("section")));
  theme.follow(root);
  if (DRAWN.has(parentElement) && all(root, "ol").length) return;
  DRAWN.add(parentElement);
  new Plans(root, data);
}
