/**
 * Creates, renames, leaves, deletes and restores shared spaces. All of this needs the server; if it cannot be
 * reached, a notice says so.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Anchor} Anchor
 */
import { icon } from "../../lib/dom.js";
import { plural, t } from "../../i18n/i18n.js";
import * as spaces from "../../api/spaces.js";
import { HOME } from "../../domain/routes.js";
import { askSure, askText } from "../kit/ask.js";
import { choose } from "../kit/menu.js";
import { toast } from "../kit/toast.js";
import { NAME_MAX } from "../../domain/limits.js";
import { errorText } from "../../i18n/error_text.js";

const ARRIVAL_MS = 10_000;
const STEP_MS = 50;

/**
 * The shared space of the element that was used, else of the current list.
 * @param {Pick<Context, "view">} context
 * @param {Anchor} [anchor]
 * @returns {string | null}
 */
export function spaceAt({ view }, anchor) {
  const section = /** @type {HTMLElement | null | undefined} */ (anchor?.closest("[data-space]"));
  const space = section?.dataset.space ?? view.listHere?.space;
  return space && view.isShared(space) ? space : null;
}

/**
 * @param {Pick<Context, "view">} context
 * @param {Anchor} [anchor]
 */
export function isOwner(context, anchor) {
  const space = spaceAt(context, anchor);
  return space !== null && context.view.store.roles[space] === "owner";
}

/**
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function newSpace(context, anchor) {
  if (!context.view.account) return offerSignIn(context);
  return askText({
    title: t("space.new"),
    label: t("field.name"),
    act: t("space.create"),
    max: NAME_MAX,
    anchor,
    onTry: (name) => createSpace(context, name),
    onDone: (_, space) => context.open.members(space),
  });
}

/** @param {Context} context */
export function offerSignIn({ open }) {
  toast(t("space.needsAccount"), t("account.signIn"), () => open.account());
}

/**
 * Creates a space; resolves to its id once a sync has brought it.
 * @param {Context} context
 * @param {string} name
 * @returns {Promise<string>}
 */
export async function createSpace(context, name) {
  const { id } = await spaces.createSpace(name);
  await arrivalOf(context, id);
  return id;
}

/**
 * @param {Context} context
 * @param {string} space
 */
async function arrivalOf({ view }, space) {
  for (let waited = 0; !(space in view.store.roles); waited += STEP_MS) {
    if (waited % 1_000 === 0) view.engine?.now();
    if (waited > ARRIVAL_MS) throw new Error(t("space.createdUnsynced"));
    await new Promise((done) => setTimeout(done, STEP_MS));
  }
}

/**
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function renameSpace(context, anchor) {
  const { view } = context;
  const space = spaceAt(context, anchor);
  if (!space) return;
  askText({
    title: t("space.rename"),
    label: t("field.name"),
    value: view.nameOfSpace(space),
    act: t("action.rename"),
    max: NAME_MAX,
    anchor,
    onTry: (name) => spaces.renameSpace(space, name),
    onDone: () => view.engine?.now(),
  });
}

/**
 * @param {Context} context
 * @param {string | null} space
 */
export function leaveSpace(context, space) {
  if (!space) return;
  askSure({
    title: t("space.leaveAsk", { space: context.view.nameOfSpace(space) }),
    text: t("space.leaveText"),
    act: t("space.leave"),
    onTry: () => goFrom(context, space, spaces.leaveSpace),
  });
}

/**
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function deleteSpace(context, anchor) {
  const { view } = context;
  const space = spaceAt(context, anchor);
  if (!space) return;
  const name = view.nameOfSpace(space);
  const onTry = async () => {
    await goFrom(context, space, spaces.deleteSpace);
    toast(t("space.deleted", { space: name }), t("action.restore"), () => bringBack(context, space));
  };
  askSure({
    title: t("space.deleteAsk", { space: name }),
    act: t("action.delete"),
    onTry,
    text: lossText(view, space),
  });
}

/**
 * The lists that are deleted with a space, and the people affected.
 * @param {Context["view"]} view
 * @param {string} space
 */
function lossText({ tasks, account }, space) {
  const lists = tasks.liveLists().filter((list) => list.space === space);
  const count = tasks.live((task) => tasks.spaceOf(task) === space).length;
  const others = tasks.members.of(space).filter((member) => member.account !== account?.id);
  const listNames = lists.map(({ name }) => `“${name}”`).join(", ");
  const names = others.map(({ name }) => name).join(", ");
  return [
    listNames && t("space.deleteLists", { lists: listNames }),
    `${plural(count, "task.count")}.`,
    names && t("space.sharedWith", { names }),
    t("space.deleteUndo"),
  ]
    .filter(Boolean)
    .join(" ");
}

/**
 * Leaves or deletes a space; its removal is then not announced.
 * @param {Context} context
 * @param {string} space
 * @param {(space: string) => Promise<unknown>} ask calls the server
 */
async function goFrom({ view, router }, space, ask) {
  view.leftSpaces.add(space);
  await ask(space).catch((error) => {
    view.leftSpaces.delete(space);
    throw error;
  });
  if (view.listHere?.space === space) router.go(HOME);
  view.engine?.now();
}

/**
 * Offers the spaces that the person has deleted.
 * @param {Context} context
 * @param {Anchor} anchor
 */
export async function restoreSpace(context, anchor) {
  const found = await online(() => spaces.deletedSpaces());
  if (!found) return;
  if (!found.spaces.length) return toast(t("space.noneToRestore"));
  choose({
    title: t("space.restoreTitle"),
    anchor,
    canSearch: false,
    options: found.spaces.map(({ id, name }) => ({ value: id, text: name, icon: icon("undo") })),
    onPick: (id) => bringBack(context, id),
  });
}

/**
 * @param {Context} context
 * @param {string} space
 */
async function bringBack(context, space) {
  const { view } = context;
  const isBack = await online(async () => {
    await spaces.restoreSpace(space);
    view.leftSpaces.delete(space);
    await arrivalOf(context, space);
    return true;
  });
  if (isBack) toast(t("space.restored", { space: view.nameOfSpace(space) }));
}

/**
 * Runs a call to the server; if it fails, shows the error and resolves to null.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T | null>}
 */
async function online(work) {
  try {
    return await work();
  } catch (error) {
    toast(errorText(error));
    return null;
  }
}
