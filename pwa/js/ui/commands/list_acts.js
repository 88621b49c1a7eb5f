/**
 * What a person can do with lists and places.
 * @typedef {import("./acting.js").Task} Task
 * @typedef {import("./acting.js").Anchor} Anchor
 * @typedef {import("../../lib/patch.js").Shown} Shown
 */
import { icon, isNarrow } from "../../lib/dom.js";
import { t } from "../../lib/words.js";
import * as actions from "../../domain/edits.js";
import { DUES, HOME, SORTS, hrefOf } from "../../domain/routes.js";
import { mayWrite } from "../../domain/members.js";
import { Acting } from "./acting.js";
import { COMMANDS, keysText } from "./table.js";
import { askSure, askText } from "../kit/ask.js";
import { choose } from "../kit/menu.js";
import { dot, priorityText, statusText } from "../list/row.js";
import { DUE_TEXTS } from "../frame/heading.js";
import { avatarBesideName } from "../kit/avatar.js";

export class ListActs extends Acting {
  /** @param {Anchor} anchor */
  newList(anchor) {
    const section = /** @type {HTMLElement | null | undefined} */ (anchor?.closest("[data-space]"));
    const space = section ? section.dataset.space || this.store.space : this.spaceHere();
    askText({
      title: t("New list"),
      label: t("Name"),
      act: t("Make the list"),
      max: actions.NAME_MAX,
      anchor,
      onDone: async (name) => {
        const edit = actions.createList(space, name, actions.lastKey([...this.tasks.lists.values()]));
        if (await this.act(t("List “{name}” made", { name }), [edit], { isQuiet: true }))
          this.go(hrefOf({ name: "list", list: edit.id }));
      },
    });
  }

  /** The list that is shown. */
  listHere() {
    return this.route.list ? this.tasks.lists.get(this.route.list) : undefined;
  }

  /** Whether a list is shown that one may change. */
  hasOwnList() {
    const list = this.listHere();
    return list !== undefined && mayWrite(this.store, list.space);
  }

  /**
   * @param {import("../../domain/tasks.js").Task[]} _chosen
   * @returns {import("../kit/menu.js").Option[]}
   */
  homes(_chosen) {
    return [];
  }

  /** @param {Anchor} anchor */
  renameList(anchor) {
    const list = this.listHere();
    if (!list) return;
    const begun = this.store.begin(list.id);
    askText({
      title: t("Rename the list"),
      label: t("Name"),
      value: list.name,
      act: t("Rename"),
      max: actions.NAME_MAX,
      anchor,
      onDone: (name) =>
        this.act(
          t("List renamed to “{name}”", { name }),
          actions.change([list], { name: actions.cut(name, actions.NAME_MAX) }, () => begun),
        ),
    });
  }

  async removeList() {
    const list = this.listHere();
    if (!list) return;
    if (!this.isShared(list.space)) return this.#remove(list);
    askSure({
      title: t("Delete “{list}”?", { list: list.name }),
      text: t("It goes into the trash, with its tasks, for everyone in “{space}”.", {
        space: this.nameOfSpace(list.space),
      }),
      act: t("Delete"),
      onTry: () => this.#remove(list),
    });
  }

