/**
 * Members as small circles: an initial in a colour that is the same everywhere.
 * @typedef {{account: string, name: string}} Person
 */
import { hueOf } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { initialOf } from "../../domain/members.js";

const AVATARS_MAX = 4;

/**
 * @param {Person} person
 * @param {Record<string, any>} [more] properties
 */
export function avatar(person, more = {}) {
  return circle(person, { role: "img", "aria-label": person.name, title: person.name, ...more });
}

/**
 * An avatar beside a name; hidden from screen readers, since the name is enough.
 * @param {Person} person
 */
export function avatarBesideName(person) {
  return circle(person, { "aria-hidden": "true" });
}

/**
 * Some avatars side by side, and the number of the others.
 * @param {Person[]} members
 */
export function avatars(members) {
  const more = members.length - AVATARS_MAX;
  const first = members.slice(0, more > 0 ? AVATARS_MAX : undefined);
  const rest = more > 0 && h("small", {}, `+${more}`);
  return h("span", { class: "people" }, ...first.map((member) => avatar(member)), rest);
}

/**
 * The people who are here now, each with a mark; the one who has just left fades out.
 * @param {(Person & {isLeaving: boolean})[]} people
 */
export function presentAvatars(people) {
  const more = people.length - AVATARS_MAX;
  const shown = people.slice(0, more > 0 ? AVATARS_MAX : undefined).map(({ isLeaving, ...person }) => {
    const text = t("member.here", { name: person.name });
    const key = person.account;
    if (isLeaving) return circle(person, { key, class: "who is-here is-leaving", "aria-hidden": "true" });
    return avatar(person, { key, class: "who is-here", "aria-label": text, title: text });
  });
  return h("span", { class: "people", key: "here" }, ...shown, more > 0 && h("small", {}, `+${more}`));
}

/**
 * @param {Person} person
 * @param {Record<string, any>} more
 */
function circle({ account, name }, more) {
  const hue = String(hueOf(account));
  return h("span", { class: "who", style: { "--hue": hue }, ...more }, initialOf(name));
}
