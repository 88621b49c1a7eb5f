/**
 * The list: rows by due date, edited in place. Rows are kept and moved, so that focus and half-typed text survive what comes in.
 * @typedef {import("../state/queries.js").Task} Task
 * @typedef {import("../store/replica.js").Begun} Begun
 * @typedef {import("../store/store.js").Store} Store
 */
import * as actions from "../state/actions.js";
import { tasksByDue } from "../state/queries.js";
import { daysBetween, dayOf, dueText } from "../lib/days.js";
import { byId, element, icon } from "../lib/dom.js";
import { saved, toast } from "./toast.js";

const PAGE = 200;
const CLOSING_MS = 600;
const TYPING_PAUSE_MS = 400;
const STATE_WORDS = /** @type {Record<string, string>} */ ({ pending: "pending", in_progress: "in progress", completed: "completed" });
const CHECKED = /** @type {Record<string, string>} */ ({ pending: "false", in_progress: "mixed", completed: "true" });

export class TaskList {
  /** @param {() => Store} store */
  constructor(store) {
    this.store = store;
    this.open = byId("open");
    this.done = byId("done");
    this.limit = PAGE;
    /** @type {Map<string, HTMLLIElement>} */
    this.rows = new Map();
    /** @type {Map<string, {task: Task, begun: Begun}>} what is on the screen, and what its reader was thereby shown */
    this.rendered = new Map();
    /** @type {Map<string, number>} tasks just completed: for a moment they keep their place */
    this.closing = new Map();
    /** @type {{id: string, begun: Begun, saved: string, saving?: Promise<void>, timer?: ReturnType<typeof setTimeout>} | null} */
    this.editing = null;
    /** @type {Begun | undefined} */
    this.picking = undefined;
    /** @type {Promise<void> | undefined} */
    this.picked = undefined;
    this.#listen();
  }

  render() {
    const { open, done } = tasksByDue(this.store().shown);
    const shownOpen = [...open];
    for (const task of done.filter(({ id }) => this.closing.has(id))) shownOpen.splice(this.closing.get(task.id) ?? 0, 0, task);
    const shownDone = done.filter(({ id }) => !this.closing.has(id));
    const today = dayOf(new Date());
    this.#forget(new Set([...shownOpen, ...shownDone].map((task) => task.id)));
    this.#fill(this.open, shownOpen.slice(0, this.limit), today);
    this.#fill(this.done, shownDone.slice(0, this.limit), today);
    const rest = shownOpen.length - this.limit;
    byId("more").hidden = rest <= 0;
    byId("more").textContent = `Show ${Math.min(PAGE, rest)} more of ${rest}`;
    byId("completed").hidden = !shownDone.length;
    byId("done-count").textContent = String(shownDone.length);
    byId("empty").hidden = shownOpen.length > 0;
    byId("summary").textContent = summary(open, today);
  }

  /** Saves what is half typed. */
  async settle() {
    if (this.editing) await this.#saveTitle(this.editing.id);
  }

