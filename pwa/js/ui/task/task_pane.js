/**
 * One task with its text, facts, subtasks, comments and history. Beside the list on a desktop, over it on a
 * phone. Fields to type in are created once; the rest is described at each render.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/task.js").Task} Task
 */
import { byId, icon, isNarrow, tool, yieldToBrowser } from "../../lib/dom.js";
import { element, h, patch } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { hrefOf } from "../../domain/routes.js";
import { fit } from "../kit/grow.js";
import { toast } from "../kit/toast.js";
import { dot, PRIORITIES, ringOf } from "../kit/task_marks.js";
import { Description } from "./description.js";
import { keepDrafts } from "./drafts.js";
import { factsOf } from "./facts.js";
import { Subtasks } from "./subtasks.js";
import { TaskComments } from "./task_comments.js";
import { TaskHistory } from "./task_history.js";
import { saveAsTyped } from "./typing.js";
import { restore, toggle } from "../commands/task.js";
import { leaveRemovedList } from "../commands/navigation.js";

export class TaskPane {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.box = byId("pane");
    /** @type {string | null} */
    this.id = null;
    /** @type {Task | null} as shown on the screen */
    this.task = null;
    /** @type {import("../../store/replica.js").EditBase | undefined} its edit base */
    this.base = undefined;
    /** Whether the task has been removed while it is being edited or pressed. */
    this.isOfGone = false;
    this.isPressed = false;
    this.isUnfolded = false;
    this.title = element("textarea", {
      "aria-label": t("field.title"),
      rows: 1,
      enterKeyHint: "done",
      dir: "auto",
    });
    this.description = new Description(() => this.task && this.#show(this.task));
    this.subtasks = new Subtasks(context);
    this.comments = new TaskComments(context);
    this.history = new TaskHistory(context);
    this.#listen();
  }

  /** Shows the task of the route, or nothing. */
  render() {
    const id = this.context.view.route.task;
    const task = id ? (this.context.view.tasks.all.get(id) ?? null) : null;
    const isOpening = task && !this.id;
    if (!task && (this.heldId || (this.isOfGone && this.isPressed))) return this.#showGone();
    if (this.id !== (task?.id ?? null)) this.#turnTo(task);
    if (task) this.isOfGone = false;
    this.box.hidden = !task;
    for (const name of ["side", "main", "tabs"]) byId(name).inert = Boolean(task) && isNarrow();
    if (task) this.#show(task);
    if (isOpening && isNarrow() && !this.box.contains(document.activeElement)) this.focusRing();
  }

  /** The removed task with the focused text field: it stays, or the next letters would be shortcuts. */
  get heldId() {
    const field = document.activeElement;
    const isHere = field instanceof HTMLElement && this.box.contains(field) && field.checkVisibility();
    if (!this.id || this.context.view.tasks.all.has(this.id) || !isHere) return null;
    const isTyping =
      this.context.editors.has(field) ||
      [this.subtasks.field, this.comments.field].some((each) => each === field);
    return isTyping ? this.id : null;
  }

  focus() {
    const field = /** @type {any} */ (document.activeElement);
    // the person has already moved the focus
    if ([this.description.field, this.subtasks.field, this.comments.field].includes(field)) return;
    this.title.focus();
    this.title.setSelectionRange(this.title.value.length, this.title.value.length);
  }

  focusRing() {
    this.box.querySelector(".ring").focus();
  }

  focusSubtasks() {
    this.subtasks.field.focus();
  }

  /** Resolves once a pending comment is saved. */
  get adding() {
    return this.comments.adding;
  }

  /**
   * The edit base of a task here.
   * @param {string} id
   */
  editBase(id) {
    return id === this.id ? this.base : this.subtasks.bases.get(id);
  }

