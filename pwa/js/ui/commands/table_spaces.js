/**
 * Commands for the current list, and for spaces.
 * @typedef {import("./command.js").Command} Command
 */
import { t } from "../../i18n/i18n.js";
import { mayChangeList, newList, removeList, renameList, restoreList } from "./list.js";
import { nextPart } from "./navigation.js";
import { isListUnread, isSpaceUnread, readList, readSpace } from "./read.js";
import { shareList } from "./share_list.js";
import { deleteSpace, isOwner, leaveSpace, newSpace, renameSpace, restoreSpace, spaceAt } from "./space.js";

/** @type {Command[]} */
export const FOR_LISTS = [
  {
    id: "restoreList",
    text: () => t("command.restoreList"),
    isHidden: true,
    run: (context, _, anchor) => restoreList(context, anchor),
  },
  {
    id: "leaveList",
    text: () => t("command.nextRegion"),
    keys: ["F6"],
    isHidden: true,
    run: nextPart,
  },
  {
    id: "newList",
    text: () => t("command.newList"),
    icon: "plus",
    run: (context, _, anchor) => newList(context, anchor),
  },
  {
    id: "renameList",
    text: () => t("command.renameList"),
    icon: "edit",
    when: mayChangeList,
    run: (context, _, anchor) => renameList(context, anchor),
  },
  {
    id: "removeList",
    text: () => t("command.deleteList"),
    icon: "trash",
    when: mayChangeList,
    run: removeList,
  },
  {
    id: "shareList",
    text: () => t("command.shareList"),
    icon: "share",
    when: mayChangeList,
    run: (context, _, anchor) => shareList(context, anchor),
  },
  {
    id: "readList",
    text: () => t("command.readList"),
    icon: "done",
    when: isListUnread,
    run: readList,
  },
  {
    id: "readSpace",
    text: () => t("command.readSpace"),
    icon: "done",
    when: (context) => isSpaceUnread(context),
    run: (context, _, anchor) => readSpace(context, anchor),
  },
  {
    id: "newSpace",
    text: () => t("space.newAsk"),
    icon: "plus",
    run: (context, _, anchor) => newSpace(context, anchor),
  },
  {
    id: "members",
    text: () => t("command.members"),
    icon: "share",
    when: (context) => spaceAt(context) !== null,
    run: (context, _, anchor) => context.open.members(spaceAt(context, anchor)),
  },
  {
    id: "activity",
    text: () => t("command.activity"),
    icon: "clock",
    when: (context) => spaceAt(context) !== null,
    run: (context, _, anchor) => context.open.activity(spaceAt(context, anchor)),
  },
  {
    id: "renameSpace",
    text: () => t("command.renameSpace"),
    icon: "edit",
    when: (context) => isOwner(context),
    run: (context, _, anchor) => renameSpace(context, anchor),
  },
  {
    id: "leaveSpace",
    text: () => t("command.leaveSpace"),
    icon: "forward",
    when: (context) => spaceAt(context) !== null,
    run: (context, _, anchor) => leaveSpace(context, spaceAt(context, anchor)),
  },
  {
    id: "deleteSpace",
    text: () => t("command.deleteSpace"),
    icon: "trash",
    when: (context) => isOwner(context),
    run: (context, _, anchor) => deleteSpace(context, anchor),
  },
  {
    id: "restoreSpace",
    text: () => t("command.restoreSpace"),
    icon: "undo",
    when: ({ view }) => view.account !== null,
    run: (context, _, anchor) => restoreSpace(context, anchor),
  },
];
