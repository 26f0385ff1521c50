// A page of the app in a frame of another one: the frame is told how high it is, and one link leads out of it.

import { Height, outside } from "../talk/surroundings.js";

// A lesson ahead of Streamlit covers the page until that has come.
const BODIES = ["#atlas-ahead > div", '[data-testid="stMainBlockContainer"]'];
const WAY_OUT = ".st-key-atlas-outside a";

const height = new Height();
const follow = () => height.of(BODIES.map((each) => document.querySelector(each)).find(Boolean) ?? null);

/** The link opens what is on screen, edits and all: the server wrote it before they were made. @param {Event} event */
function update({ target }) {
  const link = target instanceof Element && target.closest(WAY_OUT);
  if (link instanceof HTMLAnchorElement) link.href = outside();
}

new MutationObserver(follow).observe(document.body, { childList: true, subtree: true });
follow();
for (const kind of ["click", "auxclick", "contextmenu"]) document.addEventListener(kind, update, true);
