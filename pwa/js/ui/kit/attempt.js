/**
 * What asks the server may fail: it is done once at a time for what was pressed, and what went wrong is said.
 * @typedef {{noteProblem: (error: unknown) => unknown}} Session hears what the server says of it
 */
import { element } from "../../lib/patch.js";
import { errorText } from "../../i18n/error_text.js";

/** Where it is said what went wrong, aloud too. Held by its maker. */
export function problemLine() {
  return element("p", { key: "problem", class: "problem", role: "alert" });
}

/**
 * Does it; what was pressed keeps the focus, and cannot be pressed again meanwhile.
 * @param {Session | null} session
 * @param {Element | null} pressed
 * @param {HTMLElement} problem
 * @param {() => Promise<unknown>} work
 * @returns {Promise<boolean>} whether it was done
 */
export async function attempt(session, pressed, problem, work) {
  if (pressed?.getAttribute("aria-disabled")) return false;
  pressed?.setAttribute("aria-disabled", "true");
  problem.textContent = "";
  try {
    await work();
    return true;
  } catch (error) {
    session?.noteProblem(error);
    problem.textContent = errorText(error);
    return false;
  } finally {
    pressed?.removeAttribute("aria-disabled");
  }
}
