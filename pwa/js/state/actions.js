/**
 * What a person does with tasks, each one edit of the store. `begun` is what they were shown as they began.
 * @typedef {import("../store/store.js").Store} Store
 * @typedef {import("../store/replica.js").Begun} Begun
 * @typedef {import("./queries.js").Task} Task
 */
import { generateKeyBetween } from "fractional-indexing";
import { value } from "../core/merge.js";

const TITLE_MAX = 500;

/** @param {Store} store @param {string} title @param {string | null} due */
export function addTask(store, title, due) {
  const set = { title: title.trim().slice(0, TITLE_MAX), description: "", due, status: "pending", completed_at: null, priority: 0,
                list: null, parent: null, order: nextOrder(store) };
  return store.edit({ space: store.space, kind: "task", id: crypto.randomUUID(), set });
}

/** @param {Store} store @param {Task} task @param {string} title @param {Begun} begun */
export function rename(store, task, title, begun) {
  return change(store, task, { title: title.trim().slice(0, TITLE_MAX) }, begun);
}

/** @param {Store} store @param {Task} task @param {string | null} due @param {Begun} begun */
export function setDue(store, task, due, begun) {
  return change(store, task, { due }, begun);
}

/** @param {Store} store @param {Task} task @param {string} status @param {Begun} begun */
export function setStatus(store, task, status, begun) {
  return change(store, task, { status, completed_at: status === "completed" ? new Date(store.nowMs()).toISOString() : null }, begun);
}

/** @param {Store} store @param {Task} task @param {Begun} begun */
export function remove(store, task, begun) {
  return change(store, task, { deleted: new Date(store.nowMs()).toISOString() }, begun);
}

/** @param {Store} store @param {{id: string, space: string}} task @param {Begun} begun */
export function restore(store, task, begun) {
  return store.edit({ space: task.space, kind: "task", id: task.id, set: { deleted: null }, begun });
}

/** Settles a field in conflict with one of its values. @param {Store} store @param {Task} task @param {string} field @param {any} chosen @param {Begun} begun */
export function settle(store, task, field, chosen, begun) {
  if (field === "status") return setStatus(store, task, chosen, begun);
  return change(store, task, { [field]: chosen }, begun);
}

/** @param {Store} store @param {Task} task @param {import("../core/merge.js").Fields} set @param {Begun} begun */
function change(store, task, set, begun) {
  return store.edit({ space: task.space, kind: "task", id: task.id, set, begun });
}

/** A place after all others, with a random tail so that two devices' next places differ. @param {Store} store */
function nextOrder(store) {
  let last = null;
  for (const record of store.shown.values()) {
    const order = value(record, "order");
    if (typeof order === "string" && (last === null || order > last)) last = order;
  }
  const tail = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => "0123456789abcdefghijklmnopqrstuvwxyz"[byte % 35 + 1]).join("");
  return generateKeyBetween(isKey(last) ? last : null, null) + tail;
}

/** @param {string | null} text */
function isKey(text) {
  try {
    generateKeyBetween(text, null);
    return true;
  } catch {
    return false;
  }
}
