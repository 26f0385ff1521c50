// Presets and options of a lesson, as they stand in its page: what is chosen there, and what is to be shown as chosen.

import { all, element } from "../draw/nodes.js";
import { say } from "../model/say.js";

/** @import { OptionValue, Options } from "./pack.js" */

/**
 * Radio buttons: the arrow keys choose, as everywhere.
 * @param {HTMLElement} group
 * @param {(value: string) => void} choose
 */
export function listenToRadios(group, choose) {
  const buttons = all(group, "[role=radio]");
  for (const [n, button] of buttons.entries()) {
    button.onclick = () => choose(button.dataset.value ?? "");
    button.onkeydown = (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const shown = buttons.filter((each) => !each.hidden);
      const next = shown[(shown.indexOf(buttons[n]) + by + shown.length) % shown.length];
      next.focus();
      next.click();
    };
  }
}

/**
 * @param {HTMLElement} group
 * @param {string} value
 */
export function markRadio(group, value) {
  for (const button of all(group, "[role=radio]")) {
    const isChosen = button.dataset.value === value;
    button.setAttribute("aria-checked", String(isChosen));
    button.tabIndex = isChosen ? 0 : -1;
  }
}

/** The fields of the options: a switch, a list or a slider each. */
export class OptionFields {
  /** @type {(HTMLInputElement | HTMLSelectElement)[]} */
  #fields;
  #values;
  #changed;

  /**
   * @param {HTMLElement} root
   * @param {Record<string, OptionValue[]>} values that are offered, by the name of the option
   * @param {(options: Options) => void} changed
   */
  constructor(root, values, changed) {
    this.#values = values;
    this.#changed = changed;
    this.#fields = /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ (all(root, "[data-option]"));
    for (const field of this.#fields)
      field.oninput = () => {
        this.#write(field);
        changed(this.chosen);
      };
  }

  /**
   * Numbers may be typed from now on, where there was a list of them.
   * @param {Options} options as they are
   */
  free(options) {
    this.#fields = this.#fields.map((field) => ("low" in field.dataset ? this.#freed(field) : field));
    this.mark(options);
  }

  /** @param {HTMLElement} field */
  #freed(field) {
    const { option = "", low = "", high = "" } = field.dataset;
    const input = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", data: { option } });
    input.title = say("A number from {low} to {high}", { low: Number(low), high: Number(high) });
    input.onchange = () => this.#changed(this.chosen);
    field.replaceWith(input);
    return input;
  }

  /** @returns {Options} */
  get chosen() {
    return Object.fromEntries(this.#fields.map((field) => [field.dataset.option, this.#valueOf(field)]));
  }

  /**
   * What was chosen is refused, and the page says why: nothing stands over it.
   * @param {Options} options as they stay
   */
  refuse(options) {
    this.mark(options);
    for (const folded of document.querySelectorAll("details.folded")) folded.removeAttribute("open");
  }

  /** @param {Options} options */
  mark(options) {
    for (const field of this.#fields) {
      const name = field.dataset.option ?? "";
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = options[name] === true;
      else if (field.type === "text") field.value = String(options[name]);
      else field.value = String(this.#values[name].indexOf(options[name]));
      this.#write(field);
    }
  }

  /** @param {HTMLInputElement | HTMLSelectElement} field */
  #valueOf(field) {
    if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked;
    const values = this.#values[field.dataset.option ?? ""];
    if (field.type !== "text") return values[Number(field.value)];
    return values.find((value) => field.value.trim() !== "" && value === Number(field.value)) ?? field.value;
  }

  /**
   * What a slider stands at.
   * @param {HTMLInputElement | HTMLSelectElement} field
   */
  #write(field) {
    if (field.type !== "range") return;
    const written = spelled(this.#valueOf(field));
    field.setAttribute("aria-valuetext", written);
    const output = field.parentElement?.querySelector("output");
    if (output) output.textContent = written;
  }
}

/** @param {OptionValue} value */
const spelled = (value) => (value === "inf" ? say("none") : String(value));
