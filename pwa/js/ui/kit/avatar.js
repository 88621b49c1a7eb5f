/**
 * Members as small circles: an initial in a colour that is the same everywhere.
 * @typedef {{account: string, name: string}} Person
 */
import { hueOf } from "../../lib/dom.js";
import { element } from "../../lib/patch.js";
import { initialOf } from "../../domain/members.js";

const SHOWN_MAX = 4;

/** @param {Person} person */
export function who({ account, name }) {
  const made = element(
    "span",
    { class: "who", role: "img", "aria-label": name, title: name },
    initialOf(name),
  );
  made.style.setProperty("--hue", String(hueOf(account)));
  return made;
}

/**
 * A circle beside a name.
 * @param {Person} person
 */
export function mark(person) {
  const made = who(person);
  for (const name of ["role", "aria-label", "title"]) made.removeAttribute(name);
  made.setAttribute("aria-hidden", "true");
  return made;
}

/**
 * Some of them side by side, and how many more.
 * @param {Person[]} people
 */
export function people(people) {
  const more = people.length - SHOWN_MAX;
  return element(
    "span",
    { class: "people" },
    ...people.slice(0, more > 0 ? SHOWN_MAX : undefined).map(who),
    more > 0 ? element("small", {}, `+${more}`) : "",
  );
}
