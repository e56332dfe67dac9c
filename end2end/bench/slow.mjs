// `make slow`: four kinds of slow clients, a thousand connections each for two minutes, and what somebody
// else notices of them. slowhttptest comes from Debian; without it nothing is tried, and that is said.
//
//     node end2end/bench/slow.mjs [dist] [seconds of each attack]
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import { resolve } from "node:path";

import { ORIGIN, percentile, withPortal } from "./release.mjs";

const [DIST, SECONDS] = [resolve(process.argv[2] ?? "dist"), Number(process.argv[3] ?? 120)];
const CONNECTIONS = 1000;
/** Heads that never end, bodies that never end, ranges without number, answers that nobody reads. */
const ATTACKS = {
  "slow heads": ["-H", "-i", "5", "-x", "24", "-t", "GET"],
  "slow bodies": ["-B", "-i", "5", "-s", "60000", "-x", "10", "-t", "POST"],
  "ranges": ["-R", "-a", "10", "-b", "3000", "-t", "HEAD"],
  "slow reading": ["-X", "-w", "10", "-y", "20", "-n", "5", "-z", "32", "-k", "3", "-t", "GET"],
};
/** Somebody else opens so many pages a second, each over a connection of its own. */
const PAGES_A_SECOND = 20;
const [GROWS_AT_MOST, MEGABYTES_AT_MOST] = [1.2, 150];

function open() {
  const started = performance.now();
  return new Promise((done) => {
    const failed = () => done(Infinity);
    const request = http.get(`${ORIGIN}/sign-in`, { agent: false, timeout: 10_000 }, (answer) => {
      answer.resume();
      answer.on("end", () => done(answer.statusCode === 200 ? performance.now() - started : Infinity));
      answer.on("error", failed);
    });
    request.on("error", failed);
    request.on("timeout", () => request.destroy());
  });
}

function megabytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]) / 1024;
}

/** Opens pages until `over` resolves; how long they took, and the most memory of the portal meanwhile. */
async function somebodyElse(pid, over) {
  let goesOn = true;
  over.then(() => (goesOn = false));
  const [pages, opening] = [[], []];
  let most = 0;
  while (goesOn) {
    opening.push(open().then((took) => pages.push(took)));
    most = Math.max(most, megabytes(pid));
    await new Promise((go) => setTimeout(go, 1000 / PAGES_A_SECOND));
  }
  await Promise.all(opening);
  return { pages, most };
}

function attack(how) {
  const path = how.includes("POST") ? "/customers/new" : "/sign-in";
  const own = ["-c", String(CONNECTIONS), "-r", "200", "-l", String(SECONDS), "-p", "3", "-u", `${ORIGIN}${path}`];
  return new Promise((done) => spawn("slowhttptest", [...how, ...own], { stdio: "ignore" }).on("exit", done));
}

if (spawnSync("slowhttptest", ["-h"]).error) {
  console.log("NOT TRIED: slowhttptest is not installed (apt-get install slowhttptest)");
  process.exit(0);
}
let fails = 0;
await withPortal(DIST, 10, async () => {
  const pid = execFileSync("pgrep", ["-f", `^${DIST}/portal`]).toString().trim().split("\n")[0];
  const rest = (seconds) => new Promise((go) => setTimeout(go, seconds * 1000));
  await somebodyElse(pid, rest(5));
  const usual = await somebodyElse(pid, rest(Math.min(30, SECONDS)));
  const p99 = percentile(usual.pages, 99);
  console.log(`nobody attacks: p99 ${p99.toFixed(1)} ms of ${usual.pages.length} pages, ${usual.most.toFixed(0)} MB`);
  for (const [name, how] of Object.entries(ATTACKS)) {
    const found = await somebodyElse(pid, attack(how));
    const failed = found.pages.filter((took) => took === Infinity).length;
    const now = percentile(found.pages, 99);
    // A tenth of a frame is noise, whatever part of the usual it is.
    const holds = failed === 0 && (now <= p99 * GROWS_AT_MOST || now - p99 < 2) && found.most < MEGABYTES_AT_MOST;
    fails += holds ? 0 : 1;
    console.log(
      `${name}: ${holds ? "holds" : "FAILS"}: p99 ${now.toFixed(1)} ms of ${found.pages.length} pages, ${failed} not answered, ${found.most.toFixed(0)} MB`,
    );
  }
});
process.exit(fails === 0 ? 0 : 1);
