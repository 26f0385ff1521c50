// Keeps all files of the site in the browser, so that it opens without a network. A new version replaces the old one whole.

const VERSION = "$VERSION";
const FILES = ["$FILES"];
const LATER = ["$LATER"]; // much, and not needed for a page: kept when a page has fetched it
const NAME = `atlas-${VERSION}`;
const HOME = self.registration.scope;

self.addEventListener("install", (event) => event.waitUntil(keep(FILES, "reload")));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(HOME)) event.respondWith(answer(event.request));
});

self.addEventListener("message", (event) => {
  if (event.data === "python") event.waitUntil(keepLater());
});

async function keep(files, from) {
  const cache = await caches.open(NAME);
  await cache.addAll(files.map((file) => new Request(new URL(file, HOME), { cache: from })));
}

async function keepLater() {
  const cache = await caches.open(NAME);
  const there = await Promise.all(LATER.map((file) => cache.match(new URL(file, HOME))));
  await keep(
    LATER.filter((_, n) => !there[n]),
    "default", // the page has just fetched them
  );
}

async function takeOver() {
  const own = (await caches.keys()).filter((name) => name.startsWith("atlas-") && name !== NAME);
  const here = await Promise.all(own.map(isOfThisSite));
  await Promise.all(own.filter((_, n) => here[n]).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// Another copy on the same server, under another path, keeps its own.
async function isOfThisSite(name) {
  const [first] = await (await caches.open(name)).keys();
  return first === undefined || first.url.startsWith(HOME);
}

async function answer(request) {
  const cache = await caches.open(NAME);
  const url = new URL(request.url);
  const wanted = url.pathname.endsWith("/") ? new URL("index.html", url) : request;
  return (await cache.match(wanted, { ignoreSearch: true })) ?? fetch(request);
}
