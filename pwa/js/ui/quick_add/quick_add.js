/**
 * Quick add: where the task will land. What is understood turns into chips while typing; Backspace turns a
 * chip back into words.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/quick_add/parser.js").Fact} Fact
 * @typedef {import("../../domain/routes.js").Route} Route
 * @typedef {{chips: string[], text: string, kept: string[], nowMs?: number}} Draft  the words of each chip,
 *   what stands in the field, words that are to stay words, when it was begun
 * @typedef {Draft & {id: string, route: Route}} Adding  on its way to be a task of that id, where it was
 *   added
 */
import { addDays, dayOf, dueLong } from "../../lib/dates.js";
import { byId, icon } from "../../lib/dom.js";
import { element, h, patch } from "../../lib/patch.js";
import { tabStorage } from "../../lib/web_storage.js";
import { locale, t } from "../../lib/words.js";
import { DESCRIPTION_MAX, newId } from "../../domain/edits.js";
import { mayWrite } from "../../domain/members.js";
import { hrefOf, OWN_PAGES } from "../../domain/routes.js";
import { repeatText } from "../../domain/repeat/text.js";
import { dot, priorityText } from "../list/row.js";
import { toast } from "../kit/toast.js";
import { addTasks, sayWhere } from "../commands/add.js";

const READ_MAX = 2_000; // characters; longer text is no phrase
const DRAFT_KEY = "driftless.draft";
const ICONS = /** @type {Record<string, string>} */ ({
  due: "upcoming",
  priority: "flag",
  repeat: "repeat",
  list: "lists",
});
/** @type {typeof import("../../domain/quick_add/parser.js") | null} */
let phrases = null;

