/**
 * How a task came to be: the whole story where the server can be asked, with who did what; else what this
 * device knows.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../domain/tasks.js").Task} Task
 * @typedef {import("../../domain/history.js").Change} Change
 */
import { icon } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { dates, t } from "../../lib/words.js";
import { changesOf, fieldText, toldBy, valueText } from "../../domain/history.js";

const SHOWN_MAX = 50;

export class TaskHistory {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Task | null} */
    this.task = null;
    /** @type {{id: string, clock: object, changes: Change[]} | null} what the server said last */
    this.told = null;
    this.note = element("p", {});
    this.list = element("ol", { role: "list", "aria-label": t("History") });
    this.head = element("summary", { class: "history" });
    this.box = element("details", {}, this.head, this.note, this.list);
    this.box.addEventListener("toggle", () => {
      if (!this.box.open) return;
      this.box.scrollIntoView({ block: "start", behavior: "smooth" });
      this.#ask();
    });
  }

  /** @param {Task} task */
  fill(task) {
    if (this.task?.id !== task.id) this.box.open = false;
    this.task = task;
    this.box.hidden = !this.app.store.shown.has(task.id); // a teaching task has no story yet
    const local = changesOf(task.record, this.app.store.deviceId);
    const [last] = local;
    patch(this.head, [icon("clock"), element("small", {}, last ? `${last.text}, ${moment(last.atMs)}` : "")]);
    const isWhole = this.told?.id === task.id;
    this.#show(isWhole && this.told ? this.told.changes : local);
    if (!isWhole) this.note.textContent = "";
    if (this.box.open && this.told?.clock !== task.record.clock) this.#ask();
  }

  async #ask() {
    const { app, task } = this;
    if (!task || !app.account) return;
    const { clock } = task.record;
    const told = await app.server.historyOf(task.id).catch((/** @type {any} */ error) => error);
    if (this.task?.id !== task.id) return;
    if (told instanceof Error) {
      this.note.textContent =
        /** @type {any} */ (told).status === 0
          ? t("The server cannot be reached: this is what this device knows.")
          : t("This is what this device knows.");
      return;
    }
    this.told = { id: task.id, clock, changes: told.changes.map(toldBy) };
    this.note.textContent = app.store.unsent ? t("What has not been sent yet is missing here.") : "";
    this.#show(this.told.changes);
  }

  /** @param {Change[]} changes */
  #show(changes) {
    const { tasks } = this.app;
    patch(this.list, [
      ...changes
        .slice(0, SHOWN_MAX)
        .map(({ text, atMs, who, values }) =>
          element(
            "li",
            {},
            element("small", {}, `${moment(atMs)} · ${who}`),
            element(
              "p",
              {},
              text,
              ...values.map(([field, value]) =>
                element(
                  "q",
                  {},
                  `${values.length > 1 ? `${fieldText(field)}: ` : ""}${valueText(field, value, tasks)}`,
                ),
              ),
            ),
          ),
        ),
    ]);
  }
}

/** @param {number} ms */
export function moment(ms) {
  return dates({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(ms);
}
