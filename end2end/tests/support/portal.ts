import { expect, type Locator, type Page } from "@playwright/test";

import { FIRST_UP, type Customer } from "./wingtip.ts";
import { said, wordsOf } from "./words.ts";

/** The simulator creates a tenant in seconds, the real one in up to a minute. */
const CREATED = { timeout: 60_000 };

/** What makes another word of a word: "Ad" is not "Adres". Playwright has its difficulties with `\p{L}`. */
const LETTER = "[\\wÀ-ɏ一-鿿]";

/** The portal as people meet it. Controls are found by role and label only; labels stand in this file and nowhere else, in
 *  English, and are looked for in the language of the run. */
export class Portal {
  readonly reseller: Locator;
  /** Of the list under the reseller's field. */
  readonly resellers: Locator;
  readonly country: Locator;
  readonly summary: Locator;
  readonly showPassword: Locator;
  readonly stored: Locator;

  constructor(
    readonly page: Page,
    /** Whether scripts run. */
    readonly scripted: boolean,
  ) {
    this.reseller = this.field("Indirect reseller");
    this.resellers = page.getByRole("listbox", { name: said("Resellers") }).getByRole("option");
    this.country = this.field("Country or region of the company");
    this.summary = page.getByRole("alert").filter({ hasText: said("There is a problem") });
    this.showPassword = this.button("Show the password now");
    this.stored = this.button("I have stored it");
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { level: 1, name: said(name) });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name: said(name) });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole("link", { name: said(name) });
  }

  /** A field of the form; its label may go on with a unit or "(optional)". */
  field(label: string): Locator {
    return this.page.getByLabel(new RegExp(`^${wordsOf(label)}(?!${LETTER})`));
  }

  /** A link of a list, which says behind what it does, unseen, to whom. */
  linkOf(action: string, name: string): Locator {
    return this.link(new RegExp(`^${wordsOf(action)} ?: ${name}`));
  }

  /** The long way: the sign-in page, Microsoft's list of accounts, and back. */
  async signIn(upn: string): Promise<void> {
    await this.page.goto("/sign-in");
    await this.link("Sign in with Microsoft").click();
    await this.button(new RegExp(upn)).click();
    await expect(this.button("Sign out")).toBeVisible();
  }

  /** The short way, for tests that are about something else. */
  async signInByHint(upn: string): Promise<void> {
    await this.page.goto(`/auth/start?login_hint=${upn}`);
    await expect(this.button("Sign out")).toBeVisible();
  }

  /** The same as a person of a reseller. */
  async signInAsReseller(upn: string): Promise<void> {
    await this.page.goto("/sign-in");
    await this.link("Sign in as a reseller").click();
    await this.button(new RegExp(upn)).click();
    await expect(this.button("Sign out")).toBeVisible();
  }

  /** An administrator lets an account agree that resellers' onboardings run with it. */
  async connectAccount(upn: string): Promise<void> {
    await this.page.goto("/settings");
    await this.button(new RegExp(`^${wordsOf("Connect")}`)).click();
    await this.button(new RegExp(upn)).click();
    await expect(this.heading("Settings")).toBeVisible();
    await expect(this.page.getByRole("status")).toContainText(said("The account is connected"));
  }

  async openForm(): Promise<void> {
    await this.page.goto("/customers/new");
    await this.formIsReady();
  }

  /** The form is there, and live if scripts run. */
  async formIsReady(): Promise<void> {
    await expect(this.heading("Onboard a customer")).toBeVisible();
    // A reseller's people have no list of resellers.
    const hasResellers = (await this.reseller.count()) > 0;
    if (this.scripted && hasResellers) await expect(this.button("Show resellers")).toBeVisible();
  }

  /** Chooses a reseller: from the list as it is typed, or without script from what a search finds. */
  async chooseReseller(name: string): Promise<void> {
    await this.reseller.fill(name.slice(0, 8));
    if (this.scripted) {
      await this.resellers.filter({ hasText: name }).click();
      await expect(this.reseller).toHaveValue(name);
    } else {
      await this.button("Search resellers").click();
      await this.page.getByRole("radio", { name: new RegExp(name) }).check();
    }
  }

  /** The country decides the fields that follow. */
  async chooseCountry(code: string): Promise<void> {
    await this.country.selectOption(code);
    if (!this.scripted) await this.button("Update fields for this country").click();
  }

  /** Without a reseller where there is none to choose. */
  async fillIn(customer: Customer, reseller: string | null = FIRST_UP.name): Promise<void> {
    if (reseller !== null) await this.chooseReseller(reseller);
    await this.chooseCountry("US");
    await this.field("Registered company name").fill(customer.companyName);
    await this.field("Microsoft domain").fill(customer.domain);
    await this.field("Address line 1").fill(customer.addressLine1);
    await this.field("City").fill(customer.city);
    await this.field("State").selectOption(customer.state);
    await this.field("ZIP code").fill(customer.postalCode);
    await this.field("Given name").fill(customer.firstName);
    await this.field("Family name").fill(customer.lastName);
    await this.field("Contact's email address").fill(customer.email);
    await this.field("Phone number").fill(customer.phone);
  }

  async continue(): Promise<void> {
    await this.button("Continue").click();
  }

  /** The review names what cannot be taken back. */
  async review(customer: Customer, reseller = FIRST_UP): Promise<void> {
    await expect(this.heading("Check the details before you create the tenant")).toBeVisible();
    const main = this.page.getByRole("main");
    for (const text of [reseller.name, reseller.id, `${customer.domain}.onmicrosoft.com`, customer.companyName]) {
      await expect(main).toContainText(text);
    }
    await expect(main).toContainText(said("SIMULATOR: nothing is created at Microsoft"));
  }

  /** Creates the tenant and waits for it. */
  async create(reseller = FIRST_UP.name): Promise<void> {
    await this.button(`Create tenant for ${reseller}`).click();
    await expect(this.showPassword).toBeVisible(CREATED);
  }

  /** From the empty form to the tenant's page. */
  async onboard(customer: Customer): Promise<void> {
    await this.openForm();
    await this.fillIn(customer);
    await this.continue();
    await this.create();
  }

  /** The same, for a tenant whose password does not come. */
  async sendOnboarding(customer: Customer, reseller = FIRST_UP.name): Promise<void> {
    await this.openForm();
    await this.fillIn(customer);
    await this.continue();
    await this.button(`Create tenant for ${reseller}`).click();
    await expect(this.page).toHaveURL(/\/customers\/[0-9a-f-]{36}$/);
  }

  /** Loads the page again until it says this. */
  async reloadUntil(words: string | RegExp, patience: { timeout: number }): Promise<void> {
    await expect(async () => {
      await this.page.reload();
      await expect(this.page.getByRole("main")).toContainText(said(words), { timeout: 1_000 });
    }).toPass({ intervals: [500], ...patience });
  }

  /** Opens a page until it says this: Partner Center is asked at most every ten seconds. */
  async openUntil(address: string, words: string | RegExp): Promise<void> {
    await expect(async () => {
      await this.page.goto(address);
      await expect(this.page.getByRole("main")).toContainText(said(words), { timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
  }

  /** Shows the admin password and answers it to the letter. */
  async openPassword(): Promise<string> {
    await this.showPassword.click();
    await expect(this.stored).toBeVisible();
    return this.scripted ? this.passwordInPage() : await this.page.getByLabel(/^Password/).inputValue();
  }

  /** Every character counts. */
  private async passwordInPage(): Promise<string> {
    const row = this.page.getByRole("group", { name: said("Password") });
    return (await row.locator(".secret__value").textContent()) ?? "";
  }

  /** Has the portal forget the password. Returns when the page says so, because it is loaded once more for that. */
  async confirmStored(): Promise<void> {
    await this.stored.click();
    await this.expectConfirmed();
  }

  /** The page has come back without the password. */
  async expectConfirmed(): Promise<void> {
    await expect(this.page.getByRole("main")).toContainText(said("Confirmed as stored on"));
    await expect(this.stored).toBeHidden();
  }

  /** Makes room for another person in this browser; no page may be asking anything meanwhile. */
  async forgetPerson(): Promise<void> {
    await this.page.goto("about:blank");
    await this.page.context().clearCookies();
  }

  /** No trace of the text: neither on the page, even if it is one of the browser's own, nor in its source. */
  async expectNowhere(secret: string): Promise<void> {
    expect(await this.page.content()).not.toContain(secret);
    expect(await this.page.content()).not.toContain(escapeHtml(secret));
    expect(await this.page.locator("body").innerText()).not.toContain(secret);
  }
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
