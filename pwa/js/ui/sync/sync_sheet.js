/**
 * The sync sheet: items that need attention (conflicts with both values, rejected changes with the reason),
 * unsynced changes with their age, and the export of everything.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../lib/patch.js").Child} Child
 */
import { icon, tool } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { dates, locale, plural, t } from "../../i18n/i18n.js";
import { fieldText } from "../../domain/history.js";
import { conflictsToResolve } from "../../domain/members.js";
import { conditionOf } from "../frame/sync_status.js";
import { patchWithFocus } from "../kit/focus.js";
import { openDialog } from "../kit/dialog.js";
import { conflictsOf } from "./conflicts.js";
import { fieldsSet, rejectedOf, titleOf } from "./rejected.js";

const SHOWN_MAX = 20;
const FIELDS_MAX = 4;
const MINUTE_MS = 60_000;
const UNITS = /** @type {const} */ ([
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", MINUTE_MS],
]);

/** @param {Context} context */
export function openSyncSheet(context) {
  const render = () => patchWithFocus(box, contentOf(context, close));
  const box = openDialog(t("sync.title"), "side-sheet", [], null, () => context.view.watchers.delete(render));
  const close = () => box.close();
  box.id = "sheet";
  context.view.watchers.add(render);
  render();
  box.focus();
}

/**
 * @param {Context} context
 * @param {() => void} close
 * @returns {Child[]}
 */
function contentOf(context, close) {
  return [
    headerOf(context, close),
    attentionOf(context),
    context.view.store.unsentEntries.length > 0 && unsentOf(context),
    footerOf(context, close),
  ];
}

/**
 * @param {Context} context
 * @param {() => void} close
 */
function headerOf(context, close) {
  const { store } = context.view;
  const text = store.account ? lastSyncText(store.syncedAt) : t("account.localOnly");
  return h(
    "header",
    {},
    h("h1", {}, conditionOf(context.view).words),
    h("p", {}, text),
    store.account ? syncButton(context) : signInButton(context, close),
    tool("close", t("action.close"), close, { key: "close" }),
  );
}

/** @param {number | null} syncedAt in ms */
function lastSyncText(syncedAt) {
  if (!syncedAt) return t("sync.neverSynced");
  const format = dates({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return t("sync.lastSynced", { time: format.format(syncedAt) });
}

/** @param {Context} context */
function syncButton(context) {
  const onclick = () => context.view.engine?.now();
  return h("button", { class: "quiet", key: "sync", type: "button", onclick }, t("sync.now"));
}

/**
 * @param {Context} context
 * @param {() => void} close
 */
function signInButton(context, close) {
  const onclick = () => {
    close();
    context.open.account();
  };
  return h(
    "button",
    { class: "button is-main", key: "sign-in", type: "button", onclick },
    t("account.signIn"),
  );
}

/**
 * Items that need attention.
 * @param {Context} context
 */
function attentionOf(context) {
  const { store, tasks } = context.view;
  const disputed = conflictsToResolve(store, tasks);
  const count = disputed.reduce((sum, { conflicts }) => sum + conflicts.length, 0) + store.rejected.length;
  if (!count) return null;
  return h(
    "section",
    { key: "attention" },
    h("h2", {}, t("sync.needsAttention"), h("span", { class: "num" }, String(count))),
    disputed.slice(0, SHOWN_MAX).map((record) => conflictsOf(context, record)),
    store.rejected.slice(0, SHOWN_MAX).map((change) => rejectedOf(context, change)),
  );
}

/** @param {Context} context */
function unsentOf(context) {
  const unsent = context.view.store.unsentEntries;
  const rest = unsent.length - SHOWN_MAX;
  return h(
    "section",
    { key: "unsent" },
    h("h2", {}, t("sync.unsyncedHeading"), h("span", { class: "num" }, String(unsent.length))),
    h(
      "ul",
      { role: "list" },
      unsent.slice(0, SHOWN_MAX).map((entry) => unsentRow(context, entry)),
    ),
    rest > 0 && h("small", {}, plural(rest, "list.andMore")),
  );
}

/**
 * @param {Context} context
 * @param {import("../../store/replica.js").Entry} entry
 */
function unsentRow(context, entry) {
  const isKnown = Object.keys(entry.begun.base).length > 0;
  const fields = fieldsSet(entry).map(([field]) => fieldText(field));
  return h(
    "li",
    { class: "change", key: entry.key },
    icon(entry.set.deleted ? "trash" : isKnown ? "edit" : "plus"),
    h(
      "div",
      {},
      h("b", {}, titleOf(context.view.store, entry)),
      h("small", {}, fields.slice(0, FIELDS_MAX).join(", ")),
    ),
    h("small", {}, entry.sent && t("sync.sending")),
  );
}

/**
 * @param {Context} context
 * @param {() => void} close
 */
function footerOf(context, close) {
  const onclick = () => {
    close();
    context.router.go("/settings#copies");
  };
  return h(
    "footer",
    { key: "foot" },
    h("small", {}, safetyText(context)),
    h("button", { class: "quiet", type: "button", onclick }, icon("download"), t("export.open")),
  );
}

/** @param {Context} context */
function safetyText(context) {
  const { engine, store } = context.view;
  if (engine && engine.notBeforeMs > store.nowMs()) return waitText(engine.notBeforeMs);
  if (store.offered) return t("sync.offering");
  if (store.unsent) return ageText(context);
  if (store.rejected.length) return t("sync.rejectedLocal");
  return store.account ? t("sync.everythingSynced") : t("sync.worksOffline");
}

/** @param {number} ms */
function waitText(ms) {
  const format = dates({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return t("sync.retryAt", { time: format.format(ms) });
}

/**
 * The age of the oldest unsynced change.
 * @param {Context} context
 */
function ageText(context) {
  const oldest = context.view.store.oldestUnsentMs;
  if (!oldest) return "";
  const ms = context.view.now().getTime() - oldest;
  if (ms < MINUTE_MS) return t("sync.oldestNew");
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ["minute", MINUTE_MS];
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  return t("sync.oldest", { ago: format.format(-Math.floor(ms / size), unit) });
}
