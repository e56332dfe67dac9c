import type { Page } from "@playwright/test";

import { expect, test } from "./support/test.ts";
import { ADELE, tenantsOf } from "./support/simulator.ts";
import { FIRST_UP, wingtipToys } from "./support/wingtip.ts";

/** Tag, own name, what the form's page is called, and what the button under the password says. */
const LANGUAGES = [
  ["en", "English", "Onboard a customer", "I have stored it"],
  ["sv", "Svenska", "Registrera en kund", "Jag har sparat det"],
  ["nl", "Nederlands", "Een klant onboarden", "Ik heb het opgeslagen"],
  ["tr", "Türkçe", "Müşteri ekle", "Sakladım"],
  ["zh-Hant", "繁體中文", "新增客戶", "我已儲存"],
] as const;

/** Longer by two fifths, and the same from right to left; offered in front of the simulator alone. */
const PSEUDO = [
  ["en-XA", "ltr"],
  ["ar-XB", "rtl"],
] as const;

async function choose(page: Page, tag: string): Promise<void> {
  await page.locator(".languages summary").click();
  await page.locator(`.languages button[value="${tag}"]`).click();
  await expect(page.locator("html")).toHaveAttribute("lang", tag);
}

async function expectNoOverflow(page: Page, name: string): Promise<void> {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect.soft(overflow, `${name} at ${width} px: pixels beyond the edge`).toBeLessThanOrEqual(0);
    const { SCREENSHOTS } = process.env;
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/${name}-${width}.png`, fullPage: true });
  }
}

test("a browser is answered in its own language, and says so", async ({ browser, baseURL, javaScriptEnabled }) => {
  const context = await browser.newContext({ locale: "nl-NL", ...(baseURL ? { baseURL } : {}), javaScriptEnabled: javaScriptEnabled ?? true });
  const page = await context.newPage();
  const answer = await page.goto("/sign-in");
  expect(answer?.headers()["content-language"]).toBe("nl");
  expect(answer?.headers()["vary"]).toContain("Accept-Language");
  await expect(page.locator("html")).toHaveAttribute("lang", "nl");
  await expect(page.getByRole("link", { name: "Aanmelden met Microsoft" })).toBeVisible();
  await context.close();
});

test("another language is chosen on any page and leads back to it", async ({ page }) => {
  await page.goto("/sign-in?return_to=%2Fcustomers");
  await choose(page, "sv");
  await expect(page).toHaveURL(/\/sign-in\?return_to=%2Fcustomers$/);
  await expect(page.getByRole("link", { name: "Logga in med Microsoft" })).toBeVisible();
  await page.goto("/sign-in");
  await expect(page.locator("html"), "the choice is kept").toHaveAttribute("lang", "sv");
});

for (const [tag, , title, stored] of LANGUAGES) {
  test(`a customer is onboarded in ${tag}`, async ({ page, portal }) => {
    const customer = wingtipToys();
    await portal.signInByHint(ADELE.upn);
    await choose(page, tag);
    await page.goto(`/customers/new?reseller=${FIRST_UP.id}`);
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await page.locator("#country").selectOption("US");
    if (portal.scripted) await expect(page.locator("#state")).toBeVisible();
    else await page.locator("button[value=country]").click();
    for (const [id, text] of [
      ["company_name", customer.companyName],
      ["domain", customer.domain],
      ["address_line1", customer.addressLine1],
      ["city", customer.city],
      ["postal_code", customer.postalCode],
      ["first_name", customer.firstName],
      ["last_name", customer.lastName],
      ["email", customer.email],
      ["phone", customer.phone],
    ] as const) {
      await page.locator(`#${id}`).fill(text);
    }
    await page.locator("#state").selectOption(customer.state);
    await page.locator(".actions button[value=continue]").click();
    await expect(page).toHaveURL(/\/review$/);
    await expect(page.getByRole("main")).toContainText(`${customer.domain}.onmicrosoft.com`);
    await page.locator("main form[action$='/review'] button").click();
    await page.locator("main form[action$='/credentials'] button").click({ timeout: 60_000 });
    await expect(page.getByRole("button", { name: stored })).toBeVisible();
    expect(await tenantsOf(customer.domain)).toHaveLength(1);
    await expect(page.locator("html")).toHaveAttribute("lang", tag);
  });
}

test("an error in the form is said in the language of the page", async ({ page, portal }) => {
  await portal.signInByHint(ADELE.upn);
  await choose(page, "tr");
  await page.goto("/customers/new");
  await page.locator(".actions button[value=continue]").click();
  const summary = page.getByRole("alert");
  await expect(summary).toContainText("Bir sorun var");
  await expect(summary).toContainText("Kayıtlı şirket adını girin");
  await page.locator("#company_name").fill("Wingtip Toys");
  await expect(page.locator("#company_name")).toHaveValue("Wingtip Toys");
});

test("what was typed is still there in another language", async ({ page, portal }) => {
  await portal.signInByHint(ADELE.upn);
  await page.goto("/customers/new");
  await page.locator("#company_name").fill("Wingtip Toys");
  await page.locator(".actions button[value=continue]").click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.locator("#draft-stored")).toBeVisible();
  await choose(page, "nl");
  await expect(page.locator("#company_name")).toHaveValue("Wingtip Toys");
});

for (const [tag, direction] of PSEUDO) {
  test(`longer texts, ${direction}, leave every page within its edges`, async ({ page, portal }) => {
    await page.goto("/sign-in");
    await choose(page, tag);
    expect(await page.locator("html").evaluate((root) => getComputedStyle(root).direction)).toBe(direction);
    await expectNoOverflow(page, `${tag}-sign-in`);
    await page.goto(`/auth/start?login_hint=${ADELE.upn}`);
    await expect(page.locator(".bar__person")).toBeVisible();
    for (const [name, address] of [
      ["home", "/"],
      ["form", "/customers/new"],
      ["customers", "/customers"],
      ["resellers", "/resellers"],
      ["nowhere", "/nowhere"],
    ] as const) {
      await page.goto(address);
      await expectNoOverflow(page, `${tag}-${name}`);
    }
    void portal;
  });
}
