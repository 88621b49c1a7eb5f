// The order of roles, and what each may do in a space.
import assert from "node:assert/strict";
import test from "node:test";
import { atLeast, ROLES } from "../js/core/roles.js";
import { mayDelete } from "../js/domain/comments.js";
import { mayTakeOut, mayWrite } from "../js/domain/members.js";
import "./texts.mjs";

test("each role may what those below it may", () => {
  assert.deepEqual(ROLES, ["viewer", "editor", "owner"]);
  for (const [has, role] of ROLES.entries())
    for (const [needs, needed] of ROLES.entries()) assert.equal(atLeast(role, needed), has >= needs);
});

test("a role that is not known may nothing", () => {
  for (const role of ["admin", "OWNER", "", null, undefined])
    for (const needed of ROLES) assert.equal(atLeast(role, needed), false);
});

const rights = { personal: "mine", roles: { mine: "owner", a: "owner", b: "editor", c: "viewer" } };

test("editors write; where there is no role the device is one's own", () => {
  const may = ["mine", "a", "b", "c", ""].map((space) => mayWrite(rights, space));
  assert.deepEqual(may, [true, true, true, false, true]);
});

test("owners take out of a space what others brought in", () => {
  const may = ["mine", "a", "b", "c", ""].map((space) => mayTakeOut(rights, space));
  assert.deepEqual(may, [true, true, false, false, true]);
});

test("a comment is deleted by its author and by owners, never by viewers", () => {
  const comment = { author: "ana" };
  const may = ["viewer", "editor", "owner"].map((role) => [
    mayDelete(comment, "ana", role),
    mayDelete(comment, "ben", role),
  ]);
  assert.deepEqual(may, [
    [false, false],
    [true, false],
    [true, true],
  ]);
});
