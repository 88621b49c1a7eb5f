/**
 * The server in figures, how it is, and whether its audit log is whole.
 * @typedef {import("../../app.js").App} App
 */
import { element } from "../../lib/patch.js";
import { locale, plural, t } from "../../lib/words.js";
import { acts, attempt, button, Part, sizeText } from "../kit/forms.js";

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

export class FiguresPart extends Part {
  /** @param {App} app */
  constructor(app) {
    super(
      app,
      "figures",
      t("In figures"),
      () => app.session.server.admin.summary(),
      (summary) => [figures(figuresOf(summary))],
    );
  }
}

export class HealthPart extends Part {
  /** @param {App} app */
  constructor(app) {
    super(
      app,
      "health",
      t("Health"),
      () => app.session.server.admin.health(),
      (health) => [figures(healthOf(health))],
    );
  }
}

export class LogPart extends Part {
  /** @param {App} app */
  constructor(app) {
    super(
      app,
      "log",
      t("Audit log"),
      async () => null,
      () => [
        element(
          "p",
          {},
          t("Each entry is sealed by the one before it: what is changed or taken out later shows."),
        ),
        acts(this.button),
        this.said,
      ],
    );
    this.said = element("p", { role: "status", class: "is-strong" });
    this.button = button(t("Verify the log"), () => this.#verify());
  }

  #verify() {
    this.said.textContent = "";
    return attempt(this.app, this.button, this.problem, async () => {
      const { entries, first_broken: broken } = await this.app.session.server.admin.verifyAudit();
      this.said.textContent =
        broken === null
          ? plural(entries, "The log is whole: {n} entry.", "The log is whole: {n} entries.")
          : t("The log is broken from entry {n} on.", { n: broken.toLocaleString(locale()) });
    });
  }
}

/**
 * @param {import("../../api/admin.js").Summary} summary
 * @returns {[string, string][]}
 */
function figuresOf(summary) {
  const number = (/** @type {number} */ count) => count.toLocaleString(locale());
  const accounts = summary.disabled
    ? `${number(summary.accounts)} (${plural(summary.disabled, "{n} of them disabled", "{n} of them disabled")})`
    : number(summary.accounts);
  return [
    [t("Accounts"), accounts],
    [t("Spaces"), number(summary.spaces)],
    [t("Records"), number(summary.records)],
    [t("Size of the records"), sizeText(summary.bytes)],
    [t("Sessions"), number(summary.sessions)],
    [t("Devices"), number(summary.devices)],
    [t("Size of the database"), sizeText(summary.database_bytes)],
  ];
}

/**
 * @param {import("../../api/admin.js").Health} health
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
  return plural(Math.floor(seconds / 60), "{n} minute", "{n} minutes");
}

/** @param {[string, string][]} pairs */
function figures(pairs) {
  return element(
    "dl",
    { class: "figures" },
    ...pairs.map(([name, held]) => element("div", {}, element("dt", {}, name), element("dd", {}, held))),
  );
}
