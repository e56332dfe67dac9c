import { mkdirSync } from "node:fs";

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, test } from "./support/test.ts";
import { ADELE } from "./support/simulator.ts";
import { wingtipToys } from "./support/wingtip.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const NARROW = { width: 320, height: 640 };

/** Where screenshots go, if somebody wants to look at them. */
const { SCREENSHOTS } = process.env;

/** Nothing to find by axe in light, dark and narrow, and nothing that has to be scrolled to the side. */
async function expectAccessible(page: Page, name: string, scripted: boolean): Promise<void> {
  if (!scripted) return;
  const wide = page.viewportSize();
  for (const [look, colorScheme, size] of [
    ["light", "light", wide],
    ["dark", "dark", wide],
    ["narrow", "light", NARROW],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    if (size) await page.setViewportSize(size);
    if (SCREENSHOTS) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: `${SCREENSHOTS}/${name}-${look}.png`, fullPage: true });
    }
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`), name).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(overflow, `${name}, ${look}: pixels beyond the right edge`).toBeLessThanOrEqual(0);
  }
  await page.emulateMedia({ colorScheme: "light" });
  if (wide) await page.setViewportSize(wide);
}

test.beforeEach(async ({ portal }) => {
  await portal.signInByHint(ADELE.upn);
});

test("a domain is suggested for the company, and used by one click", async ({ page, portal }) => {
  await portal.openForm();
  await portal.chooseCountry("SE");
  await portal.field("Registered company name").fill("Contoso AB");
  if (!portal.scripted) await portal.button("Suggest domains").click();
  const suggestions = page.getByRole("group", { name: "Suggested domains" });
  await expect(suggestions.getByRole("button", { name: "Use contosose", exact: true })).toBeVisible();
  // That one belongs to somebody else.
  await expect(suggestions.getByRole("button", { name: "Use contoso", exact: true })).toHaveCount(0);
  await expectAccessible(page, "form-domains", portal.scripted);
  await suggestions.getByRole("button", { name: "Suggest others" }).click();
  await expect(suggestions.getByRole("button", { name: "Use contosose", exact: true })).toHaveCount(0);
  const other = suggestions.getByRole("button", { name: /^Use / }).first();
  const prefix = ((await other.textContent()) ?? "").replace("Use ", "");
  await other.click();
  await expect(portal.field("Microsoft domain")).toHaveValue(prefix);
  await expect(page.getByText(`${prefix}.onmicrosoft.com is free. It can never be changed`).first()).toBeVisible();
});

test("a taken domain comes with others", async ({ page, portal }) => {
  const customer = { ...wingtipToys(), companyName: "Fabrikam Fibre", domain: "fabrikam" };
  await portal.openForm();
  await portal.fillIn(customer);
  if (portal.scripted) {
    await expect(page.getByText("fabrikam.onmicrosoft.com is already used by another tenant").first()).toBeVisible();
  } else {
    await portal.continue();
    await expect(portal.summary).toContainText("This domain is already used");
  }
  await expect(page.getByRole("group", { name: "Suggested domains" }).getByRole("button").first()).toBeVisible();
});

test("a company with a tenant is offered a relationship, as a choice", async ({ page, portal }) => {
  const customer = { ...wingtipToys(), companyName: "Woodgrove Bank", email: "ana@woodgrove.example" };
  await portal.openForm();
  await portal.fillIn(customer);
  if (portal.scripted) {
    await expect(page.locator("#tenant-notice")).toContainText("A Microsoft tenant already has woodgrove.example");
    await expectAccessible(page, "form-tenant", portal.scripted);
  }
  await portal.continue();
  const notice = page.getByRole("heading", { name: "This company seems to have a tenant already" });
  await expect(notice).toBeVisible();
  await expect(portal.button(/^Create tenant for/)).toBeVisible();
  await expectAccessible(page, "review-tenant", portal.scripted);
  await portal.link("Ask for a relationship instead").click();
  await expect(portal.heading("Ask for a relationship instead of a new tenant")).toBeVisible();
  await expect(portal.link(/^https:\/\/admin\.microsoft\.com\//)).toBeVisible();
  await expectAccessible(page, "relationship", portal.scripted);
  await portal.link("Create a new tenant all the same").click();
  await expect(portal.button(/^Create tenant for/)).toBeVisible();
});

test("a doubtful address is kept for a reason, or written as suggested", async ({ page, portal }) => {
  const customer = { ...wingtipToys(), addressLine1: "Microsoft Way" };
  await portal.openForm();
  await portal.fillIn(customer);
  if (portal.scripted) {
    const decision = page.getByRole("group", { name: "Decide about the address" });
    await expect(decision.getByText("1 Microsoft Way")).toBeVisible();
    await expectAccessible(page, "form-address", portal.scripted);
    await portal.button("Keep mine").click();
    await expect(decision).toContainText("Enter the reason");
    await decision.getByRole("textbox").fill("As in the register");
    await portal.button("Keep mine").click();
    await expect(decision).toContainText("The address is kept as you typed it");
    await portal.continue();
  } else {
    await portal.continue();
    await expect(page.getByRole("main")).toContainText("Microsoft finds the street incomplete");
    await page.getByLabel("Reason for keeping the address as it is").fill("As in the register");
    await portal.button("Keep mine").click();
  }
  const main = page.getByRole("main");
  await expect(main).toContainText("Kept as it was typed. Reason: As in the register");
  await page.getByText("Decide about the address again").click();
  await expectAccessible(page, "review-address", portal.scripted);
  await portal.button("Use suggested").click();
  await expect(main).toContainText("Microsoft knows this address");
  await expect(main).not.toContainText("As in the register");
});
