// The app's real store and engine, many devices of one account, against a live server over HTTP with faults,
// from seeds.
// With "shared" as a fourth argument two people share a space, tasks move between it and their own, and roles
// change. With "restored" a backup of the server is made in the middle of all histories and restored later,
// twice: {"ask": "backup"} and {"ask": "restore"} on standard output wait for a line on standard input.
// node devices.mjs URL FIRST_SEED COUNT [shared|restored] → one JSON line {seed, violations} a history. Started
// by tests/stack/test_devices.py.
import "fake-indexeddb/auto";
import { createInterface } from "node:readline/promises";
import { isDeepStrictEqual } from "node:util";
import { FIELD_WRITES_MAX } from "../js/core/merge.js";
import { takeOffers } from "../js/store/offers.js";
import { ALL_STORES, STORES } from "../js/store/schema.js";
import { Confirmed } from "../js/store/server_records.js";
import { Store } from "../js/store/store.js";
import { Database } from "../js/store/database.js";
import { Engine } from "../js/sync/engine.js";

const [url, firstSeed, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const STEPS = 30;
const RESTORES = 2;
const AT_ONCE = 100; // histories with restores
const PASSWORD = "four quiet words here";
const TASKS = 3;
const DEVICES_MAX = 4;
const FIELDS = ["title", "description"];

/** Mulberry32: a small seeded generator. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class World {
  constructor(seed) {
    this.seed = seed;
    this.random = generator(seed);
    this.edits = [];
    this.values = 0;
    this.late = [];
    this.lost = new Set();
    this.editors = new Map();
    this.folds = new Map();
    this.trouble = [];
    this.applied = new Set();
    this.appliedTexts = new Set();
    this.snapshots = new Map();
    this.copies = this.pick([0, 1, 3]); // how often profiles are copied or rolled back
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  async begin() {
    this.members = [await this.signUp()];
    this.ids = Array.from(
      { length: TASKS },
      (_, place) =>
        `00000000-0000-4000-8000-${String(this.seed).padStart(6, "0")}${String(place).padStart(6, "0")}`,
    );
    this.devices = [await this.device(), await this.device()];
    for (const device of this.devices) await this.sync(device);
  }

  async signUp() {
    const email = `${this.seed}-${Date.now()}-${Math.random()}@example.org`;
    const { id, token } = await post("/auth/sign-up", {
      email,
      password: PASSWORD,
      session: "bearer",
    });
    return { id, email, headers: { Authorization: `Bearer ${token}` } };
  }

  async device(name = `${this.seed}-${Math.random()}`, person = this.members[0]) {
    const skewMs = this.pick([0, 0, -86_400_000, 3 * 86_400_000]);
    const store = await new Store(person.id, () => Date.now() + skewMs, new Database(name)).open();
    return { store, name, person, firstId: store.deviceId };
  }

  /**
   * Where a record is made: in its space, where it is shown; null where this device does not know it and did
   * not think of it.
   */
  spaceFor(device, id) {
    return device.store.shown.get(id)?.space ?? device.store.space;
  }

  async step() {
    const device = this.pick(this.devices);
    const roll = this.random();
    if (roll < 0.3) await this.edit(device);
    else if (roll < 0.36) await this.editMany(device);
    else if (roll < 0.4) await this.editInTurns(device);
    else if (roll < 0.48) this.openEditor(device);
    else if (roll < 0.52) await this.undo(device);
    else if (roll < 0.54) await this.refused(device);
    else if (roll < 0.72) await this.sync(device);
    else if (roll < 0.85) await this.syncBadly(device);
    else if (roll < 0.89) await this.deliverLate();
    else if (roll < 0.91) await this.restart(device);
    else if (roll < 0.92) await Promise.all([device.store.tidy(1, 2), this.sync(this.pick(this.devices))]);
    else if (roll < 0.935) await this.secondTab(device);
    else await this.copyProfile(device);
  }

  async copyProfile(device) {
    if (this.random() * 3 > this.copies) return;
    const roll = this.random();
    if (roll < 0.25) await this.clone(device);
    else if (roll < 0.5) this.snapshots.set(device, [await this.rowsOf(device), this.edits.length]);
    else if (roll < 0.75) await this.rollBack(device);
    else await this.useNumbersAgain(device);
  }

  /** A change that no server accepts, and one that follows it. */
  async refused(device) {
    const { id, begun, shown } = this.editor(device);
    const space = device.store.shown.get(id)?.space;
    if (!space) return;
    const set = { title: this.newValue() + "x".repeat(501) };
    const before = device.store.outbox;
    const entry = await device.store.edit({ space, kind: "task", id, set, begun });
    const kept = new Set(device.store.outbox.map((each) => each.key));
    for (const old of before.filter((each) => !kept.has(each.key)))
      for (const [name, held] of Object.entries(old.set)) this.note(this.folds, held, set[name]);
    this.edits.push({ device, id, entry, set, shown });
    await this.edit(device);
  }

  /** By an editor that was opened before and may stay open, or by a new one. */
  async edit(device) {
    const open = this.editors.get(device) ?? [];
    const isOpen = open.length > 0 && this.random() < 0.6;
    const editor = isOpen ? this.pick(open) : this.editor(device);
    if (isOpen && this.random() < 0.4) open.splice(open.indexOf(editor), 1);
    await this.save(device, editor, this.pick(FIELDS));
  }

  async save(device, editor, field) {
    const { id, begun, shown } = editor;
    const space = this.spaceFor(device, id);
    if (!space) return;
    const text = this.newValue();
    const set = device.store.shown.get(id) ? { [field]: text } : this.newTask({ [field]: text });
    const before = device.store.outbox;
    const entry = await device.store.edit({ space, kind: "task", id, set, begun });
    const kept = new Set(device.store.outbox.map((each) => each.key));
    for (const old of before.filter((each) => !kept.has(each.key)))
      for (const [name, held] of Object.entries(old.set)) this.note(this.folds, held, set[name]);
    this.edits.push({ device, id, entry, set, shown: { ...shown } });
    editor.begun = device.store.afterEdit(entry);
    for (const name of FIELDS) if (set[name]) shown[name] = [...shown[name], set[name]];
  }

  newTask(set) {
    return { title: this.newValue(), status: "pending", completed_at: null, ...set };
  }

  /** Two or three editors of one record, one of which saves several times. */
  async editInTurns(device) {
    const id = this.pick(this.ids);
    const editors = Array.from({ length: 2 + Math.floor(this.random() * 2) }, () => this.editor(device, id));
    const saves = 3 + Math.floor(this.random() * 3);
    for (let each = 0; each < saves; each++)
      await this.save(device, this.pick([editors[0], ...editors]), this.pick(FIELDS));
  }

  /** Several edits saved at once, also of one record: each is shown those before it. */
  async editMany(device) {
    const taken = Array.from({ length: 2 + Math.floor(this.random() * 3) }, () => this.editor(device)).filter(
      ({ id }) => this.spaceFor(device, id),
    );
    const sets = taken.map(({ id }, place) => {
      const exists = device.store.shown.get(id) || taken.slice(0, place).some((earlier) => earlier.id === id);
      const set = { [this.pick(FIELDS)]: this.newValue() };
      return exists ? set : this.newTask(set);
    });
    const before = device.store.outbox;
    const made = await device.store.editAll(
      taken.map(({ id, begun }, place) => ({
        space: this.spaceFor(device, id),
        kind: "task",
        id,
        set: sets[place],
        begun,
      })),
    );
    const kept = new Set(device.store.outbox.map((each) => each.key));
    for (const old of [...before, ...made].filter((each) => !kept.has(each.key)))
      for (const later of made.filter((each) => each.id === old.id && each.n > old.n))
        for (const [name, held] of Object.entries(old.set)) this.note(this.folds, held, later.set[name]);
    for (const [place, { id, shown }] of taken.entries()) {
      const before = sets.slice(0, place).filter((_, each) => taken[each].id === id);
      const all = FIELDS.map((name) => [name, [...shown[name], ...before.flatMap((set) => set[name] ?? [])]]);
      this.edits.push({ device, id, entry: made[place], set: sets[place], shown: Object.fromEntries(all) });
    }
  }

  editor(device, id = this.pick(this.ids)) {
    const shown = FIELDS.map((field) => [field, this.shownValues(device, id, field)]);
    return { id, begun: device.store.begin(id), shown: Object.fromEntries(shown) };
  }

  openEditor(device) {
    this.editors.set(device, [...(this.editors.get(device) ?? []), this.editor(device)]);
  }

  async undo(device) {
    const mine = this.edits.findLast(
      (edit) =>
        edit.device === device &&
        Object.keys(edit.set).length === 1 &&
        edit.entry.by === device.store.deviceId,
    );
    if (!mine) return;
    const [field, held] = Object.entries(mine.set)[0];
    const shown = Object.fromEntries(FIELDS.map((name) => [name, mine.shown[name] ?? []]));
    shown[field] = [...shown[field], held];
    await this.save(device, { id: mine.id, begun: device.store.afterEdit(mine.entry), shown }, field);
  }

  async sync(device, ask = (...given) => this.fetch(...given)) {
    const engine = new Engine(device.store, {
      fetch: (address, request) => this.inSmallPages(ask, address, request),
      url: `${url}/sync`,
      headers: device.person.headers,
    });
    const [shown, spaces] = [new Map(device.store.confirmed), Object.keys(device.store.roles)];
    await engine.now();
    engine.stop();
    if (engine.isSignedOut) this.trouble.push("signed out");
    this.checkScreen(device.store, shown, spaces);
  }

  /** Sends the request with a limit of a few records. */
  async inSmallPages(ask, address, request) {
    const given = await asked(request);
    const body = given.offers ? given : { ...given, limit: this.pick([1, 2, 3, 2500]) };
    const { "Content-Encoding": _, ...headers } = request.headers;
    return ask(address, { ...request, headers, body: JSON.stringify(body) });
  }

  /** The server's answer, whether it arrives or not; its outcomes are checked. */
  async fetch(address, request) {
    const answer = await fetch(address, request);
    if (!answer.ok) return answer;
    const [given, reply] = [await asked(request), await answer.clone().json()];
    if (given.offers) this.checkOffers(reply);
    else this.checkOrder(given, reply);
    return answer;
  }

  /** After a clone was found nothing new of a batch is applied; a change of the right form is not refused for it. */
  checkOrder({ device, changes }, { outcomes }) {
    const conflict = outcomes.findIndex(({ status }) => status === "device_conflict");
    for (const [place, outcome] of outcomes.entries()) {
      const dot = `${device} ${changes[place].n} ${changes[place].id}`;
      if (outcome.code === "bad_change") this.trouble.push(`refused: ${outcome.message}`);
      if (outcome.seq === undefined) continue;
      if (conflict >= 0 && place > conflict && !this.applied.has(dot))
        this.trouble.push("a change was applied after a clone had been found");
      this.applied.add(dot);
      for (const text of Object.values(changes[place].set)) this.appliedTexts.add(text);
    }
  }

  /** Devices of one account, whose records the server accepted before. */
  checkOffers({ outcomes }) {
    for (const outcome of outcomes)
      if (!["applied", "device_conflict"].includes(outcome.status))
        this.trouble.push(`an offer was not taken: ${JSON.stringify(outcome)}`);
  }

  /** What is shown of a record never goes back to an earlier state. */
  checkScreen(store, before, spaces) {
    if (!spaces.every((space) => space in store.roles)) return;
    for (const [id, held] of before) {
      const record = store.confirmed.get(id);
      if (!record || record.grave || held.grave) continue;
      if (Object.entries(held.clock).some(([by, n]) => (record.clock[by] ?? 0) < n))
        this.trouble.push(`${id} went back in time on the screen`);
    }
  }

  async syncBadly(device) {
    const kind = this.pick(["request lost", "answer lost", "twice", "late"]);
    await this.sync(device, async (address, request) => {
      if (kind === "request lost") throw new TypeError("no network");
      const answer = await this.fetch(address, request);
      if (kind === "twice") return this.fetch(address, request);
      if (kind === "late")
        this.late.push({ device, asked: await asked(request), reply: await answer.json() });
      else await answer.arrayBuffer();
      throw new TypeError("no answer");
    });
  }

  async deliverLate() {
    const [found] = this.late.splice(Math.floor(this.random() * this.late.length), 1);
    if (!found || !this.devices.includes(found.device)) return;
    const { store } = found.device;
    if (found.asked.offers) await takeOffers(store, found.asked, found.reply);
    else await store.takeReply(found.asked, found.reply, store.nowMs());
  }

  async restart(device) {
    device.store.close();
    const again = await this.device(device.name, device.person);
    again.store.nowMs = device.store.nowMs;
    this.editors.delete(device);
    device.store = again.store;
    await this.compareWithRows(device.store);
  }

  /** The start cache must say what the rows say. */
  async compareWithRows(store) {
    const rows = await store.database.transact([STORES.confirmed], "readonly", (tx) =>
      tx.objectStore(STORES.confirmed).getAll(),
    );
    const wanted = new Confirmed();
    for (const row of rows) wanted.hold(row);
    if (!isDeepStrictEqual(new Map(wanted), new Map(store.confirmed)))
      this.trouble.push("a start found other records than the rows");
  }

  /**
   * Another tab: a second store on the same database, which hears nothing of the first but what lies there.
   */
  async secondTab(device) {
    if (this.devices.length >= DEVICES_MAX) return;
    const tab = await this.device(device.name, device.person);
    tab.store.nowMs = device.store.nowMs;
    this.devices.push(tab);
  }

  async clone(device) {
    if (this.devices.length < DEVICES_MAX) this.devices.push(await this.copy(device));
  }

  /** Another installation with the same profile. */
  async copy(device) {
    const twin = await this.device(undefined, device.person);
    await this.fill(twin, await this.rowsOf(device));
    return twin;
  }

  /** Everything that is in a device's database. */
  rowsOf(device) {
    return device.store.database.transact(ALL_STORES, "readonly", async (tx) =>
      Promise.all(
        ALL_STORES.map(async (name) => ({
          name,
          keys: await tx.objectStore(name).getAllKeys(),
          values: await tx.objectStore(name).getAll(),
        })),
      ),
    );
  }

  async fill(device, kept) {
    await device.store.database.transact(ALL_STORES, "readwrite", async (tx) => {
      for (const { name, keys, values } of kept) {
        await tx.objectStore(name).clear();
        for (const [place, held] of values.entries())
          await tx.objectStore(name).put(held, ...(name === STORES.meta ? [keys[place]] : []));
      }
    });
    await device.store.open();
  }

  /** The whole profile is as it was: what only the later one had is lost, as with a lost phone. */
  async rollBack(device) {
    const isAlone = this.devices.filter(({ name }) => name === device.name).length === 1;
    if (!this.snapshots.has(device) || !isAlone) return;
    const [kept, since] = this.snapshots.get(device);
    this.lose(device, since);
    this.late = this.late.filter((each) => each.device !== device);
    this.editors.delete(device);
    await this.fill(device, kept);
  }

  lose(device, since) {
    for (const edit of this.edits.slice(since)) if (edit.device === device) this.lost.add(edit);
  }

  /**
   * A copy of a profile, or its later state before a rollback, sends changes; the profile uses the same
   * numbers while it waits for an answer that brings them.
   */
  async useNumbersAgain(device) {
    const [id, twin, since] = [this.pick(this.ids), await this.copy(device), this.edits.length];
    await this.saveSome(twin, id);
    await this.sync(twin);
    const held = this.random() < 0.5 ? await this.hold(device) : null;
    await this.saveSome(device, id);
    if (this.random() < 0.5) await device.store.takeRequest(); // is lost
    await this.saveSome(device, id);
    const { request, reply } = held ?? (await this.hold(device));
    await device.store.takeReply(request, reply, device.store.nowMs());
    await this.saveSome(device, id);
    if (this.devices.length < DEVICES_MAX && this.random() < 0.5) return void this.devices.push(twin);
    this.lose(twin, since);
    twin.store.close();
  }

  async saveSome(device, id) {
    for (let each = Math.floor(this.random() * 3); each > 0; each--)
      await this.save(device, this.editor(device, id), this.pick(FIELDS));
  }

  /** A pull and its answer, to be taken later. */
  async hold(device) {
    const request = { ...(await device.store.takeRequest(0)), limit: this.pick([1, 2, 3, 2500]) };
    return { request, reply: await post("/sync", request, device.person.headers) };
  }

  async settle() {
    for (let round = 0; round < 12; round++) {
      for (const device of this.devices) {
        await device.store.catchUp(this.ids);
        await this.sync(device);
      }
    }
    for (const device of this.devices)
      await device.store.catchUp([...device.store.confirmed.keys(), ...this.ids]);
    for (const device of this.devices) {
      await device.store.tidy(1, 2);
      await this.restart(device);
    }
  }

  violations() {
    const found = [...this.trouble];
    for (const person of this.members) {
      const states = this.devices
        .filter((device) => device.person === person)
        .map(({ store }) =>
          JSON.stringify(
            [...store.confirmed.values()]
              .filter((record) => !record.grave)
              .map(({ id, space, clock, writes, seq }) => ({ id, space, seq, clock: sorted(clock), writes }))
              .sort((a, b) => (a.id < b.id ? -1 : 1)),
          ),
        );
      if (new Set(states).size > 1) found.push("devices hold different records");
    }
    for (const { store } of this.devices)
      if (store.outbox.length) found.push(`an outbox holds ${store.outbox.length}`);
    return [...found, ...this.falseAlarms(), ...this.vanished()];
  }

  /** Nobody takes a new id if no profile was copied or rolled back. */
  falseAlarms() {
    if (this.copies) return [];
    const renewed = this.devices.filter(({ store, firstId }) => store.deviceId !== firstId);
    return renewed.map(({ firstId }) => `${firstId} took a new id`);
  }

  vanished() {
    const held = new Set(
      this.devices
        .flatMap(({ store }) => [...store.confirmed.values()])
        .filter((record) => !record.grave)
        .flatMap((record) => record.writes.flatMap((write) => Object.values(write.set))),
    );
    const trays = new Set(
      this.devices.flatMap((device) =>
        device.store.rejected.flatMap(({ entry }) => Object.values(entry.set)),
      ),
    );
    const replacements = new Map();
    for (const { set, shown } of this.edits.filter((edit) => !this.lost.has(edit) || this.wasApplied(edit)))
      for (const [field, texts] of Object.entries(shown))
        for (const old of texts) this.note(replacements, old, set[field]);
    const isKept = (text) =>
      held.has(text) ||
      trays.has(text) ||
      [...(replacements.get(text) ?? []), ...(this.folds.get(text) ?? [])].some(isKept);
    const isExcused = (edit) => (this.lost.has(edit) && !this.wasApplied(edit)) || this.isFull(edit.id);
    return this.edits.flatMap((edit) =>
      Object.entries(edit.set)
        .filter(([field, text]) => FIELDS.includes(field) && !isKept(text) && !isExcused(edit))
        .map(([field, text]) => `${text} of ${field} vanished`),
    );
  }

  /** Whether a field of a record holds as many values as it can: more push the oldest out. */
  isFull(id) {
    const { writes = [] } = this.devices[0].store.confirmed.get(id) ?? {};
    const holding = (field) => writes.filter(({ set }) => Object.hasOwn(set, field)).length;
    return FIELDS.some((field) => holding(field) >= FIELD_WRITES_MAX);
  }

  /** Whether the server ever applied an edit. */
  wasApplied({ set }) {
    return Object.entries(set).some(([field, text]) => FIELDS.includes(field) && this.appliedTexts.has(text));
  }

  shownValues(device, id, field) {
    return (device.store.shown.get(id)?.writes ?? [])
      .filter((write) => Object.hasOwn(write.set, field))
      .map((write) => write.set[field]);
  }

  note(map, key, entry) {
    map.set(key, [...(map.get(key) ?? []), entry]);
  }

  newValue() {
    return `value ${++this.values}`;
  }
}

