// What goes wrong outside: no network, a slow one, impatient fingers, the back button, two tabs, a
// token that is no longer good, a danger that turns up in the middle.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { isQuiet, launch, open, PHONE } from "../support/browser.ts";
import { begin, CAUDA_WISHES, goOn, KNEE, tell } from "../support/visit.ts";

let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Turns as they were sent: key and body. */
let sent: { key: string; body: string }[];

beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());
beforeEach(async () => {
  await context?.close();
  context = await browser.newContext(PHONE);
  page = await open(context, "/patient");
  sent = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/turns")) sent.push({ key: request.headers()["idempotency-key"] ?? "", body: request.postData() ?? "" });
  });
});

const turnsOnServer = (of: Page): Promise<number> =>
  of.evaluate(async () => {
    const { id, token } = JSON.parse(localStorage.getItem("jiwen.visit") ?? "{}") as { id: string; token: string };
    const response = await fetch(`/v1/sessions/${id}`, { headers: { Authorization: `Bearer ${token}` } });
    return ((await response.json()) as { turns: unknown[] }).turns.length;
  });

test("offline_the_answer_is_kept_and_sent_once_with_the_same_key", async () => {
  await begin(page, { opening: KNEE });
  await context.setOffline(true);
  await page.click(".option:has-text('没有')");
  await page.waitForSelector(".trouble");
  expect(await page.locator(".trouble").innerText()).toContain("网络断了");
  await page.click("button:has-text('再送一次')");
  await page.waitForFunction(() => document.querySelector(".trouble button")?.textContent === "再送一次");
  await context.setOffline(false);
  await page.waitForFunction(() => document.querySelectorAll(".log li").length === 2);
  const keys = new Set(sent.slice(1).map((one) => one.key));
  expect(sent.length).toBeGreaterThanOrEqual(3);
  expect(keys.size).toBe(1);
  expect(await turnsOnServer(page)).toBe(2);
});

test("an_answer_that_was_taken_but_whose_reply_was_lost_counts_once", async () => {
  await begin(page, { opening: KNEE });
  let lost = 0;
  await page.route("**/turns", async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch(); // The server has taken it; the reply goes nowhere.
    return route.abort();
  });
  await page.click(".option:has-text('没有')");
  await page.waitForFunction(() => document.querySelectorAll(".log li").length === 2, undefined, { timeout: 15_000 });
  expect(lost).toBe(2);
  expect(new Set(sent.slice(1).map((one) => one.key)).size).toBe(1);
  expect(await turnsOnServer(page)).toBe(2);
});

test("an_answer_can_be_given_up_and_given_otherwise", async () => {
  await begin(page, { opening: KNEE });
  await page.route("**/turns", (route) => route.abort());
  await page.fill(".composer textarea", "没摔过");
  await page.click("button:has-text('发送')");
  await page.waitForSelector(".trouble");
  await page.unroute("**/turns");
  await page.click("button:has-text('换个答法')");
  await page.waitForSelector(".option");
  expect(await page.inputValue(".composer textarea"), "what was typed is not lost").toBe("没摔过");
  await page.click(".option:has-text('没有')");
  await page.waitForFunction(() => document.querySelectorAll(".log li").length === 2);
  expect(await turnsOnServer(page)).toBe(2);
});

test("on_a_slow_network_a_tap_is_answered_at_once_and_double_taps_send_once", async () => {
  await begin(page, { opening: KNEE });
  await page.route("**/turns", async (route) => {
    await new Promise((later) => setTimeout(later, 1500));
    await route.continue();
  });
  const option = page.locator(".option:has-text('没有')").first();
  const seen = await option.evaluate((button: HTMLButtonElement) => {
    const start = performance.now();
    button.click();
    button.click();
    button.click();
    return new Promise<number>((done) => {
      const look = (): void => void (document.querySelector(".sent") ? done(performance.now() - start) : requestAnimationFrame(look));
      look();
    });
  });
  expect(seen, "milliseconds until the tap shows").toBeLessThan(100);
  await page.waitForFunction(() => document.querySelectorAll(".log li").length === 2);
  expect(sent.length).toBe(2);
  expect(await turnsOnServer(page)).toBe(2);
  isQuiet(page);
});

