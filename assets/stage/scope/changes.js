// What is switched off and set by hand, each with a button that takes it back, and what follows from that.

import { element } from "../draw/nodes.js";
import { cellText, fullText } from "../model/numbers.js";
import { say, term } from "../model/say.js";
import { bars } from "./outcome.js";

/** @import { WireChanged as Changed, WireGuess as Guess, WireOutcome as Outcome, WireSet as Set, WireSetting as Setting, WireSwitch as Switch } from "../wire.js" */

/**
 * @typedef {object} Effects
 * @property {(parts: Switch) => void} switchOn
 * @property {(setting: Setting) => void} takeBack
 * @property {() => void} clear takes all back
 * @property {() => void} toggle shows the change, or the weights
 */

/** @param {Switch} parts */
export function offName([layer, head, query, key]) {
  if (head === undefined) return say("layer {layer}", { layer });
  return query === undefined
    ? say("head {layer}.{head}", { layer, head })
    : say("arrow {query} → {key} of head {layer}.{head}", { query, key, layer, head });
}

/** @param {number | null} value five digits are enough to know it by */
const short = (value) => fullText(Number((value ?? Number.NEGATIVE_INFINITY).toPrecision(5)));

/**
 * @param {Setting} setting
 * @param {Set[]} told
 */
function setName([step, at, value], told) {
  const known = told.find((each) => each.step === step && each.at.join() === at.join());
  if (!known) return `${step} (${at.map((n) => n + 1).join(", ")}): ${value}`;
  return `${term(step)}, ${known.named}: ${short(known.before)} → ${short(value)}`;
}

/**
 * What comes out, of one run and of another.
 * @param {Outcome} outcome
 * @param {[string, string]} titles of the other one and of this one
 * @param {string} alike the sentence before a cosine
 */
export function outcomes({ before, after, cosine }, titles, alike) {
  if (cosine !== undefined) return [element("p", { textContent: `${alike} ${cellText(cosine)}.` })];
  /** @param {string} title @param {Guess[]} guesses */
  const side = (title, guesses) =>
    element("section", {}, element("h4", { textContent: title }), bars(guesses.slice(0, 5)));
  return [element("div", { className: "pair" }, side(titles[0], before ?? []), side(titles[1], after ?? []))];
}

export class Changes {
  node = element("section", { className: "off", aria: { label: say("Changes") } });
  #effects;

  /** @param {Effects} effects */
  constructor(effects) {
    this.#effects = effects;
  }

  /**
   * @param {Switch[]} off
   * @param {Setting[]} settings
   * @param {{ changed?: Changed, settings?: Set[] } | undefined} run undefined where it was refused
   * @param {boolean} isChange whether the maps show the change
   */
  draw(off, settings, run, isChange) {
    this.node.hidden = !off.length && !settings.length;
    const chips = [
      ...off.map((parts) => chip(say("{name} off", { name: offName(parts) }), () => this.#effects.switchOn(parts))),
      ...settings.map((each) => chip(setName(each, run?.settings ?? []), () => this.#effects.takeBack(each))),
    ];
    const list = element("ul", { aria: { label: say("Changes in force") } }, ...chips);
    if (chips.length > 1) list.append(element("li", {}, plain(say("Take all back"), this.#effects.clear)));
    const changed = run?.changed;
    if (!changed) return this.node.replaceChildren(list);
    const said = say("The largest change of any weight is {number}.", { number: cellText(changed.top) });
    const toggle = plain(isChange ? say("Show the weights") : say("Show the change"), this.#effects.toggle);
    const alike = say("The vector of the sentence is still like the one before: cosine");
    const told = changed.outcome
      ? outcomes(changed.outcome, [say("Next token before"), say("Next token now")], alike)
      : [];
    this.node.replaceChildren(list, element("p", { textContent: said }), toggle, ...told);
  }
}

/**
 * @param {string} name
 * @param {() => void} onclick
 */
function chip(name, onclick) {
  const back = element("button", { type: "button", className: "chip", textContent: `${name} ×`, onclick });
  back.setAttribute("aria-label", say("Take back: {name}", { name }));
  return element("li", {}, back);
}

/**
 * @param {string} textContent
 * @param {() => void} onclick
 */
const plain = (textContent, onclick) => element("button", { type: "button", className: "plain", textContent, onclick });
