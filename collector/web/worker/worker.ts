// worker.ts makes the page open without a network: on installing it takes
// everything the page is made of, or nothing, each file checked against the
// hash it was built with; afterwards the page comes from there. What the office
// says is never kept here: that is the page's store.
//
// A new version waits until the page, which knows whether an interview is open,
// says "activate". The page itself is kept under "./", not "/index.html": a
// server that redirects the one to the other leaves a redirect in the cache, and
// a navigation refuses that.

declare const self: ServiceWorkerGlobalScope;
/** The build's hash and files, put in by the build. */
declare const BUILD: string;
declare const FILES: { url: string; integrity: string }[];

const prefix = "cifra-";
const name = prefix + BUILD;

self.addEventListener("install", (e) => {
  e.waitUntil(
    caches.open(name).then((cache) =>
      cache.addAll(FILES.map(({ url, integrity }) => new Request(url, { integrity, cache: "no-cache" }))),
    ),
  );
});

self.addEventListener("activate", (e) => {
  e.waitUntil(
    caches
      .keys()
      .then((all) => Promise.all(all.filter((n) => n.startsWith(prefix) && n !== name).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (e) => {
  if (e.data === "activate") void self.skipWaiting();
});

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== self.location.origin || url.pathname.startsWith("/v1/")) return;
  const key = e.request.mode === "navigate" && url.pathname === "/" ? "./" : e.request;
  e.respondWith(
    caches
      .open(name)
      .then((cache) => cache.match(key))
      .then((kept) => kept ?? fetch(e.request)),
  );
});
