/** The settings of this device. */
import { deviceStorage, readStoredJson } from "../lib/web_storage.js";
import { startWeeksOn } from "../lib/dates.js";

export const SETTINGS_KEY = "driftless.settings";
/**
 * @typedef {{theme: string | null, language: string | null, hasKeys: boolean, weekStart: number | null,
 *   hasAskedPersist: boolean}} Settings `weekStart`: 0 is Sunday; null follows the locale
 */
/** The default of each setting. */
export const DEFAULTS = /** @type {Settings} */ ({
  theme: null,
  language: null,
  hasKeys: true,
  weekStart: null,
  hasAskedPersist: false,
});

/** @returns {Settings} */
export function readSettings() {
  return used({ ...DEFAULTS, ...readStoredJson(SETTINGS_KEY) });
}

/**
 * @param {Settings} settings
 * @returns {Settings}
 */
export function saveSettings(settings) {
  deviceStorage.set(SETTINGS_KEY, JSON.stringify(settings));
  return used(settings);
}

/** @param {Settings} settings */
function used(settings) {
  startWeeksOn(settings.weekStart);
  return settings;
}

/** @param {string | null} theme light or dark; null for the system's theme */
export function applyTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const meta of /** @type {NodeListOf<HTMLMetaElement>} */ (
    document.querySelectorAll("meta[name='theme-color']")
  )) {
    const query = (meta.dataset.media ??= meta.media);
    meta.media = theme ? (query.includes(theme) ? "all" : "not all") : query;
  }
}
