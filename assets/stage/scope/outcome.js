// What comes out of the model: of a language model next tokens, layer by layer and one after the other; of an encoder how
// alike two sentences are.

import { element } from "../draw/nodes.js";
import { cellText } from "../model/numbers.js";
import { say } from "../model/say.js";

/** @import { WireGuess as Guess, WireLens as Lens, WireNext as Next, WireOne as One, WireSimilar as Similar, WireWritten as Written } from "../wire.js" */

/**
 * @typedef {object} Effects
 * @property {<Answer>(what: string, more: object) => Promise<Answer | undefined>} ask
 * @property {(step: string, at: number[]) => void} differentiate
 * @property {(more: string) => void} take goes on with a text
 * @property {(other: string) => void} compared
 */

/** @param {string} piece with its spaces and line ends to be seen */
const seen = (piece) => piece.replace(/\n/g, "⏎").replace(/^ /, "␣");

/** @param {number} share never "100 %" or "0 %" of what is neither */
export function percent(share) {
  const text = (100 * share).toFixed(share > 0.0995 ? 0 : 1);
  if (Number(text) === 100 && share < 1) return "> 99 %";
  if (Number(text) === 0 && share > 0) return "< 0.1 %";
  return `${text} %`;
}

/**
 * Tokens with bars, most probable first.
 * @param {Guess[]} guesses
 * @param {(guess: Guess) => void} [chosen]
 */
export function bars(guesses, chosen) {
  const rows = guesses.map((guess) => {
    const bar = element("span", { className: "bar" });
    bar.style.width = `${100 * guess.probability}%`;
    const parts = [
      element("code", { textContent: seen(guess.piece) }),
      element("span", { className: "track" }, bar),
      element("span", { className: "number", textContent: percent(guess.probability) }),
    ];
    if (!chosen) return element("li", {}, ...parts);
    const button = element("button", { type: "button", title: say("Why this token?") }, ...parts);
    button.onclick = () => chosen(guess);
    return element("li", {}, button);
  });
  return element("ol", { className: "bars" }, ...rows);
}

/**
 * @param {string} name
 * @param {string} label
 * @param {string} value
 * @param {Record<string, string>} bounds
 */
function field(name, label, value, bounds) {
  const input = element("input", { type: "number", value });
  Object.assign(input, bounds, { name });
  return { input, node: element("label", { className: "field" }, label, input) };
}

export class Outcome {
  node = element("div", { className: "outcome" });
  #effects;
  #temperature = field("temperature", say("Temperature"), "1", { min: "0.05", max: "10", step: "0.05" });
  #topK = field("top_k", "Top-k", "", { min: "1", step: "1", placeholder: say("all") });
  #topP = field("top_p", "Top-p", "", { min: "0.05", max: "1", step: "0.05", placeholder: "1" });
  #other = element("input", { type: "text", aria: { label: say("Second sentence") } });
  #next = element("div");
  #lens = element("div", { className: "lens" });
  #write = element("div");
  #similar = element("div", { aria: { live: "polite" } });
  #last = 0;

