// The stage in a file that opens from disk: its data stands in the file, and no page answers.

import { present } from "../draw/nodes.js";
import show from "./stage.js";

const parentElement = /** @type {HTMLElement} */ (present(document.querySelector("main")));
const draw = () =>
  show({ parentElement, data: JSON.parse(present(document.getElementById("data")).textContent ?? "") });
draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
