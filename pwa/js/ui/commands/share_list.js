/**
 * Shares the list that is shown: with an existing space, or with a new one of the same name.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Anchor} Anchor
 * @typedef {import("../../domain/task.js").List} List
 * @typedef {import("../kit/menu.js").Option} Option
 */
import { icon } from "../../lib/dom.js";
import { t } from "../../i18n/i18n.js";
import { mayTakeOut, sectionsOf } from "../../domain/members.js";
import { shareList as movesToSpace } from "../../domain/moves.js";
import { askText } from "../kit/ask.js";
import { avatars } from "../kit/avatar.js";
import { choose } from "../kit/menu.js";
import { createSpace, offerSignIn } from "./space.js";
import { NAME_MAX } from "../../domain/limits.js";

/**
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function shareList(context, anchor) {
  const { view, open } = context;
  const { listHere: list } = view;
  if (!list) return undefined;
  if (!view.account) return offerSignIn(context);
  const isShared = view.isShared(list.space);
  if (isShared && !mayTakeOut(view.store, list.space)) return open.members(list.space);
  return choose({
    title: isShared ? t("list.moveTo", { list: list.name }) : t("list.shareWith", { list: list.name }),
    anchor,
    canSearch: false,
    options: spaceOptions(view, list),
    onPick: (space) => {
      if (space === "new") shareAnew(context, list, anchor);
      else if (space === "here") open.members(list.space);
      else shareWith(context, list.id, space);
    },
  });
}

/**
 * @param {Context["view"]} view
 * @param {List} list
 * @returns {Option[]}
 */
function spaceOptions(view, list) {
  const spaces = sectionsOf(view.tasks, view.store).filter(
    ({ space, isShared, isReadOnly }) => isShared && !isReadOnly && space !== list.space,
  );
  return [
    ...(view.isShared(list.space) ? optionsOfShared(view, list) : []),
    ...spaces.map(({ space, name, members }) => ({
      value: space,
      text: name,
      icon: avatars(members.slice(0, 1)),
      note: members.map((member) => member.name).join(", "),
    })),
    { value: "new", text: t("space.newAsk"), icon: icon("plus") },
  ];
}

/**
 * @param {Context["view"]} view
 * @param {List} list
 * @returns {Option[]}
 */
function optionsOfShared(view, { space }) {
  const members = t("space.membersOfAsk", { space: view.nameOfSpace(space) });
  return [
    { value: "here", text: members, icon: icon("share") },
    { value: view.store.space, text: t("space.personal"), icon: icon("person") },
  ];
}

/**
 * @param {Context} context
 * @param {List} list
 * @param {Anchor} anchor
 */
function shareAnew(context, list, anchor) {
  askText({
    title: t("list.share", { list: list.name }),
    label: t("space.nameOfNew"),
    value: list.name,
    act: t("space.create"),
    max: NAME_MAX,
    anchor,
    onTry: (name) => createSpace(context, name),
    onDone: async (_, space) => (await shareWith(context, list.id, space)) && context.open.members(space),
  });
}

/**
 * Moves the list with its tasks to a space, in one step.
 * @param {Context} context
 * @param {string} id
 * @param {string} space
 */
function shareWith({ view, edit }, id, space) {
  const list = view.tasks.lists.get(id);
  if (!list) return null;
  const text = view.isShared(space)
    ? t("list.shared", { list: list.name, space: view.nameOfSpace(space) })
    : t("list.unshared", { list: list.name });
  return edit.do(text, movesToSpace(view.tasks, list, space, view.now().toISOString(), edit.baseOf));
}
