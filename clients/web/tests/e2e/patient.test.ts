// Whole visits on a phone; every view is looked at by axe and by our own measures, in every size.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAccessible, isQuiet, launch, open, PHONE } from "../support/browser.ts";
import { ELDER, isReadable, LARGEST, PLAIN } from "../support/looks.ts";
import { agree, begin, CAUDA, CAUDA_WISHES, goOn, KNEE, tell } from "../support/visit.ts";

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

/** The largest letters on the narrowest phone that is still sold. */
const SIZES = [
  { size: "normal", needs: PLAIN, viewport: { width: 390, height: 844 } },
  { size: "large", needs: ELDER, viewport: { width: 390, height: 844 } },
  { size: "largest", needs: LARGEST, viewport: { width: 360, height: 740 } },
] as const;

async function phone(size: string, viewport: { width: number; height: number } = SIZES[0].viewport): Promise<Page> {
  const context = await browser.newContext({ ...PHONE, viewport });
  await context.addInitScript((value) => localStorage.setItem("jiwen.reading", JSON.stringify({ size: value, script: "hans" })), size);
  return open(context, "/patient");
}

describe.each(SIZES)("at size $size", ({ size, needs, viewport }) => {
  test("every_view_of_a_visit_is_accessible_and_readable", async () => {
    const page = await phone(size, viewport);
    const look = async (view: string): Promise<void> => {
      await page.waitForTimeout(260);
      await isAccessible(page, `${view} (${size})`);
      await isReadable(page, `${view} (${size})`, needs);
      // C12 and C16 on every screen.
      const says = await page.evaluate(() => document.body.innerText);
      expect(says, view).toContain("AI");
      expect(says, view).toMatch(/叫人|护士/);
    };
    const close = (): Promise<void> => page.keyboard.press("Escape");

    await look("welcome");
    await page.click("button:has-text('开始')");
    await look("who");
    await page.click("button:has-text('下一步')");
    await look("who, not answered");
    await page.click("button:has-text('上一步')");
    await agree(page);
    await page.click("summary");
    await look("consent");
    await page.click("button:has-text('开始回答')");
    await page.waitForSelector(".ask h1");
    await look("first question");
    await page.click("button:has-text('在图上点一点')");
    await look("body");
    await page.click("button:has-text('用字选')");
    await look("body in words");
    await close();
    await tell(page, KNEE);
    await look("second question");
    await page.click("button:has-text('上一步、改一改')");
    await look("what to change");
    await page.click(".past button");
    await look("change");
    await close();
    await page.click(".bar button:has-text('叫人')");
    await look("a person");
    await close();
    await page.click("[aria-label='更多']");
    await look("more");
    await page.click("button:has-text('改我的同意')");
    await look("consent again");
    await page.click("button:has-text('返回')");
    await page.click("button:has-text('删掉我的内容')");
    await look("erase");
    await close();
    expect(await goOn(page, {}, ".option.box")).toBe("until");
    await look("several answers");
    expect(await goOn(page, {}, ".pain")).toBe("until");
    await look("pain");
    await page.goBack();
    await look("leave");
    await close();
    expect(await goOn(page)).toBe("done");
    for (const summary of await page.locator("summary").all()) await summary.click();
    await page.waitForFunction(() => document.querySelector(".record")?.textContent?.includes("【主诉】"));
    await look("result");
    isQuiet(page);
    await page.context().close();
  });

  test("the_alert_covers_the_screen", async () => {
    const page = await phone(size, viewport);
    await begin(page, { opening: CAUDA });
    expect(await goOn(page, CAUDA_WISHES)).toBe("alert");
    await page.waitForTimeout(260);
    await isAccessible(page, `alert (${size})`);
    await isReadable(page, `alert (${size})`, needs);
    const box = await page.locator(".veil.full .sheet").boundingBox();
    expect(box).toMatchObject({ x: 0, y: 0, width: viewport.width });
    expect(box!.height).toBeGreaterThanOrEqual(viewport.height);
    expect(await page.locator(".veil.full a.call").getAttribute("href")).toBe("tel:120");
    await page.keyboard.press("Escape");
    expect(await page.locator(".veil.full").count(), "only a tap closes it").toBe(1);
    await page.click("button:has-text('我知道了')");
    await page.waitForTimeout(260);
    await isAccessible(page, `band (${size})`);
    await isReadable(page, `band (${size})`, needs);
    expect(await page.locator(".band").innerText()).toContain("急诊");
    await page.context().close();
  });
});

test("the_result_says_where_how_soon_and_what_to_bring", async () => {
  const page = await phone("normal");
  await begin(page, { opening: KNEE });
  expect(await goOn(page)).toBe("done");
  const says = await page.locator(".result").innerText();
  expect(says).toContain("骨关节外科");
  expect(says).toContain("可以正常挂号看病");
  expect(says).toMatch(/带上/);
  expect(says).toContain("马上去急诊");
  await page.click("summary:has-text('我说过的话')");
  expect(await page.locator(".said").innerText()).toContain(KNEE);
  // Cleared: nothing of the visit stays in this browser, and a reload starts anew.
  await page.click("button:has-text('看完了')");
  expect(await page.evaluate(() => [localStorage.getItem("jiwen.visit"), sessionStorage.getItem("jiwen.visit")])).toEqual([null, null]);
  await page.reload();
  await page.waitForSelector(".begin h1");
  isQuiet(page);
});

