// One part of `make bench`: what Lighthouse says of the form, as a phone on a slow network meets it for the first time. The portal and the simulator are those of dist/.
import { join, resolve } from "node:path";

import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";

import { ORIGIN, browser, figure, percentile, withPortal } from "./release.mjs";

const DEBUGGING = 4732;
const RUNS = 5;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const OPTIONS = {
  port: DEBUGGING,
  logLevel: "error",
  onlyCategories: CATEGORIES,
  // Nothing behind the sign-in is for search engines, and robots.txt says so.
  skipAudits: ["is-crawlable"],
};

await withPortal(resolve(process.argv[2] ?? "dist"), 100, async (folder) => {
  // Lighthouse opens its page among those of the browser itself, where somebody has to be signed in.
  const chrome = await chromium.launchPersistentContext(join(folder, "browser"), browser(`--remote-debugging-port=${DEBUGGING}`));
  const page = await chrome.newPage();
  await page.goto(`${ORIGIN}/auth/start?login_hint=adele@tailwind.example`);
  await page.close();
  const results = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { lhr } = await lighthouse(`${ORIGIN}/customers/new`, OPTIONS);
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    if (new URL(lhr.finalDisplayedUrl).pathname !== "/customers/new") throw new Error(`led to ${lhr.finalDisplayedUrl}`);
    results.push(lhr);
  }
  await chrome.close();

  const median = (value) => percentile(results.map(value), 50);
  const scores = CATEGORIES.map((id) => Math.round(100 * median(({ categories }) => categories[id].score)));
  const [lcp, tbt, cls] = ["largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"].map((id) =>
    median(({ audits }) => audits[id].numericValue),
  );
  const name = `Lighthouse ${results[0].lighthouseVersion}, the form on a phone`;
  CATEGORIES.forEach((id, at) => figure(`${name}: ${id}`, scores[at], "", { atLeast: 100 }));
  figure(`${name}: largest paint`, lcp / 1000, "s", { atMost: 1.2 });
  figure(`${name}: blocked`, tbt, "ms", { atMost: 0 });
  figure(`${name}: shifted`, cls, "", { atMost: 0 });
  for (const id of CATEGORIES.filter((_, at) => scores[at] < 100)) {
    const short = results.at(-1).categories[id].auditRefs.filter(({ weight, id }) => weight > 0 && (results.at(-1).audits[id].score ?? 1) < 1);
    console.error(`  ${id}: ${short.map(({ id }) => id).join(", ")}`);
  }
});