  /**
   * @param {Effects} effects
   * @param {string} other the second sentence
   */
  constructor(effects, other) {
    this.#effects = effects;
    this.#other.value = other;
    for (const { input } of [this.#temperature, this.#topK, this.#topP]) input.onchange = () => void this.#ask();
  }

  /**
   * @param {string} kind
   * @param {number} tokens
   */
  draw(kind, tokens) {
    this.#last = tokens - 1;
    this.#write.replaceChildren();
    this.#lens.replaceChildren();
    if (kind === "encoder") return this.#pair();
    const tools = element("div", { className: "tools" }, this.#temperature.node, this.#topK.node, this.#topP.node);
    const write = button(say("Write 8 tokens on"), () => void this.#go("write"));
    const lens = button(say("What every layer would say"), () => void this.#go("lens"));
    this.node.replaceChildren(
      tools,
      element(
        "div",
        { className: "pair" },
        element("section", {}, element("h4", { textContent: say("Next token") }), this.#next),
        element("section", {}, write, this.#write, lens, this.#lens),
      ),
    );
    void this.#ask();
  }

  get #choice() {
    /** @param {HTMLInputElement} input */
    const value = (input) => (input.value.trim() === "" ? null : Number(input.value));
    return {
      temperature: value(this.#temperature.input) ?? 1,
      top_k: value(this.#topK.input),
      top_p: value(this.#topP.input),
    };
  }

  async #ask() {
    const found = await this.#effects.ask("next", this.#choice);
    if (!found) return;
    const { next, kept } = /** @type {Next} */ (found);
    const why = element("p", {
      className: "quiet",
      textContent: say("{count} tokens are in the choice. Choose one, and its score is traced back.", {
        count: kept.toLocaleString("en"),
      }),
    });
    this.#next.replaceChildren(
      bars(
        next.filter(({ probability }) => probability > 0),
        ({ id }) => this.#effects.differentiate("logits", [this.#last, id]),
      ),
      why,
    );
  }

  /** @param {"write" | "lens"} what */
  async #go(what) {
    if (what === "lens") {
      const found = await this.#effects.ask("lens", { token: this.#last });
      if (found) this.#lens.replaceChildren(lensTable(/** @type {Lens} */ (found)));
      return;
    }
    const drawn = { ...this.#choice, seed: Math.floor(Math.random() * 1e6), most: 8 };
    const found = await this.#effects.ask("write", drawn);
    if (found) this.#write.replaceChildren(...this.#told(/** @type {Written} */ (found).written));
  }

  /** @param {One[]} found */
  #told(found) {
    const rows = found.map(({ piece, probability, cached, others }) =>
      element(
        "tr",
        {},
        element("td", {}, element("code", { textContent: seen(piece) })),
        element("td", { textContent: percent(probability) }),
        element("td", { textContent: `${cached}` }),
        element("td", { className: "quiet", textContent: others.map((each) => seen(each.piece)).join("  ") }),
      ),
    );
    const heads = [say("Token"), say("Probability"), say("Keys in the cache"), say("Likeliest")].map((textContent) =>
      element("th", { scope: "col", textContent }),
    );
    const table = element(
      "table",
      { className: "written" },
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...rows),
    );
    const text = found.map(({ piece }) => piece).join("");
    return [table, button(say("Read the text with these tokens"), () => this.#effects.take(text))];
  }

  // --- of an encoder

  #pair() {
    const form = element(
      "form",
      { className: "tools" },
      element("label", { className: "wide" }, say("Second sentence"), this.#other),
      button(say("Compare")),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      void this.#compare();
    };
    this.node.replaceChildren(form, this.#similar);
    if (this.#other.value.trim()) void this.#compare();
  }

  async #compare() {
    this.#effects.compared(this.#other.value);
    const found = await this.#effects.ask("similar", { other: this.#other.value });
    if (!found) return;
    const { similarity, numbers, rest } = /** @type {Similar} */ (found);
    const said = say("How alike the vectors of both sentences are, from −1 to 1: {number}", {
      number: cellText(similarity),
    });
    this.#similar.replaceChildren(
      element("p", { className: "large", textContent: said }),
      element("p", { className: "formula", innerHTML: numbers }),
      element("p", {
        className: "quiet",
        textContent: rest ? say("The last number is the sum of the {rest} smaller terms.", { rest }) : "",
      }),
    );
  }
}

/**
 * @param {string} textContent
 * @param {() => void} [onclick] without it, it sends its form
 */
function button(textContent, onclick) {
  return element("button", {
    type: onclick ? "button" : "submit",
    className: "plain",
    textContent,
    ...(onclick ? { onclick } : {}),
  });
}

/** @param {Lens} lens */
function lensTable({ levels }) {
  const rows = levels.map(({ layer, guesses }) => {
    const cells = guesses.map(({ piece, probability }) => {
      const cell = element("td", {}, element("code", { textContent: seen(piece) }), ` ${percent(probability)}`);
      cell.style.background = `color-mix(in oklab, var(--share) ${Math.round(100 * probability)}%, transparent)`;
      return cell;
    });
    return element(
      "tr",
      {},
      element("th", { scope: "row", textContent: layer === "0" ? say("embedding") : say("layer {layer}", { layer }) }),
      ...cells,
    );
  });
  return element("table", { aria: { label: say("What every layer would say") } }, element("tbody", {}, ...rows));
}
