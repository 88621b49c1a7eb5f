// Builds pwa/dist: one bundle and one style sheet with hashed names, precompressed, the worker with its manifest, budgets checked.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const DIST = "dist";
const BUDGET_BYTES = { js: 35_000, css: 8_000, shell: 4_000, worker: 2_000, precache: 150_000 }; // brotli
const PRECACHE_FILES_MAX = 25;
const TARGET = ["chrome123", "firefox128", "safari17.5"];

rmSync(DIST, { recursive: true, force: true });
mkdirSync(`${DIST}/assets`, { recursive: true });
cpSync("icons", `${DIST}/icons`, { recursive: true });
cpSync("manifest.webmanifest", `${DIST}/manifest.webmanifest`);

const { metafile } = await build({
  entryPoints: { app: "js/main.js", style: "css/app.css" }, bundle: true, minify: true, format: "esm", target: TARGET, metafile: true,
  outdir: `${DIST}/assets`, entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]", splitting: true, legalComments: "none", logLevel: "warning",
});
const outputs = Object.keys(metafile.outputs).map((path) => path.replace(`${DIST}/`, ""));
const script = outputs.find((path) => /assets\/app-.*\.js$/.test(path));
const style = outputs.find((path) => /assets\/style-.*\.css$/.test(path));

const shell = readFileSync("index.html", "utf8").replace("/css/app.css", `/${style}`).replace("/js/main.js", `/${script}`).replace(/>\n\s*</g, "><");
writeFileSync(`${DIST}/index.html`, shell);

const precached = files(DIST).filter((path) => !path.endsWith(".map"));
const hashes = precached.map((path) => [`/${path}`, createHash("sha256").update(readFileSync(`${DIST}/${path}`)).digest("base64")]);
const version = createHash("sha256").update(JSON.stringify(hashes)).digest("hex").slice(0, 12);
const worker = (await build({ entryPoints: ["sw.js"], minify: true, write: false, target: TARGET })).outputFiles[0].text;
writeFileSync(`${DIST}/sw.js`, worker.replace("__VERSION__", version).replace("__PRECACHE__", JSON.stringify(hashes)));

const sizes = Object.fromEntries(files(DIST).map((path) => [path, compress(`${DIST}/${path}`)]));
check("js", sizes[script]);
check("css", sizes[style]);
check("shell", sizes["index.html"]);
check("worker", sizes["sw.js"]);
check("precache", precached.reduce((sum, path) => sum + sizes[path], 0));
if (precached.length > PRECACHE_FILES_MAX) throw new Error(`${precached.length} files are precached, ${PRECACHE_FILES_MAX} may be`);

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
  return readdirSync(folder).sort().flatMap((name) => {
    const path = prefix + name;
    return statSync(`${folder}/${name}`).isDirectory() ? files(`${folder}/${name}`, `${path}/`) : [path];
  });
}
