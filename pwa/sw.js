// The service worker: precaches one version of the app, checked by hash, and serves it. It never touches the
// API.
// A new version waits until a page sends "take-over". It removes the old caches when it activates.
const VERSION = "__VERSION__";
const PRECACHE = __PRECACHE__; // {path: start of the SHA-256 in base64}, the shell last
const PREFIX = "driftless-";
const CACHE = PREFIX + VERSION;
const SHELL = "/index.html";
const SERVER = ["api", "auth", "sync", "events", "healthz", "readyz", "metrics"];
const FILE = /^\/assets\/|\.[^/]*$/; // same rule as the server's: every other path is a route of the app

self.addEventListener("install", (event) => {
  event
    .addRoutes?.({
      condition: { or: SERVER.map((name) => ({ urlPattern: { pathname: `/${name}{/*}?` } })) },
      source: "network",
    })
    .catch(() => {});
  event.waitUntil(fill());
});
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", ({ data }) => {
  if (data?.type === "take-over") self.skipWaiting();
  if (data?.type === "claim" && Object.hasOwn(PRECACHE, data.script)) self.clients.claim();
});
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin || SERVER.includes(pathname.split("/")[1])) return;
  if (Object.hasOwn(PRECACHE, pathname)) event.respondWith(answer(pathname, event));
  else if (mode === "navigate" && !FILE.test(pathname)) event.respondWith(answer(SHELL, event));
});

/**
 * Checks all files before it caches the first, and caches the shell last: a shell in the cache has all its
 * assets.
 */
async function fill() {
  const files = await Promise.all(
    Object.entries(PRECACHE).map(async ([path, hash]) => [path, await checked(path, hash)]),
  );
  const cache = await caches.open(CACHE);
  try {
    for (const [path, file] of files) await cache.put(path, file);
  } catch (error) {
    await caches.delete(CACHE); // no space left
    throw error;
  }
}

async function checked(path, hash) {
  const response = await fetch(path, { cache: "no-cache", credentials: "same-origin" });
  if (!response.ok || response.redirected)
    throw new Error(`${path} answered ${response.status} from ${response.url}`);
  const body = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  if (!btoa(String.fromCharCode(...digest)).startsWith(hash))
    throw new Error(`${path} is not the file that was built`);
  // a page from the cache gets the same policy as one from the server
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  return new Response(body, { headers });
}

async function answer(path, event) {
  const kept = await caches.match(path, { cacheName: CACHE });
  if (!kept) event.waitUntil(heal());
  return kept ?? fetch(event.request);
}

/**
 * Browsers delete caches when they are short of space. A missing file is fetched again; if the server has a
 * newer version, that version is installed.
 */
let healing;
function heal() {
  healing ??= fill()
    .catch(() => self.registration.update())
    .catch(() => {})
    .finally(() => {
      healing = undefined;
    });
  return healing;
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}
