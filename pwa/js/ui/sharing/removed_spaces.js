/**
 * Spaces that the person is no longer in: says so once, and leaves their lists.
 * @typedef {import("../context.js").Context} Context
 */
import { t } from "../../i18n/i18n.js";
import { hrefOf } from "../../domain/routes.js";
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

/**
 * Leaves a list that is not here any more, unless the person types in a task of it. Who types a new task
 * goes on typing.
 * @param {Context} context
 */
export function leaveRemovedList({ view, pane, router }) {
  const { route } = view;
  if (route.name !== "list" || view.list) return;
  if (pane.heldId) {
    if (route.task) router.go(hrefOf({ ...route, task: null }), true);
    return;
  }
  const field = /** @type {HTMLElement | null} */ (document.activeElement);
  router.go(hrefOf({ name: "today" }), true);
  if (field?.id === "quick-title") view.afterRender(() => field.focus());
}
