// The projector view: the stage alone in the window, at a size that is read from the last row.
//
// The stage's own element is shown above the page (a popover) and nothing of the page is left to see or to reach: what was
// pointed at, pinned or typed stays as it is, and is there when the view is left.

import { say } from "../model/say.js";
import { zoomOf } from "./device.js";
import { all, drawn, element } from "./nodes.js";

const GOAL = 24; // px: numbers in a window of 1280 by 720, more in a larger one
const WIDTH = 1280;
const HEIGHT = 720;
const LARGEST = 2.1; // of the matrices, in such a window
const SMALLEST = 0.85;
const SHRINK = 0.93; // from one size that is tried to the next
const ON = "atlas-presenting"; // on the page's root
// Nothing of the page can be seen, reached by Tab or read aloud.
const REST = `.${ON} body { visibility: hidden; overflow: hidden; }`;

/** @returns {number} how much larger this window is than 1280 by 720 */
const windowScale = () => Math.max(0.6, Math.min(window.innerWidth / WIDTH, window.innerHeight / HEIGHT));

/** The title of the lesson, as browsers show it. */
const lessonTitle = () => document.title.split(" · ")[0];

/**
 * What the presenter has on screen beside the stage.
 * @typedef {{ place: string, question: string, note: string }} Beside
 */

export class Projector {
  #root;
  #card;
  #stage;
  #title = element("strong", { className: "lesson" });
  #place = element("span", { className: "place" });
  #question = element("p", { className: "question" });
  #note = element("aside", { className: "note", aria: { label: say("Your note") } });
  #size = element("p", { className: "size", aria: { role: "status" } });
  #keys;
  #light = element("div", { className: "spotlight", aria: { hidden: "true" } });
  #isOn = false;
  /** @type {Element | null} what had the focus on the page */
  #focused = null;
  #hasNote = false;
  /** @type {[x: number, y: number] | null} */
  #lit = null;
  /** @type {{ page: Element | null, top: number } | undefined} */
  #scrolled;
  /** @param {PointerEvent} event */
  #follow = (event) => this.#lightAt([event.clientX / window.innerWidth, event.clientY / window.innerHeight]);

