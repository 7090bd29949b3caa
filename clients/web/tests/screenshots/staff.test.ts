// Pictures of the clinicians' screens, with visits of one morning.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { launch } from "../support/browser.ts";
import { shoot } from "../support/picture.ts";
import { BACK, BACK_FACTS, callPerson, makeVisit, openByCode, signedIn, type Visit } from "../support/staff.ts";
import { CAUDA, KNEE } from "../support/visit.ts";

let browser: Browser;
let back: Visit;
let cauda: Visit;
beforeAll(async () => {
  browser = await launch("--font-render-hinting=none");
  back = await makeVisit(BACK, BACK_FACTS, { age: 58, sex: "male" });
  cauda = await makeVisit(CAUDA, { saddle: "擦屁股没感觉", bladder_bowel: "尿不出来" }, { age: 66, sex: "male" });
  await makeVisit(KNEE, {}, { age: 68 });
  await makeVisit("脖子痛,手发麻,扣扣子不灵活了,走路踩棉花", { hand_dexterity: "扣扣子慢" }, { age: 55, sex: "male" });
  await makeVisit("肩膀抬不起来,晚上疼醒", { night_pain: "晚上痛醒" }, { age: 51 });
  await callPerson(await makeVisit("脚后跟痛,早上下床最痛", {}, { age: 71 }, 3));
});
afterAll(() => browser.close());

test("doctor", async () => {
  const { page } = await signedIn(browser, "doctor");
  await page.waitForSelector(".live.on");
  await shoot(browser, page, "doctor-1-worklist", 1093);
  await openByCode(page, back);
  await page.click(".line:has-text('久坐时加重')");
  await shoot(browser, page, "doctor-2-record", 1093);
  await page.goto(page.url().replace(/#.*/, `#v=${cauda.id}`));
  await page.waitForFunction((code) => document.querySelector(".bar h1")?.textContent?.includes(code), cauda.code);
  await page.click(".urgent .flag >> nth=0");
  await shoot(browser, page, "doctor-3-emergency", 1093);
  await page.goto(page.url().replace(/#.*/, "#desk"));
  await page.waitForSelector(".desk li");
  await shoot(browser, page, "doctor-4-desk", 1093);
  await page.context().close();
});

test("management", async () => {
  const { page } = await signedIn(browser, "admin", "/manage");
  await page.waitForSelector(".figure canvas");
  await page.waitForFunction(() => [...document.querySelectorAll("canvas")].every((canvas) => canvas.width > 100));
  await shoot(browser, page, "manage", 1093);
  await page.context().close();
});
