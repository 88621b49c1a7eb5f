/**
 * Unfinished text belongs to the person who typed it: if the account in this tab changes, the text is stored,
 * and comes back with its owner.
 */
import { tabStorage } from "../lib/web_storage.js";

const OWNER_KEY = "driftless.owner";
const AWAY = "driftless.away.";
const ANONYMOUS = "anonymous";

/**
 * From now on the tab holds the text of an account; text from before there was one moves into it.
 * @param {string | null} account
 */
export function switchTabOwner(account) {
  const next = account ?? ANONYMOUS;
  const before = tabStorage.get(OWNER_KEY) ?? ANONYMOUS;
  if (before !== ANONYMOUS && before !== next) exchange(before, next);
  tabStorage.set(OWNER_KEY, next);
}

/**
 * @param {string} before
 * @param {string} next
 */
function exchange(before, next) {
  const words = tabStorage.all().filter(([name]) => !name.startsWith(AWAY));
  for (const [name] of words) tabStorage.remove(name);
  tabStorage.set(AWAY + before, JSON.stringify(words));
  for (const [name, text] of JSON.parse(tabStorage.get(AWAY + next) ?? "[]")) tabStorage.set(name, text);
  tabStorage.remove(AWAY + next);
}