  /** @param {HTMLElement} list @param {Task[]} tasks @param {string} today */
  #fill(list, tasks, today) {
    let next = list.firstElementChild;
    for (const task of tasks) {
      const row = this.rows.get(task.id) ?? this.#make(task.id);
      this.#update(row, task, today);
      if (row === next) next = next.nextElementSibling;
      else move(list, row, next);
    }
    while (next) {
      const gone = next;
      next = next.nextElementSibling;
      gone.remove();
    }
  }

  /** @param {Set<string>} living */
  #forget(living) {
    for (const id of this.rows.keys()) {
      if (living.has(id)) continue;
      if (this.editing?.id === id) this.#saveTitle(id); // taken away under the typing hand: what was typed is saved with it
      this.rows.get(id)?.remove();
      this.rows.delete(id);
      this.rendered.delete(id);
    }
  }

  /** @param {string} id */
  #make(id) {
    const row = element("li", { class: "row", "data-id": id },
      element("button", { class: "ring", role: "checkbox", type: "button" }),
      element("span", { class: "name" }, element("i", { class: "mark", hidden: true }), element("input", { class: "title", maxLength: 500, enterKeyHint: "done", autocomplete: "off" })),
      element("span", { class: "due" }, element("time"), icon("calendar"), element("input", { type: "date" })),
      element("button", { class: "tool remove", type: "button" }, icon("trash")));
    this.rows.set(id, row);
    return row;
  }

  /** @param {HTMLLIElement} row @param {Task} task @param {string} today */
  #update(row, task, today) {
    const before = this.rendered.get(task.id);
    this.rendered.set(task.id, { task, begun: this.store().begin(task.id) });
    if (before && before.task.record === task.record && row.dataset.today === today) return;
    row.dataset.today = today;
    const [ring, name, due, remove] = /** @type {any} */ (row.children);
    const [mark, title] = name.children;
    mark.hidden = !task.conflicts.length;
    ring.setAttribute("aria-checked", CHECKED[task.status]);
    ring.setAttribute("aria-label", `${task.title}, ${STATE_WORDS[task.status] ?? task.status}`);
    if (this.editing?.id !== task.id) title.value = task.title;
    title.setAttribute("aria-label", task.conflicts.includes("title") ? `Title of ${task.title}, in conflict` : `Title of ${task.title}`);
    const [time, , picker] = due.children;
    due.classList.toggle("is-empty", !task.due);
    time.textContent = task.due ? dueText(task.due, today) : "";
    const days = task.due ? daysBetween(today, task.due.slice(0, 10)) : 1;
    time.classList.toggle("late", days < 0 && task.status !== "completed");
    time.classList.toggle("is-today", days === 0);
    picker.disabled = Boolean(task.due?.includes("[")); // a zoned time is not for a picker of days
    if (document.activeElement !== picker) picker.value = task.due?.slice(0, 10) ?? "";
    picker.setAttribute("aria-label", `Due date of ${task.title}`);
    remove.setAttribute("aria-label", `Delete ${task.title}`);
  }

  #listen() {
    const page = byId("list");
    page.addEventListener("click", (/** @type {any} */ event) => this.#click(event));
    page.addEventListener("focusin", (/** @type {any} */ event) => this.#focus(event.target));
    page.addEventListener("focusout", (/** @type {any} */ event) => this.#leave(event.target));
    page.addEventListener("input", (/** @type {any} */ event) => this.#type(event.target));
    page.addEventListener("change", (/** @type {any} */ event) => this.#pick(event.target));
    page.addEventListener("keydown", (/** @type {any} */ event) => this.#key(event));
    byId("more").addEventListener("click", () => {
      this.limit += PAGE;
      this.render();
    });
  }

  /** @param {any} target @returns {{id: string, task: Task, begun: Begun} | null} */
  #of(target) {
    const id = target.closest?.(".row")?.dataset.id;
    const rendered = id && this.rendered.get(id);
    return rendered ? { id, ...rendered } : null;
  }

  /** @param {any} event */
  #click({ target }) {
    const row = this.#of(target);
    if (!row) return;
    if (target.closest(".ring")) this.#toggle(row.task, row.begun, row.task.status === "completed" ? "pending" : "completed");
    else if (target.closest(".remove")) this.#remove(row.task, row.begun);
    else if (target.type === "date") target.showPicker?.();
  }

  /** @param {Task} task @param {Begun} begun @param {string} status */
  async #toggle(task, begun, status) {
    if (status === "completed") {
      this.closing.set(task.id, [...this.open.children].findIndex((row) => row.dataset.id === task.id));
      setTimeout(() => {
        this.closing.delete(task.id);
        this.render();
      }, CLOSING_MS + 20);
    }
    const entry = await saved(actions.setStatus(this.store(), task, status, begun));
    if (!entry) return;
    const before = task.status;
    if (status === "completed") toast(`“${task.title}” completed`, "Undo", () => actions.setStatus(this.store(), task, before, this.store().afterEdit(entry)));
  }

  /** @param {Task} task @param {Begun} begun */
  async #remove(task, begun) {
    const entry = await saved(actions.remove(this.store(), task, begun));
    if (!entry) return;
    byId("quick-title").focus({ preventScroll: true });
    toast(`“${task.title}” deleted`, "Undo", () => actions.restore(this.store(), task, this.store().afterEdit(entry)));
  }

  /** @param {any} target */
  #focus(target) {
    const row = this.#of(target);
    if (row && target.classList.contains("title")) this.editing = { id: row.id, begun: row.begun, saved: target.value };
    else if (row && target.type === "date") this.picking = row.begun;
  }

  /** @param {any} target */
  #type(target) {
    const editing = this.editing;
    if (!editing || !target.classList.contains("title")) return;
    clearTimeout(editing.timer);
    editing.timer = setTimeout(() => this.#saveTitle(editing.id), TYPING_PAUSE_MS);
  }

  /** @param {any} target */
  async #leave(target) {
    const editing = this.editing;
    if (!editing || !target.classList.contains("title")) return;
    await this.#saveTitle(editing.id);
    if (this.editing === editing) this.editing = null;
    const rendered = this.rendered.get(editing.id);
    if (rendered && target !== document.activeElement && target.value.trim() === editing.saved.trim()) target.value = rendered.task.title;
    else if (rendered && !target.value.trim()) target.value = rendered.task.title;
  }

  /** Saves the title being edited, if it changed. One save after the other: the author of the next has been shown this one. @param {string} id */
  #saveTitle(id) {
    const editing = this.editing;
    const task = this.rendered.get(id)?.task;
    const input = /** @type {HTMLInputElement | null | undefined} */ (this.rows.get(id)?.querySelector(".title"));
    if (!editing || editing.id !== id || !task || !input) return Promise.resolve();
    clearTimeout(editing.timer);
    const title = input.value.trim();
    editing.saving = (editing.saving ?? Promise.resolve()).then(async () => {
      if (!title || title === editing.saved.trim()) return;
      const entry = await saved(actions.rename(this.store(), task, title, editing.begun));
      if (!entry) return;
      editing.saved = title;
      editing.begun = this.store().afterEdit(entry);
    });
    return editing.saving;
  }

  /** @param {any} target */
  async #pick(target) {
    const row = this.#of(target);
    if (!row || target.type !== "date") return;
    const time = row.task.due?.slice(10) ?? "";
    const day = target.value;
    this.picked = (this.picked ?? Promise.resolve()).then(async () => {
      const entry = await saved(actions.setDue(this.store(), row.task, day ? day + time : null, this.picking ?? row.begun));
      if (entry) this.picking = this.store().afterEdit(entry);
    });
  }

  /** @param {KeyboardEvent & {target: any}} event */
  #key(event) {
    const row = this.#of(event.target);
    if (!row) return;
    const isTitle = event.target.classList.contains("title");
    if (isTitle && event.key === "Enter") event.target.blur();
    else if (isTitle && event.key === "Escape") {
      event.target.value = row.task.title;
      event.target.blur();
    } else if (event.target.classList.contains("ring") && event.key.toLowerCase() === "s") {
      this.#toggle(row.task, row.begun, row.task.status === "in_progress" ? "pending" : "in_progress");
    } else if (!isTitle && event.target.type !== "date" && event.key === "Delete") this.#remove(row.task, row.begun);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#step(event, event.key === "ArrowDown" ? 1 : -1);
  }

  /** @param {KeyboardEvent & {target: any}} event @param {number} by */
  #step(event, by) {
    if (event.target.type === "date") return;
    const rows = [...document.querySelectorAll("#open > .row, #completed[open] .row")];
    const to = rows[rows.indexOf(event.target.closest(".row")) + by];
    const kind = ["ring", "title", "remove"].find((name) => event.target.classList.contains(name));
    const focus = /** @type {HTMLElement | null} */ (to?.querySelector(`.${kind}`));
    if (focus) {
      event.preventDefault();
      focus.focus();
    }
  }
}

/** Moves a row; where the browser can, without losing focus. @param {any} list @param {HTMLElement} row @param {Element | null} next */
function move(list, row, next) {
  if (row.isConnected && list.moveBefore) list.moveBefore(row, next);
  else list.insertBefore(row, next);
}

/** @param {Task[]} open @param {string} today */
function summary(open, today) {
  const late = open.filter((task) => task.due && daysBetween(today, task.due.slice(0, 10)) < 0).length;
  const date = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" }).format(new Date());
  return [date, `${open.length} open`, late && `${late} overdue`].filter(Boolean).join(" · ");
}
