/**
 * The text of an error for people, by its code: `error.<code>`.
 *
 * Without a response from the server it is `error.unreachable`. Errors with fields name the fields, in
 * English also with the server's message about each. If a code has no text, the server's message is quoted.
 * Errors of the app itself already have a text.
 */
import { isText, language, locale, plural, t } from "./i18n.js";

const MINUTE_S = 60;
/** Outcomes and errors that ask for the same reaction. */
const SAME_AS = /** @type {Record<string, string>} */ ({ exists: "id_taken", kind_differs: "id_taken" });
const OF_BROWSER = /** @type {const} */ ({
  NotAllowedError: "passkey.notUsed",
  InvalidStateError: "passkey.alreadyHere",
});
const FIELDS = /** @type {const} */ ({
  bytes_max: "admin.megabytes",
  email: "account.email",
  name: "field.name",
  new_password: "password.new",
  password: "account.password",
  records_max: "admin.records",
  scopes: "token.permissions",
  uses_max: "invite.maxUses",
});

/**
 * @param {any} error thrown, or the outcome of a change; `status` is 0 if there was no response
 * @returns {string}
 */
export function errorText(error) {
  if (error?.status === 0) return t("error.unreachable");
  if (error?.status === 429 && error.retryAfterS)
    return t("error.too_many_requests", { wait: waitText(error.retryAfterS) });
  if (error?.code === "invalid" && error.fields) return fieldsText(error.fields);
  if (error?.name in OF_BROWSER) return t(OF_BROWSER[/** @type {"NotAllowedError"} */ (error.name)]);
  return codeText(error?.code) ?? codeText(error?.status) ?? otherText(error);
}

/** @param {unknown} code or the status of an outcome */
function codeText(code) {
  const id = `error.${SAME_AS[String(code)] ?? code}`;
  return isText(id) ? t(id) : null;
}

/** @param {any} error of a code that has no text here */
function otherText(error) {
  if (error?.status >= 500) return t("error.internal");
  const message = error?.message || (typeof error === "string" ? error : "");
  const isOfServer = Boolean(error?.status || (error?.code && typeof error.code === "string"));
  if (!message) return t("error.unknown");
  return isOfServer ? t("error.serverSays", { message }) : message;
}

/** @param {Record<string, unknown>} fields the problems of each, in English */
function fieldsText(fields) {
  const named = Object.entries(fields).map(([field, problems]) => {
    const name = field in FIELDS ? t(FIELDS[/** @type {"name"} */ (field)]) : field;
    return language() === "en" ? `${name} (${detailOf(problems)})` : name;
  });
  return t("error.invalid", { fields: new Intl.ListFormat(locale()).format(named) });
}

/**
 * Sentences about a field, without the last full stop.
 * @param {unknown} problems a list, or lists by position if the field is a list
 * @returns {string}
 */
function detailOf(problems) {
  if (typeof problems !== "object" || !problems) return String(problems).replace(/\.$/, "");
  return Object.values(problems).map(detailOf).join("; ");
}

/** @param {number} seconds */
function waitText(seconds) {
  return seconds > MINUTE_S
    ? plural(Math.ceil(seconds / MINUTE_S), "time.minutes")
    : plural(seconds, "time.seconds");
}
