/**
 * Quick add, where the new task will appear. Recognised parts turn into chips during typing; Backspace turns
 * a chip back into text.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/quick_add/parser.js").Fact} Fact
 * @typedef {import("./drafts.js").Draft} Draft
 */
import { byId, icon } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { mayWrite } from "../../domain/members.js";
import { hrefOf, OWN_PAGES } from "../../domain/routes.js";
import { Adder, PHRASE_MAX } from "./adder.js";
import { chipOf } from "./chips.js";
import { Drafts, emptyDraft, isEmpty } from "./drafts.js";
import { listsToAddTo } from "./landing.js";
import { recognise, whole } from "./recognition.js";

const WITHOUT_FORM = ["completed", "trash", "search", ...OWN_PAGES];

export class QuickAdd {
  /** @type {Draft} */
  #draft = emptyDraft();
  /** @type {string[]} the chips of the last keystroke, which Backspace turns back into text */
  #fresh = [];
  /** @type {typeof import("../../domain/quick_add/parser.js").parse | null} */
  #parse = null;

  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.view = context.view;
    this.form = byId("quick");
    this.input = inputField();
    this.chips = element("span", { class: "chips" });
    this.submit = element("button", { class: "button is-main", id: "quick-add" }, t("quickAdd.add"));
    patch(this.form, [
      icon("plus"),
      element("div", { class: "quick-field" }, this.input, this.chips),
      this.submit,
      hint(),
    ]);
    this.form.setAttribute("aria-label", t("task.add"));
    this.adder = new Adder(context, (draft) => this.#takeBack(draft));
    this.drafts = new Drafts(this.view.account?.id ?? null);
    this.#restore();
    this.#listen();
  }

  /** Resolves once everything is added. */
  get adding() {
    return this.adder.adding;
  }

  focus() {
    this.form.classList.add("is-open");
    if (this.form.hidden) this.context.router.go(hrefOf({ name: "inbox" }));
    this.form.hidden = false;
    this.input.focus();
    byId("main").scrollTop = 0;
  }

  render() {
    const { account, store, listHere: list, route } = this.view;
    const owner = account?.id ?? null;
    if (owner !== this.drafts.owner) this.#turnTo(owner);
    const isClosed = list !== undefined && (list.deleted !== null || !mayWrite(store, list.space));
    this.submit.textContent = isClosed ? t("quickAdd.addToInbox") : t("quickAdd.add");
    this.form.hidden = (isClosed && !this.#hasWords()) || WITHOUT_FORM.includes(route.name);
  }

  #listen() {
    const { form, input } = this;
    form.addEventListener("submit", (/** @type {Event} */ event) => this.#submit(event));
    form.addEventListener("focusin", () => this.#open());
    form.addEventListener("focusout", (/** @type {FocusEvent} */ event) => {
      if (!form.contains(/** @type {Node | null} */ (event.relatedTarget))) this.#close();
    });
    input.addEventListener("input", () => this.#recognise([]));
    input.addEventListener("keydown", (event) => this.#press(event));
    input.addEventListener("paste", (event) => this.#paste(event));
    this.chips.addEventListener("click", (event) => {
      const chip = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".chip"));
      if (chip?.dataset.words) this.#unchip(chip.dataset.words);
    });
  }

  #open() {
    this.form.classList.add("is-open");
    if (!this.#parse) this.#load().then(() => this.#recognise());
  }

  #close() {
    this.form.classList.toggle("is-open", this.#hasWords());
  }

  #hasWords() {
    return Boolean(this.input.value || this.#draft.chips.length);
  }

  async #load() {
    this.#parse ??= (await this.context.lazy.load()).parse;
  }

  /**
   * Another account is signed in: it gets its own text, or text typed before there was one.
   * @param {string | null} owner
   */
  #turnTo(owner) {
    const isSamePerson = this.drafts.owner === null;
    if (isSamePerson) this.drafts.forget();
    this.drafts = new Drafts(owner);
    if (isSamePerson) return this.#save();
    this.#draft = emptyDraft();
    this.input.value = "";
    this.#fresh = [];
    this.#show([]);
    this.form.classList.remove("is-open");
    this.#restore();
  }

  /**
   * @param {string} text
   * @returns {Fact[]}
   */
  #read(text) {
    if (!this.#parse || text.length > PHRASE_MAX) return [];
    return this.#parse(text, this.#options).facts;
  }

  /** "Tomorrow" counts from when it was typed. */
  get #options() {
    const draft = this.#draft;
    if (!this.#hasWords()) draft.nowMs = undefined;
    draft.nowMs ??= this.view.now().getTime();
    return { now: new Date(draft.nowMs), lists: listsToAddTo(this.view), kept: draft.kept };
  }

  /** @param {string[]} [fresh] */
  #recognise(fresh = this.#fresh) {
    this.#fresh = fresh;
    this.#save();
    if (!this.#parse) return;
    const { value, selectionStart } = this.input;
    if (this.#isNewDue(value)) this.#dropDue();
    const { chips } = this.#draft;
    const facts = this.#read(whole(value, chips));
    const found = recognise({ value, caret: selectionStart ?? value.length, chips }, facts);
    if (found) this.#replace(found);
    this.#show(facts);
  }

  /** @param {import("./recognition.js").Field & {fresh: string[]}} found */
  #replace({ value, caret, chips, fresh }) {
    this.#fresh = fresh;
    this.input.value = value;
    this.input.setSelectionRange(caret, caret);
    this.#draft.chips = chips;
    this.#save();
  }

  /**
   * Whether the text has a complete new date, which the chip of an earlier one would hide.
   * @param {string} value
   */
  #isNewDue(value) {
    const isWhole = (/** @type {Fact} */ fact) =>
      fact.kind === "due" && !fact.isImplied && /\s/.test(value[fact.end] ?? "");
    const both = this.#read(whole(value, this.#draft.chips)).find(({ kind }) => kind === "due");
    return this.#read(value).some(isWhole) && both !== undefined && both.start > value.length;
  }

