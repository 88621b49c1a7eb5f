/** The values of a field after concurrent changes. */
import { value } from "../core/merge.js";
import { dates } from "../i18n/i18n.js";

/**
 * The values of a field, newest first, each once.
 * @param {import("../core/merge.js").Rec} record
 * @param {string} field
 * @param {(device: string) => string} who the author's name for a device
 * @returns {{value: import("../core/merge.js").Value, at: string, isInUse: boolean}[]}
 */
export function held(record, field, who) {
  const chosen = value(record, field);
  const writes = record.writes
    .filter((write) => Object.hasOwn(write.set, field))
    .toSorted((a, b) => (a.at < b.at ? 1 : -1));
  const seen = new Set();
  return writes
    .filter(({ set }) => !seen.has(set[field]) && seen.add(set[field]))
    .map(({ set, at, by }) => ({
      value: set[field],
      isInUse: set[field] === chosen,
      at: `${who(by)}, ${dates({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(Date.parse(at.slice(0, 24)))}`,
    }));
}
