// The kiosk by touch alone, standing and lying: a whole visit, readable from a metre, wiped when left.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAccessible, isQuiet, KIOSK_TALL, KIOSK_WIDE, launch, open } from "../support/browser.ts";
import { isReadable, KIOSK } from "../support/looks.ts";
import { CAUDA_WISHES, type Wishes } from "../support/visit.ts";

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

const kiosk = async (size: BrowserContextOptions): Promise<Page> => open(await browser.newContext(size), "/kiosk");

async function toTalk(page: Page, look: (view: string) => Promise<void> = async () => undefined): Promise<void> {
  await look("rest");
  await page.click("button:has-text('按这里开始')");
  await look("for whom");
  await page.click("button:has-text('我自己')");
  await look("sex");
  await page.click("button:text-is('女')");
  await page.click(".pad button:text-is('7')");
  await page.click(".pad button:text-is('2')");
  await look("age");
  await page.click("button:has-text('下一步')");
  expect(await page.locator("[role=checkbox][aria-checked=true]").count(), "nothing is ticked beforehand").toBe(0);
  await page.click("[role=checkbox] >> nth=0");
  await page.click("[role=checkbox] >> nth=1");
  await look("consent");
  await page.click("button:has-text('开始回答')");
  await page.waitForSelector(".question h1");
}

const moved = (page: Page, before: string): Promise<unknown> =>
  page.waitForFunction((text) => document.querySelector(".finish, .veil.full") || document.querySelector(".answers > :not(.sent)") && document.querySelector(".question")?.textContent !== text, before);

async function byBody(page: Page, part: string, feeling: string): Promise<void> {
  const before = (await page.locator(".question").textContent()) ?? "";
  await page.click("button:has-text('在图上点一点')");
  await page.click(`[aria-label='${part}']`);
  await page.click(`.feelings button:has-text('${feeling}')`);
  await page.click("button:has-text('就是这里')");
  await moved(page, before);
}

async function byTyping(page: Page, text: string): Promise<void> {
  const before = (await page.locator(".question").textContent()) ?? "";
  await page.click("button:has-text('打字')");
  await page.fill(".sheet textarea", text);
  await page.click("button:has-text('说完了')");
  await moved(page, before);
}

async function goOn(page: Page, wishes: Wishes = {}, until?: string): Promise<"done" | "alert" | "until"> {
  for (let turn = 0; turn < 60; turn++) {
    if (await page.locator(".veil.full").count()) return "alert";
    if (await page.locator(".finish").count()) return "done";
    if (until && (await page.locator(until).count())) return "until";
    const before = (await page.locator(".question").textContent()) ?? "";
    if (await page.locator(".pain").count()) {
      await page.click(".faces button >> nth=2");
      await page.click("button:has-text('就是')");
    } else {
      const labels = await page.locator(".answers .option").allTextContents();
      const several = (await page.locator(".option.box").count()) > 0;
      const wish = Object.entries(wishes).find(([words]) => before.includes(words))?.[1];
      let at = wish === undefined ? -1 : labels.findIndex((label) => label.includes(wish));
      if (at < 0) at = labels.findIndex((label) => /^(都?没有|都?不|一样|能$|没吃)/.test(label));
      await page.locator(".answers .option").nth(at < 0 ? labels.length - 1 : at).click();
      if (several) await page.click(".answers > .button.main");
    }
    await moved(page, before);
  }
  throw new Error("sixty questions and no end");
}

