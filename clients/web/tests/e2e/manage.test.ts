// Management figures: charts that are also tables, a file, no word of a patient.
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAccessible, isQuiet, launch } from "../support/browser.ts";
import { BACK, BACK_FACTS, makeVisit, signedIn } from "../support/staff.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
  await makeVisit(BACK, BACK_FACTS, { age: 58, sex: "male" });
});
afterAll(() => browser.close());

test("figures_are_charts_and_tables_and_hold_no_words_of_patients", async () => {
  const { page } = await signedIn(browser, "admin", "/manage");
  await page.waitForSelector(".figure canvas");
  await page.waitForFunction(() => [...document.querySelectorAll("canvas")].every((canvas) => canvas.width > 100));
  await isAccessible(page, "figures");
  const shown = await page.evaluate(() => document.body.innerText);
  for (const name of ["来问的人次", "医生认可的科室", "每次问几题", "每次用时", "转人工", "每天人次", "急缓", "建议科室", "红旗", "路径", "医生改了什么", "知识版本"]) expect(shown).toContain(name);
  expect(shown).toContain("AI");
  expect(shown).not.toMatch(/腰杆|小脚趾/);
  // Every chart has its table for readers, and on demand for all.
  const charts = await page.locator(".figure:has(canvas)").count();
  expect(await page.locator(".figure:has(canvas) table").count()).toBe(charts);
  await page.locator(".figure header button").first().click();
  await page.waitForSelector(".figure .numbers table");
  await isAccessible(page, "figures as a table");
  await page.click(".filters button:has-text('近7天')");
  await page.waitForFunction(() => document.querySelector(".filters [aria-pressed=true]")?.textContent === "近7天");
  isQuiet(page);
  await page.context().close();
});

test("the_file_holds_the_same_numbers", async () => {
  const { page } = await signedIn(browser, "doctor", "/manage");
  await page.waitForSelector(".tiles");
  const visits = await page.locator(".tile b").first().innerText();
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("button:has-text('下载 CSV')")]);
  expect(file.suggestedFilename()).toMatch(/^jiwen-.*\.csv$/);
  const text = readFileSync(await file.path(), "utf8");
  expect(text).toContain(`visits,,${visits}`);
  expect(text).not.toMatch(/腰杆|小脚趾/);
  await page.context().close();
});

test("the_chart_library_is_loaded_on_this_page_only", async () => {
  const loaded: string[] = [];
  const { page } = await signedIn(browser, "doctor");
  page.on("request", (request) => loaded.push(request.url()));
  await page.reload();
  await page.waitForSelector(".bar");
  expect(loaded.some((url) => url.includes("chart"))).toBe(false);
  await page.click(".tabs a:has-text('管理')");
  await page.waitForSelector(".figure canvas");
  expect(loaded.some((url) => url.includes("chart"))).toBe(true);
  await page.context().close();
});

test("a_nurse_is_told_that_figures_are_not_for_her", async () => {
  const { page } = await signedIn(browser, "nurse", "/manage");
  await page.waitForSelector("text=看不了这一页");
  await isAccessible(page, "figures, not for this role");
  await page.context().close();
});
