/**
 * The sync status, always with a text. It opens the sync sheet.
 * @typedef {import("../kit/view.js").View} View
 */
import { byId } from "../../lib/dom.js";
import { dates, plural, t } from "../../i18n/i18n.js";
import { conflictsToResolve } from "../../domain/members.js";

const FREE_AFTER_MS = 500; // a tap's click comes after `pointerleave`

export class SyncStatus {
  /**
   * @param {View} view
   * @param {import("../kit/view.js").Run} run
   */
  constructor(view, run) {
    this.view = view;
    this.button = byId("dot");
    this.button.addEventListener("click", () => run("sync"));
    this.#keepUnderThePointer();
  }

  /**
   * A shorter text would shrink the button away from a pressed pointer, and the click would be lost: the
   * button keeps its width until then.
   */
  #keepUnderThePointer() {
    const { button } = this;
    let freeing = 0;
    button.addEventListener("pointerdown", () => {
      clearTimeout(freeing);
      button.style.minInlineSize = `${button.offsetWidth}px`;
    });
    for (const end of ["click", "pointerleave"])
      button.addEventListener(end, () => {
        freeing = setTimeout(() => button.style.removeProperty("min-inline-size"), FREE_AFTER_MS);
      });
  }

  render() {
    const { state, words } = conditionOf(this.view);
    this.button.dataset.state = state;
    if (this.button.textContent !== words) this.button.textContent = words;
  }
}

/**
 * @param {View} view
 * @returns {{state: string, words: string}}
 */
export function conditionOf({ store, engine, tasks }) {
  const waiting = store.unsent ? plural(store.unsent, "sync.unsynced") : "";
  if (!store.account) return { state: "local", words: t("sync.onThisDevice") };
  if (engine?.condition === "signed_out")
    return { state: "needs-you", words: joined(t("account.signInAgain"), waiting) };
  if (store.rejected.length || conflictsToResolve(store, tasks).length)
    return { state: "needs-you", words: joined(t("sync.needsAttention"), waiting) };
  if (engine && engine.unreachedSince !== null && engine.status === 429)
    return { state: "unreached", words: joined(t("sync.serverBusy"), waiting) };
  if (engine && engine.unreachedSince !== null && engine.status)
    return { state: "unreached", words: joined(t("sync.serverError"), waiting) };
  if (engine && engine.unreachedSince !== null)
    return {
      state: "unreached",
      words: joined(
        t("sync.offlineSince", {
          time: dates({ hour: "2-digit", minute: "2-digit" }).format(engine.unreachedSince),
        }),
        waiting,
      ),
    };
  return store.unsent ? { state: "waiting", words: waiting } : { state: "safe", words: t("sync.allSaved") };
}

/** @param {...string} parts */
function joined(...parts) {
  return parts.filter(Boolean).join(" · ");
}
