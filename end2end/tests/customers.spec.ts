import { expect, test } from "./support/test.ts";
import { ADELE, GRADY } from "./support/simulator.ts";
import { wingtipToys } from "./support/wingtip.ts";

test("support finds a tenant among all customers and sees no secret anywhere", async ({ browser, page, portal }) => {
  const customer = wingtipToys();
  await portal.signInByHint(ADELE.upn);
  await portal.onboard(customer);
  const address = new URL(page.url()).pathname;
  const password = await portal.openPassword();
  expect(password).not.toBe("");

  const context = await browser.newContext({ javaScriptEnabled: portal.scripted });
  const other = await context.newPage();
  const answers: Promise<string>[] = [];
  other.on("response", (response) => answers.push(response.text().catch(() => "")));
  await other.goto(`/auth/start?login_hint=${GRADY.upn}`);
  await other.goto("/customers");
  await other.getByLabel("Search customers").fill(customer.domain.slice(0, -1));
  await other.getByRole("button", { name: "Search", exact: true }).click();
  const row = other.getByRole("row").filter({ hasText: `${customer.domain}.onmicrosoft.com` });
  await expect(row).toHaveCount(1);
  await row.getByRole("link", { name: customer.companyName }).click();
  await expect(other).toHaveURL(new RegExp(`${address}$`));
  await expect(other.getByRole("main")).toContainText(customer.companyName);
  await expect(other.getByRole("button", { name: /password/i })).toHaveCount(0);
  for (const source of [await other.content(), ...(await Promise.all(answers))]) {
    expect(source.includes(password)).toBe(false);
  }
  await context.close();
});

test("filters stay in the address and can be taken away one by one", async ({ page, portal }) => {
  await portal.signInByHint(ADELE.upn);
  await page.goto("/customers?q=nobody-is-called-so&state=created&sort=company");
  await expect(page.getByRole("heading", { name: "No customer fits" })).toBeVisible();
  await portal.link(/Remove the filter Created/).click();
  await expect(page).toHaveURL(/\/customers\?q=nobody-is-called-so&sort=company$/);
  await portal.link("Show all customers").click();
  await expect(page).toHaveURL(/\/customers\?sort=company$/);
});
