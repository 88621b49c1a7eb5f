/**
 * What a person can do, behind every command: what it means for the chosen tasks, what is asked, what the
 * toast says.
 * @typedef {import("./acting.js").Task} Task
 * @typedef {import("./acting.js").EditBase} EditBase
 * @typedef {import("./acting.js").Anchor} Anchor
 */
import { dayOf, dueLong, localDue } from "../../lib/dates.js";
import { icon, isNarrow } from "../../lib/dom.js";
import { t } from "../../lib/words.js";
import * as actions from "../../domain/edits.js";
import { presets, repeatText } from "../../domain/repeat/repeat.js";
import { byDue, isDone } from "../../domain/tasks.js";
import { dueDay } from "../../domain/views.js";
import { COMMANDS, keysText } from "./table.js";
import { loading } from "../kit/loading.js";
import { askText } from "../kit/ask.js";
import { choose } from "../kit/menu.js";
import { dot, priorityText, statusText } from "../list/row.js";
import { ShareActs } from "./share_acts.js";
import { say, toast } from "../kit/toast.js";

export class Acts extends ShareActs {
  /**
   * Completes; opens again where all are completed.
   * @param {Task[]} chosen
   */
  toggle(chosen) {
    return this.setStatus(chosen, chosen.every(isDone) ? "pending" : "completed");
  }

  /** @param {Task[]} chosen */
  toggleStarted(chosen) {
    return this.setStatus(
      chosen,
      chosen.every((task) => task.status === "in_progress") ? "pending" : "in_progress",
    );
  }

