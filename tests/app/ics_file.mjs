// Writes to standard output the iCalendar file of the records that come by standard input.
import { text } from "node:stream/consumers";
import { toIcs } from "../../pwa/js/domain/import_export.js";

const { records, now } = JSON.parse(await text(process.stdin));
process.stdout.write(toIcs(records, { now }));
