/**
 * Where tasks are and whose: adding, moving and copying them, into lists of all spaces, and assigning them.
 * @typedef {import("./acting.js").Task} Task
 * @typedef {import("./acting.js").Anchor} Anchor
 * @typedef {import("./acting.js").EditBase} EditBase
 * @typedef {import("./acting.js").Edit} Edit
 * @typedef {string | null | {name: string, space: string}} Home  a list, the Inbox, or a list to be made
 */
import { icon } from "../../lib/dom.js";
import { plural, t } from "../../lib/words.js";
import * as actions from "../../domain/edits.js";
import { isElsewhere, copyTo, moveTo, spaceOfList } from "../../domain/moves.js";
import { mayTakeOut, mayWrite, sectionsOf } from "../../domain/members.js";
import { ListActs } from "./list_acts.js";
import { choose } from "../kit/menu.js";
import { dot } from "../list/row.js";
import { toast } from "../kit/toast.js";
import { avatarBesideName } from "../kit/avatar.js";

export class MoveActs extends ListActs {
  /**
   * @param {Task[]} chosen
   * @param {Anchor} anchor
   */
  chooseHome(chosen, anchor) {
    const begun = this.begunOf(chosen);
    this.#pickHome(t("Move to"), chosen, anchor, (home) => this.moveTo(this.again(chosen), home, begun));
  }

  /**
   * @param {Task[]} chosen
   * @param {Anchor} anchor
   */
  chooseCopy(chosen, anchor) {
    this.#pickHome(t("Copy to"), chosen, anchor, (home) => this.#copyTo(chosen, home));
  }

