import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { defineConfig, devices } from "@playwright/test";

import { LANGUAGE } from "./tests/support/words.ts";

/**
 * A port of loopback that nobody uses, below what a kernel gives to connections: such a one might be the near end of
 * somebody's connection when the portal wants it.
 */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const port = randomInt(12_000, 32_000);
    const server = createServer();
    server.once("error", () => resolve(freePort()));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(port)));
  });
}

/** The system's browser; nothing is downloaded. */
function chromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

// Every worker reads this file again, with the environment of the first reader: what is chosen here is chosen once.
process.env.CHROMIUM ??= chromium();
process.env.PORTAL_PORT ??= String(await freePort());
process.env.PORTAL_OPS_PORT ??= String(await freePort());
process.env.SIMULATOR_PORT ??= String(await freePort());
const { CHROMIUM, CI, PORTAL_BIN, PORTAL_OPS_PORT, PORTAL_PORT, SIMULATOR_PORT } = process.env;

const portal = PORTAL_BIN ?? "../target/debug/portal";
const onboarding = /onboard\.spec\.ts$/;

export default defineConfig({
  testDir: "./tests",
  outputDir: "./test-results",
  fullyParallel: true,
  forbidOnly: !!CI,
  // A test that passes at the second try has found something.
  retries: 0,
  // Some of them wait for the simulator.
  workers: 1 + availableParallelism(),
  // The simulator takes its time for a create, as the real one does, and a loaded machine for axe.
  timeout: 180_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["html", { open: "never" }]],
  use: {
    baseURL: `http://localhost:${PORTAL_PORT}`,
    locale: LANGUAGE === "en" ? "en-US" : LANGUAGE,
    timezoneId: "UTC",
    // Every page as it was, but no film of it: the film took a quarter of the time.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "hydrated", use: { ...devices["Desktop Chrome"] } },
    // The same without script; `*.hydrate.spec.ts` need it.
    {
      name: "plain HTML",
      use: { ...devices["Desktop Chrome"], javaScriptEnabled: false },
      testIgnore: /\.hydrate\.spec\.ts$/,
    },
    { name: "phone", use: { ...devices["Pixel 7"] }, testMatch: onboarding },
  ],
  webServer: {
    command: `"${portal}" demo`,
    // The demo's database and keys.
    cwd: mkdtempSync(join(tmpdir(), "reseller-portal-end2end-")),
    url: `http://127.0.0.1:${PORTAL_OPS_PORT}/readyz`,
    env: {
      PORTAL_LISTEN: `127.0.0.1:${PORTAL_PORT}`,
      PORTAL_OPS_LISTEN: `127.0.0.1:${PORTAL_OPS_PORT}`,
      PORTAL_PUBLIC_URL: `http://localhost:${PORTAL_PORT}`,
      SIMULATOR_LISTEN: `127.0.0.1:${SIMULATOR_PORT}`,
    },
    gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
    reuseExistingServer: false,
  },
});
