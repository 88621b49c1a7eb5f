/**
 * Connects the store of an account, its engine and the other tabs: one tab syncs, all of them show the
 * result.
 * @typedef {import("../store/store.js").Store} Store
 * @typedef {import("../sync/engine.js").Engine} Engine
 * @typedef {import("../sync/tabs.js").Tabs} Tabs
 * @typedef {object} Told  receives the events
 * @property {(ids: string[] | undefined) => void} changed  records of these ids
 * @property {() => void} condition  of the engine
 * @property {() => boolean} isLeaving  the page is leaving and does not change
 * @property {() => boolean} isSigningIn  this tab then syncs, even if it is not the leader
 */

/**
 * @param {Store} store
 * @param {Engine} engine
 * @param {Tabs} tabs
 * @param {Told} told
 */
export function follow(store, engine, tabs, told) {
  engine.isLeading = tabs.isLeader;
  engine.lock = async (work) => {
    if (tabs.isLeader || told.isSigningIn()) await work();
    else tabs.tell("sync", {});
  };
  store.addEventListener("changed", (/** @type {any} */ { detail: { ids, isOwn } }) => {
    told.changed(ids);
    if (isOwn) tabs.tell("changed", { ids });
    if (isOwn && store.isWaiting && !engine.running) engine.now();
  });
  followCondition(engine, tabs, told);
  followTabs(store, engine, tabs);
}

/**
 * @param {Engine} engine
 * @param {Tabs} tabs
 * @param {Told} told
 */
function followCondition(engine, tabs, told) {
  engine.addEventListener("condition", () => {
    if (told.isLeaving()) return;
    told.condition();
    const { isSignedOut, unreachedSince, status, notBeforeMs } = engine;
    tabs.tell("condition", { isSignedOut, unreachedSince, status, notBeforeMs });
  });
  tabs.addEventListener("condition", (/** @type {any} */ { detail }) => {
    Object.assign(engine, detail);
    told.condition();
  });
}

/**
 * @param {Store} store
 * @param {Engine} engine
 * @param {Tabs} tabs
 */
function followTabs(store, engine, tabs) {
  tabs.addEventListener("changed", async (/** @type {any} */ { detail }) => {
    await store.catchUp(detail.ids);
    if (store.isWaiting && tabs.isLeader) engine.now();
  });
  tabs.addEventListener("sync", () => tabs.isLeader && engine.now());
  tabs.addEventListener("lead", () => {
    engine.isLeading = true;
    engine.now();
  });
}
