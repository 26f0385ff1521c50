// A text with formulas as MathML, which Streamlit's own elements take out of HTML or draw with a script of their own.

import { present } from "../draw/nodes.js";

/** @import { WireProse } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

/** @param {Component<WireProse>} component */
export default function show({ data, parentElement }) {
  const root = present(parentElement.querySelector("article"));
  if (root.innerHTML !== data.html) root.innerHTML = data.html;
}
