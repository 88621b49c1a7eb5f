/**
 * The settings: fewer than twelve, each applies at once.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/settings.js").Settings} Values
 * @typedef {import("../../lib/patch.js").Child} Child
 */
import { byId } from "../../lib/dom.js";
import { element, h, patch } from "../../lib/patch.js";
import { LANGUAGES, t } from "../../i18n/i18n.js";
import { hrefOf } from "../../domain/routes.js";
import {} from "../../domain/settings.js";
import { buttonRow, note, quietButton, section, setting } from "../kit/settings_rows.js";
import { DeviceSection } from "./device_section.js";
import { openImport, saveCopy } from "./import_export.js";

export class Settings {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.isArriving = false;
    this.root = element("div", { class: "settings" });
    this.device = new DeviceSection(context, () => this.#patch());
  }

  arrive() {
    this.isArriving = true;
    this.device.measure();
  }

  render() {
    this.#patch();
    if (location.hash === "#copies" && (this.isArriving || !history.state?.isShown)) this.#goToCopies();
    this.isArriving = false;
  }

  #patch() {
    patch(this.root, [
      this.#look(),
      this.#keyboard(),
      this.device.describe(),
      this.#copies(),
      this.#account(),
      about(),
    ]);
  }

  /** Scrolls there once per visit. */
  #goToCopies() {
    history.replaceState({ ...history.state, isShown: true }, "", location.href);
    this.context.view.afterRender(() => {
      byId("copies").scrollIntoView();
      byId("copies").focus({ preventScroll: true });
    });
  }

  #look() {
    const languages = Object.entries(LANGUAGES).map(
      ([tag, name]) => /** @type {[string, string]} */ ([name, tag]),
    );
    return section(
      "look",
      t("settings.appearance"),
      this.#choice("theme", t("settings.theme"), themes(), (theme) => this.#save({ theme })),
      this.#choice(
        "language",
        t("settings.language"),
        [[t("settings.system"), null], ...languages],
        (language) => this.#speak(language),
      ),
      this.#choice("weekStart", t("settings.weekStart"), weekStarts(), (weekStart) =>
        this.#save({ weekStart }),
      ),
    );
  }

  #keyboard() {
    const toggle = {
      type: "checkbox",
      role: "switch",
      class: "toggle",
      id: "single-keys",
      "aria-describedby": "single-keys-note",
      checked: this.context.view.settings.hasKeys,
      onchange: (/** @type {any} */ event) => this.#save({ hasKeys: event.currentTarget.checked }),
    };
    return section(
      "keyboard",
      t("settings.keyboard"),
      setting(
        h("label", { htmlFor: "single-keys" }, t("settings.singleKeys")),
        note("single-keys-note", t("settings.singleKeysNote")),
        h("input", toggle),
      ),
      buttonRow(quietButton(t("settings.showShortcuts"), () => this.context.open.keys())),
    );
  }

  #copies() {
    const copies = section(
      "copies",
      t("exchange.title"),
      this.#copy("json", "JSON", t("export.jsonNote")),
      this.#copy("csv", "CSV", t("export.csvNote")),
      this.#copy("ics", "iCalendar", t("export.icsNote")),
      this.#copy("md", "Markdown", t("export.markdownNote")),
      setting(h("span", {}, t("import.title")), note("import-note", t("import.note"))),
      buttonRow(
        quietButton(t("import.choose"), () => openImport(this.context), {
          "aria-describedby": "import-note",
        }),
      ),
    );
    copies.properties.tabIndex = -1;
    return copies;
  }

  /**
   * @param {import("./import_export.js").Format} format
   * @param {string} name
   * @param {string} about
   */
  #copy(format, name, about) {
    const save = quietButton(t("action.export"), () => saveCopy(this.context, format), {
      "aria-label": t("export.as", { format: name }),
      "aria-describedby": `save-${format}`,
    });
    return setting(h("span", {}, name), note(`save-${format}`, about), save);
  }

  #account() {
    const { account, engine } = this.context.view;
    const isSignedIn = account !== null && !engine?.isSignedOut;
    const names = [account?.name, account?.email].filter(Boolean).join(", ");
    const open = quietButton(
      isSignedIn ? t("account.signOutAsk") : t("account.signIn"),
      () => this.context.open.account(),
      {
        "aria-haspopup": "dialog",
      },
    );
    return section(
      "account-settings",
      t("account.title"),
      names && h("p", { key: "name", class: "is-strong" }, names),
      h("p", { key: "about" }, accountText(account !== null, isSignedIn)),
      buttonRow(isSignedIn && accountLink(), open),
    );
  }

  /**
   * A choice of several, as a group of radio buttons.
   * @template T
   * @param {keyof Values} key
   * @param {string} name
   * @param {[string, T][]} options
   * @param {(value: T) => unknown} onPick
   */
  #choice(key, name, options, onPick) {
    const chosen = /** @type {unknown} */ (this.context.view.settings[key]);
    const radios = options.map(([text, value]) => {
      const radio = { type: "radio", name: key, checked: value === chosen, onchange: () => onPick(value) };
      return h("label", {}, h("input", radio), text);
    });
    const group = { class: "segments", role: "radiogroup", "aria-labelledby": `${key}-name` };
    return setting(h("span", { id: `${key}-name` }, name), null, h("div", group, radios));
  }

  /** @param {Partial<Values>} change */
  #save(change) {
    this.context.view.changeSettings(change);
  }

  /**
   * All texts are chosen at the start, so the page reloads.
   * @param {string | null} language
   */
  async #speak(language) {
    this.#save({ language });
    await this.context.editors.settle();
    location.reload();
  }
}

/** @returns {[string, string | null][]} */
function themes() {
  return [
    [t("settings.system"), null],
    [t("settings.light"), "light"],
    [t("settings.dark"), "dark"],
  ];
}

/** @returns {[string, number | null][]} */
function weekStarts() {
  return [
    [t("settings.system"), null],
    [t("settings.monday"), 1],
    [t("settings.sunday"), 0],
  ];
}

/**
 * @param {boolean} hasAccount
 * @param {boolean} isSignedIn
 */
function accountText(hasAccount, isSignedIn) {
  if (isSignedIn) return t("signOut.note");
  return hasAccount ? t("account.signedOutNote") : t("account.localOnly");
}

function accountLink() {
  const href = hrefOf({ name: "settings", part: "account" });
  return h("a", { class: "quiet is-accent", href }, t("account.manage"));
}

function about() {
  /** @type {HTMLScriptElement | null} */
  const script = document.querySelector("script[type='module']");
  const version = /boot-(\w+)\.js/.exec(script?.src ?? "")?.[1];
  const text = version ? ` ${t("settings.version", { version })}` : "";
  return section(
    "about",
    t("settings.about"),
    h("p", {}, `Driftless${text}`),
    h("p", {}, t("settings.licence")),
  );
}
