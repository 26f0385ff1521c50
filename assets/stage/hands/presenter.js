// Keys of the projector view. Clickers send PageDown, PageUp and Space.

import { isBehindDialog } from "../draw/modal.js";
import { toSay } from "../model/say.js";
import { isTyped, targetOf } from "./keyboard.js";

/**
 * What keys ask for. turn: to the next place of the talk, by a clicker; step: to a step; moment: of the arithmetic. A key
 * without a wish is left to the page, which it scrolls.
 * @typedef {object} Wishes
 * @property {(event: Event) => boolean} [hears] whether a key is meant here
 * @property {() => boolean} isOn whether the view is open
 * @property {() => boolean} isPlaying whether the arithmetic is played, which takes Space and arrows for itself
 * @property {() => void} toggle
 * @property {() => void} leave
 * @property {(by: number) => void} [turn]
 * @property {(by: number) => void} [step]
 * @property {(by: number) => void} [moment]
 * @property {(n: number) => void} [preset]
 * @property {() => void} [hideNumber]
 * @property {() => void} [hideArithmetic]
 * @property {() => void} [reveal]
 * @property {() => void} [spotlight]
 * @property {() => void} [note]
 * @property {() => void} [keys]
 */

/** What is said of the keys, in this order. */
export const KEYS = [
  ["→ ←", toSay("Next step, step before")],
  [toSay("Page Down, Page Up, Space"), toSay("The same for clickers; in a plan the next state and the one before")],
  ["↓ ↑", toSay("The next moment of the arithmetic, the moment before")],
  [toSay("1 to 9"), toSay("A preset, in the order of the page")],
  ["H", toSay("Hide the number of the cell shown")],
  ["A", toSay("Hide or show the arithmetic")],
  ["R", toSay("Reveal what is hidden")],
  ["S", toSay("A spotlight that follows the pointer")],
  ["N", toSay("Your note on this state of a plan")],
  ["?", toSay("This list")],
  [toSay("P or Escape"), toSay("Back to the page")],
];

/** @typedef {(() => void) | undefined} Act */
/**
 * @param {((by: number) => void) | undefined} wish
 * @param {number} by
 * @returns {Act}
 */
const by = (wish, by) => wish && (() => wish(by));

/** @type {Record<string, (wishes: Wishes) => Act>} */
const PLAIN = {
  ArrowRight: ({ step }) => by(step, 1),
  ArrowLeft: ({ step }) => by(step, -1),
  ArrowDown: ({ moment }) => by(moment, 1),
  ArrowUp: ({ moment }) => by(moment, -1),
  PageDown: ({ turn }) => by(turn, 1),
  PageUp: ({ turn }) => by(turn, -1),
  " ": ({ turn }) => by(turn, 1),
  h: ({ hideNumber }) => hideNumber,
  a: ({ hideArithmetic }) => hideArithmetic,
  r: ({ reveal }) => reveal,
  s: ({ spotlight }) => spotlight,
  n: ({ note }) => note,
  "?": ({ keys }) => keys,
  p: ({ leave }) => leave,
  Escape: ({ leave }) => leave,
};
const PLAYED = ["ArrowRight", "ArrowLeft", " ", "Escape"]; // a play of the arithmetic takes these
/** What has a use of its own for some keys: a cell that the keyboard went to, a button, the rail, a slider. */
const USES = [
  { part: "td:focus-visible", keys: /^(Arrow|Home|End| $|Enter)/ },
  { part: "td", keys: /^[0-9]$/ },
  { part: "button, summary", keys: /^( |Enter)$/ },
  { part: "[role=tab]", keys: /^Arrow/ },
  { part: "input[type=range]", keys: /^(Arrow|Page)/ },
];

/**
 * @param {KeyboardEvent} event
 * @param {Element} target
 * @param {Wishes} wishes
 */
const isUsed = ({ key }, target, wishes) =>
  (wishes.isPlaying() && PLAYED.includes(key)) || USES.some(({ part, keys }) => target.matches(part) && keys.test(key));

/**
 * What the key means while the view is open.
 * @param {KeyboardEvent} event
 * @param {Wishes} wishes
 * @returns {Act}
 */
function meaningOf(event, wishes) {
  const { key, shiftKey } = event;
  if (isUsed(event, targetOf(event), wishes)) return undefined;
  if (key === " " && shiftKey) return by(wishes.turn, -1);
  if (/^[1-9]$/.test(key)) return by(wishes.preset, Number(key));
  return PLAIN[key.length === 1 ? key.toLowerCase() : key]?.(wishes);
}

/** @param {KeyboardEvent} event */
const isForAll = (event) =>
  !(event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) &&
  !isTyped(targetOf(event)) &&
  !isBehindDialog();

/** @param {KeyboardEvent} event */
const opens = (event) => event.key.toLowerCase() === "p" && !targetOf(event).closest("[role=dialog]");

/**
 * @param {Wishes} wishes
 * @returns {() => void} stops listening
 */
export function listenToPresenter(wishes) {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (!isForAll(event) || wishes.hears?.(event) === false) return;
    const asked = opens(event) ? wishes.toggle : undefined;
    const act = wishes.isOn() ? meaningOf(event, wishes) : asked;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  document.addEventListener("keydown", onKey, true);
  return () => document.removeEventListener("keydown", onKey, true);
}
