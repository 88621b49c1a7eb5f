/**
 * Marks what others changed as read: in the list that is shown, or in a whole space.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Anchor} Anchor
 */
import { t } from "../../i18n/i18n.js";
import { INBOX } from "../../domain/read_position.js";
import { editsAfter } from "../sharing/read_marks.js";
import { spaceAt } from "./space.js";

/**
 * Whether something in the list that is shown is unread.
 * @param {Pick<Context, "view">} context
 */
export function isListUnread({ view }) {
  return view.unread.counts().has(listHere(view.route));
}

/** @param {Context} context */
export function readList(context) {
  const list = listHere(context.view.route);
  return readAll(context, (task) => task.list === list);
}

/**
 * Whether something in the space of the element that was used, or of the current list, is unread.
 * @param {Pick<Context, "view">} context
 * @param {Anchor} [anchor]
 */
export function isSpaceUnread(context, anchor) {
  return context.view.unread.counts().has(spaceAt(context, anchor) ?? "");
}

/**
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function readSpace(context, anchor) {
  const space = spaceAt(context, anchor);
  return readAll(context, (task) => task.space === space);
}

/**
 * @param {Context} context
 * @param {(task: {list: string, space: string}) => boolean} isWanted
 */
function readAll({ view, edit }, isWanted) {
  const wanted = view.unread.all().filter(isWanted);
  return edit.do(t("unread.marked"), editsAfter(view, new Map(wanted.map(({ id, seq }) => [id, seq]))));
}

/** @param {import("../../domain/routes.js").Route} route */
function listHere({ name, list }) {
  return list ?? (name === "inbox" ? INBOX : "");
}
