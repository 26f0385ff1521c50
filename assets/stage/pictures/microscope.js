// The microscope: a sentence through a trained model. All heads at once, one of them large, and from there to every number.
// No script of the page runs for it: questions go to the server as posts.

import { element, present } from "../draw/nodes.js";
import * as theme from "../draw/theme.js";
import { say, toSay } from "../model/say.js";
import { Against } from "../scope/against.js";
import { ask, exact, groundOf, Refused, shares, signed } from "../scope/ask.js";
import { Cells } from "../scope/cells.js";
import { Changes } from "../scope/changes.js";
import { gradientView } from "../scope/gradient.js";
import { Grid } from "../scope/grid.js";
import { HeadView, written } from "../scope/head.js";
import { measuresOf } from "../scope/measures.js";
import { Numbers } from "../scope/numbers.js";
import { Outcome } from "../scope/outcome.js";
import { keep, placeOf } from "../scope/place.js";
import { setter } from "../scope/setter.js";
import { UPLOADED, Upload } from "../scope/upload.js";
import { drawnOnce } from "./once.js";

/** @import { WireMicroscope } from "../wire.js" */
/** @import { WireGradient as Gradient, WireOpened as Opened, WireRun as Run, WireSwitch as Switch, WireAbout as About, WireArithmetic as Arithmetic } from "../wire.js" */
/** @import { Place } from "../scope/place.js" */

