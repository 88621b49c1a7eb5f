/**
 * Words: the English sentence is the key of every text; another language is a table from it, loaded before
 * the first paint. `{name}` in a sentence stands for a value. Dates and numbers are written by Intl in the
 * same language.
 */
export const LANGUAGES = /** @type {Record<string, string>} */ ({ en: "English", de: "Deutsch" });
/** @type {Record<string, () => Promise<{default: Record<string, string>}>>} */
const TABLES = { de: () => import("./words/de.js") };
const state = {
  language: "en",
  locale: /** @type {string | undefined} */ (undefined),
  table: /** @type {Record<string, string>} */ ({}),
};
/** @type {Map<string, Intl.DateTimeFormat>} */
const formatters = new Map();

/**
 * Chooses the language: the given one, else the first of the browser's that there is, else English.
 * @param {string | null} [wanted]
 * @param {readonly string[]} [preferred]
 */
export async function useLanguage(wanted, preferred = globalThis.navigator?.languages ?? []) {
  preferred = preferred.filter(isTag);
  const found = preferred.find((tag) => tag.slice(0, 2) in LANGUAGES) ?? "en";
  state.language = wanted && wanted in LANGUAGES ? wanted : found.slice(0, 2);
  state.locale = preferred.find((tag) => tag.slice(0, 2) === state.language) ?? state.language;
  state.table = (await TABLES[state.language]?.())?.default ?? {};
  formatters.clear();
}

/**
 * A system without a language set makes Chromium say "en-US@posix", which Intl refuses.
 * @param {string} tag
 */
function isTag(tag) {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/**
 * The language in use, as a BCP 47 tag with its region where the browser names one.
 * @returns {string}
 */
export function locale() {
  return state.locale ?? "en";
}

/** The language in use: a key of LANGUAGES. */
export function language() {
  return state.language;
}

/**
 * A sentence in the language in use.
 * @param {string} text in English
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(text, values) {
  const found = state.table[text] ?? text;
  return values ? found.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole)) : found;
}

/**
 * A sentence by number; `{n}` is the number.
 * @param {number} n
 * @param {string} one in English
 * @param {string} other in English
 * @param {Record<string, string | number>} [values]
 */
export function plural(n, one, other, values) {
  return t(n === 1 ? one : other, { n: n.toLocaleString(locale()), ...values });
}

/**
 * A date formatter, kept: making one costs more than using it a thousand times.
 * @param {Intl.DateTimeFormatOptions} options
 * @returns {Intl.DateTimeFormat}
 */
export function dates(options) {
  const key = JSON.stringify(options);
  const kept = formatters.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  formatters.set(key, kept);
  return kept;
}
