// What Python in the browser adds to a static lesson: any number for an option, the sections Inputs and Gradient.
// It is fetched once the page can be used. Until it answers the page is as it would be without.

import { all, present } from "../draw/nodes.js";
import { say, toSay } from "../model/say.js";
import { GradientView } from "./gradient.js";
import { Python } from "./python.js";
import { Typing } from "./typing.js";

/** @import { Below } from "./insight.js" */
/** @import { Answered, Findings, Gradients, Question, Wanted } from "./python.js" */

const FROM_DISK = toSay(
  "Browsers run no Python in a page from disk. From any web server, such as `python -m http.server` in this folder, sizes, names and texts of your own, any number for an option, and gradients stand here.",
);
const FAILED = toSay("Python could not be started in this browser, and what it adds is left out: {reason}");
const BROKEN = toSay("Python met an error, and nothing is changed: {reason}");
const REST = 400; // ms without an edit, before what follows from the numbers is asked for
const IDLE = 1500; // ms at most until it is fetched

/**
 * The page that it stands behind.
 * @typedef {object} Page
 * @property {() => Promise<string>} query of a link to what is shown
 * @property {(answered: Answered) => void} take shows what has become of a change
 * @property {(sentence: string) => void} complain says why an option is refused; "" where it is not
 * @property {() => void} ready any number may be typed for an option from now on
 * @property {() => boolean} isPreset whether a preset is shown as it opens
 * @property {(below?: Below) => void} draw shows the pictures of the numbers; without any, the preset's
 */

export class Behind {
  #page;
  #key;
  /** @type {Python | undefined} */
  #python;
  #isReady = false;
  #section = "";
  #turn = 0; // counts what is done on the page: an answer to what was before is out of date
  #rest = 0;
  #typing;
  #gradient;

  /**
   * @param {string} key of the lesson
   * @param {Page} page
   */
  constructor(key, page) {
    this.#key = key;
    this.#page = page;
    const [inputs, gradient] = ["inputs", "gradient"].map((name) => one(`.python-${name}`));
    this.#typing = new Typing(inputs, (wanted) => this.change(wanted, (problem) => this.#typing.complain(problem)));
    this.#gradient = new GradientView(gradient, {
      chosen: () => void this.#try(() => this.#drawGradient()),
      check: () => void this.#try(() => this.#checkGradient()),
    });
    gradient.hidden = true;
  }

  get isReady() {
    return this.#isReady;
  }

  /** Once the browser has nothing else to do; where it is to save data, once something is asked for. */
  begin() {
    if (!location.protocol.startsWith("http")) return this.#state(say(FROM_DISK));
    const { connection } = /** @type {{ connection?: { saveData?: boolean } }} */ (navigator);
    if (connection?.saveData) return;
    if ("requestIdleCallback" in window) requestIdleCallback(() => this.#start(), { timeout: IDLE });
    else setTimeout(() => this.#start(), IDLE);
  }

  #start() {
    if (this.#python || !location.protocol.startsWith("http")) return;
    this.#python = new Python(present(document.documentElement.dataset.python));
    this.#python.ready.then(
      () => this.#begun(),
      (error) => this.#state(say(FAILED, { reason: error.message })),
    );
  }

  #begun() {
    this.#isReady = true;
    this.#state("");
    one(".python-gradient").hidden = false;
    document.documentElement.dataset.behind = "ready";
    void navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage("python"));
    this.#page.ready();
    this.#renew();
  }

  /** @param {string} sentence */
  #state(sentence) {
    for (const node of all(document, ".python-state")) {
      node.textContent = sentence;
      node.hidden = !sentence;
    }
  }

  // --- what is asked

  /** @param {Omit<Question, "key" | "language" | "query">} more */
  async #ask(more) {
    return this.#about(await this.#page.query(), more);
  }

  /**
   * @param {string} query
   * @param {Omit<Question, "key" | "language" | "query">} more
   */
  #about(query, more) {
    const { language = "" } = document.documentElement.dataset;
    return present(this.#python).ask({ key: this.#key, language, query, ...more });
  }

  /** @param {() => Promise<void> | void} work what may meet an error nobody has foreseen: then it is said */
  async #try(work) {
    try {
      await work();
    } catch (error) {
      this.#state(say(BROKEN, { reason: /** @type {Error} */ (error).message }));
    }
  }

  /**
   * @param {Wanted} wanted
   * @param {(problem: string) => void} complain says why it is refused; "" where it is not
   */
  change(wanted, complain) {
    void this.#try(() => this.#change(wanted, complain));
  }

  /**
   * @param {Wanted} wanted
   * @param {(problem: string) => void} complain
   */
  async #change(wanted, complain) {
    let turn = -1;
    /** @type {Answered | undefined} */
    let found;
    while (turn !== this.#turn) {
      turn = this.#turn; // with the edits that were made while it was computed
      found = /** @type {Answered} */ (await this.#ask({ change: wanted }));
    }
    if (!found) return;
    complain(found.problem);
    if (!found.problem) this.#page.take(found);
    this.#typing.show(found.fields);
  }

  /**
   * A link that says more than the page itself can show.
   * @param {string} query
   * @param {(answered: Answered) => void} take
   */
  open(query, take) {
    void this.#try(async () => take(/** @type {Answered} */ (await this.#about(query, {}))));
  }

  /** The numbers or the options are others now. */
  followed() {
    this.#turn++;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#renew(), REST);
  }

  /** @param {string} section that is unfolded */
  unfold(section) {
    this.#section = section;
    if (section === "inputs" || section === "gradient") this.#start();
    this.#renew();
  }

  /** What is unfolded, for the numbers as they are. */
  #renew() {
    if (!this.#isReady) return;
    if (this.#section === "insight") void this.#try(() => this.#drawPictures());
    if (["inputs", "gradient"].includes(this.#section)) void this.#try(() => this.#fill());
  }

  async #fill() {
    const turn = this.#turn;
    const { fields } = /** @type {Answered} */ (await this.#ask({}));
    if (turn !== this.#turn) return;
    this.#typing.show(fields);
    this.#gradient.offer(fields.gradient);
    if (this.#section === "gradient") await this.#drawGradient();
  }

  async #drawPictures() {
    if (this.#page.isPreset()) return this.#page.draw();
    const turn = this.#turn;
    const below = /** @type {Below} */ (await this.#ask({ pictures: true }));
    if (turn === this.#turn) this.#page.draw(below);
  }

  async #drawGradient() {
    const turn = this.#turn;
    const found = /** @type {Gradients} */ (await this.#ask({ gradient: this.#gradient.cell }));
    if (turn === this.#turn) this.#gradient.show(found);
  }

  async #checkGradient() {
    const turn = this.#turn;
    const { findings } = /** @type {Findings} */ (await this.#ask({ check: this.#gradient.cell }));
    if (turn === this.#turn) this.#gradient.find(findings);
  }
}

/** @param {string} selector */
const one = (selector) => present(/** @type {HTMLElement | null} */ (document.querySelector(selector)));
