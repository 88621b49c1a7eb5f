/**
 * What pages of settings and of administration are made of: sections, settings, forms, and parts that only
 * the server knows, which say calmly where it cannot be reached.
 * @typedef {import("../../app.js").App} App
 * @typedef {{name: string, label: string, type?: string, autocomplete?: string, value?: string, isOptional?:
 *   boolean, max?: number, min?: number, note?: string}} Field
 */
import { element, patch } from "../../lib/patch.js";
import { dates, locale, plural, t } from "../../lib/words.js";
import { errorText } from "./error_messages.js";

const FIELD_MAX = 254;
const MINUTE_S = 60;
const KILOBYTE = 1_000;
const UNITS = /** @type {const} */ ([
  ["gigabyte", 1e9],
  ["megabyte", 1e6],
]);
const DAY_MS = 86_400_000;

/**
 * @param {string} id
 * @param {string} heading
 * @param {...(Node | string)} content
 */
export function section(id, heading, ...content) {
  return element(
    "section",
    { id, "aria-labelledby": `${id}-heading` },
    element("h2", { id: `${id}-heading`, tabIndex: -1 }, heading),
    ...content,
  );
}

/**
 * @param {HTMLElement} name
 * @param {HTMLElement | ""} about
 * @param {...(HTMLElement | "")} controls
 */
export function setting(name, about, ...controls) {
  return element("div", { class: "setting" }, element("div", {}, name, about), ...controls);
}

/**
 * @param {string} id
 * @param {string} text
 */
export function note(id, text) {
  return element("small", { id }, text);
}

/**
 * @param {string} text
 * @param {(event: any) => unknown} onclick
 * @param {Record<string, any>} [more]
 */
export function act(text, onclick, more = {}) {
  return element("button", { class: "quiet is-accent", type: "button", onclick, ...more }, text);
}

/**
 * A button with an edge.
 * @param {string} text
 * @param {(event: any) => unknown} onclick
 * @param {Record<string, any>} [more]
 */
export function button(text, onclick, more = {}) {
  return element("button", { class: "button", type: "button", onclick, ...more }, text);
}

/** @param {...(Node | string | false)} content */
export function acts(...content) {
  return element("div", { class: "acts" }, ...content);
}

/**
 * @param {HTMLElement} target
 * @param {string} text nothing hides it
 */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
  target.hidden = !text;
}

/** Where a problem is said, aloud too. */
export function problemLine() {
  return element("p", { class: "problem", role: "alert" });
}

/** @param {any} error whose message is a sentence, often the server's */
export function problemText(error) {
  if (error?.status === 429 && error.retryAfterS)
    return t("Too many attempts. Try again in {wait}.", { wait: waitText(error.retryAfterS) });
  if (error?.name === "NotAllowedError") return t("No passkey was used. Try again when you are ready.");
  if (error?.name === "InvalidStateError") return t("This device holds a passkey of the account already.");
  return t(error instanceof Error ? error.message : String(error));
}

/** @param {number} seconds */
function waitText(seconds) {
  const minutes = Math.ceil(seconds / MINUTE_S);
  return seconds > MINUTE_S
    ? plural(minutes, "{n} minute", "{n} minutes")
    : plural(seconds, "{n} second", "{n} seconds");
}

/**
 * Does what asks the server, once at a time for what was pressed, which keeps the focus; what goes wrong is
 * said in `problem`.
 * @param {App} app
 * @param {HTMLElement | null} pressed
 * @param {HTMLElement} problem
 * @param {() => Promise<unknown>} work
 */
export async function attempt(app, pressed, problem, work) {
  if (pressed?.getAttribute("aria-disabled")) return;
  pressed?.setAttribute("aria-disabled", "true");
  problem.textContent = "";
  try {
    await work();
  } catch (error) {
    app.session.noteProblem(error);
    problem.textContent = problemText(error);
  }
  pressed?.removeAttribute("aria-disabled");
}

/**
 * A form of labelled fields whose act asks the server; what was typed stays where that fails.
 * @param {App} app
 * @param {Field[]} fields
 * @param {string} act
 * @param {(given: any) => Promise<unknown>} onSubmit
 * @param {...(HTMLElement | "")} others beside the act
 */
export function formOf(app, fields, act, onSubmit, ...others) {
  const problem = problemLine();
  const submit = element("button", { class: "button is-main" }, act);
  const form = element(
    "form",
    {
      onsubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        attempt(app, submit, problem, () => onSubmit(Object.fromEntries(new FormData(form))));
      },
    },
    ...fields.map(fieldOf),
    problem,
    acts(submit, ...others),
  );
  return form;
}

