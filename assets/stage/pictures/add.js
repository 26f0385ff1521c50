// The form that adds what is on screen to the plan of this browser.

import { element, present } from "../draw/nodes.js";
import * as theme from "../draw/theme.js";
import { withEntry } from "../model/plan.js";
import { say, toSay } from "../model/say.js";
import { coverFields, textField } from "./plan_fields.js";
import { storedPlan, storePlan } from "./stored_plan.js";

/** @import { WireAdd } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

const UNKEPT = toSay("This browser keeps nothing for this page, so that the state was not added.");

/** @type {WeakMap<HTMLElement, { data: WireAdd }>} */
const FORMS = new WeakMap();

/** @param {Component<WireAdd>} component */
export default function show({ parentElement, data }) {
  const root = /** @type {HTMLElement} */ (present(parentElement.querySelector("section")));
  theme.follow(root);
  const known = FORMS.get(parentElement);
  if (known) known.data = data;
  else {
    const state = { data };
    FORMS.set(parentElement, state);
    root.replaceChildren(formOf(state));
  }
}

/** @param {{ data: WireAdd }} state what is added, as the page last said */
function formOf(state) {
  const question = textField("question", "");
  const note = textField("note", "");
  const cover = coverFields([]);
  const said = element("p", { className: "said", aria: { role: "status" } });
  const add = element("button", { className: "primary", textContent: say("Add to plan") });
  const form = element("form", {}, question, note, cover.node, add, said);
  form.onsubmit = (event) => {
    event.preventDefault();
    const [asked, noted] = [question, note].map((label) => present(label.querySelector("textarea")));
    const entry = { ...state.data, cover: cover.chosen(), question: asked.value.trim(), note: noted.value.trim() };
    const { said: words, isAdded } = added(entry);
    said.replaceChildren(...words);
    if (isAdded) asked.value = noted.value = "";
  };
  return form;
}

/**
 * @param {import("../model/plan.js").Entry} entry
 * @returns {{ said: (string | Node)[], isAdded: boolean }}
 */
function added(entry) {
  try {
    const plan = withEntry(storedPlan(), entry);
    if (!storePlan(plan)) return { said: [say(UNKEPT)], isAdded: false };
    const link = element("a", { href: new URL("./plans", location.href).href, textContent: say("Open the plan") });
    return { said: [say("Added: state {count} of your plan. ", { count: plan.entries.length }), link], isAdded: true };
  } catch (error) {
    return { said: [String(/** @type {Error} */ (error).message)], isAdded: false };
  }
}
