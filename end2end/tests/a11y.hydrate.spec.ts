import { mkdirSync } from "node:fs";

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { Portal } from "./support/portal.ts";
import { expect, test } from "./support/test.ts";
import { ADELE, ALEX, GRADY, MEGAN, NESTOR } from "./support/simulator.ts";
import { FIRST_UP, RELECLOUD, forgottenToys, wingtipToys } from "./support/wingtip.ts";
import { LANGUAGE, said } from "./support/words.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Where screenshots of every page and state go, if somebody wants to look at them. Who names a language asks everything of
 *  both colour schemes (`make languages`). */
const { PORTAL_LANGUAGE, SCREENSHOTS } = process.env;

/** What a person's settings make of a page: 200% zoom is half of the width, in pixels of the style sheet. */
interface Look {
  look: string;
  colorScheme: "light" | "dark";
  forcedColors?: "active";
  size?: { width: number; height: number };
  /** What this look can change the answer of, if that is not everything. */
  rules?: readonly string[];
}

const LOOKS: readonly Look[] = [
  { look: "light", colorScheme: "light" },
  { look: "dark", colorScheme: "dark", rules: ["color-contrast", "link-in-text-block"] },
  { look: "narrow", colorScheme: "light", size: { width: 320, height: 640 } },
  { look: "zoomed", colorScheme: "light", size: { width: 640, height: 360 }, rules: ["target-size", "scrollable-region-focusable"] },
  // Forced colours are the browser's, and a style sheet is not asked for them: axe would measure ours.
  { look: "forced", colorScheme: "dark", forcedColors: "active", rules: [] },
];

