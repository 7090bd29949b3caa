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

test("editor and auditor", async () => {
  const { page: doctor } = await signedIn(browser, "doctor");
  await openByCode(doctor, back);
  for (const [line, note] of [["久坐时加重", "说的是开车久了"], ["右下肢麻木", "只麻到小脚趾,不是整条腿"]] as const) {
    await doctor.click(`.line:has-text('${line}')`);
    await doctor.click(".dock button:has-text('理解错了')");
    await doctor.fill(".mark label.wide input", note);
    await doctor.click(".mark button:has-text('记下')");
    await doctor.waitForSelector("form.mark", { state: "detached" });
  }
  await doctor.context().close();
  const { page: editor } = await signedIn(browser, "editor", "/manage", "孙编辑");
  await editor.waitForSelector(".rows tbody tr >> nth=1");
  await shoot(browser, editor, "manage-phrases", 1093);
  await editor.context().close();
  const { page: auditor } = await signedIn(browser, "auditor", "/manage", "周审计");
  await auditor.waitForSelector(".rows tbody tr");
  await shoot(browser, auditor, "manage-audit", 1093);
  await auditor.context().close();
});
