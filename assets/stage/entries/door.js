// A button to a class: the script of the class hears of it, which is fetched then.

import { element } from "../draw/nodes.js";
import { say, toSay } from "../model/say.js";
import { announce } from "../talk/between.js";

/** @import { WireClassDoor } from "../wire.js" */

const SAID = {
  start: toSay("Start a class: your students follow this page, answer and vote"),
  join: toSay("Join a class"),
};

// A dialog of the page keeps the focus to itself, and so is closed first.
const CLOSE = () => `[role="dialog"] button:is([aria-label="Close"], [aria-label="${say("Close")}"])`;

/** @param {{ parentElement: HTMLElement, data: WireClassDoor }} component */
export default function offer({ parentElement, data }) {
  const wish = data.wish === "join" ? "join" : "start";
  const button = element("button", { type: "button", textContent: say(SAID[wish]) });
  button.onclick = () => {
    document.querySelector(CLOSE())?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    announce("class", wish);
  };
  parentElement.querySelector("section")?.replaceChildren(button);
}
