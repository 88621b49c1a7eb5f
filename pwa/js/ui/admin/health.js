/**
 * The server in figures, how it is, and whether its audit log is whole.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/admin.js").Summary} Summary
 * @typedef {import("../../api/admin.js").Health} Health
 */
import { h } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";
import { attempt } from "../kit/attempt.js";
import { numberText, sizeText } from "../kit/formats.js";
import { RemoteSection } from "../kit/remote_section.js";
import { button, buttonRow } from "../kit/settings_rows.js";

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** @extends {RemoteSection<Summary>} */
export class FiguresSection extends RemoteSection {
  /** @param {Context} context */
  constructor(context) {
    super(context.session, "figures", t("In figures"));
    this.context = context;
  }

  ask() {
    return this.context.session.server.admin.summary();
  }

  /** @param {Summary} summary */
  describe(summary) {
    return [figures(figuresOf(summary))];
  }
}

/** @extends {RemoteSection<Health>} */
export class HealthSection extends RemoteSection {
  /** @param {Context} context */
  constructor(context) {
    super(context.session, "health", t("Health"));
    this.context = context;
  }

  ask() {
    return this.context.session.server.admin.health();
  }

  /** @param {Health} health */
  describe(health) {
    return [figures(healthOf(health))];
  }
}

/** @extends {RemoteSection<null>} */
export class LogSection extends RemoteSection {
  /** What the last check has found. */
  result = "";

  /** @param {Context} context */
  constructor(context) {
    super(context.session, "log", t("Audit log"));
    this.context = context;
  }

  async ask() {
    return null;
  }

  describe() {
    return [
      h("p", {}, t("Each entry is sealed by the one before it: what is changed or taken out later shows.")),
      buttonRow(button(t("Verify the log"), (event) => this.#verify(event.currentTarget))),
      h("p", { role: "status", class: "is-strong" }, this.result),
    ];
  }

  /** @param {Element} pressed */
  async #verify(pressed) {
    this.#say("");
    await attempt(this.session, pressed, this.problem, async () =>
      this.#say(resultText(await this.context.session.server.admin.verifyAudit())),
    );
  }

  /** @param {string} result */
  #say(result) {
    this.result = result;
    this.render();
  }
}

/** @param {{entries: number, first_broken: number | null}} result */
function resultText({ entries, first_broken: broken }) {
  return broken === null
    ? plural(entries, "The log is whole: {n} entry.", "The log is whole: {n} entries.")
    : t("The log is broken from entry {n} on.", { n: numberText(broken) });
}

/**
 * @param {Summary} summary
 * @returns {[string, string][]}
 */
function figuresOf(summary) {
  const disabled = plural(summary.disabled, "{n} of them disabled", "{n} of them disabled");
  const accounts = numberText(summary.accounts);
  return [
    [t("Accounts"), summary.disabled ? `${accounts} (${disabled})` : accounts],
    [t("Spaces"), numberText(summary.spaces)],
    [t("Records"), numberText(summary.records)],
    [t("Size of the records"), sizeText(summary.bytes)],
    [t("Sessions"), numberText(summary.sessions)],
    [t("Devices"), numberText(summary.devices)],
    [t("Size of the database"), sizeText(summary.database_bytes)],
  ];
}

/**
 * @param {Health} health
 * @returns {[string, string][]}
 */
function healthOf(health) {
  return [
    [t("Database"), health.database],
    [t("Integrity"), health.integrity === "ok" ? t("whole") : health.integrity],
    [t("Free on the disk"), sizeText(health.disk_free_bytes)],
    [t("Version"), health.version],
    [t("Running for"), durationText(health.uptime_s)],
    [t("Epoch of the data"), health.epoch],
  ];
}

/** @param {number} seconds */
function durationText(seconds) {
  if (seconds >= DAY_S) return plural(Math.floor(seconds / DAY_S), "{n} day", "{n} days");
  if (seconds >= HOUR_S) return plural(Math.floor(seconds / HOUR_S), "{n} hour", "{n} hours");
  return plural(Math.floor(seconds / MINUTE_S), "{n} minute", "{n} minutes");
}

/** @param {[string, string][]} pairs */
function figures(pairs) {
  return h(
    "dl",
    { class: "figures" },
    pairs.map(([name, value]) => h("div", { key: name }, h("dt", {}, name), h("dd", {}, value))),
  );
}
