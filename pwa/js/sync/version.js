/** Compares the version of a page with that of its service worker. */

/**
 * Whether the worker has another version than this page. A page that was loading when its worker was replaced
 * has missed the event, and files that it has not loaded yet may be gone. False if unknown: nothing answers,
 * or the response is not the app.
 */
export async function isOutdated() {
  const shell = navigator.serviceWorker?.controller
    ? await fetch("/index.html").then(
        (answer) => answer.text(),
        () => "",
      )
    : "";
  const script = /type="module" src="([^"]+)"/.exec(shell)?.[1];
  return Boolean(script) && script !== ownScript();
}

/** The path of this page's script; its name changes with its content. */
export function ownScript() {
  return new URL(/** @type {HTMLScriptElement} */ (document.querySelector("script[type=module]")).src)
    .pathname;
}
