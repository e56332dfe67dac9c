// One part of `make bench`: how long the browser is at work for a keystroke in the list of 10,000 resellers. Prints rows
// of the table. The portal and the simulator are those of dist/.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

import { chromium } from "@playwright/test";

const RESELLERS = 10_000;
/** What is typed, a letter at a time; the list is never empty in between. */
const TYPED = ["Amber Lake", "Cedar", "Granite Hill", "Juniper", "Kestrel", "Networks"];
const [SIMULATOR, PORTAL, OPS] = ["127.0.0.1:4729", "127.0.0.1:4730", "127.0.0.1:4731"];
/** Shorter than the form waits before it asks. */
const UNASKED_MS = 100;
/** Longer than it waits, and than the portal takes for its answer. */
const ANSWERED_MS = 400;
/** One frame: the letter must not be late, and neither must what is typed while the answer is shown. */
const FRAME_MS = 16;

const dist = resolve(process.argv[2] ?? "dist");
const folder = mkdtempSync(join(tmpdir(), "reseller-portal-combobox-"));
const running = [];

function start(command, args, env) {
  running.push(spawn(command, args, { cwd: folder, env: { PATH: process.env.PATH, ...env }, stdio: "ignore" }));
}

async function answers(url) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await fetch(url).then((answer) => answer.ok, () => false)) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error(`${url} does not answer`);
}

async function settings() {
  const child = spawn(join(dist, "simulator"), ["env", "--listen", SIMULATOR], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  return Object.fromEntries(text.split("\n").filter((line) => line.includes("=")).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  }));
}

function browser() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome", "chromium-headless-shell"];
  const found = names.flatMap((name) => folders.map((at) => join(at, name))).find((path) => existsSync(path));
  return chromium.launch({ executablePath: process.env.CHROMIUM || found, args: ["--no-sandbox", "--disable-gpu"] });
}

function percentile(values, percent) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))];
}

async function measure(page) {
  const client = await page.context().newCDPSession(page);
  // The time of the page's thread alone: what else the machine does meanwhile is not the page's.
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  const atWork = async () => {
    const { metrics } = await client.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  const field = page.getByLabel(/^Indirect reseller/);
  const list = page.getByRole("listbox", { name: "Resellers" });
  await field.click();
  // What the browser does by itself in that time (the caret blinks) is not the keystroke's.
  const idle = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const before = await atWork();
    await page.waitForTimeout(ANSWERED_MS);
    idle.push((await atWork()) - before);
  }
  const atKey = [];
  const atAnswer = [];
  const toList = [];
  for (const name of TYPED) {
    await field.fill("");
    await page.waitForTimeout(ANSWERED_MS);
    for (const letter of name) {
      await page.evaluate(() => {
        const list = document.querySelector('[role="listbox"]');
        window.answered = new Promise((go) => {
          const begun = performance.now();
          const observer = new MutationObserver(() => {
            observer.disconnect();
            go(performance.now() - begun);
          });
          observer.observe(list?.parentElement ?? document.body, { childList: true, subtree: true, characterData: true });
        });
      });
      const before = await atWork();
      await page.keyboard.type(letter);
      await page.waitForTimeout(UNASKED_MS);
      const between = await atWork();
      await page.waitForTimeout(ANSWERED_MS);
      atKey.push(between - before);
      atAnswer.push(Math.max(0, (await atWork()) - between - percentile(idle, 50)));
      toList.push(await page.evaluate(() => Promise.race([window.answered, new Promise((go) => setTimeout(go, 50, NaN))])));
    }
    if ((await list.getByRole("option").count()) === 0) throw new Error(`nothing is found for ${name}`);
  }
  return { atKey, atAnswer, toList: toList.filter((time) => !Number.isNaN(time)) };
}

const ended = async () => {
  for (const child of running) child.kill();
  rmSync(folder, { recursive: true, force: true });
};

try {
  start(join(dist, "simulator"), ["--listen", SIMULATOR], {});
  await answers(`http://${SIMULATOR}/health`);
  const world = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ resellers: RESELLERS }) };
  const loaded = await fetch(`http://${SIMULATOR}/_simulator/world`, world);
  if (!loaded.ok) throw new Error(await loaded.text());
  start(join(dist, "portal"), [], {
    ...(await settings()),
    PORTAL_LISTEN: PORTAL,
    PORTAL_OPS_LISTEN: OPS,
    PORTAL_PUBLIC_URL: `http://${PORTAL}`,
    PORTAL_DATABASE_URL: `sqlite:${join(folder, "portal.db")}`,
    PORTAL_KEYS_FILE: join(folder, "keys.json"),
    PORTAL_RATE_FACTOR: "1000",
  });
  await answers(`http://${OPS}/readyz`);
  const chrome = await browser();
  const page = await chrome.newPage();
  await page.goto(`http://${PORTAL}/auth/start?login_hint=adele@tailwind.example`);
  await page.goto(`http://${PORTAL}/customers/new`);
  await page.getByRole("button", { name: "Show resellers" }).waitFor();
  const { atKey, atAnswer, toList } = await measure(page);
  const name = "| combobox of 10,000 resellers";
  for (const [what, taken] of [["a keystroke", atKey], ["its answer, shown", atAnswer]]) {
    const [p50, p95] = [percentile(taken, 50), percentile(taken, 95)].map((time) => `${time.toFixed(1)} ms`);
    console.log(`${name}, ${what}: the page at work, p50, p95 of ${taken.length} | ${p50}, ${p95} | p95 ${FRAME_MS} ms |`);
  }
  console.log(`${name}, from the keystroke to the list, p50 (150 ms of it the form waits) | ${percentile(toList, 50)?.toFixed(0)} ms | |`);
  await chrome.close();
} finally {
  await ended();
}
