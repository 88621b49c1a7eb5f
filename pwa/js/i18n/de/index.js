/** Deutsch, in der du-Form. Die Platzhalter bleiben, wie sie sind. */
import tasks from "./tasks.js";
import views from "./views.js";
import errors from "./errors.js";
import admin from "./admin.js";
import account from "./account.js";
import sharing from "./sharing.js";
import files from "./files.js";

export default { ...tasks, ...views, ...errors, ...admin, ...account, ...sharing, ...files };
