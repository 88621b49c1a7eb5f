/**
 * Invites into shared spaces: their texts, the notice of a pending one, and joining a space.
 * @typedef {import("../context.js").Context} Context
 */
import { tabStorage } from "../../lib/web_storage.js";
import { t } from "../../i18n/i18n.js";
import { HOME, hrefOf } from "../../domain/routes.js";
import { toast } from "../kit/toast.js";
import { byOrder } from "../../domain/sorting.js";
import { valuesOf } from "../../domain/values.js";

const ARRIVAL_MS = 8_000;
const LIST_MS = 1_500;
const STEP_MS = 50;
const TOLD_KEY = "driftless.told";

/** @param {{invited_by: string, space_name: string | null}} invite */
export function invitedText({ invited_by: who, space_name }) {
  const space = space_name ?? "";
  return who ? t("invite.from", { who, space }) : t("invite.received", { space });
}

/**
 * The name of a space from its synced record, whose id is the space's.
 * @param {Context} context
 * @param {string} space
 */
export function spaceName(context, space) {
  const record = context.view.store.shown.get(space);
  return record ? String(valuesOf(record).name ?? "") : t("space.fallbackName");
}

/**
 * Opens the first list of a newly joined space, once it has arrived.
 * @param {Context} context
 * @param {string} space
 * @param {string} name
 */
export async function enter(context, space, name) {
  context.view.engine?.now();
  await until(() => space in context.view.store.roles, ARRIVAL_MS);
  await until(() => firstList(context, space) !== undefined, LIST_MS);
  const list = firstList(context, space);
  context.router.go(list ? hrefOf({ name: "list", list: list.id }) : HOME, true);
  toast(t("invite.joined", { space: name }));
}

/**
 * @param {Context} context
 * @param {string} space
 */
function firstList(context, space) {
  return [...context.view.tasks.lists.values()]
    .filter((list) => list.space === space && !list.deleted)
    .sort(byOrder)[0];
}

/**
 * @param {() => boolean} isSo
 * @param {number} timeoutMs
 */
async function until(isSo, timeoutMs) {
  for (let waitedMs = 0; !isSo() && waitedMs < timeoutMs; waitedMs += STEP_MS)
    await new Promise((done) => setTimeout(done, STEP_MS));
}

/**
 * Shows a quiet notice of a pending invite, once in a tab.
 * @param {Context} context
 */
export async function tellInvites(context) {
  if (!context.view.account || context.view.isLocked) return;
  const invites = await context.session.server.invites().catch(() => []);
  const ids = invites.map(({ id }) => id).join();
  if (
    !ids ||
    tabStorage.get(TOLD_KEY) === ids ||
    context.view.route.name === "join" ||
    context.view.route.part === "account"
  )
    return;
  tabStorage.set(TOLD_KEY, ids);
  toast(invitedText(invites[0]), t("invite.view"), () =>
    context.router.go(`${hrefOf({ name: "settings", part: "account" })}#invites`),
  );
}
