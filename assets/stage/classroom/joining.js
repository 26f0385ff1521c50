// To join a class: its code, a nickname where the class asks for one, one button.

import { element } from "../draw/nodes.js";
import { say } from "../model/say.js";
import { isHeard, madeKey, problemOf } from "./line.js";

/** @import { Seat } from "./kept.js" */
/** @import { Line } from "./line.js" */
/** @import { WireJoined } from "./wire.js" */

const CODE = 6; // letters

/** @param {string} text */
export const codeIn = (text) => text.toUpperCase().replace(/[\s-]/g, "");

export class JoinCard {
  #line;
  #joined;
  #token = madeKey();
  #code = element("input", {
    id: "class-code",
    type: "text",
    className: "letters",
    maxLength: 12,
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: false,
    aria: { describedby: "join-problem" },
  });
  #name = element("input", { id: "class-name", type: "text", maxLength: 40, autocomplete: "off" });
  #named = element(
    "p",
    { className: "named" },
    element("label", { htmlFor: "class-name", textContent: say("A nickname, if you like") }),
    this.#name,
    element("small", {
      textContent: say("This class keeps nicknames beside answers. Without one you take part all the same."),
    }),
  );
  #problem = element("p", { id: "join-problem", className: "problem", aria: { role: "alert" } });
  #button = element("button", { type: "submit", className: "primary", textContent: say("Join") });
  node = element("main", { className: "join", aria: { label: say("Join a class") } });

  /**
   * @param {Line} line
   * @param {(seat: Seat, joined: WireJoined) => void} joined
   */
  constructor(line, joined) {
    this.#line = line;
    this.#joined = joined;
    const form = element(
      "form",
      {},
      element("h1", { textContent: say("Join a class") }),
      element("label", { htmlFor: "class-code", textContent: say("The code your teacher shows") }),
      this.#code,
      this.#named,
      this.#problem,
      this.#button,
      element("small", { textContent: say("No login. What you answer is counted, and deleted with the class.") }),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      void this.#join();
    };
    this.#code.oninput = () => void this.#look();
    this.node.append(form);
    this.#named.hidden = this.node.hidden = true;
  }

  /** @param {string} code from a link */
  open(code) {
    this.#code.value = codeIn(code).slice(0, 12);
    this.#say("");
    void this.#look();
  }

  /** @param {boolean} isShown in the place of the page, which cannot be reached meanwhile */
  show(isShown) {
    this.node.hidden = !isShown;
    const page = document.getElementById("root");
    if (page) page.inert = isShown;
    if (isShown) (this.#code.value ? this.#button : this.#code).focus();
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.#problem.textContent = sentence;
    if (sentence) this.#code.setAttribute("aria-invalid", "true");
    else this.#code.removeAttribute("aria-invalid");
  }

  /** Whether a class with this code asks for nicknames. */
  async #look() {
    const code = codeIn(this.#code.value);
    this.#named.hidden = true;
    if (code.length !== CODE) return;
    const heard = await this.#line.post(`${code}/look`, {});
    if (code !== codeIn(this.#code.value)) return;
    this.#named.hidden = heard.status !== 200 || !heard.body.names;
    this.#say(heard.status === 404 ? absent(code) : "");
  }

  async #join() {
    const code = codeIn(this.#code.value);
    if (code.length !== CODE) {
      this.#say(say("A code has {CODE} letters and digits; this one has {count}.", { CODE, count: code.length }));
      return this.#code.focus();
    }
    this.#button.disabled = true;
    const token = this.#token;
    const nickname = this.#named.hidden ? "" : this.#name.value;
    const heard = await this.#line.post(`${code}/join`, { token, nickname });
    this.#button.disabled = false;
    if (heard.status === 200) {
      this.#say("");
      const joined = /** @type {WireJoined} */ (heard.body);
      this.#joined({ role: "learner", code, token, follows: joined.you.follows }, joined);
      return;
    }
    this.#say(
      heard.status === 404
        ? absent(code)
        : isHeard(heard)
          ? problemOf(heard)
          : say("{problem} Press Join again.", { problem: problemOf(heard) }),
    );
    this.#code.focus();
  }
}

/** @param {string} code */
const absent = (code) =>
  say("There is no class with the code {code}, or it is over. Look at it again: it has no O, I, L, 0 or 1.", { code });
