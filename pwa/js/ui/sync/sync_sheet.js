/**
 * The sync sheet: what needs a person (conflicts with both values, what was not accepted and why), what waits
 * and since when, a copy of everything.
 * @typedef {import("../../app.js").App} App
 */
import { icon, tool } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { dates, locale, plural, t } from "../../lib/words.js";
import { held } from "../../domain/conflicts.js";
import { fieldText, valueText } from "../../domain/history.js";
import { rescued } from "../../domain/moves.js";
import { sectionsOf, conflictsToResolve } from "../../domain/members.js";
import { valuesOf } from "../../domain/tasks.js";
import { conditionOf } from "../frame/sync_status.js";
import { choose, openDialog } from "../kit/menu.js";
import { errorText } from "../kit/error_messages.js";

const SHOWN_MAX = 20;
const RENDER_MS = 250;
const UNITS = /** @type {const} */ ([
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
]);
/** What brings a task back that met the trash: itself, out of a deleted list, from under a deleted task. */
const RESTORING = /** @type {Record<string, import("../../core/merge.js").Fields>} */ ({
  self: { deleted: null },
  list: { list: null },
  parent: { parent: null },
});

/** @param {App} app */
export function openSyncSheet(app) {
  const sheet = new SyncSheet(app);
  const watching = setInterval(() => sheet.render(), RENDER_MS);
  sheet.box = openDialog(t("Sync"), "side-sheet", [], null, () => clearInterval(watching));
  sheet.box.id = "sheet";
  sheet.render();
  sheet.box.focus();
}

