// Imports point down, types counted, and only store/ touches IndexedDB.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const ROOT = new URL("../js/", import.meta.url).pathname;
/** What each room may import besides itself. The root is the composition: boot, app, lazy, admin. */
const MAY_IMPORT = {
  root: ["ui", "session", "domain", "sync", "api", "store", "core", "lib", "i18n"],
  ui: ["session", "domain", "sync", "api", "store", "core", "lib", "i18n"],
  session: ["domain", "sync", "api", "store", "core", "lib", "i18n"],
  domain: ["store", "core", "lib", "i18n"],
  sync: ["api", "store", "core", "lib", "i18n"],
  api: ["lib", "i18n"],
  store: ["core", "lib", "i18n"],
  core: [],
  lib: ["i18n"],
  i18n: [],
};
const PACKAGES = {
  store: ["idb"],
  domain: ["fractional-indexing", "uuid", "chrono-node", "chrono-node/en"],
  sync: ["eventsource-parser/stream"],
};
const IMPORT_ANY = /(?:\bfrom |^import |\bimport\()"([^"]+)"/gms;

const files = readdirSync(ROOT, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".js"));
const textOf = (file) => readFileSync(join(ROOT, file), "utf8");
const roomOf = (path) => (path.includes("/") ? path.split("/")[0] : "root");
const isInKit = (path) => path.startsWith("ui/kit/");

for (const file of files) {
  test(`${file} imports what it may`, () => {
    const room = roomOf(file);
    for (const [, wanted] of textOf(file).matchAll(IMPORT_ANY)) {
      if (!wanted.startsWith(".")) {
        assert.ok(PACKAGES[room]?.includes(wanted) || wanted === "idb", `${file} imports ${wanted}`);
        continue;
      }
      const target = join(file, "..", wanted);
      const isBelow = roomOf(target) === room || MAY_IMPORT[room].includes(roomOf(target));
      assert.ok(isBelow, `${file} imports ${wanted}`);
      assert.ok(!isInKit(file) || room !== roomOf(target) || isInKit(target), `${file} imports ${wanted}`);
    }
  });
  test(`${file} keeps the bans`, () => {
    for (const banned of [/\binnerHTML\b/, /insertAdjacentHTML/, /\beval\(/, /localeCompare/, /new Date\("/])
      assert.doesNotMatch(textOf(file), banned);
    if (!file.startsWith("store/")) assert.doesNotMatch(textOf(file), /\bindexedDB\b|\bIDB\w+/);
  });
}
