/** Registers the service worker. A new version waits for consent; then all tabs reload once, together. */

/**
 * @param {(update: () => void) => void} onReady told when a new version waits, with how to take it
 * @param {() => Promise<void>} settle saves what is half typed, before the page is loaded anew
 */
export async function registerWorker(onReady, settle) {
  if (!("serviceWorker" in navigator)) return;
  let hadController = Boolean(navigator.serviceWorker.controller);
  let isReloading = false;
  navigator.serviceWorker.addEventListener("controllerchange", async () => {
    const isFirst = !hadController;
    hadController = true;
    if (isFirst || isReloading) return;
    isReloading = true;
    await settle();
    location.reload();
  });
  const registration = await navigator.serviceWorker.register(/** @type {any} */ (scriptUrl("/sw.js")), { updateViaCache: "none" });
  const offer = () => registration.waiting && navigator.serviceWorker.controller
    && onReady(() => registration.waiting?.postMessage({ type: "take-over" }));
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && registration.update().catch(() => {}));
}

/** A worker's address is a Trusted-Types sink. @param {string} url */
function scriptUrl(url) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  return types ? types.createPolicy("app-sw", { createScriptURL: (/** @type {string} */ given) => given }).createScriptURL(url) : url;
}