  /**
   * @param {HTMLElement} root the stage's element
   * @param {HTMLElement} card
   * @param {HTMLElement} stage the matrices
   * @param {readonly (readonly string[])[]} keys what is said of the keys
   * @param {() => void} leave
   */
  constructor(root, card, stage, keys, leave) {
    this.#root = root;
    this.#card = card;
    this.#stage = stage;
    const close = element("button", { type: "button", className: "turn", textContent: "×", onclick: leave });
    close.title = say("Back to the page (Escape)");
    close.setAttribute("aria-label", say("Back to the page"));
    const ask = element("button", {
      type: "button",
      className: "turn",
      textContent: "?",
      onclick: () => this.turnKeys(),
    });
    ask.title = say("Keys (?)");
    ask.setAttribute("aria-label", say("Keys"));
    const buttons = element("div", { className: "turns" }, ask, close);
    this.head = element("div", { className: "projected head" }, this.#title, this.#place, buttons);
    this.#keys = listOf(keys);
    this.foot = element(
      "div",
      { className: "projected" },
      this.#question,
      this.#note,
      this.#size,
      this.#keys,
      this.#light,
    );
    this.#note.hidden = this.#question.hidden = this.#keys.hidden = this.#light.hidden = true;
    addStyle();
  }

  get isOn() {
    return this.#isOn;
  }

  /** Where the spotlight is, in parts of the window; null where there is none. */
  get lit() {
    return this.#lit;
  }

  open() {
    this.#isOn = true;
    const page = document.querySelector("[data-testid=stMain]") ?? document.scrollingElement;
    this.#scrolled = { page, top: page?.scrollTop ?? 0 };
    const host = this.#root.parentElement ?? hostOf(this.#root);
    if (host) host.style.minHeight = `${this.#root.getBoundingClientRect().height}px`; // the page stays as long as it is
    const tree = /** @type {Document | ShadowRoot} */ (this.#root.getRootNode());
    this.#focused = tree.activeElement;
    this.show();
  }

  /** Also again, after the stage was moved to another place of the page. */
  show() {
    this.#root.classList.add("presenting");
    document.documentElement.classList.add(ON);
    this.#root.popover = "manual";
    if (!this.#root.matches(":popover-open")) this.#root.showPopover();
  }

  close() {
    this.#isOn = false;
    this.turnKeys(false);
    this.spot(false);
    if (this.#root.matches(":popover-open")) this.#root.hidePopover();
    this.#root.removeAttribute("popover");
    this.#root.classList.remove("presenting", "bare");
    document.documentElement.classList.remove(ON);
    this.#card.style.zoom = this.#root.style.zoom = "";
    const host = this.#root.parentElement ?? hostOf(this.#root);
    if (host) host.style.minHeight = "";
    if (this.#focused instanceof HTMLElement) this.#focused.focus({ preventScroll: true });
    this.#scrolled?.page?.scrollTo({ top: this.#scrolled.top, behavior: "instant" });
  }

  /** @param {Beside} beside */
  say({ place, question, note }) {
    this.#title.textContent = lessonTitle();
    this.#place.textContent = place;
    this.#question.textContent = question;
    this.#question.hidden = !question;
    this.#note.textContent = note;
    this.#note.hidden = !note || !this.#hasNote;
  }

  /** Only who presents presses a key for it. */
  turnNote() {
    this.#hasNote = !this.#hasNote;
    this.#note.hidden = !this.#note.textContent || !this.#hasNote;
  }

  /** @param {boolean} [on] by default the other way round */
  turnKeys(on = Boolean(this.#keys.hidden)) {
    this.#keys.hidden = !on;
  }

  get showsKeys() {
    return !this.#keys.hidden;
  }

  // --- the spotlight

  /** @param {boolean} [on] by default the other way round */
  spot(on = this.#lit === null) {
    document.removeEventListener("pointermove", this.#follow, true);
    if (on) document.addEventListener("pointermove", this.#follow, true);
    this.light(on ? [0.5, 0.45] : null);
  }

  /** @param {[x: number, y: number] | null} place in parts of the window */
  light(place) {
    if (place) this.#lightAt(place);
    else this.#lit = null;
    this.#light.hidden = !place;
  }

  /** @param {[x: number, y: number]} place */
  #lightAt(place) {
    this.#lit = place;
    this.#light.style.setProperty("--x", `${place[0] * 100}%`);
    this.#light.style.setProperty("--y", `${place[1] * 100}%`);
  }

  // --- sizes

  /**
   * As large as the window allows: the largest size at which numbers are as large as they should be, else the one at which
   * they are largest. Where there is room left for the map of all steps, it stays.
   * @param {() => void} lay lays out the matrices in the room they have
   */
  fit(lay) {
    const scale = windowScale();
    this.#root.style.zoom = "1";
    this.#root.style.setProperty("--furniture", String(scale));
    this.#root.classList.add("bare");
    /** @type {{ zoom: number, number: number, isLine: boolean }[]} */
    const tried = [];
    /** @param {typeof tried[number]} size */
    const isEnough = ({ number, isLine }) => isLine && number >= GOAL * scale;
    for (let zoom = LARGEST * scale; zoom >= SMALLEST * Math.min(1, scale); zoom *= SHRINK) {
      const number = this.#sized(zoom, lay);
      if (!this.isFitting) continue;
      tried.push({ zoom, number, isLine: !this.#stage.matches(".wrapped") });
      if (tried.some(isEnough)) break;
    }
    const largest = tried.reduce((a, b) => (b.number > a.number * 1.02 ? b : a), { zoom: SMALLEST, number: 0 });
    const best = tried.find(isEnough) ?? largest;
    const number = this.#sized(best.zoom, lay);
    this.#root.classList.remove("bare");
    if (!this.isFitting) this.#root.classList.add("bare");
    this.#tell(number);
  }

  /**
   * A button for this view, in a corner of the card.
   * @param {() => void} present
   */
  offer(present) {
    const shape = drawn("path", { d: "M1.5 2.5h13M2.5 2.5v7.5h11V2.5M8 10v1.5M5 14.5l3-3 3 3" });
    const icon = drawn("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, shape);
    const text = element("span", { textContent: say("Present") });
    const title = say("The stage alone, at the size of a projector (P)");
    const offered = element(
      "button",
      { type: "button", className: "layout present", title, onclick: present },
      icon,
      text,
    );
    this.#card.append(offered);
    return offered;
  }

  /**
   * @param {number} zoom
   * @param {() => void} lay
   */
  #sized(zoom, lay) {
    this.#card.style.zoom = String(zoom);
    lay();
    return this.numberSize;
  }

  /** How large the numbers of the matrices are, in pixels of the window; infinite where there are none. */
  get numberSize() {
    const written = all(this.#stage, "td[data-step]").filter((cell) => cell.textContent);
    const sizes = written.map((cell) => Number.parseFloat(getComputedStyle(cell).fontSize) * zoomOf(cell));
    return Math.min(Number.POSITIVE_INFINITY, ...sizes.slice(0, 1), ...sizes.slice(-1));
  }

  /** Whether all of it can be seen. */
  get isFitting() {
    const { scrollWidth, clientWidth } = this.#stage;
    return scrollWidth <= clientWidth + 1 && this.#root.scrollHeight <= this.#root.clientHeight + 1;
  }

  /** @param {number} number */
  #tell(number) {
    const isSmall = number < GOAL;
    this.#size.hidden = !isSmall;
    const size = Math.floor(number);
    this.#size.textContent = isSmall
      ? say("This step is too large for this window to show its numbers {GOAL} pixels high: they are {size}.", {
          GOAL,
          size,
        })
      : "";
  }
}

/** @param {readonly (readonly string[])[]} keys */
function listOf(keys) {
  const rows = keys.flatMap(([key, said]) => [
    element("dt", { textContent: say(key) }),
    element("dd", { textContent: say(said) }),
  ]);
  const title = element("h3", { textContent: say("Keys") });
  return element(
    "div",
    { className: "keys", aria: { role: "note", label: say("Keys") } },
    title,
    element("dl", {}, ...rows),
  );
}

/** @param {HTMLElement} root */
function hostOf(root) {
  const tree = root.getRootNode();
  return tree instanceof ShadowRoot && tree.host instanceof HTMLElement ? tree.host : undefined;
}

function addStyle() {
  if (document.getElementById(ON)) return;
  const style = document.createElement("style");
  style.id = ON;
  style.textContent = REST;
  document.head.append(style);
}
