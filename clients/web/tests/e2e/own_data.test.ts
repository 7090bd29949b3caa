// What is the patient's own: a code for the doctor, a copy, a change of mind, erasing, a person.
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { isAccessible, isQuiet, launch, open, PHONE } from "../support/browser.ts";
import { begin, goOn, KNEE } from "../support/visit.ts";

let browser: Browser;
let page: Page;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());
beforeEach(async () => void (page = await open(await browser.newContext({ ...PHONE, acceptDownloads: true }), "/patient")));

test("the_result_shows_the_code_and_the_same_as_a_picture", async () => {
  const opened = page.waitForResponse((response) => response.url().endsWith("/v1/sessions"));
  await begin(page, { opening: KNEE });
  const { code } = (await (await opened).json()) as { code: string };
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await page.reload();
  await page.waitForSelector(".ask h1");
  expect(await goOn(page)).toBe("done");
  expect(await page.locator(".code .letters").innerText(), "also after a reload").toBe(code);
  await page.waitForSelector(".code svg");
  await isAccessible(page, "code");
  isQuiet(page);
});

test("a_copy_can_be_taken_away", async () => {
  await begin(page, { opening: KNEE });
  await page.click("[aria-label='更多']");
  const files: string[] = [];
  page.on("download", (download) => void download.path().then((path) => files.push(readFileSync(path, "utf8"))));
  await page.click("button:has-text('拿一份')");
  await page.waitForSelector("text=存好了两份");
  for (let tries = 0; tries < 50 && files.length < 2; tries++) await page.waitForTimeout(100);
  expect(files.find((file) => file.startsWith("{"))).toContain(KNEE);
  expect(files.find((file) => file.startsWith("【"))).toContain("【主诉】");
});

test("consent_can_be_changed", async () => {
  await begin(page, { opening: KNEE });
  await page.click("[aria-label='更多']");
  await page.click("button:has-text('改我的同意')");
  await page.locator(".sheet .purpose input").nth(0).check();
  const sent = page.waitForRequest((request) => request.url().endsWith("/consent"));
  await page.click("button:has-text('保存')");
  expect((await sent).postDataJSON()).toEqual({ version: "2", scopes: ["triage"] });
  await page.waitForSelector("text=改好了,已经生效");
});

test("what_was_said_can_be_erased", async () => {
  await begin(page, { opening: KNEE });
  const { id, token } = (await page.evaluate(() => JSON.parse(localStorage.getItem("jiwen.visit") ?? "{}"))) as { id: string; token: string };
  await page.click("[aria-label='更多']");
  await page.click("button:has-text('删掉我的内容')");
  await page.click("button:text-is('删掉')");
  await page.waitForSelector("h1:has-text('已经删掉了')");
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(id);
  const status = await page.evaluate(async ([visit, key]) => (await fetch(`/v1/sessions/${visit}`, { headers: { Authorization: `Bearer ${key}` } })).status, [id, token]);
  expect([404, 410]).toContain(status);
});

test("a_person_who_is_called_gets_what_was_said", async () => {
  await begin(page, { opening: KNEE });
  await page.click(".bar button:has-text('叫人')");
  const answered = page.waitForResponse((response) => response.url().endsWith("/handover"));
  await page.click("button:has-text('请护士来接着问')");
  expect((await answered).status()).toBe(200);
  await page.waitForSelector("[role=dialog] >> text=已经告诉护士了");
});
