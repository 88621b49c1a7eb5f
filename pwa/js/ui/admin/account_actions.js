/**
 * What an administrator does to an account.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../api/admin.js").AccountFacts} AccountFacts
 * @typedef {{text: string, run: () => unknown, isDanger?: boolean}} Act
 */
import { element, patch } from "../../lib/patch.js";
import { locale, plural, t } from "../../lib/words.js";
import { fill } from "../settings/account_dialog.js";
import { openDialog } from "../kit/dialog.js";
import { choose } from "../kit/menu.js";
import {
  acts,
  attempt,
  button,
  formOf,
  momentText,
  note,
  problemLine,
  problemText,
  secretField,
  setting,
  sizeText,
} from "../kit/forms.js";
import { agentText } from "../settings/sessions.js";

const MEGABYTE = 1_000_000;

/**
 * @param {App} app
 * @param {AccountFacts} account
 * @param {Element} anchor
 * @param {(changed: AccountFacts) => void} onChanged
 * @param {HTMLElement} problem where it is said what could not be done
 */
export function openAccountMenu(app, account, anchor, onChanged, problem) {
  const { admin } = app.session.server;
  const change = async (/** @type {Partial<AccountFacts>} */ given) => {
    problem.textContent = "";
    await admin.changeAccount(account.id, given).then(onChanged, (error) => {
      app.session.noteProblem(error);
      problem.textContent = problemText(error);
    });
  };
  /** @type {Act[]} */
  const options = [
    { text: t("Link for a new password…"), run: () => openResetLink(app, account) },
    { text: t("Sessions…"), run: () => openSessions(app, account) },
    { text: t("Limits…"), run: () => openLimits(app, account, onChanged) },
    account.is_admin
      ? { text: t("No longer an administrator"), run: () => change({ is_admin: false }) }
      : { text: t("Make an administrator"), run: () => change({ is_admin: true }) },
    account.is_disabled
      ? { text: t("Enable"), run: () => change({ is_disabled: false }) }
      : {
          text: t("Disable, and sign out everywhere"),
          isDanger: true,
          run: () => change({ is_disabled: true }),
        },
  ];
  choose({
    title: t("Actions for {name}", { name: account.name || account.email }),
    anchor,
    options: options.map(({ text, run, isDanger }) => ({ value: run, text, isDanger })),
    onPick: (run) => run(),
  });
}

/**
 * @param {App} app
 * @param {() => unknown} onMade
 */
export function openNewAccount(app, onMade) {
  const form = formOf(
    app,
    [
      { name: "email", label: t("E-mail address"), type: "email" },
      { name: "name", label: t("Name"), isOptional: true, max: 100 },
    ],
    t("Make the account"),
    async (given) => {
      const made = await app.session.server.admin.makeAccount({
        email: given.email,
        name: given.name.trim(),
      });
      fill(box, t("The account is made"), linkBody(box, made.email, made.reset_link));
      onMade();
    },
    button(t("Cancel"), () => box.close()),
  );
  const box = openDialog(t("New account"), "side-sheet", []);
  fill(
    box,
    t("New account"),
    form,
    t(
      "Its person chooses the password by a link, which is mailed to them or, where this server sends no mail, passed on by you.",
    ),
  );
}

/**
 * @param {App} app
 * @param {AccountFacts} account
 */
function openResetLink(app, account) {
  const box = openDialog(t("Link for a new password"), "side-sheet", []);
  const problem = problemLine();
  const make = button(
    t("Make a link"),
    () =>
      attempt(app, make, problem, async () => {
        const { url } = await app.session.server.admin.makeResetLink(account.id);
        fill(box, t("Link for a new password"), linkBody(box, account.email, url));
      }),
    { class: "button is-main" },
  );
  const about = element(
    "p",
    {},
    t("With it {email} sets a new password; every session and token of the account ends then.", {
      email: account.email,
    }),
  );
  fill(
    box,
    t("Link for a new password"),
    element(
      "div",
      { class: "body" },
      about,
      problem,
      acts(
        make,
        button(t("Cancel"), () => box.close()),
      ),
    ),
  );
}

