/** Rarely needed code, in one bundle: loaded on demand, or when the browser is idle. */
import appTexts from "./i18n/en/app.js";
import lateTexts from "./i18n/en/late.js";
import { addTexts } from "./i18n/i18n.js";
export { pickDue } from "./ui/kit/due_picker.js";
export { saveCopy } from "./ui/settings/import_export.js";
export { Drag } from "./ui/list/drag.js";
export { openAccount } from "./ui/settings/account_dialog.js";
export { openKeys, openPalette } from "./ui/commands/palette.js";
export { openActivity } from "./ui/sharing/activity.js";
export { openMembers } from "./ui/sharing/members_dialog.js";
export { openSyncSheet } from "./ui/sync/sync_sheet.js";
export { TaskPane } from "./ui/task/task_pane.js";
export { tellInvites } from "./ui/sharing/invitations.js";
export { showPage } from "./ui/frame/pages.js";
export { showLocked, showStorageProblem } from "./ui/frame/blocked_screens.js";
export { parse, withChrono } from "./domain/quick_add/parser.js";
export { authorTexts } from "./domain/authors.js";
export { fieldText, valueText } from "./domain/history.js";
export { held } from "./domain/conflicts.js";
export { lines } from "./domain/quick_add/pasted_lines.js";

addTexts(appTexts);
addTexts(lateTexts);
