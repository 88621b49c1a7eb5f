/**
 * The conflicts of a record: both values of each field, to choose one.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/task.js").Task | import("../../domain/task.js").List} Disputed
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 */
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { authorTexts } from "../../domain/authors.js";
import { held } from "../../domain/conflicts.js";
import { fieldText, valueText } from "../../domain/history.js";
import { resolveConflict } from "../commands/task.js";

/**
 * @param {Context} context
 * @param {Disputed} record
 */
export function conflictsOf(context, record) {
  const base = context.view.store.begin(record.id);
  return record.conflicts.map((field) => conflictOf(context, record, field, base));
}

/**
 * @param {Context} context
 * @param {Disputed} record
 * @param {string} field
 * @param {EditBase} base from the values shown
 */
function conflictOf(context, record, field, base) {
  const name = "title" in record ? record.title : record.name;
  const text = t("conflict.field", { field: fieldText(field) });
  const choices = held(
    record.record,
    field,
    authorTexts(context.view.store, context.view.tasks.members, record.record),
  );
  return h(
    "fieldset",
    { class: "conflict", key: `${record.id} ${field}`, "data-conflict": record.id },
    h("legend", {}, h("b", {}, name), ` – ${text}`),
    choices.map((choice) => {
      const pick = () => resolveConflict(context, record, field, choice.value, base);
      return choiceOf(valueText(field, choice.value, context.view.tasks), choice, pick);
    }),
  );
}

/**
 * @param {string} text
 * @param {{value: unknown, at: string, isInUse: boolean}} choice
 * @param {() => unknown} onclick
 */
function choiceOf(text, { value, at, isInUse }, onclick) {
  return h(
    "button",
    { key: JSON.stringify(value), type: "button", "aria-pressed": String(isInUse), onclick },
    h("b", {}, text),
    h("small", {}, at),
    h("em", {}, isInUse ? t("conflict.current") : t("conflict.keep")),
  );
}
