/**
 * Members as small circles: an initial in a colour that is the same everywhere.
 * @typedef {{account: string, name: string}} Person
 */
import { hueOf } from "../../lib/dom.js";
import { create, h } from "../../lib/patch.js";
import { initialOf } from "../../domain/members.js";

const AVATARS_MAX = 4;

/** @param {Person} person */
export function avatar({ account, name }) {
  return circle(account, name, { role: "img", "aria-label": name, title: name });
}

/**
 * One beside a name, which says the same.
 * @param {Person} person
 */
export function avatarBesideName({ account, name }) {
  return circle(account, name, { "aria-hidden": "true" });
}

/**
 * Some of them side by side, and how many more.
 * @param {Person[]} members
 */
export function avatars(members) {
  const more = members.length - AVATARS_MAX;
  return h(
    "span",
    { class: "people" },
    ...members.slice(0, more > 0 ? AVATARS_MAX : undefined).map(avatar),
    more > 0 && h("small", {}, `+${more}`),
  );
}

/**
 * @param {string} account
 * @param {string} name
 * @param {Record<string, string>} more
 */
function circle(account, name, more) {
  return h("span", { class: "who", style: { "--hue": String(hueOf(account)) }, ...more }, initialOf(name));
}

/**
 * As elements, for views that hold them.
 * @param {Person} person
 * @returns {HTMLElement}
 */
export const who = (person) => create(avatar(person));
/**
 * @param {Person} person
 * @returns {HTMLElement}
 */
export const mark = (person) => create(avatarBesideName(person));
/**
 * @param {Person[]} members
 * @returns {HTMLElement}
 */
export const people = (members) => create(avatars(members));
