/**
 * Sessions and devices of the account, each to be ended.
 * @typedef {import("../../app.js").App} App
 */
import { element } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { act, momentText, note, Part, setting } from "../kit/forms.js";

const BROWSERS = /** @type {const} */ ([
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
]);
const SYSTEMS = /** @type {const} */ ([
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
]);

export class SessionsPart extends Part {
  /** @param {App} app */
  constructor(app) {
    super(
      app,
      "sessions",
      t("Sessions and devices"),
      () => app.session.server.sessions(),
      ({ sessions, devices }) => this.#rows(sessions, devices),
    );
  }

  /**
   * @param {import("../../api/security.js").SessionHere[]} sessions
   * @param {import("../../api/security.js").Device[]} devices
   */
  #rows(sessions, devices) {
    const inSession = new Set(sessions.map((session) => session.device_id));
    const others = devices.filter(
      (device) => !inSession.has(device.id) && device.id !== this.app.store.deviceId,
    );
    return [
      ...sessions.map((session) => this.#session(session)),
      ...others.map((device) => this.#device(device)),
    ];
  }

  /** @param {import("../../api/security.js").SessionHere} session */
  #session(session) {
    const name = agentText(session.agent);
    const seen = session.current
      ? t("this one")
      : t("seen {when}", { when: momentText(session.seen_at, this.app.store.nowMs()) });
    const about = [seen, session.address].filter(Boolean).join(" · ");
    const end = session.current
      ? ""
      : act(
          t("End"),
          (event) => this.change(event.currentTarget, () => this.app.session.server.endSession(session.id)),
          { "aria-label": t("End the session on {name}", { name }) },
        );
    return setting(
      element("span", { class: session.current ? "is-strong" : "" }, name),
      note("", about),
      end,
    );
  }

  /**
   * One that has the account's tasks, as far as the server knows, and no session now.
   * @param {import("../../api/security.js").Device} device
   */
  #device(device) {
    const forget = act(
      t("Forget"),
      (event) => this.change(event.currentTarget, () => this.app.session.server.forgetDevice(device.id)),
      { "aria-label": t("Forget the device {name}", { name: device.id.slice(0, 8) }) },
    );
    return setting(
      element("span", {}, t("Device {name}, signed out", { name: device.id.slice(0, 8) })),
      note("", t("seen {when}", { when: momentText(device.seen_at, this.app.store.nowMs()) })),
      forget,
    );
  }
}

/**
 * What a browser says of itself, in two words.
 * @param {string} agent
 */
export function agentText(agent) {
  const browser = BROWSERS.find(([sign]) => agent.includes(sign))?.[1];
  const system = SYSTEMS.find(([sign]) => agent.includes(sign))?.[1];
  return (
    [browser, system].filter(Boolean).join(", ") || agent.split(" ")[0].slice(0, 40) || t("Another program")
  );
}
