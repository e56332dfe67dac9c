import { expect, test } from "./support/test.ts";
import { ADELE, tenantsOf } from "./support/simulator.ts";
import { FIRST_UP, wingtipToys } from "./support/wingtip.ts";

test("an account manager onboards Wingtip Toys for a reseller and sees the password once", async ({ page, portal }) => {
  const customer = wingtipToys();
  await portal.signIn(ADELE.upn);
  await portal.link("Onboard a customer").click();
  await portal.formIsReady();
  await portal.fillIn(customer);
  await portal.continue();
  await portal.review(customer);
  await portal.create();

  const tenants = await tenantsOf(customer.domain);
  expect(tenants).toHaveLength(1);
  const tenant = tenants[0]!;
  expect(tenant.associatedPartnerId).toBe(FIRST_UP.id);
  await portal.expectNowhere(tenant.password);

  expect(await portal.openPassword()).toBe(tenant.password);
  await expect(page.getByRole("main")).toContainText(`admin@${customer.domain}.onmicrosoft.com`);
  await portal.confirmStored();
  await expect(page.getByRole("main")).toContainText(customer.domain);
  await portal.expectNowhere(tenant.password);

  await page.reload();
  await expect(portal.showPassword).toBeHidden();
  await expect(page.getByRole("main")).toContainText(ADELE.name);
  await portal.expectNowhere(tenant.password);

  const receipt = page.url();
  await portal.button("Sign out").click();
  await page.goto(receipt);
  await expect(portal.heading("Sign in")).toBeVisible();
});

test("a page that was left without a word shows the password to nobody again", async ({ page, portal }) => {
  const customer = wingtipToys();
  await portal.signInByHint(ADELE.upn);
  await portal.onboard(customer);
  const address = page.url();
  const password = await portal.openPassword();
  expect(password).not.toBe("");

  await page.goto("/customers");
  await expect(page.getByRole("main")).toContainText(customer.domain);
  // Without script the password was the answer to a POST, which Back does not bring back by itself.
  await page.goBack().catch(() => null);
  await portal.expectNowhere(password);
  await page.goto(address);
  await expect(page.getByRole("main")).toContainText(ADELE.name);
  await expect(portal.showPassword).toBeHidden();
  await portal.expectNowhere(password);
});

test("Back and a second create lead to the same tenant", async ({ page, portal }) => {
  const customer = wingtipToys();
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await portal.fillIn(customer);
  await portal.continue();
  await portal.review(customer);
  const review = page.url();
  await portal.create();
  const outcome = page.url();

  await page.goto(review);
  await expect(page).toHaveURL(outcome);
  expect(await tenantsOf(customer.domain)).toHaveLength(1);
});
