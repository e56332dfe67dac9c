import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium, type BrowserContext, type Page, type Request } from "@playwright/test";

import { Portal } from "./support/portal.ts";
import { expect, test } from "./support/test.ts";
import { ADELE, NESTOR, tenantsOf } from "./support/simulator.ts";
import { wingtipToys } from "./support/wingtip.ts";

// While the network is away Chromium says so for each address.
test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/] });

/** Everything that a page can show, field values too. */
async function shownBy(page: Page): Promise<string> {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll("input")].map((input) => input.value);
    return [document.documentElement.outerHTML, document.documentElement.innerText, ...fields].join("\n");
  });
}

async function expectNothingOf(secret: string, pages: Page[]): Promise<void> {
  for (const page of pages) expect(await shownBy(page), page.url()).not.toContain(secret);
}

/** Whatever a site can leave in a browser. */
async function storedBy(page: Page): Promise<unknown> {
  return page.evaluate(async () => ({
    cookies: document.cookie,
    local: Object.entries(localStorage),
    session: Object.entries(sessionStorage),
    databases: await indexedDB.databases(),
    caches: "caches" in window ? await caches.keys() : [],
    workers: "serviceWorker" in navigator ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  }));
}

/** Opens the password of a customer of its own. */
async function openOne(portal: Portal): Promise<{ address: string; password: string }> {
  const customer = wingtipToys();
  await portal.signInByHint(ADELE.upn);
  await portal.onboard(customer);
  const address = portal.page.url();
  const password = await portal.openPassword();
  expect(password).toBe((await tenantsOf(customer.domain))[0]!.password);
  return { address, password };
}

test("a password that was shown is not there after Back, Forward, reload, in a second tab or offline", async ({ page, portal, context }) => {
  const { address, password } = await openOne(portal);

  await page.goto("/customers");
  await page.goBack();
  await expectNothingOf(password, [page]);
  await page.goForward();
  await page.goBack();
  await expectNothingOf(password, [page]);
  await page.reload();
  await expect(portal.showPassword).toBeHidden();
  await expectNothingOf(password, [page]);

  const second = await context.newPage();
  await second.goto(address);
  await expect(second.getByRole("main")).toContainText(ADELE.name);
  await expectNothingOf(password, [second]);
  await second.close();

  await context.setOffline(true);
  await page.reload().catch(() => null);
  await expectNothingOf(password, [page]);
  await page.goBack().catch(() => null);
  await expectNothingOf(password, [page]);
  await context.setOffline(false);
});

test("a password on the screen is not printed, and its page is kept by nobody", async ({ page, portal }) => {
  const { password } = await openOne(portal);
  expect(await shownBy(page)).toContain(password);
  await page.emulateMedia({ media: "print" });
  const printed = await page.evaluate(() => document.body.innerText);
  expect(printed).not.toContain(password);
  await page.emulateMedia({ media: "screen" });

  // A page that is put aside whole would come back with the password in it.
  await page.goto("/customers");
  await page.goBack();
  const restored = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return navigation?.type;
  });
  expect(restored).toBe("back_forward");
  await expectNothingOf(password, [page]);
});

test("after signing out Back shows nothing, and nothing is stored", async ({ page, portal }) => {
  const { address, password } = await openOne(portal);
  expect(await storedBy(page)).toEqual({ cookies: "", local: [], session: [], databases: [], caches: [], workers: 0 });
  await portal.confirmStored();
  await page.goto("/customers");
  await portal.button("Sign out").click();
  await expect(page).toHaveURL(/\/sign-in/);

  for (let step = 0; step < 4; step += 1) {
    await page.goBack().catch(() => null);
    await expectNothingOf(password, [page]);
    await expectNothingOf(ADELE.name, [page]);
  }
  await page.goto(address);
  await expect(portal.heading("Sign in")).toBeVisible();
  expect(await storedBy(page)).toEqual({ cookies: "", local: [], session: [], databases: [], caches: [], workers: 0 });
});

/** Which files of a profile hold a text, in either of a browser's encodings. */
function filesWith(folder: string, text: string): string[] {
  const needles = [Buffer.from(text, "utf8"), Buffer.from(text, "utf16le")];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const content = readFileSync(file);
      return needles.some((needle) => content.includes(needle));
    });
}

/** The browser with history and sessions, where it stands beside the shell that the other tests use. */
function wholeBrowser(): { executablePath: string | undefined; args: string[]; ignoreDefaultArgs: string[] } {
  const shell = process.env.CHROMIUM;
  const whole = shell?.replace(/-headless-shell$/, "");
  if (whole === undefined || whole === shell || !existsSync(whole)) return { executablePath: shell, args: [], ignoreDefaultArgs: [] };
  return { executablePath: whole, args: ["--headless=new"], ignoreDefaultArgs: ["--headless"] };
}

async function withProfile(folder: string, visit: (context: BrowserContext, page: Page) => Promise<void>): Promise<void> {
  const { executablePath, args, ignoreDefaultArgs } = wholeBrowser();
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    ignoreDefaultArgs,
    args: ["--no-sandbox", "--disable-gpu", "--restore-last-session", ...args],
    baseURL: `http://localhost:${process.env.PORTAL_PORT}`,
  });
  try {
    await visit(context, context.pages()[0] ?? (await context.newPage()));
  } finally {
    await context.close();
  }
}

test("the profile of a browser that has shown a password does not hold it, and a restored session shows nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reseller-portal-profile-"));
  try {
    let opened = { address: "", password: "" };
    await withProfile(folder, async (_, page) => {
      opened = await openOne(new Portal(page, true));
      await page.goto(opened.address);
    });
    // The style sheet is what browsers may keep.
    expect(filesWith(folder, "portal.css"), "what there is is found").not.toEqual([]);
    expect(filesWith(folder, opened.password)).toEqual([]);

    await withProfile(folder, async (context, page) => {
      await expectNothingOf(opened.password, context.pages());
      await page.goto(opened.address);
      await expectNothingOf(opened.password, [page]);
    });
    expect(filesWith(folder, opened.password)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a browser is sent nowhere but to the portal and to the sign-in, and tells the latter no address", async ({ page, portal }) => {
  const requests: Request[] = [];
  page.on("request", (request) => requests.push(request));
  await portal.signIn(NESTOR.upn);
  for (const path of ["/", "/customers", "/customers/new", "/resellers", "/audit", "/settings", "/nowhere"]) {
    await page.goto(path);
    await expect(portal.button("Sign out"), `${path}: signing out is offered`).toBeVisible();
  }
  const { address } = await openOne(portal);
  await page.goto(address);
  await expect(portal.button("Sign out")).toBeVisible();
  await portal.button("Sign out").click();
  await expect(page).toHaveURL(/\/sign-in/);

  const own = `http://localhost:${process.env.PORTAL_PORT}`;
  const allowed = new Set([own, `http://127.0.0.1:${process.env.SIMULATOR_PORT}`]);
  const strange = requests.map((request) => request.url()).filter((url) => !url.startsWith("data:") && !allowed.has(new URL(url).origin));
  expect(strange).toEqual([]);
  for (const request of requests.filter((request) => new URL(request.url()).origin !== own)) {
    const from = (await request.allHeaders())["referer"] ?? "";
    // The sign-in's own pages may name themselves.
    if (from.startsWith(own)) expect(from, request.url()).toBe(`${own}/`);
  }
});
