// To start a class, and its code as large as the screen: for those who sit in the last row.

import { element } from "../draw/nodes.js";
import { say } from "../model/say.js";
import { copyText } from "../talk/copying.js";
import { asked } from "../talk/linked.js";
import { problemOf } from "./line.js";

/** @import { Desk } from "./kept.js" */
/** @import { Line } from "./line.js" */

export class StartDialog {
  #line;
  #started;
  #names = element("input", { type: "checkbox", id: "class-names" });
  #problem = element("p", { className: "problem", aria: { role: "alert" } });
  #go = element("button", { type: "submit", className: "primary", textContent: say("Start the class") });
  #resume = element("button", { type: "button" });
  /** @type {Desk | undefined} */
  #desk;
  node = element("dialog", { className: "start", aria: { labelledby: "start-title" } });

  /**
   * @param {Line} line
   * @param {(desk: Desk) => void} started
   */
  constructor(line, started) {
    this.#line = line;
    this.#started = started;
    const close = element("button", { type: "button", textContent: say("Cancel"), onclick: () => this.node.close() });
    this.#resume.onclick = () => {
      if (this.#desk) this.#begin(this.#desk);
    };
    const form = element(
      "form",
      {},
      element("h2", { id: "start-title", textContent: say("Start a class") }),
      element("p", {
        textContent: say(
          "Your students join by a code. Their pages follow yours: lesson, numbers, step and the cell you point at. You can ask them, and count who has reached a challenge.",
        ),
      }),
      element(
        "p",
        { className: "switch" },
        this.#names,
        element("label", {
          htmlFor: "class-names",
          textContent: say("Ask for nicknames, and keep them beside answers"),
        }),
      ),
      element("small", {
        textContent: say(
          "Without nicknames nobody can see who answered what. A class is deleted when you end it, or after a day.",
        ),
      }),
      this.#problem,
      element("div", { className: "buttons" }, close, this.#resume, this.#go),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      void this.#start();
    };
    this.node.append(form);
  }

  /** @param {Desk | undefined} desk a class that this browser leads in another window, or led until it was closed */
  open(desk) {
    this.#desk = desk;
    this.#resume.hidden = !desk;
    this.#resume.textContent = say("Go on with class {code}", { code: desk?.code });
    this.#problem.textContent = "";
    this.node.showModal();
    this.#go.focus();
  }

  async #start() {
    this.#go.disabled = true;
    const heard = await this.#line.post("start", { names: this.#names.checked });
    this.#go.disabled = false;
    if (heard.status !== 201) {
      this.#problem.textContent = problemOf(heard);
      return;
    }
    const { code, secret, until } = /** @type {import("./wire.js").WireStarted} */ (heard.body);
    this.#begin({ role: "teacher", code, secret, until });
  }

  /** @param {Desk} desk */
  #begin(desk) {
    this.node.close();
    this.#started(desk);
  }
}

/** The code of a class, the link that holds it, and the same as a QR code. */
export class CodeDialog {
  #code;
  #picture = element("img", { className: "qr", alt: say("The link as a QR code") });
  node = element("dialog", { className: "code", aria: { label: say("The code of the class") } });

  /**
   * @param {string} code
   * @param {() => void} left called when it was closed
   */
  constructor(code, left) {
    this.#code = code;
    this.node.onclose = left;
    const close = element("button", { type: "button", textContent: say("Close"), onclick: () => this.node.close() });
    const copy = element("button", { type: "button", textContent: say("Copy the link") });
    const said = element("p", { className: "spoken", aria: { role: "status" } });
    copy.onclick = async () => {
      said.textContent = (await copyText(this.link)) ? say("Copied") : say("This browser does not let a page copy.");
    };
    const address = element("p", {
      className: "address",
      textContent: this.link.replace(/^https?:\/\//, "").replace(/\?.*/, ""),
    });
    const letters = element("p", { className: "letters", textContent: `${code.slice(0, 3)} ${code.slice(3)}` });
    const beside = element(
      "div",
      { className: "how" },
      element("p", { textContent: say("Scan the picture, or go to") }),
      address,
      element("p", { textContent: say("and type") }),
      letters,
      element("div", { className: "buttons" }, copy, close),
      said,
    );
    this.#picture.hidden = true;
    this.node.append(this.#picture, beside);
  }

  get link() {
    return new URL(`./join?code=${this.#code}`, document.baseURI).href;
  }

  async open() {
    this.node.showModal();
    if (this.#picture.src) return;
    const found = /** @type {string | undefined} */ (await asked("code", "", this.link));
    this.#picture.hidden = !found;
    if (found) this.#picture.src = found;
  }
}
