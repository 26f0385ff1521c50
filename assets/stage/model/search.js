// Search over lessons and terms: every word typed must be found, at the start of some word; names count most.

/** @import { WireEntry } from "../wire.js" */

/** @typedef {{ entry: WireEntry, fields: string[][] }} Filed an entry with the words of each of its fields */
/** @typedef {{ found: WireEntry[], near: string[] }} Answer near: names like the one typed, where nothing was found */

const WEIGHTS = [9, 8, 3, 2, 1]; // of title, other names, insight, section, headings
const WHOLE = 12; // a name typed in full
const MOST = 8;
const NEAREST = 3;

/**
 * Small letters without accents, and blanks for all signs.
 * @param {string} text
 */
const plain = (text) =>
  text
    .replaceAll("√", " sqrt ")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** @param {string} text */
const wordsOf = (text) => plain(text).split(" ").filter(Boolean);

/**
 * @param {WireEntry} entry
 * @returns {Filed}
 */
const filed = (entry) => ({
  entry,
  fields: [entry.title, entry.names.join(" "), entry.about, entry.kind, entry.words].map(wordsOf),
});

/**
 * How well one word typed fits a word: as a whole, or as its start.
 * @param {string} typed
 * @param {string} word
 */
const fit = (typed, word) => (word === typed ? 1 : word.startsWith(typed) ? 0.7 : 0);

/**
 * @param {string} typed
 * @param {string[][]} fields
 */
const bestFit = (typed, fields) =>
  Math.max(...fields.map((words, n) => WEIGHTS[n] * Math.max(0, ...words.map((word) => fit(typed, word)))));

/**
 * @param {string[]} typed
 * @param {Filed} filed
 */
function score(typed, { entry, fields }) {
  const fits = typed.map((word) => bestFit(word, fields));
  if (fits.includes(0)) return 0;
  const isNamed = [entry.title, ...entry.names].some((name) => plain(name) === typed.join(" "));
  return fits.reduce((sum, each) => sum + each, 0) / typed.length + (isNamed ? WHOLE : 0);
}

/**
 * How many letters must be changed, put in or left out; a number above `most` where more than that.
 * @param {string} one
 * @param {string} other
 * @param {number} most
 */
export function distance(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let row = [...other, ""].map((_, n) => n);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++)
      next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (one[i] === other[j] ? 0 : 1)));
    row = next;
  }
  return row[other.length];
}

export class Index {
  #filed;

  /** @param {WireEntry[]} entries */
  constructor(entries) {
    this.#filed = entries.map(filed);
  }

  /**
   * @param {string} text
   * @returns {Answer}
   */
  ask(text) {
    const typed = wordsOf(text);
    if (!typed.length) return { found: [], near: [] };
    const scored = this.#filed.map((each) => ({ entry: each.entry, points: score(typed, each) }));
    const found = scored.filter(({ points }) => points > 0).sort((one, other) => other.points - one.points);
    if (found.length) return { found: found.slice(0, MOST).map(({ entry }) => entry), near: [] };
    return { found: [], near: this.#near(typed.join(" ")) };
  }

  /**
   * Names that differ from the one typed by a letter or two, or of which it holds a word.
   * @param {string} typed
   */
  #near(typed) {
    const most = typed.length < 6 ? 1 : 2;
    const names = new Set(this.#filed.flatMap(({ entry }) => [entry.title, ...entry.names]));
    const near = [...names]
      .map((name) => ({ name, far: this.#far(typed, name, most) }))
      .filter(({ far }) => far <= most);
    return near
      .sort((one, other) => one.far - other.far || one.name.length - other.name.length)
      .slice(0, NEAREST)
      .map(({ name }) => name);
  }

  /**
   * @param {string} typed
   * @param {string} name
   * @param {number} most
   */
  #far(typed, name, most) {
    const whole = plain(name);
    const parts = [whole, ...whole.split(" ").filter((word) => word.length > 3)];
    return Math.min(...parts.map((part) => distance(typed, part, most)));
  }
}
