// Every text that the app asks for is there, in English and in German, in plain words, and is loaded in time.
import { parse } from "acorn";
import { ancestor } from "acorn-walk";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, normalize } from "node:path";
import test from "node:test";
import german from "../js/i18n/de/index.js";
import { addTexts, isText, language, LANGUAGES, locale, plural, t, useLanguage } from "../js/i18n/i18n.js";
import { ENGLISH, TABLES } from "./texts.mjs";

const ROOT = new URL("../js/", import.meta.url).pathname;
const ODD = readFileSync(new URL("../../tests/odd_texts.txt", import.meta.url), "utf8")
  .trim()
  .split("\n");
const PAGE = readFileSync(new URL("../index.html", import.meta.url), "utf8");
const ENTRY = /type="module" src="\/js\/([^"]+)"/.exec(PAGE)?.[1];
/** Where `t` is asked by an id out of a table of ids beside it. */
const BY_TABLE = ["error_text.js", "views.js"];
const TABLE_MODULE = /^i18n\/en\/(first|app|late|admin)\.js$/;

const modules = new Map(
  readdirSync(ROOT, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".js"))
    .map((name) => [name, factsOf(name)]),
);
const asked = [...modules].flatMap(([file, { calls }]) => calls.map((call) => ({ file, ...call })));
const usedIn = new Map(
  [...modules].map(([file, { calls, literals }]) => [file, idsOf(file, calls, literals)]),
);
const used = new Set([...usedIn.values()].flatMap((ids) => [...ids]));

/** The calls of `t` and `plural` of a module, its string literals, and the modules that it imports. */
function factsOf(file) {
  const facts = { calls: [], literals: [], imports: [], later: [] };
  const to = (node) => normalize(join(file, "..", node.source.value));
  const take = (list) => (node) => node.source?.value?.startsWith(".") && list.push(to(node));
  const tree = parse(readFileSync(join(ROOT, file), "utf8"), { ecmaVersion: "latest", sourceType: "module" });
  ancestor(tree, {
    CallExpression(node, _, around) {
      const { name } = node.callee;
      if (!["t", "plural"].includes(name) || file === "i18n/i18n.js") return;
      const isLoading = !around.some(({ type }) => /Function/.test(type));
      facts.calls.push({ name, id: node.arguments[name === "t" ? 0 : 1]?.value, isLoading });
    },
    Literal: ({ value }) => facts.literals.push(value),
    ImportDeclaration: take(facts.imports),
    ExportNamedDeclaration: take(facts.imports),
    ExportAllDeclaration: take(facts.imports),
    ImportExpression: take(facts.later),
  });
  return facts;
}

function idsOf(file, calls, literals) {
  if (file.startsWith("i18n/en/") || file.startsWith("i18n/de/")) return new Set();
  const named = calls.map(({ id }) => id).filter((id) => id !== undefined);
  if (!BY_TABLE.includes(basename(file))) return new Set(named);
  const errors = Object.keys(ENGLISH).filter((id) => id.startsWith("error."));
  const others = literals.filter((text) => Object.hasOwn(ENGLISH, text));
  return new Set([...named, ...others, ...(basename(file) === "error_text.js" ? errors : [])]);
}

/** The modules that are there when a module runs. */
function reach(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const next of modules.get(file)?.imports ?? []) reach(next, found);
  return found;
}

/** The tables that are there once a module that is loaded by itself runs. */
function tablesAt(entry, on = []) {
  const own = [...reach(entry)].flatMap((file) => TABLE_MODULE.exec(file)?.[1] ?? []);
  const before = entries
    .filter((other) => other !== entry && !on.includes(other))
    .filter((other) => [...reach(other)].some((file) => modules.get(file)?.later.includes(entry)))
    .map((other) => tablesAt(other, [...on, entry]));
  const sure = before.length ? before.reduce((all, each) => all.intersection(each)) : new Set();
  return sure.union(new Set(own));
}

const entries = [ENTRY, ...new Set([...modules.values()].flatMap(({ later }) => later))].filter((file) =>
  modules.has(file),
);
const tableOf = (id) => Object.keys(TABLES).find((name) => Object.hasOwn(TABLES[name], id));
const forms = (text) => (typeof text === "string" ? [text] : Object.values(text));
const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
const allPlaceholders = (text) => [...new Set(forms(text).flatMap(placeholders))].sort().join();

test("every id that is asked for has its English and its German text", () => {
  assert.ok(used.size > 700, `only ${used.size} ids were found`);
  assert.deepEqual(
    [...used].filter((id) => !Object.hasOwn(ENGLISH, id) || !Object.hasOwn(german, id)),
    [],
  );
});

test("no text is left over", () => {
  const all = [...Object.keys(ENGLISH), ...Object.keys(german)];
  assert.deepEqual(
    all.filter((id) => !used.has(id)),
    [],
  );
});

