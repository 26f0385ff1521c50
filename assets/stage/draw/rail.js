// The rail: a tab for every stop, and arrows to the stops beside the one on screen.

import { capital, groupOf, topicOf } from "../model/names.js";
import { say, term } from "../model/say.js";
import { all, element, nameSpan } from "./nodes.js";

/** @import { WireStop } from "../wire.js" */

export class Rail {
  #open;
  #position = 0;
  #last = Number.POSITIVE_INFINITY; // the last stop that can be opened
  /** @type {HTMLButtonElement[]} */
  #tabs = [];
  #rail = element("div", { className: "rail", aria: { role: "tablist", label: say("Steps") } });
  #back = this.#arrow("←", say("Previous step"), -1);
  #next = this.#arrow("→", say("Next step"), 1);
  #live = element("span", { className: "spoken", aria: { role: "status" } });

  /** @param {(position: number) => void} open */
  constructor(open) {
    this.#open = open;
    const turns = element("div", { className: "turns" }, this.#back, this.#next, this.#live);
    this.node = element("div", { className: "bar" }, this.#rail, turns);
    this.#rail.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * @param {string} textContent
   * @param {string} title
   * @param {number} by
   */
  #arrow(textContent, title, by) {
    const onclick = () => this.turn(by);
    return element("button", {
      type: "button",
      className: "turn",
      textContent,
      title,
      aria: { label: title },
      onclick,
    });
  }

  /**
   * A tab for every stop. Neighbours whose names are paths with a common start stand in a group, closed to one tab elsewhere.
   * @param {WireStop[]} stops
   */
  lay(stops) {
    this.node.hidden = stops.length < 2;
    this.#tabs = stops.length < 2 ? [] : stops.map((stop, n) => this.#tab(stop, n));
    this.#rail.replaceChildren(...grouped(stops, this.#tabs));
  }

  /**
   * @param {WireStop} stop
   * @param {number} n
   */
  #tab(stop, n) {
    const number = element("small", { textContent: String(n + 1) });
    const name = nameSpan(capital(term(topicOf(stop.title))));
    const onclick = () => this.#open(n);
    const data = { stop: stop.title };
    return element("button", { type: "button", onclick, data, aria: { role: "tab" } }, number, name);
  }

  /**
   * The learner is at this stop.
   * @param {number} position
   */
  mark(position) {
    this.#position = position;
    if (!this.#tabs.length) return;
    this.#tabs.forEach((tab, n) => {
      tab.setAttribute("aria-selected", String(n === position));
      tab.tabIndex = n === position ? 0 : -1;
      tab.classList.toggle("ahead", n > position);
    });
    const tab = this.#tabs[position];
    for (const group of all(this.#rail, ".group")) group.classList.toggle("open", group.contains(tab));
    this.reveal();
    this.#back.disabled = position === 0;
    this.#next.disabled = position >= Math.min(this.#tabs.length - 1, this.#last);
  }

  /**
   * The last stop that is to be seen for now; undefined: all of them.
   * @param {number | undefined} position
   */
  end(position = Number.POSITIVE_INFINITY) {
    this.#last = position;
    this.#tabs.forEach((tab, n) => {
      tab.hidden = n > position;
    });
    this.#next.disabled = this.#position >= Math.min(this.#tabs.length - 1, position);
  }

  /** Bring the tab of the stop on screen into the middle, as far as there is more than fits. */
  reveal() {
    const tab = this.#tabs[this.#position];
    if (tab) this.#rail.scrollTo?.({ left: tab.offsetLeft - this.#rail.clientWidth / 2 + tab.clientWidth / 2 });
  }

  /** @param {number} by */
  turn(by) {
    const wanted = this.#position + by;
    if (wanted < 0 || wanted >= this.#tabs.length || wanted > this.#last) return;
    this.#open(wanted);
    this.#live.textContent = say("Step {n} of {count}: {stop}", {
      n: wanted + 1,
      count: this.#tabs.length,
      stop: term(this.#tabs[wanted].dataset.stop ?? ""),
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    this.turn(by);
    this.#tabs[this.#position].focus();
  }
}

/**
 * @param {WireStop[]} stops
 * @param {HTMLElement[]} tabs
 * @returns {HTMLElement[]}
 */
function grouped(stops, tabs) {
  /** @type {{ name: string, tabs: HTMLElement[] }[]} */
  const runs = [];
  tabs.forEach((tab, n) => {
    const name = groupOf(stops[n].title);
    const last = runs[runs.length - 1];
    if (name && last?.name === name) last.tabs.push(tab);
    else runs.push({ name, tabs: [tab] });
  });
  return runs.flatMap((run) => (run.name ? [group(capital(term(run.name)), run.tabs)] : run.tabs));
}

/**
 * @param {string} name
 * @param {HTMLElement[]} tabs
 */
function group(name, tabs) {
  tabs[0].prepend(element("span", { className: "whole", textContent: name }));
  const label = element("span", { className: "label", textContent: name, aria: { hidden: "true" } });
  return element("div", { className: "group", aria: { role: "presentation" } }, label, ...tabs);
}
