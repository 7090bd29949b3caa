// Management: figures as charts that are also tables and a file, without a word of a patient; phrases for
// the editor; the audit for the auditor; and nobody sees what is not theirs.
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAccessible, isQuiet, launch } from "../support/browser.ts";
import { BACK, BACK_FACTS, makeVisit, openByCode, signedIn, type Visit } from "../support/staff.ts";

let browser: Browser;
let back: Visit;
beforeAll(async () => {
  browser = await launch();
  back = await makeVisit(BACK, BACK_FACTS, { age: 58, sex: "male" });
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

test("words_understood_wrongly_reach_the_editor_without_their_patient", async () => {
  const { page: doctor, member } = await signedIn(browser, "doctor");
  await openByCode(doctor, back);
  await doctor.click(".line:has-text('久坐时加重')");
  await doctor.click(".dock button:has-text('理解错了')");
  await doctor.fill(".mark label.wide input", "说的是开车久了");
  await doctor.click(".mark button:has-text('记下')");
  await doctor.waitForSelector(".told:has-text('词条编辑会看到')");
  await doctor.context().close();

  const { page } = await signedIn(browser, "editor", "/manage");
  const row = page.locator(".rows tbody tr", { hasText: member.name });
  await row.waitFor();
  expect(await row.locator("q").innerText()).toContain("坐久了");
  expect(await row.innerText()).toContain("说的是开车久了");
  const shown = await page.locator("body").innerText();
  expect(shown).not.toContain(back.code);
  expect(shown).not.toContain(back.id);
  await isAccessible(page, "phrases");
  isQuiet(page);
  await page.context().close();
});

test("the_auditor_sees_who_did_what_and_no_word_of_a_patient", async () => {
  const { page: doctor, member } = await signedIn(browser, "doctor");
  await openByCode(doctor, back);
  await doctor.context().close();

  const { page } = await signedIn(browser, "auditor", "/manage");
  await page.waitForSelector(".rows tbody tr");
  await page.selectOption("label:has-text('账号') select", member.name);
  await page.selectOption("label:has-text('做了什么') select", { label: "看记录" });
  await page.waitForFunction(() => document.querySelectorAll(".rows tbody tr").length === 1);
  const row = await page.locator(".rows tbody tr").innerText();
  for (const part of [member.name, "医生", "看记录", back.id]) expect(row).toContain(part);
  await page.fill("label:has-text('问诊编号') input", "ffffffff");
  await page.waitForSelector("text=这些天没有");
  await page.fill("label:has-text('问诊编号') input", back.id.slice(0, 8));
  await page.waitForSelector(".rows tbody tr");
  expect(await page.locator("body").innerText()).not.toMatch(/腰杆|小脚趾/);
  await isAccessible(page, "audit");
  isQuiet(page);
  await page.context().close();
});

test.each([
  { role: "editor", not: ["/v1/audit", "/v1/worklist", "/v1/management/summary"] },
  { role: "auditor", not: ["/v1/phrases", "/v1/worklist", "/v1/management/summary"] },
  { role: "admin", not: ["/v1/phrases", "/v1/audit", "/v1/worklist"] },
] as const)("views_of_other_roles_are_closed_to_the_$role", async ({ role, not }) => {
  const { page } = await signedIn(browser, role, "/manage");
  const answers = await page.evaluate((paths) => Promise.all(paths.map(async (path) => (await fetch(path)).status)), not);
  expect(answers).toEqual(not.map(() => 403));
  await page.goto(page.url().replace("/manage", "/doctor"));
  await page.waitForSelector("text=看不了这一页");
  await page.context().close();
});