test("double_taps_on_start_open_one_visit", async () => {
  let opened = 0;
  page.on("request", (request) => void (request.url().endsWith("/v1/sessions") && opened++));
  await page.click("button:has-text('开始')");
  await page.click(".choice:has-text('我自己')");
  await page.click("button:has-text('下一步')");
  await page.locator(".purpose input").nth(0).check();
  await page.locator("button:has-text('开始回答')").evaluate((button: HTMLButtonElement) => (button.click(), button.click()));
  await page.waitForSelector(".ask h1");
  expect(opened).toBe(1);
});

test("the_back_button_asks_before_it_leaves", async () => {
  await begin(page, { opening: KNEE });
  await page.goBack();
  expect(await page.locator("[role=dialog] h2").innerText()).toBe("要先离开吗?");
  await page.goBack();
  await page.waitForSelector("[role=dialog]", { state: "detached" });
  await page.click("button:has-text('上一步、改一改')");
  await page.goBack();
  await page.waitForSelector("[role=dialog]", { state: "detached" });
  expect(await page.locator(".ask h1").count()).toBe(1);
  expect(await page.locator(".log li").count()).toBe(1);
});

test("a_sheet_has_the_focus_and_gives_it_back", async () => {
  const focus = (): Promise<string | null> => page.evaluate(() => document.activeElement?.closest("[role=dialog]") ? "sheet" : document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? null);
  await begin(page, { opening: KNEE });
  await page.click("[aria-label='更多']");
  expect(await focus()).toBe("sheet");
  await page.keyboard.press("Escape");
  await page.waitForSelector("[role=dialog]", { state: "detached" });
  expect(await focus()).toBe("更多");
  // One sheet that leads to another.
  await page.goBack();
  await page.click("button:has-text('改前面说的')");
  await page.waitForSelector("[role=dialog]:has-text('改哪一句')");
  expect(await focus()).toBe("sheet");
});

test("closing_and_opening_goes_on_where_it_was", async () => {
  await begin(page, { opening: KNEE });
  await page.click(".option:has-text('没有')");
  await page.waitForFunction(() => document.querySelectorAll(".log li").length === 2);
  const question = await page.locator(".ask h1").innerText();
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(kept, "no word of the patient is kept on the phone").not.toMatch(/膝|疼|没有/);
  await page.close();
  page = await open(context, "/patient");
  await page.waitForSelector(".ask h1");
  expect(await page.locator(".ask h1").innerText()).toBe(question);
  expect(await page.locator(".log .you").allInnerTexts()).toEqual([KNEE, "没有"]);
});

test("two_tabs_show_the_same_question", async () => {
  await begin(page, { opening: KNEE });
  const other = await open(context, "/patient");
  await other.waitForSelector(".ask h1");
  await page.click(".option:has-text('没有')");
  await page.waitForFunction(() => document.querySelectorAll(".log li").length === 2);
  const question = await page.locator(".ask h1").innerText();
  await other.waitForFunction((text) => document.querySelector(".ask h1")?.textContent === text, question);
  await tell(other, "没有");
  await page.waitForFunction(() => document.querySelectorAll(".log li").length === 3);
  expect(await turnsOnServer(page)).toBe(3);
});

test("a_token_that_is_no_longer_good_says_what_to_do", async () => {
  await begin(page, { opening: KNEE });
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem("jiwen.visit") ?? "{}") as Record<string, unknown>;
    localStorage.setItem("jiwen.visit", JSON.stringify({ ...kept, token: "x".repeat(40) }));
  });
  await page.reload();
  await page.waitForSelector("text=这次问诊打不开了");
  expect(await page.locator("main").innerText()).toContain("重新开始");
  expect(await page.evaluate(() => localStorage.getItem("jiwen.visit"))).toBeNull();
  await page.click("button:has-text('重新开始')");
  await page.waitForSelector(".begin h1");
});

