/** What is seldom needed, in one piece: loaded when it is, or when nothing else is to be done. */
export { pickDue } from "./ui/calendar.js";
export { saveCopy } from "./ui/copies.js";
export { Drag } from "./ui/drag.js";
export { openAccount } from "./ui/account.js";
export { openKeys, openPalette } from "./ui/palette.js";
export { openActivity } from "./ui/activity.js";
export { openMembers } from "./ui/people.js";
export { openSheet } from "./ui/sheet.js";
export { Pane } from "./ui/pane.js";
export { tellInvites } from "./ui/join.js";
export { showPage } from "./ui/pages.js";
export { showLocked, showStorageProblem } from "./ui/storage.js";
export { lines, parse, withChrono } from "./state/phrases.js";
export { fieldText, valueText } from "./state/history.js";
export { held } from "./state/conflicts.js";
