// A field for one number of a run, to be set by hand.

import { element } from "../draw/nodes.js";
import { say } from "../model/say.js";
import { objectionTo, parseNumber } from "../model/typed.js";

/** @param {number | null | undefined} value what stands in the field */
const spelled = (value) => (value === null || value === undefined ? "" : String(Number(value.toPrecision(6))));

/**
 * @param {string} label
 * @param {number | null | undefined} value
 * @param {(value: number) => void} set
 */
export function setter(label, value, set) {
  const input = element("input", { type: "text", inputMode: "decimal", value: spelled(value), autocomplete: "off" });
  const problem = element("span", { className: "problem", aria: { role: "alert" } });
  const form = element(
    "form",
    { className: "setter" },
    element("label", {}, `${label} `, input),
    element("button", { type: "submit", className: "plain", textContent: say("Set") }),
    problem,
  );
  form.noValidate = true;
  form.onsubmit = (event) => {
    event.preventDefault();
    const objection = objectionTo(input.value);
    problem.textContent = objection && `${label}: ${objection}.`.replace(/\.\.$/, ".");
    if (objection) return input.focus();
    set(parseNumber(input.value));
  };
  return form;
}
