import { readFileSync } from "node:fs";

import { expect, test } from "./support/test.ts";
import { ADELE } from "./support/simulator.ts";

/** A text, or one that is repeated so often; the tests in Rust go through all of them. */
type Entry = string | [string, number];

const FILE = new URL("../../src/tests/hostile/texts.json", import.meta.url);

/** Some of each kind, but for those that are more than a form may be. */
function sample(): string[] {
  const kinds = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, Entry[]>;
  const some = Object.values(kinds).flatMap((entries) => entries.filter((_, at) => at % 23 === 0));
  return some.map((entry) => (typeof entry === "string" ? entry : entry[0].repeat(entry[1]))).filter((text) => text.length < 2_000);
}

/** The fields that take a text, whatever country is chosen. */
const FIELDS = [
  "Registered company name",
  "Microsoft domain",
  "Address line 1",
  "Address line 2",
  "City",
  "Given name",
  "Family name",
  "Contact's email address",
  "Phone number",
];

test("hostile texts open no dialog, break no policy and load nothing from elsewhere", async ({ page, portal }) => {
  test.setTimeout(600_000);
  const dialogs: string[] = [];
  const elsewhere: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url().includes("evil.example")) elsewhere.push(request.url());
  });
  const reports: string[] = [];
  await page.exposeFunction("reportViolation", (what: string) => reports.push(what));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const report = (window as unknown as { reportViolation(what: string): void }).reportViolation;
      report(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });

  await portal.signInByHint(ADELE.upn);
  for (const text of sample()) {
    await portal.openForm();
    for (const field of FIELDS) await portal.field(field).fill(text);
    // By this the draft is found again among those of other tests.
    const mark = `Hostile${Math.random().toString(36).slice(2)}`;
    await portal.field("Registered company name").fill(`${text.slice(0, 100)} ${mark}`);
    await portal.continue();
    await expect(portal.summary).toBeVisible();
    // No page can say NUL: a browser reads the sign that stands for what cannot be read.
    const typed = (await portal.field("City").inputValue()).replaceAll("\0", "\ufffd");
    await portal.button("Save and finish later").click();
    await expect(portal.heading("Home")).toBeVisible();
    const draft = page.locator("a[href^='/customers/new?draft=']").filter({ hasText: mark }).first();
    await page.goto((await draft.getAttribute("href")) ?? "/");
    await portal.formIsReady();
    await expect(portal.field("City")).toHaveValue(typed);
    const id = new URL(page.url()).searchParams.get("draft");
    for (const path of [`/customers/${id}`, `/customers?q=${encodeURIComponent(text.slice(0, 500))}`]) {
      await page.goto(path);
      await expect(page.getByRole("main")).toBeVisible();
      expect(await page.locator("x-hostile, [onhostile]").count(), `${path} with ${text.slice(0, 80)}`).toBe(0);
    }
  }
  expect(dialogs, "dialogs").toEqual([]);
  expect(reports, "violations of the content security policy").toEqual([]);
  expect(elsewhere, "requests to other sites").toEqual([]);
});
