/**
 * Turns the text of quick add into tasks, one after the other. Returns text that cannot be added.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/quick_add/parser.js").Fact} Fact
 * @typedef {import("./drafts.js").Draft} Draft
 * @typedef {import("./drafts.js").Adding} Adding
 * @typedef {import("./drafts.js").Drafts} Drafts
 */
import { locale, t } from "../../i18n/i18n.js";
import { newId } from "../../domain/edits.js";
import { addTasks, sayWhere } from "../commands/add.js";
import { toast } from "../kit/toast.js";
import { landingOf, listsToAddTo } from "./landing.js";
import { whole } from "./recognition.js";
import { DESCRIPTION_MAX } from "../../domain/limits.js";

/** Characters; longer text is not parsed. */
export const PHRASE_MAX = 2_000;

export class Adder {
  /** @type {Promise<unknown>} resolves when everything is added */
  adding = Promise.resolve();

  /**
   * @param {Context} context
   * @param {(draft: Draft) => void} onGiveBack called with a draft that could not be added
   */
  constructor(context, onGiveBack) {
    this.context = context;
    this.onGiveBack = onGiveBack;
  }

  /**
   * @param {Draft} draft
   * @param {Drafts} drafts
   */
  add(draft, drafts) {
    const adding = { ...draft, id: newId(), route: this.context.view.route };
    drafts.begin(adding);
    this.resume(adding, drafts);
  }

  /**
   * Continues with the stored drafts.
   * @param {Adding} adding
   * @param {Drafts} drafts
   */
  resume(adding, drafts) {
    this.adding = this.adding
      .then(() => this.#create(adding))
      .catch((error) => this.giveBack(adding, error))
      .then(() => drafts.end(adding.id));
  }

  /**
   * @param {Draft} draft
   * @param {unknown} [error]
   */
  giveBack(draft, error) {
    if (error) {
      console.error(error);
      sayNotAdded(t("quickAdd.notLoaded"));
    }
    this.onGiveBack(draft);
  }

  /**
   * Many pasted lines create many tasks. An indented line becomes a subtask.
   * @param {string} text
   * @param {Draft} draft that receives the lines
   */
  async addLines(text, draft) {
    const { view, lazy } = this.context;
    const { lines } = await lazy.load();
    const given = [];
    for (const { title: raw, depth, isDone } of lines(text)) {
      if (isTooLong(raw)) return;
      const { title, facts } = await this.#read(raw, draft);
      const landing = landingOf(view, title, facts, view.route);
      given.push({ ...landing, depth, status: isDone ? "completed" : "pending" });
    }
    await addTasks(this.context, given);
  }

  /** @param {Adding} adding */
  async #create({ id, route, ...draft }) {
    const { context } = this;
    if (context.view.store.shown.has(id)) return;
    const raw = whole(draft.text, draft.chips);
    if (isTooLong(raw)) return this.giveBack(draft);
    const { title, facts } = await this.#read(raw, draft);
    const task = landingOf(context.view, title.trim() || raw.trim(), facts, route);
    const { edits, step } = await addTasks(context, [{ ...task, id }], true);
    if (!step) return this.giveBack(draft);
    if (edits[0].set.description) toast(t("quickAdd.titleLong"));
    sayWhere(context, id);
  }

  /**
   * @param {string} raw
   * @param {Draft} draft
   * @returns {Promise<{title: string, facts: Fact[]}>}
   */
  async #read(raw, { nowMs, kept }) {
    const { view, lazy } = this.context;
    const { withChrono } = await lazy.load();
    if (raw.length > PHRASE_MAX) return { title: raw, facts: [] };
    return withChrono(raw, { now: new Date(nowMs ?? view.now()), lists: listsToAddTo(view), kept });
  }
}

/**
 * Whether a text is too long for a task. If so, says it.
 * @param {string} text
 */
function isTooLong(text) {
  const isSo = [...text].length > DESCRIPTION_MAX;
  const n = DESCRIPTION_MAX.toLocaleString(locale());
  if (isSo) sayNotAdded(t("quickAdd.tooLong", { n }));
  return isSo;
}

/** @param {string} text */
function sayNotAdded(text) {
  toast(text, "", () => {}, true);
}
