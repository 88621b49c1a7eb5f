/**
 * Commands for the list that is shown, and for spaces.
 * @typedef {import("./command.js").Command} Command
 */
import { t } from "../../lib/words.js";
import { mayChangeList, newList, removeList, renameList, restoreList } from "./list.js";
import { shareList } from "./share_list.js";
import { deleteSpace, isOwner, leaveSpace, newSpace, renameSpace, restoreSpace, spaceAt } from "./space.js";

/** @type {Command[]} */
export const FOR_LISTS = [
  {
    id: "restoreList",
    text: () => t("Restore this list"),
    isHidden: true,
    run: (context, _, anchor) => restoreList(context, anchor),
  },
  {
    id: "newList",
    text: () => t("New list…"),
    icon: "plus",
    run: (context, _, anchor) => newList(context, anchor),
  },
  {
    id: "renameList",
    text: () => t("Rename this list…"),
    icon: "edit",
    when: mayChangeList,
    run: (context, _, anchor) => renameList(context, anchor),
  },
  {
    id: "removeList",
    text: () => t("Delete this list"),
    icon: "trash",
    when: mayChangeList,
    run: removeList,
  },
  {
    id: "shareList",
    text: () => t("Share this list…"),
    icon: "share",
    when: mayChangeList,
    run: (context, _, anchor) => shareList(context, anchor),
  },
  {
    id: "newSpace",
    text: () => t("New space…"),
    icon: "plus",
    run: (context, _, anchor) => newSpace(context, anchor),
  },
  {
    id: "members",
    text: () => t("Members and invites…"),
    icon: "share",
    when: (context) => spaceAt(context) !== null,
    run: (context, _, anchor) => context.open.members(spaceAt(context, anchor)),
  },
  {
    id: "activity",
    text: () => t("What happened in this space…"),
    icon: "clock",
    when: (context) => spaceAt(context) !== null,
    run: (context, _, anchor) => context.open.activity(spaceAt(context, anchor)),
  },
  {
    id: "renameSpace",
    text: () => t("Rename this space…"),
    icon: "edit",
    when: (context) => isOwner(context),
    run: (context, _, anchor) => renameSpace(context, anchor),
  },
  {
    id: "leaveSpace",
    text: () => t("Leave this space…"),
    icon: "forward",
    when: (context) => spaceAt(context) !== null,
    run: (context, _, anchor) => leaveSpace(context, spaceAt(context, anchor)),
  },
  {
    id: "deleteSpace",
    text: () => t("Delete this space…"),
    icon: "trash",
    when: (context) => isOwner(context),
    run: (context, _, anchor) => deleteSpace(context, anchor),
  },
  {
    id: "restoreSpace",
    text: () => t("Bring back a deleted space…"),
    icon: "undo",
    when: ({ view }) => view.account !== null,
    run: (context, _, anchor) => restoreSpace(context, anchor),
  },
];
