/**
 * Comments on the open task: read, written, changed and taken away without a network as with one. A
 * half-typed one is its task's until it is added.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../domain/tasks.js").Task} Task
 * @typedef {import("../../domain/comments.js").Comment} Comment
 */
import { relativeTimeText } from "../../lib/relative_time.js";
import { tool } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { tabStorage } from "../../lib/web_storage.js";
import { renderMarkdown } from "../../lib/markdown.js";
import { t } from "../../lib/words.js";
import { change } from "../../domain/edits.js";
import { createComment, mayDelete } from "../../domain/comments.js";
import { mayWrite } from "../../domain/members.js";
import { COMMENT_DRAFT, copyButton } from "./drafts.js";
import { mark } from "../kit/avatar.js";

const MINUTE_MS = 60_000;

export class TaskComments {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Task | null} */
    this.task = null;
    /** @type {string | null} the comment that is being changed */
    this.editing = null;
    this.filled = "";
    /** @type {Promise<void>} */
    this.adding = Promise.resolve();
    this.count = element("span", { class: "num" });
    this.list = element("ol", { role: "list", "aria-label": t("Comments") });
    this.field = element("textarea", {
      id: "new-comment",
      rows: 1,
      "aria-label": t("New comment"),
      placeholder: t("Comment, in Markdown"),
      maxLength: 5_000,
      dir: "auto",
    });
    this.send = element("button", { class: "button is-main" }, t("Comment"));
    this.copy = copyButton(() => this.field.value);
    this.form = element(
      "form",
      {
        class: "comment-form",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.adding = this.#add();
        },
      },
      this.field,
      this.send,
      this.copy,
    );
    this.box = element(
      "section",
      { class: "group comments", "aria-label": t("Comments") },
      element("h2", {}, t("Comments"), this.count),
      this.list,
      this.form,
    );
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
      if (event.key !== "Escape") return;
      event.stopPropagation();
      event.preventDefault();
      app.focusPane(null);
    });
  }

  /** @param {Task | null} task */
  turnTo(task) {
    this.task = task;
    this.editing = null;
    this.filled = "";
    this.field.value = (task && tabStorage.get(COMMENT_DRAFT + task.id)) ?? "";
    this.#typed();
  }

  /** @param {Task} task */
  fill(task) {
    const { app } = this;
    if (this.task?.id !== task.id) this.turnTo(task);
    this.task = task;
    this.box.hidden = !app.account;
    if (!app.account) return;
    const { tasks, store } = app;
    const space = tasks.spaceOf(task);
    const comments = tasks.comments.of(task.id);
    const isClosed = !mayWrite(store, space) || tasks.isInTrash(task);
    const signature = JSON.stringify([
      comments.map(({ id, record }) => [id, record.clock]),
      space,
      isClosed,
      this.editing,
      tasks.members.of(space),
      Math.floor(app.now().getTime() / MINUTE_MS),
    ]);
    this.form.hidden = isClosed && !this.field.value;
    this.field.readOnly = isClosed;
    this.copy.hidden = !isClosed;
    this.send.hidden = isClosed || !this.field.value.trim();
    this.count.textContent = comments.length ? ` ${comments.length}` : "";
    if (
      this.filled === signature ||
      (document.activeElement?.matches("textarea") && this.list.contains(document.activeElement))
    )
      return;
    this.filled = signature;
    const focused = this.#focused();
    patch(this.list, [...comments.map((comment) => this.#comment(comment, isClosed))]);
    if (focused) /** @type {HTMLElement | null} */ (this.list.querySelector(focused))?.focus();
  }

  /** What has the focus among the comments, as a selector: they are made anew. */
  #focused() {
    const held = document.activeElement;
    if (!(held instanceof HTMLElement) || !this.list.contains(held)) return "";
    return `[data-comment="${/** @type {HTMLElement | null} */ (held.closest("[data-comment]"))?.dataset.comment}"] [data-act="${held.dataset.act}"]`;
  }

  /**
   * @param {Comment} comment
   * @param {boolean} isClosed
   */
  #comment(comment, isClosed) {
    const { app } = this;
    const { account, tasks, store } = app;
    const space = tasks.spaceOf(/** @type {Task} */ (this.task));
    const isOwn = comment.author === account?.id;
    const name =
      (isOwn ? account?.name : tasks.members.nameOf(comment.author, space)) ||
      (isOwn ? t("No name") : t("Someone who left"));
    const begun = store.begin(comment.id);
    const acts = isClosed
      ? []
      : [
          isOwn ? this.#tool("edit", t("Change this comment"), () => this.#edit(comment.id)) : "",
          mayDelete(comment, account?.id ?? "", store.roles[space] ?? "owner")
            ? this.#tool("trash", t("Delete this comment"), () => this.#remove(comment, begun))
            : "",
        ];
    const said =
      this.editing === comment.id && isOwn && !isClosed
        ? this.#field(comment, begun)
        : element("div", { class: "said notes", dir: "auto" }, renderMarkdown(comment.text));
    return element(
      "li",
      { class: "comment", "data-comment": comment.id },
      mark({ account: comment.author, name }),
      element(
        "div",
        {},
        element(
          "p",
          { class: "by-line" },
          element("b", {}, isOwn ? t("You") : name),
          element("small", {}, relativeTimeText(Date.parse(comment.created), app.now().getTime())),
          element("span", { class: "push" }),
          ...acts,
        ),
        said,
      ),
    );
  }

  /**
   * @param {string} mark
   * @param {string} label
   * @param {() => unknown} onclick
   */
  #tool(mark, label, onclick) {
    return tool(mark, label, onclick, { "data-act": mark });
  }

  /** @param {string} id */
  #edit(id) {
    this.editing = id;
    this.app.page.renderNow();
    const field = /** @type {HTMLTextAreaElement | null} */ (this.list.querySelector("textarea"));
    field?.focus();
    if (field) grow(field);
  }

  /**
   * @param {Comment} comment
   * @param {import("../../store/replica.js").EditBase} begun
   */
  #field(comment, begun) {
    const { editors, page } = this.app;
    const field = element("textarea", {
      "aria-label": t("Comment"),
      value: comment.text,
      maxLength: 5_000,
      dir: "auto",
    });
    const begin = () => editors.begin(field, comment.id, "text", begun, comment.text);
    field.addEventListener("focus", begin);
    field.addEventListener("input", () => {
      begin();
      grow(field);
      editors.typed(field);
    });
    field.addEventListener("blur", async () => {
      if (await editors.end(field)) this.editing = null;
      this.filled = "";
      page.render();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
      event.stopPropagation();
      event.preventDefault();
      field.blur();
      this.app.afterRender(() =>
        /** @type {HTMLElement | null} */ (
          this.list.querySelector(`[data-comment="${comment.id}"] [data-act="edit"]`)
        )?.focus(),
      );
    });
    return field;
  }

  /**
   * @param {Comment} comment
   * @param {import("../../store/replica.js").EditBase} begun
   */
  #remove(comment, begun) {
    this.field.focus();
    return this.app.act(
      t("Comment deleted"),
      change([comment], { deleted: this.app.now().toISOString() }, () => begun),
    );
  }

  async #add() {
    const { app, task } = this;
    const text = this.field.value;
    if (!task || !text.trim() || !app.account || this.field.readOnly) return;
    if (!app.tasks.all.has(task.id)) return this.field.blur();
    this.field.value = "";
    const step = await app.act(
      t("Comment added"),
      [
        createComment(
          { space: app.tasks.spaceOf(task) || app.store.space, task: task.id, text, author: app.account.id },
          app.now().toISOString(),
        ),
      ],
      { isQuiet: true },
    );
    if (!step && this.task?.id === task.id) this.field.value = text;
    if (!step) tabStorage.set(COMMENT_DRAFT + task.id, text);
    this.#typed();
  }

  #typed() {
    this.send.hidden = this.field.readOnly || !this.field.value.trim();
    grow(this.field);
    this.#keep();
  }

  #keep() {
    if (!this.task) return;
    if (this.field.value) tabStorage.set(COMMENT_DRAFT + this.task.id, this.field.value);
    else tabStorage.remove(COMMENT_DRAFT + this.task.id);
  }
}

/** @param {HTMLTextAreaElement} field */
function grow(field) {
  field.style.blockSize = "auto";
  if (field.scrollHeight) field.style.blockSize = `${field.scrollHeight}px`;
}
