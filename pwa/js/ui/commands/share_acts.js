/**
 * What a person does with spaces: making, sharing a list, inviting, leaving. All of it but the sharing of a
 * list into a space that is there needs the server, and says so where it cannot be reached.
 * @typedef {import("./acting.js").Anchor} Anchor
 */
import { icon } from "../../lib/dom.js";
import { plural, t } from "../../lib/words.js";
import * as actions from "../../domain/edits.js";
import { shareList } from "../../domain/moves.js";
import { mayTakeOut, mayWrite, sectionsOf } from "../../domain/members.js";
import { HOME, hrefOf } from "../../domain/routes.js";
import { COMMANDS } from "./table.js";
import { askSure, askText } from "../kit/ask.js";
import { choose } from "../kit/menu.js";
import { MoveActs } from "./move_acts.js";
import { errorText } from "../kit/error_messages.js";
import { toast } from "../kit/toast.js";
import { avatars } from "../kit/avatar.js";

const ARRIVAL_MS = 10_000;
const STEP_MS = 50;
const SPACE_COMMANDS = ["members", "newList", "renameSpace", "activity", "leaveSpace", "deleteSpace"];

export class ShareActs extends MoveActs {
  /** @param {import("../../boot.js").Page} page */
  constructor(page) {
    super(page);
    /** @type {typeof import("../../api/spaces.js")} what the server is asked about spaces */
    this.server = /** @type {any} */ (null);
    /** @type {Set<string>} spaces that one has left oneself */
    this.left = new Set();
  }

  /**
   * The shared space that something stands for, else that of the list one is in.
   * @param {Anchor} [anchor]
   * @returns {string | null}
   */
  spaceAt(anchor) {
    const section = /** @type {HTMLElement | null | undefined} */ (anchor?.closest("[data-space]"));
    const space = section?.dataset.space ?? this.listHere()?.space;
    return space && this.isShared(space) ? space : null;
  }

  /** @param {Anchor} [anchor] */
  isOwner(anchor) {
    const space = this.spaceAt(anchor);
    return space !== null && this.store.roles[space] === "owner";
  }

  /**
   * Does what needs the server; what went wrong is said, and null comes.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | null>}
   */
  async online(work) {
    try {
      return await work();
    } catch (error) {
      toast(errorText(error));
      return null;
    }
  }

  /**
   * Everything that can be done with a space.
   * @param {Anchor} anchor
   */
  openSpaceMenu(anchor) {
    const space = this.spaceAt(anchor);
    if (!space) return;
    const wanted = SPACE_COMMANDS.map(
      (id) => /** @type {import("./table.js").Command} */ (COMMANDS.find((command) => command.id === id)),
    ).filter((command) =>
      command.id === "newList"
        ? mayWrite(this.store, space)
        : !["renameSpace", "deleteSpace"].includes(command.id) || this.isOwner(anchor),
    );
    choose({
      title: this.nameOfSpace(space),
      anchor,
      canSearch: false,
      options: wanted.map((command) => ({
        value: command,
        text: command.text(),
        icon: icon(command.icon ?? "more"),
        isDanger: command.id === "deleteSpace",
      })),
      onPick: (command) => command.run(/** @type {any} */ (this), [], anchor),
    });
  }

  /** @param {Anchor} anchor */
  newSpace(anchor) {
    if (!this.store.account) return this.#saySignIn();
    return askText({
      title: t("New space"),
      label: t("Name"),
      act: t("Make the space"),
      max: actions.NAME_MAX,
      anchor,
      onTry: (name) => this.#make(name),
      errorText,
      onDone: (_, space) => this.openMembers(space),
    });
  }

