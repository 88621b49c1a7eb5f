/**
 * Runs calls to the server, one at a time per button, and shows errors.
 * @typedef {{noteProblem: (error: unknown) => unknown}} Session learns of errors about it
 */
import { element } from "../../lib/patch.js";
import { errorText } from "../../i18n/error_text.js";

/** A line for errors, announced to screen readers. Its creator keeps it. */
export function problemLine() {
  return element("p", { key: "problem", class: "problem", role: "alert" });
}

/**
 * Runs `work`; the button keeps the focus, and cannot be pressed again meanwhile.
 * @param {Session | null} session
 * @param {Element | null} pressed
 * @param {HTMLElement} problem
 * @param {() => Promise<unknown>} work
 * @returns {Promise<boolean>} whether it succeeded
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
