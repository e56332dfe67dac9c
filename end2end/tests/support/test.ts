import { test as base, expect, type ConsoleMessage, type Page } from "@playwright/test";

import { Portal } from "./portal.ts";

type Fixtures = {
  /** The portal, as the person in front of it sees it. */
  portal: Portal;
  /** Console messages that a test provokes on purpose. */
  expectedErrors: RegExp[];
  /** Fails a test whose page complained: a panic of the WebAssembly, a hydration error, a refused script or style. */
  silentConsole: void;
};

export const test = base.extend<Fixtures>({
  expectedErrors: [[], { option: true }],

  portal: async ({ page, javaScriptEnabled }, use) => {
    await use(new Portal(page, javaScriptEnabled ?? true));
  },

  silentConsole: [
    async ({ page, expectedErrors }, use) => {
      const complaints: string[] = [];
      const documents = documentsOf(page);
      page.on("console", (message) => {
        if (message.type() === "error" && !isStatusOfDocument(message, documents)) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
      await use();
      const unexpected = complaints.filter((text) => !expectedErrors.some((expected) => expected.test(text)));
      expect(unexpected, "complaints in the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Addresses of the pages that were loaded, rather than what they loaded. */
function documentsOf(page: Page): Set<string> {
  const documents = new Set<string>();
  page.on("request", (request) => {
    if (request.isNavigationRequest()) documents.add(request.url());
  });
  return documents;
}

/** Chromium complains about a page that answers 404 or 422 as well; whether it should is for the test to say. */
function isStatusOfDocument(message: ConsoleMessage, documents: Set<string>): boolean {
  const isStatus = message.text().startsWith("Failed to load resource: the server responded with a status of");
  return isStatus && documents.has(message.location().url);
}
