// node unpack_browser.mjs FOLDER: unpacks the browser that the npm package in FOLDER ships, with the libraries and fonts it needs,
// and writes a launcher, FOLDER/run-chromium. The package unpacks into TMPDIR, and its libraries only where it believes to be on AWS.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
process.env.TMPDIR = folder;
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x";
const { default: chromium } = await import(pathToFileURL(join(folder, "node_modules/@sparticuz/chromium/build/index.js")));
const browser = await chromium.executablePath();
const fonts = join(folder, "fonts/fonts.conf"); // names the folder it expects; without fonts the browser ends itself
writeFileSync(fonts, readFileSync(fonts, "utf8").replaceAll("/tmp/fonts", join(folder, "fonts")));
const launcher = join(folder, "run-chromium");
writeFileSync(launcher, `#!/bin/sh
export LD_LIBRARY_PATH="${folder}/al2023/lib" FONTCONFIG_PATH="${folder}/fonts"
exec "${browser}" "$@"
`);
chmodSync(launcher, 0o755);
