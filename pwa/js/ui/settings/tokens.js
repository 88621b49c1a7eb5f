/**
 * Personal access tokens, for programs: what each may do, until when, in which spaces.
 * @typedef {import("../../app.js").App} App
 */
import { element } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { fill } from "./account_dialog.js";
import { passwordField } from "./reauthentication.js";
import { spaceName } from "../sharing/join_page.js";
import { openDialog } from "../kit/dialog.js";
import {
  act,
  acts,
  button,
  dayText,
  formOf,
  momentText,
  note,
  Part,
  secretField,
  setting,
} from "../kit/forms.js";

const DAY_MS = 86_400_000;
const SCOPES = /** @type {Record<string, () => string>} */ ({
  "tasks:read": () => t("Read tasks and lists"),
  "tasks:write": () => t("Change tasks and lists"),
  "spaces:manage": () => t("Manage spaces and members"),
  "account:read": () => t("Read your name and address"),
});
const LIVES = /** @type {[number | null, () => string][]} */ ([
  [30, () => t("30 days")],
  [90, () => t("90 days")],
  [365, () => t("One year")],
  [null, () => t("No end")],
]);

export class TokensPart extends Part {
  /** @param {App} app */
  constructor(app) {
    super(
      app,
      "tokens",
      t("Access tokens"),
      () => app.session.server.tokens(),
      ({ tokens }) => this.#rows(tokens),
    );
  }

  /** @param {import("../../api/security.js").Token[]} tokens */
  #rows(tokens) {
    const lead = tokens.length
      ? []
      : [element("p", {}, t("With a token a program of yours can reach your tasks, as far as you allow."))];
    return [
      ...lead,
      ...tokens.map((token) => this.#token(token)),
      acts(act(t("Make a token…"), () => this.#make(), { "aria-haspopup": "dialog" })),
    ];
  }

  /** @param {import("../../api/security.js").Token} token */
  #token(token) {
    const end = act(
      t("End"),
      (event) => this.change(event.currentTarget, () => this.app.session.server.endToken(token.id)),
      { "aria-label": t("End the token {name}", { name: token.name }) },
    );
    const until = token.expires_at
      ? t("until {day}", { day: dayText(token.expires_at) })
      : t("without an end");
    const used = token.seen_at
      ? t("used {when}", { when: momentText(token.seen_at, this.app.store.nowMs()) })
      : t("never used");
    return setting(
      element("span", {}, token.name),
      note("", [token.scopes.join(", "), this.#reach(token.spaces), until, used].join(" · ")),
      end,
    );
  }

  /** @param {string[] | null} spaces */
  #reach(spaces) {
    if (!spaces) return t("in all your spaces");
    const here = spaces.filter((id) => id in this.app.store.roles).map((id) => this.#nameOf(id));
    return here.length ? t("in {spaces}", { spaces: here.join(", ") }) : t("in no space of yours any more");
  }

  /** @param {string} space */
  #nameOf(space) {
    return space === this.app.store.personal ? t("Personal") : `“${spaceName(this.app, space)}”`;
  }

  #make() {
    const form = formOf(
      this.app,
      [{ name: "name", label: t("What it is for"), max: 100 }, passwordField()],
      t("Make the token"),
      (given) => this.#submit(box, form, given),
      button(t("Cancel"), () => box.close()),
    );
    const problem = /** @type {HTMLElement} */ (form.querySelector(".problem"));
    problem.before(this.#scopes(), this.#lives(), this.#spaces());
    const box = openDialog(t("Make a token"), "side-sheet", []);
    fill(box, t("Make a token"), form);
  }

  #scopes() {
    return element(
      "fieldset",
      { class: "choices" },
      element("legend", {}, t("It may")),
      ...Object.entries(SCOPES).map(([scope, words]) =>
        element(
          "label",
          {},
          element("input", {
            type: "checkbox",
            name: "scope",
            value: scope,
            checked: scope === "tasks:read",
          }),
          words(),
        ),
      ),
    );
  }

  #lives() {
    return element(
      "label",
      {},
      t("It ends after"),
      element(
        "select",
        { name: "life", class: "field" },
        ...LIVES.map(([days, words]) => element("option", { value: String(days ?? "") }, words())),
      ),
    );
  }

  /** In which spaces; all of them where none is named. */
  #spaces() {
    const { store } = this.app;
    const ids = Object.keys(store.roles);
    if (ids.length < 2) return "";
    return element(
      "fieldset",
      { class: "choices" },
      element("legend", {}, t("In these spaces; in all, where none is chosen")),
      ...ids.map((id) =>
        element(
          "label",
          {},
          element("input", { type: "checkbox", name: "space", value: id }),
          id === store.personal ? t("Personal") : spaceName(this.app, id),
        ),
      ),
    );
  }

  /**
   * @param {HTMLDialogElement} box
   * @param {HTMLFormElement} form
   * @param {any} given
   */
  async #submit(box, form, given) {
    const chosen = (/** @type {string} */ name) => new FormData(form).getAll(name).map(String);
    const [scopes, spaces] = [chosen("scope"), chosen("space")];
    if (!scopes.length) throw new Error(t("Choose what the token may do."));
    const expires_at = given.life ? this.app.store.nowMs() + Number(given.life) * DAY_MS : null;
    const { token } = await this.app.session.server.makeToken({
      password: given.password,
      name: given.name.trim(),
      scopes,
      expires_at,
      spaces: spaces.length ? spaces : null,
    });
    fill(
      box,
      t("The token"),
      element(
        "div",
        { class: "body" },
        element("p", {}, t("It is shown this once. Keep it where nobody else reads it.")),
        secretField(t("Token"), token),
        acts(button(t("Finish"), () => box.close(), { class: "button is-main" })),
      ),
    );
    await this.load();
  }
}
