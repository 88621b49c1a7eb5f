/**
 * Moving and copying, also between spaces. A moved task takes its subtasks with it, and a moved list its
 * tasks: the server moves them.
 * @typedef {import("./edits/change.js").Shown} Shown
 * @typedef {import("../store/replica.js").Edit} Edit
 * @typedef {import("./task.js").Task} Task
 * @typedef {import("./task.js").List} List
 * @typedef {import("./tasks.js").Tasks} Tasks
 */
import { t } from "../i18n/i18n.js";
import { change } from "./edits/change.js";
import { newId } from "./edits/create.js";
import { descendantsOf } from "./task_tree.js";
import { isSample } from "./samples.js";
import { valuesOf } from "./values.js";

/**
 * Moves tasks and their subtasks into another list, and into its space if that is another.
 * @param {Tasks} tasks
 * @param {Task[]} chosen
 * @param {string | null} list
 * @param {string} personal the space of the Inbox
 * @param {Shown} shown
 * @param {string} [space] if the list does not exist yet
 * @returns {Edit[]}
 */
export function moveTo(tasks, chosen, list, personal, shown, space = spaceOfList(tasks, list, personal)) {
  const ids = new Set(chosen.map(({ id }) => id));
  return topmost(tasks, chosen).flatMap((task) => {
    const isApart = task.parent !== null && !ids.has(task.parent);
    const isLeaving = isElsewhere(tasks, task, space, personal);
    if (isLeaving && isSample(task.id)) return replaced(tasks, task, list, space, shown);
    const below = descendantsOf(tasks, task);
    const [edit] = change(
      [task],
      { list, ...(isApart ? { parent: null } : {}), ...(isLeaving ? staying(tasks, task, space) : {}) },
      shown,
    );
    return [
      isLeaving ? { ...edit, move: space } : edit,
      ...below.flatMap((each) =>
        change([each], { list, ...(isLeaving ? staying(tasks, each, space) : {}) }, shown),
      ),
    ];
  });
}

/**
 * Moves a list with all its tasks into another space.
 * @param {Tasks} tasks
 * @param {List} list
 * @param {string} space
 * @param {string} nowIso
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function shareList(tasks, list, space, nowIso, shown) {
  const inList = tasks.live((task) => tasks.homeOf(task) === list.id);
  const samples = inList.filter(({ id }) => isSample(id));
  const copies = samples.map((task) => copyOf(task, list.id, space, null));
  const strangers = inList.filter(
    (task) => !isSample(task.id) && staying(tasks, task, space).assignee === null,
  );
  const [moved] = change([list], {}, shown);
  return [
    ...change(samples, { deleted: nowIso, list: null, parent: null }, shown),
    ...change(strangers, { assignee: null }, shown),
    { ...moved, move: space },
    ...copies,
  ];
}

/**
 * Copies tasks and their subtasks.
 * @param {Tasks} tasks
 * @param {Task[]} chosen
 * @param {string | null} list
 * @param {string} space
 * @returns {Edit[]}
 */
export function copyTo(tasks, chosen, list, space) {
  return topmost(tasks, chosen).flatMap((task) => copyFamily(tasks, task, list, space, null));
}

/**
 * Rejected changes as a new record: the record as it is shown, with the rejected changes applied.
 * @param {Tasks} tasks
 * @param {import("./members.js").Rights} rights
 * @param {string} kind
 * @param {string} id
 * @param {import("../core/merge.js").Fields[]} sets the rejected changes, in order
 * @param {string | null} home a list; if the record is a list, a space
 * @returns {Edit}
 */
export function rescued(tasks, rights, kind, id, sets, home) {
  const record = tasks.all.get(id)?.record ?? tasks.lists.get(id)?.record;
  const values = Object.fromEntries(
    Object.entries({ ...(record ? valuesOf(record) : {}), ...Object.assign({}, ...sets) }).filter(
      ([field, value]) => value !== null && field !== "deleted" && field !== "assignee",
    ),
  );
  const personal = rights.personal ?? "";
  if (kind === "list")
    return {
      space: home || personal,
      kind,
      id: newId(),
      set: { ...values, name: values.name ?? t("task.untitled") },
    };
  const completed = values.status === "completed" ? (values.completed_at ?? null) : null;
  return {
    space: spaceOfList(tasks, home, personal),
    kind,
    id: newId(),
    set: {
      title: t("task.untitled"),
      priority: 0,
      description: "",
      due: null,
      ...values,
      status: completed ? "completed" : values.status === "in_progress" ? "in_progress" : "pending",
      completed_at: completed,
      list: home,
      parent: null,
    },
  };
}

/**
 * The space of a list; the Inbox is in the account's own space.
 * @param {Tasks} tasks
 * @param {string | null} list
 * @param {string} personal
 */
export function spaceOfList(tasks, list, personal) {
  return (list && tasks.lists.get(list)?.space) || personal;
}

/**
 * Whether a task is in a space other than the given one. A task that the server does not know yet is in the
 * account's own space.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {string} space
 * @param {string} personal
 */
export function isElsewhere(tasks, task, space, personal) {
  return (tasks.spaceOf(task) || personal) !== space;
}

/**
 * The chosen tasks without those below another chosen task.
 * @param {Tasks} tasks
 * @param {Task[]} chosen
 */
function topmost(tasks, chosen) {
  const ids = new Set(chosen.map(({ id }) => id));
  const isBelow = (/** @type {Task | null} */ task) => {
    for (let above = task && tasks.parentOf(task); above; above = tasks.parentOf(above))
      if (ids.has(above.id)) return true;
    return false;
  };
  return chosen.filter((task) => !isBelow(task));
}

/**
 * Clears the assignee if they are not a member of the task's new space.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {string} space
 * @returns {{assignee?: null}}
 */
function staying(tasks, task, space) {
  return task.assignee && !tasks.members.find(space, task.assignee) ? { assignee: null } : {};
}

/**
 * Replaces a sample by copies: it has the same id on every device, so it cannot move.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {string | null} list
 * @param {string} space
 * @param {Shown} shown
 */
function replaced(tasks, task, list, space, shown) {
  const deleted = new Date().toISOString();
  return [
    ...copyFamily(tasks, task, list, space, null),
    ...change([task, ...descendantsOf(tasks, task)], { deleted }, shown),
  ];
}

/**
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {string | null} list
 * @param {string} space
 * @param {string | null} parent
 * @returns {Edit[]}
 */
function copyFamily(tasks, task, list, space, parent) {
  const copy = copyOf(task, list, space, parent, staying(tasks, task, space));
  return [
    copy,
    ...tasks.subtasksOf(task.id).flatMap((child) => copyFamily(tasks, child, list, space, copy.id)),
  ];
}

/**
 * @param {Task} task
 * @param {string | null} list
 * @param {string} space
 * @param {string | null} parent
 * @param {{assignee?: null}} [staying]
 * @returns {Edit}
 */
function copyOf(task, list, space, parent, staying = {}) {
  const values = Object.entries(valuesOf(task.record)).filter(([, value]) => value !== null);
  return {
    space,
    kind: "task",
    id: newId(),
    set: { completed_at: null, ...Object.fromEntries(values), ...staying, list, parent },
  };
}
