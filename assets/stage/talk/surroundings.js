// The page around a frame: whether this page is shown without its furniture, and what the other one is told.

const EMBED = /^embed(_options)?$/;

/** Whether the page stands in another one, without its furniture. */
export const isEmbedded = () => new URLSearchParams(location.search).get("embed")?.toLowerCase() === "true";

/** The parts of the address on screen. */
const parts = () => location.search.slice(1).split("&").filter(Boolean);

/** @param {string} part */
const isOurs = (part) => EMBED.test(part.split("=")[0]);

/**
 * A query string that still says that the page is embedded, and how, where the address does: for it to be loaded again.
 * @param {string} query
 */
export const withEmbedding = (query) => [query, ...parts().filter(isOurs)].filter(Boolean).join("&");

/** The address on screen as a page of its own. */
export function outside() {
  const kept = parts().filter((part) => !isOurs(part));
  return location.pathname + (kept.length ? `?${kept.join("&")}` : "");
}

/** Tells the page around this frame how high this one is: by the message of LTI, which learning platforms know. */
export class Height {
  #told = 0;
  /** @type {Element | null} */
  #body = null;
  #seen = new ResizeObserver(() => this.#tell());

  /**
   * What is as high as the page from now on.
   * @param {Element | null} body
   */
  of(body) {
    if (body === this.#body || window.parent === window) return;
    this.#seen.disconnect();
    this.#body = body;
    if (body) this.#seen.observe(body);
  }

  #tell() {
    const height = Math.ceil(this.#body?.getBoundingClientRect().height ?? 0);
    if (!height || height === this.#told) return;
    this.#told = height;
    window.parent.postMessage({ subject: "lti.frameResize", height }, "*");
  }
}
