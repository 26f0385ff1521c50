// The section Inputs of a static lesson: fields for names, sizes, a sentence and text, as Python says there are.

import { element } from "../draw/nodes.js";

/** @import { Fields, SentenceField, Wanted } from "./python.js" */

/** @typedef {HTMLInputElement | HTMLSelectElement} Field */

export class Typing {
  #place;
  #want;
  #drawn = "";
  /** @type {Map<string, Field>} by what they are for */
  #fields = new Map();
  #problem = element("p", { className: "notice", aria: { role: "alert" } });

  /**
   * @param {HTMLElement} place
   * @param {(wanted: Wanted) => void} want hears what is typed
   */
  constructor(place, want) {
    this.#place = place;
    this.#want = want;
    this.complain("");
  }

  /** @param {string} sentence why what was typed is refused; "" where it is not */
  complain(sentence) {
    this.#problem.textContent = sentence;
    this.#problem.hidden = !sentence;
  }

  /**
   * What can be typed now, and what stands there. Fields stay the same while they are for the same things: one may have
   * the focus.
   * @param {Fields} fields
   */
  show(fields) {
    const { names, sizes, sentence, text } = fields;
    const drawn = JSON.stringify([names.map(({ axis }) => axis), sizes.map(({ axis }) => axis), sentence, text?.title]);
    if (drawn !== this.#drawn) this.#draw(fields);
    this.#drawn = drawn;
    for (const each of names) this.#write(`names ${each.axis}`, each.text);
    for (const each of sizes) this.#write(`size ${each.axis}`, String(each.size));
    if (text) this.#write("text", text.text);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #write(name, value) {
    const field = this.#fields.get(name);
    if (field) field.value = value;
  }

  /** @param {Fields} fields */
  #draw({ names, names_help: help, sizes, sentence, text }) {
    this.#fields.clear();
    /** @type {HTMLElement[]} */
    const rows = [this.#problem];
    if (text)
      rows.push(
        row(this.#field("text", text.title, { title: text.about }, (typed) => ({ kind: "text", text: typed }))),
      );
    if (names.length)
      rows.push(
        row(
          ...names.map(({ axis, title }) =>
            this.#field(`names ${axis}`, title, { title: help }, (typed) => ({ kind: "names", axis, text: typed })),
          ),
        ),
        element("p", { className: "note", textContent: help }),
      );
    if (sizes.length)
      rows.push(
        row(
          ...sizes.map(({ axis, title, most }) =>
            this.#field(`size ${axis}`, title, { type: "number", min: "1", max: String(most) }, (typed) => ({
              kind: "size",
              axis,
              size: Number(typed),
            })),
          ),
        ),
      );
    if (sentence) rows.push(this.#sentence(sentence), element("p", { className: "note", textContent: sentence.about }));
    this.#place.replaceChildren(...rows);
  }

  /**
   * @param {string} name
   * @param {string} title
   * @param {Record<string, string>} attributes
   * @param {(typed: string) => Wanted} wanted
   */
  #field(name, title, attributes, wanted) {
    const input = element("input", { type: "text", autocomplete: "off", spellcheck: false });
    Object.assign(input, attributes);
    input.onchange = () => this.#want(wanted(input.value));
    this.#fields.set(name, input);
    return labelled(title, input);
  }

  /** @param {SentenceField} sentence */
  #sentence({ title, example, button, axes }) {
    const input = element("input", { type: "text", autocomplete: "off" });
    input.placeholder = example;
    const axis = element("select", { aria: { label: title } });
    axis.append(...axes.map(([value, textContent]) => element("option", { value, textContent })));
    const send = element("button", { type: "submit", className: "plain", textContent: button });
    const form = element(
      "form",
      { className: "typed" },
      labelled(title, input),
      ...(axes.length > 1 ? [axis] : []),
      send,
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#want({ kind: "sentence", axis: axis.value, text: input.value });
    };
    return form;
  }
}

/** @param {Node[]} fields */
const row = (...fields) => element("div", { className: "typed" }, ...fields);

/**
 * @param {string} title
 * @param {Field} field
 */
export const labelled = (title, field) =>
  element("label", {}, element("span", { textContent: title }), /** @type {Node} */ (field));