test("a_visit_that_expires_between_two_answers_says_what_to_do", async () => {
  await begin(page, { opening: KNEE });
  await page.route("**/turns", (route) =>
    route.fulfill({
      status: 401, contentType: "application/problem+json",
      body: JSON.stringify({ type: "urn:jiwen:problem:token-invalid", title: "无法确认身份", status: 401, code: "token-invalid", detail: "凭证不对,无法打开这次问诊,请重新开始。" }),
    }),
  );
  await page.click(".option:has-text('没有')");
  await page.waitForSelector("text=这次问诊打不开了");
  expect(await page.locator("main").innerText()).toContain("请重新开始");
});

test("when_the_visit_cannot_be_read_now_it_can_be_tried_again", async () => {
  await begin(page, { opening: KNEE });
  await page.route("**/v1/sessions/*", (route) => route.abort());
  await page.reload();
  await page.waitForSelector("button:has-text('再试一次')");
  await page.unroute("**/v1/sessions/*");
  await page.click("button:has-text('再试一次')");
  await page.waitForSelector(".ask h1");
  expect(await page.locator(".log li").count()).toBe(1);
});

test("a_danger_in_the_middle_covers_everything_even_an_open_sheet", async () => {
  await begin(page, { opening: "腰疼一个礼拜,下身麻,尿尿费劲" });
  // The answer that raises the flag is on its way while the patient opens a sheet.
  await page.route("**/turns", async (route) => {
    await new Promise((later) => setTimeout(later, 400));
    await route.continue();
  });
  for (let turn = 0; turn < 60 && !(await page.locator(".veil.full").count()); turn++) {
    if ((await goOn(page, CAUDA_WISHES, "button:has-text('上一步、改一改')")) === "alert") break;
    const before = await page.locator(".log li").count();
    const labels = await page.locator(".option").allTextContents();
    const question = await page.locator(".ask h1").innerText();
    const wish = Object.entries(CAUDA_WISHES).find(([words]) => question.includes(words))?.[1];
    let at = labels.findIndex((label) => wish !== undefined && label.includes(wish));
    if (at < 0) at = labels.findIndex((label) => /^(都?没有|都?不|一样|能$|没吃)/.test(label));
    const several = (await page.locator(".option.box").count()) > 0;
    if (await page.locator(".pain").count()) {
      await page.click(".faces button >> nth=2");
      await page.click("button:has-text('就是')");
    } else {
      await page.locator(".option").nth(at < 0 ? labels.length - 1 : at).click();
      if (several) await page.click(".answer > .button.main");
    }
    await page.click("[aria-label='更多']");
    await page.waitForFunction((count) => document.querySelectorAll(".log li").length > count || document.querySelector(".result"), before);
    if (await page.locator(".veil.full").count()) break;
    await page.keyboard.press("Escape");
  }
  const sheet = page.locator(".veil.full [role=alertdialog]");
  await sheet.waitFor();
  expect(await sheet.innerText()).toContain("急诊");
  const covers = await page.evaluate(() => Boolean(document.elementFromPoint(195, 420)?.closest(".veil.full")));
  expect(covers, "nothing lies over it").toBe(true);
  await page.goBack();
  expect(await sheet.count(), "going back does not close it").toBe(1);
});

test("a_person_can_be_called_in_the_middle", async () => {
  await begin(page, { opening: KNEE });
  const open = await page.locator(".ask h1").innerText();
  await page.click(".bar button:has-text('叫人')");
  await page.click("button:has-text('请护士来接着问')");
  await page.waitForSelector("[role=dialog] [role=status]");
  expect(await page.locator("[role=dialog] [role=status]").innerText()).toMatch(/护士|导诊台/);
  await page.keyboard.press("Escape");
  // While waiting the open question stays: a danger may still be told.
  await page.waitForSelector("[role=dialog]", { state: "detached" });
  expect(await page.locator(".ask h1").innerText()).toBe(open);
  await page.click(".option:has-text('没有')");
  await page.waitForFunction(() => document.querySelectorAll(".log li").length === 2);
  await page.click(".bar button:has-text('叫人')");
  expect(await page.locator("[role=dialog]").innerText(), "nobody is called twice").not.toContain("请护士来接着问");
});