test("nothing_is_ticked_beforehand_and_nothing_starts_without_consent", async () => {
  const page = await phone("normal");
  let opened = 0;
  page.on("request", (request) => void (request.method() === "POST" && opened++));
  await page.click("button:has-text('开始')");
  await page.click(".choice:has-text('我自己')");
  await page.click("button:has-text('下一步')");
  expect(await page.locator(".purpose input").count()).toBe(5);
  expect(await page.locator(".purpose input:checked").count()).toBe(0);
  await page.click("button:has-text('开始回答')");
  await page.waitForSelector("[role=alert]");
  expect(await page.locator("[role=alert]").innerText()).toContain("要您同意");
  expect(opened).toBe(0);
});

test("a_child_needs_a_guardian", async () => {
  const page = await phone("normal");
  await page.click("button:has-text('开始')");
  await page.click(".choice:has-text('我自己')");
  await page.fill("#age", "12");
  await page.click("button:has-text('下一步')");
  expect(await page.locator("[role=alert]").innerText()).toContain("家长");
  await page.click("button:has-text('我是家长')");
  await page.locator(".purpose input").nth(0).check();
  await page.click("button:has-text('开始回答')");
  expect(await page.locator("[role=alert]").innerText()).toContain("最后一项");
  await page.locator(".purpose input").last().check();
  await page.click("button:has-text('开始回答')");
  await page.waitForSelector(".ask h1");
  expect(await page.locator(".lead").first().innerText()).toContain("家里人");
});

test("the_body_becomes_words_of_the_patient", async () => {
  const page = await phone("normal");
  await begin(page);
  await page.click("button:has-text('在图上点一点')");
  // Right on the picture is the patient's right, as in a mirror.
  const right = (await page.locator("[aria-label='右边小腿外侧']").boundingBox())!;
  const left = (await page.locator("[aria-label='左边小腿外侧']").boundingBox())!;
  expect(right.x).toBeGreaterThan(left.x + left.width);
  await page.click("[aria-label='右边小腿外侧']");
  await page.click(".feelings button:has-text('麻')");
  const sent = page.waitForRequest((request) => request.url().endsWith("/turns"));
  await page.click("button:has-text('就是这里')");
  expect((await sent).postDataJSON()).toEqual({ text: "右边小腿外侧麻" });
  await page.waitForSelector(".log li");
  expect(await page.locator(".log .you").innerText()).toBe("右边小腿外侧麻");
});

test("why_is_asked_as_a_turn_and_the_answer_is_shown", async () => {
  const page = await phone("normal");
  await begin(page, { opening: "腰疼三个月,右腿发麻" });
  const sent = page.waitForRequest((request) => request.url().endsWith("/turns"));
  await page.click("button:has-text('为什么问')");
  const request = await sent;
  expect(request.postDataJSON()).toEqual({ text: "为什么问这个" });
  const { reply } = (await (await request.response())!.json()) as { reply: { text: string } };
  await page.waitForFunction(() => document.querySelectorAll(".log li").length === 2);
  const shown = await page.locator(".ask").innerText();
  for (const line of reply.text.split("\n")) expect(shown).toContain(line);
});

test("a_correction_goes_as_words", async () => {
  const page = await phone("normal");
  await begin(page, { opening: "腰疼,左腿麻" });
  await page.click("button:has-text('上一步、改一改')");
  await page.click(".past button");
  await page.fill("#change", "右腿麻");
  const sent = page.waitForRequest((request) => request.url().endsWith("/turns"));
  await page.click("button:has-text('改好了')");
  const request = await sent;
  expect(request.postDataJSON()).toEqual({ text: "不对,是右腿麻" });
  const findings = ((await (await request.response())!.json()) as { findings: { name: string; side?: string }[] }).findings;
  expect(findings.map((finding) => finding.side)).toContain("right");
});

test("traditional_characters_are_written_on_demand", async () => {
  const page = await phone("normal");
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await begin(page, { opening: KNEE });
  expect(loaded.some((url) => url.includes("traditional"))).toBe(false);
  await page.click("[aria-label='更多']");
  await page.click("button:has-text('繁体')");
  await page.waitForFunction(() => document.documentElement.lang === "zh-Hant");
  await page.keyboard.press("Escape");
  const shown = await page.locator(".talk").innerText();
  expect(shown).toContain("說");
  expect(shown, "the patient's own words stay as they were said").toContain(KNEE);
  await page.waitForTimeout(260);
  await isAccessible(page, "traditional");
  // Answers go back unchanged: ids, not labels.
  expect(await goOn(page, {}, ".pain")).toBe("until");
  isQuiet(page);
});
