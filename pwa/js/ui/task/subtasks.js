/**
 * The subtasks of the open task, and the field that adds one. Unfinished text stays with its task until it is
 * added.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 */
import { dayOf } from "../../lib/dates.js";
import { icon } from "../../lib/dom.js";
import { element, h } from "../../lib/patch.js";
import { tabStorage } from "../../lib/web_storage.js";
import { t } from "../../i18n/i18n.js";
import { hrefOf } from "../../domain/routes.js";
import { aroundOf, rowOf } from "../list/row.js";
import { copyButton, SUBTASK_DRAFT } from "./drafts.js";
import { addSubtasks } from "../commands/add.js";
import { toggle } from "../commands/task.js";
import { DESCRIPTION_MAX } from "../../domain/limits.js";

export class Subtasks {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    /** @type {string | null} the open task */
    this.id = null;
    /** @type {Map<string, EditBase>} the edit base of each */
    this.bases = new Map();
    this.field = element("input", {
      id: "subtask",
      "aria-label": t("subtask.new"),
      placeholder: t("subtask.add"),
      maxLength: DESCRIPTION_MAX,
      autocomplete: "off",
      enterKeyHint: "done",
      oninput: () => this.#keep(),
      onpaste: (/** @type {ClipboardEvent} */ event) => this.#paste(event),
    });
  }

  /** @param {string | null} id of the open task */
  turnTo(id) {
    if (this.id && this.context.view.tasks.all.has(this.id)) this.#keep();
    this.id = id;
    this.bases.clear();
    this.field.value = (id && tabStorage.get(SUBTASK_DRAFT + id)) ?? "";
  }

  /**
   * @param {Task} task
   * @param {{isReadOnly: boolean, isInTrash: boolean}} rights
   */
  describe(task, { isReadOnly, isInTrash }) {
    const { context, field } = this;
    this.field.readOnly = isInTrash || isReadOnly;
    const subtasks = context.view.tasks.subtasksOf(task.id);
    const copy = copyButton(() => field.value, !isReadOnly || !field.value);
    return h(
      "section",
      { class: "group" },
      this.#heading(task),
      h(
        "ul",
        { class: "list is-tight", role: "list", "aria-label": t("subtask.title"), onclick: this.#click },
        subtasks.map((subtask) => this.#row(subtask)),
      ),
      h(
        "form",
        { class: "quick", hidden: isReadOnly && !field.value, onsubmit: this.#submit },
        icon("plus"),
        h("div", { class: "quick-field" }, field),
        copy,
      ),
    );
  }

  /** @param {Task} task */
  #heading(task) {
    const progress = this.context.view.tasks.progressOf(task.id);
    const count = progress && h("span", { class: "num" }, ` ${t("subtask.progress", progress)}`);
    return h("h2", {}, t("subtask.title"), count);
  }

  /** @param {Task} subtask */
  #row(subtask) {
    const { tasks, store, route } = this.context.view;
    this.bases.set(subtask.id, store.begin(subtask.id));
    const around = aroundOf(tasks, route, subtask, 0, dayOf(this.context.view.now()));
    return rowOf(subtask, {
      ...around,
      listName: null,
      isTimeOnly: false,
      isTrash: false,
      href: hrefOf({ ...route, task: subtask.id }),
    });
  }

  /** @param {Event} event */
  #click = (event) => {
    const target = /** @type {Element} */ (event.target);
    const row = /** @type {HTMLElement | null} */ (target.closest(".row"));
    const subtask = this.context.view.tasks.all.get(row?.dataset.id ?? "");
    if (subtask && target.closest(".ring")) toggle(this.context, [subtask]);
  };

  /** @param {Event} event */
  #submit = (event) => {
    event.preventDefault();
    const task = this.#task();
    const title = this.field.value.trim();
    if (!task || !title) return;
    this.field.value = "";
    addSubtasks(this.context, task, [title]).then((isSaved) => {
      if (!isSaved) this.field.value = title;
      this.#keep();
    });
  };

  #task() {
    return this.id ? this.context.view.tasks.all.get(this.id) : undefined;
  }

  #keep() {
    if (!this.id) return;
    if (this.field.value) tabStorage.set(SUBTASK_DRAFT + this.id, this.field.value);
    else tabStorage.remove(SUBTASK_DRAFT + this.id);
  }

  /** @param {ClipboardEvent} event */
  async #paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.trim().includes("\n")) return;
    event.preventDefault();
    const { lines } = await this.context.lazy.load();
    const task = this.#task();
    if (task)
      addSubtasks(
        this.context,
        task,
        lines(text).map(({ title }) => title),
      );
  }
}
