// The switch between languages: the same address in another one, loaded again, so that all of the page is in it.

import { element } from "../draw/nodes.js";
import { say } from "../model/say.js";
import { addressIn, nameLanguage } from "../talk/language.js";

/** @import { WireLanguage } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

/** @param {Component<WireLanguage>} component */
export default function show({ parentElement, data }) {
  if (document.documentElement.lang !== data.tags[data.language]) return location.replace(addressIn(data.language));
  nameLanguage();
  const nav = parentElement.querySelector("nav");
  nav?.setAttribute("aria-label", say("Language"));
  nav?.replaceChildren(...Object.entries(data.names).map(([language, name]) => link(language, name, data)));
}

/**
 * @param {string} language
 * @param {string} textContent
 * @param {WireLanguage} data
 */
function link(language, textContent, data) {
  const found = element("a", {
    textContent,
    href: addressIn(language),
    aria: { current: String(language === data.language) },
  });
  found.lang = data.tags[language];
  found.hreflang = data.tags[language];
  // The address bar follows every edit: where the link leads is looked up when it is followed.
  found.addEventListener("pointerenter", () => (found.href = addressIn(language)));
  found.addEventListener("focus", () => (found.href = addressIn(language)));
  found.addEventListener("click", () => (found.href = addressIn(language)));
  return found;
}
