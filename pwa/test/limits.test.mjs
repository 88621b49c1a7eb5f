// The app's limits are those of the server: both sides read tests/shared/limits.json in their tests.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { keyBetween } from "../js/domain/order.js";
import { parse } from "../js/domain/quick_add/parser.js";
import "./texts.mjs";

const LIMITS = JSON.parse(readFileSync(new URL("../../tests/shared/limits.json", import.meta.url), "utf8"));
const ROOT = new URL("../js/", import.meta.url);
const EXPORTED = /^export const ((\w+)_(?:MAX|MIN)) =/gm;
/** Limits that the server does not have: of the app's own formats. */
const OF_THE_APP = [
  "phrase_max",
  "counter_max",
  "ms_max",
  "entries_max",
  "labels_max",
  "request_characters_max",
];
/** Limits that the app does not export: the order keeps room below it, the rest is the server's. */
const NOT_EXPORTED = [
  "order_max",
  "password_min",
  "password_max",
  "request_bytes_max",
  "record_bytes_max",
  "record_fields_max",
  "field_writes_of_account_max",
];
const UTF8_BYTES_MAX = 3; // of one UTF-16 code unit

const exported = await exportedLimits();

/** Every exported limit of the app: its name in the shared file, its value and where it is. */
async function exportedLimits() {
  const found = [];
  for (const file of readdirSync(ROOT, { recursive: true }).filter((name) => name.endsWith(".js"))) {
    const names = [...readFileSync(new URL(file, ROOT), "utf8").matchAll(EXPORTED)].map(([, name]) => name);
    const module = names.length ? await import(new URL(file, ROOT)) : {};
    for (const name of names) found.push({ name: name.toLowerCase(), value: module[name], file });
  }
  return found;
}

for (const { name, value, file } of exported)
  test(`${name} of ${file} is the server's, or the app's alone`, () => {
    if (OF_THE_APP.includes(name)) assert.ok(!(name in LIMITS));
    else assert.equal(value, LIMITS[name]);
  });

test("every shared limit is exported by the app, or named here", () => {
  const names = exported.map(({ name }) => name).filter((name) => !OF_THE_APP.includes(name));
  assert.deepEqual([...new Set(names), ...NOT_EXPORTED].sort(), Object.keys(LIMITS).sort());
});

test("a request of the most characters is no larger than the server takes", () => {
  const { value } = exported.find(({ name }) => name === "request_characters_max");
  assert.ok(value * UTF8_BYTES_MAX < LIMITS.request_bytes_max);
});

test("quick add reads a label as long as the server takes, and none that is longer", () => {
  const labelsOf = (length) =>
    parse(`Milk #${"a".repeat(length)}`, { now: new Date(0), lists: [] }).facts.map(({ value }) => value);
  assert.deepEqual(labelsOf(LIMITS.label_max), ["a".repeat(LIMITS.label_max)]);
  assert.deepEqual(labelsOf(LIMITS.label_max + 1), []);
});

test("a key of the manual order is never longer than the server takes", () => {
  const longest = [0, 0.9].map((random) => {
    let [key, length] = [keyBetween(null, null), 0];
    for (let next = key; next !== null; next = keyBetween(key, `${key}V`, () => random)) {
      key = next;
      length = Math.max(length, key.length);
    }
    return length;
  });
  assert.ok(Math.max(...longest) <= LIMITS.order_max && Math.max(...longest) > 1);
});
