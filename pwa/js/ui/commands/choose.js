/**
 * Menus that change one field of the chosen tasks: status, due date, priority, labels, repetition. Also the
 * choice between the two values of a conflict.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Task} Task
 * @typedef {import("./command.js").Anchor} Anchor
 * @typedef {import("./edit_service.js").BaseOf} BaseOf
 * @typedef {import("./edit_service.js").EditBase} EditBase
 * @typedef {import("../kit/menu.js").Option} Option
 */
import { dayOf } from "../../lib/dates.js";
import { icon } from "../../lib/dom.js";
import { t } from "../../i18n/i18n.js";
import { change } from "../../domain/edits.js";
import { presets, repeatText } from "../../domain/repeat/repeat.js";
import { askText } from "../kit/ask.js";
import { namesOf } from "../kit/names.js";
import { choose } from "../kit/menu.js";
import { toast } from "../kit/toast.js";
import { dot, priorityText, statusText } from "../kit/task_marks.js";
import { focusNear } from "./navigation.js";
import { resolveConflict, setStatus } from "./task.js";
import { LABEL_MAX, cut } from "../../domain/limits.js";

const FROM_COMPLETION = ";FROM=COMPLETION";

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Anchor} anchor
 */
export function chooseStatus(context, chosen, anchor) {
  choose({
    title: t("field.status"),
    anchor,
    options: ["pending", "in_progress", "completed"].map((status) => ({
      value: status,
      text: statusText(status),
      isChecked: chosen.every((task) => task.status === status),
    })),
    onPick: (status) => setStatus(context, context.edit.current(chosen), status),
  });
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Anchor} anchor
 */
export function chooseDue({ view, edit, lazy }, chosen, anchor) {
  const baseOf = edit.basesOf(chosen);
  const names = namesOf(chosen);
  const set = (/** @type {string | null} */ due) =>
    edit.do(
      due ? t("task.movedNamed", { names }) : t("task.dateRemoved", { names }),
      change(chosen, { due }, baseOf),
    );
  return lazy.open(({ pickDue }) =>
    pickDue({ value: chosen[0].due, title: t("due.title"), anchor, now: view.now(), onPick: set }),
  );
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Anchor} anchor
 */
export function choosePriority({ edit }, chosen, anchor) {
  const baseOf = edit.basesOf(chosen);
  const names = namesOf(chosen);
  choose({
    title: t("field.priority"),
    anchor,
    options: [3, 2, 1, 0].map((priority) => ({
      value: priority,
      text: priorityText(priority),
      note: "!".repeat(priority),
      keys: String(priority),
      isChecked: chosen.every((task) => task.priority === priority),
    })),
    onPick: (priority) =>
      edit.do(
        t("task.prioritySet", { names, priority: priorityText(priority) }),
        change(chosen, { priority }, baseOf),
        { isQuiet: true },
      ),
  });
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Anchor} anchor
 */
