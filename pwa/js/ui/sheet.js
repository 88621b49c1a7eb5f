/**
 * The dot, and the sheet that it opens: what waits, what was not accepted and why, conflicts with their values, a copy of everything.
 * @typedef {import("../main.js").App} App
 */
import * as actions from "../state/actions.js";
import { taskOf } from "../state/queries.js";
import { conflicts, value, values } from "../core/merge.js";
import { byId, element, icon } from "../lib/dom.js";

const SHOWN_MAX = 20;
/** What brings a task back that met the trash: itself, out of a deleted list, from under a deleted task. */
const RESTORING = /** @type {Record<string, import("../core/merge.js").Fields>} */ ({ self: { deleted: null }, list: { list: null }, parent: { parent: null } });

export class SyncSheet {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.box = byId("sheet");
    byId("dot").addEventListener("click", () => {
      this.#fill();
      this.box.showModal();
    });
    this.box.addEventListener("click", (/** @type {Event} */ event) => event.target === this.box && this.box.close());
  }

  render() {
    const { state, words } = this.#condition();
    byId("dot").dataset.state = state;
    byId("dot").textContent = words;
    if (this.box.open && this.#content() !== this.filled) this.#fill();
  }

  /** What the sheet shows, as text to compare: it is made anew only when that changes, so that focus stays. */
  #content() {
    const { store } = this.app;
    return JSON.stringify([this.#condition(), store.outbox.map((entry) => [entry.key, entry.outcome]), store.tray.map(({ key }) => key),
                           this.#conflicts().map(({ id, seq, clock }) => [id, seq, clock])]);
  }

  #condition() {
    const { store, engine } = this.app;
    const waiting = store.unsent ? `${store.unsent} waiting` : "";
    if (!store.account) return { state: "local", words: "On this device" };
    if (engine.condition === "signed_out") return { state: "needs-you", words: ["Sign in again", waiting].filter(Boolean).join(" · ") };
    if (store.tray.length || this.#conflicts().length) return { state: "needs-you", words: ["Look here", waiting].filter(Boolean).join(" · ") };
    if (engine.unreachedSince !== null) return { state: "unreached", words: [`Not reached since ${clock(engine.unreachedSince)}`, waiting].filter(Boolean).join(" · ") };
    return store.unsent ? { state: "waiting", words: waiting } : { state: "safe", words: "All safe" };
  }

  #conflicts() {
    return [...this.app.store.shown.values()].filter((record) => record.kind === "task" && isToBeSettled(record));
  }

  #fill() {
    this.filled = this.#content();
    const { store, engine } = this.app;
    const close = element("button", { class: "tool", "aria-label": "Close", onclick: () => this.box.close() }, icon("close"));
    const last = store.syncedAt ? `Last sync ${new Date(store.syncedAt).toLocaleString()}` : "Nothing has been synced yet.";
    const text = !store.account ? "Your tasks are on this device only. Sign in to have them everywhere." : last;
    const now = element("button", { class: "button", onclick: () => engine.now() }, "Sync now");
    const copy = element("button", { class: "button", onclick: () => this.app.download() }, "Save a copy");
    this.box.replaceChildren(
      element("header", {}, element("h1", {}, this.#condition().words), close),
      element("section", {}, element("p", {}, text), element("div", { class: "acts" }, store.account && now, copy)),
      ...this.#conflicts().slice(0, SHOWN_MAX).map((record) => this.#conflict(record)),
      ...store.tray.slice(0, SHOWN_MAX).map((refused) => this.#refused(refused)),
      store.unsent ? this.#waiting() : "");
  }

  #waiting() {
    const { store } = this.app;
    const unsent = store.outbox.filter((entry) => !entry.outcome);
    return element("section", {}, element("h2", {}, `Waiting ${unsent.length}`),
      element("ul", { role: "list" }, ...unsent.slice(0, SHOWN_MAX).map((entry) =>
        element("li", {}, element("b", {}, this.#title(entry.id)), Object.keys(entry.set).join(", ")))));
  }

  /** @param {import("../store/store.js").Refused} refused */
  #refused({ key, entry, outcome }) {
    const { store } = this.app;
    const isHidden = outcome.status === "hidden";
    const begun = store.begin(entry.id);
    const reason = isHidden ? "This was changed while it lay in the trash. The change is kept there." : outcome.message ?? "The server did not accept this.";
    const again = () => {
      const set = isHidden ? RESTORING[outcome.by ?? "self"] : entry.set;
      return store.edit({ ...entry, set, space: store.space, begun }).then(() => store.dismiss(key));
    };
    const text = Object.entries(entry.set).map(([field, held]) => `${field}: ${held}`).join("\n");
    return element("section", { "data-refused": outcome.code ?? outcome.status },
      element("h2", {}, isHidden ? "In the trash" : "Not accepted"),
      element("p", {}, element("b", {}, this.#title(entry.id) || String(entry.set.title ?? "")), " – ", reason),
      element("div", { class: "acts" },
        element("button", { class: "button", onclick: again }, isHidden ? "Restore" : "Try again"),
        element("button", { class: "button", onclick: () => navigator.clipboard.writeText(text) }, "Copy"),
        element("button", { class: "quiet", onclick: () => store.dismiss(key) }, "Dismiss")));
  }

  /** @param {import("../core/merge.js").Rec} record */
  #conflict(record) {
    const { store } = this.app;
    const task = taskOf(record);
    const begun = store.begin(record.id);
    return element("section", { "data-conflict": record.id }, element("h2", {}, task.title),
      ...conflicts(record).map((field) => {
        const held = record.writes.filter((write) => Object.hasOwn(write.set, field));
        const chosen = value(record, field);
        return element("div", {}, element("p", {}, `Two values of ${field}. Which one?`),
          element("div", { class: "choices" }, ...held.map((write) => element("button", {
            "aria-pressed": String(write.set[field] === chosen),
            onclick: () => actions.settle(store, task, field, write.set[field], begun),
          }, write.set[field] === null ? "nothing" : String(write.set[field])))));
      }));
  }

  /** @param {string} id */
  #title(id) {
    const record = this.app.store.shown.get(id);
    return record ? taskOf(record).title : "";
  }
}

/** @param {import("../core/merge.js").Rec} record */
function isToBeSettled(record) {
  const disputed = conflicts(record);
  return disputed.includes("deleted") || (disputed.length > 0 && !values(record).deleted);
}

/** @param {number} ms */
function clock(ms) {
  return new Date(ms).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}
