/**
 * Forms that call the server; the text stays if that fails.
 * @typedef {import("../../lib/patch.js").Child} Child
 * @typedef {{name: string, label: string, type?: string, autocomplete?: string, value?: string, isOptional?:
 *   boolean, max?: number, min?: number, note?: string}} Field
 * @typedef {{lead?: Child, fields: Field[], choices?: Child, submit: string, isDanger?: boolean, others?:
 *   Child, more?: Child, problem?: HTMLElement, onSubmit: (values: Record<string, string>, data: FormData) =>
 *   Promise<unknown>}} Form  `others`: beside the button; `more`: below it; `problem`: line for errors, for
 *   a form that is rendered again
 */
import { element, h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { EMAIL_MAX } from "../../domain/limits.js";
import { attempt, problemLine } from "./attempt.js";
import { button, buttonRow } from "./settings_rows.js";

/**
 * Describes a form of labelled fields.
 * @param {import("./attempt.js").Session} session
 * @param {Form} form
 */
export function formOf(session, { problem = problemLine(), ...form }) {
  const onsubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    attempt(session, event.submitter, problem, () => form.onSubmit(valuesOf(data), data));
  };
  const kind = form.isDanger ? "button is-main is-dangerous" : "button is-main";
  return h(
    "form",
    { onsubmit },
    form.lead,
    form.fields.map(fieldOf),
    form.choices,
    problem,
    buttonRow(h("button", { class: kind }, form.submit), form.others),
    form.more,
  );
}

/** @param {FormData} data */
function valuesOf(data) {
  return Object.fromEntries([...data].map(([name, value]) => [name, String(value)]));
}

/** @param {Field} field */
function fieldOf({ label, note, isOptional = false, min, max = EMAIL_MAX, ...field }) {
  const limit = field.type === "number" ? { min, max } : { maxLength: max };
  const input = { type: "text", autocomplete: "off", value: "", required: !isOptional, ...limit, ...field };
  return h("label", { key: field.name }, label, h("input", input), note && h("small", {}, note));
}

/**
 * One of several options that can be chosen together.
 * @param {string} name
 * @param {string} value
 * @param {string} label
 * @param {boolean} [checked]
 */
export function checkbox(name, value, label, checked = false) {
  return h("label", {}, h("input", { type: "checkbox", name, value, checked }), label);
}

/**
 * A field for the current password.
 * @returns {Field}
 */
export const passwordField = () => ({
  name: "password",
  label: t("account.password"),
  type: "password",
  autocomplete: "current-password",
});

/**
 * @param {string} name
 * @param {string} label
 * @returns {Field}
 */
export const newPasswordField = (name, label) => ({
  name,
  label,
  type: "password",
  autocomplete: "new-password",
});

/**
 * @param {string} [value]
 * @returns {Field}
 */
export const emailField = (value) => ({
  name: "email",
  label: t("account.email"),
  type: "email",
  autocomplete: "username",
  value,
});

/**
 * A link or token that is shown only once, with a button that copies it. Its creator keeps it.
 * @param {string} label
 * @param {string} secret
 */
export function secretField(label, secret) {
  const status = element("small", { role: "status" });
  const field = element("input", { value: secret, readOnly: true, onfocus: () => field.select() });
  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => {
        status.textContent = t("action.copied");
      },
      () => field.select(),
    );
  return element(
    "div",
    { class: "secret" },
    h("label", {}, label, field),
    buttonRow(button(t("action.copy"), copy), status),
  );
}
