/**
 * Tells the person once of spaces that they are no longer in.
 * @typedef {import("../context.js").Context} Context
 */
import { t } from "../../i18n/i18n.js";
import { leaveRemovedList } from "../commands/navigation.js";
import { toast } from "../kit/toast.js";

/**
 * @param {Context} context
 * @param {Map<string, string>} gone names by id
 */
export function tellRemoved(context, gone) {
  const { leftSpaces, store } = context.view;
  for (const [space, name] of gone) {
    if (leftSpaces.delete(space)) continue;
    const hasUnsent = store.rejected.some(({ entry }) => entry.space === space);
    toast(hasUnsent ? t("space.leftUnsynced", { space: name }) : t("space.left", { space: name }));
    leaveRemovedList(context);
  }
}
