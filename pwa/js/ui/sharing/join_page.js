/**
 * What a link shows: an invitation into a shared space, or to make an account. The link's word stands in the
 * fragment, which browsers send to nobody, and is gone from the address once it has been used.
 * @typedef {import("../../app.js").App} App
 */
import { element, patch } from "../../lib/patch.js";
import { tabStorage } from "../../lib/web_storage.js";
import { t } from "../../lib/words.js";
import { HOME, hrefOf } from "../../domain/routes.js";
import { byOrder, valuesOf } from "../../domain/tasks.js";
import { act, acts, attempt, button, problemLine, problemText } from "../kit/forms.js";
import { toast } from "../kit/toast.js";

const ARRIVAL_MS = 8_000;
const LIST_MS = 1_500;
const STEP_MS = 50;
const TOLD_KEY = "driftless.told";
const ROLES = /** @type {Record<string, () => string>} */ ({
  viewer: () => t("You will see everything in it, and change nothing."),
  editor: () => t("You will see everything in it, and add and change tasks."),
  owner: () => t("You will be one of its owners, and may invite others."),
});

export class JoinPage {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.root = element("section", { class: "invitation" });
    this.problem = problemLine();
    this.token = "";
    this.shownTo = /** @type {string | null | undefined} */ (undefined);
    /** @type {import("../../api/invites.js").Preview | null} */
    this.preview = null;
  }

  arrive() {
    this.shownTo = undefined;
  }

  /** Again where another link was opened, or another person is here. */
  render() {
    const token = location.hash.slice(1);
    const person = this.app.account?.id ?? null;
    if (token === this.token && person === this.shownTo) return;
    if (token !== this.token) this.preview = null;
    this.token = token;
    this.shownTo = person;
    if (!token)
      return this.#show(
        [t("This link is not whole."), t("Copy all of it, or ask for it again.")],
        this.#home(),
      );
    if (person && this.preview) return this.#offer(this.preview, true); // signing in may just have used it up
    this.#ask();
  }

  async #ask() {
    const { token } = this;
    try {
      const { server } = this.app.session;
      const [preview, options] = await Promise.all([
        server.previewInvite(token),
        this.app.account ? null : server.options(),
      ]);
      if (token === this.token) this.#offer(preview, options?.registration !== "closed");
    } catch (error) {
      if (token === this.token) this.#explain(error);
    }
  }

  /** @param {any} error */
  #explain(error) {
    const isUnreached = error.status === 0 || error.status === 429 || error.status >= 500;
    const todo = isUnreached
      ? t("The invitation waits. Nothing of it is lost.")
      : t("Ask whoever sent the link for another one.");
    this.#show(
      [problemText(error), todo],
      isUnreached ? button(t("Try again"), () => this.#ask()) : "",
      this.#home(),
    );
  }

  /**
   * @param {import("../../api/invites.js").Preview} preview
   * @param {boolean} mayMake whether accounts are made here at all
   */
  #offer(preview, mayMake) {
    this.preview = preview;
    if (!preview.space_name) return this.#invited(mayMake);
    const words = [invitedText(preview), (ROLES[preview.role ?? ""] ?? ROLES.viewer)()];
    if (this.app.account)
      return this.#show(
        words,
        this.#joining(),
        act(t("Not now"), () => this.app.go(HOME, true)),
      );
    if (!mayMake)
      return this.#show(
        [...words, t("Sign in, and you are in it. New accounts are not taken on this server.")],
        this.#wayIn("sign-in", t("Sign in"), "button is-main"),
      );
    this.#show(
      [...words, t("Sign in, or make an account, and you are in it.")],
      this.#wayIn("sign-up", t("Make an account"), "button is-main"),
      this.#wayIn("sign-in", t("Sign in"), "button"),
    );
  }

  #joining() {
    const join = button(t("Join"), () => attempt(this.app, join, this.problem, () => this.#join()), {
      class: "button is-main",
    });
    return join;
  }

  /** @param {string} [joined] the space, where signing up has joined it */
  async #join(joined) {
    const space = joined ?? (await this.app.session.server.acceptInvite({ token: this.token })).space_id;
    await enter(this.app, space, this.preview?.space_name ?? "");
  }

  /**
   * @param {"sign-in" | "sign-up"} mode
   * @param {string} words
   * @param {string} kind
   */
  #wayIn(mode, words, kind) {
    const onDone = (/** @type {string | undefined} */ joined) =>
      this.#join(joined).catch((error) => this.#explain(error));
    return button(words, () => this.app.openAccount({ mode, invite: this.token, onDone }), {
      class: kind,
      "aria-haspopup": "dialog",
    });
  }

  /**
   * To make an account.
   * @param {boolean} mayMake
   */
  #invited(mayMake) {
    if (this.app.account)
      return this.#show(
        [t("You have an account on this server already."), t("The link is for someone who has none yet.")],
        this.#home(),
      );
    if (!mayMake)
      return this.#show(
        [t("New accounts are not taken on this server."), t("Ask whoever sent the link for another one.")],
        this.#home(),
      );
    const words = [
      t("You are invited to make an account on {host}.", { host: location.host }),
      t("Your tasks are then on all your devices, and can be shared."),
    ];
    const onDone = () => this.app.go(HOME, true);
    this.#show(
      words,
      button(
        t("Make an account"),
        () => this.app.openAccount({ mode: "sign-up", invite: this.token, onDone }),
        { class: "button is-main", "aria-haspopup": "dialog" },
      ),
      this.#home(),
    );
  }

  #home() {
    return act(t("Go to Today"), () => this.app.go(HOME, true));
  }

  /**
   * @param {string[]} words the first is the news
   * @param {...(HTMLElement | "")} choices
   */
  #show([news, ...rest], ...choices) {
    this.problem = problemLine();
    patch(this.root, [
      element("p", { class: "news", role: "status" }, news),
      ...rest.map((words) => element("p", {}, words)),
      this.problem,
      acts(...choices),
    ]);
  }
}

