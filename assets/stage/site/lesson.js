// A lesson of the static site: presets, options and what stands below join the stage; nobody answers, all is done here.

import { all, present } from "../draw/nodes.js";
import * as theme from "../draw/theme.js";
import { say, toSay } from "../model/say.js";
import player from "../player.css";
import stageStyle from "../stage.css";
import { Stage } from "../stage.js";
import { showQuery } from "../talk/address.js";
import { encode } from "../talk/arrival.js";
import { listen } from "../talk/between.js";
import { queriesOf } from "../talk/link.js";
import { hiddenBy, textOf } from "./asked.js";
import { Behind } from "./behind.js";
import { isReached } from "./checks.js";
import { listenToRadios, markRadio, OptionFields } from "./controls.js";
import { fetched } from "./data.js";
import { drawnPicture, InsightWords } from "./insight.js";
import { computed } from "./pack.js";

/** @import { WireLink, WirePayload, WirePlace } from "../wire.js" */
/** @import { Page } from "./behind.js" */
/** @import { Asked } from "./asked.js" */
/** @import { Below } from "./insight.js" */
/** @import { Answered } from "./python.js" */
/** @import { Filled, Options, Pack, StageWords } from "./pack.js" */

const SESSION = "site"; // nobody else is there
const YOURS = "yours"; // the pill of numbers that are no preset's
const NOT_HERE = toSay("These options together are not in this copy. What was chosen before stays.");
const NOT_READ = toSay(
  "Part of this link is not in this copy, or could not be read. The rest is as sent, or as in the preset.",
);
const ON_ITS_WAY = toSay("Part of this link needs Python, which is being fetched. Until then you see the rest of it.");
const REACHED = toSay("✓ Reached");
const NOT_YET = toSay("○ Not yet");
const ELSEWHERE = toSay("The app checks this one.");
const NO_PICTURE = toSay("The pictures of this lesson did not arrive.");

/** @typedef {{ link: WireLink, start: import("../wire.js").WireStart }} Made */

/** @param {string} selector @returns {HTMLElement} */
const part = (selector) => present(/** @type {HTMLElement | null} */ (document.querySelector(selector)));

export class LessonPage {
  #pack;
  #words;
  #asked;
  #hidden;
  #preset;
  /** @type {Options} */
  #options;
  #presets = part(".presets");
  #fields;
  #notice = part(".notice");
  #root;
  #stage;
  #insight;
  #output = "";
  /** @type {Made | undefined} what Python made, where that is shown */
  #made;
  #pictured = ""; // whose pictures are shown: a preset's, or YOURS
  /** @type {Behind | undefined} */
  #behind;
  #sought = location.search.slice(1); // the link as it came
  #isTouched = false; // whether something was done here
  /** @type {import("../wire.js").WireStart} */
  #start = {};

