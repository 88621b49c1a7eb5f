// The app's real store and engine, many devices of one account, against a live server over HTTP with faults, from seeds.
// node devices.mjs URL FIRST_SEED COUNT → one JSON line {seed, violations} a history. Started by tests/stack/test_devices.py.
import "fake-indexeddb/auto";
import { Store } from "../js/store/store.js";
import { Database } from "../js/store/database.js";
import { Engine } from "../js/sync/engine.js";

const [url, firstSeed, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const STEPS = 30;
const TASKS = 3;
const ALL = ["confirmed", "rebuilt", "outbox", "tray", "meta"];

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
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  async begin() {
    const email = `${this.seed}-${Date.now()}-${Math.random()}@example.org`;
    const answer = await fetch(`${url}/auth/sign-up`, { method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, password: "four quiet words here", session: "bearer" }) });
    const { id, token } = await answer.json();
    this.account = id;
    this.headers = { Authorization: `Bearer ${token}` };
    this.ids = Array.from({ length: TASKS }, (_, place) => `00000000-0000-4000-8000-${String(this.seed).padStart(6, "0")}${String(place).padStart(6, "0")}`);
    this.devices = [await this.device(), await this.device()];
    for (const device of this.devices) await this.sync(device);
  }

  async device(name = `${this.seed}-${Math.random()}`) {
    const skewMs = this.pick([0, 0, -86_400_000, 3 * 86_400_000]);
    const store = await new Store(this.account, () => Date.now() + skewMs, new Database(name)).open();
    return { store, name };
  }

  async step() {
    const device = this.pick(this.devices);
    const roll = this.random();
    if (roll < 0.42) await this.edit(device);
    else if (roll < 0.52) this.openEditor(device);
    else if (roll < 0.57) await this.undo(device);
    else if (roll < 0.77) await this.sync(device);
    else if (roll < 0.9) await this.syncBadly(device);
    else if (roll < 0.94) await this.deliverLate();
    else if (roll < 0.96) await this.restart(device);
    else if (roll < 0.98 && this.devices.length < 4) await this.secondTab(device);
    else if (this.devices.length < 4) await this.clone(device);
  }

  async edit(device, taken) {
    const open = this.editors.get(device) ?? [];
    const { id, field, begun, shown } = taken ?? (open.length && this.random() < 0.5 ? open.pop() : this.editor(device));
    const exists = device.store.shown.get(id);
    const text = this.newValue();
    const set = exists ? { [field]: text } : { title: this.newValue(), status: "pending", completed_at: null, [field]: text };
    const before = device.store.outbox.map((entry) => entry.key);
    const folded = device.store.outbox;
    const entry = await device.store.edit({ space: device.store.space, kind: "task", id, set, begun });
    const kept = new Set(device.store.outbox.map((each) => each.key));
    for (const old of folded.filter((each) => before.includes(each.key) && !kept.has(each.key)))
      for (const [name, held] of Object.entries(old.set)) this.note(this.folds, held, set[name]);
    this.edits.push({ device, id, entry, set, shown: { [field]: shown } });
  }

  editor(device) {
    const [id, field] = [this.pick(this.ids), this.pick(["title", "description"])];
    return { id, field, begun: device.store.begin(id), shown: this.shownValues(device, id, field) };
  }

  openEditor(device) {
    this.editors.set(device, [...(this.editors.get(device) ?? []), this.editor(device)]);
  }

  async undo(device) {
    const mine = this.edits.findLast((edit) => edit.device === device && Object.keys(edit.set).length === 1 && edit.entry.by === device.store.deviceId);
    if (!mine) return;
    const [field, held] = Object.entries(mine.set)[0];
    const begun = device.store.afterEdit(mine.entry);
    const shown = [...(mine.shown[field] ?? []), ...((begun.seen[begun.by] ?? 0) >= mine.entry.n ? [held] : [])];
    await this.edit(device, { id: mine.id, field, begun, shown });
  }

  async sync(device, ask = (...given) => fetch(...given)) {
    const engine = new Engine(device.store, { fetch: ask, url: `${url}/sync`, headers: this.headers });
    await engine.now();
    engine.stop();
    if (engine.isSignedOut) this.trouble.push("signed out");
  }

  async syncBadly(device) {
    const kind = this.pick(["request lost", "answer lost", "twice", "late"]);
    await this.sync(device, async (address, request) => {
      if (kind === "request lost") throw new TypeError("no network");
      const answer = await fetch(address, request);
      if (kind === "twice") return fetch(address, request);
      if (kind === "late") this.late.push({ device, asked: await asked(request), reply: await answer.json() });
      else await answer.arrayBuffer();
      throw new TypeError("no answer");
    });
  }

  async deliverLate() {
    const [found] = this.late.splice(Math.floor(this.random() * this.late.length), 1);
    if (found && this.devices.includes(found.device)) await found.device.store.takeReply(found.asked, found.reply, found.device.store.nowMs());
  }

  async restart(device) {
    device.store.close();
    const again = await this.device(device.name);
    again.store.nowMs = device.store.nowMs;
    this.editors.delete(device);
    device.store = again.store;
  }

  /** Another tab: a second store on the same database, which hears nothing of the first but what lies there. */
  async secondTab(device) {
    const tab = await this.device(device.name);
    tab.store.nowMs = device.store.nowMs;
    this.devices.push(tab);
  }

  async clone(device) {
    const twin = await this.device();
    const kept = await device.store.database.transact(ALL, "readonly", async (tx) => Promise.all(ALL.map(async (name) =>
      ({ name, keys: await tx.objectStore(name).getAllKeys(), values: await tx.objectStore(name).getAll() }))));
    await twin.store.database.transact(ALL, "readwrite", async (tx) => {
      for (const { name, keys, values } of kept)
        for (const [place, held] of values.entries()) await tx.objectStore(name).put(held, ...(name === "meta" ? [keys[place]] : []));
    });
    await twin.store.open();
    this.devices.push(twin);
  }

  async settle() {
    for (let round = 0; round < 12; round++) {
      for (const device of this.devices) {
        await device.store.catchUp(this.ids);
        await this.sync(device);
      }
    }
    for (const device of this.devices) await device.store.catchUp([...device.store.confirmed.keys(), ...this.ids]);
  }

  violations() {
    const states = this.devices.map(({ store }) => JSON.stringify([...store.confirmed.values()].map(({ id, clock, writes, seq }) => ({ id, seq, clock: sorted(clock), writes }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))));
    const found = [...this.trouble];
    if (new Set(states).size > 1) found.push("devices hold different records");
    for (const { store } of this.devices) if (store.outbox.length) found.push(`an outbox holds ${store.outbox.length}`);
    return [...found, ...this.vanished()];
  }

  vanished() {
    const [{ store }] = this.devices;
    const held = new Set([...store.confirmed.values()].flatMap((record) => (record.writes ?? []).flatMap((write) => Object.values(write.set))));
    const trays = new Set(this.devices.flatMap((device) => device.store.tray.flatMap(({ entry }) => Object.values(entry.set))));
    const replacements = new Map();
    for (const { set, shown } of this.edits)
      for (const [field, texts] of Object.entries(shown)) for (const old of texts) this.note(replacements, old, set[field]);
    const isKept = (text) => held.has(text) || trays.has(text) || [...(replacements.get(text) ?? []), ...(this.folds.get(text) ?? [])].some(isKept);
    return this.edits.flatMap(({ set }) => Object.entries(set).filter(([field, text]) => ["title", "description"].includes(field) && !isKept(text))
      .map(([field, text]) => `${text} of ${field} vanished`));
  }

  shownValues(device, id, field) {
    return (device.store.shown.get(id)?.writes ?? []).filter((write) => Object.hasOwn(write.set, field)).map((write) => write.set[field]);
  }

  note(map, key, entry) {
    map.set(key, [...(map.get(key) ?? []), entry]);
  }

  newValue() {
    return `value ${++this.values}`;
  }
}

async function asked(request) {
  const body = request.headers["Content-Encoding"]
    ? await new Response(new Blob([request.body]).stream().pipeThrough(new DecompressionStream("gzip"))).text() : request.body;
  return JSON.parse(body);
}

const sorted = (clock) => Object.fromEntries(Object.entries(clock ?? {}).sort());

for (let seed = firstSeed; seed < firstSeed + count; seed++) {
  const world = new World(seed);
  await world.begin();
  for (let step = 0; step < STEPS; step++) await world.step();
  await world.settle();
  console.log(JSON.stringify({ seed, violations: world.violations() }));
  for (const { store } of world.devices) store.close();
}
process.exit(0);