const RECORDED = "recorded";
const CHANGE = "change";
const TABS = {
  numbers: toSay("This head in numbers"),
  cells: toSay("Every step"),
  outcome: toSay("What comes out"),
  gradient: toSay("Gradient"),
};

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
  #model = element("select", { aria: { label: say("Model") } });
  #text = element("textarea", { aria: { label: say("Text") } });
  #status = element("p", { className: "status", aria: { role: "status" } });
  #tokens = element("div", {
    className: "tokens",
    aria: { role: "group", label: say("Tokens, as the model reads them") },
  });
  #changes = new Changes({
    switchOn: (parts) => this.#switch(parts),
    takeBack: ([step, at]) => this.#change({ edits: this.#unset(step, at) }),
    clear: () => this.#change({ off: [], edits: [] }),
    toggle: () => this.#toggle(),
  });
  #against;
  /** @type {Upload | undefined} */
  #upload;
  #arrow = element("div", { className: "arrow" });
  #sort = element("select", { aria: { label: say("Order of the heads") } });
  #formula = element("p", { className: "measure" });
  #grid = new Grid(({ layer, head }) => this.#open(layer, head));
  #title = element("h3");
  #measures = element("dl", { className: "measures" });
  #acts = element("div", { className: "tools" });
  #view = new HeadView({ point: (query) => this.#point(query), pin: (query, key) => this.#pin(query, key) });
  #bench = element("div", { className: "bench" });
  #tabs = element("div", { className: "tabs", aria: { role: "tablist", label: say("What is shown below") } });
  #numbers;
  #cells = new Cells({
    ask: (what, more) => this.#ask(what, more),
    differentiate: (step, at) => this.#differentiate(step, at),
    set: (step, at, value) => this.#set(step, at, value),
    takeBack: (step, at) => this.#change({ edits: this.#unset(step, at) }),
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
      edits: [],
      against: "",
      beside: [],
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
    this.#against = new Against(data.models, {
      ask: (more, signal) => this.#ask("compare", more, signal),
      head: (more, signal) => this.#ask("head", more, signal),
      went: (against, other) => this.#compare(against, other),
      open: (layer, head) => void this.#open(layer, head),
      opened: (layer, head) => this.#went({ beside: [layer, head] }),
      point: (query) => this.#point(query),
      measures: data.measures,
    });
    if (data.uploads)
      this.#upload = new Upload(data.uploads, {
        open: () => this.#ask("upload", { model: UPLOADED }),
        opened: ({ title }) => this.#uploaded(title),
      });
    root.replaceChildren(this.#assembled());
    void this.#read();
  }

  leave() {
    this.#against.leave();
    this.#asking.abort();
    this.#opening.abort();
    this.#numbers.leave();
  }

  /** The page has turned light or dark. */
  recolour() {
    if (!this.#run) return;
    this.#drawGrid();
    this.#drawHead();
    this.#against.recolour(this.#root.dataset.theme);
    this.#numbers.recolour();
  }

  // --- laid out once

  #assembled() {
    return element(
      "div",
      { className: "scope" },
      this.#form(),
      ...(this.#upload ? [this.#upload.node] : []),
      this.#status,
      this.#tokens,
      this.#against.tools,
      this.#changes.node,
      this.#against.says,
      this.#lay(),
      this.#tabs,
      this.#panel,
      this.#found(),
    );
  }

  #form() {
    const models = this.#data.models.map(({ key, title }) => element("option", { value: key, textContent: title }));
    if (!models.length || this.#place.model === RECORDED)
      models.push(
        element("option", { value: RECORDED, textContent: say("{model} (recorded)", { model: this.#data.recorded }) }),
      );
    if (![...models].some(({ value }) => value === this.#place.model))
      models.push(element("option", { value: this.#place.model, textContent: this.#place.model }));
    this.#model.replaceChildren(...models);
    this.#model.value = this.#place.model;
    this.#text.value = this.#place.text;
    this.#text.rows = 2;
    this.#text.spellcheck = false;
    const send = element("button", { type: "submit", className: "go", textContent: say("Read") });
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
      this.#sent();
    };
    return form;
  }

  /** @param {string} title of a model that was uploaded, and is read with at once */
  #uploaded(title) {
    if (![...this.#model.options].some(({ value }) => value === UPLOADED))
      this.#model.append(element("option", { value: UPLOADED, textContent: title }));
    this.#model.value = UPLOADED;
    this.#text.readOnly = false;
    this.#went({ model: UPLOADED, text: this.#text.value, off: [], edits: [], token: 0 });
    void this.#read();
  }

  /** The form is sent: of what was changed, learned numbers stay as they were set, for the same model. */
  #sent() {
    const [model, text] = [this.#model.value, this.#text.value];
    const learned = this.#run?.weights ?? [];
    const edits = model === this.#place.model ? this.#place.edits.filter(([step]) => learned.includes(step)) : [];
    const isSame = model === this.#place.model && text === this.#place.text;
    this.#went(isSame ? {} : { model, text, off: [], edits, token: 0 });
    void this.#read();
  }

  #lay() {
    this.#sort.onchange = () => {
      this.#went({ sort: this.#sort.value });
      this.#drawGrid();
    };
    const left = element(
      "section",
      { className: "all", aria: { label: say("All heads") } },
      element(
        "div",
        { className: "tools" },
        element("h3", { textContent: say("All heads") }),
        element("label", {}, `${say("Order")} `, this.#sort),
      ),
      this.#grid.node,
      this.#formula,
    );
    const right = element(
      "section",
      { className: "one", aria: { label: say("One head") } },
      this.#title,
      this.#acts,
      this.#arrow,
      this.#view.node,
      this.#view.says,
      this.#measures,
    );
    this.#bench.append(left, right);
    this.#bench.hidden = this.#panel.hidden = true; // until a text was read
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
      element("h3", { textContent: say("Found in real weights") }),
      element("ul", {}, ...items),
    );
    list.hidden = !items.length;
    return list;
  }

  // --- asking

  /** @returns {About} */
  get #about() {
    const { model, text, off, edits } = this.#place;
    const { session } = this.#data.uploads ?? {};
    return { model, text, without: off, edits, ...(session && { session }) };
  }

  /**
   * @template Answer
   * @param {string} what
   * @param {object} more
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answer | undefined>}
   */
  async #ask(what, more, signal) {
    const late = setTimeout(() => this.#say(say("The model is at work.")), 400);
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
    if (!run) {
      if (!this.#asking.signal.aborted) this.#changes.draw(this.#place.off, this.#place.edits, undefined, false);
      return;
    }
    this.#run = run;
    this.#gradient = undefined;
    this.#bench.hidden = this.#panel.hidden = false;
    const { layers, heads, tokens } = run;
    const { layer, head, token } = this.#place;
    this.#went({ layer: Math.min(layer, layers), head: Math.min(head, heads), token: Math.min(token, tokens.length) });
    this.#drawTokens();
    this.#drawChanges();
    this.#drawSort();
    this.#drawGrid();
    this.#against.leave();
    await this.#open(this.#place.layer, this.#place.head);
    await this.#besides();
  }

  /**
   * @param {string} against
   * @param {string} other the second sentence
   */
  #compare(against, other) {
    this.#went({ against, other, beside: against === this.#place.against ? this.#place.beside : [] });
    void this.#besides();
  }

  /** The run that this one is compared with. */
  async #besides() {
    const { against, beside, other } = this.#place;
    const isChanged = this.#place.off.length + this.#place.edits.length > 0;
    if (against && isChanged && this.#isChange) this.#toggle(); // the difference stands beside it
    await this.#against.draw({
      about: this.#about,
      run: present(this.#run),
      against,
      beside,
      other,
      isChanged,
      theme: this.#root.dataset.theme,
      opened: this.#opened,
      order: this.#place.sort,
    });
    const { isOn, grid, head } = this.#against;
    this.#bench.classList.toggle("two", isOn);
    if (isOn) this.#bench.append(grid, head);
    else for (const part of [grid, head]) part.remove();
    this.#rest();
  }

  /** @param {string} more goes on with the text */
  #take(more) {
    this.#text.value = this.#place.text + more;
    this.#went({ text: this.#text.value, off: [], edits: [] });
    void this.#read();
  }

  // --- the text

  #drawTokens() {
    const tokens = present(this.#run).tokens.map(({ id, piece }, n) => {
      const text = element("b", { textContent: written(piece) });
      const chip = element(
        "button",
        { type: "button", className: "token", title: say("Token {n}: “{piece}”, id {id}", { n: n + 1, piece, id }) },
        text,
        element("small", { textContent: String(id) }),
      );
      chip.onpointerenter = () => this.#point(n);
      chip.onpointerleave = () => this.#rest();
      chip.onfocus = () => this.#point(n);
      chip.onclick = () => {
        this.#went({ token: this.#place.token === n + 1 ? 0 : n + 1 });
        this.#point(n);
        this.#drawTokens();
        /** @type {HTMLElement} */ (this.#tokens.children[n]).focus();
        if (this.#opened?.query !== null && this.#opened?.query !== n)
          void this.#open(this.#place.layer, this.#place.head);
      };
      return chip;
    });
    this.#tokens.replaceChildren(...tokens);
    const n = this.#place.token - 1;
    if (n < 0 || this.#place.model === RECORDED) return;
    const name = written(present(this.#run).tokens[n].piece);
    this.#tokens.append(button(say("Embedding of “{name}”", { name }), () => this.#embedding(n)));
  }

  /** @param {number} n the token whose first vector is shown, to be read and set */
  #embedding(n) {
    this.#cells.choose("word vectors", [n, 0]);
    this.#tab("cells");
    this.#panel.scrollIntoView({ block: "nearest" });
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
    for (const [k, chip] of [...this.#tokens.querySelectorAll(".token")].entries()) {
      const share = weights[query * n + k];
      /** @type {HTMLElement} */ (chip).style.setProperty("--share-of", `${Math.round(100 * share)}%`);
      chip.classList.toggle("asks", k === query);
      chip.setAttribute("aria-pressed", String(this.#place.token === k + 1));
    }
    this.#view.say(query);
    this.#against.say(query);
  }

  get #exact() {
    return exact(present(this.#opened).weights);
  }

  // --- what is changed

  #drawChanges() {
    const { off, edits } = this.#place;
    this.#changes.draw(off, edits, this.#run, this.#isChange);
  }

  /** The maps show the change, or the weights. */
  #toggle() {
    this.#isChange = !this.#isChange;
    this.#drawChanges();
    this.#drawGrid();
    this.#drawHead();
  }

  /** @param {Partial<Place>} change of what is off or set */
  #change(change) {
    this.#isChange = true;
    this.#went(change);
    void this.#read();
  }

  /** @param {Switch} parts switched off, or on again */
  #switch(parts) {
    const others = this.#place.off.filter((each) => each.join() !== parts.join());
    const isOff = others.length < this.#place.off.length;
    this.#change({ off: isOff ? others : [...others, parts] });
  }

  /**
   * A number is set by hand.
   * @param {string} step
   * @param {number[]} at
   * @param {number} value
   */
  #set(step, at, value) {
    this.#change({ edits: [...this.#unset(step, at), [step, at, value]] });
  }

  /**
   * @param {string} step
   * @param {number[]} at
   */
  #unset(step, at) {
    return this.#place.edits.filter(([name, cell]) => name !== step || cell.join() !== at.join());
  }

  /** @param {number[]} parts */
  #isOff(...parts) {
    return this.#place.off.some((each) => each.join() === parts.join());
  }

  // --- all heads

  #drawSort() {
    const run = present(this.#run);
    const known = this.#data.measures.filter(({ key }) => run.measures[key]);
    const options = [["", say("by layer")], ...known.map(({ key, title }) => [key, title])];
    if (run.changed) options.push([CHANGE, say("What changed most")]);
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
      { layers, heads, tokens: tokens.length, values, by, byName: measure?.title ?? say("change"), isOff },
      this.#root.dataset.theme,
    );
    this.#grid.mark((this.#place.layer - 1) * heads + this.#place.head - 1);
    this.#formula.innerHTML = measure?.formula ?? "";
    this.#formula.prepend(measure ? `${measure.about} ` : this.#legend);
  }

  /** What the colours of the maps say. */
  get #legend() {
    const more = this.#root.dataset.theme === "dark" ? say("the brighter, the more") : say("the darker, the more");
    const what = this.#run?.changed && this.#isChange ? say("blue is more than before, orange is less") : more;
    return say(
      "Rows ask, columns are read; {what}. Colours go by the square root: a quarter of the most looks half as strong.",
      { what },
    );
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
    void this.#against.opened(opened);
  }

  #drawHead() {
    if (!this.#opened) return;
    const run = present(this.#run);
    const { layer, head } = this.#opened;
    const k = (layer - 1) * run.heads + head - 1;
    this.#title.textContent = say("Layer {layer}, head {head}", { layer, head });
    const weights = this.#exact;
    const ground = groundOf(run, k, weights, this.#isChange ? run.changed?.maps : undefined);
    this.#view.draw({ tokens: run.tokens, weights, ground }, this.#root.dataset.theme);
    this.#measures.replaceChildren(...measuresOf(this.#data.measures, run, k));
    this.#rest();
  }

  #drawActs() {
    const { layer, head } = this.#place;
    const lines = button(this.#view.isLines ? say("As a map") : say("As lines"), () => {
      this.#view.isLines = !this.#view.isLines;
      this.#went({ lines: this.#view.isLines });
      this.#drawActs();
      this.#drawHead();
    });
    const acts = [lines];
    this.#arrow.replaceChildren();
    if (this.#place.model !== RECORDED) {
      acts.push(
        button(this.#isOff(layer, head) ? say("Head on again") : say("Switch head off"), () =>
          this.#switch([layer, head]),
        ),
      );
      acts.push(
        button(this.#isOff(layer) ? say("Layer on again") : say("Switch layer off"), () => this.#switch([layer])),
      );
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
    this.#drawTokens();
    this.#point(query);
    this.#view.say(query, key);
    this.#drawActs();
    if (this.#place.model === RECORDED) return;
    const parts = [this.#place.layer, this.#place.head, query + 1, key + 1];
    const { tokens } = present(this.#run);
    const name = `“${written(tokens[query].piece)}” → “${written(tokens[key].piece)}”`;
    this.#acts.append(
      button(this.#isOff(...parts) ? say("{name} on again", { name }) : say("Switch {name} off", { name }), () =>
        this.#switch(parts),
      ),
    );
    void this.#fields([query, key], name);
  }

  /**
   * Fields for the score and the weight of an arrow.
   * @param {[number, number]} arrow
   * @param {string} name
   */
  async #fields([query, key], name) {
    const { layer, head } = this.#place;
    const at = [head - 1, query, key];
    /** @type {Arithmetic | undefined} */
    const score = await this.#ask("cell", { step: `layer ${layer}/scores`, at });
    if (!score) return;
    const weight = this.#exact[query * present(this.#run).tokens.length + key];
    this.#arrow.replaceChildren(
      setter(say("Weight of {name}", { name }), weight, (value) =>
        this.#set(`layer ${layer}/attention weights`, at, value),
      ),
      setter(say("or its score"), score.value, (value) => this.#set(`layer ${layer}/scores`, at, value)),
    );
  }

  // --- below

  #drawTabs() {
    const tabs = Object.entries(TABS).map(([key, title]) => {
      const tab = button(say(title), () => this.#tab(key), "tab");
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
    this.#panel.setAttribute("aria-label", say(TABS[/** @type {keyof typeof TABS} */ (tab)] ?? ""));
    if (tab === "numbers" || !(tab in TABS)) {
      if (!this.#panel.contains(this.#numbers.node)) this.#panel.replaceChildren(this.#numbers.node); // laid out once
      void this.#numbers.draw(present(this.#opened).stage);
    } else if (!run.steps) {
      this.#panel.replaceChildren(
        element("p", { textContent: say("This needs the model itself, and what you see here was recorded.") }),
      );
    } else if (tab === "cells") {
      this.#cells.list(run.steps, run.weights ?? [], layer);
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
      const how = say(
        "Choose a cell under “Every step”, or a next token under “What comes out”: its gradient is traced back from there.",
      );
      return this.#panel.replaceChildren(element("p", { textContent: how }));
    }
    const n = run.tokens.length;
    const { layer, head } = this.#place;
    const row = [...this.#exact.subarray(this.#asks * n, (this.#asks + 1) * n)];
    const attention = {
      name: say("attention of “{token}”, head {layer}.{head}", {
        token: written(run.tokens[this.#asks].piece),
        layer,
        head,
      }),
      row,
    };
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

/** @type {WeakMap<HTMLElement, Microscope>} */
const SHOWN = new WeakMap();

/** @type {(component: import("../talk/component.js").Component<WireMicroscope>) => void} */
const draw = drawnOnce((root, /** @type {WireMicroscope} */ data) => {
  const microscope = new Microscope(root, data);
  SHOWN.set(root, microscope);
  return () => microscope.leave();
});

/** @param {import("../talk/component.js").Component<WireMicroscope>} component */
export default function show(component) {
  const root = /** @type {HTMLElement} */ (present(component.parentElement.querySelector("figure")));
  const before = root.dataset.theme;
  theme.follow(root);
  draw(component);
  if (before && before !== root.dataset.theme) SHOWN.get(root)?.recolour();
}
