/**
 * What is kept on this device, and whether the browser keeps it.
 * @typedef {import("../context.js").Context} Context
 */
import { h } from "../../lib/patch.js";
import { dates, plural, t } from "../../lib/words.js";
import { sizeText } from "../kit/formats.js";
import { buttonRow, quietButton, section } from "../kit/settings_rows.js";
import { toast } from "../kit/toast.js";

export class DeviceSection {
  /** @type {boolean | null} whether storage is persistent; null where the browser does not say */
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
      t("This device"),
      texts.map((text, index) => text && h("p", { key: index }, text)),
      this.isPersistent === false && buttonRow(quietButton(t("Ask to keep it"), () => this.#ask())),
    );
  }

  #tasksText() {
    const { tasks } = this.context.view;
    const lists = tasks.liveLists().length;
    return [
      plural(tasks.live().length, "{n} task", "{n} tasks"),
      lists && plural(lists, "{n} list", "{n} lists"),
    ]
      .filter(Boolean)
      .join(", ");
  }

  #roomText() {
    const { usage, quota } = this.estimate;
    return usage === undefined || !quota
      ? ""
      : t("{used} used, {free} free for it", { used: sizeText(usage), free: sizeText(quota - usage) });
  }

  #persistenceText() {
    if (this.isPersistent === null) return "";
    return this.isPersistent
      ? t("The browser keeps all of it until you clear it.")
      : t("The browser may clear it when the device runs out of room.");
  }

  #waitingText() {
    const { store } = this.context.view;
    if (!store.account || !store.unsent) return "";
    const when = dates({ dateStyle: "medium", timeStyle: "short" }).format(store.oldestUnsentMs ?? 0);
    return `${plural(store.unsent, "{n} change has not reached the server.", "{n} changes have not reached the server.")} ${t("The oldest is from {when}.", { when })}`;
  }

  async #ask() {
    const isPersistent = await navigator.storage.persist().catch(() => false);
    await this.measure();
    toast(
      isPersistent
        ? t("The browser keeps all of it until you clear it.")
        : t("The browser says no for now. It says yes to apps that are installed or used often."),
    );
  }
}
