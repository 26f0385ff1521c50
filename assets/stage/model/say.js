// What is said to people, in the language of the page. English stands in the code and is its own key, as in Python.

/**
 * The words of a language other than English, which a page or a file brings with it.
 * @typedef {object} Words
 * @property {string} language
 * @property {Record<string, string | string[]>} texts English to what is said instead: one form, or one for each plural
 * @property {Record<string, string>} terms names of steps, axes and (after "=") positions
 */

const NONE = /** @type {Words} */ ({ language: "en", texts: {}, terms: {} });

/** @returns {Words} */
const words = () => /** @type {{ atlasWords?: Words }} */ (globalThis).atlasWords ?? NONE;

/** The language of the page, as browsers call it. */
export const languageOfPage = () => words().language;

/**
 * A sentence with its places, written {name}, filled in.
 * @param {string} message
 * @param {Record<string, unknown>} [values]
 */
export function say(message, values) {
  const said = words().texts[message] ?? message;
  return filledIn(typeof said === "string" ? said : said[0], values);
}

/**
 * The sentence for a count, which is filled in as {n}.
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {Record<string, unknown>} [values]
 */
export function sayMany(one, many, n, values) {
  const said = words().texts[one] ?? [one, many];
  const forms = typeof said === "string" ? [said] : said;
  return filledIn(forms[Math.min(n === 1 ? 0 : 1, forms.length - 1)], { n, ...values });
}

/**
 * The message itself: a mark for a sentence that is said where it is used.
 * @param {string} message
 */
export const toSay = (message) => message;

/**
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 */
const filledIn = (text, values) =>
  values ? text.replace(/\{(\w+)\}/g, (place, name) => String(name in values ? values[name] : place)) : text;

/**
 * A sentence whose places are filled with parts that are no text, such as elements: its pieces in their order.
 * @template Part
 * @param {string} message
 * @param {Record<string, string | Part | (string | Part)[]>} parts
 * @returns {(string | Part)[]}
 */
export const saidParts = (message, parts) =>
  say(message)
    .split(/\{(\w+)\}/)
    .flatMap((text, n) => (n % 2 ? (parts[text] ?? []) : text ? [text] : []));

const GRADIENT = "gradient of ";

/**
 * The name of a step or an axis as it is shown: "decoder 2/scores" by its parts. Links and data keep the name.
 * @param {string} name
 * @returns {string}
 */
export function term(name) {
  const { terms, language } = words();
  if (Object.hasOwn(terms, name) || language === NONE.language) return terms[name] ?? name;
  if (name.includes("/")) return name.split("/").map(term).join("/");
  if (name.startsWith(GRADIENT)) return say("gradient of {name}", { name: term(name.slice(GRADIENT.length)) });
  if (name.endsWith("'")) return `${term(name.slice(0, -1))}'`; // the axis itself once more: "token'"
  const parts = name.match(/^(.*\S)\s+(\d+|\w_\w+|[A-Za-z])$/); // "decoder 2", "decoder W_h"
  return parts ? `${term(parts[1])} ${parts[2]}` : name;
}

/**
 * The name of a position as it is shown: "Query 2" is the term and the number; what was typed stays as it is.
 * @param {string} label
 */
export function labelSaid(label) {
  const { terms } = words();
  if (Object.hasOwn(terms, `=${label}`)) return terms[`=${label}`];
  const timed = label.match(/^(.*\S)\s+(\d+)$/);
  const found = timed && (terms[timed[1]] ?? terms[timed[1].toLowerCase()]);
  return timed && found ? `${found} ${timed[2]}` : label;
}
