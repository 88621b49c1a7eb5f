// The service worker: precaches one version of the app, checked by hash, and serves it. It never touches the API.
// A new version waits until a page says "take-over"; old caches leave when it activates.
const VERSION = "__VERSION__";
const PRECACHE = __PRECACHE__; // [[url, base64 of SHA-256], …]
const PREFIX = "driftless-";
const CACHE = PREFIX + VERSION;
const SHELL = "/index.html";
const SERVER = /^\/(api|auth|sync|events|healthz|readyz|metrics)(\/|$)/;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", ({ data }) => data?.type === "take-over" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || SERVER.test(url.pathname)) return;
  if (event.request.mode === "navigate") event.respondWith(fromCache(SHELL, event.request));
  else if (PRECACHE.some(([path]) => path === url.pathname)) event.respondWith(fromCache(url.pathname, event.request));
});

async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all(PRECACHE.map(async ([url, hash]) => cache.put(url, await checked(url, hash))));
}

async function checked(url, hash) {
  const response = await fetch(url, { cache: "no-cache", credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(`${url} answered ${response.status}`);
  const body = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  if (btoa(String.fromCharCode(...digest)) !== hash) throw new Error(`${url} is not the file that was built`);
  return new Response(body, { headers: { "Content-Type": response.headers.get("Content-Type"), ...policies(response) } });
}

// A page out of the cache is held to the same policy as one from the server.
function policies(response) {
  const names = ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"];
  return Object.fromEntries(names.filter((name) => response.headers.has(name)).map((name) => [name, response.headers.get(name)]));
}

async function fromCache(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}
