// The stage in a file that opens from disk: its data stands in the file, and no page answers.

import { present } from "../draw/nodes.js";
import player from "../player.css";
import style from "../stage.css";
import { mount } from "../stage.js";

const parentElement = /** @type {HTMLElement} */ (present(document.querySelector("main")));
const draw = () =>
  mount(
    { parentElement, data: JSON.parse(present(document.getElementById("data")).textContent ?? "") },
    `${player}\n${style}`,
  );
draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
