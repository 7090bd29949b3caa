// The start page leads to every screen.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAccessible, isQuiet, launch, open, PHONE } from "../support/browser.ts";

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

test("the_start_page_leads_to_every_screen", async () => {
  const page = await open(await browser.newContext(PHONE), "/");
  const doors = await page.locator("nav a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  expect(doors).toEqual(["/patient", "/kiosk", "/doctor", "/manage"]);
  await isAccessible(page, "start");
  isQuiet(page);
});
