// Fields of a state of a plan: its question, a note to oneself, and what is hidden until it is revealed.

import { element } from "../draw/nodes.js";
import { LONGEST } from "../model/plan.js";
import { say, toSay } from "../model/say.js";
import { COVERS } from "../model/scene.js";

/** @import { Cover } from "../model/scene.js" */

const TITLES = {
  number: toSay("The number of the cell"),
  arithmetic: toSay("The arithmetic"),
  next: toSay("The steps after this one"),
};

/**
 * @param {"question" | "note"} name
 * @param {string} text
 * @param {(text: string) => void} [changed] after each letter
 */
export function textField(name, text, changed) {
  const area = document.createElement("textarea");
  Object.assign(area, { rows: 2, name, value: text, maxLength: LONGEST[name] });
  area.oninput = () => changed?.(area.value);
  const title = name === "question" ? say("Question for the class") : say("Note to yourself (key N while presenting)");
  return element("label", {}, title, area);
}

/**
 * @param {readonly Cover[]} cover
 * @param {(cover: Cover[]) => void} [changed]
 */
export function coverFields(cover, changed) {
  const boxes = COVERS.map((each) => {
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: each, checked: cover.includes(each) });
    return box;
  });
  const chosen = () => COVERS.filter((_, n) => boxes[n].checked);
  for (const box of boxes) box.onchange = () => changed?.(chosen());
  const labels = COVERS.map((each, n) => element("label", {}, boxes[n], say(TITLES[each])));
  const legend = element("legend", { textContent: say("Hidden until you reveal it (key R)") });
  return { node: element("fieldset", {}, legend, ...labels), chosen };
}
