// The microscope: a sentence through a trained model. All heads at once, one of them large, and from there to every number.
// No script of the page runs for it: questions go to the server as posts.

import { element, present } from "../draw/nodes.js";
import * as theme from "../draw/theme.js";
import { cellText } from "../model/numbers.js";
import { ask, exact, Refused, shares, signed } from "../scope/ask.js";
import { Cells } from "../scope/cells.js";
import { gradientView } from "../scope/gradient.js";
import { Grid } from "../scope/grid.js";
import { HeadView, written } from "../scope/head.js";
import { Numbers } from "../scope/numbers.js";
import { bars, Outcome } from "../scope/outcome.js";
import { keep, placeOf } from "../scope/place.js";
import { drawnOnce } from "./once.js";

/** @import { WireMicroscope } from "../wire.js" */
/** @import { Gradient, Opened, Run, Switch } from "../scope/ask.js" */
/** @import { Place } from "../scope/place.js" */

const RECORDED = "recorded";
const CHANGE = "change";
const TABS = { numbers: "This head in numbers", cells: "Every step", outcome: "What comes out", gradient: "Gradient" };

/** @param {Switch} parts */
function offName([layer, head, query, key]) {
  if (head === undefined) return `layer ${layer}`;
  return query === undefined ? `head ${layer}.${head}` : `arrow ${query} → ${key} of head ${layer}.${head}`;
}

/**
 * @param {string} textContent
 * @param {() => void} onclick
 */
const button = (textContent, onclick, className = "plain") =>
  element("button", { type: "button", className, textContent, onclick });

class Microscope {
  #root;
  #data;
  /** @type {Place} */
  #place;
  /** @type {Run | undefined} */
  #run;
  /** @type {Opened | undefined} */
  #opened;
  /** @type {Gradient | undefined} */
  #gradient;
  #isChange = true; // whether maps show what has changed, where parts are off
  #asking = new AbortController();
  #opening = new AbortController();

