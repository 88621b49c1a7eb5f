/**
 * Half-typed words are of who typed them: where the account in this tab changes they are put away, and are
 * there again with their owner.
 */
import { tabStorage } from "../lib/web_storage.js";

const OWNER_KEY = "driftless.owner";
const AWAY = "driftless.away.";
const ANONYMOUS = "anonymous";

/**
 * From now on the tab holds the words of an account; words from before there was one go along.
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