  /** Typing continues; the typed text stays. */
  #showGone() {
    this.isOfGone = true;
    if (this.task) this.#show(this.task);
  }

  /**
   * The text typed in a removed task is under Sync, or moves there.
   * @param {string} id
   */
  async #letGo(id) {
    this.isOfGone = false;
    const { store } = this.context.view;
    const hasDrafts = await keepDrafts(this.context, [id]);
    leaveRemovedList(this.context);
    if (hasDrafts || store.rejected.some(({ entry }) => entry.id === id))
      toast(t("draft.saved"), t("action.show"), () => this.context.open.syncSheet());
  }

  /** @param {Task | null} task */
  #turnTo(task) {
    for (const field of [this.title, this.description.field]) this.context.editors.end(field);
    if (this.id && this.isOfGone && !this.context.view.tasks.all.has(this.id)) this.#letGo(this.id);
    this.id = task?.id ?? null;
    this.isUnfolded = false;
    this.description.isEditing = false;
    this.subtasks.turnTo(this.id);
    this.comments.turnTo(task);
    this.box.scrollTop = 0;
  }

  /** @param {Task} task */
  #show(task) {
    const { context } = this;
    this.task = task;
    if (!this.isOfGone) this.base = context.view.store.begin(task.id);
    const isInTrash = context.view.tasks.isInTrash(task);
    const isReadOnly = !context.edit.writable([task]).length;
    this.#fillFields(task, isInTrash, isReadOnly);
    patch(this.box, [
      this.#bar(task),
      h(
        "div",
        { class: "body" },
        this.#titleRow(task, isReadOnly),
        h("p", { class: "gone", key: "trash", role: "status", hidden: !isInTrash }, this.#inTrash()),
        h("p", { class: "gone", key: "closed", hidden: !this.isOfGone && !isReadOnly }, this.#why(task)),
        this.#facts(task, isReadOnly),
        this.description.describe(task.description, isReadOnly),
        this.subtasks.describe(task, { isReadOnly, isInTrash }),
        this.comments.box,
      ),
      h("footer", {}, this.history.box),
    ]);
    for (const field of [this.title, this.description.field]) fit(field);
    this.comments.fill(task);
    this.history.fill(task);
  }

  /**
   * A field keeps its text during typing.
   * @param {Task} task
   * @param {boolean} isInTrash
   * @param {boolean} isReadOnly
   */
  #fillFields(task, isInTrash, isReadOnly) {
    const { editors } = this.context;
    for (const [field, text] of /** @type {const} */ ([
      [this.title, task.title],
      [this.description.field, task.description],
    ])) {
      if (!editors.has(field) && field.value !== text) field.value = text;
      field.readOnly = isInTrash || (isReadOnly && !editors.has(field));
    }
    this.title.classList.toggle("is-done", task.status === "completed");
  }

  /** @param {Task} task */
  #bar(task) {
    const { context } = this;
    const list = context.view.tasks.lists.get(context.view.tasks.homeOf(task) ?? "");
    const href = hrefOf(list ? { name: "list", list: list.id } : { name: "inbox" });
    return h(
      "header",
      { class: "bar" },
      h(
        "a",
        { class: "crumb", href },
        list ? dot(list.name) : icon("inbox"),
        h("span", {}, list?.name ?? t("place.inbox")),
      ),
      h("span", { class: "push" }),
      tool("more", t("action.more"), (event) => context.run("menu", event.currentTarget)),
      tool("close", t("action.close"), () => context.pane.close()),
    );
  }

  /**
   * @param {Task} task
   * @param {boolean} isReadOnly
   */
  #titleRow(task, isReadOnly) {
    const onclick = () => this.#with((current) => toggle(this.context, [current]));
    return h(
      "div",
      { class: "detail-title", "data-priority": PRIORITIES[task.priority] || null },
      ringOf(task, { class: "ring is-accent", onclick }, isReadOnly),
      this.title,
    );
  }

  #inTrash() {
    const onclick = () => this.#with((task) => restore(this.context, [task]));
    return [
      t("trash.in"),
      h("button", { class: "quiet is-accent", type: "button", onclick }, t("action.restore")),
    ];
  }

  /**
   * The reason why it cannot be changed.
   * @param {Task} task
   */
  #why(task) {
    if (this.isOfGone) return t("task.deletedWhileTyping");
    const space = this.context.view.nameOfSpace(this.context.view.tasks.spaceOf(task));
    return t("space.viewOnlyNamed", { space });
  }

  /**
   * @param {Task} task
   * @param {boolean} isReadOnly
   */
  #facts(task, isReadOnly) {
    const { rows, hasBlank } = factsOf(this.context, task);
    const onclick = () => {
      this.isUnfolded = true;
      this.context.view.render();
    };
    const hidden = this.isUnfolded || isReadOnly || !hasBlank;
    return [
      h("dl", { class: this.isUnfolded ? "facts is-unfolded" : "facts" }, rows),
      h(
        "button",
        { class: "quiet unfold", key: "unfold", type: "button", hidden, onclick },
        icon("plus"),
        t("task.addField"),
      ),
    ];
  }

  #listen() {
    this.#edit(this.title, "title");
    this.#edit(this.description.field, "description");
    const pressed = () => {
      this.isPressed = true;
    };
    addEventListener("pointerdown", pressed, true);
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => this.#released(), true);
    for (const field of [this.subtasks.field, this.comments.field])
      field.addEventListener("blur", () => this.isOfGone && this.context.view.render());
  }

  /**
   * @param {HTMLTextAreaElement} field
   * @param {"title" | "description"} name
   */
  #edit(field, name) {
    const { editors } = this.context;
    const { description } = this;
    const isTitle = name === "title";
    saveAsTyped(this.context, field, {
      begin: () =>
        this.id && this.base && editors.begin(field, this.id, name, this.base, this.task?.[name] ?? ""),
      onEnd: (isSaved) => {
        // unless the person has come back meanwhile
        if (!isTitle && isSaved && document.activeElement !== field) description.isEditing = false;
      },
      isLine: isTitle,
      next: () => (isTitle ? null : description.opener),
    });
  }

  /** Renders a removed task after the click on it, so that the clicked element does not move. */
  #released() {
    this.isPressed = false;
    if (this.isOfGone) yieldToBrowser().then(() => this.context.view.render());
  }

  /** @param {(task: Task) => unknown} use */
  #with(use) {
    const task = this.id ? this.context.view.tasks.all.get(this.id) : null;
    if (task) use(task);
  }
}
