// A lesson of maps presented: the page without its furniture, larger, and the states of a plan. Maps have no stage that
// could stand alone, and no covers.

import { element } from "./draw/nodes.js";
import { listenToPresenter } from "./hands/presenter.js";
import { say } from "./model/say.js";
import { partsOf, presented } from "./model/scene.js";
import { addressOf, storedPlan } from "./pictures/stored_plan.js";
import { presentedParts } from "./talk/address.js";

/** @import { Entry } from "./model/plan.js" */

const ON = "atlas-presenting-maps"; // on the page's root; assets/page.css says what that hides
const PICTURE = '[class*="st-key-picture-"]'; // what the lesson is about: it comes to the top of the window
const PILLS = '[class*="st-key-preset-"] [role="radio"], [class*="st-key-preset-"] button';

export class PresentingMaps {
  #wanted = presented(location.search);
  #number = 0;
  /** @type {Entry[]} */
  #entries = [];
  #isOn = false;
  /** @type {number | undefined} how far the page was scrolled before */
  #scrolled;
  #place = element("strong", {});
  #question = element("span", { className: "question" });
  #note = element("span", { className: "note" });
  #said = element("span", { className: "size" });
  #shown;
  node = element("button", {
    type: "button",
    className: "turn present",
    textContent: say("Present"),
    title: say("The lesson without what stands around it, larger (P)"),
    onclick: () => this.begin(),
  });
  bar = element("div", { className: "maps-bar", aria: { role: "status" } });
  #ends;

  /** @param {() => void} shown called when the address is to be written again */
  constructor(shown) {
    this.#shown = shown;
    const close = element("button", { type: "button", className: "turn", textContent: "×", onclick: () => this.end() });
    close.title = say("Back to the page (Escape)");
    close.setAttribute("aria-label", say("Back to the page"));
    this.bar.append(this.#place, this.#question, this.#note, this.#said, close);
    this.bar.hidden = this.#note.hidden = true;
    this.#said.textContent = say("Maps: numbers in them are smaller than 24 pixels. Escape leads back.");
    this.#ends = listenToPresenter(this.#wishes());
  }

  /** Outside of a plan clickers and arrows scroll the page, which is longer than the window. */
  #wishes() {
    /** @param {number} by */
    const turn = (by) => this.#turn(by);
    const isInPlan = () => this.#number > 0;
    return {
      isOn: () => this.#isOn,
      isPlaying: () => false,
      toggle: () => this.begin(),
      leave: () => this.end(),
      get turn() {
        return isInPlan() ? turn : undefined;
      },
      /** @param {number} n */
      preset: (n) => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(PILLS)])[n - 1]?.click(),
      note: () => {
        this.#note.hidden = !this.#note.hidden;
      },
    };
  }

  /** The page has come: its link may ask for this view. */
  arrived() {
    if (this.#wanted) this.begin(this.#wanted.plan);
    this.#wanted = undefined;
  }

  /** @param {number} [plan] the number of the plan's state, from 1 */
  begin(plan = 0) {
    this.#isOn = true;
    this.#entries = plan ? storedPlan().entries : [];
    this.#number = Math.min(plan, this.#entries.length);
    const entry = this.#entries[this.#number - 1];
    this.#place.textContent = entry
      ? say("{number} of {count}", { number: this.#number, count: this.#entries.length })
      : "";
    this.#question.textContent = entry?.question ?? "";
    this.#note.textContent = entry?.note ?? "";
    this.#show(true);
    presentedParts(partsOf({ plan: this.#number, cover: entry?.cover ?? [] }));
    this.#shown();
  }

  end() {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#show(false);
    presentedParts([]);
    this.#shown();
  }

  /** @param {boolean} isOn */
  #show(isOn) {
    this.bar.hidden = !isOn;
    this.node.hidden = isOn;
    const page = document.querySelector("[data-testid=stMain]");
    if (isOn) this.#scrolled ??= page?.scrollTop ?? 0;
    document.documentElement.classList.toggle(ON, isOn);
    if (isOn) document.querySelector(PICTURE)?.scrollIntoView({ block: "start", behavior: "instant" });
    else {
      page?.scrollTo({ top: this.#scrolled, behavior: "instant" });
      this.#scrolled = undefined;
    }
    window.dispatchEvent(new Event("resize")); // charts take the room they have now
  }

  /** @param {number} by */
  #turn(by) {
    const entry = this.#entries[this.#number + by - 1];
    if (this.#number && entry) location.assign(addressOf(entry, this.#number + by));
  }

  leave() {
    this.#ends();
    if (this.#isOn) this.#show(false);
  }
}
