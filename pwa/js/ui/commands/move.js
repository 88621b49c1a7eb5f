/**
 * Moves and copies tasks into lists of all spaces, and assigns them.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Task} Task
 * @typedef {import("./command.js").Anchor} Anchor
 * @typedef {import("./edit_service.js").BaseOf} BaseOf
 * @typedef {import("./edit_service.js").Edit} Edit
 * @typedef {string | null | {name: string, space: string}} Home  a list, the Inbox, or a list to be created
 */
import { icon } from "../../lib/dom.js";
import { t } from "../../i18n/i18n.js";
import { change, createList } from "../../domain/edits.js";
import { mayTakeOut, sectionsOf } from "../../domain/members.js";
import { copyTo as copiesTo, isElsewhere, moveTo as movesTo, spaceOfList } from "../../domain/moves.js";
import { avatarBesideName } from "../kit/avatar.js";
import { choose } from "../kit/menu.js";
import { namesOf } from "../kit/names.js";
import { toast } from "../kit/toast.js";
import { dot } from "../kit/task_marks.js";
import { lastKey } from "../../domain/order.js";

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Anchor} anchor
 */
export function chooseHome(context, chosen, anchor) {
  const { edit } = context;
  const baseOf = edit.basesOf(chosen);
  const onPick = (/** @type {Home} */ home) => moveTo(context, edit.current(chosen), home, baseOf);
  pickHome(context, t("task.moveTo"), chosen, anchor, onPick);
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Anchor} anchor
 */
export function chooseCopy(context, chosen, anchor) {
  const onPick = (/** @type {Home} */ home) => copyTo(context, chosen, home);
  pickHome(context, t("task.copyTo"), chosen, anchor, onPick);
}

/**
 * @param {Context} context
 * @param {string} title
 * @param {Task[]} chosen
 * @param {Anchor} anchor
 * @param {(home: Home) => unknown} onPick
 */
function pickHome({ view }, title, chosen, anchor, onPick) {
  const space = view.spaceHere;
  choose({
    title,
    anchor,
    options: homeOptions(view, chosen, true),
    canSearch: true,
    onPick,
    make: (text) => ({
      value: { name: text, space },
      text: t("list.newNamed", { name: text }),
      icon: icon("plus"),
    }),
  });
}

/**
 * Moves tasks. If only owners may move them out of their space, offers to copy them instead.
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Home} home
 * @param {BaseOf} baseOf
 */
export function moveTo(context, chosen, home, baseOf) {
  const { view, edit } = context;
  const { tasks, store } = view;
  const { made, list, space, name } = landingOf(view, home);
  const mustStay = (/** @type {Task} */ task) =>
    isElsewhere(tasks, task, space, store.space) && !mayTakeOut(store, tasks.spaceOf(task));
  if (chosen.some(mustStay)) return offerCopy(context, chosen, home);
  return edit.do(t("task.movedToList", { names: namesOf(chosen), list: name }), [
    ...made,
    ...movesTo(tasks, chosen, list, store.space, baseOf, space),
  ]);
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Home} home
 */
function offerCopy(context, chosen, home) {
  const { view, edit } = context;
  const space = view.nameOfSpace(view.tasks.spaceOf(chosen[0]));
  toast(t("space.moveOutOwners", { space }), t("task.copy"), () =>
    copyTo(context, edit.current(chosen), home),
  );
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Home} home
 */
function copyTo({ view, edit }, chosen, home) {
  const { made, list, space, name } = landingOf(view, home);
  return edit.do(t("task.copiedToList", { names: namesOf(chosen), list: name }), [
    ...made,
    ...copiesTo(view.tasks, chosen, list, space),
  ]);
}

/**
 * The target of tasks: the list and its space, and the edit that creates a new list.
 * @param {Context["view"]} view
 * @param {Home} home
 * @returns {{made: Edit[], list: string | null, space: string, name: string}}
 */
function landingOf({ tasks, store }, home) {
  if (home !== null && typeof home === "object") {
    const made = createList(home.space, home.name, lastKey([...tasks.lists.values()]));
    return { made: [made], list: made.id, space: home.space, name: home.name };
  }
  const list = home ? tasks.lists.get(home) : null;
  return {
    made: [],
    list: home,
    space: spaceOfList(tasks, home, store.space),
    name: list ? tasks.nameOfList(list) : t("place.inbox"),
  };
}

/**
 * The Inbox and all lists, by space.
 * @param {Context["view"]} view
 * @param {Task[]} [chosen]
 * @param {boolean} [isToWrite] only lists that the person may write in
 * @returns {import("../kit/menu.js").Option[]}
 */
export function homeOptions({ tasks, store }, chosen = [], isToWrite = false) {
  const isAt = (/** @type {string | null} */ id) =>
    chosen.length > 0 && chosen.every((task) => tasks.homeOf(task) === id);
  const sections = sectionsOf(tasks, store).filter((section) => !isToWrite || !section.isReadOnly);
  const lists = sections.flatMap((section) =>
    section.lists.map(({ id, name }) => ({
      value: id,
      text: name,
      icon: dot(name),
      isChecked: isAt(id),
      group: section.isShared ? section.name : "",
    })),
  );
  return [{ value: null, text: t("place.inbox"), icon: icon("inbox"), isChecked: isAt(null) }, ...lists];
}

/**
 * Whether tasks can be assigned to anyone.
 * @param {Pick<Context, "view">} context
 * @param {Task[]} chosen
 */
export function isAssignable({ view }, chosen) {
  return chosen.every((task) => view.isShared(view.tasks.spaceOf(task)));
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Anchor} anchor
 */
export function chooseAssignee(context, chosen, anchor) {
  const { view, edit } = context;
  const baseOf = edit.basesOf(chosen);
  choose({
    title: t("task.assignTo"),
    anchor,
    options: assigneeOptions(view, chosen),
    onPick: (assignee) => assign(context, edit.current(chosen), assignee, baseOf),
  });
}

/**
 * The members of all spaces of the tasks, and nobody.
 * @param {Context["view"]} view
 * @param {Task[]} chosen
 * @returns {import("../kit/menu.js").Option[]}
 */
function assigneeOptions({ tasks, account }, chosen) {
  const { members } = tasks;
  const spaces = chosen.map((task) => tasks.spaceOf(task));
  const isInAll = (/** @type {string} */ id) => spaces.every((space) => members.find(space, id));
  const isAt = (/** @type {string | null} */ id) =>
    chosen.every((task) => (tasks.assigneeOf(task)?.account ?? null) === id);
  const people = members.of(spaces[0]).filter((member) => isInAll(member.account));
  return [
    ...people.map((member) => ({
      value: member.account,
      text: member.account === account?.id ? t("member.you", { name: member.name }) : member.name,
      icon: avatarBesideName(member),
      isChecked: isAt(member.account),
    })),
    { value: null, text: t("assignee.none"), icon: icon("person"), isChecked: isAt(null) },
  ];
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {string | null} assignee
 * @param {BaseOf} baseOf
 */
function assign({ view, edit }, chosen, assignee, baseOf) {
  const names = namesOf(chosen);
  const text = assignee
    ? t("task.assigned", { names, name: view.tasks.members.nameOf(assignee) })
    : t("task.unassigned", { names });
  return edit.do(text, change(chosen, { assignee }, baseOf));
}
