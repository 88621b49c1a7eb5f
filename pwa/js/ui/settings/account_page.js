/**
 * The account's page: name, password, passkeys, sessions and devices, access tokens, invitations, a copy of
 * everything, the end of it. Only the server knows these things, so the page says where it cannot be reached.
 * @typedef {import("../../app.js").App} App
 */
import { element } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { fill, signOut } from "./account_dialog.js";
import { saveFile } from "./import_export.js";
import { openDeletion } from "./account_deletion.js";
import { openDialog } from "../kit/dialog.js";
import { InvitesPart } from "./my_invites.js";
import {
  act,
  acts,
  attempt,
  button,
  formOf,
  note,
  problemLine,
  section,
  setting,
  write,
} from "../kit/forms.js";
import { PasskeysPart } from "./passkeys.js";
import { SessionsPart } from "./sessions.js";
import { TokensPart } from "./tokens.js";
import { toast } from "../kit/toast.js";

export class AccountPage {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {(() => void)[]} what brings the page up to date */
    this.updates = [];
    this.parts = [new InvitesPart(app), new PasskeysPart(app), new SessionsPart(app), new TokensPart(app)];
    const [invites, passkeys, sessions, tokens] = this.parts.map((part) => part.root);
    this.inside = element(
      "div",
      {},
      invites,
      this.#who(),
      this.#password(),
      passkeys,
      sessions,
      tokens,
      this.#copy(),
      this.#end(),
    );
    this.outside = section(
      "outside",
      t("Account"),
      element("p", {}, t("Your tasks are on this device only. Sign in to have them everywhere.")),
      acts(act(t("Sign in"), () => app.openAccount(), { "aria-haspopup": "dialog" })),
    );
    this.root = element("div", { class: "settings" }, this.inside, this.outside);
    /** @type {string | null} whose page is loaded */
    this.loadedFor = null;
  }

  arrive() {
    this.loadedFor = null;
  }

  render() {
    const { account } = this.app;
    this.inside.hidden = !account;
    this.outside.hidden = Boolean(account);
    for (const update of this.updates) update();
    if (!account || this.loadedFor === account.id) return;
    this.loadedFor = account.id;
    Promise.all(this.parts.map((part) => part.load())).then(() => this.#showPart());
  }

  /** The part that the address names. */
  #showPart() {
    const named =
      location.hash && this.inside.querySelector(`[id="${CSS.escape(location.hash.slice(1))}-heading"]`);
    if (named) /** @type {HTMLElement} */ (named).focus();
  }

  #who() {
    const name = element("p", { class: "is-strong" });
    const email = element("small");
    this.updates.push(() => {
      write(name, this.app.account?.name || t("No name yet"));
      write(email, this.app.account?.email ?? "");
    });
    return section(
      "who",
      t("You"),
      setting(
        name,
        email,
        act(t("Change…"), () => this.#rename(), {
          "aria-haspopup": "dialog",
          "aria-label": t("Change the name"),
        }),
      ),
    );
  }

  #rename() {
    const form = formOf(
      this.app,
      [{ name: "name", label: t("Name"), autocomplete: "name", value: this.app.account?.name, max: 100 }],
      t("Change the name"),
      async (given) => {
        await this.app.session.rename(given.name.trim());
        box.close();
      },
      button(t("Cancel"), () => box.close()),
    );
    const box = openDialog(t("Name"), "side-sheet", []);
    fill(box, t("Name"), form, t("Everyone who shares a space with you sees it."));
  }

  #password() {
    return section(
      "password",
      t("Password"),
      setting(
        element("span", {}, t("Change the password")),
        note("password-note", t("Every other device is signed out, and every access token ends.")),
        act(t("Change…"), () => this.#changePassword(), {
          "aria-haspopup": "dialog",
          "aria-label": t("Change the password"),
          "aria-describedby": "password-note",
        }),
      ),
    );
  }

  #changePassword() {
    const fields = [
      {
        name: "current",
        label: t("The password until now"),
        type: "password",
        autocomplete: "current-password",
      },
      {
        name: "password",
        label: t("New password, 12 characters or more"),
        type: "password",
        autocomplete: "new-password",
      },
    ];
    const form = formOf(
      this.app,
      fields,
      t("Change the password"),
      async (given) => {
        await this.app.session.changePassword(given);
        box.close();
        toast(t("The password is changed. Other devices are signed out."));
        for (const part of this.parts) part.load();
      },
      button(t("Cancel"), () => box.close()),
    );
    const box = openDialog(t("Password"), "side-sheet", []);
    fill(
      box,
      t("Change the password"),
      form,
      t("Every other device is signed out, and every access token ends."),
    );
  }

  #copy() {
    const problem = problemLine();
    const save = act(
      t("Save"),
      () =>
        attempt(this.app, save, problem, async () => {
          const name = "driftless-account.json";
          saveFile(
            name,
            JSON.stringify(await this.app.session.server.exportAll(), null, 2),
            "application/json",
          );
          toast(t("Saved as {name}", { name }));
        }),
      { "aria-label": t("Save everything the server has of you"), "aria-describedby": "all-note" },
    );
    const about = note(
      "all-note",
      t("Your tasks, shared spaces, comments, sessions and what the audit log says of you, as one file."),
    );
    return section(
      "all",
      t("All that is yours"),
      setting(element("span", {}, t("Everything the server has of you")), about, save),
      problem,
    );
  }

  #end() {
    const problem = problemLine();
    const everywhere = act(
      t("Sign out"),
      () => attempt(this.app, everywhere, problem, () => signOut(this.app, true)),
      { "aria-label": t("Sign out everywhere"), "aria-describedby": "everywhere-note" },
    );
    const end = act(t("Delete…"), () => attempt(this.app, end, problem, () => openDeletion(this.app)), {
      class: "quiet is-danger",
      "aria-haspopup": "dialog",
      "aria-label": t("Delete the account"),
      "aria-describedby": "end-note",
    });
    const about = note(
      "everywhere-note",
      t(
        "On every device, this one too, and every access token ends. Your tasks leave this device and stay on the server.",
      ),
    );
    return section(
      "leave",
      t("Leaving"),
      setting(element("span", {}, t("Sign out everywhere")), about, everywhere),
      setting(
        element("span", {}, t("Delete the account")),
        note("end-note", t("You see first what becomes of the spaces you share.")),
        end,
      ),
      problem,
    );
  }
}
