import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, test } from "./support/test.ts";
import { NESTOR } from "./support/simulator.ts";

// That a page may not be framed is said for each of them.
test.use({ expectedErrors: [/frame-ancestors|X-Frame-Options|chrome-error|Refused to|Framing/] });

const PAGES = [
  "/",
  "/sign-in",
  "/auth/start",
  "/customers",
  "/customers/new",
  "/customers/0193b0a0-0000-7000-8000-000000000000",
  "/customers/0193b0a0-0000-7000-8000-000000000000/review",
  "/customers/export.csv",
  "/resellers",
  "/audit",
  "/settings",
  "/nowhere",
  "/robots.txt",
];

/** A page of another origin with one page of the portal in each of its frames, in all ways in which a page can have one. */
function framing(paths: string[], portal: string): Promise<{ server: Server; origin: string }> {
  const frames = paths.map(
    (path) => `<iframe src="${portal}${path}"></iframe><object data="${portal}${path}"></object><embed src="${portal}${path}">`,
  );
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><title>Another origin</title>${frames.join("\n")}`);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({ server, origin: `http://localhost:${port}` });
    });
  });
}

test("no page of the portal is shown in a frame of another origin", async ({ page, portal, context }) => {
  await portal.signInByHint(NESTOR.upn);
  const { server, origin } = await framing(PAGES, new URL(page.url()).origin);
  try {
    const attacker = await context.newPage();
    await attacker.goto(origin, { waitUntil: "load" });
    // What Chromium puts in their place is a page of its own.
    const inner = attacker.frames().filter((frame) => frame !== attacker.mainFrame());
    expect(inner.length).toBeGreaterThanOrEqual(PAGES.length);
    for (const frame of inner) {
      const text = await frame.locator("body").innerText({ timeout: 5_000 }).catch(() => "");
      for (const ours of ["Sign out", "Sign in with Microsoft", NESTOR.name, "Onboard", "Disallow"]) {
        expect(text, `${frame.url()} shows the portal`).not.toContain(ours);
      }
    }
    await attacker.close();
  } finally {
    server.close();
  }
});
