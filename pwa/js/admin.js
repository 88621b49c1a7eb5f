/**
 * What administrators need, in one piece, beside what is seldom needed: from the server, as all that it
 * shows.
 */
import adminTexts from "./i18n/en/admin.js";
import { addTexts } from "./i18n/i18n.js";
import "./lazy.js";

export { AdminPage } from "./ui/admin/admin_page.js";

addTexts(adminTexts);