/** Nothing to find by axe in any look, and nothing that has to be scrolled to the side. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  const wide = page.viewportSize();
  await expect(page.locator("html"), name).toHaveAttribute("lang", LANGUAGE);
  for (const { look, colorScheme, forcedColors = "none", size = wide, rules: some } of LOOKS) {
    const rules = PORTAL_LANGUAGE && look === "dark" ? undefined : some;
    // Colours that are still on their way from the other scheme would be measured half-way.
    await page.emulateMedia({ colorScheme, forcedColors, reducedMotion: "reduce" });
    if (size) await page.setViewportSize(size);
    if (SCREENSHOTS) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: `${SCREENSHOTS}/${PORTAL_LANGUAGE ? `${LANGUAGE}-` : ""}${name}-${look}.png`, fullPage: true });
    }
    if (rules?.length !== 0) {
      // There are no frames to visit, for which it would open a page of its own each time.
      const axe = new AxeBuilder({ page }).setLegacyMode(true);
      const { violations } = await (rules ? axe.withRules([...rules]) : axe.withTags(RULES)).analyze();
      const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join("\n  ")}`);
      expect.soft(found, `${name}, ${look}`).toEqual([]);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(overflow, `${name}, ${look}: pixels beyond the right edge`).toBeLessThanOrEqual(0);
  }
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
  if (wide) await page.setViewportSize(wide);
}

test("the way in", async ({ page, portal }) => {
  await page.goto("/sign-in");
  await expectAccessible(page, "sign-in");
  await portal.signIn(GRADY.upn);
  await expectAccessible(page, "home-support");
  await page.goto("/customers/new");
  await expectAccessible(page, "forbidden");
  await page.goto("/nowhere");
  await expectAccessible(page, "not-found");
});

test("the audit: everything, a search, and who may not", async ({ page, portal }) => {
  await portal.signInByHint(GRADY.upn);
  await page.goto("/audit");
  await expectAccessible(page, "audit-forbidden");
  await portal.forgetPerson();
  await portal.signInByHint(NESTOR.upn);
  await portal.link("Audit").click();
  await expect(portal.heading("Audit")).toBeVisible();
  await expectAccessible(page, "audit");
  await portal.field("Outcome").selectOption("refused");
  await portal.field("Person").fill("grady");
  await portal.button("Search").click();
  await expect(page.getByRole("table").getByText("Grady Archie").first()).toBeVisible();
  await expectAccessible(page, "audit-search");
  const download = page.waitForEvent("download");
  await portal.button("Export what fits as CSV").click();
  expect((await download).suggestedFilename()).toMatch(/^audit-[\d-]+\.csv$/);
  await portal.field("Person").fill("nobody like this");
  await portal.button("Search").click();
  await expectAccessible(page, "audit-empty");
});

test("the settings, and what a reseller sees", async ({ page, portal }) => {
  await portal.signInByHint(NESTOR.upn);
  await page.goto("/settings");
  await expectAccessible(page, "settings-start");
  await portal.connectAccount(NESTOR.upn);
  await expectAccessible(page, "settings-connected");
  await portal.button("Sign out").click();
  await portal.signInAsReseller(MEGAN.upn);
  await expectAccessible(page, "home-reseller");
  await page.goto("/customers/new");
  await expect(portal.heading("Onboard a customer")).toBeVisible();
  await expectAccessible(page, "form-reseller");
});

test("the form: empty, with an open list, filled in, with errors", async ({ page, portal }) => {
  test.slow();
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await expectAccessible(page, "form-empty");

  await portal.reseller.fill("con");
  await expect(portal.resellers.first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expectAccessible(page, "form-list");
  await page.keyboard.press("Escape");

  await portal.reseller.fill("nobody is called so");
  await expect(page.getByText(said("No reseller fits. Try a part"))).toBeVisible();
  await expectAccessible(page, "form-list-empty");
  await page.keyboard.press("Escape");

  await portal.fillIn(wingtipToys());
  await expect(page.locator("#draft-kept")).toContainText(said("Saved at"));
  await expectAccessible(page, "form-filled-in");
  await portal.field("ZIP code").fill("nowhere");
  await portal.field("City").fill("");
  await portal.continue();
  await expect(portal.summary).toBeVisible();
  await expectAccessible(page, "form-errors");
  await portal.field("City").fill("Redmond");
  await expectAccessible(page, "form-mended");
  await portal.button("Keyboard shortcuts").click();
  await expectAccessible(page, "keys");
  await page.keyboard.press("Escape");
});

test("drafts: on the home page, deleted, and changed in two windows", async ({ page, portal }) => {
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await portal.field("Registered company name").fill("Contoso");
  await portal.button("Save and finish later").click();
  await portal.linkOf("Continue", "Contoso").first().focus();
  await expectAccessible(page, "home-drafts");
  await portal.linkOf("Delete", "Contoso").first().click();
  await expectAccessible(page, "draft-delete");
  await portal.link("Keep it").click();
  await portal.formIsReady();
  const other = new Portal(await page.context().newPage(), portal.scripted);
  await other.page.goto(page.url());
  await other.field("Registered company name").fill("Contoso B");
  await other.button("Save and finish later").click();
  await portal.field("Registered company name").fill("Contoso A");
  await portal.button("Save and finish later").click();
  await expect(page.getByRole("heading", { name: said("This draft was changed in another window") })).toBeVisible();
  await expectAccessible(page, "draft-changed");
});

test("from the review to the receipt, and the lists", async ({ page, portal }) => {
  test.slow();
  const customer = wingtipToys();
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await portal.fillIn(customer);
  await portal.continue();
  await portal.review(customer);
  await expectAccessible(page, "review");
  await portal.create();
  await expectAccessible(page, "created");
  await portal.openPassword();
  await expectAccessible(page, "credentials");
  await portal.confirmStored();
  await expectAccessible(page, "receipt");

  const pages = [
    ["/", "home"],
    ["/customers", "customers"],
    ["/customers?q=wing&state=created&sort=company&rows=compact&reseller=nobody", "customers-filtered"],
    ["/customers?q=nothing-fits", "customers-none"],
    ["/customers?state=elsewhere", "customers-elsewhere"],
    ["/resellers", "resellers"],
  ] as const;
  for (const [path, name] of pages) {
    await page.goto(path);
    await expectAccessible(page, name);
  }
});

test("a tenant beside Partner Center, its agreement, a new password", async ({ page, portal }) => {
  test.slow();
  await portal.signInByHint(NESTOR.upn);
  await portal.sendOnboarding(forgottenToys());
  await portal.reloadUntil("Nobody has the admin password", { timeout: 45_000 });
  const tenant = page.url();
  await expectAccessible(page, "tenant-without-password");
  await portal.reloadUntil(said("Done: ", "Reseller verified"), { timeout: 45_000 });
  await portal.openUntil(`${tenant}/partner-center?again=yes`, "The same");
  await expectAccessible(page, "beside-partner-center");
  await page.goto(tenant);
  await expect(page.getByRole("table").first()).toBeVisible();
  await expectAccessible(page, "tenant");

  await page.goto(`${tenant}/agreement`);
  await expectAccessible(page, "agreement");
  await portal.button("Record the acceptance").click();
  await expect(portal.summary).toBeVisible();
  await expectAccessible(page, "agreement-errors");
  await portal.field("Day of the acceptance").fill("2026-02-03");
  await page.getByRole("checkbox", { name: said("I confirm") }).check();
  await portal.button("Record the acceptance").click();
  await expectAccessible(page, "agreement-recorded");

  await page.goto(`${tenant}/password`);
  await expectAccessible(page, "new-password");
  await portal.button("Set a new first password").click();
  await expect(portal.summary).toBeVisible();
  await expectAccessible(page, "new-password-errors");
});

test("what was handed over, and what waits for an approval", async ({ page, portal }) => {
  test.slow();
  await portal.signInByHint(NESTOR.upn);
  await page.goto(`/resellers/${RELECLOUD.id}`);
  await portal.field("An account manager approves it first").check();
  await portal.button("Save").click();
  await expectAccessible(page, "reseller");
  await portal.onboard(wingtipToys());
  await portal.button(`Hand over to ${FIRST_UP.name} instead`).click();
  await expect(portal.button("Take it back")).toBeVisible();
  await expectAccessible(page, "handed-over");
  await page.goto("/");
  await expectAccessible(page, "home-handed-over");
  await portal.button("Sign out").click();

  await portal.signInAsReseller(ALEX.upn);
  await portal.openForm();
  await portal.fillIn(wingtipToys(), null);
  await portal.continue();
  await expectAccessible(page, "review-to-approve");
  await portal.button("Send it to be approved").click();
  await expect(portal.button("Take it back and change it")).toBeVisible();
  await expectAccessible(page, "waits-for-approval");
  const address = page.url();
  await portal.button("Sign out").click();

  await portal.signInByHint(ADELE.upn);
  await page.goto(`${address}/approval`);
  await expectAccessible(page, "approval");
  await portal.button("Send back").click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page, "approval-refused");
});
