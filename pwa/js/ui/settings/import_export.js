/**
 * Exports everything to files and imports files. An import first shows what it would do, and is one step to
 * undo.
 * @typedef {import("../context.js").Context} Context
 * @typedef {"json" | "csv" | "ics" | "md"} Format
 * @typedef {import("../../domain/import_export/plan.js").Plan} Plan
 * @typedef {import("../../store/replica.js").Edit} Edit
 * @typedef {{plan: Plan, edits: Edit[], isJson: boolean}} DryRun `edits` carry out the plan
 */
import { element, h, patch } from "../../lib/patch.js";
import { yieldToBrowser } from "../../lib/dom.js";
import { dayOf } from "../../lib/dates.js";
import { plural, t } from "../../i18n/i18n.js";
import { newId } from "../../domain/edits.js";
import { openDialog } from "../kit/dialog.js";
import { numberText } from "../kit/formats.js";
import { button, buttonRow, mainButton } from "../kit/settings_rows.js";
import { toast } from "../kit/toast.js";
import { keysOnTop, lastKey } from "../../domain/order.js";
import { valuesOf } from "../../domain/values.js";

const TYPES = { json: "application/json", csv: "text/csv", ics: "text/calendar", md: "text/markdown" };
const TAKEN_TYPES = ".json,.csv,.tsv,.txt,application/json,text/csv,text/tab-separated-values,text/plain";
const FILE_BYTES_MAX = 100_000_000;
const PROBLEMS_MAX = 100;
const REVOKE_AFTER_MS = 10_000;

/**
 * Saves everything on this device as a file, without a network.
 * @param {Context} context
 * @param {Format} format
 */
export async function saveCopy(context, format) {
  const exchange = await import("../../domain/import_export.js");
  await context.editors.settle();
  const records = [...context.view.store.shown.values()].map((record) => ({
    ...record,
    values: valuesOf(record),
  }));
  const text = {
    json: () => exchange.toJson(records, aboutOf(context)),
    csv: () => exchange.toCsv(records),
    ics: () => exchange.toIcs(records, { now: context.view.now().toISOString() }),
    md: () => exchange.toMarkdown(records),
  }[format]();
  const name = `driftless-${dayOf(context.view.now())}.${format}`;
  saveFile(name, text, TYPES[format]);
  toast(t("export.done", { name }));
}

/**
 * The content of an export besides the records.
 * @param {Context} context
 */
function aboutOf({ view: { store } }) {
  return {
    now: new Date(store.nowMs()).toISOString(),
    unsent: store.unsentEntries,
    notAccepted: store.rejected,
  };
}

/**
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export function saveFile(name, text, type) {
  const link = element("a", {
    href: URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` })),
    download: name,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_AFTER_MS);
}

/**
 * Asks for a file, and shows what it would import.
 * @param {Context} context
 */
export function openImport(context) {
  const input = element("input", {
    type: "file",
    accept: TAKEN_TYPES,
    onchange: () => input.files?.[0] && new Import(context, input.files[0]).start(),
  });
  input.click();
}

class Import {
  /**
   * @param {Context} context
   * @param {File} file
   */
  constructor(context, file) {
    this.context = context;
    this.file = file;
    this.box = openDialog(t("import.title"), "bring-in", []);
  }

  async start() {
    this.#show(h("p", { role: "status" }, t("import.reading")));
    try {
      const text = await this.#read();
      this.#showRun(text === null ? tooLarge() : await dryRun(this.context, text, this.file.name));
    } catch (error) {
      console.error(error);
      this.#show(h("p", { role: "alert" }, t("import.unreadable")), this.#closing());
    }
  }

  async #read() {
    return this.file.size > FILE_BYTES_MAX ? null : this.file.text();
  }

  /** @param {DryRun} run */
  #showRun({ plan, edits, isJson }) {
    const problems = plan.problems.toSorted((a, b) => a.line - b.line);
    const isNothing = !edits.length && !plan.same;
    const words = isNothing ? t("import.nothing") : edits.length ? countsText(plan) : t("import.allThere");
    this.#show(
      h("p", { class: "is-strong", role: "status" }, words),
      problemList(problems, isJson),
      edits.length ? h("p", {}, t("import.preview")) : "",
      edits.length ? this.#choosing(edits) : this.#closing(),
    );
  }

  /** @param {Edit[]} edits */
  #choosing(edits) {
    return buttonRow(
      mainButton(t("import.action"), () => this.#bringIn(edits)),
      button(t("action.cancel"), () => this.box.close()),
    );
  }

  #closing() {
    return buttonRow(mainButton(t("action.close"), () => this.box.close()));
  }

  /** @param {Edit[]} edits */
  async #bringIn(edits) {
    this.#show(h("p", { role: "status" }, t("import.importing")));
    await yieldToBrowser();
    await this.context.edit.do(plural(edits.length, "import.done"), edits);
    this.box.close();
  }

  /** @param {...import("../../lib/patch.js").Child} content */
  #show(...content) {
    patch(this.box, [h("h1", {}, this.file.name), ...content]);
    /** @type {HTMLElement | null} */ (this.box.querySelector(".is-main"))?.focus();
  }
}

