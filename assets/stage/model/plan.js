// A plan for a lesson: states of the stage in an order, each with a question and a note. Lists are never changed in place.

import { say } from "./say.js";
import { coversOf } from "./scene.js";

/** @import { Cover } from "./scene.js" */

/**
 * lesson: its key. title: its name when it was added. query: of the link to the state. cover: what is hidden until it is
 * revealed.
 * @typedef {{ lesson: string, title: string, query: string, cover: Cover[], question: string, note: string }} Entry
 */

/** @typedef {{ name: string, entries: Entry[] }} Plan */

const FORMAT = "attention-atlas-plan";
const VERSION = 1;
const MOST = 200; // states
/** @type {Record<string, number>} characters */
export const LONGEST = { name: 120, lesson: 80, title: 120, query: 30_000, question: 500, note: 2000 };
export const LONGEST_FILE = 2_000_000;

/** @type {() => Plan} */
export const emptyPlan = () => ({ name: "", entries: [] });

// --- changes ---------------------------------------------------------------------------------------------------------

/**
 * @param {Plan} plan
 * @param {Entry} entry
 */
export const withEntry = (plan, entry) => joined(plan, [entry]);

/**
 * More states behind those of a plan. Throws an Error of one sentence where they are too many.
 * @param {Plan} plan
 * @param {Entry[]} entries
 */
export function joined(plan, entries) {
  if (plan.entries.length + entries.length > MOST)
    throw new Error(say("A plan has at most {most} states.", { most: MOST }));
  return { ...plan, entries: [...plan.entries, ...entries] };
}

/**
 * @param {Plan} plan
 * @param {number} n
 * @param {Partial<Entry>} change
 */
export const changed = (plan, n, change) => ({
  ...plan,
  entries: plan.entries.map((entry, i) => (i === n ? { ...entry, ...change } : entry)),
});

/**
 * @param {Plan} plan
 * @param {number} n
 */
export const without = (plan, n) => ({ ...plan, entries: plan.entries.filter((_, i) => i !== n) });

/**
 * A second one of a state, behind it.
 * @param {Plan} plan
 * @param {number} n
 */
export const duplicated = (plan, n) => inserted(plan, n + 1, plan.entries[n]);

/**
 * A state put before the one at this place; at the end where there are fewer.
 * @param {Plan} plan
 * @param {number} n
 * @param {Entry} entry
 */
export const inserted = (plan, n, entry) =>
  moved(withEntry(plan, { ...entry }), plan.entries.length, Math.min(n, plan.entries.length));

/** @param {number} count */
export const statesSaid = (count) => `${count} ${count === 1 ? "state" : "states"}`;

/**
 * A state put in another place; the same plan where there is no such place.
 * @param {Plan} plan
 * @param {number} n
 * @param {number} to
 */
export function moved(plan, n, to) {
  if (to < 0 || to >= plan.entries.length) return plan;
  const entries = plan.entries.filter((_, i) => i !== n);
  entries.splice(to, 0, plan.entries[n]);
  return { ...plan, entries };
}

// --- written and read ------------------------------------------------------------------------------------------------

/** @param {Plan} plan */
export const written = ({ name, entries }) =>
  JSON.stringify({ format: FORMAT, version: VERSION, name, states: entries });

/**
 * A plan as it was written. Throws an Error of one sentence, for who opens it.
 * @param {string} text
 * @param {(lesson: string) => boolean} isKnown whether there is such a lesson
 * @returns {Plan}
 */
export function readPlan(text, isKnown) {
  const found = parsed(text);
  if (found?.format !== FORMAT) throw new Error(say("This is not a plan of Attention Atlas."));
  if (found.version !== VERSION) throw new Error(say("This plan was saved by another version of Attention Atlas."));
  if (!Array.isArray(found.states)) throw new Error(say("This plan has no list of states."));
  if (found.states.length > MOST)
    throw new Error(
      say("This plan has {count} states; at most {most} are read.", { count: found.states.length, most: MOST }),
    );
  const entries = found.states.map((state, n) => readEntry(state, n + 1, isKnown));
  return { name: textOf(found.name ?? "", "name", say("The plan")), entries };
}

/**
 * @param {string} text
 * @returns {Record<string, unknown> | null}
 */
function parsed(text) {
  if (text.length > LONGEST_FILE) throw new Error(say("This file is too large for a plan."));
  try {
    const found = JSON.parse(text);
    return typeof found === "object" ? found : null;
  } catch {
    throw new Error(say("This is not a plan of Attention Atlas: it is not JSON."));
  }
}

/**
 * @param {unknown} state
 * @param {number} n from 1
 * @param {(lesson: string) => boolean} isKnown
 * @returns {Entry}
 */
function readEntry(state, n, isKnown) {
  const whose = say("State {n} of this plan", { n });
  if (typeof state !== "object" || state === null) throw new Error(say("{whose} is not a state.", { whose }));
  const found = /** @type {Record<string, unknown>} */ (state);
  const lesson = textOf(found.lesson, "lesson", whose);
  if (!isKnown(lesson))
    throw new Error(say("{whose} is about a lesson that there is not: “{lesson}”.", { whose, lesson }));
  /** @param {string} name */
  const field = (name) => textOf(found[name] ?? "", name, whose);
  const cover = coversOf(Array.isArray(found.cover) ? found.cover : []);
  return {
    lesson,
    title: field("title"),
    query: field("query"),
    cover,
    question: field("question"),
    note: field("note"),
  };
}

/**
 * @param {unknown} text
 * @param {string} name of the field
 * @param {string} whose
 */
function textOf(text, name, whose) {
  if (typeof text !== "string") throw new Error(say("{whose} has no text as its {name}.", { whose, name }));
  if (text.length > LONGEST[name])
    throw new Error(say("{whose} has a {name} of more than {most} characters.", { whose, name, most: LONGEST[name] }));
  return text;
}

// --- the state that a link names -------------------------------------------------------------------------------------

const VIEW = ["step", "cell", "at", "present", "plan", "cover", "section", "lang"];

/**
 * Whether two addresses are of one lesson with the same numbers, so that to go from one to the other is to look elsewhere.
 * @param {string} one
 * @param {string} other
 */
export function sameNumbers(one, other) {
  const [a, b] = [one, other].map((address) => {
    const url = new URL(address);
    for (const name of VIEW) url.searchParams.delete(name);
    url.searchParams.sort();
    return `${url.pathname}?${url.searchParams}`;
  });
  return a === b;
}

/**
 * The place that a link names.
 * @param {string} query
 * @returns {{ stop: string, cell: number[] | null, at: Record<string, number> }}
 */
export function placeOf(query) {
  const parts = new URLSearchParams(query);
  const cell = (parts.get("cell") ?? "").split(".").filter(Boolean);
  const slices = (parts.get("at") ?? "").split(",").filter(Boolean);
  return {
    stop: parts.get("step") ?? "",
    cell: cell.length ? cell.map((text) => Number(text) - 1) : null,
    at: Object.fromEntries(slices.map(sliceOf)),
  };
}

/**
 * "head.2": the second along the axis of heads.
 * @param {string} text
 * @returns {[axis: string, i: number]}
 */
function sliceOf(text) {
  const point = text.lastIndexOf(".");
  return [text.slice(0, point), Number(text.slice(point + 1)) - 1];
}
