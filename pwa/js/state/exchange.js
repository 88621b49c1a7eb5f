/**
 * Everything of mine out of the app and back into it: docs/exchange.md describes the formats. Pure; loaded
 * when it is asked for.
 */
export { toJson } from "./exchange/json.js";
export { toCsv } from "./exchange/csv.js";
export { toIcs } from "./exchange/ics.js";
export { toMarkdown } from "./exchange/markdown.js";
export { readImport } from "./exchange/read.js";
export { planImport } from "./exchange/plan.js";
