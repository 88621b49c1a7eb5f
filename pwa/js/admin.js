/**
 * What administrators need, in one piece, beside what is seldom needed: from the server, as all that it
 * shows.
 */
import "./more.js";

export { AdminPage } from "./ui/admin/page.js";
