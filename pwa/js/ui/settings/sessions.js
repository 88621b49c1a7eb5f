/**
 * Sessions and devices of the account; each can be ended.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/security.js").SessionHere} SessionHere
 * @typedef {import("../../api/security.js").Device} Device
 */
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { agentText, seenText } from "../kit/formats.js";
import { RemoteSection } from "../kit/remote_section.js";
import { note, quietButton, settingOf } from "../kit/settings_rows.js";

const ID_CHARACTERS = 8;

/** @extends {RemoteSection<{sessions: SessionHere[], devices: Device[]}>} */
export class SessionsSection extends RemoteSection {
  /** @param {Context} context */
  constructor(context) {
    super(context.session, "sessions", t("session.title"));
    this.context = context;
  }

  ask() {
    return this.context.session.server.sessions();
  }

  /** @param {{sessions: SessionHere[], devices: Device[]}} answer */
  describe({ sessions, devices }) {
    const inSession = new Set(sessions.map((session) => session.device_id));
    const others = devices.filter(({ id }) => !inSession.has(id) && id !== this.context.view.store.deviceId);
    return [
      ...sessions.map((session) => this.#session(session)),
      ...others.map((device) => this.#device(device)),
    ];
  }

  /** @param {SessionHere} session */
  #session({ id, agent, address, current, seen_at: seen }) {
    const when = current ? t("session.current") : seenText(seen, this.context.view.store.nowMs());
    return settingOf(
      id,
      h("span", { class: current ? "is-strong" : "" }, agentText(agent)),
      note("", [when, address].filter(Boolean).join(" · ")),
      !current && this.#endButton(id, agentText(agent)),
    );
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  #endButton(id, name) {
    const end = () => this.context.session.server.endSession(id);
    return quietButton(t("session.end"), (event) => this.change(event.currentTarget, end), {
      "aria-label": t("session.endOn", { name }),
    });
  }

  /**
   * A device that has the account's tasks, as far as the server knows, but no session.
   * @param {Device} device
   */
  #device({ id, seen_at: seen }) {
    const name = id.slice(0, ID_CHARACTERS);
    const forget = () => this.context.session.server.forgetDevice(id);
    return settingOf(
      id,
      h("span", {}, t("device.signedOut", { name })),
      note("", seenText(seen, this.context.view.store.nowMs())),
      quietButton(t("action.remove"), (event) => this.change(event.currentTarget, forget), {
        "aria-label": t("device.removeNamed", { name }),
      }),
    );
  }
}
