// What the measurements of `make bench` in a browser share: the portal and the simulator of a release tree at work.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const [SIMULATOR, PORTAL, OPS] = ["127.0.0.1:4729", "127.0.0.1:4730", "127.0.0.1:4731"];
export const ORIGIN = `http://${PORTAL}`;

async function answers(url) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await fetch(url).then((answer) => answer.ok, () => false)) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error(`${url} does not answer`);
}

async function settings(dist) {
  const child = spawn(join(dist, "simulator"), ["env", "--listen", SIMULATOR], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  return Object.fromEntries(text.split("\n").filter((line) => line.includes("=")).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  }));
}

/** Starts both, with so many resellers, measures, and ends both. `folder` is there for as long as that. */
export async function withPortal(dist, resellers, measure) {
  const folder = mkdtempSync(join(tmpdir(), "reseller-portal-bench-"));
  const running = [];
  const start = (command, args, env) => {
    const options = { cwd: folder, env: { PATH: process.env.PATH, ...env }, stdio: "ignore" };
    running.push(spawn(join(dist, command), args, options));
  };
  try {
    start("simulator", ["--listen", SIMULATOR], {});
    await answers(`http://${SIMULATOR}/health`);
    const world = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ resellers }) };
    const loaded = await fetch(`http://${SIMULATOR}/_simulator/world`, world);
    if (!loaded.ok) throw new Error(await loaded.text());
    start("portal", [], {
      ...(await settings(dist)),
      PORTAL_LISTEN: PORTAL,
      PORTAL_OPS_LISTEN: OPS,
      PORTAL_PUBLIC_URL: ORIGIN,
      PORTAL_DATABASE_URL: `sqlite:${join(folder, "portal.db")}`,
      PORTAL_KEYS_FILE: join(folder, "keys.json"),
      PORTAL_RATE_FACTOR: "1000",
    });
    await answers(`http://${OPS}/readyz`);
    await measure(folder);
  } finally {
    for (const child of running) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The system's browser, for Playwright to launch. */
export function browser(...args) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
  const found = names.flatMap((name) => folders.map((at) => join(at, name))).find((path) => existsSync(path));
  return { executablePath: process.env.CHROMIUM || found, args: ["--no-sandbox", "--disable-gpu", ...args] };
}

/** Prints a figure as `make bench` reads it; `bar` is what it must hold, `{ atMost: 16 }`. */
export function figure(name, value, unit, bar) {
  console.log(JSON.stringify({ name, value, unit, bar }));
}

export function percentile(values, percent) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))];
}
