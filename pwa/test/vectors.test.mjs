// The shared vectors, as pytest runs them too.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { calls } from "./twin.mjs";

const folder = new URL("../../tests/vectors/", import.meta.url);

for (const file of readdirSync(folder).sort()) {
  for (const { name, call, given, result } of JSON.parse(readFileSync(new URL(file, folder), "utf8"))) {
    test(`${file}: ${name}`, () => assert.deepEqual(JSON.parse(JSON.stringify(calls[call](given))), result));
  }
}