/** Two people and a space that both are in; ids are made by one of them each, where they thought of them. */
class SharedWorld extends World {
  async begin() {
    await super.begin();
    this.members.push(await this.signUp());
    const [ana, ben] = this.members;
    this.space = (await post("/api/v1/spaces", { name: "Family" }, ana.headers)).id;
    await this.letIn();
    this.devices = [
      await this.device(undefined, ana),
      await this.device(undefined, ana),
      await this.device(undefined, ben),
      await this.device(undefined, ben),
    ];
    for (const device of this.devices) await this.sync(device);
    this.ids.push(...this.ids.map((id) => id.replace("00000000-", "00000001-")));
    this.homes = new Map(
      this.ids.map((id, place) => [id, { person: this.members[place % 2], isShared: this.random() < 0.5 }]),
    );
    this.role = "editor";
    return ben;
  }

  async letIn() {
    const [ana, ben] = this.members;
    const { token } = await post(`/api/v1/spaces/${this.space}/invites`, { role: "editor" }, ana.headers);
    await post("/api/v1/invites/accept", { token }, ben.headers);
  }

  /** Who lost sight of a record before its own changes of it came back may take a new id. */
  falseAlarms() {
    return [];
  }

  spaceFor(device, id) {
    const shown = device.store.shown.get(id);
    if (shown?.space) return shown.space;
    const { person, isShared } = this.homes.get(id);
    return person !== device.person ? null : isShared ? this.space : device.store.personal;
  }

