// Every sentence that a person may read has its German one; none is left over; the placeholders agree.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { language, LANGUAGES, locale, plural, t, useLanguage } from "../js/lib/words.js";
import german from "../js/lib/words/de.js";

const ROOT = new URL("../js/", import.meta.url).pathname;
const REPOSITORY = new URL("../../", import.meta.url).pathname;
const TEXT = String.raw`"((?:[^"\\]|\\.)*)"`;
const ONE = new RegExp(String.raw`\bt\(\s*${TEXT}`, "g");
const TWO = new RegExp(String.raw`\bplural\((?:[^"()]|\([^()]*\))*?,\s*${TEXT},\s*${TEXT}`, "g");
/** Where sentences come from that reach `t` as messages of the server. */
const FOLDERS = [
  "server/accounts",
  "server/admin",
  "server/spaces",
  "server/sync",
  "server/journal",
  "server/web",
];
const SERVER = [
  "pwa/js/api/request.js",
  ...FOLDERS.flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url))
      .filter((name) => name.endsWith(".py"))
      .map((name) => `${folder}/${name}`),
  ),
];

const sources = readdirSync(ROOT, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".js") && !name.startsWith("lib/words/"))
  .map((name) => [name, readFileSync(join(ROOT, name), "utf8")]);
const used = new Map(
  sources.flatMap(([name, text]) =>
    [...text.matchAll(ONE), ...text.matchAll(TWO)].flatMap(([, ...found]) =>
      found.map((literal) => [JSON.parse(`"${literal}"`), name]),
    ),
  ),
);
const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("every sentence has its German one", () => {
  assert.ok(used.size > 300, `only ${used.size} sentences were found`);
  assert.deepEqual(
    [...used].filter(([text]) => !Object.hasOwn(german, text)),
    [],
  );
});

test("no German sentence is left over", () => {
  const said = SERVER.map((path) => readFileSync(join(REPOSITORY, path), "utf8"))
    .join("\n")
    .replace(/"\n\s+f?"/g, "")
    .replace(/\{\w+\}/g, "#");
  const isSaid = (text) =>
    said.includes(`"${text.replace(/\{\w+\}|\d+/g, "#")}"`) || said.includes(`"${text}"`);
  assert.deepEqual(
    Object.keys(german).filter((text) => !used.has(text) && !isSaid(text)),
    [],
  );
});

test("the placeholders of both agree", () => {
  assert.deepEqual(
    Object.entries(german).filter(
      ([text, other]) => placeholders(text).join() !== placeholders(other).join(),
    ),
    [],
  );
});

test("German quotes stand below and above, and the sentences end alike", () => {
  const wrong = Object.entries(german).filter(
    ([text, other]) =>
      /["”]|“[^“„]*“/.test(other) ||
      (/[.?…]$/.exec(text)?.[0] !== /[.?…]$/.exec(other)?.[0] && !/^\{n\}\w\w$/.test(text)),
  );
  assert.deepEqual(wrong, []);
});

test("plurals are asked for by literal sentences", () => {
  const calls = sources
    .filter(([name]) => name !== "lib/words.js")
    .flatMap(([name, text]) => [...text.matchAll(/\bplural\(/g)].map(() => name)).length;
  const literal = sources.flatMap(([, text]) => [...text.matchAll(TWO)]).length;
  assert.equal(literal, calls);
});

test("t is asked by literal sentences, but for statuses and what the server says", () => {
  const others = sources
    .filter(([name]) => name !== "lib/words.js")
    .flatMap(([name, text]) => [...text.matchAll(/\bt\((?!\s*")/g)].map(() => name));
  assert.deepEqual([...new Set(others)].sort(), ["domain/views.js", "ui/kit/error_messages.js"]);
});

test("a language is the one wanted, else the first of the browser's that there is", async () => {
  assert.deepEqual(Object.keys(LANGUAGES), ["en", "de"]);
  for (const [wanted, preferred, chosen] of [
    ["de", ["en-GB"], "de"],
    [null, ["fr", "de-AT", "en"], "de"],
    [null, ["fr"], "en"],
    ["xx", ["en-US"], "en"],
  ]) {
    await useLanguage(wanted, preferred);
    assert.equal(language(), chosen);
  }
  await useLanguage("de", ["de-DE"]);
  assert.equal(t("Today"), "Heute");
  assert.equal(plural(1200, "{n} task", "{n} tasks"), "1.200 Aufgaben");
  assert.equal(t("Added to {list}", { list: "Eingang" }), "Hinzugefügt zu Eingang");
});

test("a language tag that Intl refuses is passed over, as Chromium names one where the system has none", async () => {
  await useLanguage(null, ["en-US@posix"]);
  assert.equal(new Intl.NumberFormat(locale()).format(1.5), "1.5");
  await useLanguage(null, ["en-US@posix", "de_DE", "de-AT"]);
  assert.equal(locale(), "de-AT");
  await useLanguage("en");
});
