// A link to be handed out: a large button that copies it, and its QR code, which a click makes as large as the window.

import { element } from "../draw/nodes.js";
import { say, toSay } from "../model/say.js";
import { copyText } from "../talk/copying.js";

/** @import { WireCopy } from "../wire.js" */

const SAID = {
  yes: toSay("Copied. Paste it where your students look."),
  no: toSay("This browser does not let a page copy. Take the text below."),
};

/** @param {{ parentElement: HTMLElement, data: WireCopy }} component */
export default function offer({ parentElement, data }) {
  const said = element("p", { className: "said", textContent: data.note, aria: { role: "status" } });
  const copy = element("button", { type: "button", className: "copy", textContent: say("Copy the link") });
  copy.onclick = async () => {
    said.textContent = (await copyText(data.link)) ? say(SAID.yes) : say(SAID.no);
  };
  const beside = element("div", { className: "beside" }, copy, said);
  parentElement.querySelector("section")?.replaceChildren(...(data.code ? [codeOf(data.code)] : []), beside);
}

/** @param {string} code */
function codeOf(code) {
  const large = element(
    "button",
    { type: "button", className: "large", aria: { label: say("Close the QR code") } },
    picture(code, ""),
  );
  large.popover = "auto";
  large.onclick = () => large.hidePopover();
  const show = () => large.showPopover();
  const button = element(
    "button",
    { type: "button", className: "code", title: say("Show it as large as the screen"), onclick: show },
    picture(code, say("The link as a QR code. Show it as large as the screen")),
  );
  return element("div", { className: "qr" }, button, large);
}

/**
 * @param {string} src
 * @param {string} alt
 */
function picture(src, alt) {
  const image = document.createElement("img");
  image.src = src;
  image.alt = alt;
  return image;
}
