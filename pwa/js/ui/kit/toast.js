/**
 * One toast at a time, for 8 seconds or while it is pointed at, with one thing to do. What cannot be saved
 * stays until it is seen.
 */
import { byId } from "../../lib/dom.js";

const SHOWN_MS = 8_000;
/** @type {ReturnType<typeof setTimeout>} */
let timer;

/**
 * @param {string} text
 * @param {string} [act] its button
 * @param {() => unknown} [onAct]
 * @param {boolean} [isSticky]
 */
export function toast(text, act = "", onAct = () => {}, isSticky = false) {
  const box = byId("toast");
  byId("toast-text").textContent = text;
  byId("toast-act").textContent = act;
  byId("toast-act").hidden = !act;
  byId("toast-act").onclick = () => {
    hide();
    onAct();
  };
  box.hidden = false;
  say(text);
  box.onpointerenter = () => clearTimeout(timer);
  box.onpointerleave = () => wait(isSticky);
  wait(isSticky);
}

/**
 * Says something to those who listen to the page.
 * @param {string} text
 */
export function say(text) {
  byId("live").textContent = text;
}

function hide() {
  clearTimeout(timer);
  const box = byId("toast");
  if (box.contains(document.activeElement)) byId("main").focus();
  box.hidden = true;
}

/** @param {boolean} isSticky */
function wait(isSticky) {
  clearTimeout(timer);
  if (!isSticky) timer = setTimeout(hide, SHOWN_MS);
}
