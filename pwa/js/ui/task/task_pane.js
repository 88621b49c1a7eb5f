/**
 * One task, whole: what it says, its facts, its subtasks, what changed. Beside the list on a desktop, over it
 * on a phone.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../domain/tasks.js").Task} Task
 */
import { dayOf, dueLong, isOverdue } from "../../lib/dates.js";
import { yieldToBrowser, byId, icon, isNarrow, tool } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { renderMarkdown } from "../../lib/markdown.js";
import { tabStorage } from "../../lib/web_storage.js";
import { t } from "../../lib/words.js";
import { DESCRIPTION_MAX } from "../../domain/edits.js";
import { hrefOf } from "../../domain/routes.js";
import { repeatText } from "../../domain/repeat/text.js";
import { fieldText } from "../../domain/history.js";
import { TaskComments } from "./task_comments.js";
import { copyButton, keepDrafts, SUBTASK_DRAFT } from "./drafts.js";
import { dot, fillRing, fillRow, makeRow, priorityText, statusText } from "../list/row.js";
import { TaskHistory } from "./task_history.js";
import { toast } from "../kit/toast.js";
import { mark } from "../kit/avatar.js";

const FACTS = /** @type {const} */ ([
  "status",
  "due",
  "repeat",
  "priority",
  "labels",
  "assignee",
  "list",
  "parent",
]);

