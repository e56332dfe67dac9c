import type { Browser } from "@playwright/test";

import { Portal } from "./support/portal.ts";
import { expect, test } from "./support/test.ts";
import { ADELE, ALEX, GRADY, MEGAN, NESTOR, tenantsOf } from "./support/simulator.ts";
import { FIRST_UP, RELECLOUD, wingtipToys } from "./support/wingtip.ts";

/** Somebody else at another machine. */
async function elsewhere(browser: Browser, scripted: boolean): Promise<Portal> {
  const context = await browser.newContext({ javaScriptEnabled: scripted });
  return new Portal(await context.newPage(), scripted);
}

/** Whoever asks for the password without a button gets no other answer. */
async function expectRefused({ page }: Portal, address: string): Promise<void> {
  const { origin, pathname } = new URL(address);
  const headers = { origin, "sec-fetch-site": "same-origin" };
  const claim = { id: pathname.split("/").pop()!, token: "guessed" };
  const form = await page.request.post(`${address}/credentials`, { headers, form: claim });
  const call = await page.request.post(`${origin}/api/claim-credentials`, { headers, data: claim });
  for (const answer of [form, call]) {
    expect([403, 404, 409]).toContain(answer.status());
  }
}

test("a password that was handed over opens for the reseller and for nobody else", async ({ page, portal, browser }) => {
  test.slow();
  const customer = wingtipToys();
  await portal.signInByHint(ADELE.upn);
  await portal.onboard(customer);
  const address = page.url();
  const password = (await tenantsOf(customer.domain))[0]!.password;

  await page.getByLabel("3 days").check();
  await portal.button(`Hand over to ${FIRST_UP.name} instead`).click();
  await expect(page.getByRole("main")).toContainText(`Waits for ${FIRST_UP.name} since`);
  await expect(portal.showPassword).toBeHidden();
  await portal.expectNowhere(password);

  await expectRefused(portal, address);
  for (const person of [NESTOR, GRADY]) {
    const other = await elsewhere(browser, portal.scripted);
    await other.signInByHint(person.upn);
    await other.page.goto(address);
    await expect(other.page.getByRole("main")).toContainText(`Waits for ${FIRST_UP.name} since`);
    await expect(other.showPassword).toBeHidden();
    await expectRefused(other, address);
    await other.page.context().close();
  }
  const alex = await elsewhere(browser, portal.scripted);
  await alex.signInAsReseller(ALEX.upn);
  const foreign = await alex.page.goto(address);
  expect(foreign?.status()).toBe(404);
  await expectRefused(alex, address);
  await alex.page.context().close();

  const megan = await elsewhere(browser, portal.scripted);
  await megan.signInAsReseller(MEGAN.upn);
  await megan.page.goto("/");
  await expect(megan.page.getByRole("listitem").filter({ hasText: customer.domain })).toContainText("waits for you or a colleague");
  await megan.page.goto(address);
  expect(await megan.openPassword()).toBe(password);
  await megan.confirmStored();
  await megan.page.context().close();

  await page.reload();
  await expect(page.getByRole("main")).toContainText(MEGAN.name);
  await portal.expectNowhere(password);
});

test("a reseller's onboarding is sent back with a comment, mended, approved, and its password the reseller's", async ({ page, portal, browser }) => {
  test.slow();
  const customer = wingtipToys();
  await portal.signInByHint(NESTOR.upn);
  await portal.connectAccount(NESTOR.upn);
  // It stays so: other tests are about the other reseller.
  await page.goto(`/resellers/${RELECLOUD.id}`);
  await page.getByLabel("An account manager approves it first").check();
  await portal.button("Save").click();
  await expect(page.getByRole("status")).toContainText("The setting is saved");

  const alex = await elsewhere(browser, portal.scripted);
  await alex.signInAsReseller(ALEX.upn);
  await alex.openForm();
  await alex.fillIn(customer, null);
  await alex.continue();
  await alex.button("Send it to be approved").click();
  await expect(alex.page.getByRole("main")).toContainText("An account manager of the provider looks at it first");
  const address = alex.page.url();

  await page.goto(`${address}/approval`);
  await expect(page.getByRole("main")).toContainText(ALEX.name);
  await portal.button("Send back").click();
  await expect(page.getByRole("alert")).toContainText("Say what is to be changed");
  await page.getByLabel("What is to be changed").fill("Which floor?");
  await portal.button("Send back").click();
  await expect(portal.heading("Home")).toBeVisible();

  await alex.page.goto("/");
  await alex.page.getByRole("link", { name: /Mend and send again/ }).first().click();
  await expect(alex.page.getByRole("main")).toContainText("Which floor?");
  await alex.link("Continue").click();
  await alex.formIsReady();
  await expect(alex.page.getByRole("main")).toContainText("Which floor?");
  await alex.field("Address line 2").fill("Floor 3");
  await alex.continue();
  await alex.button("Send it to be approved").click();
  await expect(alex.page).toHaveURL(address);
  expect(await tenantsOf(customer.domain)).toHaveLength(0);

  await page.goto(`${address}/approval`);
  await expect(page.getByRole("main")).toContainText("Floor 3");
  await page.getByLabel("Comment").fill("Thank you.");
  await portal.button("Approve and create the tenant").click();
  await expect(page.getByRole("heading", { name: "Admin credentials" })).toBeVisible({ timeout: 60_000 });
  await expect(portal.showPassword).toBeHidden();

  const [tenant] = await tenantsOf(customer.domain);
  expect(tenant!.associatedPartnerId).toBe(RELECLOUD.id);
  await alex.page.goto(address);
  expect(await alex.openPassword()).toBe(tenant!.password);
  await alex.page.context().close();
});
