/**
 * Creates, renames, deletes and restores lists, and opens them.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Anchor} Anchor
 */
import { t } from "../../i18n/i18n.js";
import * as edits from "../../domain/edits.js";
import { mayWrite } from "../../domain/members.js";
import { HOME, hrefOf } from "../../domain/routes.js";
import { askSure, askText } from "../kit/ask.js";
import { choose } from "../kit/menu.js";
import { homeOptions } from "./move.js";
import { NAME_MAX, cut } from "../../domain/limits.js";
import { lastKey } from "../../domain/order.js";

/**
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function newList({ view, router, edit }, anchor) {
  const section = /** @type {HTMLElement | null | undefined} */ (anchor?.closest("[data-space]"));
  const space = section ? section.dataset.space || view.store.space : view.spaceHere;
  askText({
    title: t("list.new"),
    label: t("field.name"),
    act: t("list.create"),
    max: NAME_MAX,
    anchor,
    onDone: async (name) => {
      const made = edits.createList(space, name, lastKey([...view.tasks.lists.values()]));
      if (await edit.do(t("list.created", { name }), [made], { isQuiet: true }))
        router.go(hrefOf({ name: "list", list: made.id }));
    },
  });
}

/**
 * Whether the person may change the list that is shown.
 * @param {Pick<Context, "view">} context
 */
export function mayChangeList({ view }) {
  return view.listHere !== undefined && mayWrite(view.store, view.listHere.space);
}

/**
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function renameList({ view, edit }, anchor) {
  const { listHere: list } = view;
  if (!list) return;
  const base = view.store.begin(list.id);
  const rename = (/** @type {string} */ name) =>
    edits.change([list], { name: cut(name, NAME_MAX) }, () => base);
  askText({
    title: t("list.rename"),
    label: t("field.name"),
    value: list.name,
    act: t("action.rename"),
    max: NAME_MAX,
    anchor,
    onDone: (name) => edit.do(t("list.renamed", { name }), rename(name)),
  });
}

/** @param {Context} context */
export async function removeList(context) {
  const { view } = context;
  const { listHere: list } = view;
  if (!list) return;
  if (!view.isShared(list.space)) return removeNow(context, list);
  askSure({
    title: t("list.deleteAsk", { list: list.name }),
    text: t("list.deleteText", {
      space: view.nameOfSpace(list.space),
    }),
    act: t("action.delete"),
    onTry: () => removeNow(context, list),
  });
}

/**
 * @param {Context} context
 * @param {import("../../domain/task.js").List} list
 */
async function removeNow({ view, router, edit }, list) {
  router.go(HOME);
  await edit.do(
    t("list.deleted", { name: list.name }),
    edits.removeList(list, view.now(), () => view.store.begin(list.id)),
  );
}

/**
 * Restores the list that was used, else the one that is shown.
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function restoreList({ view, edit }, anchor) {
  const used = /** @type {HTMLElement | null | undefined} */ (anchor?.closest("[data-deleted-list]"));
  const list = used ? view.tasks.lists.get(used.dataset.deletedList ?? "") : view.listHere;
  if (!list) return;
  edit.do(
    t("list.restored", { name: list.name }),
    edits.change([list], { deleted: null }, () => view.store.begin(list.id)),
  );
}

/**
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function chooseList({ view, router }, anchor) {
  choose({
    title: t("place.lists"),
    anchor,
    options: homeOptions(view),
    canSearch: true,
    onPick: (list) => router.go(hrefOf(list ? { name: "list", list } : { name: "inbox" })),
  });
}