export class TaskPane {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.box = byId("pane");
    /** @type {string | null} */
    this.id = null;
    this.isOfGone = this.isPressed = false;
    /** @type {Task | null} */
    this.filled = null;
    /** @type {import("../../store/replica.js").EditBase | undefined} what is on the screen of it */
    this.begun = undefined;
    this.isEditingNotes = false;
    this.isUnfolded = false;
    /** @type {Map<string, HTMLLIElement>} */
    this.rows = new Map();
    /** @type {Map<string, import("../../store/replica.js").EditBase>} what is on the screen of its subtasks */
    this.begunOf = new Map();
    this.crumb = element("a", { class: "crumb" });
    this.ring = element("button", { class: "ring is-accent", role: "checkbox", type: "button" });
    this.title = element("textarea", {
      "aria-label": t("Title"),
      rows: 1,
      enterKeyHint: "done",
      dir: "auto",
    });
    this.closed = element("p", { class: "gone", hidden: true });
    this.gone = element(
      "p",
      { class: "gone", role: "status" },
      t("In the trash"),
      element(
        "button",
        {
          class: "quiet is-accent",
          type: "button",
          onclick: () => this.#with((task) => app.restore([task])),
        },
        t("Restore"),
      ),
    );
    this.facts = element("dl", { class: "facts" });
    this.shownFacts = "";
    this.unfold = element(
      "button",
      {
        class: "quiet unfold",
        type: "button",
        onclick: () => {
          this.isUnfolded = true;
          this.filled = null;
          this.app.page.render();
        },
      },
      icon("plus"),
      t("Add…"),
    );
    this.shownNotes = element("div", {
      class: "notes",
      tabIndex: 0,
      role: "group",
      "aria-label": t("Description"),
    });
    this.editNotes = element("button", {
      class: "quiet notes-edit",
      type: "button",
      onclick: () => this.#openNotes(),
    });
    this.notes = element("textarea", {
      class: "notes",
      "aria-label": t("Description"),
      hidden: true,
      dir: "auto",
      placeholder: t("Description, in Markdown"),
    });
    this.subHeading = element("h2", {});
    this.subtasks = element("ul", { class: "list is-tight", role: "list", "aria-label": t("Subtasks") });
    this.sub = element("input", {
      id: "subtask",
      "aria-label": t("New subtask"),
      placeholder: t("Add a subtask"),
      maxLength: DESCRIPTION_MAX,
      autocomplete: "off",
      enterKeyHint: "done",
    });
    this.subCopy = copyButton(() => this.sub.value);
    this.subForm = element(
      "form",
      { class: "quick" },
      icon("plus"),
      element("div", { class: "quick-field" }, this.sub),
      this.subCopy,
    );
    this.comments = new TaskComments(app);
    this.story = new TaskHistory(app);
    this.box.append(
      element(
        "header",
        { class: "bar" },
        this.crumb,
        element("span", { class: "push" }),
        tool("more", t("More"), (event) => this.app.run("menu", event.currentTarget)),
        tool("close", t("Close"), () => this.app.closeTask()),
      ),
      element(
        "div",
        { class: "body" },
        element("div", { class: "detail-title" }, this.ring, this.title),
        this.gone,
        this.closed,
        this.facts,
        this.unfold,
        this.shownNotes,
        this.editNotes,
        this.notes,
        element("section", { class: "group" }, this.subHeading, this.subtasks, this.subForm),
        this.comments.box,
      ),
      element("footer", {}, this.story.box),
    );
    this.#listen();
  }

  /** Shows the task of the place, or nothing. */
  render() {
    const id = this.app.route.task;
    const task = id ? (this.app.tasks.all.get(id) ?? null) : null;
    const isOpening = task && !this.id;
    if (!task && (this.heldId || (this.isOfGone && this.isPressed))) return this.#sayGone();
    if (this.id !== (task?.id ?? null)) this.#turnTo(task?.id ?? null);
    this.box.hidden = !task;
    for (const name of ["side", "main", "tabs"]) byId(name).inert = Boolean(task) && isNarrow();
    if (task) this.#fill(task);
    if (isOpening && isNarrow() && !this.box.contains(document.activeElement)) this.ring.focus();
  }

  /** The task that has gone while it is typed in: it stays until that ends. */
  get heldId() {
    const field = document.activeElement;
    if (
      !this.id ||
      this.app.tasks.all.has(this.id) ||
      !(field instanceof HTMLElement) ||
      !this.box.contains(field) ||
      !field.checkVisibility()
    )
      return null;
    const isTyping = this.app.editors.has(field)
      ? this.app.editors.isChanged(field)
      : [this.sub, this.comments.field].some((each) => each === field && each.value);
    return isTyping ? this.id : null;
  }

  /** What is typed goes on; what was typed is kept. */
  #sayGone() {
    this.isOfGone = true;
    this.closed.hidden = false;
    this.closed.textContent = t("This task is not here any more. What you type is kept in the sync sheet.");
  }

  /**
   * What was typed in a task that has gone is in the sync sheet, or goes there.
   * @param {string} id
   */
  async #letGo(id) {
    this.isOfGone = false;
    await keepDrafts(this.app, [id]);
    this.app.leaveGone();
    toast(t("What you typed is in the sync sheet."), t("Show"), () => this.app.openSyncSheet());
  }

  /** A half-typed subtask is its task's, until it is added. */
  #keepSub() {
    if (!this.id) return;
    if (this.sub.value) tabStorage.set(SUBTASK_DRAFT + this.id, this.sub.value);
    else tabStorage.remove(SUBTASK_DRAFT + this.id);
  }

  focus() {
    const field = /** @type {any} */ (document.activeElement);
    if ([this.notes, this.sub, this.comments.field].includes(field)) return; // one was faster
    this.title.focus();
    this.title.setSelectionRange(this.title.value.length, this.title.value.length);
  }

  /**
   * What the person was shown of a task here.
   * @param {string} id
   */
  begunFor(id) {
    return id === this.id ? this.begun : this.begunOf.get(id);
  }

  /** @param {string | null} id */
  #turnTo(id) {
    for (const field of [this.title, this.notes]) this.app.editors.end(field);
    if (this.id && this.app.tasks.all.has(this.id)) this.#keepSub();
    else if (this.id && this.isOfGone) this.#letGo(this.id);
    this.id = id;
    this.filled = null;
    this.isEditingNotes = false;
    this.isUnfolded = false;
    this.sub.value = (id && tabStorage.get(SUBTASK_DRAFT + id)) ?? "";
    this.rows.clear();
    patch(this.subtasks, []);
    this.comments.turnTo(id ? (this.app.tasks.all.get(id) ?? null) : null);
    this.box.scrollTop = 0;
  }

  #listen() {
    const { app } = this;
    this.ring.addEventListener("click", () => this.#with((task) => app.toggle([task])));
    for (const [field, name] of /** @type {const} */ ([
      [this.title, "title"],
      [this.notes, "description"],
    ])) {
      const begin = () =>
        this.id &&
        this.begun &&
        app.editors.begin(field, this.id, name, this.begun, this.filled?.[name] ?? "");
      field.addEventListener("focus", begin);
      field.addEventListener("input", () => {
        begin(); // the pane may have turned to another task under the focused field
        grow(field);
        app.editors.typed(field);
      });
      field.addEventListener("blur", async () => {
        const isSaved = await app.editors.end(field);
        // unless one has come back meanwhile
        if (field === this.notes && isSaved && document.activeElement !== field) this.isEditingNotes = false;
        this.filled = null;
        app.page.render();
      });
      field.addEventListener("keydown", (event) => this.#keyIn(event, field));
    }
    this.shownNotes.addEventListener("click", (event) => {
      if (!(/** @type {Element} */ (event.target).closest("a")) && !getSelection()?.toString())
        this.#openNotes();
    });
    this.shownNotes.addEventListener(
      "keydown",
      (event) =>
        event.key === "Enter" &&
        event.target === this.shownNotes &&
        (event.preventDefault(), this.#openNotes()),
    );
    this.subForm.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#with((task) => this.#addSubtask(task));
    });
    addEventListener(
      "pointerdown",
      () => {
        this.isPressed = true;
      },
      true,
    );
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => this.#released(), true);
    this.sub.addEventListener("input", () => this.#keepSub());
    this.sub.addEventListener("blur", () => this.isOfGone && app.page.render());
    this.comments.field.addEventListener("blur", () => this.isOfGone && app.page.render());
    this.sub.addEventListener("paste", (event) => this.#paste(event));
    this.subtasks.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      const subtask = app.tasks.all.get(
        /** @type {HTMLElement | null} */ (target.closest(".row"))?.dataset.id ?? "",
      );
      if (subtask && target.closest(".ring")) app.toggle([subtask]);
    });
  }

  /** What is being clicked stays where it is until then. */
  #released() {
    this.isPressed = false;
    if (this.isOfGone) yieldToBrowser().then(() => this.app.page.render());
  }

  /** @param {(task: Task) => unknown} use */
  #with(use) {
    const task = this.id ? this.app.tasks.all.get(this.id) : null;
    if (task) use(task);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLTextAreaElement} field
   */
  #keyIn(event, field) {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      if (field === this.title) this.app.editors.giveUp(field); // a long text is never thrown away by one key
      field.blur();
      this.filled = null;
      this.app.page.render();
      this.app.focusPane(field === this.notes ? this.editNotes : null);
    } else if (
      event.key === "Enter" &&
      !event.isComposing &&
      (field === this.title || event.ctrlKey || event.metaKey)
    ) {
      event.preventDefault();
      field.blur();
      this.app.focusPane(null);
    }
  }

  #openNotes() {
    if (this.notes.readOnly) return;
    this.isEditingNotes = true;
    this.filled = null;
    this.#with((task) => this.#fill(task));
    this.notes.focus();
  }

  /** @param {Task} task */
  #addSubtask(task) {
    const title = this.sub.value.trim();
    if (!title) return;
    this.sub.value = "";
    this.app.addSubtasks(task, [title]).then((isSaved) => {
      if (!isSaved) this.sub.value = title;
      this.#keepSub();
    });
  }

  /** @param {ClipboardEvent} event */
  async #paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.trim().includes("\n")) return;
    event.preventDefault();
    const { lines } = await this.app.page.more();
    this.#with((task) =>
      this.app.addSubtasks(
        task,
        lines(text).map((line) => line.title),
      ),
    );
  }

  /** @param {Task} task */
  #fill(task) {
    const { app } = this;
    this.begun = app.store.begin(task.id);
    this.#fillSubtasks(task);
    this.comments.fill(task);
    if (this.filled === task && this.filledVersion === this.#aroundVersion(task)) return;
    this.filled = task;
    this.filledVersion = this.#aroundVersion(task);
    const home = app.tasks.homeOf(task);
    const list = home ? app.tasks.lists.get(home) : null;
    this.crumb.href = hrefOf(list ? { name: "list", list: list.id } : { name: "inbox" });
    patch(this.crumb, [list ? dot(list.name) : icon("inbox"), element("span", {}, list?.name ?? t("Inbox"))]);
    fillRing(this.ring, task);
    if (task.priority)
      this.ring.parentElement?.setAttribute("data-priority", ["", "low", "medium", "high"][task.priority]);
    else this.ring.parentElement?.removeAttribute("data-priority");
    if (!app.editors.has(this.title)) this.title.value = task.title;
    this.title.classList.toggle("is-done", task.status === "completed");
    if (!app.editors.has(this.notes)) this.notes.value = task.description;
    const isGone = app.tasks.isInTrash(task);
    this.gone.hidden = !isGone;
    const isClosed = !app.writable([task]).length;
    this.closed.hidden = !isClosed;
    this.closed.textContent = t("You may read “{space}”, not change it.", {
      space: app.nameOfSpace(app.tasks.spaceOf(task)),
    });
    for (const field of [this.title, this.notes, this.sub])
      field.readOnly = isGone || (isClosed && !app.editors.has(field));
    this.ring.setAttribute("aria-readonly", String(isClosed));
    this.subForm.hidden = isClosed && !this.sub.value;
    this.subCopy.hidden = !isClosed || !this.sub.value;
    this.notes.hidden = !this.isEditingNotes;
    this.shownNotes.hidden = this.isEditingNotes || !task.description;
    this.editNotes.hidden = this.isEditingNotes || Boolean(task.description) || isClosed;
    this.editNotes.textContent = t("Add a description");
    if (!this.shownNotes.hidden) patch(this.shownNotes, [renderMarkdown(task.description)]);
    for (const field of [this.title, this.notes]) grow(field);
    this.#fillFacts(task);
    this.story.fill(task);
  }

  /**
   * What the facts show besides the task itself.
   * @param {Task} task
   */
  #aroundVersion(task) {
    const { tasks } = this.app;
    const parent = tasks.parentOf(task);
    return [
      dayOf(this.app.now()),
      tasks.lists.get(task.list ?? "")?.record.seq,
      tasks.lists.get(task.list ?? "")?.name,
      parent?.title,
      tasks.spaceOf(task),
      this.app.store.roles[tasks.spaceOf(task)],
      JSON.stringify(tasks.members.of(tasks.spaceOf(task))),
    ].join("\n");
  }

  /** @param {Task} task */
  #fillFacts(task) {
    const focused =
      document.activeElement instanceof HTMLElement && this.facts.contains(document.activeElement)
        ? document.activeElement.dataset.fact
        : null;
    const rows = FACTS.flatMap((name) => this.#fact(task, name));
    for (const field of ["title", "description", "deleted"])
      if (task.conflicts.includes(field))
        rows.push(element("dt", {}, fieldText(field)), element("dd", {}, this.#mark(task, field)));
    const signature = rows.map((row) => row.outerHTML).join("");
    // else a button would go between press and release
    if (this.shownFacts !== signature) patch(this.facts, [...rows]);
    this.shownFacts = signature;
    this.facts.classList.toggle("is-unfolded", this.isUnfolded);
    this.unfold.hidden =
      this.isUnfolded ||
      !this.app.writable([task]).length ||
      !rows.some((row) => row.className === "is-blank");
    if (focused)
      /** @type {HTMLElement | null} */ (this.facts.querySelector(`[data-fact="${focused}"]`))?.focus();
  }

  /**
   * @param {Task} task
   * @param {typeof FACTS[number]} name
   * @returns {HTMLElement[]}
   */
  #fact(task, name) {
    const { content, isEmpty } = this.#content(task, name);
    if ((name === "parent" && isEmpty) || (name === "assignee" && isEmpty && !this.app.isAssignable([task])))
      return [];
    const command = {
      status: "status",
      due: "due",
      repeat: "repeat",
      priority: "priority",
      labels: "label",
      assignee: "assign",
      list: "move",
      parent: "openParent",
    }[name];
    const words = fieldText(name);
    const isFixed = !this.app.writable([task]).length && name !== "parent";
    const button = isFixed
      ? element("span", { class: "value is-fixed" }, ...content)
      : element(
          "button",
          {
            class: "value",
            type: "button",
            "data-fact": name,
            "aria-haspopup": "dialog",
            onclick: (/** @type {any} */ event) => this.app.run(command, event.currentTarget),
          },
          element("span", { class: "hidden" }, `${words}: `),
          ...content,
        );
    const disputed =
      name === "labels"
        ? task.conflicts.filter((field) => field.startsWith("label/"))
        : task.conflicts.filter((field) => field === name);
    const hidden = isEmpty && !disputed.length ? "is-blank" : "";
    return [
      element("dt", { class: hidden }, words),
      element("dd", { class: hidden }, button, ...disputed.map((field) => this.#mark(task, field))),
    ];
  }

  /**
   * @param {Task} task
   * @param {typeof FACTS[number]} name
   * @returns {{content: import("../../lib/patch.js").Child[], isEmpty: boolean}}
   */
  #content(task, name) {
    const { tasks } = this.app;
    const now = this.app.now();
    const none = (/** @type {string} */ words) => ({
      content: [element("span", { class: "is-muted" }, words)],
      isEmpty: true,
    });
    if (name === "status") return { content: [statusText(task.status)], isEmpty: false };
    if (name === "due") {
      if (!task.due) return none(t("None"));
      const isLate = task.status !== "completed" && isOverdue(task.due, now);
      return {
        content: [element("span", { class: isLate ? "late" : "" }, dueLong(task.due, dayOf(now)))],
        isEmpty: false,
      };
    }
    if (name === "repeat")
      return task.repeat
        ? { content: [icon("repeat"), repeatText(task.repeat)], isEmpty: false }
        : none(t("Never"));
    if (name === "priority")
      return task.priority ? { content: [priorityText(task.priority)], isEmpty: false } : none(t("None"));
    if (name === "labels")
      return task.labels.length
        ? {
            content: task.labels.flatMap((label) => [dot(label), element("span", {}, label)]),
            isEmpty: false,
          }
        : none(t("None"));
    if (name === "assignee") {
      const assignee = tasks.assigneeOf(task);
      return assignee
        ? { content: [mark(assignee), element("span", {}, assignee.name)], isEmpty: false }
        : none(t("Nobody"));
    }
    if (name === "parent") {
      const parent = tasks.parentOf(task);
      return parent ? { content: [parent.title], isEmpty: false } : none(t("None"));
    }
    const home = tasks.homeOf(task);
    const list = home ? tasks.lists.get(home) : undefined;
    return { content: [list ? tasks.nameOfList(list) : t("Inbox")], isEmpty: false };
  }

  /**
   * The mark beside a field that was changed in two places.
   * @param {Task} task
   * @param {string} field
   */
  #mark(task, field) {
    const inside = [element("i", { class: "mark" }), t("2 values")];
    if (!this.app.writable([task]).length) return element("span", { class: "mark-button" }, ...inside);
    return element(
      "button",
      {
        class: "mark-button",
        type: "button",
        "data-conflict": field,
        "aria-label": `${t("2 values")}: ${t("{field} was changed in two places", { field: fieldText(field) })}`,
        onclick: (/** @type {any} */ event) => this.app.settleConflict(task, field, event.currentTarget),
      },
      ...inside,
    );
  }

  /** @param {Task} task */
  #fillSubtasks(task) {
    const { tasks, store, route } = this.app;
    const subtasks = tasks.subtasksOf(task.id);
    const progress = tasks.progressOf(task.id);
    patch(this.subHeading, [
      t("Subtasks"),
      progress ? element("span", { class: "num" }, ` ${t("{done} of {all}", progress)}`) : "",
    ]);
    const keep = new Set(subtasks.map(({ id }) => id));
    for (const [id, row] of this.rows) {
      if (keep.has(id)) continue;
      row.remove();
      this.rows.delete(id);
    }
    for (const subtask of subtasks) {
      const row = this.rows.get(subtask.id) ?? makeRow();
      this.begunOf.set(subtask.id, store.begin(subtask.id));
      fillRow(row, subtask, {
        today: dayOf(this.app.now()),
        href: hrefOf({ ...route, task: subtask.id }),
        listName: null,
        progress: tasks.progressOf(subtask.id),
        comments: tasks.comments.count(subtask.id),
        assignee: tasks.assigneeOf(subtask),
      });
      for (const part of row.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex");
      if (!this.rows.has(subtask.id)) this.subtasks.append(row);
      this.rows.set(subtask.id, row);
    }
  }
}

/** @param {HTMLTextAreaElement} field */
function grow(field) {
  field.style.blockSize = "auto";
  if (field.scrollHeight) field.style.blockSize = `${field.scrollHeight}px`;
}
