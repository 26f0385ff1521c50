// Links to pages of the app: followed in place, as the app's own navigation does it, so that nothing is loaded again.

import { inLanguage } from "./language.js";

/**
 * A click that a browser follows by itself: into another tab or window.
 * @param {MouseEvent} event
 */
const isForBrowser = (event) => event.button > 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

const RUN = '[data-testid="stApp"][data-test-script-state="notRunning"]';
let isUp = false; // whether Streamlit knows its pages: before that it takes any address for its first page

/** @param {string} href */
export function visit(href) {
  const address = new URL(inLanguage(href), document.baseURI);
  isUp ||= Boolean(document.querySelector(RUN));
  if (!isUp) return location.assign(address);
  history.pushState({}, "", address);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}

/**
 * @param {HTMLAnchorElement} link
 * @returns {HTMLAnchorElement}
 */
export function inPlace(link) {
  link.addEventListener("click", (event) => {
    if (event.defaultPrevented || isForBrowser(event)) return;
    event.preventDefault();
    visit(link.href);
  });
  return link;
}

/**
 * The address of a lesson, beside this page: in the app its key, in the static site a file.
 * @param {string} key
 * @param {string} query
 */
export const pageOf = (key, query) =>
  `${key}${document.documentElement.dataset.pages ?? ""}${query ? `?${query}` : ""}`;
