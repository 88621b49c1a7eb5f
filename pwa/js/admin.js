/**
 * What administrators need, in one piece, beside what is seldom needed: from the server, as all that it
 * shows.
 */
import "./lazy.js";

export { AdminPage } from "./ui/admin/admin_page.js";
