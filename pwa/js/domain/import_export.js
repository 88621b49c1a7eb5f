/**
 * Everything of mine out of the app and back into it: docs/exchange.md describes the formats. Pure; loaded
 * when it is asked for.
 */
export { toJson } from "./import_export/json.js";
export { toCsv } from "./import_export/csv.js";
export { toIcs } from "./import_export/ics.js";
export { toMarkdown } from "./import_export/markdown.js";
export { readImport } from "./import_export/read.js";
export { planImport } from "./import_export/plan.js";
