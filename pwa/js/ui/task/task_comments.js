/**
 * Comments on the open task: reading, writing, editing and deleting also work offline. Unfinished text stays
 * with its task until it is added.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("../../domain/comments.js").Comment} Comment
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 */
import { relativeTimeText } from "../../lib/relative_time.js";
import { tool } from "../../lib/dom.js";
import { element, h, patch } from "../../lib/patch.js";
import { tabStorage } from "../../lib/web_storage.js";
import { describeMarkdown } from "../../lib/markdown.js";
import { t } from "../../i18n/i18n.js";
import { change } from "../../domain/edits.js";
import { COMMENT_MAX, createComment, mayDelete } from "../../domain/comments.js";
import { mayWrite } from "../../domain/members.js";
import { avatarBesideName } from "../kit/avatar.js";
import { grow } from "../kit/grow.js";
import { COMMENT_DRAFT, copyButton } from "./drafts.js";

export class TaskComments {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Task | null} */
    this.task = null;
    /** @type {{id: string, field: HTMLTextAreaElement} | null} the comment that is being edited */
    this.editing = null;
    /** @type {Promise<void>} */
    this.adding = Promise.resolve();
    this.field = element("textarea", {
      id: "new-comment",
      rows: 1,
      "aria-label": t("comment.new"),
      placeholder: t("comment.placeholder"),
      maxLength: COMMENT_MAX,
      dir: "auto",
      oninput: () => this.#typed(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#press(event),
    });
    this.box = element("section", { class: "group comments", "aria-label": t("comment.plural") });
  }

  /** @param {Task | null} task */
  turnTo(task) {
    this.task = task;
    this.editing = null;
    this.field.value = (task && tabStorage.get(COMMENT_DRAFT + task.id)) ?? "";
    if (task) this.fill(task);
    grow(this.field);
  }

  /** @param {Task} task */
  fill(task) {
    const { context } = this;
    if (this.task?.id !== task.id) return this.turnTo(task);
    this.task = task;
    this.box.hidden = !context.view.account;
    if (!context.view.account) return;
    const isReadOnly =
      !mayWrite(context.view.store, context.view.tasks.spaceOf(task)) || context.view.tasks.isInTrash(task);
    const comments = context.view.tasks.comments.of(task.id);
    this.field.readOnly = isReadOnly;
    patch(this.box, [
      h(
        "h2",
        {},
        t("comment.plural"),
        h("span", { class: "num" }, comments.length > 0 && ` ${comments.length}`),
      ),
      h(
        "ol",
        { role: "list", "aria-label": t("comment.plural") },
        comments.map((comment) => this.#comment(comment, isReadOnly)),
      ),
      this.#form(isReadOnly),
    ]);
  }

  /** @param {boolean} isReadOnly */
  #form(isReadOnly) {
    const text = this.field.value;
    const onsubmit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.adding = this.#add();
    };
    const hidden = isReadOnly || !text.trim();
    return h(
      "form",
      { class: "comment-form", hidden: isReadOnly && !text, onsubmit },
      this.field,
      h("button", { class: "button is-main", key: "send", hidden }, t("comment.submit")),
      copyButton(() => this.field.value, !isReadOnly),
    );
  }

  /**
   * @param {Comment} comment
   * @param {boolean} isReadOnly
   */
  #comment(comment, isReadOnly) {
    const { context } = this;
    const isOwn = comment.author === context.view.account?.id;
    const name = this.#nameOf(comment, isOwn);
    const when = relativeTimeText(Date.parse(comment.created), context.view.now().getTime());
    return h(
      "li",
      { class: "comment", key: comment.id, "data-comment": comment.id },
      avatarBesideName({ account: comment.author, name }),
      h(
        "div",
        {},
        h(
          "p",
          { class: "by-line" },
          h("b", {}, isOwn ? t("comment.you") : name),
          h("small", {}, when),
          h("span", { class: "push" }),
          !isReadOnly && this.#tools(comment, isOwn),
        ),
        this.#text(comment, isOwn && !isReadOnly),
      ),
    );
  }

  /**
   * @param {Comment} comment
   * @param {boolean} isOwn
   */
  #nameOf({ author }, isOwn) {
    const { account, tasks } = this.context.view;
    if (isOwn) return account?.name || t("member.unnamed");
    return tasks.members.nameOf(author, this.#space()) || t("member.former");
  }

  #space() {
    return this.context.view.tasks.spaceOf(/** @type {Task} */ (this.task));
  }

  /**
   * @param {Comment} comment
   * @param {boolean} isOwn
   */
  #tools(comment, isOwn) {
    const { account, store } = this.context.view;
    const base = store.begin(comment.id);
    const isRemovable = mayDelete(comment, account?.id ?? "", store.roles[this.#space()] ?? "owner");
    const edit = () => this.#edit(comment);
    const remove = () => this.#remove(comment, base);
    return [
      isOwn && tool("edit", t("comment.edit"), edit, { key: "edit", "data-act": "edit" }),
      isRemovable && tool("trash", t("comment.delete"), remove, { key: "trash", "data-act": "trash" }),
    ];
  }

  /**
   * @param {Comment} comment
   * @param {boolean} isEditable
   */
  #text(comment, isEditable) {
    if (this.editing?.id === comment.id && isEditable) return this.editing.field;
    return h("div", { class: "said notes", dir: "auto" }, describeMarkdown(comment.text));
  }

  /** @param {Comment} comment */
  #edit(comment) {
    const field = this.#fieldFor(comment, this.context.view.store.begin(comment.id));
    this.editing = { id: comment.id, field };
    this.#refill();
    field.focus();
    grow(field);
  }

  #refill() {
    if (this.task) this.fill(this.task);
  }

  /**
   * A field that edits a comment and saves during typing.
   * @param {Comment} comment
   * @param {EditBase} base of the comment
   */
  #fieldFor({ id, text }, base) {
    const { editors } = this.context;
    const begin = () => editors.begin(field, id, "text", base, text);
    const field = element("textarea", {
      "aria-label": t("field.comment"),
      value: text,
      maxLength: COMMENT_MAX,
      dir: "auto",
      onfocus: begin,
      oninput: () => {
        begin();
        grow(field);
        editors.typed(field);
      },
      onblur: () => this.#endEditing(field),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#pressInField(event, id),
    });
    return field;
  }

  /** @param {HTMLTextAreaElement} field */
  async #endEditing(field) {
    const isSaved = await this.context.editors.end(field);
    if (isSaved && this.editing?.field === field) this.editing = null;
    this.context.view.render();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {string} id of the comment
   */
  #pressInField(event, id) {
    if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
    event.stopPropagation();
    event.preventDefault();
    /** @type {HTMLElement} */ (event.currentTarget).blur();
    const opener = `[data-comment="${id}"] [data-act="edit"]`;
    this.context.view.afterRender(() =>
      /** @type {HTMLElement | null} */ (this.box.querySelector(opener))?.focus(),
    );
  }

  /**
   * @param {Comment} comment
   * @param {EditBase} base
   */
  #remove(comment, base) {
    this.field.focus();
    const deleted = this.context.view.now().toISOString();
    return this.context.edit.do(
      t("comment.deleted"),
      change([comment], { deleted }, () => base),
    );
  }

  async #add() {
    const { context, task } = this;
    const text = this.field.value;
    if (!task || !text.trim() || !context.view.account || this.field.readOnly) return;
    if (!context.view.tasks.all.has(task.id)) return this.field.blur();
    this.field.value = "";
    const space = context.view.tasks.spaceOf(task) || context.view.store.space;
    const comment = { space, task: task.id, text, author: context.view.account.id };
    const edit = createComment(comment, context.view.now().toISOString());
    const step = await context.edit.do(t("comment.added"), [edit], { isQuiet: true });
    if (!step && this.task?.id === task.id) this.field.value = text;
    if (!step) tabStorage.set(COMMENT_DRAFT + task.id, text);
    this.#typed();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.field.form?.requestSubmit();
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    this.context.pane.focus(null);
  }

  #typed() {
    grow(this.field);
    this.#keep();
    this.#refill();
  }

  #keep() {
    if (!this.task) return;
    if (this.field.value) tabStorage.set(COMMENT_DRAFT + this.task.id, this.field.value);
    else tabStorage.remove(COMMENT_DRAFT + this.task.id);
  }
}
