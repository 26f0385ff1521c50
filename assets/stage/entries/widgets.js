// What Streamlit and Plotly write by themselves, in the language of the page: they have no setting for it.
//
// Fetched where the page is not in English. It changes the text inside their own elements alone; what this project or a
// visitor wrote is left as it is.

import { say, toSay } from "../model/say.js";

const WHOLE = new Set([
  toSay("Skip to main content"),
  toSay("Sidebar"),
  toSay("Collapse sidebar"),
  toSay("Expand sidebar"),
  toSay("App pages"),
  toSay("Main menu"),
  toSay("Theme"),
  toSay("System"),
  toSay("Light"),
  toSay("Dark"),
  toSay("Rerun"),
  toSay("Print"),
  toSay("About"),
  toSay("Record a screencast"),
  toSay("Stop"),
  toSay("Running..."),
  toSay("Stopping..."),
  toSay("Connecting"),
  toSay("Connection error"),
  toSay("Connecting to Streamlit server"),
  toSay("Page not found"),
  toSay("Close"),
  toSay("Copy"),
  toSay("Copy to clipboard"),
  toSay("Copied"),
  toSay("Open"),
  toSay("Clear value"),
  toSay("Choose an option"),
  toSay("No results"),
  toSay("Increment"),
  toSay("Decrement"),
  toSay("file upload"),
  toSay("Upload"),
  toSay("Uploading..."),
  toSay("Upload failed"),
  toSay("Drag and drop a file here"),
  toSay("Drag and drop files here"),
  toSay("Press Enter to apply"),
  toSay("Press Enter to submit form"),
  toSay("Press ⌘+Enter to apply"),
  toSay("Press Ctrl+Enter to apply"),
  toSay("Help"),
  toSay("Scroll tabs left"),
  toSay("Scroll tabs right"),
  toSay("Fullscreen"),
  toSay("Close fullscreen"),
  toSay("Show/hide columns"),
  toSay("Download as CSV"),
  toSay("Search"),
  toSay("Download plot as a PNG"),
  toSay("Zoom"),
  toSay("Pan"),
  toSay("Zoom in"),
  toSay("Zoom out"),
  toSay("Autoscale"),
  toSay("Reset axes"),
  toSay("Box Select"),
  toSay("Lasso Select"),
  toSay("Double-click to zoom back out"),
]);
/** Texts with something in them, which is put into the places of the sentence in its order. */
const WITH = /** @type {const} */ ([
  [/^Help for (?<name>.+)$/s, toSay("Help for {name}")],
  [/^Remove (?<name>.+)$/s, toSay("Remove {name}")],
  [/^(?<size>\d+ ?[KMG]?B) per file(?<kinds>.*)$/s, toSay("{size} per file{kinds}")],
  [/^(?<name>.+) files are not allowed\.$/s, toSay("{name} files are not allowed.")],
  [/^File must be (?<size>.+) or smaller\.$/s, toSay("File must be {size} or smaller.")],
]);
const ATTRIBUTES = ["aria-label", "title", "placeholder", "data-title"];
// Elements of theirs in which words of theirs stand as text. Everywhere else these are only in attributes.
const THEIRS = [
  "stSkipToContent",
  "stFileUploader",
  "stStatusWidget",
  "stToolbar",
  "stMainMenu",
  "stMainMenuPopover",
  "stMainMenuList",
  "InputInstructions",
  "stTooltipContent",
  "stElementToolbar",
  "stSelectboxVirtualDropdown",
]
  .map((name) => `[data-testid="${name}"]`)
  .concat(".modebar", ".plotly-notifier", "[role=listbox]", "[role=dialog] h2")
  .join(", ");
const OURS = '[data-testid="stBidiComponentRegular"], [data-testid="stHtml"], [data-testid="stWidgetLabel"]';

/**
 * What is said instead of a text of theirs; undefined where it is none.
 * @param {string} text
 */
export function saidInstead(text) {
  const known = text.trim();
  if (WHOLE.has(known)) return say(known);
  for (const [pattern, sentence] of WITH) {
    const found = known.match(pattern)?.groups;
    if (found) return say(sentence, found);
  }
  return undefined;
}

/** @param {Element} element */
function sayAttributes(element) {
  for (const name of ATTRIBUTES) {
    const text = element.getAttribute(name);
    const said = text ? saidInstead(text) : undefined;
    if (said && said !== text) element.setAttribute(name, said);
  }
}

/** @param {Text} node */
function sayText(node) {
  const parent = node.parentElement;
  if (!parent?.closest(THEIRS) || parent.closest(OURS)) return;
  const said = saidInstead(node.data);
  if (said && said !== node.data) node.data = said; // the same node: React goes on writing into it
}

/** @param {Node} root */
function sayAll(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = /** @type {Node | null} */ (walker.currentNode); node; node = walker.nextNode()) {
    if (node instanceof Text) sayText(node);
    else if (node instanceof Element) sayAttributes(node);
  }
}

/** @param {MutationRecord[]} changes */
function hear(changes) {
  for (const { type, target, addedNodes } of changes) {
    if (type === "childList") addedNodes.forEach(sayAll);
    else if (target instanceof Text) sayText(target);
    else if (target instanceof Element) sayAttributes(target);
  }
}

if (globalThis.document) {
  const all = { childList: true, subtree: true, characterData: true };
  new MutationObserver(hear).observe(document, { ...all, attributes: true, attributeFilter: ATTRIBUTES });
  sayAll(document);
}
