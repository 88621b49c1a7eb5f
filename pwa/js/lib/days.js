/** Days as text, `2026-11-30`, in the zone of the device. A day is never parsed as an instant. */

/** @param {Date} date @returns {string} */
export function dayOf(date) {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** Whole days from one day to another. @param {string} from @param {string} to @returns {number} */
export function daysBetween(from, to) {
  return Math.round((noonUtc(to) - noonUtc(from)) / 86_400_000);
}

/** How a due date is written: relative within a week. @param {string} due @param {string} today @returns {string} */
export function dueText(due, today) {
  const [day, time] = [due.slice(0, 10), due.slice(11, 16)];
  const days = daysBetween(today, day);
  if (days < -1) return `${-days} days late`;
  return [dayText(day, days, today), time].filter(Boolean).join(" ");
}

/** @param {string} day @param {number} days @param {string} today */
function dayText(day, days, today) {
  if (days === -1) return "Yesterday";
  if (days === 0) return "Today";
  if (days === 1) return "Tomorrow";
  const isNear = days > 1 && days < 7;
  const isThisYear = day.slice(0, 4) === today.slice(0, 4);
  const style = isNear ? { weekday: "short" } : { day: "numeric", month: "short", ...(isThisYear ? {} : { year: "numeric" }) };
  return new Intl.DateTimeFormat(undefined, { .../** @type {Intl.DateTimeFormatOptions} */ (style), timeZone: "UTC" }).format(noonUtc(day));
}

/** @param {string} day */
function noonUtc(day) {
  const [year, month, date] = day.split("-").map(Number);
  return Date.UTC(year, month - 1, date, 12);
}

/** @param {number} number */
function pad(number) {
  return String(number).padStart(2, "0");
}
