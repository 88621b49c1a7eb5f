/**
 * Import and export; docs/exchange.md describes the formats. Pure, and loaded on demand.
 */
export { toJson } from "./import_export/json.js";
export { toCsv } from "./import_export/csv.js";
export { toIcs } from "./import_export/ics.js";
export { toMarkdown } from "./import_export/markdown.js";
export { readImport } from "./import_export/read.js";
export { planImport } from "./import_export/plan.js";
