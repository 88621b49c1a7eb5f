/**
 * What happened in a space, as the server tells it: who, what, when.
 * @typedef {import("../../app.js").App} App
 */
import { tool } from "../../lib/dom.js";
import { element } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { toldBy, valueText } from "../../domain/history.js";
import { hrefOf } from "../../domain/routes.js";
import { openDialog } from "../kit/dialog.js";
import { errorText } from "../kit/error_messages.js";
import { moment } from "../task/task_history.js";
import { avatarBesideName } from "../kit/avatar.js";

/**
 * @param {App} app
 * @param {string} space
 */
export function openActivity(app, space) {
  const list = element("ol", { role: "list", class: "happened", "aria-label": t("What happened") });
  const problem = element("p", { class: "problem", role: "alert" });
  const more = element(
    "button",
    { class: "quiet is-accent", type: "button", hidden: true, onclick: () => load() },
    t("Earlier"),
  );
  /** @type {string | null} */
  let cursor = null;
  const box = openDialog(t("What happened"), "side-sheet", [
    element(
      "header",
      {},
      element("h1", {}, t("What happened")),
      element("p", {}, app.nameOfSpace(space)),
      tool("close", t("Close"), () => box.close()),
    ),
    problem,
    element("section", {}, list, more),
  ]);
  box.id = "activity";
  const load = async () => {
    problem.textContent = "";
    try {
      const page = await app.server.activityOf(space, cursor);
      list.append(...page.changes.map((happened) => entry(app, happened)));
      if (!list.childElementCount) list.append(element("li", {}, t("Nothing yet.")));
      cursor = page.next_cursor;
      more.hidden = !cursor;
    } catch (error) {
      problem.textContent = errorText(error);
    }
  };
  load();
}

/**
 * @param {App} app
 * @param {import("../../api/spaces.js").Happened} happened
 */
function entry(app, happened) {
  const { account, name, title, record } = happened;
  const { text, atMs, values, who: called } = toldBy(happened);
  const isHere = record && app.tasks.all.has(record);
  const named = isHere
    ? element(
        "a",
        {
          href: hrefOf({ ...app.route, task: record ?? null }),
          onclick: (/** @type {any} */ event) => event.currentTarget.closest("dialog").close(),
        },
        title ?? "",
      )
    : (title ?? "");
  return element(
    "li",
    { class: "comment" },
    avatarBesideName({ account: account ?? "", name: name || called }),
    element(
      "div",
      {},
      element("p", { class: "by-line" }, element("b", {}, called), element("small", {}, moment(atMs))),
      element("p", {}, text, title ? ": " : "", named),
      ...values
        .filter(([, value]) => value !== title)
        .slice(0, 2)
        .map(([field, value]) => element("q", {}, valueText(field, value, app.tasks))),
    ),
  );
}
