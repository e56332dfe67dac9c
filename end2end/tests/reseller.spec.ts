import { expect, test } from "./support/test.ts";
import { MEGAN, NESTOR, tenantsOf } from "./support/simulator.ts";
import { FIRST_UP, wingtipToys } from "./support/wingtip.ts";

test("a reseller of another tenant onboards a customer from the sign-in to the password", async ({ page, portal }) => {
  await portal.signInByHint(NESTOR.upn);
  await portal.connectAccount(NESTOR.upn);
  await portal.button("Sign out").click();
  await expect(portal.link("Sign in as a reseller")).toBeVisible();

  const customer = wingtipToys();
  await portal.signInAsReseller(MEGAN.upn);
  await expect(portal.link("Resellers")).toHaveCount(0);
  await page.goto("/customers/new");
  await expect(portal.heading("Onboard a customer")).toBeVisible();
  await expect(page.getByRole("main")).toContainText(FIRST_UP.name);
  await expect(portal.reseller).toHaveCount(0);
  await portal.fillIn(customer, null);
  await portal.continue();
  await portal.review(customer);
  await portal.create();

  const tenants = await tenantsOf(customer.domain);
  expect(tenants).toHaveLength(1);
  expect(tenants[0]!.associatedPartnerId).toBe(FIRST_UP.id);
  expect(await portal.openPassword()).toBe(tenants[0]!.password);
  await portal.confirmStored();
  await portal.expectNowhere(tenants[0]!.password);
});
