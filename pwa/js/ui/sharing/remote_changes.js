/**
 * Reacts to changes by others: tints the rows they changed, tells of spaces that removed the person.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../store/store.js").Store} Store
 * @typedef {import("../../core/merge.js").Rec} Rec
 * @typedef {import("../kit/avatar.js").Person} Person
 */
import { covers } from "../../core/vector_clock.js";
import { t } from "../../i18n/i18n.js";
import { keepDrafts } from "../task/drafts.js";
import { toast } from "../kit/toast.js";
import { tellRemoved } from "./removed_spaces.js";
import { errorText } from "../../i18n/error_text.js";

export class RemoteChanges {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Map<string, string>} the names of the person's shared spaces */
    this.names = new Map();
    /** @type {string | null} the account of these names */
    this.account = null;
    /** @type {Map<string, Rec>} records before the change */
    this.was = new Map();
    /** @type {Set<Rec>} comments before the change */
    this.said = new Set();
    /** @type {Set<number>} rejected changes before the change */
    this.kept = new Set();
    this.#remember();
  }

  /**
   * Runs right before the page updates.
   * @param {Store} store
   */
  before(store) {
    this.store = store;
    const { tasks } = this.context.view;
    this.said = new Set([...tasks.comments.all.values()].map(({ record }) => record));
    this.was = new Map(
      [...this.context.list.rows.keys()].flatMap((id) => {
        const task = tasks.all.get(id);
        return task ? [[id, task.record]] : [];
      }),
    );
  }

  /**
   * Runs right after the page has updated.
   * @param {string[]} [ids] of records; none: everything has changed
   */
  after(ids) {
    const { store, account } = this.context.view;
    this.#tellMoves();
    const left =
      account?.id === this.account ? [...this.names].filter(([space]) => !(space in store.roles)) : [];
    const keeping = keepDrafts(this.context, ids ?? []).catch(console.error);
    if (left.length) keeping.then(() => tellRemoved(this.context, new Map(left)));
    this.#remember();
    const news = new Map((ids ?? []).flatMap((id) => this.#newsOf(id)));
    if (news.size) this.context.list.remoteHighlight.tell(news);
  }

  /** A moved list or task is back in its old space: the server has rejected the move. */
  #tellMoves() {
    const { store } = this.context.view;
    const refused = store.rejected.findLast(({ key, entry }) => entry.move && !this.kept.has(key));
    if (!refused || this.account !== this.context.view.account?.id) return;
    const { entry, outcome, title } = refused;
    const named = {
      name: title || store.nameOf(entry.id),
      space: this.context.view.nameOfSpace(entry.move ?? ""),
      reason: errorText(outcome),
    };
    toast(t("list.notMoved", named), t("action.show"), () => this.context.open.syncSheet());
  }

  #remember() {
    const { store, tasks, account } = this.context.view;
    this.kept = new Set(store.rejected.map(({ key }) => key));
    this.account = account?.id ?? null;
    this.names = new Map(
      Object.keys(store.roles)
        .filter((space) => space !== store.personal)
        .map((space) => [space, tasks.members.names.get(space) || this.names.get(space) || ""]),
    );
  }

  /**
   * The task on the screen that someone else has changed, or commented on, with that person if known.
   * @param {string} id of a record
   * @returns {[string, Person | null][]}
   */
  #newsOf(id) {
    const task = this.context.view.tasks.all.get(id);
    const before = this.was.get(id);
    if (!task || !before) return this.#commentOn(id);
    const { store, tasks, account } = this.context.view;
    const { space = "" } = task.record;
    const write = newestWrite(task.record, before.clock, store.deviceId);
    if (before === task.record || !write || !this.context.view.isShared(space)) return [];
    const author = store.authorOf(space, write.by);
    return author === account?.id ? [] : [[id, tasks.members.find(space, author)]];
  }

  /**
   * @param {string} id of a record
   * @returns {[string, Person | null][]}
   */
  #commentOn(id) {
    const { tasks, account } = this.context.view;
    const comment = tasks.comments.all.get(id);
    const isNew = comment && !this.said.has(comment.record) && this.was.has(comment.task);
    if (!isNew || comment.author === account?.id) return [];
    return [[comment.task, tasks.members.find(comment.record.space ?? "", comment.author)]];
  }
}

/**
 * The newest surviving write by another device that a clock does not cover.
 * @param {Rec} record
 * @param {import("../../core/vector_clock.js").Clock} clock
 * @param {string} deviceId
 */
function newestWrite({ writes }, clock, deviceId) {
  return writes
    .filter(({ by, n }) => by !== deviceId && !covers(clock, by, n))
    .reduce((last, write) => (last && last.at > write.at ? last : write), /** @type {any} */ (null));
}
