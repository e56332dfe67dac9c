// Makes the site that the portal serves: node .make/front.mjs --wasm FILE... --bindgen PROGRAM --site DIR [--quick]
//
//   DIR/pkg/NAME.js, NAME_bg.wasm    from each portal_hydrate_NAME.wasm
//   DIR/pkg/portal.css               from style/main.css and what it imports
//   DIR/pkg/keys.js                  from src/components/keys.js
//   DIR/*                            copies of public/*
//   each with .br and .gz beside it  except what is compressed already
//
// A file whose content stays the same is not touched, and the slow steps are skipped while their input is the same.
// `--quick` neither optimises nor compresses: for `make dev`.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import * as esbuild from "esbuild";
import { trim } from "./trim.mjs";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);

/** What the compiler may put into the module; anything else would be a browser feature nobody decided on. */
const WASM_FEATURES = [
  "bulk-memory",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
].map((feature) => `--enable-${feature}`);

/** Low memory is the end of the stack, which nobody points to. */
const OPTIMISE = ["-Oz", "--low-memory-unused", "--strip-producers", "--strip-target-features"];

/** Compressed already, or read by nobody who asks for compression. */
const AS_IT_IS = new Set([".png", ".webp", ".avif", ".jpg", ".woff2", ".br", ".gz"]);

const { values: options } = parseArgs({
  options: {
    wasm: { type: "string", multiple: true },
    bindgen: { type: "string" },
    site: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");

const readOr = (file, otherwise) => readFile(file).catch(() => otherwise);

/** Everything in the folder, deep, as paths relative to it; nothing if it is not there. */
async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

async function browserModule(wasm, name, scratch) {
  await run(options.bindgen, [wasm, "--target", "web", "--no-typescript", "--out-name", name, "--out-dir", scratch]);
  const bound = join(scratch, `${name}_bg.wasm`);
  const script = join(scratch, `${name}.js`);
  let names = {};
  if (!options.quick) {
    const wasmOpt = join(here, "node_modules", ".bin", "wasm-opt");
    names = await trim({ wasm: bound, script, wasmOpt, flags: [...WASM_FEATURES, ...OPTIMISE] });
  }
  const glue = await esbuild.build({
    entryPoints: [script],
    bundle: true, // the snippets that crates bring along
    format: "esm",
    minify: !options.quick,
    mangleProps: options.quick ? undefined : new RegExp(`^(${Object.keys(names).join("|")})$`),
    mangleCache: names,
    write: false,
  });
  return [glue.outputFiles[0].contents, await readFile(bound)];
}

/** `url(/icons.svg)` names what the portal serves, not a file of this machine. */
const addressesOfTheSite = {
  name: "addresses-of-the-site",
  setup: (build) => build.onResolve({ filter: /^\// }, ({ kind, path }) => (kind === "url-token" ? { path, external: true } : null)),
};

async function styles() {
  const bundle = await esbuild.build({
    entryPoints: [join(root, "style", "main.css")],
    bundle: true,
    plugins: [addressesOfTheSite],
    minify: !options.quick,
    write: false,
  });
  return { "pkg/portal.css": bundle.outputFiles[0].contents };
}

async function keys() {
  const script = await esbuild.build({
    entryPoints: [join(root, "src", "components", "keys.js")],
    bundle: true,
    format: "esm",
    minify: !options.quick,
    write: false,
  });
  return { "pkg/keys.js": script.outputFiles[0].contents };
}

async function publicFiles() {
  const folder = join(root, "public");
  const names = await filesIn(folder);
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))])));
}

async function compressed(content) {
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
  const [br, gz] = await Promise.all([promisify(brotliCompress)(content, brotli), promisify(gzip)(content, { level: 9 })]);
  return { br, gz };
}

/** Other readers see the old file or the new one, never a part. */
async function put(file, content) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}

/** Writes the file and its compressed forms if it is not there yet in exactly this form; answers the names that belong to it. */
async function publish(name, content) {
  const file = join(options.site, name);
  const forms = options.quick || AS_IT_IS.has(extname(name)) ? [] : ["br", "gz"];
  const names = [name, ...forms.map((form) => `${name}.${form}`)];
  const present = await Promise.all(names.map((each) => readOr(join(options.site, each), null)));
  if (present.every(Boolean) && sha256(present[0]) === sha256(content)) return names;

  const smaller = forms.length > 0 ? await compressed(content) : {};
  await put(file, content);
  for (const form of forms) await put(`${file}.${form}`, smaller[form]);
  const brotli = smaller.br ? `, ${kilobytes(smaller.br)} with brotli` : "";
  console.log(`    ${name}: ${kilobytes(content)}${brotli}`);
  return names;
}

const kilobytes = (content) => `${(content.length / 1000).toFixed(1)} kB`;

/** The two files of a module, taken from the site if they were made from the same input by the same tools. */
async function moduleOrKept(wasm, tools) {
  const name = basename(wasm, ".wasm").replace("portal_hydrate_", "");
  const names = [`pkg/${name}.js`, `pkg/${name}_bg.wasm`];
  const stamp = sha256(await readFile(wasm), tools);
  const stampFile = `${options.site}.${name}.stamp`;
  let contents = await Promise.all(names.map((name) => readOr(join(options.site, name), null)));
  const sameInput = (await readOr(stampFile, "")).toString() === stamp;
  if (!sameInput || !contents.every(Boolean)) {
    const scratch = await mkdtemp(join(dirname(options.site), "bindgen-"));
    try {
      contents = await browserModule(wasm, name, scratch);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  return { files: Object.fromEntries(names.map((name, at) => [name, contents[at]])), keep: () => put(stampFile, stamp) };
}

async function main() {
  await mkdir(options.site, { recursive: true });
  const lock = await readFile(join(here, "package-lock.json"));
  const recipes = await Promise.all(["front.mjs", "trim.mjs"].map((name) => readFile(join(here, name))));
  const { stdout: bindgenVersion } = await run(options.bindgen, ["--version"]);
  const tools = sha256(lock, ...recipes, bindgenVersion, String(options.quick));

  const modules = await Promise.all(options.wasm.map((wasm) => moduleOrKept(wasm, tools)));
  const files = Object.assign({}, await publicFiles(), await styles(), await keys(), ...modules.map(({ files }) => files));
  const published = await Promise.all(Object.entries(files).map(([name, content]) => publish(name, content)));
  const wanted = new Set(published.flat());
  for (const name of await filesIn(options.site)) if (!wanted.has(name)) await rm(join(options.site, name));
  for (const { keep } of modules) await keep();
}

await main();
