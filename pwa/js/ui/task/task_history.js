/**
 * The history of a task: complete and with names if the server can be reached, else the local history of this
 * device.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("../../domain/history.js").Change} Change
 */
import { icon } from "../../lib/dom.js";
import { element, h, patch } from "../../lib/patch.js";
import { dates, t } from "../../i18n/i18n.js";
import { authorTexts } from "../../domain/authors.js";
import { changesOf, fieldText, toldBy, valueText } from "../../domain/history.js";
import * as spaces from "../../api/spaces.js";

const SHOWN_MAX = 50;

export class TaskHistory {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Task | null} */
    this.task = null;
    /** @type {{id: string, changes: Change[]} | null} the last response */
    this.told = null;
    /** @type {object | null} the clock of the task at the last request */
    this.asked = null;
    this.note = "";
    this.box = element("details", { ontoggle: () => this.#opened() });
  }

  /** @param {Task} task */
  fill(task) {
    if (this.task?.id !== task.id) {
      this.box.open = false;
      this.note = "";
    }
    this.task = task;
    this.box.hidden = !this.context.view.store.shown.has(task.id); // a teaching task has no history yet
    this.#show();
    if (this.box.open) this.#ask();
  }

  #opened() {
    if (!this.box.open) return;
    this.box.scrollIntoView({ block: "start", behavior: "smooth" });
    this.#ask();
  }

  /** Asks the server once for each state of the task. */
  async #ask() {
    const { context, task } = this;
    if (!task || !context.view.account || this.asked === task.record.clock) return;
    const { clock } = task.record;
    this.asked = clock;
    const told = await spaces.historyOf(task.id).catch((/** @type {any} */ error) => error);
    if (this.task?.id !== task.id) return;
    if (told instanceof Error) this.note = unreachedText(told);
    else {
      this.told = { id: task.id, changes: told.changes.map(toldBy) };
      this.note = context.view.store.unsent ? t("history.unsynced") : "";
    }
    this.#show();
  }

  #show() {
    const { task, told, context } = this;
    if (!task) return;
    const { store, tasks } = context.view;
    const local = changesOf(task.record, authorTexts(store, tasks.members, task.record));
    const changes = told?.id === task.id ? told.changes : local;
    const [last] = local;
    patch(this.box, [
      h(
        "summary",
        { class: "history" },
        icon("clock"),
        h("small", {}, last && `${last.text}, ${moment(last.atMs)}`),
      ),
      h("p", {}, this.note),
      h(
        "ol",
        { role: "list", "aria-label": t("history.title") },
        changes.slice(0, SHOWN_MAX).map((change) => entryOf(change, tasks)),
      ),
    ]);
  }
}

/** @param {Error & {status?: number}} error */
function unreachedText({ status }) {
  return status === 0 ? t("history.localUnreachable") : t("history.localOnly");
}

/**
 * @param {Change} change
 * @param {import("../../domain/tasks.js").Tasks} tasks
 */
function entryOf({ text, atMs, who, values }, tasks) {
  const prefix = (/** @type {string} */ field) => (values.length > 1 ? `${fieldText(field)}: ` : "");
  return h(
    "li",
    {},
    h("small", {}, `${moment(atMs)} · ${who}`),
    h(
      "p",
      {},
      text,
      values.map(([field, value]) => h("q", {}, `${prefix(field)}${valueText(field, value, tasks)}`)),
    ),
  );
}

/** @param {number} ms */
export function moment(ms) {
  return dates({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(ms);
}
