/**
 * Notes what the person has looked at: a task that was open, and rows that were on the screen for a moment.
 * Rows keep their dot until the person leaves the list; then one change saves it.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/read_position.js").Position} Position
 * @typedef {import("../../store/replica.js").Edit} Edit
 */
import { byId } from "../../lib/dom.js";
import { afterLook, readId, textOf } from "../../domain/read_position.js";
import { isSameList } from "../../domain/routes.js";

const LOOK_MS = 2_000;
const STEP_MS = 500;

export class ReadMarks {
  /** @type {Map<string, number>} when rows came onto the screen, in ms */
  #since = new Map();
  /** @type {Map<string, number>} the seq at which tasks were looked at */
  #looked = new Map();
  /** @type {Set<string>} ids of first positions that were tried: a server may not know the kind */
  #begun = new Set();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer = undefined;

  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.place = context.view.route;
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
    addEventListener("pagehide", () => this.leave());
  }

  /** Follows the screen, after each rendering. */
  render() {
    const { route, unread } = this.context.view;
    if (!isSameList(route, this.place)) this.leave();
    const isOpened = route.task && route.task !== this.place.task;
    this.place = route;
    if (isOpened && unread.news.has(route.task ?? "")) this.#open(route.task ?? "");
    if (unread.news.size) this.#timer ??= setInterval(() => this.#watch(), STEP_MS);
  }

  /** The person leaves the list, or the page. */
  leave() {
    const looked = this.#looked;
    this.#looked = new Map();
    this.#since.clear();
    if (looked.size) this.#save(editsAfter(this.context.view, looked));
  }

  /**
   * Saves the first position in spaces that have none, once they are here as a whole: what is in them then
   * is read.
   */
  begin() {
    const { view, session } = this.context;
    const { store, engine, unread } = view;
    const { reached = {}, epoch } = engine ?? {};
    const { personal } = store;
    if (!session.tabs?.isLeader || !personal || !(personal in reached) || epoch !== store.epoch) return;
    const spaces = Object.keys(reached).filter(
      (space) =>
        view.isShared(space) && !unread.positions.has(space) && !this.#begun.has(readId(personal, space)),
    );
    for (const space of spaces) this.#begun.add(readId(personal, space));
    this.#save(
      spaces.map((space) =>
        editOf(view, space, { epoch: epoch ?? "", upTo: reached[space], marks: new Map() }),
      ),
    );
  }

  /** @param {string} id of a task that was opened */
  #open(id) {
    const news = this.context.view.unread.news.get(id);
    if (news) this.#save(editsAfter(this.context.view, new Map([[id, news.seq]])));
  }

  #watch() {
    const { view, list } = this.context;
    if (!view.unread.news.size) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (document.hidden || view.isLocked) return this.#since.clear();
    const now = performance.now();
    for (const [id, { seq }] of view.unread.news) {
      const row = list.rows.get(id);
      if (!(view.route.task === id || (row && isOnScreen(row)))) this.#since.delete(id);
      else if (!this.#since.has(id)) this.#since.set(id, now);
      else if (now - (this.#since.get(id) ?? now) >= LOOK_MS) this.#looked.set(id, seq);
    }
  }

  /** @param {Edit[]} edits */
  #save(edits) {
    const { store } = this.context.view;
    if (edits.length) store.editAll(edits).catch(console.warn); // a mark that is lost is only a dot that stays
  }
}

/**
 * The changes after tasks were looked at.
 * @param {Context["view"]} view
 * @param {Map<string, number>} looked the seq by the id of the task
 * @returns {Edit[]}
 */
export function editsAfter(view, looked) {
  const bySpace = Map.groupBy(view.unread.all(), ({ space }) => space);
  return [...bySpace].flatMap(([space, unread]) => {
    const before = view.unread.positions.get(space);
    const after = before && afterLook(before, unread, looked);
    return after ? [editOf(view, space, after)] : [];
  });
}

/**
 * @param {Context["view"]} view
 * @param {string} space
 * @param {Position} position
 * @returns {Edit}
 */
function editOf({ store }, space, position) {
  const personal = /** @type {string} */ (store.personal);
  const id = readId(personal, space);
  const set = { space, position: textOf(position) };
  return { space: personal, kind: "read", id, set, begun: store.begin(id) };
}

/**
 * Whether nothing covers the middle of a row, and it is within the list's part of the screen.
 * @param {HTMLElement} row
 */
function isOnScreen(row) {
  const box = row.getBoundingClientRect();
  const main = byId("main").getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  return y > main.top && y < main.bottom && row.contains(document.elementFromPoint(x, y));
}
