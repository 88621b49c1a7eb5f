/**
 * A task's history as this device knows it: the writes that its record still has, newest first.
 * @typedef {{text: string, atMs: number, who: string, values: [string, import("../core/merge.js").Value][]}}
 *   Change
 */
import { dayOf, dueLong } from "../lib/dates.js";
import { t } from "../lib/words.js";
import { repeatText } from "./repeat/text.js";

const SILENT = new Set(["order", "completed_at"]);
const TOLD = new Set(["title", "due", "status", "list", "assignee", "text", "name", "role"]);

/**
 * @param {import("../core/merge.js").Rec} record
 * @param {string} deviceId
 * @returns {Change[]}
 */
export function changesOf(record, deviceId) {
  const oldest = record.writes.reduce(
    (at, write) => (at < write.at ? at : write.at),
    record.writes[0]?.at ?? "",
  );
  return record.writes
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .map(({ by, at, set }) => {
      const fields = Object.keys(set).filter((field) => !SILENT.has(field));
      return {
        atMs: Date.parse(at.slice(0, 24)),
        who: by === deviceId ? t("this device") : t("another device"),
        text: sentence(fields, set, at === oldest && ("title" in set || fields.length > 2)),
        values: fields
          .filter((field) => ["title", "due", "status", "assignee"].includes(field))
          .map((field) => [field, set[field]]),
      };
    });
}

/**
 * A change from the server's history, with its author.
 * @param {{at: number | string, account?: string | null, name: string, kind?: string, fields: Record<string,
 *   any>}} told
 * @returns {Change}
 */
export function toldBy({ at, account = null, name, kind = "task", fields }) {
  const { moved_to: to, moved_in: from, ...set } = fields; // null if the person is not in the other space
  const named = Object.keys(set).filter((field) => !SILENT.has(field));
  const text =
    to !== undefined || from !== undefined
      ? t("Moved to another space")
      : SENTENCES[kind]?.(set) || sentence(named, set, "title" in set && named.length > 2);
  return {
    atMs: typeof at === "number" ? at : Date.parse(at),
    who: name || (account ? t("No name") : t("Someone who left")),
    text,
    values: named
      .filter((field) => TOLD.has(field) && !(field === "name" && ["member", "space"].includes(kind)))
      .map((field) => [field, set[field]]),
  };
}

/**
 * Sentences for records other than tasks.
 * @type {Record<string, (set: Record<string, any>) => string>}
 */
const SENTENCES = {
  comment: (set) =>
    set.author ? t("Commented") : set.deleted ? t("Deleted a comment") : t("Changed a comment"),
  member: (set) =>
    set.deleted
      ? t("Left the space")
      : "account" in set || "deleted" in set
        ? t("Is in the space")
        : "role" in set
          ? t("Has another role")
          : t("Has another name"),
  space: () => t("Named the space"),
  list: (set) => ("name" in set && "order" in set ? t("Created") : ""),
};

/** @param {string} role */
export function roleText(role) {
  return { owner: t("Owner"), editor: t("May edit"), viewer: t("May read") }[role] ?? role;
}

/**
 * @param {string[]} fields
 * @param {import("../core/merge.js").Fields} set
 * @param {boolean} isFirst
 */
function sentence(fields, set, isFirst) {
  if (isFirst && fields.length > 1) return t("Created");
  if (fields.includes("status"))
    return (
      { pending: t("Set to pending"), in_progress: t("Started"), completed: t("Completed") }[
        String(set.status)
      ] ?? t("Changed")
    );
  if (fields.includes("deleted")) return set.deleted ? t("Deleted") : t("Restored");
  if (!fields.length) return t("Moved");
  return t("Changed: {fields}", { fields: fields.map(fieldText).join(", ") });
}

/**
 * A field's display name.
 * @param {string} field
 */
export function fieldText(field) {
  if (field.startsWith("label/")) return t("Label {name}", { name: field.slice(6) });
  return (
    {
      title: t("Title"),
      description: t("Description"),
      due: t("Due"),
      status: t("Status"),
      priority: t("Priority"),
      labels: t("Labels"),
      list: t("List"),
      parent: t("Part of"),
      repeat: t("Repeat"),
      deleted: t("Trash"),
      name: t("Name"),
      order: t("Order"),
      assignee: t("Assigned"),
      text: t("Comment"),
      role: t("Role"),
    }[field] ?? field
  );
}

/**
 * A field's value as display text.
 * @param {string} field
 * @param {import("../core/merge.js").Value} value
 * @param {import("./tasks.js").Tasks} tasks
 * @returns {string}
 */
export function valueText(field, value, tasks) {
  if (field === "deleted") return value ? t("In the trash") : t("Not in the trash");
  if (field === "list")
    return value ? (tasks.lists.get(String(value))?.name ?? t("a list that is not here")) : t("Inbox");
  if (field === "role") return roleText(String(value));
  if (field === "assignee")
    return value ? tasks.members.nameOf(String(value)) || t("Someone who is not here") : t("Nobody");
  if (field === "parent")
    return value ? (tasks.all.get(String(value))?.title ?? t("a task that is not here")) : t("None");
  if (field.startsWith("label/")) return value ? t("Yes") : t("No");
  if (field === "status")
    return (
      { pending: t("Pending"), in_progress: t("In progress"), completed: t("Completed") }[String(value)] ??
      String(value)
    );
  if (field === "priority")
    return [t("None"), t("Low"), t("Medium"), t("High")][Number(value)] ?? String(value);
  if (value === null || value === "") return t("None");
  if (field === "due") return dueLong(String(value), dayOf(new Date()));
  return field === "repeat" ? repeatText(String(value)) : String(value);
}
