// Imports point down: main → ui → state → store → core, lib; main → sync → store. Only store/database.js
// touches IndexedDB.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const ROOT = new URL("../js/", import.meta.url).pathname;
const MAY_IMPORT = {
  main: ["ui", "state", "store", "sync", "core", "lib"],
  ui: ["state", "store", "core", "lib"],
  state: ["store", "core", "lib"],
  sync: ["store", "core", "lib"],
  store: ["core", "lib"],
  core: [],
  lib: [],
};
const PACKAGES = { store: ["idb"], state: ["fractional-indexing", "uuid", "chrono-node/en"] };

const files = readdirSync(ROOT, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".js"));
const roomOf = (path) => (path.includes("/") ? path.split("/")[0] : "main");

for (const file of files) {
  test(`${file} imports what it may`, () => {
    const text = readFileSync(join(ROOT, file), "utf8");
    for (const [, wanted] of text.matchAll(/^(?:import|export) .*?from "([^"]+)";$/gms)) {
      const room = roomOf(file);
      if (!wanted.startsWith(".")) assert.ok(PACKAGES[room]?.includes(wanted), `${file} imports ${wanted}`);
      else {
        const target = roomOf(join(file, "..", wanted));
        assert.ok(target === room || MAY_IMPORT[room].includes(target), `${file} imports ${wanted}`);
      }
    }
  });
  test(`${file} keeps the bans`, () => {
    const text = readFileSync(join(ROOT, file), "utf8");
    for (const banned of [/\binnerHTML\b/, /insertAdjacentHTML/, /\beval\(/, /localeCompare/, /new Date\("/])
      assert.doesNotMatch(text, banned);
    if (!file.startsWith("store/")) assert.doesNotMatch(text, /\bindexedDB\b|\bIDB\w+/);
  });
}
