import { plural, t } from "../../lib/words.js";

const LENGTH_MAX = 60;

/**
 * Tasks as they are called in a notice: the title of one, the number of several.
 * @param {{title: string}[]} tasks
 */
export function namesOf(tasks) {
  if (tasks.length !== 1) return plural(tasks.length, "{n} task", "{n} tasks");
  const [{ title }] = tasks;
  const short = title.length > LENGTH_MAX ? `${title.slice(0, LENGTH_MAX - 1)}…` : title;
  return t("“{title}”", { title: short });
}
