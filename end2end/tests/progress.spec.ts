import { expect, test } from "./support/test.ts";
import { ADELE } from "./support/simulator.ts";
import { wingtipToys } from "./support/wingtip.ts";

test("the steps go on to a verified reseller by themselves, and do not take an open password away", async ({
  page,
  portal,
  javaScriptEnabled,
}) => {
  await portal.signInByHint(ADELE.upn);
  await portal.onboard(wingtipToys());
  // With script the password is open on the page that the steps are on; without, it has a page of its own.
  const password = javaScriptEnabled ? await portal.openPassword() : undefined;

  const last = page.locator("#progress li").last();
  await expect(last).toHaveText(/^Done: Reseller verified.* UTC$/s, { timeout: 30_000 });
  await expect(page.locator('#progress [data-state="done"]')).toHaveCount(5);
  if (password !== undefined) {
    await expect(portal.stored).toBeVisible();
  }
});
