/**
 * The actions of an administrator on an account.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/admin.js").AccountFacts} AccountFacts
 * @typedef {import("../../api/security.js").SessionHere} SessionHere
 * @typedef {{text: string, isDanger?: boolean, run: () => unknown}} Action
 */
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { NAME_MAX } from "../../domain/limits.js";
import { attempt, problemLine } from "../kit/attempt.js";
import { formOf, secretField } from "../kit/forms.js";
import { agentText, numberText, seenText, sizeText } from "../kit/formats.js";
import { choose } from "../kit/menu.js";
import { button, buttonRow, mainButton, note, settingOf } from "../kit/settings_rows.js";
import { bodyOf, SideSheet } from "../kit/side_sheet.js";

const MEGABYTE = 1_000_000;
const RECORDS_MAX = 1e9;
const MEGABYTES_MAX = 1e6;

/** @param {AccountFacts} account */
export const nameOf = ({ name, email }) => name || email;

/**
 * @param {Context} context
 * @param {AccountFacts} account
 * @param {Element} anchor
 * @param {(changed: AccountFacts) => void} onChanged
 * @param {HTMLElement} problem shows errors
 */
export function openAccountMenu(context, account, anchor, onChanged, problem) {
  const { session } = context;
  const change = (/** @type {Partial<AccountFacts>} */ change) =>
    attempt(session, null, problem, async () =>
      onChanged(await session.server.admin.changeAccount(account.id, change)),
    );
  choose({
    title: t("admin.actionsFor", { name: nameOf(account) }),
    anchor,
    options: [
      { text: t("admin.resetLinkAsk"), value: () => openResetLink(context, account) },
      { text: t("admin.sessionsAsk"), value: () => openSessions(context, account) },
      { text: t("admin.limitsAsk"), value: () => openLimits(context, account, onChanged) },
      account.is_admin
        ? { text: t("admin.revokeAdmin"), value: () => change({ is_admin: false }) }
        : { text: t("admin.grantAdmin"), value: () => change({ is_admin: true }) },
      account.is_disabled
        ? { text: t("admin.enable"), value: () => change({ is_disabled: false }) }
        : {
            text: t("admin.disable"),
            isDanger: true,
            value: () => change({ is_disabled: true }),
          },
    ],
    onPick: (run) => run(),
  });
}

/**
 * @param {Context} context
 * @param {() => unknown} onMade
 */
export function openNewAccount(context, onMade) {
  const sheet = new SideSheet(t("admin.newAccount"));
  const form = formOf(context.session, {
    fields: [
      { name: "email", label: t("account.email"), type: "email" },
      { name: "name", label: t("field.name"), isOptional: true, max: NAME_MAX },
    ],
    submit: t("account.create"),
    others: sheet.cancel(),
    onSubmit: async ({ email, name }) => {
      const made = await context.session.server.admin.makeAccount({ email, name: name.trim() });
      sheet.show(t("admin.accountCreated"), linkBody(sheet, made.email, made.reset_link));
      onMade();
    },
  });
  const about = t("admin.newAccountNote");
  sheet.show(t("admin.newAccount"), form, about);
}

/**
 * @param {Context} context
 * @param {AccountFacts} account
 */
function openResetLink({ session }, { id, email }) {
  const heading = t("admin.resetLink");
  const sheet = new SideSheet(heading);
  const problem = problemLine();
  const make = mainButton(t("action.createLink"), (event) =>
    attempt(session, event.currentTarget, problem, async () => {
      const { url } = await session.server.admin.makeResetLink(id);
      sheet.show(heading, linkBody(sheet, email, url));
    }),
  );
  const about = t("admin.resetLinkText", {
    email,
  });
  sheet.show(heading, bodyOf(h("p", {}, about), problem, buttonRow(make, sheet.cancel())));
}

/**
 * @param {SideSheet} sheet
 * @param {string} email
 * @param {string | undefined} url none if it was mailed
 */
function linkBody(sheet, email, url) {
  if (!url) return bodyOf(h("p", { role: "status" }, mailedText(email)), sheet.finish());
  return bodyOf(h("p", {}, handOverText(email)), secretField(t("link.title"), url), sheet.finish());
}

/** @param {string} email */
function mailedText(email) {
  return t("admin.linkMailed", { email });
}

/** @param {string} email */
function handOverText(email) {
  return t("admin.resetLinkOnce", { email });
}

/**
 * @param {Context} context
 * @param {AccountFacts} account
 */
function openSessions(context, account) {
  const { session } = context;
  const { admin } = session.server;
  const sheet = new SideSheet(t("session.plural"));
  const problem = problemLine();
  /** @type {SessionHere[] | null} null until loaded */
  let sessions = null;
  const show = () => {
    const rows = h("div", { class: "part" }, describeSessions(sessions, context.view.store.nowMs()));
    const buttons = buttonRow(
      button(t("session.endAll"), (event) =>
        load(event.currentTarget, () => admin.endSessionsOf(account.id)),
      ),
      button(t("action.close"), () => sheet.close()),
    );
    const about = t("admin.sessionsNote");
    sheet.show(nameOf(account), bodyOf(rows, problem, buttons), about);
  };
  const load = async (/** @type {Element | null} */ pressed, /** @type {() => unknown} */ before) => {
    await attempt(session, pressed, problem, async () => {
      await before();
      ({ sessions } = await admin.sessionsOf(account.id));
    });
    show();
  };
  show();
  load(null, () => {});
}

/**
 * @param {SessionHere[] | null} sessions
 * @param {number} nowMs
 */
function describeSessions(sessions, nowMs) {
  if (sessions?.length === 0) return h("p", { role: "status" }, t("session.none"));
  return sessions?.map(({ id, agent, seen_at: seen, address }) =>
    settingOf(
      id,
      h("span", {}, agentText(agent)),
      note("", [seenText(seen, nowMs), address].filter(Boolean).join(" · ")),
    ),
  );
}

/**
 * @param {Context} context
 * @param {AccountFacts} account
 * @param {(changed: AccountFacts) => void} onChanged
 */
function openLimits(context, account, onChanged) {
  const sheet = new SideSheet(t("admin.limits"));
  const used = t("admin.used", {
    records: numberText(account.records),
    size: sizeText(account.bytes),
  });
  const form = formOf(context.session, {
    lead: h("p", { key: "used" }, used),
    fields: limitFields(account),
    submit: t("action.set"),
    others: sheet.cancel(),
    onSubmit: async ({ records, megabytes }) => {
      const changed = await context.session.server.admin.changeAccount(account.id, {
        records_max: numberOf(records, 1),
        bytes_max: numberOf(megabytes, MEGABYTE),
      });
      sheet.close();
      onChanged(changed);
    },
  });
  const about = t("admin.limitsNote");
  sheet.show(t("admin.limitsOf", { name: nameOf(account) }), form, about);
}

/** @param {AccountFacts} account */
function limitFields({ records_max: records, bytes_max: bytes }) {
  const number = { type: "number", isOptional: true, min: 0 };
  const megabytes = bytes === null ? "" : String(bytes / MEGABYTE);
  return [
    { ...number, name: "records", label: t("admin.records"), value: String(records ?? ""), max: RECORDS_MAX },
    { ...number, name: "megabytes", label: t("admin.megabytes"), value: megabytes, max: MEGABYTES_MAX },
  ];
}

/**
 * @param {string} text
 * @param {number} unit
 */
function numberOf(text, unit) {
  return text === "" ? null : Math.round(Number(text) * unit);
}