  /**
   * A new space, once it has come with a sync.
   * @param {string} name
   * @returns {Promise<string>} its id
   */
  async #make(name) {
    const { id } = await this.server.createSpace(name);
    await this.#arrival(id);
    return id;
  }

  /** @param {string} space */
  async #arrival(space) {
    for (let waited = 0; !(space in this.store.roles); waited += STEP_MS) {
      if (waited % 1_000 === 0) this.engine?.now();
      if (waited > ARRIVAL_MS) throw new Error(t("The space is made, and will be here with the next sync."));
      await new Promise((done) => setTimeout(done, STEP_MS));
    }
  }

  #saySignIn() {
    toast(t("Sharing needs an account, so that others know who you are."), t("Sign in"), () =>
      /** @type {any} */ (this).openAccount(),
    );
  }

  /**
   * Shares the list one is in: with a space that is there, or a new one of its name.
   * @param {Anchor} anchor
   */
  shareList(anchor) {
    const list = this.listHere();
    if (!list) return undefined;
    if (!this.store.account) return this.#saySignIn();
    if (this.isShared(list.space) && !mayTakeOut(this.store, list.space)) return this.openMembers(list.space);
    const spaces = sectionsOf(this.tasks, this.store).filter(
      ({ space, isShared, isReadOnly }) => isShared && !isReadOnly && space !== list.space,
    );
    const isIn = this.isShared(list.space);
    return choose({
      title: isIn
        ? t("Move “{list}” to", { list: list.name })
        : t("Share “{list}” with", { list: list.name }),
      anchor,
      canSearch: false,
      options: [
        ...(isIn
          ? [
              {
                value: "here",
                text: t("Members of “{space}”…", { space: this.nameOfSpace(list.space) }),
                icon: icon("share"),
              },
              { value: this.store.space, text: t("Personal"), icon: icon("person") },
            ]
          : []),
        ...spaces.map(({ space, name, members }) => ({
          value: space,
          text: name,
          icon: avatars(members.slice(0, 1)),
          note: members.map((member) => member.name).join(", "),
        })),
        { value: "new", text: t("New space…"), icon: icon("plus") },
      ],
      onPick: (space) =>
        space === "new"
          ? this.#shareAnew(list, anchor)
          : space === "here"
            ? this.openMembers(list.space)
            : this.#shareWith(list.id, space),
    });
  }

  /**
   * @param {import("../../domain/tasks.js").List} list
   * @param {Anchor} anchor
   */
  #shareAnew(list, anchor) {
    askText({
      title: t("Share “{list}”", { list: list.name }),
      label: t("Name of the new space"),
      value: list.name,
      act: t("Make the space"),
      max: actions.NAME_MAX,
      anchor,
      onTry: (name) => this.#make(name),
      errorText,
      onDone: async (_, space) => (await this.#shareWith(list.id, space)) && this.openMembers(space),
    });
  }

  /**
   * The list with its tasks goes to a space, in one step.
   * @param {string} id
   * @param {string} space
   */
  #shareWith(id, space) {
    const list = this.tasks.lists.get(id);
    if (!list) return null;
    const text = this.isShared(space)
      ? t("“{list}” is shared with “{space}”", { list: list.name, space: this.nameOfSpace(space) })
      : t("“{list}” is yours alone again", { list: list.name });
    return this.act(text, shareList(this.tasks, list, space, this.now().toISOString(), this.shown));
  }

  /** @param {string | null} space */
  async openMembers(space) {
    const { openMembers } = await this.page.more();
    if (space) openMembers(/** @type {any} */ (this), space);
  }

  /** @param {string | null} space */
  async openActivity(space) {
    const { openActivity } = await this.page.more();
    if (space) openActivity(/** @type {any} */ (this), space);
  }

  /** @param {Anchor} anchor */
  renameSpace(anchor) {
    const space = this.spaceAt(anchor);
    if (!space) return;
    askText({
      title: t("Rename the space"),
      label: t("Name"),
      value: this.nameOfSpace(space),
      act: t("Rename"),
      max: actions.NAME_MAX,
      anchor,
      errorText,
      onTry: (name) => this.server.renameSpace(space, name),
      onDone: () => this.engine?.now(),
    });
  }

  /** @param {Anchor} anchor */
  leaveSpace(anchor) {
    const space = this.spaceAt(anchor);
    if (space) this.askToLeave(space);
  }

  /** @param {string} space */
  askToLeave(space) {
    askSure({
      title: t("Leave “{space}”?", { space: this.nameOfSpace(space) }),
      text: t("Its lists and tasks go from your devices. To come back you need a new invite."),
      act: t("Leave"),
      errorText,
      onTry: () => this.leave(space),
    });
  }

  /** @param {string} space */
  async leave(space) {
    this.left.add(space);
    await this.server.leaveSpace(space).catch((error) => {
      this.left.delete(space);
      throw error;
    });
    this.#goFrom(space);
    this.engine?.now();
  }

  /** @param {Anchor} anchor */
  deleteSpace(anchor) {
    const space = this.spaceAt(anchor);
    if (!space) return;
    const lists = this.tasks.liveLists().filter((list) => list.space === space);
    const count = this.tasks.live((task) => this.tasks.spaceOf(task) === space).length;
    const others = this.tasks.members.of(space).filter(({ account }) => account !== this.account?.id);
    const named = lists.length
      ? t("With it vanish, for everyone: {lists}.", {
          lists: lists.map(({ name }) => `“${name}”`).join(", "),
        })
      : "";
    askSure({
      title: t("Delete “{space}”?", { space: this.nameOfSpace(space) }),
      act: t("Delete"),
      errorText,
      onTry: () => this.#delete(space),
      text: [
        named,
        plural(count, "{n} task", "{n} tasks") + ".",
        others.length
          ? t("It is shared with {names}.", { names: others.map(({ name }) => name).join(", ") })
          : "",
        t("For 30 days it can be brought back."),
      ]
        .filter(Boolean)
        .join(" "),
    });
  }

  /** @param {string} space */
  async #delete(space) {
    const name = this.nameOfSpace(space);
    this.left.add(space);
    await this.server.deleteSpace(space).catch((error) => {
      this.left.delete(space);
      throw error;
    });
    this.#goFrom(space);
    this.engine?.now();
    toast(t("“{space}” deleted", { space: name }), t("Bring back"), () => this.#bringBack(space));
  }

  /** @param {string} space */
  #goFrom(space) {
    if (this.listHere()?.space === space) this.go(HOME);
  }

  /**
   * Chooses among the spaces that one has deleted.
   * @param {Anchor} anchor
   */
  async restoreSpace(anchor) {
    const found = await this.online(() => this.server.deletedSpaces());
    if (!found) return;
    if (!found.spaces.length) return toast(t("There is no deleted space to bring back."));
    choose({
      title: t("Bring back"),
      anchor,
      canSearch: false,
      options: found.spaces.map(({ id, name }) => ({ value: id, text: name, icon: icon("undo") })),
      onPick: (id) => this.#bringBack(id),
    });
  }

  /** @param {string} space */
  async #bringBack(space) {
    const isBack = await this.online(async () => {
      await this.server.restoreSpace(space);
      this.left.delete(space);
      await this.#arrival(space);
      return true;
    });
    if (isBack) toast(t("“{space}” is back", { space: this.nameOfSpace(space) }));
  }

  /**
   * Tells once of spaces that one is no longer in.
   * @param {Map<string, string>} gone names by id
   */
  tellRemoved(gone) {
    for (const [space, name] of gone) {
      if (this.left.delete(space)) continue;
      toast(
        this.store.rejected.some(({ entry }) => entry.space === space)
          ? t("You are no longer in “{space}”. What had not been sent is in the sync sheet.", { space: name })
          : t("You are no longer in “{space}”", { space: name }),
      );
      this.leaveGone();
    }
  }

  /**
   * From a list that is there no more, unless one is typing in a task of it; who is typing a new one goes on
   * typing.
   */
  leaveGone() {
    if (this.route.name !== "list" || this.listHere()) return;
    if (this.pane?.heldId)
      return this.route.task ? this.go(hrefOf({ ...this.route, task: null }), true) : undefined;
    const field = /** @type {HTMLElement | null} */ (document.activeElement);
    this.go(hrefOf({ name: "today" }), true);
    if (field?.id === "quick-title") this.afterRender(() => field.focus());
  }
}
