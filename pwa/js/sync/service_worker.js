/** Registers the service worker. A new version waits for consent; then all tabs reload once, together. */

import { tabStorage } from "../lib/web_storage.js";
import { isOutdated, ownScript } from "./version.js";

const CHECK_MS = 60 * 60_000;
const RETRY_MS = 2_000;
const TAKE_OVER_MS = 3_000;
const TAKE_OVERS_MAX = 3;
const TAKE_OVERS_KEY = "driftless.takeovers";

/**
 * @param {(update: () => void) => void} onReady called if a new version waits; `update` activates it
 * @param {() => Promise<void>} settle saves unfinished text before the page reloads
 */
export async function registerWorker(onReady, settle) {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const reload = reloadOnChange(workers, settle);
  if (!workers.controller && (await isSwitchedOff())) return;
  const registration = await register(workers);
  // this page was loaded while the worker was being installed
  if (!workers.controller) registration.active?.postMessage({ type: "claim", script: ownScript() });
  const offer = () =>
    registration.waiting && workers.controller && onReady(() => takeOver(registration, reload));
  offer();
  takeOverAgain(registration, reload);
  registration.addEventListener("updatefound", () =>
    registration.installing?.addEventListener("statechange", offer),
  );
  const check = () => document.visibilityState === "visible" && registration.update().catch(() => {});
  document.addEventListener("visibilitychange", check);
  setInterval(check, CHECK_MS);
}

/**
 * Repeats until there is a worker: the network, or the end of the page that began it, may interrupt the first
 * install.
 * @param {ServiceWorkerContainer} workers
 */
async function register(workers) {
  const url = scriptUrl("/sw.js");
  for (let waitMs = RETRY_MS; ; waitMs = Math.min(2 * waitMs, CHECK_MS)) {
    try {
      const registration = await workers.register(/** @type {any} */ (url), { updateViaCache: "none" });
      await installed(registration);
      return registration;
    } catch (error) {
      console.warn(error);
      await new Promise((done) => setTimeout(done, waitMs));
    }
  }
}

/**
 * Waits for a first worker.
 * @param {ServiceWorkerRegistration} registration
 * @throws {Error} if its install failed
 */
async function installed(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (registration.active) return;
  await new Promise((done, fail) => {
    const look = () =>
      worker?.state === "activated"
        ? done(worker)
        : !worker || worker.state === "redundant"
          ? fail(new Error("the worker was not installed"))
          : undefined;
    worker?.addEventListener("statechange", look);
    look();
  });
}

/**
 * Chromium leaves a worker waiting forever if the outgoing one is handling a fetch just as the new one should
 * take over. A reloaded page lets it in, or asks once more.
 * @param {ServiceWorkerRegistration} registration
 * @param {() => Promise<void>} reload
 * @param {number} [before] how often it was asked
 */
function takeOver(registration, reload, before = 0) {
  const next = registration.waiting;
  next?.postMessage({ type: "take-over" });
  setTimeout(() => {
    if (next?.state !== "installed" || before + 1 >= TAKE_OVERS_MAX) return;
    tabStorage.set(TAKE_OVERS_KEY, String(before + 1));
    reload();
  }, TAKE_OVER_MS);
}

/**
 * Repeats a take-over that the previous page requested in vain.
 * @param {ServiceWorkerRegistration} registration
 * @param {() => Promise<void>} reload
 */
function takeOverAgain(registration, reload) {
  const before = Number(tabStorage.get(TAKE_OVERS_KEY));
  tabStorage.remove(TAKE_OVERS_KEY);
  if (before && registration.waiting) takeOver(registration, reload, before);
}

/**
 * @param {ServiceWorkerContainer} workers
 * @param {() => Promise<void>} settle
 * @returns {() => Promise<void>} reloads the page
 */
function reloadOnChange(workers, settle) {
  let isControlled = Boolean(workers.controller);
  let isReloading = false;
  const reload = async () => {
    if (isReloading) return;
    isReloading = true;
    await Promise.allSettled([settle(), activated(workers.controller)]);
    location.reload();
  };
  workers.addEventListener("controllerchange", () => {
    if (isControlled) reload();
    isControlled = true;
  });
  isOutdated().then((isSo) => (isSo ? reload() : undefined));
  return reload;
}

/**
 * The new worker has finished its first work; the kill switch's worker has then removed itself, so the reload
 * finds none.
 * @param {ServiceWorker | null} worker
 */
async function activated(worker) {
  if (worker?.state === "activating")
    await new Promise((done) => worker.addEventListener("statechange", done, { once: true }));
}

/** Whether the kill switch of the server is on: its worker would only remove itself again at every start. */
async function isSwitchedOff() {
  const answer = await fetch("/sw.js", { method: "HEAD", cache: "no-store" });
  return answer.headers.get("Driftless-Worker") === "off";
}

/**
 * A worker's address is a Trusted-Types sink.
 * @param {string} url
 */
function scriptUrl(url) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  return types
    ? types
        .createPolicy("app-sw", { createScriptURL: (/** @type {string} */ given) => given })
        .createScriptURL(url)
    : url;
}
