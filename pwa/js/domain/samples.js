/**
 * The three sample tasks of a first start; doing them teaches the app. Their ids are fixed, so that they are
 * the same on all devices. A sample is only shown: it becomes a record, and syncs, when the person changes
 * it.
 * @typedef {import("../core/merge.js").Rec} Rec
 */
import { deviceStorage } from "../lib/web_storage.js";
import { t } from "../i18n/i18n.js";

const KEY = "driftless.samples";
const IDS = [
  "5a3b1e00-0000-4000-8000-000000000001",
  "5a3b1e00-0000-4000-8000-000000000002",
  "5a3b1e00-0000-4000-8000-000000000003",
];
const WRITE = { by: "sample00000000000000", n: 1, at: "2000-01-01T00:00:00.000Z-0000" };

/**
 * Whether an id is that of a sample.
 * @param {string} id
 */
export const isSample = (id) => IDS.includes(id);

/**
 * The samples of this device; none if it has been used before, or someone is signed in.
 * @param {boolean} isFirstStart the store is empty and belongs to no account
 * @param {string} space
 * @param {string} today
 * @returns {Map<string, Rec>}
 */
export function samples(isFirstStart, space, today) {
  const noted = deviceStorage.get(KEY);
  if (!noted) deviceStorage.set(KEY, isFirstStart ? "shown" : "none");
  if (deviceStorage.get(KEY) !== "shown") return new Map();
  const titles = [t("welcome.complete"), t("welcome.start"), t("welcome.add")];
  return new Map(
    titles.map((title, index) => [
      IDS[index],
      {
        kind: "task",
        id: IDS[index],
        space,
        clock: {},
        writes: [
          {
            ...WRITE,
            set: {
              title,
              description: "",
              due: today,
              status: "pending",
              completed_at: null,
              priority: 0,
              list: null,
              parent: null,
              order: `a${index}`,
            },
          },
        ],
      },
    ]),
  );
}
