// Links to pages of the app: followed in place, as the app's own navigation does it, so that nothing is loaded again.

/**
 * A click that a browser follows by itself: into another tab or window.
 * @param {MouseEvent} event
 */
const isForBrowser = (event) => event.button > 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

/** @param {string} href */
export function visit(href) {
  history.pushState({}, "", new URL(href, document.baseURI));
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
