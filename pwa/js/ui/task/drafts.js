/**
 * Unfinished comments and subtasks, stored in the tab by task. If the task leaves this device, they move to
 * the rejected changes.
 * @typedef {import("../context.js").Context} Context
 */
import { h } from "../../lib/patch.js";
import { tabStorage } from "../../lib/web_storage.js";
import { t } from "../../i18n/i18n.js";
import { newId } from "../../domain/edits.js";

export const COMMENT_DRAFT = "driftless.comment.";
export const SUBTASK_DRAFT = "driftless.subtask.";

/**
 * @param {Context} context
 * @param {string[]} gone records that may have been removed
 * @returns {Promise<boolean>} whether there was one
 */
export async function keepDrafts({ view: { store, tasks }, pane }, gone) {
  const kept = [];
  for (const id of gone) {
    if (!store.gone.has(id) || tasks.all.has(id) || pane.heldId === id) continue;
    const comment = (/** @type {string} */ text) => ({ kind: "comment", set: { task: id, text } });
    kept.push(await keepDraft(store, id, COMMENT_DRAFT, comment));
    const subtask = (/** @type {string} */ title) => ({ kind: "task", set: { title, parent: id } });
    kept.push(await keepDraft(store, id, SUBTASK_DRAFT, subtask));
  }
  return kept.some(Boolean);
}

/**
 * @param {import("../../store/store.js").Store} store
 * @param {string} id of the task
 * @param {string} prefix
 * @param {(text: string) => {kind: string, set: import("../../core/merge.js").Fields}} made
 */
async function keepDraft(store, id, prefix, made) {
  const text = tabStorage.get(prefix + id);
  if (!text?.trim()) return false;
  await store.keep({ space: store.gone.get(id)?.space ?? "", id: newId(), ...made(text) }, store.nameOf(id));
  tabStorage.remove(prefix + id);
  return true;
}

/**
 * Offers to copy the text of a field that has become read-only.
 * @param {() => string} textOf
 * @param {boolean} hidden
 */
export function copyButton(textOf, hidden) {
  const onclick = () => navigator.clipboard.writeText(textOf());
  return h("button", { class: "quiet", key: "copy", type: "button", hidden, onclick }, t("draft.copy"));
}
