/**
 * Reacts to changes by others: tints the rows they changed, tells of spaces that removed the person.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../store/store.js").Store} Store
 */
import { t } from "../../i18n/i18n.js";
import { keepDrafts } from "../task/drafts.js";
import { toast } from "../kit/toast.js";
import * as spaces from "../../api/spaces.js";
import { tellRemoved } from "./removed_spaces.js";
import { errorText } from "../../i18n/error_text.js";

const ASK_MS = 100;

export class RemoteChanges {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Map<string, string>} the names of the person's shared spaces */
    this.names = new Map();
    /** @type {string | null} the account of these names */
    this.account = null;
    /** @type {Map<string, import("../../core/merge.js").Rec>} records before the change */
    this.was = new Map();
    /** @type {Set<import("../../core/merge.js").Rec>} comments before the change */
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
    const news = [...new Set((ids ?? []).flatMap((id) => (this.#isOfOthers(id) ? [id] : this.#saidOf(id))))];
    if (!news.length) return;
    this.context.list.remoteHighlight.tell(news);
    this.#askWho(news);
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
   * Whether a row on the screen shows a new write by another device in a shared space.
   * @param {string} id
   */
  #isOfOthers(id) {
    const before = this.was.get(id);
    const task = this.context.view.tasks.all.get(id);
    if (
      !before ||
      !task ||
      before === task.record ||
      !this.context.view.isShared(this.context.view.tasks.spaceOf(task))
    )
      return false;
    const { deviceId } = this.context.view.store;
    return Object.entries(task.record.clock).some(
      ([device, n]) => device !== deviceId && n > (before.clock[device] ?? 0),
    );
  }

  /**
   * The task on the screen that someone else has just commented on.
   * @param {string} id
   * @returns {string[]}
   */
  #saidOf(id) {
    const comment = this.context.view.tasks.comments.all.get(id);
    const isNew =
      comment &&
      !this.said.has(comment.record) &&
      comment.author !== this.context.view.account?.id &&
      this.was.has(comment.task);
    return isNew &&
      Object.keys(comment.record.clock).every((device) => device !== this.context.view.store.deviceId)
      ? [comment.task]
      : [];
  }

  /**
   * Asks the server for the author, which only it knows: it was reached just now.
   * @param {string[]} ids
   */
  #askWho(ids) {
    const spaces = new Map(
      ids.map((id) => [
        id,
        this.context.view.tasks.spaceOf(/** @type {any} */ (this.context.view.tasks.all.get(id))),
      ]),
    );
    for (const space of new Set(spaces.values())) {
      const others = this.context.view.tasks.members
        .of(space)
        .filter(({ account }) => account !== this.context.view.account?.id);
      const of = ids.filter((id) => spaces.get(id) === space);
      if (others.length === 1) for (const id of of) this.context.list.remoteHighlight.name(id, others[0]);
      else setTimeout(() => this.#ask(space, of), ASK_MS);
    }
  }

  /**
   * @param {string} space
   * @param {string[]} ids
   */
  async #ask(space, ids) {
    const found = await spaces.activityOf(space).catch(() => null);
    for (const { account, record } of (found?.changes ?? []).toReversed()) {
      const person = this.context.view.tasks.members.find(space, account);
      if (person && record && ids.includes(record) && account !== this.context.view.account?.id)
        this.context.list.remoteHighlight.name(record, person);
    }
  }
}
