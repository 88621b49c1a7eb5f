// Builds pwa/dist: one bundle and one style sheet with hashed names, all precompressed, and the service
// worker with its manifest. Checks the size budgets.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { shortIds } from "./short_ids.mjs";

const DIST = "dist";
/** Of a file's SHA-256 in base64: 132 bits find every change, and keep the worker small. */
const HASH_CHARACTERS = 22;
// brotli
const BUDGET_BYTES = { js: 38_000, css: 8_000, late: 4_000, shell: 4_000, worker: 2_000, precache: 163_000 };
const PRECACHE_FILES_MAX = 30;
const TARGET = ["chrome123", "firefox128", "safari17.5"];

rmSync(DIST, { recursive: true, force: true });
mkdirSync(`${DIST}/assets`, { recursive: true });
cpSync("icons", `${DIST}/icons`, { recursive: true });
cpSync("manifest.webmanifest", `${DIST}/manifest.webmanifest`);

const { metafile } = await build({
  entryPoints: { boot: "js/boot.js", style: "css/app.css", late: "css/late.css", theme: "js/theme.js" },
  bundle: true,
  minify: true,
  format: "esm",
  target: TARGET,
  metafile: true,
  outdir: `${DIST}/assets`,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  splitting: true,
  legalComments: "none",
  logLevel: "warning",
  plugins: [shortIds(join(import.meta.dirname, "js"))],
});
const [script, ...shared] = initial(outputOf("js/boot.js"));
const preloads = shared.map((path) => `<link rel="modulepreload" href="/${path}">`).join("");
const shell = readFileSync("index.html", "utf8")
  .replace("/css/app.css", `/${outputOf("css/app.css")}`)
  .replace("/css/late.css", `/${outputOf("css/late.css")}`)
  .replace("/js/boot.js", `/${script}`)
  .replace("/js/theme.js", `/${outputOf("js/theme.js")}`)
  .replace("</head>", `${preloads}</head>`)
  .replace(/>\n\s*</g, "><");
writeFileSync(`${DIST}/index.html`, shell);

// administration needs the server anyway; the system takes the large icon when the app is installed
const unkept = ["index.html", outputOf("js/admin.js"), "icons/icon-512.png"];
// in the order of caching
const precached = [...files(DIST).filter((path) => !unkept.includes(path)), "index.html"];
const hashes = JSON.stringify(
  Object.fromEntries(
    precached.map((path) => [
      `/${path}`,
      createHash("sha256")
        .update(readFileSync(`${DIST}/${path}`))
        .digest("base64")
        .slice(0, HASH_CHARACTERS),
    ]),
  ),
);
const worker = await minified("sw.js");
const version = createHash("sha256")
  .update(worker + hashes)
  .digest("hex")
  .slice(0, 12);
writeFileSync(`${DIST}/sw.js`, worker.replace("__VERSION__", version).replace("__PRECACHE__", hashes));
writeFileSync(`${DIST}/sw_off.js`, await minified("sw_off.js"));

const sizes = Object.fromEntries(files(DIST).map((path) => [path, compress(`${DIST}/${path}`)]));
check(
  "js",
  [script, ...shared, outputOf("js/theme.js")].reduce((sum, path) => sum + sizes[path], 0),
);
check("css", sizes[outputOf("css/app.css")]);
check("late", sizes[outputOf("css/late.css")]);
check("shell", sizes["index.html"]);
check("worker", sizes["sw.js"]);
check(
  "precache",
  precached.reduce((sum, path) => sum + sizes[path], 0),
);
if (precached.length > PRECACHE_FILES_MAX)
  throw new Error(`${precached.length} files are precached, ${PRECACHE_FILES_MAX} may be`);

console.log(`precache_files: ${precached.length}`);

/** The built file of a source. */
function outputOf(source) {
  return Object.keys(metafile.outputs)
    .find((path) => metafile.outputs[path].entryPoint === source)
    .replace(`${DIST}/`, "");
}

/** A script and its static imports; dynamic imports are left out. */
function initial(path, found = new Set()) {
  if (found.has(path)) return [];
  found.add(path);
  const needed = metafile.outputs[`${DIST}/${path}`].imports.filter(
    ({ kind }) => kind === "import-statement",
  );
  return [path, ...needed.flatMap((one) => initial(one.path.replace(`${DIST}/`, ""), found))];
}

async function minified(source) {
  const { outputFiles } = await build({ entryPoints: [source], minify: true, write: false, target: TARGET });
  return outputFiles[0].text;
}

function compress(path) {
  const body = readFileSync(path);
  const packed = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  if (!/\.png$/.test(path)) {
    writeFileSync(`${path}.br`, packed);
    writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
  }
  return packed.length;
}

function check(what, bytes) {
  console.log(`${what}_bytes: ${bytes}`);
  if (bytes > BUDGET_BYTES[what]) throw new Error(`${what} is ${bytes} bytes, ${BUDGET_BYTES[what]} may be`);
}

function files(folder, prefix = "") {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = prefix + name;
      return statSync(`${folder}/${name}`).isDirectory() ? files(`${folder}/${name}`, `${path}/`) : [path];
    });
}