  async step() {
    const roll = this.random();
    if (roll < 0.12) return this.move(this.pick(this.devices));
    if (roll < 0.16) return this.changeRole();
    await super.step();
  }

  async move(device) {
    const id = this.pick(this.ids);
    const from = device.store.shown.get(id)?.space;
    if (!from || from === "local" || !device.store.personal) return;
    const move = from === this.space ? device.store.personal : this.space;
    await device.store.edit({ space: from, kind: "task", id, set: {}, move });
  }

  /** The second person is editor, viewer, or out. */
  async changeRole() {
    const [ana, ben] = this.members;
    const next = this.pick(["editor", "viewer", null]);
    const member = `/api/v1/spaces/${this.space}/members/${ben.id}`;
    if (next && !this.role) await this.letIn();
    if (next && next !== (this.role ?? "editor")) await post(member, { role: next }, ana.headers, "PATCH");
    if (!next && this.role) await post(member, undefined, ana.headers, "DELETE");
    this.role = next;
  }
}

/** The server is restored from a backup; whoever is ahead of it brings back what it lacks. */
class RestoredWorld extends World {
  constructor(seed) {
    super(seed);
    this.copies = 0; // what only a lost profile had, only the server had
  }

  /** A few steps, perhaps none. */
  async steps() {
    for (let left = Math.floor((this.random() * 2 * STEPS) / 3); left > 0; left--) await this.step();
  }