  /** @param {import("../../domain/tasks.js").List} list */
  async #remove(list) {
    this.go(HOME);
    await this.act(
      t("List “{name}” deleted, with its tasks", { name: list.name }),
      actions.removeList(list, this.now(), () => this.store.begin(list.id)),
    );
  }

  /** @param {string | null} [id] of another list than the one shown */
  restoreList(id = this.route.list) {
    const list = id ? this.tasks.lists.get(id) : undefined;
    if (list)
      this.act(
        t("List “{name}” restored", { name: list.name }),
        actions.change([list], { deleted: null }, () => this.store.begin(list.id)),
      );
  }

  toggleBoard() {
    if (this.route.name === "list")
      this.go(hrefOf({ ...this.route, isBoard: !this.route.isBoard, task: null }));
  }

  /** @param {Anchor} anchor */
  chooseList(anchor) {
    choose({
      title: t("Lists"),
      anchor,
      options: this.homes([]),
      canSearch: true,
      onPick: (list) => this.go(hrefOf(list ? { name: "list", list } : { name: "inbox" })),
    });
  }

  /** @param {Anchor} anchor */
  chooseSort(anchor) {
    const texts = {
      order: t("By hand"),
      due: t("By due date"),
      priority: t("By priority"),
      created: t("Newest first"),
    };
    choose({
      title: t("Sort by"),
      anchor,
      options: SORTS.map((sort) => ({
        value: sort,
        text: texts[/** @type {"due"} */ (sort)],
        isChecked: (this.route.sort ?? "order") === sort,
      })),
      onPick: (sort) =>
        this.go(
          hrefOf({
            ...this.route,
            sort: sort === "order" && this.isOrderedByNature() ? null : sort,
            task: null,
          }),
        ),
    });
  }

  isOrderedByNature() {
    return ["list", "inbox"].includes(this.route.name);
  }

  /**
   * Whom tasks may be assigned to, where one shares anything.
   * @returns {[string, string, Shown][]}
   */
  #assignees() {
    const all = this.tasks.members.everyone(this.store);
    if (!all.length) return [];
    const others = all.filter(({ account }) => account !== this.account?.id);
    return [
      ["me", t("Assigned to me"), icon("person")],
      ...others.map(
        (member) =>
          /** @type {[string, string, Shown]} */ ([
            member.account,
            t("Assigned to {name}", { name: member.name }),
            avatarBesideName(member),
          ]),
      ),
      ["none", t("Assigned to nobody"), icon("person")],
    ];
  }

  /** @param {Anchor} anchor */
  chooseFilter(anchor) {
    const option = (
      /** @type {string} */ key,
      /** @type {string} */ value,
      /** @type {string} */ text,
      /** @type {Shown} */ mark = null,
    ) => ({
      value: [key, value],
      text,
      icon: mark,
      isChecked: /** @type {any} */ (this.route)[key] === value,
    });
    choose({
      title: t("Filter"),
      anchor,
      canSearch: true,
      options: [
        ...["pending", "in_progress", "completed"].map((status) =>
          option("status", status, statusText(status)),
        ),
        ...DUES.map((due) => option("due", due, DUE_TEXTS[/** @type {"week"} */ (due)]())),
        ...[3, 2, 1].map((priority) =>
          option("priority", String(priority), `${priorityText(priority)} ${"!".repeat(priority)}`),
        ),
        ...this.#assignees().map(([value, text, mark]) => option("assignee", value, text, mark)),
        ...[...this.tasks.labels().keys()].map((label) => option("label", label, label, dot(label))),
      ],
      onPick: ([key, value]) =>
        this.go(
          hrefOf({
            ...this.route,
            [key]: /** @type {any} */ (this.route)[key] === value ? null : value,
            task: null,
          }),
        ),
    });
  }

  /** @param {Anchor} anchor */
  openPlaceMenu(anchor) {
    const ids = [
      "sort",
      "filter",
      "selectAll",
      "board",
      "shareList",
      "members",
      "activity",
      "renameList",
      "removeList",
      "newSpace",
      "undo",
      "redo",
      "palette",
      "help",
      "print",
      "goCompleted",
      "goTrash",
      "goSettings",
    ];
    const wanted = ids
      .map(
        (id) => /** @type {import("./table.js").Command} */ (COMMANDS.find((command) => command.id === id)),
      )
      .filter((command) => command.when?.(/** @type {any} */ (this), []) ?? true);
    choose({
      title: t("More"),
      anchor,
      canSearch: false,
      options: wanted.map((command) => ({
        value: command,
        text: command.text(),
        icon: icon(command.icon ?? "more"),
        keys: isNarrow() ? undefined : keysText(command.keys?.[0]),
      })),
      onPick: (command) => command.run(/** @type {any} */ (this), [], anchor),
    });
  }
}