/**
 * @param {HTMLDialogElement} box
 * @param {string} email
 * @param {string | undefined} url none where it was mailed
 */
function linkBody(box, email, url) {
  const said = url
    ? [
        element(
          "p",
          {},
          t(
            "Give this link to {email} alone. It sets the password once, within 30 minutes, and is shown this once.",
            { email },
          ),
        ),
        secretField(t("Link"), url),
      ]
    : [
        element(
          "p",
          { role: "status" },
          t(
            "A link is on its way to {email}. It sets the password once, within 30 minutes; nobody else sees it.",
            { email },
          ),
        ),
      ];
  return element(
    "div",
    { class: "body" },
    ...said,
    acts(button(t("Finish"), () => box.close(), { class: "button is-main" })),
  );
}

/**
 * @param {App} app
 * @param {AccountFacts} account
 */
async function openSessions(app, account) {
  const { admin } = app.session.server;
  const box = openDialog(t("Sessions"), "side-sheet", []);
  const problem = problemLine();
  const list = element("div", { class: "part" });
  const end = button(t("End all"), () =>
    attempt(app, end, problem, () => admin.endSessionsOf(account.id).then(load)),
  );
  const load = async () => {
    const { sessions } = await admin.sessionsOf(account.id);
    patch(list, [
      ...(sessions.length
        ? sessions.map((session) => sessionRow(app, session))
        : [element("p", { role: "status" }, t("There is no session."))]),
    ]);
  };
  fill(
    box,
    account.name || account.email,
    element(
      "div",
      { class: "body" },
      list,
      problem,
      acts(
        end,
        button(t("Close"), () => box.close()),
      ),
    ),
    t("Access tokens of the account end with its sessions."),
  );
  await attempt(app, end, problem, load);
}

/**
 * @param {App} app
 * @param {import("../../api/security.js").SessionHere} session
 */
function sessionRow(app, { agent, seen_at: seen, address }) {
  const about = [t("seen {when}", { when: momentText(seen, app.store.nowMs()) }), address]
    .filter(Boolean)
    .join(" · ");
  return setting(element("span", {}, agentText(agent)), note("", about));
}

/**
 * @param {App} app
 * @param {AccountFacts} account
 * @param {(changed: AccountFacts) => void} onChanged
 */
function openLimits(app, account, onChanged) {
  const used = t("Used now: {records} records, {size}.", {
    records: account.records.toLocaleString(locale()),
    size: sizeText(account.bytes),
  });
  const fields = [
    {
      name: "records",
      label: t("Records"),
      type: "number",
      value: String(account.records_max ?? ""),
      isOptional: true,
      min: 0,
      max: 1e9,
    },
    {
      name: "megabytes",
      label: t("Megabytes"),
      type: "number",
      value: account.bytes_max === null ? "" : String(account.bytes_max / MEGABYTE),
      isOptional: true,
      min: 0,
      max: 1e6,
    },
  ];
  const form = formOf(
    app,
    fields,
    t("Set"),
    async (given) => {
      const changed = await app.session.server.admin.changeAccount(account.id, {
        records_max: numberOf(given.records, 1),
        bytes_max: numberOf(given.megabytes, MEGABYTE),
      });
      box.close();
      onChanged(changed);
    },
    button(t("Cancel"), () => box.close()),
  );
  form.prepend(element("p", {}, used));
  const box = openDialog(t("Limits"), "side-sheet", []);
  fill(
    box,
    t("Limits of {name}", { name: account.name || account.email }),
    form,
    t("For all spaces that the account pays for. Empty: what the server allows everyone."),
  );
}

/**
 * @param {string} text
 * @param {number} unit
 */
function numberOf(text, unit) {
  return text === "" ? null : Math.round(Number(text) * unit);
}

/** @param {number} count */
export const usesText = (count) => plural(count, "{n} use left", "{n} uses left");
