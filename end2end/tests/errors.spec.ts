import { expect, test } from "./support/test.ts";
import { ADELE, GRADY } from "./support/simulator.ts";
import { wingtipToys } from "./support/wingtip.ts";

test("an empty form comes back with a summary that leads to the fields", async ({ page, portal }) => {
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await portal.continue();

  await expect(portal.summary).toBeVisible();
  await expect(page).toHaveTitle(/^Error: /);
  if (portal.scripted) await expect(page.locator(":focus")).toContainText("There is a problem");
  const links = portal.summary.getByRole("link");
  expect(await links.count()).toBeGreaterThan(5);
  await links.filter({ hasText: "company name" }).click();
  await expect(portal.field("Registered company name")).toBeFocused();
  await expect(portal.field("Registered company name")).toHaveAttribute("aria-invalid", "true");
});

test("what was typed is kept, wrong or not", async ({ portal }) => {
  const typed = { ...wingtipToys(), postalCode: "SW1A 2AA", city: "<b>Redmond", email: "gena at wingtip" };
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await portal.fillIn(typed);
  await portal.continue();

  await expect(portal.summary).toBeVisible();
  await expect(portal.field("Registered company name")).toHaveValue(typed.companyName);
  await expect(portal.field("ZIP code")).toHaveValue(typed.postalCode);
  await expect(portal.field("City")).toHaveValue(typed.city);
  await expect(portal.field("Contact's email address")).toHaveValue(typed.email);
  await expect(portal.field("ZIP code")).toHaveAttribute("aria-invalid", "true");
});

test("a draft can be left and taken up again", async ({ page, portal }) => {
  const companyName = `Wingtip ${Math.random().toString(36).slice(2)}`;
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await portal.field("Registered company name").fill(companyName);
  await portal.button("Save and finish later").click();
  await page.goto("/");
  await portal.link(new RegExp(`Continue.*${companyName}`)).click();
  await expect(portal.field("Registered company name")).toHaveValue(companyName);
});

for (const path of ["/customers/01890a5d-ac96-774b-bcce-b302099a8057", "/customers/nobody", "/nowhere"]) {
  test(`${path} does not exist, and there is a way on`, async ({ page, portal }) => {
    await portal.signInByHint(ADELE.upn);
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(404);
    await expect(portal.heading("This page does not exist")).toBeVisible();
    await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
  });
}

test("support cannot onboard, and is told so", async ({ page, portal }) => {
  await portal.signInByHint(GRADY.upn);
  const answer = await page.goto("/customers/new");
  expect(answer?.status()).toBe(403);
  await expect(portal.heading("Your role does not allow this")).toBeVisible();
});

test("whoever is not signed in is led to the sign-in page, and from there to where they wanted to go", async ({ page, portal }) => {
  await page.goto("/customers");
  await expect(page).toHaveURL(/\/sign-in/);
  await portal.link("Sign in with Microsoft").click();
  await portal.button(new RegExp(ADELE.upn)).click();
  await expect(portal.heading("Customers")).toBeVisible();
});