  /**
   * @param {Task[]} chosen
   * @param {string} status
   * @param {{shown?: (id: string) => EditBase, moves?: import("./acting.js").Edit[]}} [how] `moves`: their new
   *   places, in the same step
   */
  async setStatus(chosen, status, { shown = this.shown, moves = [] } = {}) {
    const changed = chosen.filter((task) => task.status !== status);
    if (!changed.length) return;
    if (status === "completed") this.list.completing.hold(changed.map(({ id }) => id));
    const edits = actions.joined([
      ...moves,
      ...actions.setStatus(this.tasks, changed, status, this.now(), shown),
    ]);
    const names = this.named(changed);
    const next = edits.find((edit) => edit.set.title !== undefined && edit.set.due);
    const text =
      {
        completed: next
          ? t("{names} completed; again {due}", { names, due: this.#dayText(String(next.set.due)) })
          : t("{names} completed", { names }),
        in_progress: t("{names} started", { names }),
        pending: t("{names} set to pending", { names }),
      }[status] ?? "";
    const isQuiet = status !== "completed" && !moves.length;
    if ((await this.act(text, edits, { isQuiet })) && isQuiet) say(text);
  }

  /** @param {string} due */
  #dayText(due) {
    return dueLong(localDue(due).slice(0, 10), dayOf(this.now()));
  }

  /**
   * @param {Task[]} chosen
   * @param {Anchor} anchor
   */
  chooseStatus(chosen, anchor) {
    choose({
      title: t("Status"),
      anchor,
      options: ["pending", "in_progress", "completed"].map((status) => ({
        value: status,
        text: statusText(status),
        isChecked: chosen.every((task) => task.status === status),
      })),
      onPick: (status) => this.setStatus(this.again(chosen), status),
    });
  }

  /**
   * @param {Task[]} chosen
   * @param {Anchor} anchor
   */
  chooseDue(chosen, anchor) {
    const begun = this.begunOf(chosen);
    return loading(this.page, ({ pickDue }) =>
      pickDue({
        value: chosen[0].due,
        title: t("Due date"),
        anchor,
        now: this.now(),
        onPick: (due) =>
          this.act(
            due
              ? t("{names} moved", { names: this.named(chosen) })
              : t("{names} without a date", { names: this.named(chosen) }),
            actions.change(chosen, { due }, begun),
          ),
      }),
    );
  }

  /**
   * @param {Task[]} chosen
   * @param {Anchor} anchor
   */
  choosePriority(chosen, anchor) {
    const begun = this.begunOf(chosen);
    choose({
      title: t("Priority"),
      anchor,
      options: [3, 2, 1, 0].map((priority) => ({
        value: priority,
        text: priorityText(priority),
        note: "!".repeat(priority),
        keys: String(priority),
        isChecked: chosen.every((task) => task.priority === priority),
      })),
      onPick: (priority) =>
        this.act(
          t("{names}: priority {priority}", { names: this.named(chosen), priority: priorityText(priority) }),
          actions.change(chosen, { priority }, begun),
          { isQuiet: true },
        ),
    });
  }

  /**
   * @param {Task[]} chosen
   * @param {Anchor} anchor
   */
  chooseLabels(chosen, anchor) {
    const begun = this.begunOf(chosen);
    /** @type {Map<string, Map<string, EditBase>>} what the person was shown after a pick, of each label */
    const after = new Map();
    const names = [...new Set([...this.tasks.labels().keys(), ...chosen.flatMap((task) => task.labels)])];
    choose({
      title: t("Labels"),
      anchor,
      isMulti: true,
      options: names.map((name) => ({
        value: name,
        text: name,
        icon: dot(name),
        isChecked: chosen.every((task) => task.labels.includes(name)),
      })),
      make: (text) => ({
        value: actions.cut(text.replace(/^#/, ""), actions.LABEL_MAX),
        text: t("New label “{name}”", { name: text }),
        icon: icon("plus"),
      }),
      onPick: async (name, isOn) => {
        const shown = (/** @type {string} */ id) => after.get(name)?.get(id) ?? begun(id);
        const step = await this.act(
          isOn ? t("Labelled {name}", { name }) : t("Label {name} taken away", { name }),
          actions.change(chosen, { [`label/${name}`]: isOn || null }, shown),
          { isQuiet: true },
        );
        if (step)
          after.set(name, new Map(step.changes.map(({ entry }) => [entry.id, this.store.afterEdit(entry)])));
      },
      // the row it was opened from may be gone
      onClose: () => this.afterRender(() => document.activeElement === document.body && this.focusNear()),
    });
  }

  /**
   * @param {Task[]} chosen
   * @param {Anchor} anchor
   */
  chooseRepeat(chosen, anchor) {
    const begun = this.begunOf(chosen);
    const today = dayOf(this.now());
    const [task] = chosen;
    const usual = presets(task.due, today);
    const held =
      task.repeat && !usual.some(({ value }) => value === task.repeat)
        ? [{ value: task.repeat, text: repeatText(task.repeat) }]
        : [];
    const isFrom = task.repeat?.endsWith(";FROM=COMPLETION") ?? false;
    /** @type {import("../kit/menu.js").Option[]} */
    const options = [...held, ...usual].map((option) => ({
      ...option,
      isChecked: option.value === task.repeat,
    }));
    if (task.repeat)
      options.push({
        value: isFrom ? task.repeat.replace(";FROM=COMPLETION", "") : `${task.repeat};FROM=COMPLETION`,
        text: isFrom ? t("Count from the due date") : t("Count from completion"),
      });
    options.push(
      { value: "words", text: t("In words…") },
      { value: null, text: t("Never"), isChecked: !task.repeat },
    );
    choose({
      title: t("Repeat"),
      anchor,
      options,
      canSearch: false,
      onPick: (repeat) => {
        if (repeat === "words") this.#askRepeat(chosen, begun, anchor);
        else this.#setRepeat(chosen, repeat, begun);
      },
    });
  }

  /**
   * @param {Task[]} chosen
   * @param {(id: string) => EditBase} begun
   * @param {Anchor} anchor
   */
  #askRepeat(chosen, begun, anchor) {
    askText({
      title: t("Repeat"),
      label: t("In words: every 2 weeks, every mon and thu, every! 3 days"),
      act: t("Set"),
      max: 80,
      anchor,
      onDone: async (words) => {
        const { parse } = await this.page.more();
        const fact = parse(`x ${words}`, { now: this.now(), lists: [] }).facts.find(
          ({ kind }) => kind === "repeat",
        );
        if (fact) this.#setRepeat(chosen, fact.value, begun);
        else
          toast(t("“{words}” was not understood.", { words }), t("Again"), () =>
            this.#askRepeat(chosen, begun, anchor),
          );
      },
    });
  }

  /**
   * @param {Task[]} chosen
   * @param {string | null} repeat
   * @param {(id: string) => EditBase} begun
   */
  #setRepeat(chosen, repeat, begun) {
    const today = dayOf(this.now());
    const edits = chosen.flatMap((task) =>
      actions.change([task], { repeat, ...(repeat && !task.due ? { due: today } : {}) }, begun),
    );
    this.act(
      repeat
        ? t("{names} repeats {repeat}", { names: this.named(chosen), repeat: repeatText(repeat) })
        : t("{names} does not repeat", { names: this.named(chosen) }),
      edits,
    );
  }

  /** @param {Task[]} chosen */
  skip(chosen) {
    return this.act(
      t("{names}: skipped to the next date", { names: this.named(chosen) }),
      chosen.flatMap((task) => actions.skip(task, this.now(), this.shown)),
    );
  }

  /** @param {Task[]} chosen */
  async remove(chosen) {
    const live = chosen.filter((task) => !this.tasks.isInTrash(task));
    if (!live.length) return;
    const next = this.list.step(live.at(-1)?.id ?? null, 1);
    const isOnRow = Boolean(this.list.idOf(document.activeElement));
    if (live.some(({ id }) => id === this.route.task)) this.closeTask();
    await this.act(
      t("{names} deleted", { names: this.named(live) }),
      actions.remove(this.tasks, live, this.now(), this.shown),
    );
    if (isOnRow)
      this.afterRender(
        () =>
          document.activeElement === document.body &&
          (this.list.focus(next) || this.list.focus(this.list.active ?? undefined)),
      );
  }

  /** @param {Task[]} chosen */
  restore(chosen) {
    return this.act(
      t("{names} restored", { names: this.named(chosen) }),
      actions.restore(this.tasks, chosen, this.shown),
    );
  }

  overdueToToday() {
    const today = dayOf(this.now());
    const late = this.tasks.live((task) => !isDone(task) && dueDay(task) < today).sort(byDue);
    if (!late.length) return toast(t("Nothing is overdue."));
    return this.act(
      t("{names} moved to today", { names: this.named(late) }),
      actions.moveToDay(late, today, this.shown),
    );
  }

  /**
   * Those beside a task that one sees; all of them where it has no row in the list.
   * @param {Task} task
   */
  #beside(task) {
    const siblings = actions.siblingsOf(this.tasks, task);
    const rows = this.list.groups
      .map((group) => group.rows)
      .find((each) => each.some((row) => row.task.id === task.id));
    const seen = new Set(rows?.map((row) => row.task.id));
    return rows ? siblings.filter(({ id }) => seen.has(id)) : siblings;
  }