  /** The restore has ended all sessions. */
  async restored() {
    for (const person of this.members) {
      const given = { email: person.email, password: PASSWORD, session: "bearer" };
      const { token } = await post("/auth/sign-in", given);
      person.headers = { Authorization: `Bearer ${token}` };
    }
  }

  /** Each device takes a new id. */
  falseAlarms() {
    return [];
  }
}

async function post(path, body, headers = {}, method = "POST") {
  const answer = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

async function asked(request) {
  const body = request.headers["Content-Encoding"]
    ? await new Response(
        new Blob([request.body]).stream().pipeThrough(new DecompressionStream("gzip")),
      ).text()
    : request.body;
  return JSON.parse(body);
}

const sorted = (clock) => Object.fromEntries(Object.entries(clock ?? {}).sort());

async function play(World, seed) {
  const world = new World(seed);
  await world.begin();
  for (let step = 0; step < STEPS; step++) await world.step();
  await finish(world);
}

async function finish(world) {
  await world.settle();
  console.log(JSON.stringify({ seed: world.seed, violations: world.violations() }));
  for (const { store } of world.devices) store.close();
}

/** Histories at once, so that one backup and one restore serve all of them. */
async function playRestored(seeds) {
  const worlds = seeds.map((seed) => new RestoredWorld(seed));
  for (const world of worlds) await world.begin();
  for (let each = 0; each < RESTORES; each++) {
    for (const world of worlds) await world.steps();
    await ask("backup");
    for (const world of worlds) await world.steps();
    await ask("restore");
    for (const world of worlds) await world.restored();
  }
  for (const world of worlds) await world.steps();
  for (const world of worlds) await finish(world);
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function ask(what) {
  console.log(JSON.stringify({ ask: what }));
  await lines.next();
}

const seeds = Array.from({ length: count }, (_, place) => firstSeed + place);
if (process.argv[5] === "restored")
  for (let start = 0; start < count; start += AT_ONCE)
    await playRestored(seeds.slice(start, start + AT_ONCE));
else for (const seed of seeds) await play(process.argv[5] === "shared" ? SharedWorld : World, seed);
process.exit(0);