export class QuickAdd {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.form = byId("quick");
    this.input = element("input", {
      id: "quick-title",
      "aria-label": t("New task"),
      placeholder: t("Add a task"),
      autocomplete: "off",
      enterKeyHint: "done",
      "aria-keyshortcuts": "Q N",
      "aria-describedby": "quick-hint",
    });
    this.chips = element("span", { class: "chips" });
    this.submit = element("button", { class: "button is-main", id: "quick-add" }, t("Add"));
    this.hint = element(
      "p",
      { class: "quick-foot", id: "quick-hint" },
      element("span", {}, element("kbd", {}, "Enter"), ` ${t("adds")}`),
      element("span", {}, element("kbd", {}, "Backspace"), ` ${t("turns a chip back into words")}`),
    );
    patch(this.form, [
      icon("plus"),
      element("div", { class: "quick-field" }, this.input, this.chips),
      this.submit,
      this.hint,
    ]);
    this.form.setAttribute("aria-label", t("Add a task"));
    /** @type {Draft} */
    this.draft = { chips: [], text: "", kept: [] };
    /** @type {string[]} the chips of the last keystroke, which Backspace takes back */
    this.fresh = [];
    this.adding = Promise.resolve();
    this.owner = context.view.account?.id ?? null;
    this.#restore();
    this.#listen();
  }

  focus() {
    this.form.classList.add("is-open");
    if (this.form.hidden) this.context.router.go(hrefOf({ name: "inbox" }));
    this.form.hidden = false;
    this.input.focus();
    byId("main").scrollTop = 0;
  }

  render() {
    const owner = this.context.view.account?.id ?? null;
    if (owner !== this.owner) this.#turnTo(owner);
    const list = this.context.view.route.list
      ? this.context.view.tasks.lists.get(this.context.view.route.list)
      : undefined;
    const isClosed =
      list !== undefined && (list.deleted !== null || !mayWrite(this.context.view.store, list.space));
    const hasDraft = Boolean(this.input.value || this.draft.chips.length);
    this.submit.textContent = isClosed ? t("Add to the Inbox") : t("Add");
    this.form.hidden =
      (isClosed && !hasDraft) ||
      ["completed", "trash", "search", ...OWN_PAGES].includes(this.context.view.route.name);
  }

  #listen() {
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#add();
    });
    this.form.addEventListener("focusin", () => {
      this.form.classList.add("is-open");
      if (!phrases) this.#load().then(() => this.#recognise());
    });
    this.form.addEventListener("focusout", (/** @type {FocusEvent} */ event) => {
      if (!this.form.contains(/** @type {Node | null} */ (event.relatedTarget)))
        this.form.classList.toggle("is-open", Boolean(this.input.value || this.draft.chips.length));
    });
    this.input.addEventListener("input", () => {
      this.fresh = [];
      this.#recognise();
    });
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("paste", (event) => this.#paste(event));
    this.chips.addEventListener("click", (event) => {
      const chip = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".chip"));
      if (chip?.dataset.words) this.#unchip(chip.dataset.words);
    });
  }

  /**
   * Another account is here: it finds its own words, or what was typed before there was one.
   * @param {string | null} owner
   */
  #turnTo(owner) {
    const isSamePerson = this.owner === null;
    if (isSamePerson) tabStorage.remove(this.#draftKey);
    this.owner = owner;
    if (isSamePerson) return this.#save();
    this.draft = { chips: [], text: "", kept: [] };
    this.input.value = "";
    this.fresh = [];
    this.#show([]);
    this.form.classList.remove("is-open");
    this.#restore();
  }

  async #load() {
    phrases ??= await this.context.lazy.load();
    return phrases;
  }

  /** A draft is its account's alone. */
  get #draftKey() {
    return `${DRAFT_KEY}.${this.owner ?? "anonymous"}`;
  }

  get #addingKey() {
    return `${this.#draftKey}.adding`;
  }

  /** "Tomorrow" is that of when it was typed. */
  get #options() {
    if (!this.draft.chips.length && !this.input.value) this.draft.nowMs = undefined;
    this.draft.nowMs ??= this.context.view.now().getTime();
    return { now: new Date(this.draft.nowMs), lists: this.#lists(), kept: this.draft.kept };
  }

  /**
   * The lists that one may add to; of two of one name that of the space one is in comes first, and each goes
   * by its space's name too.
   */
  #lists() {
    const { tasks, store } = this.context.view;
    const here = this.context.view.spaceHere;
    const open = tasks.liveLists().filter((list) => mayWrite(store, list.space));
    const near = open.toSorted(
      (a, b) =>
        Number(b.space === here) - Number(a.space === here) ||
        Number(b.space === store.space) - Number(a.space === store.space),
    );
    return near.flatMap((list) => [
      { id: list.id, name: list.name },
      { id: list.id, name: `${list.name} (${this.context.view.nameOfSpace(list.space)})` },
    ]);
  }

  /**
   * Turns what is understood, and is followed by more, into chips. The words of chips are read as if they
   * stood behind the text.
   */
  #recognise() {
    this.#save();
    if (!phrases) return;
    const { value } = this.input;
    if (this.#isNewDue(value))
      this.draft.chips = this.draft.chips.filter(
        (words) => !this.#read(`x ${words}`).some(({ kind }) => kind === "due"),
      );
    const raw = whole(value, this.draft.chips);
    const facts = this.#read(raw);
    const isTaken = (/** @type {{start: number, end: number}} */ span) =>
      span.start > value.length || /\s/.test(value[span.end] ?? "");
    /** @type {string[]} */
    const chips = [];
    /** @type {{start: number, end: number}[]} */
    const taken = [];
    for (const { spans, isImplied } of facts.toSorted((a, b) => a.start - b.start)) {
      const whole = spans.every(isTaken) ? spans : spans.filter((span) => span.start > value.length);
      if (isImplied || !whole.length) continue;
      taken.push(...whole);
      chips.push(whole.map((span) => raw.slice(span.start, span.end)).join(" "));
    }
    chips.sort((a, b) => indexAmong(this.draft.chips, a) - indexAmong(this.draft.chips, b));
    if (chips.join("\n") !== this.draft.chips.join("\n")) {
      this.fresh = chips.filter((words) => !this.draft.chips.includes(words));
      this.#replace(raw.slice(0, value.length), taken, this.input.selectionStart ?? value.length, [
        ...chips,
        ...this.#left(raw, taken, value.length),
      ]);
    }
    this.#show(facts);
  }

  /**
   * @param {string} text
   * @returns {Fact[]}
   */
  #read(text) {
    return text.length > READ_MAX ? [] : (phrases?.parse(text, this.#options).facts ?? []);
  }

  /**
   * Whether a whole new date stands in the text, which the chip of an earlier one would hide.
   * @param {string} value
   */
  #isNewDue(value) {
    const isWhole = (/** @type {Fact} */ fact) =>
      fact.kind === "due" && !fact.isImplied && /\s/.test(value[fact.end] ?? "");
    const both = this.#read(whole(value, this.draft.chips)).find(({ kind }) => kind === "due");
    return this.#read(value).some(isWhole) && both !== undefined && both.start > value.length;
  }

  /**
   * Chips whose words mean nothing any more: none is lost.
   * @param {string} raw
   * @param {{start: number, end: number}[]} taken
   * @param {number} from
   */
  #left(raw, taken, from) {
    const rest = [...raw]
      .map((character, index) =>
        index <= from || taken.some((span) => index >= span.start && index < span.end) ? " " : character,
      )
      .join("");
    return rest.trim() ? [rest.trim()] : [];
  }

  /**
   * @param {string} raw
   * @param {{start: number, end: number}[]} taken
   * @param {number} caret
   * @param {string[]} chips
   */
  #replace(raw, taken, caret, chips) {
    let text = "";
    let at = 0;
    for (let index = 0; index < raw.length; index++) {
      const isGone =
        taken.some((span) => index >= span.start && index < span.end) ||
        (/\s/.test(raw[index]) && (text === "" || /\s$/.test(text)));
      if (!isGone) text += raw[index];
      if (index < caret) at = text.length;
    }
    this.input.value = text;
    this.input.setSelectionRange(at, at);
    this.draft.chips = chips;
    this.#save();
  }

  /** @param {Fact[]} facts */
  #show(facts) {
    const shown = this.draft.chips.length
      ? this.#read(["x", ...this.draft.chips].join(" ")).filter((fact) => !fact.isImplied)
      : [];
    patch(this.chips, [...shown.map((fact) => this.#chip(fact))]);
    this.form.classList.toggle("has-chips", facts.length > 0);
  }

  /** @param {Fact} fact */
  #chip({ kind, value, words }) {
    const text =
      kind === "due"
        ? dueLong(value, dayOf(this.context.view.now()))
        : kind === "priority"
          ? priorityText(value)
          : kind === "repeat"
            ? repeatText(value)
            : kind === "list"
              ? (this.#nameOf(value) ?? words)
              : value;
    const held =
      this.draft.chips.find((each) => words.split(" … ").every((part) => each.includes(part))) ?? words;
    return h(
      "button",
      {
        class: "chip is-new",
        key: held,
        type: "button",
        "data-words": held,
        "data-kind": kind,
        "aria-label": t("{words}: turn back into words", { words: text }),
      },
      kind === "label" ? dot(value) : icon(ICONS[kind]),
      text,
    );
  }

  /** @param {string} id of a list */
  #nameOf(id) {
    const list = this.context.view.tasks.lists.get(id);
    return list && this.context.view.tasks.nameOfList(list);
  }

  /** @param {string} words of a chip */
  #unchip(words) {
    this.draft.chips = this.draft.chips.filter((each) => each !== words);
    this.draft.kept = [...this.draft.kept, words];
    const before = this.input.value.trimEnd();
    this.input.value = `${before}${before && " "}${words} `;
    this.fresh = [];
    this.#save();
    this.#recognise();
    this.#show([]);
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const isAtStart = this.input.selectionStart === 0 && this.input.selectionEnd === 0;
    const last = this.fresh.at(-1) ?? (isAtStart ? this.draft.chips.at(-1) : undefined);
    if (event.key === "Backspace" && last && !event.isComposing) {
      event.preventDefault();
      this.#unchip(last);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.input.blur();
      this.form.classList.toggle("is-open", Boolean(this.input.value || this.draft.chips.length));
      this.context.list.focus(this.context.list.active ?? undefined);
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      this.context.list.focus(this.context.list.order[0]);
    }
  }

  #add() {
    const draft = { ...this.draft, text: this.input.value };
    if (!draft.text.trim() && !draft.chips.length) return;
    const adding = { ...draft, id: newId(), route: this.context.view.route };
    this.#keepAdding([...this.#keptAdding(), adding]);
    this.#set({ chips: [], text: "", kept: [] });
    this.#begin(adding);
    this.input.focus();
  }

  /** @param {Adding} adding */
  #begin(adding) {
    const key = this.#addingKey;
    const end = () =>
      this.#keepAdding(
        this.#keptAdding(key).filter(({ id }) => id !== adding.id),
        key,
      );
    this.adding = this.adding
      .then(() => this.#create(adding))
      .catch((error) => this.#giveBack(adding, error))
      .then(end);
  }

  /**
   * What is on its way outlasts a page that goes in between: it keeps its id, so it is added once.
   * @returns {Adding[]}
   */
  #keptAdding(key = this.#addingKey) {
    return JSON.parse(tabStorage.get(key) ?? "[]");
  }

  /** @param {Adding[]} adding */
  #keepAdding(adding, key = this.#addingKey) {
    if (adding.length) tabStorage.set(key, JSON.stringify(adding));
    else tabStorage.remove(key);
  }

  /** @param {Adding} adding */
  async #create({ id, route, ...draft }) {
    if (this.context.view.store.shown.has(id)) return;
    const { withChrono } = await this.#load();
    const raw = whole(draft.text, draft.chips);
    if (isTooLong(raw)) return this.#giveBack(draft);
    const { title, facts } =
      raw.length > READ_MAX
        ? { title: raw, facts: [] }
        : await withChrono(raw, {
            ...this.#options,
            now: new Date(draft.nowMs ?? this.context.view.now()),
            kept: draft.kept,
          });
    const { edits, step } = await addTasks(
      this.context,
      [{ ...this.#landing(title.trim() || raw.trim(), facts, route), id }],
      true,
    );
    if (!step) return this.#giveBack(draft);
    if (edits[0].set.description) toast(t("The title was long: the whole text is in the description."));
    sayWhere(this.context, id);
  }

  /**
   * What could not be added stands in the field again.
   * @param {Draft} draft
   * @param {unknown} [error]
   */
  #giveBack({ chips, text, kept, nowMs }, error) {
    if (error) {
      console.error(error);
      toast(
        t("Not added: a part of the app could not be loaded. The words are still here."),
        "",
        () => {},
        true,
      );
    }
    this.#set({ chips, kept, nowMs, text: [text, this.input.value].filter(Boolean).join(" ") });
    this.form.classList.add("is-open");
  }

  /**
   * What a task gets of its words, and of the place it is made in.
   * @param {string} title
   * @param {Fact[]} facts
   * @param {Route} [route]
   * @returns {import("../../domain/edits.js").NewTask}
   */
  #landing(title, facts, route = this.context.view.route) {
    const { tasks } = this.context.view;
    const found = (/** @type {string} */ kind) => facts.find((fact) => fact.kind === kind)?.value;
    const today = dayOf(this.context.view.now());
    const due =
      { today, upcoming: route.day ?? addDays(today, 1) }[/** @type {"today"} */ (route.name)] ?? null;
    const here = route.list ? tasks.lists.get(route.list) : undefined;
    const list = here && !here.deleted && mayWrite(this.context.view.store, here.space) ? here.id : null;
    const known = [...tasks.labels().keys()];
    const labels = facts
      .filter((fact) => fact.kind === "label")
      .map(({ value }) =>
        known.includes(value)
          ? value
          : (known.find((label) => label.toLowerCase() === value.toLowerCase()) ?? value),
      );
    return {
      title,
      due: found("due") ?? due,
      priority: found("priority") ?? Number(route.priority ?? 0),
      repeat: found("repeat") ?? null,
      list: found("list") ?? list,
      labels: [...new Set([...labels, ...(route.label ? [route.label] : [])])],
    };
  }

  /**
   * Many pasted lines make many tasks; an indented one is a subtask.
   * @param {ClipboardEvent} event
   */
  async #paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.trim().includes("\n")) return;
    event.preventDefault();
    const { lines, withChrono } = await this.#load().catch(() => ({ lines: null, withChrono: null }));
    if (!lines || !withChrono)
      return this.#giveBack(
        { chips: [], text: text.replace(/\s+/g, " "), kept: [] },
        new Error("no phrases"),
      );
    const given = [];
    for (const line of lines(text)) {
      if (isTooLong(line.title)) return;
      const { title, facts } =
        line.title.length > READ_MAX ? { ...line, facts: [] } : await withChrono(line.title, this.#options);
      given.push({
        ...this.#landing(title, facts),
        depth: line.depth,
        status: line.isDone ? "completed" : "pending",
      });
    }
    await addTasks(this.context, given);
  }

  /** @param {Draft} draft */
  #set(draft) {
    this.draft = draft;
    this.input.value = draft.text;
    this.fresh = [];
    this.#save();
    this.#show([]);
  }

  #save() {
    this.draft.text = this.input.value;
    if (this.draft.text || this.draft.chips.length)
      tabStorage.set(this.#draftKey, JSON.stringify(this.draft));
    else tabStorage.remove(this.#draftKey);
  }

  async #restore() {
    for (const adding of this.#keptAdding()) this.#begin(adding);
    const kept = tabStorage.get(this.#draftKey);
    if (!kept) return;
    const draft = JSON.parse(kept);
    this.input.value = draft.text;
    this.draft = draft;
    this.form.classList.add("is-open");
    await this.#load();
    this.#show([]);
  }
}

/**
 * Whether no task can hold a text; it is said.
 * @param {string} text
 */
function isTooLong(text) {
  const isSo = [...text].length > DESCRIPTION_MAX;
  if (isSo)
    toast(
      t("Not added: a task holds at most {n} characters.", { n: DESCRIPTION_MAX.toLocaleString(locale()) }),
      "",
      () => {},
      true,
    );
  return isSo;
}

/**
 * The words of chips behind the text, and apart from it: "Vitamin A" with "tomorrow" is not "a tomorrow".
 * @param {string} text
 * @param {string[]} chips
 */
function whole(text, chips) {
  return [text.trim() && chips.length ? `${text},` : text, ...chips].join(" ");
}

/**
 * Where words stand among others, whole or in part ("every mon" on the way to "every month" takes a date
 * apart); at the end where they do not.
 * @param {string[]} all
 * @param {string} words
 */
function indexAmong(all, words) {
  const found = all.findIndex((each) => words.includes(each) || each.includes(words));
  return found < 0 ? all.length : found;
}
