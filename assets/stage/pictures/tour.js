// The tour of a lesson: a light on one part of the page after another, with a card that says what can be done there. The
// page stays usable all the while. Where a part is not on the page, its card is left out.

import { element, present } from "../draw/nodes.js";
import * as theme from "../draw/theme.js";
import { say } from "../model/say.js";
import { isTold, told } from "../talk/visits.js";

/** @import { WireCard, WireTour } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

const MARGIN = 8; // px between a part and its light, and between the light and the card
const TOLD = "tour";
const HOSTS = '[data-testid^="stBidiComponent"], [data-testid^="stBidiComponent"] *';
const CHOSEN = '.atlas [role="tab"][aria-selected="true"]';
const DRAWN = '.atlas .card, [class*="st-key-map-"]'; // a lesson with a stage, and one with maps
const OWN_ESCAPE = "input, textarea, select";

/**
 * The first element that a selector finds, on the page or inside of the stage.
 * @param {string} selector
 * @returns {HTMLElement | undefined}
 */
function part(selector) {
  const hosts = [...document.querySelectorAll(HOSTS)];
  const roots = [document, ...hosts.flatMap(({ shadowRoot }) => shadowRoot ?? [])];
  for (const root of roots) {
    const found = root.querySelector(selector);
    if (found instanceof HTMLElement && found.checkVisibility()) return found;
  }
  return undefined;
}

/** @param {string} stop */
const tabOf = (stop) => part(`.atlas [role="tab"][data-stop="${CSS.escape(stop)}" i]`);

class Tour {
  #data;
  #take = element("button", { type: "button", className: "take" });
  #light = element("div", { className: "light" });
  #count = element("span", { className: "count" });
  #title = element("h2", { tabIndex: -1 });
  #text = element("p");
  #back = element("button", { type: "button", textContent: say("Back"), onclick: () => this.#go(-1) });
  #next = element("button", { type: "button", className: "next", onclick: () => this.#go(1) });
  #skip = element("button", {
    type: "button",
    className: "skip",
    textContent: say("Skip"),
    onclick: () => this.#end(),
  });
  #dots = element("span", { className: "dots", aria: { hidden: "true" } });
  #card;
  #layer;
  /** @type {WireCard[]} */
  #cards = [];
  #now = 0;
  #frame = 0;
  #first = ""; // the stop at which the tour began
  /** @param {KeyboardEvent} event */
  #escape = (event) => this.#key(event);

  /**
   * @param {HTMLElement} root
   * @param {WireTour} data
   */
  constructor(root, data) {
    this.#data = data;
    this.#title.id = "tour-title";
    const buttons = element("div", { className: "buttons" }, this.#skip, this.#dots, this.#back, this.#next);
    const aria = { role: "dialog", modal: "false", labelledby: "tour-title" };
    this.#card = element("div", { className: "card", aria }, this.#count, this.#title, this.#text, buttons);
    this.#layer = element("div", { className: "layer" }, this.#light, this.#card);
    this.#layer.popover = "manual";
    this.#take.onclick = () => whenDrawn(() => this.start(1));
    this.#name();
    root.replaceChildren(this.#take, this.#layer);
  }

  #name() {
    const isNew = !isTold(TOLD);
    this.#take.textContent = isNew ? say("Take the tour") : say("Tour");
    this.#take.classList.toggle("new", isNew);
  }

  /** @param {number} number of the card to begin with, from 1 */
  start(number) {
    if (!this.#layer.isConnected || this.#layer.matches(":popover-open")) return;
    this.#first = part(CHOSEN)?.dataset.stop ?? "";
    const wanted = this.#data.cards[number - 1];
    this.#cards = this.#data.cards.filter(({ part: selector }) => part(selector));
    if (!this.#cards.length) return;
    document.addEventListener("keydown", this.#escape, true);
    this.#layer.showPopover();
    this.#show(Math.max(0, this.#cards.indexOf(wanted)));
  }

  leave() {
    cancelAnimationFrame(this.#frame);
    document.removeEventListener("keydown", this.#escape, true);
  }

  #end() {
    this.leave();
    this.#layer.hidePopover();
    told(TOLD);
    this.#name();
    this.#take.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const [target] = event.composedPath();
    if (event.key !== "Escape" || (target instanceof Element && target.matches(OWN_ESCAPE))) return;
    event.preventDefault();
    event.stopPropagation();
    this.#end();
  }

  /** @param {number} by */
  #go(by) {
    const next = this.#now + by;
    if (next >= this.#cards.length) this.#end();
    else this.#show(Math.max(0, next));
  }

  /** @param {number} n */
  #show(n) {
    this.#now = n;
    const { title, text, part: selector, stop } = this.#cards[n];
    const many = this.#cards.length;
    tabOf(stop || this.#first)?.click();
    this.#count.textContent = say("{n} of {many}", { n: n + 1, many });
    this.#title.textContent = title;
    this.#text.textContent = text;
    this.#back.disabled = n === 0;
    this.#next.textContent = n === many - 1 ? say("Done") : say("Next");
    this.#dots.replaceChildren(
      ...this.#cards.map((_, m) => element("i", { className: m === n ? "here" : m < n ? "past" : "" })),
    );
    part(selector)?.scrollIntoView({ block: "center" });
    this.#title.focus({ preventScroll: true });
    cancelAnimationFrame(this.#frame);
    this.#follow(selector);
  }

  /**
   * The light stays on its part while the page moves under it.
   * @param {string} selector
   */
  #follow(selector) {
    const found = part(selector);
    if (found) this.#place(found.getBoundingClientRect());
    this.#frame = requestAnimationFrame(() => this.#follow(selector));
  }

  /** @param {DOMRect} box */
  #place({ left, top, width, height }) {
    const { style } = this.#light;
    style.left = `${left - MARGIN}px`;
    style.top = `${top - MARGIN}px`;
    style.width = `${width + 2 * MARGIN}px`;
    style.height = `${height + 2 * MARGIN}px`;
    const card = this.#card.getBoundingClientRect();
    const below = top + height + 2 * MARGIN;
    const above = top - 2 * MARGIN - card.height;
    const bottom = innerHeight - card.height - MARGIN;
    const y = below <= bottom ? below : above >= MARGIN ? above : bottom;
    const x = Math.min(Math.max(MARGIN, left), innerWidth - card.width - MARGIN);
    this.#card.style.translate = `${Math.max(MARGIN, x)}px ${Math.max(MARGIN, y)}px`;
  }
}

/** @type {WeakMap<HTMLElement, Tour>} */
const SHOWN = new WeakMap();

/** @param {Component<WireTour>} component */
export default function show({ data, parentElement }) {
  const root = /** @type {HTMLElement} */ (present(parentElement.querySelector("figure")));
  theme.follow(root);
  if (!SHOWN.has(parentElement)) {
    const tour = new Tour(root, data);
    SHOWN.set(parentElement, tour);
    if (data.start) whenDrawn(() => tour.start(data.start));
  }
  return () => {
    SHOWN.get(parentElement)?.leave();
    SHOWN.delete(parentElement);
  };
}

const PATIENCE = 15_000; // ms until a lesson is no longer waited for
const LOOK_AGAIN = 100;

/**
 * The lesson comes after the button: wait for it.
 * @param {() => void} act
 * @param {number} [waited]
 */
function whenDrawn(act, waited = 0) {
  if (part(DRAWN)) act();
  else if (waited < PATIENCE) setTimeout(() => whenDrawn(act, waited + LOOK_AGAIN), LOOK_AGAIN);
}
