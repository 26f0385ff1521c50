// Where this browser left off: a link to the lesson that was on screen last, with its numbers and its step.

import { element, present } from "../draw/nodes.js";
import * as theme from "../draw/theme.js";
import { say } from "../model/say.js";
import { inPlace, pageOf } from "../talk/visit.js";
import { lastVisit, visits } from "../talk/visits.js";

/** @import { WireResume } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

/** @param {Component<WireResume>} component */
export default function show({ data, parentElement }) {
  const root = /** @type {HTMLElement} */ (present(parentElement.querySelector("figure")));
  theme.follow(root);
  const last = lastVisit(data.titles);
  root.hidden = !last;
  if (!last) return;
  const [key, { query }] = last;
  const many = Object.keys(visits()).filter((each) => each in data.titles).length;
  const link = element(
    "a",
    { href: pageOf(key, query) },
    element("span", { textContent: say("Go on where you left: ") }),
    element("b", { textContent: data.titles[key] }),
  );
  const opened = say("{many} of {count} lessons opened", { many, count: Object.keys(data.titles).length });
  root.replaceChildren(element("p", { className: "resume" }, inPlace(link), element("small", { textContent: opened })));
}
