// The app's own store and engine, driven by the conformance kit (conformance/serving/driver.py): one JSON
// object a line on the standard input, one answer a line on the standard output.
import "fake-indexeddb/auto";
import { createInterface } from "node:readline";
import { valuesOf } from "../js/domain/values.js";
import { Database } from "../js/store/database.js";
import { Store } from "../js/store/store.js";
import { Engine } from "../js/sync/engine.js";

const PROFILE = "driven";
const session = { url: "", account: "", headers: {} };
const editors = new Map();
let [store, engine] = [null, null];

const COMMANDS = {
  async sign_in({ url, email, password }) {
    const response = await fetch(`${url}/auth/sign-in`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, password, session: "bearer" }),
    });
    const { id, token } = await response.json();
    Object.assign(session, { url, account: id, headers: { Authorization: `Bearer ${token}` } });
    await open();
    return {};
  },
  async create({ title }) {
    const id = crypto.randomUUID();
    const set = { title, status: "pending", completed_at: null };
    await store.edit({ space: store.space ?? "", kind: "task", id, set, begun: store.begin(id) });
    return { id };
  },
  async begin({ id }) {
    editors.set(editors.size, { id, begun: store.begin(id) });
    return { editor: editors.size - 1 };
  },
  async save({ editor, set }) {
    const open = editors.get(editor);
    const space = store.shown.get(open.id)?.space ?? "";
    const entry = await store.edit({ space, kind: "task", id: open.id, set, begun: open.begun });
    open.begun = store.afterEdit(entry);
    return {};
  },
  /** The answers to requests whose address ends with `lost` do not arrive. */
  async sync({ lost }) {
    engine.ask = async (url, options) => {
      const response = await fetch(url, options);
      if (lost && url.endsWith(lost)) throw new TypeError("the answer was lost");
      return response;
    };
    await engine.now();
    return { ok: engine.condition === "safe" || engine.condition === "waiting" };
  },
  async show() {
    const tasks = [...store.shown.values()].filter(({ kind, grave }) => kind === "task" && !grave);
    return { tasks: Object.fromEntries(tasks.map((record) => [record.id, valuesOf(record)])) };
  },
  async rejected() {
    const told = ({ entry, outcome }) => ({
      id: entry.id,
      set: entry.set,
      code: outcome.code ?? outcome.status,
    });
    return { rejected: store.rejected.map(told) };
  },
  async restart() {
    await open();
    return {};
  },
};

async function open() {
  engine?.stop();
  await engine?.running;
  store?.close();
  store = await new Store(session.account, () => Date.now(), new Database(PROFILE)).open();
  engine = new Engine(store, { url: `${session.url}/sync`, headers: session.headers });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { nr, do: name, ...given } = JSON.parse(line);
  COMMANDS[name](given)
    .catch((error) => ({ error: String(error.stack) }))
    .then((answer) => process.stdout.write(`${JSON.stringify({ nr, ...answer })}\n`));
}
process.exit();