export function chooseLabels(context, chosen, anchor) {
  const { view } = context;
  const names = [...new Set([...view.tasks.labels().keys(), ...chosen.flatMap((task) => task.labels)])];
  choose({
    title: t("field.labels"),
    anchor,
    isMulti: true,
    options: names.map((name) => ({
      value: name,
      text: name,
      icon: dot(name),
      isChecked: chosen.every((task) => task.labels.includes(name)),
    })),
    make: (text) => ({
      value: cut(text.replace(/^#/, ""), LABEL_MAX),
      text: t("label.new", { name: text }),
      icon: icon("plus"),
    }),
    onPick: labelSetter(context, chosen),
    // the row that opened it may be gone
    onClose: () => view.afterRender(() => document.activeElement === document.body && focusNear(context)),
  });
}

/**
 * Adds and removes labels. The edit base of each pick includes the earlier picks of the same label.
 * @param {Context} context
 * @param {Task[]} chosen
 */
function labelSetter({ view, edit }, chosen) {
  const baseOf = edit.basesOf(chosen);
  /** @type {Map<string, Map<string, EditBase>>} by label, then by task */
  const after = new Map();
  return async (/** @type {string} */ name, /** @type {boolean | undefined} */ isOn) => {
    const text = isOn ? t("label.added", { name }) : t("label.removed", { name });
    const shown = (/** @type {string} */ id) => after.get(name)?.get(id) ?? baseOf(id);
    const step = await edit.do(text, change(chosen, { [`label/${name}`]: isOn || null }, shown), {
      isQuiet: true,
    });
    if (step)
      after.set(name, new Map(step.changes.map(({ entry }) => [entry.id, view.store.afterEdit(entry)])));
  };
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Anchor} anchor
 */
export function chooseRepeat(context, chosen, anchor) {
  const { view, edit } = context;
  const baseOf = edit.basesOf(chosen);
  choose({
    title: t("field.repeat"),
    anchor,
    options: repeatOptions(chosen[0], dayOf(view.now())),
    canSearch: false,
    onPick: (repeat) => {
      if (repeat === "words") askRepeat(context, chosen, baseOf, anchor);
      else setRepeat(context, chosen, repeat, baseOf);
    },
  });
}

/**
 * @param {Task} task
 * @param {string} today
 * @returns {Option[]}
 */
function repeatOptions({ due, repeat }, today) {
  const usual = presets(due, today);
  const isUsual = usual.some(({ value }) => value === repeat);
  const own = repeat && !isUsual ? [{ value: repeat, text: repeatText(repeat) }] : [];
  return [
    ...[...own, ...usual].map((option) => ({ ...option, isChecked: option.value === repeat })),
    ...(repeat ? [countingOption(repeat)] : []),
    { value: "words", text: t("repeat.typeRule") },
    { value: null, text: t("repeat.never"), isChecked: !repeat },
  ];
}

/**
 * @param {string} repeat
 * @returns {Option}
 */
function countingOption(repeat) {
  return repeat.endsWith(FROM_COMPLETION)
    ? { value: repeat.replace(FROM_COMPLETION, ""), text: t("repeat.countFromDue") }
    : { value: repeat + FROM_COMPLETION, text: t("repeat.countFromCompletion") };
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {BaseOf} baseOf
 * @param {Anchor} anchor
 */
function askRepeat(context, chosen, baseOf, anchor) {
  const { view, lazy } = context;
  askText({
    title: t("field.repeat"),
    label: t("repeat.ruleLabel"),
    act: t("action.set"),
    max: 80,
    anchor,
    onDone: async (words) => {
      const { parse } = await lazy.load();
      const { facts } = parse(`x ${words}`, { now: view.now(), lists: [] });
      const rule = facts.find(({ kind }) => kind === "repeat")?.value;
      if (rule) return setRepeat(context, chosen, rule, baseOf);
      const again = () => askRepeat(context, chosen, baseOf, anchor);
      toast(t("repeat.notRecognised", { words }), t("action.tryAgain"), again);
    },
  });
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {string | null} repeat
 * @param {BaseOf} baseOf
 */
function setRepeat({ view, edit }, chosen, repeat, baseOf) {
  const today = dayOf(view.now());
  const names = namesOf(chosen);
  const text = repeat
    ? t("task.repeatSet", { names, repeat: repeatText(repeat) })
    : t("task.repeatRemoved", { names });
  /** @returns {import("../../core/merge.js").Fields} */
  const rule = (/** @type {Task} */ task) => (repeat && !task.due ? { repeat, due: today } : { repeat });
  edit.do(
    text,
    chosen.flatMap((task) => change([task], rule(task), baseOf)),
  );
}

/**
 * Resolves a conflict of a field, by one choice.
 * @param {Context} context
 * @param {Task} task
 * @param {string} field
 * @param {Anchor} anchor
 */
export function chooseValue(context, task, field, anchor) {
  const { view, edit, lazy } = context;
  const base = edit.baseOf(task.id);
  return lazy.open(({ authorTexts, fieldText, held, valueText }) =>
    choose({
      title: fieldText(field),
      anchor,
      canSearch: false,
      options: held(task.record, field, authorTexts(view.store, view.tasks.members, task.record)).map(
        ({ value, at, isInUse }) => ({
          value,
          text: valueText(field, value, view.tasks),
          note: at,
          isChecked: isInUse,
        }),
      ),
      onPick: (value) => resolveConflict(context, task, field, value, base),
    }),
  );
}
