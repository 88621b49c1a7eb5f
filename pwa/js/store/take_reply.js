/**
 * Takes one reply of the server within one transaction: validate, apply, persist.
 * @typedef {import("./validate_reply.js").Reply} Reply
 * @typedef {import("./validate_reply.js").Asked} Asked
 */
import { applyReply } from "./apply_reply.js";
import { readRecords, readWorkingCopy, writeWorkingCopy } from "./persist_reply.js";
import { makeId } from "./replica.js";
import { isOfThisEpoch } from "./validate_reply.js";

/**
 * @param {any} tx
 * @param {Asked} asked
 * @param {Reply} reply
 * @param {{nowMs: number, sentAtMs: number, nameOf: (id: string) => string}} given  `nameOf`: a record's
 *   title before the reply
 * @returns {Promise<import("./working_copy.js").WorkingCopy | null>} null for a reply to a request of another
 *   epoch
 */
export async function takeReply(tx, asked, reply, { nowMs, sentAtMs, nameOf }) {
  const copy = await readWorkingCopy(tx);
  if (!isOfThisEpoch(copy.device, asked)) return null;
  await readRecords(tx, copy, asked, reply);
  applyReply(copy, asked, reply, { sentAtMs, nowMs }, makeId);
  await writeWorkingCopy(tx, copy, nowMs, nameOf);
  return copy;
}
