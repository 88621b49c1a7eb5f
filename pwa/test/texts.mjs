// All English texts, as they are once every part of the app is loaded.
import admin from "../js/i18n/en/admin.js";
import app from "../js/i18n/en/app.js";
import first from "../js/i18n/en/first.js";
import late from "../js/i18n/en/late.js";
import { addTexts } from "../js/i18n/i18n.js";

export const TABLES = { first, app, late, admin };
export const ENGLISH = { ...first, ...app, ...late, ...admin };

addTexts(ENGLISH);