  // --- what is drawn
  #model = element("select", { aria: { label: "Model" } });
  #text = element("textarea", { aria: { label: "Text" } });
  #status = element("p", { className: "status", aria: { role: "status" } });
  #tokens = element("div", { className: "tokens", aria: { role: "group", label: "Tokens, as the model reads them" } });
  #off = element("div", { className: "off" });
  #sort = element("select", { aria: { label: "Order of the heads" } });
  #formula = element("p", { className: "measure" });
  #grid = new Grid(({ layer, head }) => this.#open(layer, head));
  #title = element("h3");
  #measures = element("dl", { className: "measures" });
  #acts = element("div", { className: "tools" });
  #view = new HeadView({ point: (query) => this.#point(query), pin: (query, key) => this.#pin(query, key) });
  #bench = element("div", { className: "bench" });
  #tabs = element("div", { className: "tabs", aria: { role: "tablist", label: "What is shown below" } });
  #numbers;
  #cells = new Cells({
    ask: (what, more) => this.#ask(what, more),
    differentiate: (step, at) => this.#differentiate(step, at),
  });
  #outcome;
  #panel = element("div", { className: "panel", aria: { role: "tabpanel" } });

  /**
   * @param {HTMLElement} root
   * @param {WireMicroscope} data
   */
  constructor(root, data) {
    this.#root = root;
    this.#data = data;
    const model = data.models[0]?.key ?? RECORDED;
    const first = {
      model,
      text: data.text,
      layer: 1,
      head: 1,
      token: 0,
      off: [],
      sort: "",
      tab: "numbers",
      lines: false,
    };
    this.#place = placeOf({ ...first, other: data.other });
    this.#numbers = new Numbers(data.stage);
    this.#view.isLines = this.#place.lines;
    this.#outcome = new Outcome(
      {
        ask: (what, more) => this.#ask(what, more),
        differentiate: (step, at) => this.#differentiate(step, at),
        take: (more) => this.#take(more),
        compared: (other) => this.#went({ other }),
      },
      this.#place.other,
    );
    root.replaceChildren(
      element(
        "div",
        { className: "scope" },
        this.#form(),
        this.#status,
        this.#tokens,
        this.#off,
        this.#lay(),
        this.#tabs,
        this.#panel,
        this.#found(),
      ),
    );
    void this.#read();
  }

  leave() {
    this.#asking.abort();
    this.#opening.abort();
    this.#numbers.leave();
  }

  // --- laid out once

  #form() {
    const models = this.#data.models.map(({ key, title }) => element("option", { value: key, textContent: title }));
    if (!models.length || this.#place.model === RECORDED)
      models.push(element("option", { value: RECORDED, textContent: `${this.#data.recorded} (recorded)` }));
    if (![...models].some(({ value }) => value === this.#place.model))
      models.push(element("option", { value: this.#place.model, textContent: this.#place.model }));
    this.#model.replaceChildren(...models);
    this.#model.value = this.#place.model;
    this.#text.value = this.#place.text;
    this.#text.rows = 2;
    this.#text.spellcheck = false;
    const send = element("button", { type: "submit", className: "go", textContent: "Read" });
    const form = element(
      "form",
      { className: "ask" },
      this.#text,
      element("div", { className: "side" }, this.#model, send),
    );
    this.#text.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    };
    this.#model.onchange = () => form.requestSubmit();
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#went({ model: this.#model.value, text: this.#text.value, off: [], token: 0 });
      void this.#read();
    };
    return form;
  }

  #lay() {
    this.#sort.onchange = () => {
      this.#went({ sort: this.#sort.value });
      this.#drawGrid();
    };
    const left = element(
      "section",
      { className: "all", aria: { label: "All heads" } },
      element(
        "div",
        { className: "tools" },
        element("h3", { textContent: "All heads" }),
        element("label", {}, "Order ", this.#sort),
      ),
      this.#grid.node,
      this.#formula,
    );
    const right = element(
      "section",
      { className: "one", aria: { label: "One head" } },
      this.#title,
      this.#acts,
      this.#view.node,
      this.#view.says,
      this.#measures,
    );
    this.#bench.append(left, right);
    this.#bench.hidden = true;
    return this.#bench;
  }

  /** Links to what was found in real weights. */
  #found() {
    const items = this.#data.discoveries.map(({ title, about, query }) => {
      const link = element("a", { href: `?${query}`, textContent: title });
      link.onclick = (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        history.replaceState(history.state, "", `?${query}`);
        this.#place = placeOf(this.#place);
        this.#model.value = this.#place.model;
        this.#text.value = this.#place.text;
        this.#view.isLines = this.#place.lines;
        void this.#read();
        this.#root.scrollIntoView({ block: "start" });
      };
      return element("li", {}, link, element("span", { textContent: ` ${about}` }));
    });
    const list = element(
      "section",
      { className: "found" },
      element("h3", { textContent: "Found in real weights" }),
      element("ul", {}, ...items),
    );
    list.hidden = !items.length;
    return list;
  }

  // --- asking

  get #about() {
    const { model, text, off } = this.#place;
    return { model, text, without: off };
  }

  /**
   * @template Answer
   * @param {string} what
   * @param {object} more
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answer | undefined>}
   */
  async #ask(what, more, signal) {
    const late = setTimeout(() => this.#say("The model is at work."), 400);
    try {
      /** @type {Answer} */
      const answer = await ask(
        `${this.#data.ask}/${what}`,
        { ...this.#about, ...more },
        { signal, said: (text) => this.#say(text) },
      );
      this.#say("");
      return answer;
    } catch (problem) {
      if (problem instanceof Refused) this.#say(problem.message, true);
      else if (!signal?.aborted) throw problem;
      return undefined;
    } finally {
      clearTimeout(late);
    }
  }

  /**
   * @param {string} sentence
   * @param {boolean} [isProblem]
   */
  #say(sentence, isProblem = false) {
    const note = this.#place.model === RECORDED ? this.#data.note : "";
    this.#status.textContent = sentence || note;
    this.#status.classList.toggle("problem", isProblem);
  }

  /** @param {Partial<Place>} change */
  #went(change) {
    this.#place = { ...this.#place, ...change };
    keep(this.#place);
  }

  async #read() {
    this.#asking.abort();
    this.#asking = new AbortController();
    const isRecorded = this.#place.model === RECORDED;
    this.#text.readOnly = isRecorded;
    if (isRecorded) this.#text.value = this.#data.text;
    /** @type {Run | undefined} */
    const run = await this.#ask("run", {}, this.#asking.signal);
    if (!run) return;
    this.#run = run;
    this.#gradient = undefined;
    this.#bench.hidden = false;
    const { layers, heads, tokens } = run;
    const { layer, head, token } = this.#place;
    this.#went({ layer: Math.min(layer, layers), head: Math.min(head, heads), token: Math.min(token, tokens.length) });
    this.#drawTokens();
    this.#drawOff();
    this.#drawSort();
    this.#drawGrid();
    await this.#open(this.#place.layer, this.#place.head);
  }

  /** @param {string} more goes on with the text */
  #take(more) {
    this.#text.value = this.#place.text + more;
    this.#went({ text: this.#text.value, off: [] });
    void this.#read();
  }

  // --- the text

  #drawTokens() {
    const tokens = present(this.#run).tokens.map(({ id, piece }, n) => {
      const text = element("b", { textContent: written(piece) });
      const chip = element(
        "button",
        { type: "button", className: "token", title: `Token ${n + 1}: “${piece}”, id ${id}` },
        text,
        element("small", { textContent: String(id) }),
      );
      chip.onpointerenter = () => this.#point(n);
      chip.onpointerleave = () => this.#rest();
      chip.onfocus = () => this.#point(n);
      chip.onclick = () => {
        this.#went({ token: this.#place.token === n + 1 ? 0 : n + 1 });
        this.#point(n);
        if (this.#opened?.query !== null && this.#opened?.query !== n)
          void this.#open(this.#place.layer, this.#place.head);
      };
      return chip;
    });
    this.#tokens.replaceChildren(...tokens);
  }

  /** The token that asks: the one chosen, else the last one before a mark at the end. */
  get #asks() {
    const n = present(this.#run).tokens.length;
    return this.#place.token ? this.#place.token - 1 : Math.max(0, n - 2);
  }

  #rest() {
    this.#point(this.#asks);
  }

  /** @param {number} query */
  #point(query) {
    if (!this.#opened || !this.#run) return;
    const n = this.#run.tokens.length;
    const weights = this.#exact;
    for (const [k, chip] of [...this.#tokens.children].entries()) {
      const share = weights[query * n + k];
      /** @type {HTMLElement} */ (chip).style.setProperty("--share-of", `${Math.round(100 * share)}%`);
      chip.classList.toggle("asks", k === query);
      chip.setAttribute("aria-pressed", String(this.#place.token === k + 1));
    }
    this.#view.say(query);
  }

  get #exact() {
    return exact(present(this.#opened).weights);
  }

  // --- what is off

  #drawOff() {
    const changed = this.#run?.changed;
    const { off } = this.#place;
    this.#off.hidden = !off.length;
    if (!off.length || !changed) return this.#off.replaceChildren();
    const chips = off.map((parts) => {
      const name = offName(parts);
      const chip = button(`${name} ×`, () => this.#switch(parts), "chip");
      chip.setAttribute("aria-label", `Switch ${name} on again`);
      return chip;
    });
    const toggle = button(this.#isChange ? "Show the weights" : "Show the change", () => {
      this.#isChange = !this.#isChange;
      this.#drawOff();
      this.#drawGrid();
      this.#drawHead();
    });
    const said = `Off. The largest change of any weight is ${cellText(changed.top)}.`;
    this.#off.replaceChildren(...chips, toggle, element("p", { textContent: said }), ...this.#told());
  }

  /** What comes out, before and after. */
  #told() {
    const { before, after, cosine } = present(this.#run?.changed).outcome;
    if (cosine !== undefined)
      return [
        element("p", {
          textContent: `The vector of the sentence is still like the one before: cosine ${cellText(cosine)}.`,
        }),
      ];
    /** @param {string} title @param {import("../scope/ask.js").Guess[]} guesses */
    const side = (title, guesses) =>
      element("section", {}, element("h4", { textContent: title }), bars(guesses.slice(0, 5)));
    return [
      element(
        "div",
        { className: "pair" },
        side("Next token before", before ?? []),
        side("Next token now", after ?? []),
      ),
    ];
  }

  /** @param {Switch} parts switched off, or on again */
  #switch(parts) {
    const others = this.#place.off.filter((each) => each.join() !== parts.join());
    const isOff = others.length < this.#place.off.length;
    this.#isChange = true;
    this.#went({ off: isOff ? others : [...others, parts] });
    void this.#read();
  }

  /** @param {number[]} parts */
  #isOff(...parts) {
    return this.#place.off.some((each) => each.join() === parts.join());
  }

  // --- all heads

  #drawSort() {
    const run = present(this.#run);
    const known = this.#data.measures.filter(({ key }) => run.measures[key]);
    const options = [["", "by layer"], ...known.map(({ key, title }) => [key, title])];
    if (run.changed) options.push([CHANGE, "What changed most"]);
    this.#sort.replaceChildren(...options.map(([value, textContent]) => element("option", { value, textContent })));
    if (!options.some(([key]) => key === this.#place.sort)) this.#went({ sort: "" });
    this.#sort.value = this.#place.sort;
  }

  #drawGrid() {
    const run = present(this.#run);
    const { layers, heads, tokens, measures, changed } = run;
    const { sort } = this.#place;
    const by = sort === CHANGE ? changed?.largest : (measures[sort] ?? undefined);
    const measure = this.#data.measures.find(({ key }) => key === sort);
    const values = changed && this.#isChange ? signed(changed.maps, run) : shares(run.maps, run);
    const isOff = (/** @type {{ layer: number, head: number }} */ { layer, head }) =>
      this.#isOff(layer) || this.#isOff(layer, head);
    this.#grid.draw(
      { layers, heads, tokens: tokens.length, values, by, byName: measure?.title ?? "change", isOff },
      this.#root.dataset.theme,
    );
    this.#grid.mark((this.#place.layer - 1) * heads + this.#place.head - 1);
    this.#formula.innerHTML = measure?.formula ?? "";
    this.#formula.prepend(measure ? `${measure.about} ` : this.#legend);
  }

  /** What the colours of the maps say. */
  get #legend() {
    if (this.#run?.changed && this.#isChange)
      return "Rows ask, columns are read; blue is more than before, orange is less.";
    const more = this.#root.dataset.theme === "dark" ? "brighter" : "darker";
    return `Rows ask, columns are read; the ${more}, the more.`;
  }

  // --- one head

  /**
   * @param {number} layer
   * @param {number} head
   */
  async #open(layer, head) {
    this.#went({ layer, head });
    const { heads } = present(this.#run);
    this.#grid.mark((layer - 1) * heads + head - 1);
    this.#opening.abort();
    this.#opening = new AbortController();
    /** @type {Opened | undefined} */
    const opened = await this.#ask("head", { layer, head, query: this.#asks }, this.#opening.signal);
    this.#drawActs();
    if (!opened) return;
    this.#opened = opened;
    this.#drawHead();
    this.#drawTabs();
  }

  #drawHead() {
    if (!this.#opened) return;
    const run = present(this.#run);
    const { layer, head } = this.#opened;
    const [n, k] = [run.tokens.length, (layer - 1) * run.heads + head - 1];
    this.#title.textContent = `Layer ${layer}, head ${head}`;
    const weights = this.#exact;
    const ground =
      run.changed && this.#isChange
        ? signed(run.changed.maps, run).subarray(k * n * n, (k + 1) * n * n)
        : weights.map((share) => 255 * share);
    this.#view.draw({ tokens: run.tokens, weights, ground }, this.#root.dataset.theme);
    this.#measures.replaceChildren(
      ...this.#data.measures.flatMap(({ key, title, about }) => this.#measure(key, title, about, k)),
    );
    this.#rest();
  }

  /**
   * @param {string} key
   * @param {string} title
   * @param {string} about
   * @param {number} k
   */
  #measure(key, title, about, k) {
    const value = this.#run?.measures[key]?.[k];
    if (value === undefined) return [];
    const bar = element("span", { className: "bar" });
    bar.style.width = `${100 * value}%`;
    return [
      element("dt", { textContent: title, title: about }),
      element("dd", {}, element("span", { className: "track" }, bar), cellText(value)),
    ];
  }

  #drawActs() {
    const { layer, head } = this.#place;
    const lines = button(this.#view.isLines ? "As a map" : "As lines", () => {
      this.#view.isLines = !this.#view.isLines;
      this.#went({ lines: this.#view.isLines });
      this.#drawActs();
      this.#drawHead();
    });
    const acts = [lines];
    if (this.#place.model !== RECORDED) {
      acts.push(
        button(this.#isOff(layer, head) ? "Head on again" : "Switch head off", () => this.#switch([layer, head])),
      );
      acts.push(button(this.#isOff(layer) ? "Layer on again" : "Switch layer off", () => this.#switch([layer])));
    }
    this.#acts.replaceChildren(...acts);
  }

  /**
   * A cell of the map is chosen: one arrow of attention, which can be switched off.
   * @param {number} query
   * @param {number} key
   */
  #pin(query, key) {
    this.#went({ token: query + 1 });
    this.#point(query);
    this.#view.say(query, key);
    this.#drawActs();
    if (this.#place.model === RECORDED) return;
    const parts = [this.#place.layer, this.#place.head, query + 1, key + 1];
    const { tokens } = present(this.#run);
    const name = `“${written(tokens[query].piece)}” → “${written(tokens[key].piece)}”`;
    this.#acts.append(
      button(this.#isOff(...parts) ? `${name} on again` : `Switch ${name} off`, () => this.#switch(parts)),
    );
  }

  // --- below

  #drawTabs() {
    const tabs = Object.entries(TABS).map(([key, title]) => {
      const tab = button(title, () => this.#tab(key), "tab");
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(key === this.#place.tab));
      tab.tabIndex = key === this.#place.tab ? 0 : -1;
      return tab;
    });
    this.#tabs.onkeydown = (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const at = tabs.indexOf(/** @type {HTMLButtonElement} */ (event.target));
      if (!by || at < 0) return;
      event.preventDefault();
      tabs[(at + by + tabs.length) % tabs.length].focus();
    };
    this.#tabs.replaceChildren(...tabs);
    this.#drawPanel();
  }

  /** @param {string} key */
  #tab(key) {
    this.#went({ tab: key });
    this.#drawTabs();
    /** @type {HTMLElement | null} */ (this.#tabs.querySelector("[aria-selected=true]"))?.focus();
  }

  #drawPanel() {
    const run = present(this.#run);
    const { tab, layer } = this.#place;
    this.#panel.setAttribute("aria-label", TABS[/** @type {keyof typeof TABS} */ (tab)] ?? "");
    if (tab === "numbers" || !(tab in TABS)) {
      this.#panel.replaceChildren(this.#numbers.node);
      void this.#numbers.draw(present(this.#opened).stage);
    } else if (!run.steps) {
      this.#panel.replaceChildren(
        element("p", { textContent: "This needs the model itself, and what you see here was recorded." }),
      );
    } else if (tab === "cells") {
      this.#cells.list(run.steps, layer);
      this.#panel.replaceChildren(this.#cells.node);
      this.#cells.renew();
    } else if (tab === "outcome") {
      this.#panel.replaceChildren(this.#outcome.node);
      this.#outcome.draw(run.kind, run.tokens.length);
    } else this.#drawGradient(run);
  }

  /** @param {Run} run */
  #drawGradient(run) {
    if (!this.#gradient) {
      const how =
        "Choose a cell under “Every step”, or a next token under “What comes out”: its gradient is traced back from there.";
      return this.#panel.replaceChildren(element("p", { textContent: how }));
    }
    const n = run.tokens.length;
    const { layer, head } = this.#place;
    const row = [...this.#exact.subarray(this.#asks * n, (this.#asks + 1) * n)];
    const attention = { name: `attention of “${written(run.tokens[this.#asks].piece)}”, head ${layer}.${head}`, row };
    this.#panel.replaceChildren(
      ...gradientView(this.#gradient, run.tokens, attention, (l, h) => void this.#open(l, h)),
    );
  }

  /**
   * @param {string} step
   * @param {number[]} at
   */
  async #differentiate(step, at) {
    /** @type {Gradient | undefined} */
    const found = await this.#ask("gradient", { step, at });
    if (!found) return;
    this.#gradient = found;
    this.#tab("gradient");
  }
}

/** @type {(component: import("../talk/component.js").Component<WireMicroscope>) => void} */
const draw = drawnOnce((root, /** @type {WireMicroscope} */ data) => {
  const microscope = new Microscope(root, data);
  return () => microscope.leave();
});

/** @param {import("../talk/component.js").Component<WireMicroscope>} component */
export default function show(component) {
  theme.follow(/** @type {HTMLElement} */ (present(component.parentElement.querySelector("figure"))));
  draw(component);
}
