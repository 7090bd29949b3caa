// Plays a patient on the phone: consent, then answers by taps until the end or an alert.
import type { Page } from "playwright-core";

export interface Who {
  age?: string;
  self?: boolean;
  sex?: "男" | "女";
  opening?: string;
}

/** Answers by words of the question: `{ "擦大便": "明显麻" }`. */
export type Wishes = Record<string, string>;

/** Options that say that nothing is wrong. */
export const NOTHING = /^(都?没有|都?不|一样|能$|没吃)/;

export async function agree(page: Page, { age = "68", self = true, sex = "女" }: Who = {}): Promise<void> {
  await page.click("button:has-text('开始')");
  await page.click(self ? ".choice:has-text('我自己')" : ".choice:has-text('帮家里人')");
  await page.fill("#age", age);
  await page.click(`.choice:text-is('${sex}')`);
  await page.click("button:has-text('下一步')");
  await page.locator(".purpose input").nth(0).check();
  await page.locator(".purpose input").nth(1).check();
}

export async function begin(page: Page, who: Who = {}): Promise<void> {
  await agree(page, who);
  await page.click("button:has-text('开始回答')");
  await page.waitForSelector(".ask h1");
  if (who.opening) await tell(page, who.opening);
}

/** Types an answer and waits for the next question. */
export async function tell(page: Page, text: string): Promise<void> {
  const before = await page.locator(".log li").count();
  await page.fill(".composer textarea", text);
  await page.click("button:has-text('发送')");
  await moved(page, before);
}

const moved = (page: Page, before: number): Promise<unknown> =>
  page.waitForFunction((count) => document.querySelectorAll(".log li").length > count || document.querySelector(".result"), before);

/** Answers the open question by a tap. */
export async function answer(page: Page, wishes: Wishes = {}): Promise<void> {
  const before = await page.locator(".log li").count();
  if (await page.locator(".pain").count()) {
    await page.click(".faces button >> nth=2");
    await page.click("button:has-text('就是')");
    await moved(page, before);
    return;
  }
  const question = (await page.locator(".ask h1").textContent()) ?? "";
  const labels = await page.locator(".option").allTextContents();
  const several = (await page.locator(".option.box").count()) > 0;
  const wish = Object.entries(wishes).find(([words]) => question.includes(words))?.[1];
  let at = wish === undefined ? -1 : labels.findIndex((label) => label.includes(wish));
  if (at < 0) at = labels.findIndex((label) => NOTHING.test(label));
  await page.locator(".option").nth(at < 0 ? labels.length - 1 : at).click();
  if (several) await page.click(".answer > .button.main");
  await moved(page, before);
}

/** Answers until the visit is over, an alert covers the screen, or `until` shows. */
export async function goOn(page: Page, wishes: Wishes = {}, until?: string): Promise<"done" | "alert" | "until"> {
  for (let turn = 0; turn < 60; turn++) {
    if (await page.locator(".veil.full").count()) return "alert";
    if (await page.locator(".result").count()) return "done";
    if (until && (await page.locator(until).count())) return "until";
    await answer(page, wishes);
  }
  throw new Error("sixty questions and no end");
}

/** A knee that hurts and nothing else. */
export const KNEE = "右膝盖疼半年了,上下楼疼";
/** Bladder and saddle: an emergency. */
export const CAUDA = "腰疼一个礼拜,下身麻,尿尿费劲";
export const CAUDA_WISHES: Wishes = { 擦大便: "明显麻", 大便: "控制不住", 两周: "两周内新的", 半个月: "两周内新的", 小便: "尿不出" };