/** @param {Field} field */
function fieldOf({
  name,
  label,
  type = "text",
  autocomplete = "off",
  value = "",
  isOptional = false,
  max = FIELD_MAX,
  min,
  note: about,
}) {
  const limit = type === "number" ? { min, max } : { maxLength: max };
  return element(
    "label",
    {},
    label,
    element("input", { name, type, autocomplete, value, required: !isOptional, ...limit }),
    about ? element("small", {}, about) : "",
  );
}

/** A part of a page that only the server knows: asked for when one arrives, and after what changes it. */
export class Part {
  /**
   * @param {App} app
   * @param {string} id
   * @param {string} heading
   * @param {() => Promise<any>} load
   * @param {(answer: any) => (Node | string)[]} show
   * @param {...(Node | string)} lead what stands above it
   */
  constructor(app, id, heading, load, show, ...lead) {
    this.app = app;
    this.loading = load;
    this.show = show;
    this.problem = problemLine();
    this.body = element("div", { class: "part", "aria-busy": "true" });
    this.root = section(id, heading, ...lead, this.problem, this.body);
  }

  async load() {
    this.body.setAttribute("aria-busy", "true");
    try {
      const answer = await this.loading();
      this.#fill(this.show(answer));
    } catch (error) {
      this.app.session.noteProblem(error);
      this.#fill([
        element("p", {}, /** @type {any} */ (error)?.status === 429 ? errorText(error) : problemText(error)),
        acts(act(t("Try again"), () => this.load())),
      ]);
    }
    this.body.removeAttribute("aria-busy");
  }

  /**
   * Does something on the server, then shows how it is.
   * @param {HTMLButtonElement} pressed
   * @param {() => Promise<unknown>} work
   */
  async change(pressed, work) {
    await attempt(this.app, pressed, this.problem, async () => {
      await work();
      await this.load();
    });
  }

  /** Says so to the page, where what was done shows elsewhere too. */
  tell() {
    this.root.dispatchEvent(new Event("changed", { bubbles: true }));
  }

  /**
   * What had the focus may be gone: then the next thing to press has it.
   * @param {(Node | string)[]} content
   */
  #fill(content) {
    const pressable = () =>
      /** @type {HTMLElement[]} */ ([...this.body.querySelectorAll("button, input, a")]);
    const index = pressable().findIndex((each) => each === document.activeElement);
    patch(this.body, [...content]);
    if (index >= 0)
      (
        pressable()[index] ??
        pressable().at(-1) ??
        /** @type {HTMLElement} */ (this.root.firstElementChild)
      ).focus();
  }
}

/**
 * A link or a word that is shown once, with a button that copies it.
 * @param {string} label
 * @param {string} secret
 */
export function secretField(label, secret) {
  const said = element("small", { role: "status" });
  const field = element("input", { value: secret, readOnly: true, onfocus: () => field.select() });
  const copy = button(t("Copy"), () =>
    navigator.clipboard.writeText(secret).then(
      () => {
        said.textContent = t("Copied.");
      },
      () => field.select(),
    ),
  );
  return element("div", { class: "secret" }, element("label", {}, label, field), acts(copy, said));
}

/** @param {number} bytes */
export function sizeText(bytes) {
  const [unit, each] = UNITS.find(([, least]) => bytes >= least) ?? ["kilobyte", KILOBYTE];
  const size = bytes / each;
  return size.toLocaleString(locale(), { style: "unit", unit, maximumFractionDigits: size < 10 ? 1 : 0 });
}

/**
 * A moment of the past, the shorter the nearer.
 * @param {number | null} ms
 * @param {number} nowMs
 */
export function momentText(ms, nowMs) {
  if (!ms) return t("never");
  const age = nowMs - ms;
  if (Math.abs(age) < 2 * MINUTE_S * 1_000) return t("now");
  const at = dates({ hour: "2-digit", minute: "2-digit" }).format(ms);
  if (age < DAY_MS && new Date(ms).getDate() === new Date(nowMs).getDate()) return at;
  return age < 6 * DAY_MS
    ? `${dates({ weekday: "short" }).format(ms)} ${at}`
    : dates({ day: "numeric", month: "short", year: "numeric" }).format(ms);
}

/**
 * A day to come.
 * @param {number} ms
 */
export const dayText = (ms) => dates({ day: "numeric", month: "long", year: "numeric" }).format(ms);
