import { plural, t } from "../../i18n/i18n.js";

const LENGTH_MAX = 60;

/**
 * Tasks as they are called in a notice: the title of one, the number of several.
 * @param {{title: string}[]} tasks
 */
export function namesOf(tasks) {
  if (tasks.length !== 1) return plural(tasks.length, "task.count");
  const [{ title }] = tasks;
  const short = title.length > LENGTH_MAX ? `${title.slice(0, LENGTH_MAX - 1)}…` : title;
  return t("task.named", { title: short });
}
