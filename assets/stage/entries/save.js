// Two buttons in the export dialog; the stage on the page listens and saves itself.

import { announce } from "../talk/between.js";

/** @param {{ parentElement: HTMLElement }} component */
export default function listen({ parentElement }) {
  for (const button of parentElement.querySelectorAll("button"))
    button.onclick = () => announce("save", button.dataset.format ?? "svg");
}
