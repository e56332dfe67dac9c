import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "./support/test.ts";
import { ADELE, GRADY, tenantsOf } from "./support/simulator.ts";
import { wingtipToys } from "./support/wingtip.ts";

/** Among so many customers; `make access` looks among a million. */
const CROWD = process.env.PORTAL_CROWD ?? "20000";

/** A portal of this file's own, because all other tests would meet the crowd; the projects can run side by side. */
const PORTS: Record<string, number> = { hydrated: 4640, "plain HTML": 4650 };

let portalProcess: ChildProcess | undefined;
let folder: string | undefined;

test.use({
  baseURL: async ({}, use, { project }) => use(`http://localhost:${PORTS[project.name]}`),
});

test.beforeAll(async ({}, { project }) => {
  // A million are put into the database in minutes.
  test.setTimeout(900_000);
  const port = PORTS[project.name]!;
  folder = mkdtempSync(join(tmpdir(), "reseller-portal-crowd-"));
  portalProcess = spawn(process.env.PORTAL_BIN ?? "../target/debug/portal", ["demo"], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? "",
      PORTAL_SITE_DIR: process.env.PORTAL_SITE_DIR ?? "",
      PORTAL_LISTEN: `127.0.0.1:${port}`,
      PORTAL_OPS_LISTEN: `127.0.0.1:${port + 1}`,
      PORTAL_PUBLIC_URL: `http://localhost:${port}`,
      SIMULATOR_LISTEN: `127.0.0.1:${port + 2}`,
      PORTAL_DEMO_CUSTOMERS: CROWD,
    },
    stdio: "ignore",
  });
  const isReady = () => fetch(`http://127.0.0.1:${port + 1}/readyz`).then((answer) => answer.ok, () => false);
  await expect.poll(isReady, { timeout: 840_000, intervals: [200, 1_000] }).toBe(true);
});

test.afterAll(() => {
  portalProcess?.kill();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test(`support finds a tenant among ${CROWD} and sees no secret anywhere`, async ({ browser, page, portal }, { project }) => {
  const customer = wingtipToys();
  await portal.signInByHint(ADELE.upn);
  await portal.onboard(customer);
  const address = new URL(page.url()).pathname;
  const [tenant] = await tenantsOf(customer.domain, PORTS[project.name]! + 2);
  const secrets = [tenant!.password, ...(await page.context().cookies()).map((cookie) => cookie.value)];

  const context = await browser.newContext({ javaScriptEnabled: portal.scripted, baseURL: new URL(page.url()).origin });
  const desk = await context.newPage();
  // Everything that comes over the network, with its headers and whatever it was asked with.
  const heard: Promise<string>[] = [];
  const told = async (response: import("@playwright/test").Response) => {
    const headers = JSON.stringify(await response.allHeaders().catch(() => ({})));
    const body = await response.body().then((bytes) => bytes.toString("utf8"), () => "");
    return [response.url(), response.request().postData() ?? "", headers, body].join("\n");
  };
  context.on("response", (response) => heard.push(told(response)));
  const seen: string[] = [];
  const look = async () => {
    seen.push(await desk.content(), await desk.locator("html").innerText());
    if (!portal.scripted) return;
    const kept = () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]);
    seen.push(await desk.evaluate(kept));
  };

  await desk.goto(`/auth/start?login_hint=${GRADY.upn}`);
  await desk.goto("/customers");
  await look();
  await expect(desk.getByRole("row")).toHaveCount(51);
  const search = async (words: string) => {
    await desk.getByLabel("Search customers").fill(words);
    await desk.getByRole("button", { name: "Search", exact: true }).click();
    await look();
  };
  const row = desk.getByRole("row").filter({ hasText: `${customer.domain}.onmicrosoft.com` });
  // By a part of the domain, by company and reseller together, and by what a ticket names.
  for (const words of [customer.domain.slice(0, -1), `ingtip toys first`, tenant!.id]) {
    await search(words);
    await expect(row).toHaveCount(1);
  }
  // Not by its neighbours: there are others of the kind.
  await search("winery partners");
  await expect(row).toHaveCount(0);
  await expect(desk.getByRole("row")).toHaveCount(51);
  await search(customer.domain);
  await row.getByRole("link", { name: customer.companyName }).click();
  await expect(desk).toHaveURL(new RegExp(`${address}$`));
  await expect(desk.getByRole("main")).toContainText(customer.companyName);
  await expect(desk.getByRole("button", { name: /password/i })).toHaveCount(0);
  await look();
  await desk.goto(`${address}/partner-center`);
  await look();
  await desk.goto(`/customers/new?draft=${address.split("/").pop()}`);
  await look();

  // And not for whoever asks for it without a button.
  const origin = new URL(page.url()).origin;
  const headers = { origin, "sec-fetch-site": "same-origin" };
  const claim = { token: "t", id: address.split("/").pop()! };
  for (const answer of [
    await context.request.post(`${address}/credentials`, { headers, form: claim }),
    await context.request.post("/api/claim-credentials", { headers, data: claim }),
  ]) {
    expect(answer.status()).toBe(403);
    seen.push(await answer.text());
  }
  const file = await context.request.get(`/customers/export.csv?q=${customer.domain}`);
  expect(await file.text()).toContain(customer.domain);
  seen.push(await file.text());

  const everything = [...seen, ...(await Promise.all(heard))];
  expect(everything.length).toBeGreaterThan(20);
  for (const secret of secrets) {
    const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), escapeHtml(secret), Buffer.from(secret).toString("base64")];
    for (const form of forms) expect(everything.filter((text) => text.includes(form))).toEqual([]);
  }
  await context.close();
  // The password is still there for the one whose it is.
  expect(await portal.openPassword()).toBe(tenant!.password);
});

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
