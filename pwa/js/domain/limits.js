/** Limits that the server sets too: the longest texts in characters, and how often an invite is used. */

export const TITLE_MAX = 500;
export const DESCRIPTION_MAX = 20_000;
export const NAME_MAX = 100;
export const LABEL_MAX = 60;
export const EMAIL_MAX = 254;
export const INVITE_USES_MAX = 100;

/**
 * One line of at most `max` characters. It never splits a character.
 * @param {string} text
 * @param {number} max
 */
export function cut(text, max) {
  return [...text.trim().replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ")].slice(0, max).join("");
}
