// The stream of live updates and the engine, over real HTTP: what is asked when, and how often.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test from "node:test";
import { Database } from "../js/store/database.js";
import { Store } from "../js/store/store.js";
import { backoff } from "../js/sync/backoff.js";
import { Engine } from "../js/sync/engine.js";
import { Live } from "../js/sync/live.js";

const MINUTE_MS = 60_000;
let count = 0;

/** A server whose spaces are at the given seqs; a test says what its streams tell. */
class Told {
  heads = { home: 1 };
  refusal = null;
  syncs = 0;
  opened = 0;
  streams = new Set();

  async listen() {
    this.server = createServer((asked, answer) =>
      asked.url.startsWith("/events") ? this.#stream(answer) : this.#sync(answer),
    ).listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  tell(event, data) {
    for (const stream of this.streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  #sync(answer) {
    this.syncs++;
    const spaces = Object.fromEntries(
      Object.entries(this.heads).map(([space, seq]) => [
        space,
        { role: "owner", personal: space === "home", seq, records: [], cursor: `1:${seq}`, more: false },
      ]),
    );
    answer.setHeader("Content-Type", "application/json");
    answer.end(JSON.stringify({ epoch: "e1", now: 1_790_000_000_000, outcomes: [], spaces, limits: {} }));
  }

  #stream(answer) {
    this.opened++;
    if (this.refusal) return answer.writeHead(this.refusal.status, this.refusal.headers).end("{}");
    answer.writeHead(200, { "Content-Type": "text/event-stream" });
    this.streams.add(answer);
    answer.on("close", () => this.streams.delete(answer));
    this.tell("ready", { stream: `${this.opened}`, epoch: "e1", now: 0, spaces: this.heads });
  }
}

async function connected(t, outside = {}) {
  const server = await new Told().listen();
  const store = await new Store(
    "ana",
    Date.now,
    new Database(`live-${++count}`, () => {}, { marks: null }),
  ).open();
  const engine = new Engine(store, { url: `${server.url}/sync`, random: () => 0 });
  const live = new Live(engine, { url: `${server.url}/events`, random: () => 0, ...outside });
  t.after(() => {
    live.close();
    engine.stop();
    server.close();
  });
  await engine.now();
  return { server, engine, live };
}

async function until(isSo) {
  for (let waited = 0; !isSo(); waited += 10) {
    assert.ok(waited < 10_000, String(isSo));
    await new Promise((done) => setTimeout(done, 10));
  }
}
/** The server is out of reach, and then it is not: a reason to try again at once. */
async function comeBack(engine) {
  engine.unreachedSince = 1;
  engine.dispatchEvent(new Event("condition"));
  await engine.now();
}
const settled = () => new Promise((done) => setTimeout(done, 150));

test("a stream costs no sync unless it tells of something new", async (t) => {
  const { server, engine, live } = await connected(t);
  live.open();
  await until(() => engine.isLive);
  await settled();
  assert.equal(server.syncs, 1);
  server.tell("commit", { space: "home", seq: 1, by: [], devices: [] });
  await settled();
  assert.equal(server.syncs, 1);
  server.heads = { home: 3 };
  for (const seq of [2, 3]) server.tell("commit", { space: "home", seq, by: [], devices: [] });
  await settled();
  assert.equal(server.syncs, 2);
  server.heads = { home: 3, shared: 7 };
  server.tell("space", { space: "shared", role: "viewer", seq: 7 });
  await settled();
  assert.equal(server.syncs, 3);
  assert.deepEqual(engine.reached, { home: 3, shared: 7 });
});

test("a stream that opens finds what was missed: news, another epoch, a space that is gone", async (t) => {
  for (const missed of [{ heads: { home: 2 } }, { epoch: "e2" }, { known: { home: 1, shared: 1 } }]) {
    const { server, engine, live } = await connected(t);
    server.heads = missed.heads ?? server.heads;
    engine.epoch = missed.epoch ?? engine.epoch;
    engine.reached = missed.known ?? engine.reached;
    live.open();
    await until(() => server.syncs === 2);
    await settled();
    assert.equal(server.syncs, 2);
  }
});

test("a stream that ends is opened again; one that the server refuses, not before it says so", async (t) => {
  let nowMs = 0;
  const { server, engine, live } = await connected(t, { nowMs: () => nowMs });
  live.open();
  await until(() => engine.isLive);
  for (const stream of server.streams) stream.end();
  await until(() => !engine.isLive);
  await until(() => server.opened === 2);
  server.refusal = { status: 429, headers: { "Retry-After": "90" } };
  for (const stream of server.streams) stream.end();
  await until(() => server.opened === 3);
  await until(() => live.stopping === null);
  await comeBack(engine);
  await settled();
  assert.equal(server.opened, 3);
  server.refusal = null;
  nowMs += 90_000;
  await comeBack(engine);
  await until(() => engine.isLive);
});

test("a session that has ended opens no stream; each try asks for one sync", async (t) => {
  const { server, engine, live } = await connected(t);
  server.refusal = { status: 401, headers: {} };
  live.open();
  await until(() => server.syncs === 2);
  await settled();
  assert.deepEqual([server.syncs, server.opened], [2, 1]);
  engine.isSignedOut = true;
  engine.dispatchEvent(new Event("condition"));
  const { opened } = server;
  await new Promise((done) => setTimeout(done, 1_500));
  assert.equal(server.opened, opened);
});

test("the regular sync comes after five minutes with a stream, after one without", async (t) => {
  const { server, engine } = await connected(t);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = async (isLive, ms) => {
    engine.useLive(!isLive);
    engine.useLive(isLive);
    const before = server.syncs;
    t.mock.timers.tick(ms);
    await engine.running;
    return server.syncs - before;
  };
  assert.equal(await asked(true, 5 * MINUTE_MS - 1), 0);
  assert.equal(await asked(true, 5 * MINUTE_MS), 1);
  assert.equal(await asked(false, MINUTE_MS - 1), 0);
  assert.equal(await asked(false, MINUTE_MS), 1);
  t.mock.timers.reset();
});

test("the back-off: a second at least, doubled up to five minutes, spread by chance", () => {
  const ends = (/** @type {number} */ failures) => [backoff(failures, () => 0), backoff(failures, () => 1)];
  assert.deepEqual([1, 2, 5, 20].map(ends), [
    [1_000, 2_000],
    [1_000, 3_000],
    [1_000, 17_000],
    [1_000, 301_000],
  ]);
});
