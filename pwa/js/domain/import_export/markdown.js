/**
 * @typedef {import("./records.js").Held} Held
 * @typedef {Map<string, Held[]>} Family subtasks by the id of their parent
 */
import { t } from "../../i18n/i18n.js";
import { labelsOf, live, textOf } from "./records.js";

const INDENT_MAX = 20; // deeper tasks are not indented further

/**
 * One heading for each list, then its tasks with their subtasks; without the trash.
 * @param {Held[]} records
 * @returns {string}
 */
export function toMarkdown(records) {
  const { lists, tasks } = live(records);
  const known = new Set(lists.map((list) => list.id));
  const inbox = tasks.filter((task) => !known.has(textOf(task, "list")));
  const byList = Map.groupBy(tasks, (task) => textOf(task, "list"));
  const parts = [
    section(t("place.inbox"), inbox),
    ...lists.map((list) => section(textOf(list, "name"), byList.get(list.id) ?? [])),
  ];
  return parts.filter(Boolean).join("\n");
}

/**
 * @param {string} name
 * @param {Held[]} tasks
 */
function section(name, tasks) {
  return tasks.length
    ? `# ${escaped(name)}\n\n${outline(tasks)
        .map(({ task, depth }) => item(task, depth))
        .join("")}`
    : "";
}

/**
 * Roots first, each followed by its subtasks. A cycle of parents starts at its first task.
 * @param {Held[]} tasks
 */
function outline(tasks) {
  const family = Map.groupBy(tasks, (task) => textOf(task, "parent"));
  const ids = new Set(tasks.map((task) => task.id));
  const roots = tasks.filter((task) => !ids.has(textOf(task, "parent")));
  const seen = new Set();
  return [...roots, ...tasks].flatMap((root) => below(root, family, seen));
}

/**
 * @param {Held} root
 * @param {Family} family
 * @param {Set<string>} seen
 */
function below(root, family, seen) {
  const made = [];
  const waiting = [{ task: root, depth: 0 }];
  for (let next; (next = waiting.pop());) {
    const { task, depth } = next;
    if (seen.has(task.id)) continue;
    seen.add(task.id);
    made.push(next);
    waiting.push(
      ...(family.get(task.id) ?? []).map((child) => ({ task: child, depth: depth + 1 })).reverse(),
    );
  }
  return made;
}

/**
 * @param {Held} task
 * @param {number} depth
 */
function item(task, depth) {
  const indent = "  ".repeat(Math.min(depth, INDENT_MAX));
  const isDone = task.values.status === "completed";
  const labels = labelsOf(task.values)
    .map((name) => ` #${escaped(name.trim().replace(/\s+/g, "-"))}`)
    .join("");
  return `${indent}- [${isDone ? "x" : " "}] ${escaped(textOf(task, "title"))}${dueText(task)}${labels}\n${description(task, indent)}`;
}

/** @param {Held} task */
function dueText(task) {
  const due = textOf(task, "due").replace(
    /^(.{10})T(.{5}).*?(\[.*\])?$/,
    (_, day, time, zone) => `${day} ${time}${zone ? ` ${zone.slice(1, -1)}` : ""}`,
  );
  return due && ` (${t("export.due", { when: due })})`;
}

/**
 * The description is Markdown already; it is indented into its task's item.
 * @param {Held} task
 * @param {string} indent
 */
function description(task, indent) {
  const lines = textOf(task, "description")
    .trimEnd()
    .split(/\r\n?|\n/);
  return lines.join("") && `\n${lines.map((line) => (line ? `${indent}  ${line}` : "")).join("\n")}\n\n`;
}

/**
 * One line without special characters of Markdown.
 * @param {string} text
 */
function escaped(text) {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>~#&]/g, "\\$&");
}
