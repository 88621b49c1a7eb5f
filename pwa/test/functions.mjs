// Prints the functions of the app as JSON, [[lines, file, name]…], and which modules import which, types counted.
import { parse } from "acorn";
import { full } from "acorn-walk";
import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";

const ROOT = new URL("../js/", import.meta.url).pathname;
const IMPORT = /(?:\bfrom\s+|^import\s+|\bimport\(\s*)"(\.[^"]+)"/gm;

const files = readdirSync(ROOT, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".js"))
  .sort();
const texts = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));

console.log(
  JSON.stringify({
    functions: files.flatMap(functionsOf),
    imports: Object.fromEntries(files.map(importsOf)),
  }),
);

/** The functions of a file: declarations, methods, and arrow functions of more than one line. */
function functionsOf(file) {
  const found = [];
  const names = new Map();
  const tree = parse(texts.get(file), { ecmaVersion: "latest", sourceType: "module", locations: true });
  full(tree, (node) => {
    if (node.type === "VariableDeclarator" && node.init) names.set(node.init, node.id.name);
    if (node.type === "MethodDefinition" || node.type === "Property") names.set(node.value, node.key.name);
  });
  full(tree, (node) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return;
    const lines = node.loc.end.line - node.loc.start.line + 1;
    if (node.type === "ArrowFunctionExpression" && lines === 1) return;
    found.push([lines, `pwa/js/${file}:${node.loc.start.line}`, node.id?.name ?? names.get(node) ?? "=>"]);
  });
  return found;
}

/** A file and the modules it names, also in types. */
function importsOf(file) {
  const wanted = [...texts.get(file).matchAll(IMPORT)].map(([, path]) => normalize(join(file, "..", path)));
  return [file, [...new Set(wanted)]];
}
