// The kill switch: served as /sw.js under KILL_SWITCH=1. It takes over at once, then removes the app's caches
// and itself; the app then comes from the server. It never touches IndexedDB, so tasks and unsynced changes
// stay.
const PREFIX = "driftless-";
const GRACE_MS = 3_000; // for pages to save unfinished text and to reload by themselves

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX)).map((name) => caches.delete(name)));
  await self.registration.unregister();
  setTimeout(reloadTheRest, GRACE_MS);
}

/**
 * This worker no longer controls a tab that has reloaded. The other tabs are too broken to hear of it.
 */
async function reloadTheRest() {
  for (const tab of await self.clients.matchAll({ type: "window" })) tab.navigate(tab.url).catch(() => {});
}