  #dropDue() {
    const isDue = (/** @type {string} */ words) =>
      this.#read(`x ${words}`).some(({ kind }) => kind === "due");
    this.#draft.chips = this.#draft.chips.filter((words) => !isDue(words));
  }

  /** @param {Fact[]} facts */
  #show(facts) {
    const { chips } = this.#draft;
    const shown = chips.length ? this.#read(["x", ...chips].join(" ")).filter((fact) => !fact.isImplied) : [];
    patch(
      this.chips,
      shown.map((fact) => chipOf(this.view, fact, chips)),
    );
    this.form.classList.toggle("has-chips", facts.length > 0);
  }

  /** @param {string} words of a chip */
  #unchip(words) {
    const { input } = this;
    this.#draft.chips = this.#draft.chips.filter((each) => each !== words);
    this.#draft.kept = [...this.#draft.kept, words];
    const before = input.value.trimEnd();
    input.value = `${before}${before && " "}${words} `;
    this.#recognise([]);
    this.#show([]);
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { input } = this;
    const { list } = this.context;
    const isAtStart = input.selectionStart === 0 && input.selectionEnd === 0;
    const last = this.#fresh.at(-1) ?? (isAtStart ? this.#draft.chips.at(-1) : undefined);
    if (event.key === "Backspace" && last && !event.isComposing) {
      event.preventDefault();
      this.#unchip(last);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      input.blur();
      this.#close();
      list.focus(list.active ?? undefined);
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      list.focus(list.order[0]);
    }
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const draft = { ...this.#draft, text: this.input.value };
    if (!draft.text.trim() && !draft.chips.length) return;
    this.adder.add(draft, this.drafts);
    this.#set(emptyDraft());
    this.input.focus();
  }

  /** @param {ClipboardEvent} event */
  async #paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.trim().includes("\n")) return;
    event.preventDefault();
    const words = { ...emptyDraft(), text: text.replace(/\s+/g, " ") };
    await this.adder.addLines(text, this.#draft).catch((error) => this.adder.giveBack(words, error));
  }

  /**
   * Puts text that could not be added back into the field.
   * @param {Draft} draft
   */
  #takeBack({ chips, text, kept, nowMs }) {
    this.#set({ chips, kept, nowMs, text: [text, this.input.value].filter(Boolean).join(" ") });
    this.form.classList.add("is-open");
  }

  /** @param {Draft} draft */
  #set(draft) {
    this.#draft = draft;
    this.input.value = draft.text;
    this.#fresh = [];
    this.#save();
    this.#show([]);
  }

  #save() {
    this.#draft.text = this.input.value;
    this.drafts.save(this.#draft);
  }

  async #restore() {
    for (const adding of this.drafts.adding()) this.adder.resume(adding, this.drafts);
    const draft = this.drafts.read();
    if (!draft || isEmpty(draft)) return;
    this.input.value = draft.text;
    this.#draft = draft;
    this.form.classList.add("is-open");
    await this.#load();
    this.#show([]);
  }
}

function inputField() {
  return element("input", {
    id: "quick-title",
    "aria-label": t("task.new"),
    placeholder: t("task.add"),
    autocomplete: "off",
    enterKeyHint: "done",
    "aria-keyshortcuts": "Q N",
    "aria-describedby": "quick-hint",
  });
}

function hint() {
  const key = (/** @type {string} */ name, /** @type {string} */ text) =>
    element("span", {}, element("kbd", {}, name), ` ${text}`);
  return element(
    "p",
    { class: "quick-foot", id: "quick-hint" },
    key("Enter", t("quickAdd.enterHint")),
    key("Backspace", t("quickAdd.backspaceHint")),
  );
}
