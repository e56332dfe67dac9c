// One part of `make bench`: how long the browser is at work for a keystroke, in the list of 10,000 resellers and in the
// other fields of the form. The portal and the simulator are those of dist/.
import { resolve } from "node:path";

import { chromium } from "@playwright/test";

import { ORIGIN, browser, figure, percentile, withPortal } from "./release.mjs";

const RESELLERS = 10_000;
/** What is typed, a letter at a time; the list is never empty in between. */
const TYPED = ["Amber Lake", "Cedar", "Granite Hill", "Juniper", "Kestrel", "Networks"];
/** Shorter than the form waits before it asks. */
const UNASKED_MS = 100;
/** Longer than it waits, and than the portal takes for its answer. */
const ANSWERED_MS = 400;
/** One frame: the letter must not be late, and neither must what is typed while the answer is shown. */
const FRAME_MS = 16;
/** What is typed into the other fields, again and again. */
const FIELDS = {
  company_name: "Wingtip Toys of Redmond, Incorporated",
  domain: "wingtiptoysredmond",
  address_line1: "One Microsoft Way, Building 33",
  city: "Redmond",
  postal_code: "98052",
  first_name: "Gena",
  last_name: "Soto",
  email: "gena.soto@wingtiptoys.example",
  phone: "+1 425 555 0100",
};
const TIMES = 10;
/** For what the form's own code does at a letter. */
const KEYSTROKE_MS = 4;

async function measure(page) {
  const client = await page.context().newCDPSession(page);
  // The time of the page's thread alone: what else the machine does meanwhile is not the page's.
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  const atWork = async () => {
    const { metrics } = await client.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  const field = page.getByLabel(/^Indirect reseller/);
  const list = page.getByRole("listbox", { name: "Resellers" });
  await field.click();
  // What the browser does by itself in that time (the caret blinks) is not the keystroke's.
  const idle = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const before = await atWork();
    await page.waitForTimeout(ANSWERED_MS);
    idle.push((await atWork()) - before);
  }
  const atKey = [];
  const atAnswer = [];
  const toList = [];
  for (const name of TYPED) {
    await field.fill("");
    await page.waitForTimeout(ANSWERED_MS);
    for (const letter of name) {
      await page.evaluate(() => {
        const list = document.querySelector('[role="listbox"]');
        window.answered = new Promise((go) => {
          const begun = performance.now();
          const observer = new MutationObserver(() => {
            observer.disconnect();
            go(performance.now() - begun);
          });
          observer.observe(list?.parentElement ?? document.body, { childList: true, subtree: true, characterData: true });
        });
      });
      const before = await atWork();
      await page.keyboard.type(letter);
      await page.waitForTimeout(UNASKED_MS);
      const between = await atWork();
      await page.waitForTimeout(ANSWERED_MS);
      atKey.push(between - before);
      atAnswer.push(Math.max(0, (await atWork()) - between - percentile(idle, 50)));
      toList.push(await page.evaluate(() => Promise.race([window.answered, new Promise((go) => setTimeout(go, 50, NaN))])));
    }
    if ((await list.getByRole("option").count()) === 0) throw new Error(`nothing is found for ${name}`);
  }
  return { atKey, atAnswer, toList: toList.filter((time) => !Number.isNaN(time)) };
}

/** The form's own code at each letter: from the event to its last listener. */
async function keystrokes(page) {
  await page.getByLabel(/^Country or region/).selectOption("US");
  await page.waitForTimeout(ANSWERED_MS);
  return page.evaluate(([fields, times]) => {
    const taken = [];
    for (let time = 0; time < times; time += 1) {
      for (const [id, text] of Object.entries(fields)) {
        const control = document.getElementById(id);
        for (let end = 1; end <= text.length; end += 1) {
          control.value = text.slice(0, end);
          const begun = performance.now();
          control.dispatchEvent(new InputEvent("input", { bubbles: true }));
          taken.push(performance.now() - begun);
        }
      }
    }
    return taken;
  }, [FIELDS, TIMES]);
}

await withPortal(resolve(process.argv[2] ?? "dist"), RESELLERS, async () => {
  const chrome = await chromium.launch(browser());
  const page = await chrome.newPage();
  await page.goto(`${ORIGIN}/auth/start?login_hint=adele@tailwind.example`);
  await page.goto(`${ORIGIN}/customers/new`);
  await page.getByRole("button", { name: "Show resellers" }).waitFor();
  const { atKey, atAnswer, toList } = await measure(page);
  const name = "combobox of 10,000 resellers";
  for (const [what, taken] of [["a keystroke", atKey], ["its answer, shown", atAnswer]]) {
    figure(`${name}, ${what}: the page at work, p50`, percentile(taken, 50), "ms");
    figure(`${name}, ${what}: the page at work, p95`, percentile(taken, 95), "ms", { atMost: FRAME_MS });
  }
  figure(`${name}, from the keystroke to the list, p50 (the form waits 150 ms of it)`, percentile(toList, 50), "ms");
  const own = await keystrokes(page);
  figure("a keystroke in a field of the form, the form's own code, p50", percentile(own, 50), "ms");
  figure("a keystroke in a field of the form, the form's own code, p99", percentile(own, 99), "ms", { atMost: KEYSTROKE_MS });
  await chrome.close();
});
