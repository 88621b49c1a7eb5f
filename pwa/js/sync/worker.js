/** Registers the service worker. A new version waits for consent; then all tabs reload once, together. */

/** @param {(update: () => void) => void} onReady told when a new version waits, with how to take it */
export async function registerWorker(onReady) {
  if (!("serviceWorker" in navigator)) return;
  const hadController = Boolean(navigator.serviceWorker.controller);
  let isReloading = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (!hadController || isReloading) return;
    isReloading = true;
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
