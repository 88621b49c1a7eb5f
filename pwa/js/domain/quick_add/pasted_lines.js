import { currentRules } from "./rules.js";

const BULLET = /^(?:[-*•+–]\s+)?(?:\d{1,3}[.)]\s+)?(?:\[([ xX]?)\]\s+)?/;
const TAB = "    ";

/**
 * Splits pasted text into tasks. Bullets, numbers and boxes are removed; an indented line is a subtask of the
 * one above.
 * @param {string} pasted
 * @returns {{title: string, depth: 0 | 1, isDone: boolean}[]}
 */
export function lines(pasted) {
  const rows = pasted
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((row) => row.replaceAll("\t", TAB))
    .filter((row) => row.trim());
  const indents = rows.map((row) => row.search(/\S/));
  const least = indents.length ? Math.min(...indents) : 0;
  const firstTop = indents.findIndex((indent) => indent - least < 2);
  return rows
    .map((row, n) => ({
      ...unlisted(row.trim()),
      depth: /** @type {0 | 1} */ (n > firstTop && indents[n] - least >= 2 ? 1 : 0),
    }))
    .filter(({ title }) => title);
}

/**
 * Removes a line's bullet. "10. December" is a date.
 * @param {string} row
 */
function unlisted(row) {
  const [bullet, box] = /** @type {RegExpExecArray} */ (BULLET.exec(`${row} `));
  const isDate = /\d/.test(bullet) && currentRules().month.test(row.slice(bullet.length));
  return { title: isDate ? row : row.slice(bullet.length).trim(), isDone: box?.toLowerCase() === "x" };
}