  /**
   * The task before it on its level, which would take it in.
   * @param {Task} task
   * @returns {Task | null}
   */
  above(task) {
    const siblings = this.#beside(task);
    const above = siblings[siblings.findIndex(({ id }) => id === task.id) - 1];
    return above && this.tasks.spaceOf(above) === this.tasks.spaceOf(task) ? above : null;
  }

  /** @param {Task | undefined} task */
  canIndent(task) {
    return Boolean(
      task &&
      this.isOrdered() &&
      !this.route.isBoard &&
      this.above(task) &&
      !this.tasks.parentOf(this.tasks.parentOf(task) ?? task),
    );
  }

  /** @param {Task} task */
  async indent(task) {
    const parent = this.above(task);
    if (parent)
      await this.act(
        t("{names} is now part of {parent}", { names: this.named([task]), parent: this.named([parent]) }),
        actions.indent(this.tasks, task, parent, this.shown),
      );
  }

  /** @param {Task} task */
  async outdent(task) {
    const edits = actions.outdent(this.tasks, task, this.shown);
    if (edits.length)
      await this.act(t("{names} taken out of its task", { names: this.named([task]) }), edits);
  }

  /** Whether the list is in manual order. */
  isOrdered() {
    return ["list", "inbox"].includes(this.route.name) && (this.route.sort ?? "order") === "order";
  }