/** @param {Plan} plan */
function countsText({ create, update, same }) {
  return [
    create.length && plural(create.length, "import.new"),
    update.length && plural(update.length, "import.changed"),
    same && plural(same, "import.unchanged"),
  ]
    .filter(Boolean)
    .join(" · ");
}

/**
 * Compares the content of a file with the current data.
 * @param {Context} context
 * @param {string} text
 * @param {string} name of the file
 * @returns {Promise<DryRun>}
 */
async function dryRun(context, text, name) {
  const { planImport, readImport } = await import("../../domain/import_export.js");
  await context.editors.settle();
  const { store, tasks } = context.view;
  const held = (/** @type {Map<string, {record: import("../../core/merge.js").Rec}>} */ records) =>
    new Map(
      [...records].filter(([id]) => store.shown.has(id)).map(([id, { record }]) => [id, valuesOf(record)]),
    );
  const plan = planImport(
    readImport(text, name),
    { tasks: held(tasks.all), lists: held(tasks.lists) },
    { newId, now: context.view.now().toISOString() },
  );
  return { plan, edits: editsOf(context, plan), isJson: /^\uFEFF?\s*[{[]/.test(text) };
}

/**
 * @param {Context} context
 * @param {Plan} plan
 * @returns {Edit[]}
 */
function editsOf({ view: { store, tasks } }, { create, update }) {
  const orders = ordersFor(create, tasks);
  const made = create.map(({ kind, id, set }) => ({
    space: tasks.lists.get(String(set.list))?.space || store.space,
    kind,
    id,
    set: { ...set, order: set.order ?? /** @type {string} */ (orders.get(id)) },
  }));
  const changed = update.map(({ kind, id, set }) => ({
    space: store.shown.get(id)?.space ?? store.space,
    kind,
    id,
    set,
    begun: store.begin(id),
  }));
  return [...made, ...changed];
}

/**
 * Positions for records without one: tasks on top, in their order; lists after the others.
 * @param {Plan["create"]} create
 * @param {import("../../domain/tasks.js").Tasks} tasks
 */
function ordersFor(create, tasks) {
  const bare = (/** @type {string} */ wanted) =>
    create.filter(({ kind, set }) => kind === wanted && !set.order).map(({ id }) => id);
  const bareTasks = bare("task");
  const keys = keysOnTop([...tasks.all.values()], bareTasks.length);
  const orders = new Map(bareTasks.map((id, index) => [id, keys[index]]));
  /** @type {{order: string}[]} */
  let last = [...tasks.lists.values()];
  for (const id of bare("list")) {
    const order = lastKey(last);
    orders.set(id, order);
    last = [{ order }];
  }
  return orders;
}

/** @returns {DryRun} */
function tooLarge() {
  return {
    plan: {
      create: [],
      update: [],
      same: 0,
      problems: [{ line: 0, message: t("import.tooLarge", { max: FILE_BYTES_MAX / 1_000_000 }) }],
    },
    edits: [],
    isJson: false,
  };
}

/**
 * @param {Plan["problems"]} problems
 * @param {boolean} isJson
 */
function problemList(problems, isJson) {
  if (!problems.length) return null;
  const rest = problems.length - PROBLEMS_MAX;
  return h(
    "ul",
    { class: "problems", role: "list", tabIndex: 0, "aria-label": t("import.problems") },
    problems
      .slice(0, PROBLEMS_MAX)
      .map(({ line, message }) => h("li", {}, line > 0 && placeOf(line, isJson), message)),
    rest > 0 && h("li", {}, plural(rest, "list.andMore")),
  );
}

/**
 * The position of a problem in the file.
 * @param {number} line
 * @param {boolean} isJson
 */
function placeOf(line, isJson) {
  const n = numberText(line);
  return h("b", {}, isJson ? t("import.entry", { n }) : t("import.line", { n }), " ");
}
