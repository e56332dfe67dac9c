// Makes the two files of wasm-bindgen smaller: what nobody calls, and names that carry hashes.

import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import binaryen from "binaryen";

const run = promisify(execFile);

/** Streams of bytes: they come with the framework's client for server functions, and are exported whether used or not. */
const UNUSED_EXPORT = /^(__wbg_)?intounderlying/;
const UNUSED_CLASS = /^export class IntoUnderlying\w+ \{\n[^]*?^\}\n.*\n/gm;
const UNUSED_REGISTRY = /^const IntoUnderlying\w+ = [^]*?;\n/gm;
/** One function of the object of imports, as wasm-bindgen prints it. */
const IMPORT = /^ {8}(__wb\w+): function[^]*?^ {8}\}(?:, arguments\); \})?,\n/gm;

/** Optimises both in their places; answers which of the script's properties are to be called what from now on. */
export async function trim({ wasm, script, wasmOpt, flags }) {
  const module = binaryen.readBinary(await readFile(wasm));
  for (let at = module.getNumExports() - 1; at >= 0; at--) {
    const { name } = binaryen.getExportInfo(module.getExportByIndex(at));
    if (UNUSED_EXPORT.test(name)) module.removeExport(name);
  }
  await writeFile(wasm, module.emitBinary());

  const { stdout } = await run(wasmOpt, [...flags, "--minify-imports-and-exports-and-modules", wasm, "-o", wasm]);
  const { imports, exports } = JSON.parse(stdout);
  const names = Object.fromEntries([...imports.map(([, name, short]) => [name, short]), ...exports]);
  let text = await readFile(script, "utf8");
  text = text.replace(UNUSED_CLASS, "").replace(UNUSED_REGISTRY, "");
  text = text.replace(IMPORT, (whole, name) => (name in names ? whole : ""));
  // The only module that there is.
  text = text.replace(JSON.stringify(imports[0][0]), '"a"');
  await writeFile(script, text);
  return names;
}
