import type { Page } from "@playwright/test";

import { expect, test } from "./support/test.ts";
import { ADELE } from "./support/simulator.ts";
import { FIRST_UP, wingtipToys } from "./support/wingtip.ts";

/** What a browser says of answers that the tests provoke. */
const REFUSED = /responded with a status of (401|409)/;

const kept = (page: Page) => page.locator("#draft-kept");
const said = (page: Page) => page.getByRole("status").filter({ hasText: /Saved at|session has ended|another window/ });

test("what is typed is saved, waits on the home page, and is deleted after a question", async ({ page, portal }) => {
  const { domain } = wingtipToys();
  const name = `Draft ${domain}`;
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await portal.field("Registered company name").fill(name);
  await expect(kept(page)).toContainText(/Saved at \d\d:\d\d/);
  await expect(said(page)).toHaveCount(1);

  // Whoever leaves in the middle of a word loses nothing either.
  await portal.field("Address line 1").fill("One Microsoft W");
  await page.goto("/");
  await page.getByRole("link", { name: new RegExp(`^Continue ?: ${name}`) }).click();
  await portal.formIsReady();
  await expect(portal.field("Address line 1")).toHaveValue("One Microsoft W");

  await portal.link("Delete this draft").click();
  await expect(portal.heading("Delete this draft?")).toBeVisible();
  await portal.button("Delete the draft").click();
  await expect(portal.heading("Home")).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
});

test.describe("what goes wrong", () => {
  test.use({ expectedErrors: [REFUSED] });

  test("the second of two windows is told, and says which of them counts", async ({ context, page, portal }) => {
    await portal.signInByHint(ADELE.upn);
    await portal.openForm();
    await portal.field("Registered company name").fill("First words");
    await expect(kept(page)).toContainText("Saved at");
    await page.goto("/");
    await portal.link(/^Continue ?: First words/).first().click();
    await portal.formIsReady();
    const other = await context.newPage();
    await other.goto(page.url());
    await expect(other.getByRole("button", { name: "Show resellers" })).toBeVisible();

    await portal.field("Registered company name").fill("Words of one");
    await expect(kept(page)).toContainText("Saved at");
    await other.getByLabel(/^Registered company name/).fill("Words of two");
    await expect(kept(other)).toContainText("Not saved: this draft was changed in another window");
    await other.getByRole("button", { name: "Replace it with this" }).click();
    await expect(other.getByLabel(/^Registered company name/)).toHaveValue("Words of two");
    await page.reload();
    await expect(portal.field("Registered company name")).toHaveValue("Words of two");
  });

  test("a session that ends in mid-form leads back to the same field", async ({ context, page, portal }) => {
    await portal.signInByHint(ADELE.upn);
    await portal.openForm();
    await portal.field("Registered company name").fill("Wingtip Toys");
    await expect(kept(page)).toContainText("Saved at");
    await context.clearCookies();
    const street = portal.field("Address line 1");
    await street.pressSequentially("One Micro");
    await expect(kept(page)).toContainText("Your session has ended");
    await portal.button("Sign in and go on here").click();
    await portal.link("Sign in with Microsoft").click();
    await portal.button(new RegExp(ADELE.upn)).click();
    await portal.formIsReady();
    await expect(street).toHaveValue("One Micro");
    await expect(portal.field("Registered company name")).toHaveValue("Wingtip Toys");
    await expect(street).toBeFocused();
  });
});

test("an address that is pasted in one piece can be split, and put together again", async ({ page, portal }) => {
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await portal.chooseCountry("US");
  await expect(portal.field("ZIP code")).toBeVisible();
  const street = portal.field("Address line 1");
  await street.focus();
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", "One Microsoft Way\nRedmond, WA 98052\nUnited States");
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  });
  await portal.button("Split it into the fields").click();
  await expect(street).toHaveValue("One Microsoft Way");
  await expect(portal.field("City")).toHaveValue("Redmond");
  await expect(portal.field("State")).toHaveValue("WA");
  await expect(portal.field("ZIP code")).toHaveValue("98052");
  await portal.button("Undo").click();
  await expect(portal.field("City")).toHaveValue("");
});

test("keys lead where their list says, outside of fields only, and can be switched off", async ({ page, portal }) => {
  const { keyboard } = page;
  await portal.signInByHint(ADELE.upn);
  await keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(list).toBeVisible();
  await keyboard.press("Escape");
  await expect(list).toBeHidden();
  await keyboard.press("/");
  await expect(page).toHaveURL(/\/customers#q$/);
  await expect(page.getByLabel("Search customers")).toBeFocused();
  await keyboard.type("hn?");
  await expect(page.getByLabel("Search customers")).toHaveValue("hn?");
  await page.getByRole("heading", { level: 1 }).click();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await keyboard.press("n");
  await portal.formIsReady();
  await portal.field("City").focus();
  await keyboard.press("Control+Enter");
  await expect(page.locator("#error-summary")).toBeFocused();

  await portal.button("Keyboard shortcuts").click();
  await page.getByLabel("Keys of a single character, on this device").uncheck();
  await portal.button("Close").click();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await keyboard.press("h");
  await keyboard.press("?");
  await expect(list).toBeHidden();
  await expect(portal.heading("Onboard a customer")).toBeVisible();
  await portal.button("Keyboard shortcuts").click();
  await page.getByLabel("Keys of a single character, on this device").check();
});

test("what was mended is marked where it was complained of", async ({ page, portal }) => {
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await portal.continue();
  await expect(portal.summary).toBeVisible();
  await portal.field("Registered company name").fill("Wingtip Toys");
  await expect(page.locator("#error-summary li").filter({ hasText: "Mended: " })).toHaveText(
    "Mended: Enter the registered company name",
  );
});

test("the next customer of a reseller begins with the country of the last one", async ({ page, portal }) => {
  test.slow();
  await portal.signInByHint(ADELE.upn);
  await portal.onboard(wingtipToys());
  await portal.openForm();
  await portal.chooseReseller(FIRST_UP.name);
  await expect(portal.country).toHaveValue("US");
  await expect(page.locator("#country-taken")).toContainText("Taken from the last customer of this reseller");
  await portal.chooseCountry("DE");
  await expect(page.locator("#country-taken")).toHaveCount(0);
});
