/**
 * The folded groups: long ones that may fold, unless the person has folded or unfolded them.
 * @typedef {import("../../domain/views.js").Group} Group
 */
const FOLD_MIN = 5;

export class Folds {
  /** @type {Map<string, boolean>} by route and group */
  #byHand = new Map();

  /** @param {import("../kit/view.js").View} view */
  constructor(view) {
    this.view = view;
  }

  /** @param {Group} group */
  isFolded({ key, isFolding, rows }) {
    return Boolean(isFolding) && (this.#byHand.get(this.#keyOf(key)) ?? rows.length > FOLD_MIN);
  }

  /**
   * The number of unread tasks that a folded group hides.
   * @param {Group} group
   */
  unreadIn(group) {
    const { news } = this.view.unread;
    return news.size && this.isFolded(group) ? group.rows.filter(({ task }) => news.has(task.id)).length : 0;
  }

  /**
   * @param {string} key of a group
   * @param {boolean} isFolded
   */
  fold(key, isFolded) {
    this.#byHand.set(this.#keyOf(key), isFolded);
    this.view.render();
  }

  /** @param {string} key */
  #keyOf(key) {
    const { route } = this.view;
    return `${route.name}/${route.list}/${key}`;
  }
}
