// The kill switch: served as /sw.js under KILL_SWITCH=1. It takes over at once, removes the app's caches and
// itself, and is gone:
// the app then comes from the server. Tasks and unsent changes lie in IndexedDB, which it never touches.
const PREFIX = "driftless-";
const GRACE_MS = 3_000; // for pages to keep what is half typed and to reload by themselves

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX)).map((name) => caches.delete(name)));
  await self.registration.unregister();
  setTimeout(reloadTheRest, GRACE_MS);
}

/**
 * A tab that has reloaded is no longer this worker's; one that has not runs a page too broken to hear of it.
 */
async function reloadTheRest() {
  for (const tab of await self.clients.matchAll({ type: "window" })) tab.navigate(tab.url).catch(() => {});
}
