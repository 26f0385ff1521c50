// A second run beside the first: another sentence, another model, or the same sentence with nothing changed.

import { element } from "../draw/nodes.js";
import { cellText } from "../model/numbers.js";
import { say } from "../model/say.js";
import { exact, groundOf, shares, signed } from "./ask.js";
import { outcomes } from "./changes.js";
import { Grid } from "./grid.js";
import { HeadView, written } from "./head.js";
import { measuresOf } from "./measures.js";
import { TEXT, UNCHANGED } from "./place.js";
import { UPLOADED } from "./upload.js";

/** @import { WireAbout as About, WireCompared as Compared, WireMeasure as Measure, WireModel as Model, WireOpened as Opened, WireRun as Run } from "../wire.js" */

/**
 * @typedef {object} Effects
 * @property {(more: { against: About }, signal: AbortSignal) => Promise<Compared | undefined>} ask
 * @property {(more: About & { layer: number, head: number, query: number }, signal: AbortSignal) => Promise<Opened | undefined>} head
 * @property {(against: string, other: string) => void} went
 * @property {(layer: number, head: number) => void} open a head of the first run
 * @property {(layer: number, head: number) => void} opened a head of the other run alone
 * @property {(query: number) => void} point
 * @property {Measure[]} measures
 */

/**
 * The first run, and what it is compared with.
 * @typedef {object} First
 * @property {About} about
 * @property {Run} run
 * @property {string} against
 * @property {string} other the second sentence
 * @property {number[]} beside layer and head to be opened in the other run, where it has heads of its own
 * @property {boolean} isChanged
 * @property {string | undefined} theme
 * @property {Opened | undefined} opened
 * @property {string} order the measure in whose order heads stand
 */

export class Against {
  isOn = false;
  #effects;
  #models;
  #asking = new AbortController();
  #opening = new AbortController();
  /** @type {First | undefined} */
  #first;
  /** @type {Compared | undefined} */
  #found;
  /** @type {Opened | undefined} */
  #opened;
  #isDifference = true;
  #query = 0;
  #at = { layer: 1, head: 1 };

