// The stage as a widget of a notebook (anywidget): what is edited is computed here, and the numbers go to Python.

import { watchGround } from "../draw/ground.js";
import { element } from "../draw/nodes.js";
import { keepKeys } from "../hands/guest.js";
import player from "../player.css";
import style from "../stage.css";
import { Stage } from "../stage.js";
import { decode, encode } from "../talk/arrival.js";

/** @import { WirePayload } from "../wire.js" */

/**
 * What Python and all views of one widget share.
 * @typedef {object} Shared
 * @property {WirePayload} payload the stage as it was made
 * @property {string} numbers of the inputs that may be edited, as they are now, one after another; "" as they were made
 * @property {string} problem why Python cannot compute with them, or ""
 */

/**
 * @typedef {object} WidgetModel
 * @property {<K extends keyof Shared>(name: K) => Shared[K]} get
 * @property {<K extends keyof Shared>(name: K, value: Shared[K]) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, hear: () => void) => void} on
 * @property {(event: string, hear: () => void) => void} off
 */

/** @param {Stage} stage */
const inputsOf = (stage) => stage.model.sheet.steps.filter((step) => step.editable);

/**
 * The inputs as Python has them, or another view of the same widget.
 * @param {Stage} stage
 * @param {string} numbers
 */
function take(stage, numbers) {
  if (!numbers) return;
  const values = decode(numbers);
  const cells = inputsOf(stage).flatMap((step) =>
    Array.from(step.values, (value, offset) => ({ step, offset, value })),
  );
  const changes = cells.map((cell, n) => ({ ...cell, value: values[n] }));
  const others = changes.filter(({ value }, n) => !Object.is(value, cells[n].value));
  if (others.length) stage.change(others);
}

/** @param {{ model: WidgetModel, el: HTMLElement }} widget */
function render({ model, el }) {
  const root = element("div", { className: "atlas guest" });
  (el.shadowRoot ?? el.attachShadow({ mode: "open" })).replaceChildren(root); // the style is the stage's alone
  const told = () => {
    model.set("numbers", encode(Float64Array.from(inputsOf(stage).flatMap(({ values }) => Array.from(values)))));
    model.save_changes();
  };
  const stage = new Stage(root, `${player}\n${style}`, { edited: told, isShared: true });
  const draw = () => stage.update({ data: structuredClone(model.get("payload")), parentElement: root });
  const changed = () => take(stage, model.get("numbers"));
  const refused = () => stage.object(model.get("problem"));
  const endings = [keepKeys(el), watchGround(el, root, draw), () => stage.leave()];
  draw();
  changed();
  refused();
  model.on("change:numbers", changed);
  model.on("change:problem", refused);
  return () => {
    model.off("change:numbers", changed);
    model.off("change:problem", refused);
    for (const end of endings) end();
  };
}

export default { render };
