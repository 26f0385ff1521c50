// The map of the lessons: numbered badges in groups, by station, in teaching order or by year. Pointing at one says what it
// is, shows where else it stands, and opens it; one badge at a time is in the Tab order, arrow keys move between them.

import { all, drawn, element, made, present } from "../draw/nodes.js";
import * as theme from "../draw/theme.js";
import { say } from "../model/say.js";
import { inPlace } from "../talk/visit.js";
import { visits } from "../talk/visits.js";

/** @import { WireAtlas, WireGroup, WirePlaced, WireSight } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

class Atlas {
  #data;
  #seen = visits();
  #groups = element("div", { className: "groups" });
  #route = drawn("svg", { class: "route", "aria-hidden": "true" });
  #about = element("p", { className: "about" });
  #panel = element("div", { className: "panel", aria: { live: "polite" } });
  /** @type {HTMLButtonElement[]} */
  #choices;
  #shown = -1;
  #touched = -1;
  #sizes = new ResizeObserver(() => this.#join());

  /**
   * @param {HTMLElement} root
   * @param {WireAtlas} data
   */
  constructor(root, data) {
    this.#data = data;
    this.#choices = data.sights.map(({ title }, n) => {
      const onclick = () => this.#open(n);
      return element("button", { type: "button", className: "choice", textContent: title, onclick });
    });
    const choice = element(
      "div",
      { className: "choices", aria: { role: "group", label: say("Arrange") } },
      ...this.#choices,
    );
    const diagram = element("div", { className: "diagram" }, this.#route, this.#groups);
    diagram.addEventListener("keydown", (event) => this.#key(event));
    diagram.addEventListener("pointerover", (event) => this.#over(event));
    diagram.addEventListener("focusin", ({ target }) => this.#show(lessonOf(target)));
    root.replaceChildren(
      element("div", { className: "atlas-map" }, choice, this.#about, diagram, this.#panel, this.#legend()),
    );
    this.#open(0);
    this.#sizes.observe(diagram);
  }

  leave() {
    this.#sizes.disconnect();
  }

  #legend() {
    const sections = this.#data.sections.map((name, n) => {
      const node = element("span", { className: "section", textContent: name, data: { section: n } });
      node.onpointerenter = () => this.#dim(n);
      node.onpointerleave = () => this.#dim(-1);
      return node;
    });
    return element("div", { className: "legend", aria: { hidden: "true" } }, ...sections);
  }

  /** @param {number} section whose lessons stay; -1: all do */
  #dim(section) {
    for (const badge of all(this.#groups, ".badge"))
      badge.classList.toggle("dim", section >= 0 && badge.dataset.section !== String(section));
  }

  /** @param {number} n */
  #open(n) {
    const sight = this.#data.sights[n];
    this.#choices.forEach((choice, m) => {
      choice.setAttribute("aria-pressed", String(m === n));
    });
    this.#about.textContent = sight.about;
    this.#groups.className = `groups ${sight.lies ? "columns" : "rows"}`;
    this.#groups.style.setProperty("--many", String(sight.groups.length));
    this.#groups.replaceChildren(...sight.groups.map((group) => this.#group(group)));
    this.#groups.classList.toggle("flow", isFlow(sight));
    present(this.#groups.querySelector(".badge")).setAttribute("tabindex", "0");
    this.#shown = -1;
    this.#show(0, true);
  }

  /** @param {WireGroup} group */
  #group({ title, about, picture, lessons }) {
    const badges = lessons.map((n) => element("li", {}, this.#badge(n)));
    const image = picture ? [made("img", { src: picture, alt: "" })] : [];
    const said = about ? [element("p", { textContent: about })] : [];
    return element(
      "section",
      { className: "group", aria: { label: title } },
      element("div", { className: "head" }, ...image, element("h2", { textContent: title }), ...said),
      element("ol", {}, ...badges),
    );
  }

  /** @param {number} n */
  #badge(n) {
    const { title, href, year, section } = this.#data.lessons[n];
    const isSeen = href in this.#seen;
    const named = `${n + 1}. ${title}, ${year}`;
    const label = isSeen ? say("{named}, opened before", { named }) : named;
    const link = element("a", {
      className: isSeen ? "badge seen" : "badge",
      href,
      textContent: String(n + 1),
      tabIndex: -1,
      data: { lesson: n, section },
      aria: { label },
    });
    link.addEventListener("pointerdown", ({ pointerType }) => {
      this.#touched = pointerType === "mouse" || this.#shown === n ? -1 : n;
    });
    link.addEventListener("click", (event) => {
      if (this.#touched === n) event.preventDefault(); // a finger that has not read what it is
      this.#touched = -1;
      this.#show(n);
    });
    return inPlace(link);
  }

  /** @param {PointerEvent} event */
  #over({ target, pointerType }) {
    if (pointerType === "mouse") this.#show(lessonOf(target));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    const badges = all(this.#groups, ".badge");
    const now = badges.indexOf(/** @type {HTMLElement} */ (event.target));
    if (now < 0) return;
    const wanted = { Home: 0, End: badges.length - 1 }[event.key] ?? (by ? now + by : now);
    const next = badges[wanted];
    if (!next || wanted === now) return;
    event.preventDefault();
    event.stopPropagation();
    badges[now].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  /**
   * Say what a lesson is, and light it wherever it stands.
   * @param {number} n
   * @param {boolean} [again]
   */
  #show(n, again = false) {
    if (n < 0 || (n === this.#shown && !again)) return;
    this.#shown = n;
    for (const badge of all(this.#groups, ".badge")) badge.classList.toggle("lit", badge.dataset.lesson === String(n));
    this.#panel.replaceChildren(...this.#said(n));
    this.#join();
  }

  /** @param {number} n */
  #said(n) {
    const { title, href, about, year, section } = this.#data.lessons[n];
    const link = element("a", { href }, element("b", { textContent: `${n + 1} · ${title}` }));
    const where = `${this.#data.sections[section]} · ${year}`;
    return [
      element("p", {}, inPlace(link), element("small", { textContent: where })),
      element("p", { textContent: about }),
    ];
  }

  /** A line from badge to badge of the lesson shown. */
  #join() {
    const ground = this.#route.getBoundingClientRect();
    const points = all(this.#groups, ".badge.lit").map((badge) => {
      const { left, top, width, height } = badge.getBoundingClientRect();
      return `${left + width / 2 - ground.left} ${top + height / 2 - ground.top}`;
    });
    this.#route.replaceChildren(...(points.length > 1 ? [drawn("path", { d: `M${points.join("L")}` })] : []));
  }
}

/** @param {WireSight} sight */
const isFlow = ({ groups }) => groups.every(({ picture }) => picture);

/** @param {EventTarget | null} target */
function lessonOf(target) {
  const badge = target instanceof Element ? target.closest(".badge") : null;
  return badge instanceof HTMLElement ? Number(badge.dataset.lesson) : -1;
}

/** @type {WeakMap<HTMLElement, Atlas>} */
const SHOWN = new WeakMap();

/** @param {Component<WireAtlas>} component */
export default function show({ data, parentElement }) {
  const root = /** @type {HTMLElement} */ (present(parentElement.querySelector("figure")));
  theme.follow(root);
  if (!SHOWN.has(parentElement)) SHOWN.set(parentElement, new Atlas(root, data));
  return () => {
    SHOWN.get(parentElement)?.leave();
    SHOWN.delete(parentElement);
  };
}
