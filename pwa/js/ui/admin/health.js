/**
 * Statistics and health of the server, and the check of its audit log.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/admin.js").Summary} Summary
 * @typedef {import("../../api/admin.js").Health} Health
 */
import { h } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";
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
    super(context.session, "figures", t("admin.statistics"));
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
    super(context.session, "health", t("admin.health"));
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
  /** The result of the last check. */
  result = "";

  /** @param {Context} context */
  constructor(context) {
    super(context.session, "log", t("admin.audit"));
    this.context = context;
  }

  async ask() {
    return null;
  }

  describe() {
    return [
      h("p", {}, t("admin.auditNote")),
      buttonRow(button(t("admin.verify"), (event) => this.#verify(event.currentTarget))),
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
    ? plural(entries, "admin.logIntact")
    : t("admin.logBroken", { n: numberText(broken) });
}

/**
 * @param {Summary} summary
 * @returns {[string, string][]}
 */
function figuresOf(summary) {
  const disabled = plural(summary.disabled, "admin.disabledCount");
  const accounts = numberText(summary.accounts);
  return [
    [t("admin.accounts"), summary.disabled ? `${accounts} (${disabled})` : accounts],
    [t("space.plural"), numberText(summary.spaces)],
    [t("admin.records"), numberText(summary.records)],
    [t("admin.recordsSize"), sizeText(summary.bytes)],
    [t("session.plural"), numberText(summary.sessions)],
    [t("device.plural"), numberText(summary.devices)],
    [t("admin.databaseSize"), sizeText(summary.database_bytes)],
  ];
}

/**
 * @param {Health} health
 * @returns {[string, string][]}
 */
function healthOf(health) {
  return [
    [t("admin.database"), health.database],
    [t("admin.integrity"), health.integrity === "ok" ? t("admin.integrityOk") : health.integrity],
    [t("admin.diskFree"), sizeText(health.disk_free_bytes)],
    [t("admin.version"), health.version],
    [t("admin.uptime"), durationText(health.uptime_s)],
    [t("admin.epoch"), health.epoch],
  ];
}

/** @param {number} seconds */
function durationText(seconds) {
  if (seconds >= DAY_S) return plural(Math.floor(seconds / DAY_S), "time.days");
  if (seconds >= HOUR_S) return plural(Math.floor(seconds / HOUR_S), "time.hours");
  return plural(Math.floor(seconds / MINUTE_S), "time.minutes");
}

/** @param {[string, string][]} pairs */
function figures(pairs) {
  return h(
    "dl",
    { class: "figures" },
    pairs.map(([name, value]) => h("div", { key: name }, h("dt", {}, name), h("dd", {}, value))),
  );
}
