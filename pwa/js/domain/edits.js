/**
 * What a person does with tasks and lists, as edits of the store. An edit's `begun` is what they saw when
 * they began it.
 * @typedef {import("./edits/create.js").NewTask} NewTask
 */
export { indent, outdent, reorder } from "./edits/arrange.js";
export { change, joined, moveToDay } from "./edits/change.js";
export { setStatus, skip } from "./edits/complete.js";
export { create, createList, newId, statusOf } from "./edits/create.js";
export { remove, removeList, restore } from "./edits/trash.js";
