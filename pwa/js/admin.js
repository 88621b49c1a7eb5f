/**
 * The code for administrators, in one bundle. It is loaded from the server on demand, like the data it shows.
 */
import adminTexts from "./i18n/en/admin.js";
import { addTexts } from "./i18n/i18n.js";
import "./lazy.js";

export { AdminPage } from "./ui/admin/admin_page.js";

addTexts(adminTexts);
