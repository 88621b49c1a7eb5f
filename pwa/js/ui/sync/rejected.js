/**
 * A rejected change: its content, the reason, and the possible actions.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../store/store.js").Store} Store
 * @typedef {import("../../store/store.js").Rejected} Rejected
 * @typedef {import("../../store/store.js").Typed} Typed
 */
import { element, h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { fieldText, valueText } from "../../domain/history.js";
import { rescued } from "../../domain/moves.js";
import { sectionsOf } from "../../domain/members.js";
import { choose } from "../kit/menu.js";
import { homeOptions } from "../commands/move.js";
import { valuesOf } from "../../domain/values.js";
import { errorText } from "../../i18n/error_text.js";

const REVOKE_AFTER_MS = 10_000;
const UNTOLD = ["order", "completed_at"];
const DEFAULTS = [null, "", 0, "pending"];
/** The edits that restore a task in the trash: itself, out of a deleted list, from under a deleted task. */
const RESTORING = /** @type {Record<string, import("../../core/merge.js").Fields>} */ ({
  self: { deleted: null },
  list: { list: null },
  parent: { parent: null },
});

/**
 * The fields that a person has set; for a new task, without defaults.
 * @param {Typed} entry
 */
export function fieldsSet({ set }) {
  const isNew = "title" in set && "status" in set;
  return Object.entries(set).filter(
    ([field, value]) => !UNTOLD.includes(field) && !(isNew && DEFAULTS.includes(/** @type {any} */ (value))),
  );
}

/**
 * The name of a change's record.
 * @param {Store} store
 * @param {Typed} entry
 * @param {string} [before] its former name
 */
export function titleOf(store, { id, set }, before = "") {
  const record = store.shown.get(id);
  const { title, name } = record ? valuesOf(record) : {};
  return String(title ?? name ?? "") || before || String(set.title ?? set.name ?? "");
}

/**
 * @param {Context} context
 * @param {Rejected} change
 */
export function rejectedOf(context, change) {
  const { entry, outcome, title, key } = change;
  const name = titleOf(context.view.store, entry, title);
  const text = textOf(context, change);
  return h(
    "div",
    { class: "refused", key, "data-refused": outcome.code ?? outcome.status },
    h("p", {}, h("b", {}, name), ` – ${stateText(outcome.status)}. ${reasonOf(context.view.store, change)}`),
    h("pre", {}, text),
    buttonsOf(context, change, name, text),
  );
}

/** @param {string} status */
function stateText(status) {
  if (status === "hidden") return t("rejected.inTrash");
  return status === "unsaved" ? t("rejected.notSaved") : t("rejected.rejected");
}

/**
 * @param {Store} store
 * @param {Rejected} change
 */
function reasonOf(store, { entry, outcome }) {
  if (outcome.status === "hidden") return t("rejected.editedInTrash");
  const isOwn = outcome.code === "quota_full" && [entry.space, entry.move].includes(store.space);
  const message = outcome.message;
  return errorText({ code: isOwn ? "own_quota_full" : outcome.code, status: outcome.status, message });
}

/**
 * The content of the change, to read and copy.
 * @param {Context} context
 * @param {Rejected} change
 */
function textOf(context, { entry, outcome }) {
  const isTyped = outcome.status === "unsaved";
  const lines = fieldsSet(entry)
    .filter(([field]) => (entry.kind !== "comment" || field === "text") && !(isTyped && field === "parent"))
    .map(([field, value]) => `${fieldText(field)}: ${shownValue(context, field, value)}`);
  return [...moveText(context, entry.move), ...lines].join("\n");
}

/**
 * A value as text; a list can be among the rejected changes itself.
 * @param {Context} context
 * @param {string} field
 * @param {any} value
 */
function shownValue({ view: { store, tasks } }, field, value) {
  const isList = field === "list" && value && !tasks.lists.has(value);
  const list = isList && store.rejected.find(({ entry }) => entry.id === value && entry.set.name);
  return list ? String(list.entry.set.name) : valueText(field, value, tasks);
}

/**
 * @param {Context} context
 * @param {string | undefined} space
 */
function moveText(context, space) {
  if (!space) return [];
  return [
    context.view.isShared(space)
      ? t("rejected.share", { space: context.view.nameOfSpace(space) })
      : t("rejected.unshare"),
  ];
}

/**
 * @param {Context} context
 * @param {Rejected} change
 * @param {string} name
 * @param {string} text
 */
function buttonsOf(context, change, name, text) {
  const { entry, outcome, key } = change;
  const isHidden = outcome.status === "hidden";
  const base = context.view.store.begin(entry.id); // as shown now
  const again = isHidden ? t("action.restore") : t("action.tryAgain");
  const copyTo = (/** @type {any} */ event) => openCopyMenu(context, change, name, event.currentTarget);
  const file = () => saveFile(JSON.stringify({ ...entry, outcome }, null, 2));
  return h(
    "div",
    { class: "acts" },
    !isLost(context.view.store, change) &&
      button(again, () => tryAgain(context.view.store, change, base), "button"),
    !entry.move && !isHidden && button(t("rejected.copyTo"), copyTo, "button"),
    button(t("action.copy"), () => navigator.clipboard.writeText(text)),
    button(t("action.export"), file),
    button(t("action.dismiss"), () => context.view.store.dismiss(key)),
  );
}

/**
 * @param {string} text
 * @param {(event: any) => unknown} onclick
 * @param {string} [kind]
 */
function button(text, onclick, kind = "quiet") {
  return h("button", { class: kind, key: text, type: "button", onclick }, text);
}

/**
 * Whether there is no record left to save the text in.
 * @param {Store} store
 * @param {Rejected} change
 */
function isLost(store, { entry, outcome }) {
  const home = entry.kind === "comment" ? entry.set.task : entry.set.parent;
  return outcome.status === "unsaved" && !store.shown.has(String(home ?? entry.id));
}

/**
 * @param {Store} store
 * @param {Rejected} change
 * @param {import("../../store/replica.js").EditBase} begun
 */
async function tryAgain(store, { entry, outcome, key }, begun) {
  const { space, kind, id, move } = entry;
  const target = store.shown.get(id)?.space ?? (space in store.roles ? space : store.space);
  const set = outcome.status === "hidden" ? RESTORING[outcome.by ?? "self"] : entry.set;
  await store.edit({ space: target, kind, id, set, ...(move ? { move } : {}), begun });
  await store.dismiss(key);
}

/**
 * Creates rejected content again in a writable space: the record as it is shown, with all its rejected
 * changes, but of further values only the chosen one; a comment becomes the description of a task.
 * @param {Context} context
 * @param {Rejected} change
 * @param {string} name
 * @param {Element} anchor
 */
function openCopyMenu(context, change, name, anchor) {
  const options =
    change.entry.kind === "list" ? writableSpaces(context) : homeOptions(context.view, [], true);
  choose({ title: t("task.copyTo"), anchor, options, onPick: (home) => copyTo(context, change, name, home) });
}

/** @param {Context} context */
function writableSpaces(context) {
  return sectionsOf(context.view.tasks, context.view.store)
    .filter(({ isReadOnly }) => !isReadOnly)
    .map(({ space, name, isShared }) => ({ value: space, text: isShared ? name : t("space.personal") }));
}

/**
 * @param {Context} context
 * @param {Rejected} chosen
 * @param {string} name
 * @param {any} home a list, or a space for a list
 */
async function copyTo(context, { key: chosenKey, entry: { id, kind } }, name, home) {
  const { store, tasks } = context.view;
  const isOfRecord = (/** @type {Rejected} */ { key, entry, outcome }) =>
    entry.id === id && outcome.status !== "hidden" && (!entry.further || key === chosenKey);
  const changes = store.rejected.filter(isOfRecord);
  const isComment = kind === "comment";
  const isNamed = !name || (store.shown.has(id) && !isComment);
  /** @type {import("../../core/merge.js").Fields[]} */
  const called = isNamed ? [] : [kind === "list" ? { name } : { title: name }];
  const sets = changes.map(({ entry: { set } }) => (isComment ? { description: set.text ?? null } : set));
  const target = kind === "list" ? kind : "task";
  const made = rescued(tasks, store, target, isComment ? "" : id, [...called, ...sets], home);
  if (!(await context.edit.do(t("task.copied"), [made]))) return;
  for (const { key } of changes) await store.dismiss(key);
}

/** @param {string} text */
function saveFile(text) {
  const link = element("a", {
    href: URL.createObjectURL(new Blob([text], { type: "application/json" })),
    download: "driftless-change.json",
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_AFTER_MS);
}
