/** Who wrote what, as text, from what this device knows. */
import { t } from "../i18n/i18n.js";

/**
 * @param {{deviceId: string, account: string | null, authorOf: (space: string, device: string) => string |
 *   null}} store
 * @param {import("./members.js").Members} members
 * @param {import("../core/merge.js").Rec} record
 * @returns {(device: string) => string} the author of a device's writes: a member's name, or which device of
 *   one's own; "another device" if the author is not known
 */
export function authorTexts(store, members, { space = "" }) {
  return (device) => {
    const author = store.authorOf(space, device);
    if (device === store.deviceId) return t("device.this");
    if (!author || author === store.account) return t("device.other");
    return members.nameOf(author, space) || members.nameOf(author) || t("member.unknown");
  };
}
