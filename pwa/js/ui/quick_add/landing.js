/**
 * The target of a new task: values from its words, and from the route where it is added. Pure.
 * @typedef {import("../kit/view.js").View} View
 * @typedef {import("../../domain/quick_add/parser.js").Fact} Fact
 */
import { addDays, dayOf } from "../../lib/dates.js";
import { mayWrite } from "../../domain/members.js";

/**
 * @param {View} view
 * @param {string} title
 * @param {Fact[]} facts
 * @param {import("../../domain/routes.js").Route} route
 * @returns {import("../../domain/edits.js").NewTask}
 */
export function landingOf(view, title, facts, route) {
  const found = (/** @type {string} */ kind) => facts.find((fact) => fact.kind === kind)?.value;
  return {
    title,
    due: found("due") ?? dueAt(route, dayOf(view.now())),
    priority: found("priority") ?? Number(route.priority ?? 0),
    repeat: found("repeat") ?? null,
    list: found("list") ?? listAt(view, route),
    labels: labelsOf(view, facts, route.label),
  };
}

/**
 * @param {import("../../domain/routes.js").Route} route
 * @param {string} today
 */
function dueAt({ name, day }, today) {
  if (name === "today") return today;
  return name === "upcoming" ? (day ?? addDays(today, 1)) : null;
}

/**
 * @param {View} view
 * @param {import("../../domain/routes.js").Route} route
 */
function listAt({ tasks, store }, route) {
  const list = route.list ? tasks.lists.get(route.list) : undefined;
  return list && !list.deleted && mayWrite(store, list.space) ? list.id : null;
}

/**
 * Labels take the spelling of known labels.
 * @param {View} view
 * @param {Fact[]} facts
 * @param {string | null} filtered the label of the route
 */
function labelsOf({ tasks }, facts, filtered) {
  const known = [...tasks.labels().keys()];
  const spelled = (/** @type {string} */ value) =>
    known.includes(value)
      ? value
      : (known.find((label) => label.toLowerCase() === value.toLowerCase()) ?? value);
  const labels = facts.filter(({ kind }) => kind === "label").map(({ value }) => spelled(value));
  return [...new Set([...labels, ...(filtered ? [filtered] : [])])];
}

/**
 * The lists that tasks can be added to. Of two with the same name, the one in the person's current space
 * comes first. Each can also be named with its space.
 * @param {View} view
 * @returns {{id: string, name: string}[]}
 */
export function listsToAddTo(view) {
  const { tasks, store, spaceHere } = view;
  const nearness = (/** @type {{space: string}} */ { space }) =>
    space === spaceHere ? 2 : space === store.space ? 1 : 0;
  const open = tasks.liveLists().filter((list) => mayWrite(store, list.space));
  return open
    .toSorted((a, b) => nearness(b) - nearness(a))
    .flatMap(({ id, name, space }) => [
      { id, name },
      { id, name: `${name} (${view.nameOfSpace(space)})` },
    ]);
}
