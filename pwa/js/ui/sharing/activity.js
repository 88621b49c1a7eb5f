/**
 * The activity in a space, from the server: person, change, time.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/spaces.js").Happened} Happened
 */
import { tool } from "../../lib/dom.js";
import { h, patch } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { toldBy, valueText } from "../../domain/history.js";
import { hrefOf } from "../../domain/routes.js";
import { attempt, problemLine } from "../kit/attempt.js";
import { avatarBesideName } from "../kit/avatar.js";
import { openDialog } from "../kit/dialog.js";
import { quietButton } from "../kit/settings_rows.js";
import { moment } from "../task/task_history.js";
import * as spaces from "../../api/spaces.js";

const VALUES_MAX = 2;

/**
 * @param {Context} context
 * @param {string} space
 */
export function openActivity(context, space) {
  new Activity(context, space).load();
}

class Activity {
  /** @type {Happened[] | null} null until loaded */
  changes = null;
  /** @type {string | null} */
  cursor = null;

  /**
   * @param {Context} context
   * @param {string} space
   */
  constructor(context, space) {
    this.context = context;
    this.space = space;
    this.problem = problemLine();
    this.box = openDialog(t("activity.title"), "side-sheet", []);
    this.box.id = "activity";
    this.#render();
  }

  /**
   * Loads earlier entries, newest first.
   * @param {Element | null} [pressed]
   */
  async load(pressed = null) {
    await attempt(this.context.session, pressed, this.problem, async () => {
      const page = await spaces.activityOf(this.space, this.cursor);
      this.changes = [...(this.changes ?? []), ...page.changes];
      this.cursor = page.next_cursor;
    });
    this.#render();
  }

  #render() {
    patch(this.box, [this.#header(), this.problem, h("section", {}, this.#list(), this.#earlier())]);
  }

  #header() {
    return h(
      "header",
      {},
      h("h1", {}, t("activity.title")),
      h("p", {}, this.context.view.nameOfSpace(this.space)),
      tool("close", t("action.close"), () => this.box.close()),
    );
  }

  #list() {
    return h(
      "ol",
      { role: "list", class: "happened", "aria-label": t("activity.title") },
      this.changes?.map((happened) => this.#entry(happened)),
      this.changes?.length === 0 && h("li", { key: "none" }, t("activity.none")),
    );
  }

  #earlier() {
    return this.cursor && quietButton(t("activity.earlier"), (event) => this.load(event.currentTarget));
  }

  /** @param {Happened} happened */
  #entry(happened) {
    const { account, name, title } = happened;
    const { text, atMs, values, who } = toldBy(happened);
    const others = values.filter(([, value]) => value !== title).slice(0, VALUES_MAX);
    return h(
      "li",
      { class: "comment" },
      avatarBesideName({ account: account ?? "", name: name || who }),
      h(
        "div",
        {},
        h("p", { class: "by-line" }, h("b", {}, who), h("small", {}, moment(atMs))),
        h("p", {}, text, title && ": ", this.#link(happened)),
        others.map(([field, value]) => h("q", {}, valueText(field, value, this.context.view.tasks))),
      ),
    );
  }

  /**
   * The name of a changed record, as a link if the record is here.
   * @param {Happened} happened
   */
  #link({ record, title = "" }) {
    const { route, tasks } = this.context.view;
    if (!record || !tasks.all.has(record)) return title;
    const href = hrefOf({ ...route, task: record });
    return h("a", { href, onclick: () => this.box.close() }, title);
  }
}
