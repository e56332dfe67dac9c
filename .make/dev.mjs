// make dev: like `make run`, and again after every change under src/, style/ or public/.
//
// `make` decides what there is to do; a change of the style sheet alone costs no compilation.

import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Editors save in several steps, and several files at once. */
const SETTLE_MS = 150;

let running = null;
let settling = null;
let restarting = Promise.resolve();

/** Its own process group, so that what it started ends with it. */
function start() {
  running = spawn("make", ["run"], { cwd: root, stdio: "inherit", detached: true });
}

function stop() {
  return new Promise((resolve) => {
    if (!running || running.exitCode !== null || running.signalCode !== null) return resolve();
    running.once("exit", resolve);
    process.kill(-running.pid, "SIGTERM");
  });
}

function changed() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    restarting = restarting.then(stop).then(start);
  }, SETTLE_MS);
}

for (const folder of ["src", "style", "public"]) watch(`${root}/${folder}`, { recursive: true }, changed);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop().then(() => process.exit()));
start();
