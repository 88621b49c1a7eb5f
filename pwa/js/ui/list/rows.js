/**
 * The nodes of rows, by the id of their task. The node of a row that leaves the list is reused for another
 * task.
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 */
import { bring, element } from "../../lib/patch.js";
import { aroundOf, rowOf } from "./row.js";

const POOL_MAX = 60;

export class Rows {
  /** @type {Map<string, HTMLElement>} */
  nodes = new Map();
  /** @type {Map<string, EditBase>} the edit base of each row */
  bases = new Map();
  /** @type {HTMLElement[]} */
  #pool = [];

  /** @param {import("../kit/view.js").View} view */
  constructor(view) {
    this.view = view;
  }

  /**
   * The updated node of a row.
   * @param {{task: Task, depth: number}} row
   * @param {string} today
   * @param {import("./row.js").Look} look
   */
  bring({ task, depth }, today, look) {
    const { id } = task;
    const { tasks, route, store } = this.view;
    const around = aroundOf(tasks, route, task, depth, today);
    const used = this.nodes.get(id) ?? this.#pool.pop();
    const node = /** @type {HTMLElement} */ (bring(rowOf(task, around, look), used));
    this.nodes.set(id, node);
    this.bases.set(id, store.begin(id));
    return node;
  }

  /** @param {string} id */
  release(id) {
    const node = this.nodes.get(id);
    if (!node) return;
    node.remove();
    node.classList.remove("is-swiped", "is-lifted");
    node.style.translate = "";
    this.nodes.delete(id);
    this.bases.delete(id);
    if (this.#pool.length < POOL_MAX) this.#pool.push(node);
  }

  /**
   * The height of a row in pixels: of an existing row, else of a temporary one.
   * @param {HTMLElement} box
   */
  height(box) {
    const [first] = this.nodes.values();
    if (first) return first.getBoundingClientRect().height;
    const row = element("li", { class: "row" }, element("button", { class: "ring" }));
    box.append(row);
    const { height } = row.getBoundingClientRect();
    row.remove();
    return height;
  }
}