test("an id is of one table, has its place and its meaning, and says nothing of the wording", () => {
  const all = Object.values(TABLES).flatMap((table) => Object.keys(table));
  assert.equal(new Set(all).size, all.length);
  assert.deepEqual(
    all.filter((id) => !/^[a-z]+(?:[A-Z][a-z]+)*\.[a-z]\w*$/.test(id)),
    [],
  );
});

test("texts are asked for by literal ids, by number where they have forms", () => {
  const byVariable = asked.filter(({ id }) => id === undefined).map(({ file }) => basename(file));
  assert.deepEqual([...new Set(byVariable)].sort(), BY_TABLE);
  assert.deepEqual(
    asked.filter(({ name, id }) => id && (name === "plural") !== (typeof ENGLISH[id] === "object")),
    [],
  );
});

test("no text is asked for while modules load: its language may not be there", () => {
  assert.deepEqual(
    asked.filter(({ isLoading }) => isLoading),
    [],
  );
});

test("the placeholders of both languages agree, and stand in every form but the one of one", () => {
  const wrong = Object.keys(ENGLISH).filter(
    (id) => allPlaceholders(ENGLISH[id]) !== allPlaceholders(german[id] ?? ""),
  );
  assert.deepEqual(wrong, []);
  for (const table of [ENGLISH, german])
    for (const [id, text] of Object.entries(table))
      if (typeof text === "object")
        assert.equal(placeholders(text.other).sort().join(), allPlaceholders(text), id);
});

test("every plural has all the forms of its language", () => {
  const formsOf = (tag) => new Intl.PluralRules(tag).resolvedOptions().pluralCategories.toSorted().join();
  for (const [tag, table] of [
    ["en", ENGLISH],
    ["de", german],
  ])
    for (const [id, text] of Object.entries(table))
      if (typeof text === "object") assert.equal(Object.keys(text).toSorted().join(), formsOf(tag), id);
});

test("quotes are typographic, German ones stand below and above, and the texts of both end alike", () => {
  const endOf = (text) => /[.?…:]$/.exec(text)?.[0];
  for (const [id, text] of Object.entries(ENGLISH)) {
    assert.deepEqual(
      forms(text).filter((form) => /["„]/.test(form)),
      [],
      id,
    );
    assert.deepEqual(
      forms(german[id]).filter((form) => /["”]|“[^“„]*“/.test(form)),
      [],
      id,
    );
    if (!id.startsWith("ordinal."))
      assert.deepEqual(forms(text).map(endOf), forms(german[id]).map(endOf), id);
  }
});

test("the English is plain: no text is one of the odd ones", () => {
  const texts = Object.entries(ENGLISH).flatMap(([id, text]) => forms(text).map((form) => [id, form]));
  assert.deepEqual(
    texts.filter(([, text]) => ODD.includes(text)),
    [],
  );
});

test("what is asked for is loaded with what asks for it", () => {
  for (const entry of entries) {
    const there = tablesAt(entry);
    const missing = [...reach(entry)]
      .flatMap((file) => [...(usedIn.get(file) ?? [])].map((id) => [file, id, tableOf(id)]))
      .filter(([, , table]) => !there.has(table));
    assert.deepEqual(missing, [], `${entry} has ${[...there]}`);
  }
});

test("the first paint waits for no text that it does not show", () => {
  const initial = new Set([...reach(ENTRY)].flatMap((file) => [...(usedIn.get(file) ?? [])]));
  assert.deepEqual(
    Object.keys(TABLES.first).filter((id) => !initial.has(id)),
    [],
  );
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
  assert.equal(t("place.today"), "Heute");
  assert.equal(plural(1200, "task.count"), "1.200 Aufgaben");
  assert.equal(plural(1, "task.count"), "1 Aufgabe");
  assert.equal(t("task.addedTo", { list: "Eingang" }), "Zu Eingang hinzugefügt");
});

test("a text that is missing shows the last part of its id", async () => {
  await useLanguage("en");
  assert.equal(t("task.noSuchText"), "noSuchText");
  assert.equal(plural(2, "task.noSuchText"), "2 noSuchText");
  assert.ok(!isText("task.noSuchText"));
  addTexts({ "task.noSuchText": "Here it is" });
  assert.equal(t("task.noSuchText"), "Here it is");
});

test("a language tag that Intl refuses is passed over, as Chromium names one where the system has none", async () => {
  await useLanguage(null, ["en-US@posix"]);
  assert.equal(new Intl.NumberFormat(locale()).format(1.5), "1.5");
  await useLanguage(null, ["en-US@posix", "de_DE", "de-AT"]);
  assert.equal(locale(), "de-AT");
  await useLanguage("en");
});