  /**
   * @param {string} title
   * @param {Task[]} chosen
   * @param {Anchor} anchor
   * @param {(home: Home) => unknown} onPick
   */
  #pickHome(title, chosen, anchor, onPick) {
    const space = this.spaceHere();
    choose({
      title,
      anchor,
      options: this.homes(chosen, true),
      canSearch: true,
      onPick,
      make: (text) => ({
        value: { name: text, space },
        text: t("New list “{name}”", { name: text }),
        icon: icon("plus"),
      }),
    });
  }

  /**
   * Moves tasks; out of a space where only owners may take things away it offers to copy them.
   * @param {Task[]} chosen
   * @param {Home} home
   * @param {(id: string) => EditBase} begun
   */
  moveTo(chosen, home, begun) {
    const { made, list, space, name } = this.#landing(home);
    const isKept = (/** @type {Task} */ task) =>
      isElsewhere(this.tasks, task, space, this.store.space) &&
      !mayTakeOut(this.store, this.tasks.spaceOf(task));
    if (chosen.some(isKept)) {
      return toast(
        t("Only owners of “{space}” take tasks out of it. A copy is always possible.", {
          space: this.nameOfSpace(this.tasks.spaceOf(chosen[0])),
        }),
        t("Copy"),
        () => this.#copyTo(this.again(chosen), home),
      );
    }
    return this.act(t("{names} moved to {list}", { names: this.named(chosen), list: name }), [
      ...made,
      ...moveTo(this.tasks, chosen, list, this.store.space, begun, space),
    ]);
  }

  /**
   * @param {Task[]} chosen
   * @param {Home} home
   */
  #copyTo(chosen, home) {
    const { made, list, space, name } = this.#landing(home);
    return this.act(t("{names} copied to {list}", { names: this.named(chosen), list: name }), [
      ...made,
      ...copyTo(this.tasks, chosen, list, space),
    ]);
  }

  /**
   * @param {Home} home
   * @returns {{made: Edit[], list: string | null, space: string, name: string}}
   */
  #landing(home) {
    if (home !== null && typeof home === "object") {
      const made = actions.createList(home.space, home.name, actions.lastKey([...this.tasks.lists.values()]));
      return { made: [made], list: made.id, space: home.space, name: home.name };
    }
    const list = home ? this.tasks.lists.get(home) : null;
    return {
      made: [],
      list: home,
      space: spaceOfList(this.tasks, home, this.store.space),
      name: list ? this.tasks.nameOfList(list) : t("Inbox"),
    };
  }

  /**
   * The Inbox and all lists, by space.
   * @param {Task[]} chosen
   * @param {boolean} [isToWrite] only where one may
   * @returns {import("../kit/menu.js").Option[]}
   */
  homes(chosen, isToWrite = false) {
    const isAt = (/** @type {string | null} */ id) =>
      chosen.length > 0 && chosen.every((task) => this.tasks.homeOf(task) === id);
    const sections = sectionsOf(this.tasks, this.store).filter(
      (section) => !isToWrite || !section.isReadOnly,
    );
    return [
      { value: null, text: t("Inbox"), icon: icon("inbox"), isChecked: isAt(null) },
      ...sections.flatMap((section) =>
        section.lists.map(({ id, name }) => ({
          value: id,
          text: name,
          icon: dot(name),
          isChecked: isAt(id),
          group: section.isShared ? section.name : "",
        })),
      ),
    ];
  }

  /**
   * @param {Task[]} chosen
   * @param {Anchor} anchor
   */
  chooseAssignee(chosen, anchor) {
    const begun = this.begunOf(chosen);
    const [space] = chosen.map((task) => this.tasks.spaceOf(task));
    const members = this.tasks.members
      .of(space)
      .filter(({ account }) =>
        chosen.every((task) => this.tasks.members.find(this.tasks.spaceOf(task), account)),
      );
    const isAt = (/** @type {string | null} */ account) =>
      chosen.every((task) => (this.tasks.assigneeOf(task)?.account ?? null) === account);
    choose({
      title: t("Assign to"),
      anchor,
      options: [
        ...members.map((member) => ({
          value: member.account,
          text: member.account === this.account?.id ? t("{name} (you)", { name: member.name }) : member.name,
          icon: avatarBesideName(member),
          isChecked: isAt(member.account),
        })),
        { value: null, text: t("Nobody"), icon: icon("person"), isChecked: isAt(null) },
      ],
      onPick: (assignee) => this.#assign(this.again(chosen), assignee, begun),
    });
  }

  /**
   * @param {Task[]} chosen
   * @param {string | null} assignee
   * @param {(id: string) => EditBase} begun
   */
  #assign(chosen, assignee, begun) {
    const names = this.named(chosen);
    const text = assignee
      ? t("{names} assigned to {name}", { names, name: this.tasks.members.nameOf(assignee) })
      : t("{names} assigned to nobody", { names });
    return this.act(text, actions.change(chosen, { assignee }, begun));
  }

  /**
   * Whether there is someone to assign tasks to.
   * @param {Task[]} chosen
   */
  isAssignable(chosen) {
    return chosen.every((task) => this.isShared(this.tasks.spaceOf(task)));
  }

  /**
   * Saves new tasks, on top of their list and in its space; one of depth 1 becomes part of the last one of
   * depth 0.
   * @param {(import("../../domain/edits.js").NewTask & {depth?: number})[]} given
   * @param {boolean} [isQuiet]
   */
  async addTasks(given, isQuiet = false) {
    const orders = actions.keysOnTop([...this.tasks.all.values()], given.length);
    /** @type {Edit[]} */
    const edits = [];
    let top = /** @type {Edit | null} */ (null);
    for (const [index, { depth, ...task }] of given.entries()) {
      const above = depth && top ? top : null;
      const list = above ? /** @type {string | null} */ (above.set.list) : (task.list ?? null);
      const edit = actions.create(
        spaceOfList(this.tasks, list, this.store.space),
        { ...task, list, parent: above?.id ?? null },
        orders[index],
        this.now().toISOString(),
        task.id,
      );
      if (!depth) top = edit;
      edits.push(edit);
    }
    return {
      edits,
      step: await this.act(plural(edits.length, "{n} task added", "{n} tasks added"), edits, { isQuiet }),
    };
  }

  /**
   * @param {Task} parent
   * @param {string[]} titles
   * @returns {Promise<boolean>}
   */
  async addSubtasks(parent, titles) {
    let last = actions.lastKey(this.tasks.subtasksOf(parent.id));
    const edits = titles.map((title) => {
      const edit = actions.create(
        this.tasks.spaceOf(parent) || this.store.space,
        { title, parent: parent.id, list: parent.list },
        last,
        this.now().toISOString(),
      );
      last = actions.lastKey([{ order: last }]);
      return edit;
    });
    return Boolean(
      await this.act(plural(edits.length, "{n} subtask added", "{n} subtasks added"), edits, {
        isQuiet: edits.length === 1,
      }),
    );
  }

  /**
   * What of some tasks one may change.
   * @param {Task[]} chosen
   */
  writable(chosen) {
    return chosen.filter((task) => mayWrite(this.store, this.tasks.spaceOf(task)));
  }
}
