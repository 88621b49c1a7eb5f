/**
 * A task's history as this device knows it: the writes that its record still has, newest first.
 * @typedef {{text: string, atMs: number, who: string, values: [string, import("../core/merge.js").Value][]}}
 *   Change
 */
import { dayOf, dueLong } from "../lib/dates.js";
import { t } from "../i18n/i18n.js";
import { repeatText } from "./repeat/text.js";

const SILENT = new Set(["order", "completed_at"]);
const TOLD = new Set(["title", "due", "status", "list", "assignee", "text", "name", "role"]);

/**
 * @param {import("../core/merge.js").Rec} record
 * @param {(device: string) => string} who the author's name for a device
 * @returns {Change[]}
 */
export function changesOf(record, who) {
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
        who: who(by),
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
  // the spaces are null if the person is not in the other space
  const { moved_to: to, moved_in: from, offered: isOffered, ...set } = fields;
  const named = Object.keys(set).filter((field) => !SILENT.has(field));
  const text = isOffered
    ? t("history.offered")
    : to !== undefined || from !== undefined
      ? t("history.movedSpace")
      : SENTENCES[kind]?.(set) || sentence(named, set, "title" in set && named.length > 2);
  return {
    atMs: typeof at === "number" ? at : Date.parse(at),
    who: name || (account ? t("member.unnamed") : t("member.former")),
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
    set.author
      ? t("history.commented")
      : set.deleted
        ? t("history.commentDeleted")
        : t("history.commentEdited"),
  member: (set) =>
    set.deleted
      ? t("history.memberLeft")
      : "account" in set || "deleted" in set
        ? t("history.memberJoined")
        : "role" in set
          ? t("history.roleChanged")
          : t("history.nameChanged"),
  space: () => t("history.spaceRenamed"),
  list: (set) => ("name" in set && "order" in set ? t("history.created") : ""),
};

/** @param {string} role */
export function roleText(role) {
  return { owner: t("role.owner"), editor: t("role.editor"), viewer: t("role.viewer") }[role] ?? role;
}

/**
 * @param {string[]} fields
 * @param {import("../core/merge.js").Fields} set
 * @param {boolean} isFirst
 */
function sentence(fields, set, isFirst) {
  if (isFirst && fields.length > 1) return t("history.created");
  if (fields.includes("status"))
    return (
      {
        pending: t("history.setPending"),
        in_progress: t("history.started"),
        completed: t("history.completed"),
      }[String(set.status)] ?? t("history.changed")
    );
  if (fields.includes("deleted")) return set.deleted ? t("history.deleted") : t("history.restored");
  if (!fields.length) return t("task.moved");
  return t("history.changedFields", { fields: fields.map(fieldText).join(", ") });
}

/**
 * A field's display name.
 * @param {string} field
 */
export function fieldText(field) {
  if (field.startsWith("label/")) return t("field.label", { name: field.slice(6) });
  return (
    {
      title: t("field.title"),
      description: t("field.description"),
      due: t("field.due"),
      status: t("field.status"),
      priority: t("field.priority"),
      labels: t("field.labels"),
      list: t("field.list"),
      parent: t("field.parent"),
      repeat: t("field.repeat"),
      deleted: t("place.trash"),
      name: t("field.name"),
      order: t("field.order"),
      assignee: t("field.assignee"),
      text: t("field.comment"),
      role: t("field.role"),
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
  if (field === "deleted") return value ? t("trash.in") : t("trash.notIn");
  if (field === "list")
    return value ? (tasks.lists.get(String(value))?.name ?? t("list.unknown")) : t("place.inbox");
  if (field === "role") return roleText(String(value));
  if (field === "assignee")
    return value ? tasks.members.nameOf(String(value)) || t("member.unknown") : t("assignee.none");
  if (field === "parent")
    return value ? (tasks.all.get(String(value))?.title ?? t("task.unknown")) : t("field.none");
  if (field.startsWith("label/")) return value ? t("value.yes") : t("value.no");
  if (field === "status")
    return (
      { pending: t("status.pending"), in_progress: t("status.inProgress"), completed: t("status.completed") }[
        String(value)
      ] ?? String(value)
    );
  if (field === "priority")
    return (
      [t("priority.none"), t("priority.low"), t("priority.medium"), t("priority.high")][Number(value)] ??
      String(value)
    );
  if (value === null || value === "") return t("field.none");
  if (field === "due") return dueLong(String(value), dayOf(new Date()));
  return field === "repeat" ? repeatText(String(value)) : String(value);
}