  /**
   * @param {Task} task
   * @param {number} by
   */
  async shift(task, by) {
    const beside = this.#beside(task);
    const index = beside.findIndex(({ id }) => id === task.id) + by;
    const other = beside[index];
    if (!this.isOrdered() || !other) return;
    const siblings = actions.siblingsOf(this.tasks, task).filter(({ id }) => id !== task.id);
    const to = siblings.findIndex(({ id }) => id === other.id) + (by > 0 ? 1 : 0);
    if (
      await this.act(
        t("Moved"),
        actions.reorder(this.tasks, siblings.toSpliced(to, 0, task), to, 1, {}, this.shown),
        { isQuiet: true },
      )
    )
      say(t("Place {n} of {all}", { n: index + 1, all: beside.length }));
  }

  /**
   * Everything that can be done with the chosen tasks.
   * @param {Task[]} chosen
   * @param {Anchor} anchor
   */
  openTaskMenu(chosen, anchor) {
    const isTrash = chosen.some((task) => this.tasks.isInTrash(task));
    const isClosed = !this.writable(chosen).length;
    const wanted = COMMANDS.filter(
      (command) =>
        command.isForTasks &&
        !command.isHidden &&
        !(command.isForOne && chosen.length > 1) &&
        (command.when?.(/** @type {any} */ (this), chosen) ?? true) &&
        (!isTrash || command.id === "restore") &&
        (!isClosed || command.isReading),
    );
    choose({
      title: this.named(chosen),
      anchor: anchor ?? document.activeElement,
      canSearch: false,
      options: wanted.map((command) => ({
        value: command,
        text: command.text(),
        icon: icon(command.icon ?? "more"),
        keys: isNarrow() ? undefined : keysText(command.keys?.[0]),
        isDanger: command.id === "remove",
      })),
      onPick: (command) =>
        command.run(
          /** @type {any} */ (this),
          command.isReading ? this.again(chosen) : this.writable(this.again(chosen)),
          anchor,
        ),
    });
  }

  /**
   * Settles a field that was changed in two places, by one choice.
   * @param {Task} task
   * @param {string} field
   * @param {Anchor} anchor
   */
  settleConflict(task, field, anchor) {
    const begun = this.shown(task.id);
    return loading(this.page, ({ fieldText, held, valueText }) =>
      choose({
        title: fieldText(field),
        anchor,
        canSearch: false,
        options: held(task.record, field, this.store.deviceId).map(({ value, at, isInUse }) => ({
          value,
          text: valueText(field, value, this.tasks),
          note: at,
          isChecked: isInUse,
        })),
        onPick: (value) => this.settle(task, field, value, begun),
      }),
    );
  }

  /**
   * @param {{id: string, space: string, record: import("../../core/merge.js").Rec}} record
   * @param {string} field
   * @param {any} value
   * @param {EditBase} begun
   */
  settle(record, field, value, begun) {
    const set = field === "status" ? actions.statusOf(value, this.now().toISOString()) : { [field]: value };
    return this.act(
      t("Settled"),
      actions.change([record], set, () => begun),
    );
  }

  /** @param {Task} task */
  openParent(task) {
    const parent = this.tasks.parentOf(task);
    if (parent) this.openTask(parent.id);
  }
}
