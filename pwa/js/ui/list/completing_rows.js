/**
 * Tasks just completed: they keep their position for a moment, then the row goes.
 * @typedef {import("../../domain/views.js").Group} Group
 */
const COMPLETING_MS = 600;

/** @extends {Map<string, {key: string, index: number, depth: number}>} */
export class CompletingRows extends Map {
  /** @param {(ids: string[]) => unknown} onEnd called with the tasks whose moment is over */
  constructor(onEnd) {
    super();
    this.onEnd = onEnd;
  }

  /**
   * @param {string[]} ids
   * @param {Group[]} groups that are shown
   */
  hold(ids, groups) {
    for (const id of ids) {
      const group = groups.find((each) => each.rows.some(({ task }) => task.id === id));
      const index = group?.rows.findIndex(({ task }) => task.id === id) ?? -1;
      if (group && group.key !== "done")
        this.set(id, { key: group.key, index, depth: group.rows[index].depth });
    }
    setTimeout(() => this.#end(ids), COMPLETING_MS);
  }

  /** @param {string[]} ids */
  #end(ids) {
    for (const id of ids) this.delete(id);
    this.onEnd(ids);
  }

  /**
   * The groups of a route, with the completing tasks at their old positions.
   * @param {Group[]} groups
   * @param {import("../../domain/tasks.js").Tasks} tasks
   * @returns {Group[]}
   */
  keep(groups, tasks) {
    for (const [id, { key, index, depth }] of this) {
      const task = tasks.all.get(id);
      if (!task) continue;
      groups = groups.map((group) => ({ ...group, rows: group.rows.filter((row) => row.task.id !== id) }));
      const home = groups.find((group) => group.key === key);
      if (home) home.rows.splice(index, 0, { task, depth });
      else groups.unshift({ key, heading: "", rows: [{ task, depth }] });
    }
    return groups.filter((group) => group.rows.length || group.status || group.day);
  }
}