  /**
   * @param {Pack} pack
   * @param {StageWords} words
   * @param {Asked} asked
   */
  constructor(pack, words, asked) {
    this.#pack = pack;
    this.#words = words;
    this.#asked = asked;
    this.#hidden = hiddenBy(asked.hide);
    this.#preset = asked.preset;
    this.#options = asked.options;
    this.#root = this.#ground();
    this.#stage = new Stage(this.#root, `${player}\n${stageStyle}`);
    this.#insight = new InsightWords(this.#stage.model.sheet, words.sections.Insight ?? "");
    part(".insight-words").replaceChildren(this.#insight.node);
    this.#fields = new OptionFields(document.documentElement, pack.options, (options) => this.#choose(options));
    listenToRadios(this.#presets, (preset) => this.#open(preset));
    for (const group of all(document, ".sections")) listenToRadios(group, (section) => this.#unfold(section));
    listen("values", () => this.#followed());
    listen("edited", () => this.#touched());
    if (document.documentElement.dataset.python) this.#behind = new Behind(pack.key, this.#backed());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme.follow(this.#root));
    this.#hide();
    this.#unfold(document.querySelector(`[data-section="${CSS.escape(asked.section)}"]`) ? asked.section : "insight");
  }

  /** @returns {Page} what Python behind the page does to it */
  #backed() {
    return {
      query: async () => (await this.#queries()).all,
      take: (answered) => this.#take(answered),
      complain: (sentence) => this.#say(sentence),
      ready: () => this.#backedNow(),
      isPreset: () => this.#isPreset,
      draw: (below) => (below ? this.#drawn(YOURS, below) : this.#drawPictures()),
    };
  }

  /** Python answers from now on. */
  #backedNow() {
    this.#fields.free(this.#options);
    part(".of-preset").hidden = true;
    if (this.#asked.dropped) this.#behind?.open(this.#sought, (found) => this.#openWhole(found));
  }

  /**
   * The link as it came, now that all of it can be read.
   * @param {Answered} found
   */
  #openWhole(found) {
    if (this.#isTouched) return;
    if (!found.problem) this.#take(found);
    this.#say([...found.notes, ...(found.problem ? [found.problem] : [])].join(" "));
  }

  #touched() {
    this.#isTouched = true;
  }

  /** The place of the stage, in a tree of its own. */
  #ground() {
    const tree = part("#stage").attachShadow({ mode: "open" });
    const root = document.createElement("div");
    root.className = "atlas";
    tree.append(root);
    return root;
  }

  /** What a teacher's link hides, and the task that it sets. */
  #hide() {
    for (const name of this.#hidden) for (const node of all(document, `[data-part~="${name}"]`)) node.hidden = true;
    const task = part(".atlas-task");
    task.textContent = this.#asked.task;
    task.hidden = !this.#asked.task;
  }

  /** Show what the link asks for. */
  begin() {
    this.#show(this.#asked.changed);
    const isComing = this.#behind && location.protocol.startsWith("http");
    if (this.#asked.dropped) this.#say(say(isComing ? ON_ITS_WAY : NOT_READ));
    this.#behind?.begin();
  }

  // --- what is chosen

  /** @param {string} preset */
  #open(preset) {
    if (preset === YOURS) return;
    this.#touched();
    this.#say("");
    this.#made = undefined;
    this.#preset = preset;
    this.#options = this.#pack.isLarge(preset) ? {} : this.#pack.own(preset);
    this.#show(new Map());
  }

  /** @param {Options} options */
  #choose(options) {
    this.#touched();
    const isShipped = !this.#pack.isLarge(this.#preset) && !this.#isOwn;
    const found = isShipped ? this.#pack.find(this.#preset, options) : undefined;
    if (!found) return this.#chooseElsewhere(options);
    this.#say("");
    const inputs = this.#edited();
    this.#options = options;
    this.#made = undefined;
    this.#show(inputs);
  }

  /**
   * Options that are not in this copy: Python may know them.
   * @param {Options} options
   */
  #chooseElsewhere(options) {
    const refused = this.#isOwn ? undefined : this.#words.refused[this.#preset]?.[this.#pack.keyOf(options)];
    /** @param {string} problem */
    const told = (problem) => {
      this.#say(problem);
      if (problem) this.#fields.refuse(this.#options);
    };
    if (refused || !this.#behind?.isReady) return told(refused ?? say(NOT_HERE));
    const texts = Object.entries(options).map(([name, value]) => [name, textOf(value)]);
    this.#behind.change({ kind: "options", options: Object.fromEntries(texts) }, told);
  }

  /** Whether sizes, names or a text are the learner's own, so that no setting of this copy has them. */
  get #isOwn() {
    if (!this.#made) return false;
    const { link, start } = this.#made;
    return Boolean(link.labels || link.text) || Object.values(start).includes(null);
  }

  /** The inputs that are not the preset's, by name. */
  #edited() {
    const { steps } = this.#stage.model.sheet;
    return new Map(
      steps
        .filter(({ expression }) => !expression)
        .filter((step) => this.#differs(step))
        .map(({ name, values }) => [name, values]),
    );
  }

  /** @param {import("../model/steps.js").Step} step */
  #differs({ name, values }) {
    const start = this.#start[name]; // undefined: no input; null: of another shape
    return start !== undefined && (start === null || encode(values) !== start);
  }

  // --- what is shown

  /** @param {ReadonlyMap<string, Float64Array>} changed */
  #show(changed) {
    const isLarge = this.#pack.isLarge(this.#preset);
    this.#arrange(isLarge);
    if (isLarge) this.#showLarge();
    else this.#showStage(/** @type {Filled} */ (this.#pack.find(this.#preset, this.#options)), changed);
    void this.#drawPictures();
    document.documentElement.dataset.ready = "yes";
  }

  /** @param {boolean} isLarge whether the stage has no room for the numbers */
  #arrange(isLarge) {
    part("#stage").hidden = isLarge;
    for (const node of all(document, ".large")) node.hidden = !isLarge;
    for (const node of all(document, ".options")) node.hidden = isLarge || this.#hidden.has("options");
  }

  /**
   * What Python has made is on the stage.
   * @param {Answered} answered
   */
  #take({ preset, options, output, payload, link }) {
    this.#preset = preset;
    this.#options = options;
    this.#start = payload?.start ?? {};
    this.#made = { link, start: this.#start };
    this.#output = output;
    this.#arrange(payload === null);
    if (!payload) return this.#showLarge();
    const view = { ...payload.view, token: this.#asked.view.token };
    this.#begin({ ...payload, view, session: SESSION });
  }

