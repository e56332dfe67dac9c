// One part of `make bench`: how long until the form is live, on a phone's processor and a slow 4G network, with nothing of it in
// the browser's cache. The portal and the simulator are those of dist/.
import { resolve } from "node:path";

import { chromium } from "@playwright/test";

import { ORIGIN, browser, figure, percentile, withPortal } from "./release.mjs";

const RUNS = 9;
/** As Lighthouse has it: 150 ms there and back, 1.6 Mbit/s. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };
const SLOWER = 4;
/** Stands there only when the form is live. */
const LIVE = '[aria-label="Show resellers"]';
const MUST_BE_MS = 800;

await withPortal(resolve(process.argv[2] ?? "dist"), 500, async () => {
  const chrome = await chromium.launch(browser());
  const context = await chrome.newContext();
  await (await context.newPage()).goto(`${ORIGIN}/auth/start?login_hint=adele@tailwind.example`);
  const [live, painted] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await context.newPage();
    await page.addInitScript((live) => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector(live)) return;
        window.liveAt = performance.now();
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });
    }, LIVE);
    const client = await context.newCDPSession(page);
    await client.send("Network.enable");
    await client.send("Network.clearBrowserCache");
    await client.send("Network.emulateNetworkConditions", SLOW_4G);
    await client.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await page.goto(`${ORIGIN}/customers/new`);
    await page.waitForFunction(() => window.liveAt);
    live.push(await page.evaluate(() => window.liveAt));
    painted.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN));
    await page.close();
  }
  figure("form on slow 4G and a processor four times slower: first paint, p50", percentile(painted, 50), "ms");
  figure("form on slow 4G and a processor four times slower: live, p50", percentile(live, 50), "ms", { atMost: MUST_BE_MS });
  await chrome.close();
});
