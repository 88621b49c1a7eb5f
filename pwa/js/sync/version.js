/** Which version of the app a page is, seen from the worker that serves it. */

/**
 * Whether the worker has another version than this page. A page may have been loading when its worker was
 * replaced: it has then missed the event, and what it has not loaded yet may be gone. False where that can't
 * be known: nothing answers, or what answers is not the app.
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

/** The path of this page's script, whose name changes with what is in it. */
export function ownScript() {
  return new URL(/** @type {HTMLScriptElement} */ (document.querySelector("script[type=module]")).src)
    .pathname;
}
