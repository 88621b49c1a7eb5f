/**
 * The app's texts, by ids that stay the same when the wording changes: `t("task.deleted", { names })`. Each
 * language is a table by id; `{name}` in a text is replaced by a value. English is divided by when its texts
 * are needed, and is the fallback of the other languages. Another language is loaded as a whole, before the
 * first paint. Intl formats dates and numbers in the same language.
 *
 * @typedef {{one: string, other: string}} Plural
 * @typedef {Record<string, string | Plural>} Table
 * @typedef {typeof import("./en/first.js").default & typeof import("./en/app.js").default &
 *   typeof import("./en/late.js").default & typeof import("./en/admin.js").default} English
 * @typedef {{[Id in keyof English]: English[Id] extends string ? Id : never}[keyof English]} TextId
 * @typedef {Exclude<keyof English, TextId>} PluralId
 */
import first from "./en/first.js";

export const LANGUAGES = /** @type {Record<string, string>} */ ({ en: "English", de: "Deutsch" });
/** @type {Record<string, () => Promise<{default: Table}>>} */
const TABLES = { de: () => import("./de/index.js") };
const english = /** @type {Table} */ ({ ...first });
const state = {
  language: "en",
  locale: /** @type {string | undefined} */ (undefined),
  table: /** @type {Table} */ ({}),
  rules: /** @type {Intl.PluralRules | undefined} */ (undefined),
  numbers: /** @type {Intl.NumberFormat | undefined} */ (undefined),
};
/** @type {Map<string, Intl.DateTimeFormat>} */
const formatters = new Map();

/**
 * Adds English texts. Code that is loaded later adds its own before it shows anything.
 * @param {Table} table
 */
export function addTexts(table) {
  Object.assign(english, table);
}

/**
 * Chooses the language: the given one, else the first supported language of the browser, else English.
 * @param {string | null} [wanted]
 * @param {readonly string[]} [preferred]
 */
export async function useLanguage(wanted, preferred = globalThis.navigator?.languages ?? []) {
  preferred = preferred.filter(isTag);
  const found = preferred.find((tag) => tag.slice(0, 2) in LANGUAGES) ?? "en";
  state.language = wanted && wanted in LANGUAGES ? wanted : found.slice(0, 2);
  state.locale = preferred.find((tag) => tag.slice(0, 2) === state.language) ?? state.language;
  state.table = (await TABLES[state.language]?.())?.default ?? {};
  state.rules = state.numbers = undefined;
  formatters.clear();
}

/**
 * Without a system language Chromium says "en-US@posix", which Intl rejects.
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
 * The language in use, as a BCP 47 tag, with its region if the browser names one.
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
 * Whether there is a text with this id.
 * @param {string} id
 * @returns {id is TextId}
 */
export function isText(id) {
  return typeof textOf(id) === "string";
}

/**
 * A text in the language in use.
 * @param {TextId} id
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(id, values) {
  return filled(textOf(id) ?? lastPart(id), values);
}

/**
 * A text by number, in the language's plural form; `{n}` is the number.
 * @param {number} n
 * @param {PluralId} id
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function plural(n, id, values) {
  state.rules ??= new Intl.PluralRules(locale());
  state.numbers ??= new Intl.NumberFormat(locale());
  const forms = /** @type {any} */ (textOf(id) ?? { other: `{n} ${lastPart(id)}` });
  return filled(forms[state.rules.select(n)] ?? forms.other, { n: state.numbers.format(n), ...values });
}

/** @param {string} id */
function textOf(id) {
  return state.table[id] ?? english[id];
}

/**
 * Replaces a missing text: better than an empty button.
 * @param {string} id
 */
function lastPart(id) {
  return id.slice(id.lastIndexOf(".") + 1);
}

/**
 * @param {string | Plural} text
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
function filled(text, values) {
  const found = typeof text === "string" ? text : text.other;
  return values ? found.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole)) : found;
}

/**
 * A cached date formatter: creating one costs more than using it a thousand times.
 * @param {Intl.DateTimeFormatOptions} options
 * @returns {Intl.DateTimeFormat}
 */
export function dates(options) {
  const key = JSON.stringify(options);
  const kept = formatters.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  formatters.set(key, kept);
  return kept;
}
