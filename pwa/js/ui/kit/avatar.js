/**
 * People as small circles: an initial in a colour that is the same everywhere.
 * @typedef {{account: string, name: string}} Person
 */
import { hueOf } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { initialOf } from "../../domain/members.js";

const SHOWN_MAX = 4;

/**
 * @param {Person} person
 * @param {Record<string, any>} [more] properties
 */
export function who(person, more = {}) {
  return circle(person, { role: "img", "aria-label": person.name, title: person.name, ...more });
}

/**
 * A circle beside a name.
 * @param {Person} person
 */
export function mark(person) {
  return circle(person, { "aria-hidden": "true" });
}

/**
 * @param {Person} person
 * @param {Record<string, any>} more
 */
function circle({ account, name }, more) {
  return h("span", { class: "who", style: { "--hue": String(hueOf(account)) }, ...more }, initialOf(name));
}

/**
 * Some of them side by side, and how many more.
 * @param {Person[]} people
 */
export function people(people) {
  const more = people.length - SHOWN_MAX;
  const shown = people.slice(0, more > 0 ? SHOWN_MAX : undefined);
  return h(
    "span",
    { class: "people" },
    shown.map((person) => who(person)),
    more > 0 && h("small", {}, `+${more}`),
  );
}
