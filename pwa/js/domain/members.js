/**
 * Spaces and their members, from the records that the server writes.
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {import("./task.js").List} List
 * @typedef {import("./task.js").Task} Task
 * @typedef {{id: string, space: string, account: string, name: string, role: string, isGone: boolean}} Member
 * @typedef {{space: string, name: string, isShared: boolean, isReadOnly: boolean, lists:
 *   List[], members: Member[]}} Section  of the sidebar
 * @typedef {{personal: string | null, roles: Record<string, string>}} Rights  the account's own space, and
 *   its role in each space
 */
import { atLeast } from "../core/roles.js";
import { t } from "../i18n/i18n.js";
import { valuesOf } from "./values.js";

/** @type {Member[]} */
const NOBODY = [];

export class Members {
  constructor() {
    /** @type {Map<string, string>} names of spaces by id */
    this.names = new Map();
    /** @type {Map<string, Member>} by the id of their record */
    this.members = new Map();
    /** @type {Map<string, Member[]>} by space, filled on demand */
    this.bySpace = new Map();
  }

  clear() {
    this.names.clear();
    this.members.clear();
    this.bySpace.clear();
  }

  /**
   * Adds or replaces a record, or removes it if there is none.
   * @param {string} id
   * @param {Rec | undefined} record
   */
  take(id, record) {
    if (record?.kind === "space") this.names.set(id, String(valuesOf(record).name ?? ""));
    else this.names.delete(id);
    if (this.members.delete(id) || record?.kind === "member") this.bySpace.clear();
    if (record?.kind === "member") this.members.set(id, memberOf(record));
  }

  /**
   * The current members of a space, by name.
   * @param {string} space
   * @returns {Member[]}
   */
  of(space) {
    const known = this.bySpace.get(space);
    if (known) return known;
    const found = [...this.members.values()]
      .filter((member) => member.space === space && !member.isGone)
      .sort(byName);
    this.bySpace.set(space, found);
    return found;
  }

  /**
   * A current member of a space; null if the account is not one.
   * @param {string} space
   * @param {string | null} account
   * @returns {Member | null}
   */
  find(space, account) {
    return account ? (this.of(space).find((member) => member.account === account) ?? null) : null;
  }

  /**
   * The name of a present or former member, in one space or in any.
   * @param {string} account
   * @param {string} [space]
   */
  nameOf(account, space) {
    return (
      [...this.members.values()].find(
        (member) => member.account === account && (!space || member.space === space),
      )?.name ?? ""
    );
  }

  /**
   * The members of all shared spaces, each once.
   * @param {Rights} rights
   * @returns {Member[]}
   */
  everyone({ personal, roles }) {
    const found = Object.keys(roles)
      .filter((space) => space !== personal)
      .flatMap((space) => this.of(space));
    return [...new Map(found.map((member) => [member.account, member])).values()].sort(byName);
  }
}

/**
 * The account's own lists, then each shared space with its lists, by name.
 * @param {{liveLists: () => List[], members: Members}} tasks
 * @param {Rights} rights
 * @returns {Section[]}
 */
export function sectionsOf(tasks, { personal, roles }) {
  const shared = Object.keys(roles).filter((space) => space !== personal);
  const lists = Map.groupBy(tasks.liveLists(), ({ space }) => (shared.includes(space) ? space : ""));
  const sections = shared.map((space) => ({
    space,
    name: tasks.members.names.get(space) ?? "",
    isShared: true,
    isReadOnly: !atLeast(roles[space], "editor"),
    lists: lists.get(space) ?? [],
    members: tasks.members.of(space),
  }));
  return [
    {
      space: personal ?? "",
      name: "",
      isShared: false,
      isReadOnly: false,
      lists: lists.get("") ?? [],
      members: NOBODY,
    },
    ...sections.sort(byName),
  ];
}

/**
 * Whether the account may change records in a space.
 * @param {Rights} rights
 * @param {string} space
 */
export function mayWrite({ roles }, space) {
  return !(space in roles) || atLeast(roles[space], "editor");
}

/**
 * The records with conflicts that this account may resolve.
 * @param {Rights} rights
 * @param {{disputed: Set<string>, all: Map<string, Task>, lists: Map<string, List>}} tasks
 */
export function conflictsToResolve(rights, tasks) {
  const records = [...tasks.disputed].map((id) => tasks.all.get(id) ?? tasks.lists.get(id));
  return records.filter((record) => record !== undefined).filter(({ space }) => mayWrite(rights, space));
}

/**
 * Whether the account may move records out of a space if someone else added them.
 * @param {Rights} rights
 * @param {string} space
 */
export function mayTakeOut({ personal, roles }, space) {
  return space === personal || !(space in roles) || atLeast(roles[space], "owner");
}

/**
 * The initial of a name.
 * @param {string} name
 */
export function initialOf(name) {
  const [first = "?"] = name.trim();
  return first.toLocaleUpperCase();
}

/**
 * An account's display name; people may leave it empty.
 * @param {string} name
 */
export const nameText = (name) => name.trim() || t("member.unnamed");

/**
 * @param {Rec} record
 * @returns {Member}
 */
function memberOf(record) {
  const values = valuesOf(record);
  return {
    id: record.id,
    space: record.space ?? "",
    account: String(values.account ?? record.id),
    name: nameText(String(values.name ?? "")),
    role: String(values.role ?? "viewer"),
    isGone: Boolean(values.deleted),
  };
}

/**
 * @param {{name: string, space: string}} a
 * @param {{name: string, space: string}} b
 */
function byName(a, b) {
  const [first, second] = [a.name.toLowerCase(), b.name.toLowerCase()];
  return first < second ? -1 : first > second ? 1 : a.space < b.space ? -1 : 1;
}
