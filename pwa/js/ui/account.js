/**
 * The account dialog: sign up, sign in, bring local tasks along, a new password by link, sign out.
 * @typedef {import("../main.js").App} App
 */
import { byId, element, icon } from "../lib/dom.js";

export class AccountDialog {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.box = byId("dialog");
    byId("account").addEventListener("click", () => this.open());
    this.box.addEventListener("click", (/** @type {Event} */ event) => event.target === this.box && this.box.close());
  }

  render() {
    byId("account").textContent = this.app.account && !this.app.engine.isSignedOut ? this.app.account.name || this.app.account.email : "Sign in";
  }

  open() {
    if (this.app.account && !this.app.engine.isSignedOut) this.#signedIn();
    else this.#form("sign-in");
    this.box.showModal();
  }

  /** Sets a new password with a link's token. @param {string} token */
  openReset(token) {
    this.#show("New password", this.#fields([["password", "New password, 12 characters or more", "password", "new-password"]], "Set password",
      async (given) => {
        await this.app.resetPassword(token, given.password);
        this.#form("sign-in");
      }));
    this.box.showModal();
  }

  /** @param {"sign-in" | "sign-up"} mode */
  #form(mode) {
    const isNew = mode === "sign-up";
    /** @type {[string, string, string, string][]} */
    const fields = [["email", "E-mail address", "email", "username"],
                    ["password", isNew ? "Password, 12 characters or more" : "Password", "password", isNew ? "new-password" : "current-password"]];
    if (isNew) fields.unshift(["name", "Name", "text", "name"]);
    const other = element("button", { class: "quiet is-accent", type: "button", onclick: () => this.#form(isNew ? "sign-in" : "sign-up") },
      isNew ? "I have an account" : "Make an account");
    this.#show(isNew ? "Make an account" : "Sign in", this.#fields(fields, isNew ? "Make account" : "Sign in", async (given) => {
      const local = await this.app.signIn(mode, given);
      if (local) this.#askTakeOver(local);
      else this.box.close();
    }, other));
  }

  /** @param {number} count */
  #askTakeOver(count) {
    const answer = (/** @type {boolean} */ isWanted) => async () => {
      await this.app.finishSignIn(isWanted);
      this.box.close();
    };
    this.#show("Bring your tasks along?", element("section", {},
      element("p", {}, count === 1 ? "There is 1 task on this device. It can move into your account, and then be on all your devices."
        : `There are ${count} tasks on this device. They can move into your account, and then be on all your devices.`),
      element("div", { class: "acts" },
        element("button", { class: "button is-main", onclick: answer(true) }, "Bring them along"),
        element("button", { class: "button", onclick: answer(false) }, "Leave them here, signed out"))));
  }

  #signedIn() {
    const { account, store } = this.app;
    const waiting = store.unsent;
    const problem = element("p", { class: "problem", role: "alert" });
    const leave = (/** @type {boolean} */ isForced) => async () => {
      try {
        const unsent = await this.app.signOut(isForced);
        if (unsent) this.#askDiscard(unsent);
      } catch (error) {
        problem.textContent = error instanceof Error ? error.message : String(error);
      }
    };
    this.#show(account?.name || "Account", element("section", {}, element("p", {}, account?.email ?? ""),
      waiting ? element("p", {}, `${waiting} changes have not reached the server yet.`) : "", problem,
      element("div", { class: "acts" }, element("button", { class: "button", onclick: leave(false) }, "Sign out"))));
  }

  /** @param {number} unsent */
  #askDiscard(unsent) {
    this.#show("Unsent changes", element("section", {},
      element("p", {}, `${unsent} changes have not reached the server. Signing out removes them from this device.`),
      element("div", { class: "acts" },
        element("button", { class: "button is-main", onclick: () => this.box.close() }, "Stay"),
        element("button", { class: "button", onclick: () => this.app.download() }, "Save a copy"),
        element("button", { class: "button", onclick: () => this.app.signOut(true) }, "Discard and sign out"))));
  }

  /**
   * @param {[string, string, string, string][]} fields [name, label, type, autocomplete] @param {string} act
   * @param {(given: any) => Promise<unknown>} onSubmit @param {...HTMLElement} others
   */
  #fields(fields, act, onSubmit, ...others) {
    const problem = element("p", { class: "problem", role: "alert" });
    const submit = element("button", { class: "button is-main" }, act);
    const form = element("form", { onsubmit: async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      submit.disabled = true;
      problem.textContent = "";
      try {
        await onSubmit(Object.fromEntries(new FormData(form)));
      } catch (error) {
        problem.textContent = error instanceof Error ? error.message : String(error);
      }
      submit.disabled = false;
    } },
    ...fields.map(([name, label, type, autocomplete]) =>
      element("label", {}, label, element("input", { name, type, autocomplete, required: name !== "name", maxLength: 254 }))),
    problem, element("div", { class: "acts" }, submit, ...others));
    return form;
  }

  /** @param {string} heading @param {HTMLElement} body */
  #show(heading, body) {
    const close = element("button", { class: "tool", "aria-label": "Close", onclick: () => this.box.close() }, icon("close"));
    this.box.replaceChildren(element("header", {}, element("h1", {}, heading), close), body);
    /** @type {HTMLElement | null} */ (body.querySelector("input, .is-main"))?.focus();
  }
}
