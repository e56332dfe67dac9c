import { expect, test } from "./support/test.ts";
import { ADELE, GRADY, NESTOR, tenantsOf } from "./support/simulator.ts";
import { forgottenToys, wingtipToys } from "./support/wingtip.ts";

/** A new tenant is visible in Partner Center after some seconds, and is looked for every few. */
const VISIBLE = { timeout: 45_000 };

test("the acceptance of the customer agreement is recorded, with nothing lost on the way", async ({ page, portal }) => {
  test.slow();
  const customer = wingtipToys();
  await portal.signInByHint(ADELE.upn);
  await portal.onboard(customer);
  const tenant = page.url();
  await portal.reloadUntil("Done: Reseller verified", VISIBLE);

  await portal.openUntil(`${tenant}/partner-center?again=yes`, "The same");
  await portal.link("Record the acceptance").click();
  await expect(portal.heading(/^Microsoft Customer Agreement/)).toBeVisible();
  await portal.field("Family name").fill("Kramer");
  await portal.field("Day of the acceptance").fill("2999-01-01");
  await portal.button("Record the acceptance").click();
  await expect(portal.summary).toContainText("or earlier (UTC)");
  await expect(portal.summary).toContainText("Confirm that the customer has accepted");
  await expect(portal.field("Family name")).toHaveValue("Kramer");
  await expect(portal.field("Day of the acceptance")).toHaveValue("2999-01-01");

  await portal.field("Day of the acceptance").fill("2026-02-03");
  await page.getByRole("checkbox", { name: /I confirm/ }).check();
  await portal.button("Record the acceptance").click();
  await expect(page.getByRole("heading", { name: "Recorded at Microsoft" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("accepted on 3 February 2026");

  await page.goto(tenant);
  await expect(page.getByRole("listitem").filter({ hasText: "Microsoft Customer Agreement accepted" })).toContainText("Done");
  await expect(page.getByRole("main")).toContainText("Acceptance of the customer agreement recorded at Microsoft");
});

test("a lost password is set anew by an administrator and shown once", async ({ page, portal }) => {
  test.slow();
  const customer = forgottenToys();
  await portal.signInByHint(ADELE.upn);
  await portal.sendOnboarding(customer);
  await portal.reloadUntil("Nobody has the admin password", VISIBLE);
  const tenant = page.url();
  await expect(page.getByRole("main")).toContainText("an administrator of this portal can set a new one");
  await portal.reloadUntil("Done: Reseller verified", VISIBLE);

  await portal.forgetPerson();
  await portal.signInByHint(NESTOR.upn);
  await page.goto(tenant);
  await portal.link("Set a new first password").click();
  await expect(page.getByRole("main")).toContainText("Privileged Authentication Administrator");
  await portal.button("Set a new first password").click();
  await expect(portal.summary).toContainText("Enter the reason");
  await portal.field("Reason").fill("Microsoft's answer was lost");
  await portal.button("Set a new first password").click();

  await expect(portal.showPassword).toBeVisible();
  const { password } = (await tenantsOf(customer.domain))[0]!;
  await portal.expectNowhere(password);
  expect(await portal.openPassword()).toBe(password);
  await portal.confirmStored();
  await page.goto(tenant);
  await expect(page.getByRole("main")).toContainText("New first password set at Microsoft");
  await portal.expectNowhere(password);
});

test("support sees a tenant beside Partner Center, and nothing to change", async ({ page, portal }) => {
  test.slow();
  const customer = wingtipToys();
  await portal.signInByHint(ADELE.upn);
  await portal.onboard(customer);
  const tenant = page.url();
  await portal.reloadUntil("Done: Reseller verified", VISIBLE);
  const { password } = (await tenantsOf(customer.domain))[0]!;

  await portal.forgetPerson();
  await portal.signInByHint(GRADY.upn);
  await portal.openUntil(portal.scripted ? tenant : `${tenant}/partner-center`, "The same");
  await expect(page.getByRole("row").filter({ hasText: "Registered name" })).toContainText("Same");
  await portal.expectNowhere(password);
  await expect(portal.link("Record the acceptance")).toHaveCount(0);
  await page.goto(tenant);
  await expect(page.getByRole("group", { name: "the text for Microsoft's support" })).toContainText("MS-RequestId: ");
});
