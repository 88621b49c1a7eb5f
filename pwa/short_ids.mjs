// The ids of texts are readable in the sources; a bundle has numbers instead. The server's codes name the
// texts of errors, so the ids of those stay.
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const ID = /"[a-z]\w*\.\w+"/g;

/**
 * A plugin for esbuild.
 * @param {string} root the folder of the app's modules
 */
export function shortIds(root) {
  const ids = idsOf(join(root, "i18n/en")).filter((id) => !id.startsWith('"error.'));
  const short = new Map(ids.map((id, place) => [id, `"${place.toString(36)}"`]));
  return {
    name: "short-ids",
    setup(build) {
      build.onLoad({ filter: /\.js$/ }, async ({ path }) => {
        if (!path.startsWith(root)) return undefined;
        const source = await readFile(path, "utf8");
        return { contents: source.replace(ID, (id) => short.get(id) ?? id) };
      });
    },
  };
}

/** The ids of the English tables, in quotes, in a stable order. */
function idsOf(folder) {
  const tables = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  return [...new Set(tables.flatMap((table) => table.match(/^ {2}"[a-z]\w*\.\w+"(?=:)/gm) ?? []))]
    .map((id) => id.trim())
    .sort();
}
