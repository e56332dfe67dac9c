import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "@playwright/test";

const TENANT = "a1b2c3d4-0000-4000-8000-00000000c0de";
const CLIENT_ID = "5e11e700-0000-4000-8000-0000000000c1";
const SECRET = "of-this-test-alone";

/** Ports of this project's own, so that the projects can run side by side. */
const PORTS: Record<string, number> = { hydrated: 4610, "plain HTML": 4620 };

const running: ChildProcess[] = [];

function start(command: string, args: string[], env: Record<string, string>, cwd: string): void {
  running.push(spawn(command, args, { cwd, env: { PATH: process.env.PATH ?? "", ...env }, stdio: "ignore" }));
}

async function answers(url: string): Promise<void> {
  await expect.poll(() => fetch(url).then((answer) => answer.ok, () => false), { timeout: 20_000 }).toBe(true);
}

test.afterAll(() => {
  for (const child of running) child.kill();
});

test("the portal signs in with any conforming OpenID provider", async ({ page }, { project }) => {
  const port = PORTS[project.name] ?? 4630;
  const [provider, portal, ops] = [port, port + 1, port + 2].map((number) => `127.0.0.1:${number}`);
  const home = `http://localhost:${port + 1}`;
  const folder = mkdtempSync(join(tmpdir(), "reseller-portal-openid-"));
  start(process.execPath, [join(import.meta.dirname, "support", "openid-provider.mjs")], {
    OP_LISTEN: provider!,
    OP_TENANT: TENANT,
    OP_CLIENT_ID: CLIENT_ID,
    OP_CLIENT_SECRET: SECRET,
    OP_REDIRECT_URI: `${home}/auth/callback`,
  }, folder);
  start(process.env.PORTAL_BIN ?? "../target/debug/portal", [], {
    PORTAL_LISTEN: portal!,
    PORTAL_OPS_LISTEN: ops!,
    PORTAL_PUBLIC_URL: home,
    PORTAL_ENTRA_AUTHORITY: `http://${provider}`,
    PORTAL_ENTRA_TENANT_ID: TENANT,
    PORTAL_ENTRA_CLIENT_ID: CLIENT_ID,
    PORTAL_ENTRA_CLIENT_SECRET: SECRET,
    // Nobody is there: signing in needs no Partner Center.
    PORTAL_PARTNER_CENTER_URL: "http://127.0.0.1:9",
    PORTAL_SITE_DIR: process.env.PORTAL_SITE_DIR ?? "",
  }, folder);
  await answers(`http://${provider}/health`);
  await answers(`http://${ops}/readyz`);

  await page.goto(`${home}/customers`);
  await page.getByRole("link", { name: "Sign in with Microsoft" }).click();
  await expect(page).toHaveURL(`${home}/customers`);
  await expect(page.getByRole("banner")).toContainText("Conny Formance");
});
