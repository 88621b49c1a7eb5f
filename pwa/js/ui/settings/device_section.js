/**
 * The data on this device, and whether the browser keeps it.
 * @typedef {import("../context.js").Context} Context
 */
import { h } from "../../lib/patch.js";
import { dates, plural, t } from "../../i18n/i18n.js";
import { sizeText } from "../kit/formats.js";
import { buttonRow, quietButton, section } from "../kit/settings_rows.js";
import { toast } from "../kit/toast.js";

export class DeviceSection {
  /** @type {boolean | null} whether storage is persistent; null if the browser does not tell */
  isPersistent = null;
  /** @type {StorageEstimate} */
  estimate = {};

  /**
   * @param {Context} context
   * @param {() => void} onMeasured
   */
  constructor(context, onMeasured) {
    this.context = context;
    this.onMeasured = onMeasured;
  }

  async measure() {
    const { storage } = navigator;
    [this.isPersistent, this.estimate] = await Promise.all([
      storage?.persisted?.() ?? null,
      storage?.estimate?.() ?? {},
    ]).catch(() => [null, {}]);
    this.onMeasured();
  }

  describe() {
    const texts = [this.#tasksText(), this.#roomText(), this.#persistenceText(), this.#waitingText()];
    return section(
      "device",
      t("settings.thisDevice"),
      texts.map((text, index) => text && h("p", { key: index }, text)),
      this.isPersistent === false && buttonRow(quietButton(t("settings.persist"), () => this.#ask())),
    );
  }

  #tasksText() {
    const { tasks } = this.context.view;
    const lists = tasks.liveLists().length;
    return [plural(tasks.live().length, "task.count"), lists && plural(lists, "list.count")]
      .filter(Boolean)
      .join(", ");
  }

  #roomText() {
    const { usage, quota } = this.estimate;
    return usage === undefined || !quota
      ? ""
      : t("settings.storageUsed", { used: sizeText(usage), free: sizeText(quota - usage) });
  }

  #persistenceText() {
    if (this.isPersistent === null) return "";
    return this.isPersistent ? t("settings.persisted") : t("settings.notPersisted");
  }

  #waitingText() {
    const { store } = this.context.view;
    if (!store.account || !store.unsent) return "";
    const count = plural(store.unsent, "sync.unsyncedChanges");
    if (store.oldestUnsentMs === null) return count; // what is offered has no age
    const when = dates({ dateStyle: "medium", timeStyle: "short" }).format(store.oldestUnsentMs);
    return `${count} ${t("settings.oldestUnsynced", { when })}`;
  }

  async #ask() {
    const isPersistent = await navigator.storage.persist().catch(() => false);
    await this.measure();
    toast(isPersistent ? t("settings.persisted") : t("settings.persistDeclined"));
  }
}
