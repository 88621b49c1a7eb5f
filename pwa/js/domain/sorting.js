/**
 * The orders in which tasks and lists are shown.
 * @typedef {import("./task.js").Task} Task
 */
import { compare } from "../core/merge.js";
import { createdMs } from "./task.js";

export const SORTERS = /** @type {Record<string, (a: Task, b: Task) => number>} */ ({
  order: byOrder,
  due: byDue,
  priority: (a, b) => b.priority - a.priority || byDue(a, b),
  created: (a, b) => createdMs(b) - createdMs(a) || byOrder(a, b),
});

/**
 * In manual order.
 * @param {{order: string, id: string}} a
 * @param {{order: string, id: string}} b
 */
export function byOrder(a, b) {
  return compare(a.order, b.order) || compare(a.id, b.id);
}

/**
 * By due date; tasks without one come last.
 * @param {Task} a
 * @param {Task} b
 */
export function byDue(a, b) {
  return compare(a.due ?? "~", b.due ?? "~") || b.priority - a.priority || byOrder(a, b);
}

/**
 * By time of completion, newest first.
 * @param {Task} a
 * @param {Task} b
 */
export function byCompletion(a, b) {
  return compare(b.completedAt, a.completedAt) || byOrder(a, b);
}
