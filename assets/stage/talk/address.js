// The address bar holds the link to what is on screen.

export class Address {
  /** @type {string | undefined} */
  #link;

  /**
   * @param {string | undefined} link a query string; undefined where there is no address to keep
   * @param {boolean} shown whether this stage is the page's own
   */
  keep(link, shown) {
    if (link === undefined || link === this.#link) return;
    this.#link = link;
    if (shown) history.replaceState(history.state, "", location.pathname + (link ? `?${link}` : ""));
  }
}
