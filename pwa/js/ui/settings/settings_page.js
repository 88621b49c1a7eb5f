/**
 * The settings: fewer than twelve, each at work at once. The page is made once; what it says is brought up to
 * date in place, so that the focus stays.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../domain/settings.js").Kept} Kept
 */
import { byId } from "../../lib/dom.js";
import { element } from "../../lib/patch.js";
import { dates, LANGUAGES, plural, t } from "../../lib/words.js";
import { hrefOf } from "../../domain/routes.js";
import { saveSettings } from "../../domain/settings.js";
import { openImport, saveCopy } from "./import_export.js";
import { act, note, section, setting, sizeText, write } from "../kit/forms.js";
import { toast } from "../kit/toast.js";

export class Settings {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.isKept = /** @type {boolean | null} */ (null);
    this.room = /** @type {StorageEstimate} */ ({});
    /** @type {(() => void)[]} what brings the page up to date */
    this.updates = [];
    this.isArriving = false;
    this.root = this.#make();
  }

  arrive() {
    this.isArriving = true;
    this.#measure();
  }

  render() {
    for (const update of this.updates) update();
    if (location.hash === "#copies" && (this.isArriving || !history.state?.isShown)) this.#showCopies();
    this.isArriving = false;
  }

  /** Once for each time that it is gone to. */
  #showCopies() {
    history.replaceState({ ...history.state, isShown: true }, "", location.href);
    this.app.afterRender(() => {
      byId("copies").scrollIntoView();
      byId("copies").focus({ preventScroll: true });
    });
  }

  async #measure() {
    const { storage } = navigator;
    [this.isKept, this.room] = await Promise.all([
      storage?.persisted?.() ?? null,
      storage?.estimate?.() ?? {},
    ]).catch(() => [null, {}]);
    for (const update of this.updates) update();
  }

  #make() {
    return element(
      "div",
      { class: "settings" },
      this.#look(),
      this.#keyboard(),
      this.#device(),
      this.#copies(),
      this.#account(),
      this.#about(),
    );
  }

  #look() {
    const languages = Object.entries(LANGUAGES).map(
      ([tag, name]) => /** @type {[string, string]} */ ([name, tag]),
    );
    return section(
      "look",
      t("Look"),
      this.#choice(
        "theme",
        t("Theme"),
        [
          [t("System"), null],
          [t("Light"), "light"],
          [t("Dark"), "dark"],
        ],
        (theme) => this.app.setTheme(theme),
      ),
      this.#choice("language", t("Language"), [[t("System"), null], ...languages], (language) =>
        this.#speak(language),
      ),
      this.#choice(
        "weekStart",
        t("Week starts on"),
        [
          [t("System"), null],
          [t("Monday"), 1],
          [t("Sunday"), 0],
        ],
        (weekStart) => this.#save({ weekStart }),
      ),
    );
  }

  #keyboard() {
    const box = element("input", {
      type: "checkbox",
      role: "switch",
      class: "toggle",
      id: "single-keys",
      "aria-describedby": "single-keys-note",
      onchange: () => this.#save({ hasKeys: box.checked }),
    });
    this.updates.push(() => {
      box.checked = this.app.settings.hasKeys;
    });
    return section(
      "keyboard",
      t("Keyboard"),
      setting(
        element("label", { htmlFor: "single-keys" }, t("Single keys")),
        note("single-keys-note", t("Q adds a task, D sets its date, and so on.")),
        box,
      ),
      element(
        "div",
        { class: "acts" },
        act(t("Show all keys"), () => this.app.openKeys()),
      ),
    );
  }

  #device() {
    const kept = element("p");
    const room = element("p");
    const tasks = element("p");
    const waiting = element("p");
    const ask = act(t("Ask to keep it"), () => this.#ask());
    const button = element("div", { class: "acts" }, ask);
    this.updates.push(() => {
      write(tasks, this.#tasksText());
      write(room, this.#roomText());
      write(
        kept,
        this.isKept === null
          ? ""
          : this.isKept
            ? t("The browser keeps all of it until you clear it.")
            : t("The browser may clear it when the device runs out of room."),
      );
      write(waiting, this.#waitingText());
      button.hidden = this.isKept !== false;
    });
    return section("device", t("This device"), tasks, room, kept, waiting, button);
  }

  #tasksText() {
    const { tasks } = this.app;
    const lists = tasks.liveLists().length;
    return [
      plural(tasks.live().length, "{n} task", "{n} tasks"),
      lists && plural(lists, "{n} list", "{n} lists"),
    ]
      .filter(Boolean)
      .join(", ");
  }

  #roomText() {
    const { usage, quota } = this.room;
    return usage === undefined || !quota
      ? ""
      : t("{used} used, {free} free for it", { used: sizeText(usage), free: sizeText(quota - usage) });
  }

  #waitingText() {
    const { store } = this.app;
    if (!store.account || !store.unsent) return "";
    const when = dates({ dateStyle: "medium", timeStyle: "short" }).format(store.oldestUnsentMs ?? 0);
    return `${plural(store.unsent, "{n} change has not reached the server.", "{n} changes have not reached the server.")} ${t("The oldest is from {when}.", { when })}`;
  }

  async #ask() {
    const isKept = await navigator.storage.persist().catch(() => false);
    await this.#measure();
    const text = isKept
      ? t("The browser keeps all of it until you clear it.")
      : t("The browser says no for now. It says yes to apps that are installed or used often.");
    toast(text);
  }

  #copies() {
    const save = (
      /** @type {import("./import_export.js").Format} */ format,
      /** @type {string} */ name,
      /** @type {string} */ what,
    ) =>
      setting(
        element("span", {}, name),
        note(`save-${format}`, what),
        act(t("Save"), () => saveCopy(this.app, format), {
          "aria-label": t("Save as {format}", { format: name }),
          "aria-describedby": `save-${format}`,
        }),
      );
    const made = section(
      "copies",
      t("Copies"),
      save("json", "JSON", t("Everything, to keep or to bring in again")),
      save("csv", "CSV", t("A table for spreadsheets")),
      save("ics", "iCalendar", t("For calendars")),
      save("md", "Markdown", t("For reading")),
      setting(
        element("span", {}, t("Bring in a file")),
        note(
          "import-note",
          t("A copy in JSON, or a table in CSV from anywhere. You see what it would change first."),
        ),
        "",
      ),
      element(
        "div",
        { class: "acts" },
        act(t("Choose a file…"), () => openImport(this.app), { "aria-describedby": "import-note" }),
      ),
    );
    made.tabIndex = -1;
    return made;
  }

  #account() {
    const who = element("p", { class: "is-strong" });
    const what = element("p");
    const button = act("", () => this.app.openAccount(), { "aria-haspopup": "dialog" });
    const more = element(
      "a",
      { class: "quiet is-accent", href: hrefOf({ name: "settings", part: "account" }) },
      t("Password, devices, access…"),
    );
    this.updates.push(() => {
      const { account, engine } = this.app;
      const isIn = account !== null && !engine?.isSignedOut;
      write(who, account ? [account.name, account.email].filter(Boolean).join(", ") : "");
      write(
        what,
        isIn
          ? t(
              "Signing out sends what waits, then removes your tasks from this device. They stay on the server.",
            )
          : account
            ? t("You were signed out. What you do is kept here until you sign in again.")
            : t("Your tasks are on this device only. Sign in to have them everywhere."),
      );
      more.hidden = !isIn;
      write(button, isIn ? t("Sign out…") : t("Sign in"));
    });
    return section(
      "account-settings",
      t("Account"),
      who,
      what,
      element("div", { class: "acts" }, more, button),
    );
  }

  #about() {
    const version = /boot-(\w+)\.js/.exec(
      /** @type {HTMLScriptElement | null} */ (document.querySelector("script[type='module']"))?.src ?? "",
    )?.[1];
    return section(
      "about",
      t("About"),
      element("p", {}, `Driftless${version ? ` ${t("version {version}", { version })}` : ""}`),
      element("p", {}, t("Free software under the MIT licence.")),
    );
  }

  /**
   * One of several, as a group of radios.
   * @template T
   * @param {keyof Kept} key
   * @param {string} name
   * @param {[string, T][]} options
   * @param {(value: T) => unknown} onPick
   */
  #choice(key, name, options, onPick) {
    const inputs = options.map(([, value]) =>
      element("input", { type: "radio", name: key, onchange: () => onPick(value) }),
    );
    this.updates.push(() => {
      for (const [index, [, value]] of options.entries())
        inputs[index].checked = this.app.settings[key] === /** @type {any} */ (value);
    });
    const group = element(
      "div",
      { class: "segments", role: "radiogroup", "aria-labelledby": `${key}-name` },
      ...options.map(([words], index) => element("label", {}, inputs[index], words)),
    );
    return setting(element("span", { id: `${key}-name` }, name), "", group);
  }

  /** @param {Partial<Kept>} change */
  #save(change) {
    this.app.page.settings = saveSettings({ ...this.app.settings, ...change });
    this.app.page.render();
  }

  /**
   * Every word is chosen as the page starts.
   * @param {string | null} language
   */
  async #speak(language) {
    this.#save({ language });
    await this.app.editors.settle();
    location.reload();
  }
}
