/** One toast at a time, for 8 seconds, with one thing to do. */
import { byId } from "../lib/dom.js";

const SHOWN_MS = 8_000;
/** @type {ReturnType<typeof setTimeout>} */
let timer;

/**
 * What `saving` resolves to; null, and a notice that stays, where it could not be saved.
 * @template T @param {Promise<T>} saving @returns {Promise<T | null>}
 */
export async function saved(saving) {
  try {
    return await saving;
  } catch (error) {
    toast("Not saved: this device has no room, or the tasks have moved.", "Load again", () => location.reload());
    console.error(error);
    return null;
  }
}

/** @param {string} text @param {string} act its button @param {() => unknown} onAct */
export function toast(text, act, onAct) {
  const box = byId("toast");
  byId("toast-text").textContent = text;
  byId("toast-act").textContent = act;
  byId("toast-act").onclick = () => {
    box.hidden = true;
    onAct();
  };
  box.hidden = false;
  byId("live").textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => {
    box.hidden = true;
  }, SHOWN_MS);
}
