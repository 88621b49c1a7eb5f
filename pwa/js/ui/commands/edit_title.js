import { element } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { focusNear } from "./navigation.js";
import { TITLE_MAX } from "../../domain/limits.js";

/**
 * Turns the title of a row into a field until Enter, Esc or leaving it.
 * @param {import("../context.js").Context} context
 * @param {string} id of the task
 */
export function editTitle(context, id) {
  const { view, list, edit, editors } = context;
  const task = view.tasks.all.get(id);
  if (!list.rows.has(id) || list.editing || !task || !edit.writable([task]).length) return;
  const field = fieldFor(task);
  editors.begin(field, id, "title", edit.baseOf(id));
  list.editing = { id, field };
  view.renderNow();
  const end = once((isKept, isFocusing) => endEditing(context, id, field, isKept, isFocusing));
  field.addEventListener("input", () => editors.typed(field));
  field.addEventListener("blur", () => end(true, false));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    end(event.key === "Enter", true);
  });
  field.focus();
  field.select();
}

/** @param {import("../../domain/task.js").Task} task */
function fieldFor({ title }) {
  return element("input", {
    class: "row-title-edit",
    value: title,
    maxLength: TITLE_MAX,
    "aria-label": t("task.titleOf", { title }),
    enterKeyHint: "done",
    dir: "auto",
  });
}

/**
 * @param {import("../context.js").Context} context
 * @param {string} id
 * @param {HTMLInputElement} field
 * @param {boolean} isKept whether to save the text
 * @param {boolean} isFocusing whether to focus the row
 */
async function endEditing(context, id, field, isKept, isFocusing) {
  const { view, list, editors } = context;
  if (isKept) await editors.end(field);
  else await editors.giveUp(field);
  if (list.editing?.field === field) list.editing = null;
  // its new title may hide the task here
  view.afterRender(() => isFocusing && (list.focus(id) || focusNear(context)));
}

/**
 * @param {(isKept: boolean, isFocusing: boolean) => unknown} work
 * @returns {(isKept: boolean, isFocusing: boolean) => void}
 */
function once(work) {
  let isOver = false;
  return (isKept, isFocusing) => {
    if (isOver) return;
    isOver = true;
    work(isKept, isFocusing);
  };
}
