// Errors are told by their codes, in the language in use.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { errorText } from "../js/i18n/error_text.js";
import { useLanguage } from "../js/i18n/i18n.js";
import { ENGLISH } from "./texts.mjs";

const REPOSITORY = new URL("../../", import.meta.url);
/** Codes that the app itself gives, and texts around codes. */
const OF_APP = ["unreachable", "unsaved", "own_quota_full", "serverSays", "unknown"];

test("an error's text is that of its code, whatever the server's message", async () => {
  const cases = [
    [{ status: 409, code: "space_full", message: "A space may have 200 members." }, "error.space_full"],
    [{ status: 0, message: "no answer" }, "error.unreachable"],
    [{ status: "gone", message: "This task was deleted for good." }, "error.gone"],
    [{ status: "rejected", code: "kind_differs", message: "This id belongs to a list." }, "error.id_taken"],
    [{ status: "revoked" }, "error.revoked"],
    [{ status: 502, code: "", message: "" }, "error.internal"],
    [{ status: 404, code: "" }, "error.unknown"],
    [{ name: "NotAllowedError", message: "The operation was not allowed." }, "passkey.notUsed"],
  ];
  for (const [error, id] of cases) assert.equal(errorText(error), ENGLISH[id]);
  await useLanguage("de");
  assert.equal(errorText({ status: 409, code: "space_full", message: "…" }), "Dieser Bereich ist voll.");
  await useLanguage("en");
});

test("how long to wait is told in seconds, then in minutes", () => {
  const wait = (retryAfterS) => errorText({ status: 429, code: "too_many_requests", retryAfterS });
  assert.equal(wait(1), "Too many requests. Try again in 1 second.");
  assert.equal(wait(60), "Too many requests. Try again in 60 seconds.");
  assert.equal(wait(61), "Too many requests. Try again in 2 minutes.");
});

test("fields that are not acceptable are named, in English with the reason", async () => {
  const error = {
    status: 422,
    code: "invalid",
    message: "Some fields are not acceptable.",
    fields: { email: ["Not a valid email address."], name: ["Must not be blank."], x: { 0: ["Too long."] } },
  };
  assert.equal(
    errorText(error),
    "Check these fields: Email address (Not a valid email address), Name (Must not be blank), and x (Too long).",
  );
  await useLanguage("de");
  assert.equal(errorText(error), "Prüfe diese Felder: E-Mail-Adresse, Name und x.");
  await useLanguage("en");
});

test("a code without a text quotes the server; an error of the app is told as it is", async () => {
  const unknown = { status: 403, code: "scope_missing", message: "This token lacks the scope tasks:write." };
  assert.equal(errorText(unknown), "Message from the server: “This token lacks the scope tasks:write.”");
  assert.equal(errorText(new Error("Choose at least one permission.")), "Choose at least one permission.");
  assert.equal(errorText("Too late."), "Too late.");
  assert.equal(errorText(undefined), ENGLISH["error.unknown"]);
  await useLanguage("de");
  assert.match(errorText(unknown), /^Meldung des Servers: „This token/);
  await useLanguage("en");
});

test("every text of an error is of a code that the documents know, or of the app's own", () => {
  const documents = ["docs/errors.md", "sync_protocol.md"]
    .map((path) => readFileSync(new URL(path, REPOSITORY), "utf8"))
    .join("\n");
  const known = new Set([...documents.matchAll(/`(?:\{)?(\w+)(?:: true\})?`/g)].map(([, code]) => code));
  const codes = Object.keys(ENGLISH)
    .filter((id) => id.startsWith("error."))
    .map((id) => id.slice("error.".length));
  assert.deepEqual(
    codes.filter((code) => !known.has(code) && !OF_APP.includes(code)),
    [],
  );
});
