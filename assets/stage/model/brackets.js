// Text in brackets of any language as nested lists of cells, still as text; ui/reading/notations.py does the same.

import {
  DEEPEST,
  NESTED_TOO_DEEP,
  NOT_CLOSED,
  NOT_COMPUTED,
  NOT_OPENED,
  NUMBERS_AND_LISTS,
  PATTERNS,
  ROWS_OR_ONE,
  TOKEN,
} from "./grammar.js";
import { ReadingError, whole } from "./typed.js";

/** @typedef {(string | Nest)[]} Nest of texts, or of such lists */

const TOKENS = new RegExp(TOKEN, "g");
const CALLABLE = whole(`(?:${PATTERNS.LISTS}|${PATTERNS.SCALARS})`, "i");
const SCALARS = whole(PATTERNS.SCALARS);
const TYPES = whole(PATTERNS.TYPES);
const SHAPED = whole(PATTERNS.SHAPED);
/** @type {Record<string, string>} */
const CLOSING = { "[": "]", "(": ")", "{": "}" };
const COMMA = Symbol(",");
const LINE = Symbol("line");
const ROW = Symbol(";");
const SIGNS = new Map([
  [",", COMMA],
  ["\n", LINE],
  [";", ROW],
]);

/** @typedef {string | symbol | Nest} Item */

/** What stands between two brackets: texts, lists, and the signs between them. */
class Group {
  /** @type {Item[]} */
  items = [];
  /** Whether arguments with names have begun, which say nothing of the numbers. */
  named = false;
  /** Whether it is one list over several lines without a sign between them. */
  several = false;

  /**
   * @param {string} [closing]
   * @param {string} [name] of what is called
   */
  constructor(closing = "", name = "") {
    this.closing = closing;
    this.name = name;
  }

  /**
   * One more, unless arguments with names have begun.
   * @param {Item} item
   */
  add(item) {
    if (!this.named) this.items.push(item);
  }
}

/**
 * The nested lists of a text. The steps are as many as its tokens, and so is the memory.
 * @param {string} text
 */
export function nested(text) {
  const stack = [new Group()];
  let name = "";
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    const isName = isPrefix(token, text.charAt(index + token.length));
    if (token in CLOSING) stack.push(opened(token, name, stack.length));
    else if (/^[\])}]$/.test(token)) close(stack, token);
    else if (!isName) between(stack[stack.length - 1], token);
    name = isName ? token.replace(/ +$/, "") : "";
  }
  if (stack.length > 1) throw new ReadingError(NOT_CLOSED());
  return outermost(stack[0]);
}

/**
 * Whether a token names what a bracket opens: array, Float64.
 * @param {string} token
 * @param {string} following
 */
const isPrefix = (token, following) => /^[A-Za-z_]/.test(token) && following in CLOSING && !token.endsWith("=");

/**
 * float64 of np.float64.
 * @param {string} name
 */
const lastPart = (name) => name.slice(name.lastIndexOf(".") + 1);

/**
 * @param {string} token
 * @param {string} name
 * @param {number} depth
 */
function opened(token, name, depth) {
  if (depth > DEEPEST) throw new ReadingError(NESTED_TOO_DEEP());
  const isKnown = token === "(" ? CALLABLE.test(lastPart(name)) : TYPES.test(name);
  if (name && !isKnown) throw new ReadingError(NOT_COMPUTED(name + token));
  return new Group(CLOSING[token], token === "(" ? name : "");
}

/**
 * A token that opens and closes nothing.
 * @param {Group} group
 * @param {string} token
 */
function between(group, token) {
  const sign = SIGNS.get(token);
  if (/^[A-Za-z_].*=$/.test(token)) argument(group, token);
  else if (sign) group.add(sign);
  else if (!/^[ \t]+$/.test(token)) group.add(token.length > 1 && /^["']/.test(token) ? token.slice(1, -1) : token);
}

/**
 * @param {Group} group
 * @param {string} token
 */
function argument(group, token) {
  if (group.name && SHAPED.test(token.replace(/[= ]+$/, "")))
    throw new ReadingError(NOT_COMPUTED(`${group.name}(... ${token}`));
  group.named ||= Boolean(group.closing);
}

/**
 * @param {Group[]} stack
 * @param {string} token
 */
function close(stack, token) {
  const group = /** @type {Group} */ (stack.pop());
  const outer = stack[stack.length - 1];
  if (!outer) throw new ReadingError(NOT_OPENED());
  if (group.closing !== token) throw new ReadingError(NOT_CLOSED());
  const found = listOf(group);
  const [only] = found;
  const isScalar = SCALARS.test(lastPart(group.name));
  const isCall = Boolean(group.name) && found.length === 1 && (Array.isArray(only) || isScalar);
  outer.add(isCall ? only : found);
  outer.several = isOneList(group) || (isCall && group.several);
}

/**
 * Whether numbers stand on several lines with nothing else between them.
 * @param {Group} group
 */
function isOneList({ items }) {
  const isText = (/** @type {Item} */ item) => typeof item === "string";
  const inner = items.slice(
    items.findIndex((item) => item !== LINE),
    items.findLastIndex((item) => item !== LINE) + 1,
  );
  return inner.includes(LINE) && items.every((item) => isText(item) || item === LINE);
}

/**
 * Its rows, if it has any; else its items.
 * @param {Group} group
 * @returns {Nest}
 */
function listOf({ items }) {
  const rows = split(items, ROW);
  if (rows.length > 1 && rows[rows.length - 1].every((item) => item === LINE)) rows.pop();
  const lists = rows.map(row);
  if (lists.length === 1) return lists[0];
  return lists.map((each) => (each.length === 1 && Array.isArray(each[0]) ? each[0] : each));
}

/**
 * Items separated by commas; or by blanks and line ends, where there is no comma.
 * @param {Item[]} items
 * @returns {Nest}
 */
function row(items) {
  const parts = split(items, COMMA).map((part) => /** @type {Nest} */ (part.filter((item) => item !== LINE)));
  if (parts.length === 1) return parts[0];
  if (!parts[parts.length - 1].length) parts.pop();
  return parts.flatMap(partOf);
}

/**
 * What stands between two commas: one number, in which there may be blanks, or lists.
 * @param {Nest} items
 * @returns {Nest}
 */
function partOf(items) {
  const texts = items.filter((item) => typeof item === "string");
  if (texts.length && texts.length < items.length) throw new ReadingError(NUMBERS_AND_LISTS());
  return items.length && !texts.length ? items : [texts.join(" ")];
}

/**
 * @param {Item[]} items
 * @param {symbol} sign
 */
function split(items, sign) {
  /** @type {Item[][]} */
  const parts = [[]];
  for (const item of items)
    if (item === sign) parts.push([]);
    else parts[parts.length - 1].push(item);
  return parts;
}

/**
 * The one list of a text, or all of them as rows of one.
 * @param {Group} top
 * @returns {Nest}
 */
function outermost(top) {
  const lists = top.items.filter(Array.isArray);
  const rest = top.items.filter((item) => typeof item === "string");
  if (rest.length || !lists.length) throw new ReadingError(NOT_COMPUTED([...rest.join(" ")].slice(0, 40).join("")));
  const found = lists.length === 1 ? lists[0] : lists;
  if (top.several && !found.some(Array.isArray)) throw new ReadingError(ROWS_OR_ONE());
  return found;
}
