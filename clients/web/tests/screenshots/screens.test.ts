// Pictures of the screens for docs/screens/, as a patient meets them. Small: WebP at a quality that reads well.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KIOSK_TALL, KIOSK_WIDE, launch, open, PHONE } from "../support/browser.ts";
import { shoot as shootWith } from "../support/picture.ts";
import { agree, answer, begin, CAUDA, CAUDA_WISHES, goOn, KNEE, tell } from "../support/visit.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch("--font-render-hinting=none");
});
afterAll(async () => {
  await browser.close();
});

const shoot = (page: Page, name: string, width: number): Promise<void> => shootWith(browser, page, name, width);

test("phone", async () => {
  const fresh = async (size = "normal", script = "hans"): Promise<Page> => {
    const context = await browser.newContext(PHONE);
    await context.addInitScript((value) => localStorage.setItem("jiwen.reading", value), JSON.stringify({ size, script }));
    return open(context, "/patient");
  };
  const shot = (page: Page, name: string): Promise<void> => shoot(page, `phone-${name}`, 390);
  const page = await fresh();
  await shot(page, "1-welcome");
  await agree(page);
  await shot(page, "2-consent");
  await page.click("button:has-text('开始回答')");
  await page.waitForSelector(".ask h1");
  await shot(page, "3-first-question");
  await page.click("button:has-text('在图上点一点')");
  await page.click("[aria-label='右边膝盖']");
  await page.click(".feelings button:has-text('疼')");
  await shot(page, "4-body");
  await page.keyboard.press("Escape");
  await tell(page, KNEE);
  await answer(page);
  await shot(page, "5-question");
  await goOn(page, {}, ".pain");
  await page.click(".faces button >> nth=2");
  await shot(page, "6-pain");
  await page.click(".bar button:has-text('叫人')");
  await shot(page, "7-person");
  await page.keyboard.press("Escape");
  expect(await goOn(page)).toBe("done");
  await shot(page, "8-result");
  await page.context().close();

  const danger = await fresh();
  await begin(danger, { opening: CAUDA });
  expect(await goOn(danger, CAUDA_WISHES)).toBe("alert");
  await shot(danger, "9-alert");
  await danger.context().close();

  const elder = await fresh("large");
  await begin(elder, { opening: KNEE });
  await shot(elder, "10-large-text");
  await elder.context().close();
  const traditional = await fresh("normal", "hant");
  await shot(traditional, "11-traditional");
  await traditional.context().close();
});

test.each([
  { name: "kiosk-standing", size: KIOSK_TALL, width: 450 },
  { name: "kiosk-lying", size: KIOSK_WIDE, width: 840 },
])("$name", async ({ name, size, width }) => {
  const page = await open(await browser.newContext(size), "/kiosk");
  const shot = (view: string): Promise<void> => shoot(page, `${name}-${view}`, width);
  await shot("1-rest");
  await page.click("button:has-text('按这里开始')");
  await page.click("button:has-text('我自己')");
  await page.click("button:text-is('女')");
  for (const digit of ["7", "2"]) await page.click(`.pad button:text-is('${digit}')`);
  await page.click("button:has-text('下一步')");
  for (const at of [0, 1]) await page.click(`[role=checkbox] >> nth=${at}`);
  await shot("2-consent");
  await page.click("button:has-text('开始回答')");
  await page.waitForSelector(".question h1");
  await page.click("button:has-text('打字')");
  await page.fill(".sheet textarea", KNEE);
  await page.click("button:has-text('说完了')");
  await page.waitForSelector(".before");
  await shot("3-question");
  for (let turn = 0; turn < 60 && !(await page.locator(".finish").count()); turn++) {
    const before = (await page.locator(".question").textContent()) ?? "";
    if (await page.locator(".pain").count()) {
      await page.click(".faces button >> nth=2");
      await page.click("button:has-text('就是')");
    } else {
      const labels = await page.locator(".answers .option").allTextContents();
      const several = (await page.locator(".option.box").count()) > 0;
      const at = labels.findIndex((label) => /^(都?没有|都?不|一样|能$|没吃)/.test(label));
      await page.locator(".answers .option").nth(at < 0 ? labels.length - 1 : at).click();
      if (several) await page.click(".answers > .button.main");
    }
    await page.waitForFunction((text) => document.querySelector(".finish") || (document.querySelector(".answers > :not(.sent)") && document.querySelector(".question")?.textContent !== text), before);
  }
  await shot("4-result");
  await page.context().close();
});
