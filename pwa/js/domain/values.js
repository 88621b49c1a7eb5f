/**
 * The values that a record shows.
 * @typedef {import("../core/merge.js").Rec} Rec
 */
import { values } from "../core/merge.js";

/**
 * @param {Rec} record
 * @returns {import("../core/merge.js").Fields}
 */
export function valuesOf(record) {
  return record.writes.length === 1 ? record.writes[0].set : values(record);
}
