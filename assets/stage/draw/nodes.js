// How elements of the page and of drawings are made.

import { labelSaid, term } from "../model/say.js";
import { math, spelledName } from "../model/typeset.js";

/**
 * @typedef {Node | string} Child
 * @typedef {Record<string, string | number>} Attributes
 */

/**
 * @template {Element} E
 * @param {E} node
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
export function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/**
 * An element by its attributes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
export const made = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

export const SVG = "http://www.w3.org/2000/svg";

/**
 * An element of a drawing.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
export const drawn = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS(SVG, tag), attributes, children);

/**
 * What an element may be given; `data` and `aria` become attributes (`role` among the latter).
 * @typedef {object} Properties
 * @property {Record<string, string | number>} [data]
 * @property {Record<string, string>} [aria]
 * @property {string} [className]
 * @property {string} [textContent]
 * @property {string} [innerHTML]
 * @property {string} [title]
 * @property {string} [id]
 * @property {string} [dir]
 * @property {string} [htmlFor]
 * @property {string} [name]
 * @property {string} [alt]
 * @property {string} [type]
 * @property {boolean} [checked]
 * @property {number} [maxLength]
 * @property {number} [rows]
 * @property {string} [autocapitalize]
 * @property {boolean} [spellcheck]
 * @property {string} [value]
 * @property {string} [scope]
 * @property {string} [href]
 * @property {string} [download]
 * @property {string} [inputMode]
 * @property {AutoFill} [autocomplete]
 * @property {number} [tabIndex]
 * @property {number} [width]
 * @property {number} [height]
 * @property {() => void} [onclick]
 */

/**
 * An element by its properties.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Properties} properties
 * @param {Child[]} children
 */
export function element(tag, properties = {}, ...children) {
  const { data = {}, aria = {}, ...rest } = properties;
  const node = document.createElement(tag);
  Object.assign(node, rest);
  for (const [name, value] of Object.entries(data)) node.dataset[name] = String(value);
  for (const [name, text] of Object.entries(aria)) node.setAttribute(name === "role" ? name : `aria-${name}`, text);
  node.append(...children);
  return node;
}

/**
 * The name or a label of an axis, in that axis's colour.
 * @param {string} axis
 * @param {string} text
 */
export const axisSpan = (axis, text) =>
  element("span", {
    className: "axis",
    textContent: text === axis ? term(axis) : labelSaid(text),
    data: { axis: axis.split(" ").pop() ?? "" },
  });

/**
 * A name with its symbols typeset.
 * @param {string} name
 */
export const nameSpan = (name, className = "") =>
  element(
    "span",
    { className },
    ...spelledName(term(name)).map(({ text, symbol }) =>
      symbol ? element("span", { className: "in-name", innerHTML: math(symbol) }) : text,
    ),
  );

/**
 * Make an element look like another one in place: it, and what stands in it, stays the same under a finger or the focus.
 * @param {Element} node
 * @param {Element} wanted
 */
export function become(node, wanted) {
  for (const { name, value } of wanted.attributes)
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  const [found, asked] = [[...node.children], [...wanted.children]];
  if (found.length !== asked.length || !found.length) node.replaceChildren(...wanted.childNodes);
  else for (const [n, child] of found.entries()) become(child, asked[n]);
}

/**
 * What is larger than its frame is reached, and so scrolled, by keyboard too.
 * @param {HTMLElement} frame
 */
export function reachable(frame) {
  const isLarger = frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight;
  if (isLarger) frame.tabIndex = 0;
  else frame.removeAttribute("tabindex");
}

/**
 * The elements a selector finds.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export const all = (root, selector) => [...root.querySelectorAll(/** @type {"div"} */ (selector))];

/**
 * The element that is known to be there.
 * @template T
 * @param {T | null | undefined} node
 * @returns {T}
 */
export function present(node) {
  if (node === null || node === undefined) throw new Error("an element is missing");
  return node;
}
