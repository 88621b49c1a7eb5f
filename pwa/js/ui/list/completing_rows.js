/**
 * Tasks just completed: for a moment they keep their place, then the row goes.
 * @typedef {import("./list_view.js").ListView} ListView
 * @typedef {import("../../domain/views.js").Group} Group
 */
const COMPLETING_MS = 600;

/** @extends {Map<string, {key: string, index: number, depth: number}>} */
export class CompletingRows extends Map {
  /** @param {ListView} view */
  constructor(view) {
    super();
    this.view = view;
  }

  /** @param {string[]} ids */
  hold(ids) {
    const { view } = this;
    for (const id of ids) {
      const group = view.groups.find((each) => each.rows.some(({ task }) => task.id === id));
      const index = group?.rows.findIndex(({ task }) => task.id === id) ?? -1;
      if (group && group.key !== "done")
        this.set(id, { key: group.key, index, depth: group.rows[index].depth });
    }
    setTimeout(() => this.#close(ids), COMPLETING_MS);
  }

  /** @param {string[]} ids */
  #close(ids) {
    const { view } = this;
    const focused = view.idOf(document.activeElement);
    const position = view.positions.get(focused ?? "");
    for (const id of ids) {
      this.delete(id);
      // it may have been undone, and selected again
      if (view.page.tasks.all.get(id)?.status === "completed") view.selected.delete(id);
    }
    view.page.render();
    if (focused && position !== undefined && ids.includes(focused))
      view.page.afterRender(() => view.focusAt(position)); // the hand stays where it is, the row goes
  }

  /**
   * The groups of a place, with those that are closing where they were.
   * @param {Group[]} groups
   * @returns {Group[]}
   */
  keep(groups) {
    for (const [id, { key, index, depth }] of this) {
      const task = this.view.page.tasks.all.get(id);
      if (!task) continue;
      groups = groups.map((group) => ({ ...group, rows: group.rows.filter((row) => row.task.id !== id) }));
      const home = groups.find((group) => group.key === key);
      if (home) home.rows.splice(index, 0, { task, depth });
      else groups.unshift({ key, heading: "", rows: [{ task, depth }] });
    }
    return groups.filter((group) => group.rows.length || group.status || group.day);
  }
}