  /** The queries of links to what is shown. */
  async #queries() {
    const { sheet, where } = this.#stage.model;
    const isStage = !part("#stage").hidden;
    const view = isStage ? where.view : this.#asked.view;
    const named = (/** @type {string} */ name) => sheet.named(name);
    return queriesOf({ link: this.#link(), start: isStage ? this.#start : {}, view, named });
  }

  #showLarge() {
    markRadio(this.#presets, this.#isOwn ? YOURS : this.#preset);
    part(".insight-words").hidden = true;
    for (const state of all(document, ".state")) state.textContent = say(ELSEWHERE);
    this.#note();
    this.#behind?.followed();
    void this.#queries().then(({ memory }) => showQuery(memory)); // no stage writes the address
  }

  /**
   * @param {Filled} filled
   * @param {ReadonlyMap<string, Float64Array>} changed
   */
  #showStage(filled, changed) {
    const { steps, stops, given, output } = this.#pack.made(filled, this.#words);
    this.#start = this.#pack.start(this.#preset);
    this.#output = output;
    const until = stops.findIndex(({ title }) => title.toLowerCase() === this.#asked.until.toLowerCase());
    const shown = this.#hidden.has("next") && until >= 0 ? stops.slice(0, until + 1) : stops;
    const data = /** @type {WirePayload} */ ({
      key: this.#pack.key,
      mode: "lesson",
      structure: `${filled[0]}.${filled[1]}`,
      steps,
      stops: shown,
      start: this.#start,
      values: encode(computed({ steps, given }, changed)),
      view: this.#view(shown.map(({ title }) => title)),
      sequence: 0,
      hide: this.#asked.hide,
      refused: [],
      problem: "",
      link: this.#link(),
      session: SESSION,
    });
    this.#begin(data);
  }

  /**
   * Other numbers on the stage, before which nothing can be undone.
   * @param {WirePayload} data
   */
  #begin(data) {
    this.#stage.begin({ data, parentElement: this.#root });
    part(".insight-words").hidden = false;
    this.#fields.mark(this.#options);
    this.#followed();
  }

  /**
   * Where the stage opens.
   * @param {string[]} titles
   * @returns {WirePlace}
   */
  #view(titles) {
    const { view } = this.#asked;
    const wanted = titles.find((title) => title.toLowerCase() === view.stop.toLowerCase());
    return { ...view, stop: wanted ?? this.#pack.opensAt(this.#preset) };
  }

  /** @returns {WireLink} */
  #link() {
    if (this.#made) return this.#made.link;
    const own = this.#pack.own(this.#preset);
    const options = Object.entries(this.#options).filter(([name, value]) => value !== own[name]);
    const { hide, until, task, view } = this.#asked;
    return {
      preset: this.#preset === this.#pack.presets[0] ? "" : this.#preset,
      looked: view.stop !== "",
      hide: hide.join(","),
      until: hide.includes("next") ? until : "",
      task,
      section: "",
      options: options.map(([name, value]) => [name, textOf(value)]),
      start: `${this.#pack.key}/${this.#preset}`,
      labels: "",
      text: null,
    };
  }

  /** The numbers are others now: what is said of them follows. */
  #followed() {
    this.#insight.fill();
    const isPreset = this.#isPreset;
    markRadio(this.#presets, isPreset ? this.#preset : YOURS);
    for (const node of all(document, ".as-preset")) node.hidden = isPreset;
    if (this.#behind?.isReady) part(".of-preset").hidden = true; // pictures follow the numbers
    this.#note();
    this.#judge();
    this.#behind?.followed();
  }

  /** Which challenges are reached. */
  #judge() {
    const { sheet } = this.#stage.model;
    const read = {
      step: (/** @type {string} */ name) => sheet.named(name),
      output: () => present(sheet.named(this.#output)),
      option: (/** @type {string} */ name) => (this.#options[name] === "inf" ? Infinity : this.#options[name]),
    };
    for (const node of all(document, "[data-challenge]")) {
      const goal = this.#pack.checks[Number(node.dataset.challenge)];
      const state = present(/** @type {HTMLElement | null} */ (node.querySelector(".state")));
      const isDone = goal !== null && isReached(goal, read);
      state.dataset.reached = isDone ? "yes" : "no";
      state.textContent = say(goal === null ? ELSEWHERE : isDone ? REACHED : NOT_YET);
    }
  }

  get #isPreset() {
    const own = this.#pack.own(this.#preset);
    const isOwn = Object.entries(this.#options).every(([name, value]) => value === own[name]);
    return isOwn && !this.#isOwn && this.#edited().size === 0;
  }

  #note() {
    for (const note of all(document, "[data-note]")) note.hidden = note.dataset.note !== this.#preset;
  }

  async #drawPictures() {
    const address = part(".pictures").dataset.from;
    const preset = this.#preset;
    if (!address || this.#hidden.has("insight") || this.#pictured === preset) return;
    try {
      const found = /** @type {Record<string, Below>} */ (await fetched(`pictures/${this.#pack.key}`, address));
      if (preset === this.#preset) this.#drawn(preset, found[preset]);
    } catch {
      part(".pictures").textContent = say(NO_PICTURE);
    }
  }

  /**
   * @param {string} whose
   * @param {Below} below
   */
  #drawn(whose, { pictures, words }) {
    this.#pictured = whose;
    part(".pictures").replaceChildren(...pictures.map(drawnPicture));
    part(".large-words").innerHTML = words;
  }

  // --- below the stage

  /** @param {string} section */
  #unfold(section) {
    for (const group of all(document, ".sections")) markRadio(group, section);
    for (const node of all(document, "[data-section]"))
      node.hidden = node.dataset.section !== section || this.#hidden.has(section);
    this.#behind?.unfold(section);
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.#notice.textContent = sentence;
    this.#notice.hidden = !sentence;
  }
}
