// The language of the page in addresses: `lang=zh` stands in each that a script makes, wherever the page has it.

const PARAMETER = "lang";

/** What addresses of this page say of its language; "" where they say nothing of it. */
const named = () => document.documentElement.dataset.lang ?? "";

/**
 * A query string that also names the language of the page, where addresses name it.
 * @param {string} query
 */
export const withLanguage = (query) => [query, named() && `${PARAMETER}=${named()}`].filter(Boolean).join("&");

/**
 * An address of another page of the app in the language of this one.
 * @param {string} href
 */
export function inLanguage(href) {
  const [path, query = ""] = href.split("?");
  const wanted = withLanguage(query);
  return wanted ? `${path}?${wanted}` : path;
}

/** The address bar names the language again, after the app has followed a link that does not. */
export function nameLanguage() {
  const query = new URLSearchParams(location.search);
  if (!named() || query.has(PARAMETER)) return;
  history.replaceState(
    history.state,
    "",
    `${location.pathname}?${withLanguage(location.search.slice(1))}${location.hash}`,
  );
}

/**
 * The address on screen in another language.
 * @param {string} language
 */
export function addressIn(language) {
  const query = location.search
    .slice(1)
    .split("&")
    .filter((part) => part && !part.startsWith(`${PARAMETER}=`));
  return `${location.pathname}?${[...query, `${PARAMETER}=${language}`].join("&")}${location.hash}`;
}

/** For requests: the server answers in the language of the page. */
export const speaking = () => ({ "Accept-Language": globalThis.document?.documentElement.lang || "en" });