  // --- what is drawn
  #choice = element("select", { aria: { label: say("Compare with") } });
  #other = element("input", { type: "text", aria: { label: say("Second sentence to compare with") } });
  #go = element("button", { type: "submit", className: "plain", textContent: say("Compare") });
  tools = element(
    "form",
    { className: "tools against" },
    element("label", {}, say("Compare with "), this.#choice),
    this.#other,
    this.#go,
  );
  says = element("section", { className: "apart", aria: { label: say("Comparison") } });
  #title = element("h3");
  #toggle = element("button", { type: "button", className: "plain" });
  #grid = new Grid((head) => this.#open(head));
  #legend = element("p", { className: "measure" });
  grid = element(
    "section",
    { className: "all other", aria: { label: say("All heads of the other run") } },
    element("div", { className: "tools" }, this.#title, this.#toggle),
    this.#grid.node,
    this.#legend,
  );
  #name = element("h3");
  #which = element("p", { className: "quiet" });
  #view = new HeadView({ point: (query) => this.#effects.point(query), pin: (query) => this.#effects.point(query) });
  #measures = element("dl", { className: "measures" });
  head = element(
    "section",
    { className: "one other", aria: { label: say("One head of the other run") } },
    this.#name,
    element("div", { className: "tools" }, this.#which),
    this.#view.node,
    this.#view.says,
    this.#measures,
  );

  /**
   * @param {Model[]} models
   * @param {Effects} effects
   */
  constructor(models, effects) {
    this.#models = models;
    this.#effects = effects;
    this.#choice.onchange = () => this.#chosen();
    this.tools.onsubmit = (event) => {
      event.preventDefault();
      this.#chosen();
    };
    this.#toggle.onclick = () => {
      this.#isDifference = !this.#isDifference;
      this.#draw();
    };
    this.tools.hidden = true; // until there is a run to compare
    this.#show();
  }

  leave() {
    this.#asking.abort();
    this.#opening.abort();
  }

  #chosen() {
    this.#other.hidden = this.#go.hidden = this.#choice.value !== TEXT;
    if (this.#choice.value === TEXT && !this.#other.value.trim()) return this.#other.focus();
    this.#effects.went(this.#choice.value, this.#other.value);
  }

  /** @param {First} first */
  async draw(first) {
    this.#first = first;
    const [layer, head] = first.beside;
    this.#at = { layer: layer || 1, head: head || 1 };
    this.#list(first);
    this.leave();
    const about = this.#about(first);
    if (!about) return this.#show();
    this.#asking = new AbortController();
    const found = await this.#effects.ask({ against: about }, this.#asking.signal);
    if (this.#asking.signal.aborted) return;
    this.#found = found;
    this.#show();
    if (found && first.opened) await this.opened(first.opened);
  }

  /** @param {First} first */
  #list({ about, against, other, isChanged }) {
    const options = [
      ["", say("nothing")],
      [TEXT, say("a second sentence")],
      ...this.#models
        .filter(({ key }) => key !== about.model)
        .map(({ key, title }) => [key, say("the same in {title}", { title })]),
    ];
    if (isChanged) options.push([UNCHANGED, say("the same, nothing changed")]);
    this.#choice.replaceChildren(...options.map(([value, textContent]) => element("option", { value, textContent })));
    this.#choice.value = options.some(([value]) => value === against) ? against : "";
    if (this.#other !== this.#other.ownerDocument.activeElement) this.#other.value = other;
    this.#other.hidden = this.#go.hidden = against !== TEXT;
    this.tools.hidden = !this.#models.some(({ key }) => key === about.model) && about.model !== UPLOADED;
  }

  /**
   * @param {First} first
   * @returns {About | undefined} the other run
   */
  #about({ about, other }) {
    const against = this.#choice.value;
    const plain = { ...about, without: [], edits: [] };
    if (!against) return undefined;
    if (against === UNCHANGED) return plain;
    return against === TEXT ? { ...plain, text: other } : { ...plain, model: against };
  }

  /** Shown where there is something to compare with. */
  #show() {
    this.isOn = Boolean(this.#choice.value && this.#found);
    if (!this.#choice.value) this.#found = this.#opened = undefined;
    this.says.hidden = !this.isOn;
    if (this.isOn) this.#draw();
  }

  /** @param {string | undefined} theme the page has turned light or dark */
  recolour(theme) {
    if (this.#first) this.#first = { ...this.#first, theme };
    if (this.isOn) this.#draw();
  }

  get #isApart() {
    return this.#isDifference && Boolean(this.#found?.changed);
  }

  /** Its name: the sentence, the model, or that nothing is changed. */
  get #called() {
    const { value } = this.#choice;
    if (value === UNCHANGED) return say("nothing changed");
    return value === TEXT ? `“${this.#first?.other}”` : (this.#found?.other.title ?? "");
  }

  #draw() {
    const [first, found] = [this.#first, this.#found];
    if (!first || !found) return;
    const { changed, other } = found;
    this.#title.textContent = this.#isApart ? say("Difference") : this.#called;
    this.#toggle.textContent = this.#isApart ? say("Show the other run") : say("Show the difference");
    this.#toggle.hidden = !changed;
    const values = this.#isApart && changed ? signed(changed.maps, other) : shares(other.maps, other);
    const by = sameShape(first.run, other) ? (first.run.measures[first.order] ?? undefined) : undefined;
    const maps = { layers: other.layers, heads: other.heads, tokens: other.tokens.length, values, by };
    this.#grid.draw({ ...maps, byName: say("first run"), isOff: () => false }, first.theme);
    this.#grid.mark((this.#at.layer - 1) * other.heads + this.#at.head - 1);
    this.#legend.textContent = this.#isApart
      ? say("The first run less the other, blue is more, orange is less; the largest is {number}.", {
          number: cellText(changed?.top ?? 0),
        })
      : say("{count} tokens: {listed}", {
          count: other.tokens.length,
          listed: other.tokens.map(({ piece }) => written(piece)).join(" · "),
        });
    this.#tell(found);
    this.#drawHead();
  }

  /**
   * In what the runs differ before any number does, and what comes out of both.
   * @param {Compared} found
   */
  #tell({ said, changed }) {
    const titles = /** @type {[string, string]} */ ([say("Next token of the second"), say("Next token of the first")]);
    const alike = say("The vectors of both sentences have the cosine");
    const isText = this.#choice.value === TEXT;
    const out = changed?.outcome && isText ? outcomes(changed.outcome, titles, alike) : [];
    const parts = said ? [element("p", { textContent: said }), ...out] : out;
    this.says.replaceChildren(...parts);
    this.says.hidden = !parts.length;
  }

  // --- one head

  /** @param {{ layer: number, head: number }} head chosen in the grid here */
  #open({ layer, head }) {
    if (this.#first && this.#found && sameShape(this.#first.run, this.#found.other))
      return this.#effects.open(layer, head);
    this.#effects.opened(layer, head);
    void this.#fetch({ layer, head });
  }

  /** @param {Opened} opened a head of the first run: the same one here, where there is one */
  async opened(opened) {
    if (this.#first) this.#first.opened = opened;
    const [first, found] = [this.#first, this.#found];
    if (!this.isOn || !first || !found) return;
    const own = {
      layer: Math.min(this.#at.layer, found.other.layers),
      head: Math.min(this.#at.head, found.other.heads),
    };
    await this.#fetch(sameShape(first.run, found.other) ? opened : own);
  }

  /** @param {{ layer: number, head: number }} head */
  async #fetch({ layer, head }) {
    const about = this.#first && this.#about(this.#first);
    if (!about) return;
    this.#at = { layer, head };
    this.#opening.abort();
    this.#opening = new AbortController();
    const { signal } = this.#opening;
    const opened = await this.#effects.head({ ...about, layer, head, query: 0 }, signal);
    if (!opened || signal.aborted) return;
    this.#opened = opened;
    this.#draw();
  }

  #drawHead() {
    const [found, opened] = [this.#found, this.#opened];
    if (!found || !opened) return;
    const { layer, head } = opened;
    const { other, changed } = found;
    const theirs = this.#first?.opened;
    const isApart = this.#isApart && theirs?.layer === layer && theirs.head === head;
    const k = (layer - 1) * other.heads + head - 1;
    const own = exact(opened.weights);
    const weights = isApart ? exact(theirs.weights).map((share, at) => share - own[at]) : own;
    const tokens = (isApart && this.#first?.run.tokens) || other.tokens;
    this.#name.textContent = isApart
      ? say("Difference in layer {layer}, head {head}", { layer, head })
      : say("Layer {layer}, head {head}", { layer, head });
    this.#which.textContent = isApart
      ? say("The first run less the other ({called})", { called: this.#called })
      : this.#called;
    const ground = groundOf(other, k, own, isApart ? changed?.maps : undefined);
    this.#view.draw({ tokens, weights, ground, isChange: isApart }, this.#first?.theme);
    this.#measures.replaceChildren(...measuresOf(this.#effects.measures, other, k));
    this.say(this.#query);
  }

  /** @param {number} query */
  say(query) {
    this.#query = query;
    this.#view.say(Math.min(query, (this.#found?.other.tokens.length ?? 1) - 1));
  }
}

/**
 * @param {Run} one
 * @param {Run} other
 */
const sameShape = (one, other) => one.layers === other.layers && one.heads === other.heads;