class SyncSheet {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {HTMLDialogElement} */
    this.box = /** @type {any} */ (null);
    this.filled = "";
  }

  /**
   * Made anew only when what it says changes, so that the focus stays; and not under a pointer that is
   * pressed, so that no click is lost.
   */
  render() {
    if (this.box.querySelector("button:active")) return;
    const content = this.#content();
    if (content === this.filled) return;
    this.filled = content;
    const index = this.#focusPlace();
    this.#fill();
    /** @type {HTMLElement | undefined} */ (this.box.querySelectorAll("button")[index])?.focus();
  }

  #focusPlace() {
    return Math.max(
      0,
      [...this.box.querySelectorAll("button")].findIndex((button) => button === document.activeElement),
    );
  }

  #content() {
    const { store, tasks } = this.app;
    return JSON.stringify([
      conditionOf(this.app.page),
      store.syncedAt,
      this.#words(),
      store.unsent,
      store.rejected.map(({ key, entry }) => [key, entry.set]),
      conflictsToResolve(store, tasks).map(({ record }) => record.clock),
    ]);
  }

  #fill() {
    const { store, tasks, engine } = this.app;
    const disputed = conflictsToResolve(store, tasks);
    const count = disputed.reduce((sum, record) => sum + record.conflicts.length, 0) + store.rejected.length;
    const last = store.syncedAt
      ? t("Last reached the server {time}", {
          time: dates({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(
            store.syncedAt,
          ),
        })
      : t("The server has not been reached yet.");
    const now = store.account
      ? element("button", { class: "quiet", type: "button", onclick: () => engine?.now() }, t("Sync now"))
      : element(
          "button",
          {
            class: "button is-main",
            type: "button",
            onclick: () => {
              this.box.close();
              this.app.openAccount();
            },
          },
          t("Sign in"),
        );
    patch(this.box, [
      element(
        "header",
        {},
        element("h1", {}, conditionOf(this.app.page).words),
        element(
          "p",
          {},
          store.account ? last : t("Your tasks are on this device only. Sign in to have them everywhere."),
        ),
        now,
        tool("close", t("Close"), () => this.box.close()),
      ),
      count
        ? element(
            "section",
            {},
            element("h2", {}, t("Needs you"), element("span", { class: "num" }, String(count))),
            ...disputed.slice(0, SHOWN_MAX).flatMap((record) => this.#conflicts(record)),
            ...store.rejected.slice(0, SHOWN_MAX).map((refused) => this.#refused(refused)),
          )
        : "",
      store.unsent ? this.#waiting() : "",
      element(
        "footer",
        {},
        element("small", {}, this.#words()),
        element(
          "button",
          {
            class: "quiet",
            type: "button",
            onclick: () => {
              this.box.close();
              this.app.go("/settings#copies");
            },
          },
          icon("download"),
          t("Save a copy…"),
        ),
      ),
    ]);
  }

  #words() {
    const { engine, store } = this.app;
    if (engine && engine.notBeforeMs > store.nowMs())
      return t("The server asked to wait until {time}.", {
        time: dates({ hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(engine.notBeforeMs),
      });
    if (store.rejected.length && !store.unsent) return t("What was not accepted is on this device only.");
    return this.app.store.unsent
      ? this.#age()
      : this.app.store.account
        ? t("Everything here is on the server too.")
        : t("Everything works without a network.");
  }

  /** How long the oldest unsent change has been waiting. */
  #age() {
    const oldest = this.app.store.oldestUnsentMs;
    if (!oldest) return "";
    const ms = this.app.now().getTime() - oldest;
    const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ["minute", 60_000];
    const ago = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(
      -Math.floor(ms / size),
      unit,
    );
    return ms < 60_000
      ? t("The oldest unsent change is less than a minute old.")
      : t("The oldest unsent change is from {ago}.", { ago });
  }

  /** @param {import("../../domain/tasks.js").Task | import("../../domain/tasks.js").List} record */
  #conflicts(record) {
    const { app } = this;
    const begun = app.store.begin(record.id);
    const name = "title" in record ? record.title : record.name;
    return record.conflicts.map((field) =>
      element(
        "fieldset",
        { class: "conflict", "data-conflict": record.id },
        element(
          "legend",
          {},
          element("b", {}, name),
          ` – ${t("{field} was changed in two places", { field: fieldText(field) })}`,
        ),
        ...held(record.record, field, app.store.deviceId).map(({ value, at, isInUse }) =>
          element(
            "button",
            {
              type: "button",
              "aria-pressed": String(isInUse),
              onclick: () => app.settle(record, field, value, begun),
            },
            element("b", {}, valueText(field, value, app.tasks)),
            element("small", {}, at),
            element("em", {}, isInUse ? t("In use") : t("Use this")),
          ),
        ),
      ),
    );
  }

  /** @param {import("../../store/store.js").Rejected} refused */
  #refused({ key, entry, outcome, title }) {
    const { store } = this.app;
    const isHidden = outcome.status === "hidden";
    const begun = store.begin(entry.id);
    const isTyped = outcome.status === "unsaved";
    const code =
      outcome.code === "quota_full" && [entry.space, entry.move].includes(store.space)
        ? "own_quota_full"
        : outcome.code;
    const reason = isHidden
      ? t("This was changed while it lay in the trash. The change is kept there.")
      : errorText({
          code,
          status: outcome.status,
          message: outcome.message || t("The server did not accept this."),
        });
    const again = () => {
      const { space, kind, id } = entry;
      const target = store.shown.get(id)?.space ?? (space in store.roles ? space : store.space);
      return store
        .edit({
          space: target,
          kind,
          id,
          set: isHidden ? RESTORING[outcome.by ?? "self"] : entry.set,
          ...(entry.move ? { move: entry.move } : {}),
          begun,
        })
        .then(() => store.dismiss(key));
    };
    const said = toldOf(entry)
      .filter(([field]) => (entry.kind !== "comment" || field === "text") && !(isTyped && field === "parent"))
      .map(([field, value]) => `${fieldText(field)}: ${valueText(field, value, this.app.tasks)}`);
    const moved = entry.move
      ? [
          this.app.isShared(entry.move)
            ? t("Share with “{space}”", { space: this.app.nameOfSpace(entry.move) })
            : t("Move to your own lists"),
        ]
      : [];
    const text = [...moved, ...said].join("\n");
    const name = this.#title(entry.id) || title || String(entry.set.title ?? entry.set.name ?? "");
    const isLost =
      isTyped &&
      !store.shown.has(
        entry.kind === "comment" ? String(entry.set.task ?? entry.id) : String(entry.set.parent ?? entry.id),
      );
    return element(
      "div",
      { class: "refused", "data-refused": outcome.code ?? outcome.status },
      element(
        "p",
        {},
        element("b", {}, name),
        ` – ${isHidden ? t("in the trash") : isTyped ? t("not saved") : t("not accepted")}. ${reason}`,
      ),
      element("pre", {}, text),
      element(
        "div",
        { class: "acts" },
        isLost
          ? ""
          : element(
              "button",
              { class: "button", type: "button", onclick: again },
              isHidden ? t("Restore") : t("Try again"),
            ),
        entry.move || isHidden
          ? ""
          : element(
              "button",
              {
                class: "button",
                type: "button",
                onclick: (/** @type {any} */ event) => this.#copyTo(entry, name, event.currentTarget),
              },
              t("Copy to…"),
            ),
        element(
          "button",
          { class: "quiet", type: "button", onclick: () => navigator.clipboard.writeText(text) },
          t("Copy"),
        ),
        element(
          "button",
          {
            class: "quiet",
            type: "button",
            onclick: () => save(JSON.stringify({ ...entry, outcome }, null, 2)),
          },
          t("Export"),
        ),
        element(
          "button",
          { class: "quiet", type: "button", onclick: () => store.dismiss(key) },
          t("Dismiss"),
        ),
      ),
    );
  }

  /**
   * What was not accepted is made anew where one may write: the record as it is shown, with all that was
   * refused of it; a comment as the description of a task.
   * @param {import("../../store/store.js").Typed} entry
   * @param {string} name
   * @param {Element} anchor
   */
  #copyTo({ id, kind }, name, anchor) {
    const { app } = this;
    const options =
      kind === "list"
        ? sectionsOf(app.tasks, app.store)
            .filter(({ isReadOnly }) => !isReadOnly)
            .map(({ space, name, isShared }) => ({ value: space, text: isShared ? name : t("Personal") }))
        : app.homes([], true);
    choose({
      title: t("Copy to"),
      anchor,
      options,
      onPick: async (home) => {
        const refused = app.store.rejected.filter(
          (each) => each.entry.id === id && each.outcome.status !== "hidden",
        );
        /** @type {import("../../core/merge.js").Fields[]} */
        const called =
          !name || (app.store.shown.has(id) && kind !== "comment")
            ? []
            : [kind === "list" ? { name } : { title: name }];
        const sets = refused.map(({ entry: { set } }) =>
          kind === "comment" ? { description: set.text ?? null } : set,
        );
        const made = rescued(
          app.tasks,
          app.store,
          kind === "list" ? kind : "task",
          kind === "comment" ? "" : id,
          [...called, ...sets],
          home,
        );
        if (!(await app.act(t("Copied"), [made]))) return;
        for (const { key } of refused) await app.store.dismiss(key);
        this.render();
      },
    });
  }

  #waiting() {
    const { store } = this.app;
    const unsent = store.outbox.filter((entry) => !entry.outcome);
    return element(
      "section",
      {},
      element("h2", {}, t("Waiting to be sent"), element("span", { class: "num" }, String(unsent.length))),
      element(
        "ul",
        { role: "list" },
        ...unsent.slice(0, SHOWN_MAX).map((entry) =>
          element(
            "li",
            { class: "change" },
            icon(
              entry.set.deleted ? "trash" : entry.base && Object.keys(entry.base).length ? "edit" : "plus",
            ),
            element(
              "div",
              {},
              element("b", {}, this.#title(entry.id) || String(entry.set.title ?? entry.set.name ?? "")),
              element(
                "small",
                {},
                toldOf(entry)
                  .map(([field]) => fieldText(field))
                  .slice(0, 4)
                  .join(", "),
              ),
            ),
            element("small", {}, entry.sent ? t("sending") : ""),
          ),
        ),
      ),
      unsent.length > SHOWN_MAX
        ? element("small", {}, plural(unsent.length - SHOWN_MAX, "and {n} more", "and {n} more"))
        : "",
    );
  }

  /** @param {string} id */
  #title(id) {
    const record = this.app.store.shown.get(id);
    const held = record ? valuesOf(record) : {};
    return String(held.title ?? held.name ?? "");
  }
}

/**
 * The fields that a person has set; of a new task, not those that are as they always are at first.
 * @param {import("../../store/store.js").Typed} entry
 */
function toldOf({ set }) {
  const isNew = "title" in set && "status" in set;
  return Object.entries(set).filter(
    ([field, value]) =>
      !["order", "completed_at"].includes(field) &&
      !(isNew && [null, "", 0, "pending"].includes(/** @type {any} */ (value))),
  );
}

/** @param {string} text saved as a file */
function save(text) {
  const link = element("a", {
    href: URL.createObjectURL(new Blob([text], { type: "application/json" })),
    download: "driftless-change.json",
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