/** @param {{invited_by: string, space_name: string | null}} invite */
export function invitedText({ invited_by: who, space_name }) {
  const space = space_name ?? "";
  return who
    ? t("{who} invites you to “{space}”.", { who, space })
    : t("You are invited to “{space}”.", { space });
}

/**
 * Goes to the first list of a space that was just joined, once it has arrived.
 * @param {App} app
 * @param {string} space
 * @param {string} name
 */
export async function enter(app, space, name) {
  app.engine?.now();
  await until(() => space in app.store.roles, ARRIVAL_MS);
  await until(() => firstList(app, space) !== undefined, LIST_MS);
  const list = firstList(app, space);
  app.go(list ? hrefOf({ name: "list", list: list.id }) : HOME, true);
  toast(t("You are in “{space}” now.", { space: name }));
}

/**
 * @param {App} app
 * @param {string} space
 */
function firstList(app, space) {
  return [...app.tasks.lists.values()]
    .filter((list) => list.space === space && !list.deleted)
    .sort(byOrder)[0];
}

/**
 * @param {() => boolean} isSo
 * @param {number} mostMs
 */
async function until(isSo, mostMs) {
  for (let waited = 0; !isSo() && waited < mostMs; waited += STEP_MS)
    await new Promise((done) => setTimeout(done, STEP_MS));
}

/**
 * What a space is called, as it came by sync: its record has its id.
 * @param {App} app
 * @param {string} space
 */
export function spaceName(app, space) {
  const record = app.store.shown.get(space);
  return record ? String(valuesOf(record).name ?? "") : t("A space");
}

/**
 * Says quietly, once in a tab, that an invitation waits.
 * @param {App} app
 */
export async function tellInvites(app) {
  if (!app.account || app.page.isLocked) return;
  const invites = await app.session.server.invites().catch(() => []);
  const ids = invites.map(({ id }) => id).join();
  if (!ids || tabStorage.get(TOLD_KEY) === ids || app.route.name === "join" || app.route.part === "account")
    return;
  tabStorage.set(TOLD_KEY, ids);
  toast(invitedText(invites[0]), t("See it"), () =>
    app.go(`${hrefOf({ name: "settings", part: "account" })}#invites`),
  );
}
