import type { Locator } from "@playwright/test";

import { expect, test } from "./support/test.ts";
import { ADELE, tenantsOf } from "./support/simulator.ts";
import { FIRST_UP, wingtipToys } from "./support/wingtip.ts";
import type { Portal } from "./support/portal.ts";

/** More stops than any page has. */
const STOPS = 60;

/** Presses Tab until the control has the focus, and checks that one can see so. */
async function tabTo(portal: Portal, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  for (let stop = 0; stop < STOPS; stop++) {
    if (await control.evaluate((element) => element === document.activeElement)) {
      const outline = await control.evaluate((element) => {
        const style = getComputedStyle(element);
        return style.outlineStyle !== "none" || style.boxShadow !== "none";
      });
      expect(outline, `${control} shows that it has the focus`).toBe(true);
      // The browser scrolls after it has moved the focus, and answers that arrive move what is below them.
      await expect.poll(() => isInSight(control), `${control} is not covered by what stays in view`).toBe(true);
      return;
    }
    await portal.page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${control}`);
}

/** Whether some of the control can be seen: its middle, or one of its ends. */
function isInSight(control: Locator): Promise<boolean> {
  return control.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const middle = (top + bottom) / 2;
    return [left + 4, (left + right) / 2, right - 4].some((x) => {
      const seen = document.elementFromPoint(x, middle);
      return seen !== null && (element.contains(seen) || seen.contains(element));
    });
  });
}

async function type(portal: Portal, label: string, text: string): Promise<void> {
  await tabTo(portal, portal.field(label));
  await portal.page.keyboard.type(text);
}

async function press(portal: Portal, control: Locator): Promise<void> {
  await tabTo(portal, control);
  await portal.page.keyboard.press("Enter");
}

test("the keyboard alone leads from the sign-in to the stored password", async ({ page, portal }) => {
  const customer = wingtipToys();
  const { keyboard } = page;
  await page.goto("/sign-in");
  await press(portal, portal.link("Sign in with Microsoft"));
  await press(portal, portal.button(new RegExp(ADELE.upn)));
  await press(portal, portal.link("Onboard a customer"));
  await portal.formIsReady();

  await tabTo(portal, portal.reseller);
  await keyboard.type("first up");
  await expect(portal.resellers.filter({ hasText: FIRST_UP.name })).toBeVisible();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await expect(portal.reseller).toHaveValue(FIRST_UP.name);
  await expect(portal.resellers).toHaveCount(0);

  await type(portal, "Country or region", "United States");
  await expect(portal.country).toHaveValue("US");
  await type(portal, "Registered company name", customer.companyName);
  await type(portal, "Microsoft domain", customer.domain);
  await type(portal, "Address line 1", customer.addressLine1);
  await type(portal, "City", customer.city);
  await type(portal, "State", "Washington");
  await expect(portal.field("State")).toHaveValue("WA");
  await type(portal, "ZIP code", customer.postalCode);
  await type(portal, "Given name", customer.firstName);
  await type(portal, "Family name", customer.lastName);
  await type(portal, "Contact's email address", customer.email);
  await type(portal, "Phone number", customer.phone);
  await press(portal, portal.button("Continue"));

  await portal.review(customer);
  await press(portal, portal.button(`Create tenant for ${FIRST_UP.name}`));
  await expect(portal.showPassword).toBeVisible({ timeout: 60_000 });
  await press(portal, portal.showPassword);
  await expect(portal.stored).toBeVisible();
  await press(portal, portal.stored);
  await portal.expectConfirmed();
  expect(await tenantsOf(customer.domain)).toHaveLength(1);
});

test("Escape closes the list of resellers, then empties the field, and Tab takes nothing", async ({ page, portal }) => {
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  const option = portal.resellers.first();
  await portal.reseller.focus();
  await page.keyboard.type("re");
  await expect(option).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(option).toBeHidden();
  await expect(portal.reseller).toHaveValue("re");
  await page.keyboard.press("Escape");
  await expect(portal.reseller).toHaveValue("");

  await page.keyboard.type("first");
  await expect(option).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(option).toBeHidden();
  await expect(portal.reseller).toHaveValue("first");
});

test("editing the text of a chosen reseller takes the choice back", async ({ page, portal }) => {
  await portal.signInByHint(ADELE.upn);
  await portal.openForm();
  await portal.chooseReseller(FIRST_UP.name);
  await portal.reseller.press("End");
  await page.keyboard.press("Backspace");
  await portal.button("Continue").click();
  await expect(portal.summary.getByRole("link").first()).toBeVisible();
  await portal.summary.getByRole("link").first().click();
  await expect(portal.reseller).toBeFocused();
});
