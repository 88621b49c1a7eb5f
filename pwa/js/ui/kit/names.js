import { plural, t } from "../../i18n/i18n.js";

const LENGTH_MAX = 60;

/**
 * The name of tasks in a notice: one title, or the number of several.
 * @param {{title: string}[]} tasks
 */
export function namesOf(tasks) {
  if (tasks.length !== 1) return plural(tasks.length, "task.count");
  const [{ title }] = tasks;
  const short = title.length > LENGTH_MAX ? `${title.slice(0, LENGTH_MAX - 1)}…` : title;
  return t("task.named", { title: short });
}