describe.each([
  { name: "standing", size: KIOSK_TALL },
  { name: "lying", size: KIOSK_WIDE },
])("$name", ({ name, size }) => {
  test("every_view_of_a_visit_is_accessible_and_readable", async () => {
    const page = await kiosk(size);
    const look = async (view: string): Promise<void> => {
      await page.waitForTimeout(260);
      await isAccessible(page, `${view} (${name})`);
      await isReadable(page, `${view} (${name})`, KIOSK);
      const says = await page.evaluate(() => document.body.innerText);
      expect(says, view).toContain("AI");
      expect(says, view).toMatch(/叫人|护士/);
    };
    await toTalk(page, look);
    await page.waitForSelector(".captions >> text=用手点");
    await look("first question");
    await page.click("button:has-text('在图上点一点')");
    await look("body");
    await page.keyboard.press("Escape");
    await page.click("button:has-text('打字')");
    await look("typing");
    await page.keyboard.press("Escape");
    await byBody(page, "右边膝盖", "疼");
    await look("second question");
    await page.click(".head button:has-text('结束')");
    await look("end?");
    await page.keyboard.press("Escape");
    await page.click(".head button:has-text('大字')");
    await look("larger");
    await page.click(".head button:has-text('小字')");
    expect(await goOn(page, {}, ".pain")).toBe("until");
    await look("pain");
    expect(await goOn(page)).toBe("done");
    await look("result");
    expect(await page.locator(".finish").innerText()).toContain("骨关节外科");

    // The slip: only it is printed, says that AI made it, and names nobody.
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".finish").isVisible()).toBe(false);
    const slip = await page.locator(".slip").innerText();
    expect(slip).toContain("AI");
    expect(slip).toContain("骨关节外科");
    expect(slip).toContain("马上去急诊");
    await page.emulateMedia({ media: "screen" });

    await page.click("button:has-text('看完了')");
    await page.waitForSelector(".rest");
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
    isQuiet(page);
    await page.context().close();
  });

  test("the_alert_covers_the_screen", async () => {
    const page = await kiosk(size);
    await toTalk(page);
    await byTyping(page, "腰疼一个礼拜,下身麻,尿尿费劲");
    expect(await goOn(page, CAUDA_WISHES)).toBe("alert");
    await page.waitForTimeout(260);
    await isAccessible(page, `alert (${name})`);
    await isReadable(page, `alert (${name})`, KIOSK);
    const box = (await page.locator(".veil.full .sheet").boundingBox())!;
    expect([box.width, box.height]).toEqual([size.viewport!.width, size.viewport!.height]);
    await page.click("button:has-text('我知道了')");
    await page.waitForSelector(".finish, .question");
    await page.context().close();
  });
});

test("left_alone_it_asks_after_60_s_and_wipes_after_90_s", async () => {
  const page = await kiosk(KIOSK_TALL);
  // Silent: the time counts from the end of what the machine says (voice.test.ts).
  await page.routeWebSocket(/\/voice$/, (route) => void route.close());
  await page.clock.install();
  await page.reload();
  await toTalk(page);
  await byTyping(page, "右膝盖疼半年了");
  await page.clock.fastForward(55_000);
  expect(await page.locator("text=您还在吗?").count()).toBe(0);
  await page.clock.fastForward(7_000);
  await page.waitForSelector("text=您还在吗?");
  await isAccessible(page, "are you there?");
  await page.click("button:has-text('我还在')");
  await page.waitForSelector("text=您还在吗?", { state: "detached" });
  await page.clock.fastForward(62_000);
  await page.waitForSelector("text=您还在吗?");
  await page.clock.fastForward(30_000);
  await page.waitForSelector(".rest");
  const left = await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]) + location.href);
  expect(left).not.toContain("膝盖");
  await page.goBack().catch(() => null);
  await page.clock.runFor(1000);
  expect(await page.content(), "going back brings nothing back").not.toContain("膝盖");
  await page.context().close();
});

test("nothing_is_kept_in_the_browser_during_a_visit", async () => {
  const page = await kiosk(KIOSK_WIDE);
  await toTalk(page);
  await byTyping(page, "右膝盖疼半年了");
  expect(await page.evaluate(async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length, (await caches.keys().catch(() => [])).length])).toEqual([0, 0, "", 0, 0]);
  await page.reload();
  await page.waitForSelector(".rest");
  await page.context().close();
});
