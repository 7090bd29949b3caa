// Clinicians: signing in and out, the list, the record on one screen, the review by keyboard and
// mouse, two doctors at once, the desk.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAccessible, isQuiet, launch, open } from "../support/browser.ts";
import { addMember, BACK, BACK_FACTS, callPerson, codeOf, DESK, fillSignIn, makeVisit, openByCode, signedIn, type Visit } from "../support/staff.ts";
import { CAUDA } from "../support/visit.ts";

let browser: Browser;
let back: Visit;
beforeAll(async () => {
  browser = await launch();
  back = await makeVisit(BACK, BACK_FACTS, { age: 58, sex: "male" });
});
afterAll(() => browser.close());

const says = (page: Page, selector: string, text: string): Promise<unknown> =>
  page.waitForFunction(([where, what]) => document.querySelector(where!)?.textContent?.includes(what!), [selector, text] as const);

/** Nothing of a visit or a person is left in the browser; nobody but our server was asked. */
async function keepsNothing(page: Page): Promise<void> {
  const kept = await page.evaluate(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length, document.cookie]);
  expect(kept).toEqual([0, 0, 0, 0, ""]);
  isQuiet(page);
}

describe("signing in", () => {
  test("wrong_words_are_refused_and_five_times_lock", async () => {
    const member = addMember("doctor");
    const page = await open(await browser.newContext(DESK), "/doctor");
    await page.waitForSelector(".sign-in");
    await isAccessible(page, "sign in");
    expect(await page.locator(".ai").innerText(), "C12").toContain("AI");
    for (let time = 0; time < 5; time++) {
      await fillSignIn(page, { ...member, password: "wrong-wrong-wrong" }, "000000");
      await page.waitForSelector("[role=alert]");
      await page.waitForFunction(() => document.querySelector("form .main")?.textContent === "登录");
    }
    await isAccessible(page, "sign in, refused");
    await fillSignIn(page, member);
    await says(page, "[role=alert]", "锁");
    expect(await page.locator(".bar").count()).toBe(0);
    await page.context().close();
  });

  test("fifteen_idle_minutes_end_it_after_a_warning", async () => {
    const member = addMember("doctor");
    const context = await browser.newContext(DESK);
    await context.clock.install();
    const page = await open(context, "/doctor");
    await fillSignIn(page, member);
    await page.waitForSelector(".bar");
    await context.clock.fastForward("14:10");
    await page.waitForSelector("dialog:has-text('还在吗')");
    await isAccessible(page, "idle warning");
    await page.click("button:has-text('我还在')");
    await page.waitForSelector("dialog", { state: "detached" });
    await context.clock.fastForward("13:00");
    expect(await page.locator("dialog").count()).toBe(0);
    await context.clock.fastForward("02:10");
    await says(page, ".note", "15分钟没有操作");
    expect(await page.locator("body").innerText(), "the screen is cleared").not.toContain(back.code);
    // The session itself is over, not only the screen.
    await expect.poll(() => page.evaluate(async () => (await fetch("/v1/staff/me")).status), { timeout: 20_000 }).toBe(401);
    await context.close();
  });

  test("an_expired_session_shows_the_sign_in_and_what_was_open_is_gone", async () => {
    const { page } = await signedIn(browser, "doctor");
    await openByCode(page, back);
    await page.context().clearCookies();
    await page.keyboard.press("j");
    await page.keyboard.press("y");
    await says(page, ".note", "登录已过期");
    await isAccessible(page, "expired");
    expect(await page.locator("body").innerText()).not.toContain("腰");
    await page.context().close();
  });

  test("signing_out_holds_in_every_tab", async () => {
    const { page } = await signedIn(browser, "doctor");
    const other = await open(page.context(), "/doctor");
    await other.waitForSelector(".bar");
    await page.click("button:has-text('退出')");
    await says(page, ".note", "已退出");
    await other.waitForSelector(".sign-in");
    await keepsNothing(page);
    await page.context().close();
  });

  test("who_may_not_read_records_is_told_so", async () => {
    const { page } = await signedIn(browser, "admin");
    await says(page, "main", "看不了这一页");
    await isAccessible(page, "not for this role");
    await page.context().close();
  });
});

describe("the worklist", () => {
  test("most_urgent_first_live_and_never_by_colour_alone", async () => {
    const { page } = await signedIn(browser, "doctor");
    await says(page, ".live", "实时");
    // The connection can stand before the first list has come.
    await says(page, ".worklist tbody", back.code);
    const before = await page.locator(".worklist tbody tr").count();
    // A patient elsewhere says something dangerous: the row arrives by itself, on top.
    const visit = await makeVisit(CAUDA, { saddle: "擦屁股没感觉", bladder_bowel: "尿不出来" }, { age: 66, sex: "male" });
    await page.waitForFunction((code) => [...document.querySelectorAll(".worklist tbody tr")].some((row) => row.textContent?.includes(code) && row.textContent.includes("立即急诊")), visit.code);
    expect(await page.locator(".worklist tbody tr").count()).toBe(before + 1);
    await says(page, "[aria-live=assertive]", "立即急诊");
    const urgencies = await page.locator(".worklist tbody .urgency").allInnerTexts();
    const ranks = urgencies.map((text) => ["立即急诊", "24小时内", "1周内", "常规门诊", "自我管理"].findIndex((name) => text.includes(name)));
    expect([...ranks].sort((one, other) => one - other)).toEqual(ranks);
    for (const text of urgencies) expect(text, "a word and a shape").toMatch(/[▲◆●○]+.*[\u4e00-\u9fff]/s);
    await isAccessible(page, "worklist");
    await keepsNothing(page);
    await page.context().close();
  });

  test("keys_move_open_and_come_back", async () => {
    await makeVisit("右膝盖疼半年了,上下楼疼", {}, { age: 68 });
    const { page } = await signedIn(browser, "doctor");
    await page.waitForSelector(".worklist tbody tr >> nth=1");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    const second = await page.locator(".worklist tbody tr >> nth=1").locator(".code-link").innerText();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(second);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".sections");
    expect(await page.locator(".bar h1").innerText()).toContain(second);
    await page.keyboard.press("Escape");
    await page.waitForSelector(".worklist tr.selected");
    expect(await page.locator("tr.selected .code-link").innerText()).toBe(second);
    await page.keyboard.press("?");
    await page.waitForSelector("dialog");
    await isAccessible(page, "keys");
    // Letters can be switched off (WCAG 2.1.4).
    await page.uncheck("dialog input[type=checkbox]");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    await page.keyboard.press("?");
    expect(await page.locator("dialog").count()).toBe(0);
    await page.context().close();
  });

  test("filters_and_codes_find_visits", async () => {
    const { page } = await signedIn(browser, "doctor");
    await page.fill(".search input", back.code.replace("-", "").toLowerCase());
    await page.waitForFunction(() => document.querySelectorAll(".worklist tbody tr").length === 1);
    expect(await page.locator(".worklist .code-link").innerText()).toBe(back.code);
    await page.fill(".search input", "ZZZZ-ZZZZ");
    await says(page, "main", "没有这个号");
    await isAccessible(page, "nothing found");
    await page.fill(".search input", "");
    await page.click(".filters button:has-text('已确认')");
    await page.waitForFunction((code) => !document.querySelector(".worklist")?.textContent?.includes(code), back.code);
    await page.context().close();
  });
});

describe("the record", () => {
  test("fits_one_screen_for_the_median_vignette_in_450_characters", async () => {
    const lines = readFileSync(resolve(import.meta.dirname, "../../../../eval/tune/vignettes.jsonl"), "utf8").trim().split("\n").slice(0, 11);
    interface Vignette { id: string; opening: string; profile: { age: number; sex: "male" | "female" }; facts: Record<string, { text: string }> }
    const { page } = await signedIn(browser, "doctor");
    const sizes: { id: string; length: number; over: number }[] = [];
    for (const vignette of lines.map((line) => JSON.parse(line) as Vignette)) {
      const facts = Object.fromEntries(Object.entries(vignette.facts).map(([slot, fact]) => [slot, fact.text]));
      const visit = await makeVisit(vignette.opening, facts, { age: Math.max(14, vignette.profile.age), sex: vignette.profile.sex });
      await page.goto(page.url().replace(/#.*|$/, `#v=${visit.id}`));
      await page.waitForFunction((code) => document.querySelector(".bar h1")?.textContent?.includes(code) && document.querySelector(".sections"), visit.code);
      await page.keyboard.press("j");
      await page.waitForSelector(".dock:not(.empty)");
      const [length, over] = await page.evaluate(() => {
        const read = [...document.querySelectorAll(".sections .lines")].map((one) => one.textContent ?? "").join("");
        const beyond = ["html", ".page", ".record aside"].map((place) => document.querySelector(place)!).map((box) => box.scrollHeight - box.clientHeight);
        return [[...read].length, Math.max(...beyond)] as const;
      });
      sizes.push({ id: vignette.id, length, over });
    }
    sizes.sort((one, other) => one.length - other.length);
    const median = sizes[Math.floor(sizes.length / 2)]!;
    expect(median.length, JSON.stringify(sizes)).toBeLessThanOrEqual(450);
    const fits = sizes.filter((one) => one.over <= 0);
    expect(median.over, JSON.stringify(sizes)).toBeLessThanOrEqual(0);
    expect(fits.length, JSON.stringify(sizes)).toBeGreaterThan(sizes.length / 2);
    await page.context().close();
  }, 600_000);

  test("every_line_opens_the_words_behind_it", async () => {
    const { page } = await signedIn(browser, "doctor");
    await openByCode(page, back);
    await isAccessible(page, "record");
    const titles = await page.locator(".sections h3").allInnerTexts();
    expect(titles.slice(0, 5), "order of interop §4").toEqual(["主诉", "现病史", "否认", "红旗", "待问"]);
    await page.click(".line:has-text('久坐时加重')");
    expect(await page.locator(".dock q").first().innerText()).toContain(BACK);
    expect(await page.locator(".dock mark").first().innerText()).toContain("坐久了");
    expect(await page.locator(".dock").innerText()).toContain("第1轮");
    await isAccessible(page, "record with words");
    // Reasons go down to rule and guideline.
    await page.click("[aria-label='科室'] .reason >> nth=0");
    expect(await page.locator(".dock .rule").innerText()).toMatch(/RT-.*指南/s);
    await page.click(".criteria button >> nth=0");
    expect(await page.locator(".dock h3").innerText()).toContain("M1");
    expect(await page.locator(".criteria li").count()).toBe(7);
    await page.click(".conditions summary");
    expect(await page.locator(".conditions").innerText()).toContain("支持");
    await isAccessible(page, "record with conditions");
    await page.click(".similar summary");
    await page.waitForSelector(".similar li, .similar p:has-text('没有相似的就诊'), .similar p:has-text('不能比较')");
    await isAccessible(page, "record with similar visits");
    await page.keyboard.press("f");
    await page.waitForSelector("dialog table.flags tbody tr >> nth=26");
    await isAccessible(page, "red flags");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    await page.keyboard.press("t");
    await says(page, "dialog", BACK);
    await isAccessible(page, "conversation");
    await keepsNothing(page);
    await page.context().close();
  });

  test("a_review_needs_no_mouse", async () => {
    const visit = await makeVisit(BACK, BACK_FACTS, { age: 58, sex: "male" });
    const { page, member } = await signedIn(browser, "doctor");
    await page.keyboard.press("/");
    await page.keyboard.type(visit.code);
    await page.waitForFunction(() => document.querySelectorAll(".worklist tbody tr").length === 1);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".sections");
    const current = ".line[aria-pressed=true]";
    await page.keyboard.press("j");
    await page.keyboard.press("y");
    await page.waitForSelector(`${current}.confirmed`);
    await page.keyboard.press("j");
    const original = await page.locator(current).innerText();
    await page.keyboard.press("e");
    await page.waitForSelector(".dock textarea");
    await isAccessible(page, "editing");
    await page.keyboard.type("腰痛3月余,加重1周");
    await page.keyboard.press("Enter");
    await page.waitForSelector(`${current}.edited`);
    expect(await page.locator(`${current} del`).innerText(), "the original stays, struck").toBe(original);
    expect(await page.locator(`${current} ins`).innerText()).toBe("腰痛3月余,加重1周");
    await page.keyboard.press("j");
    const struck = await page.locator(current).innerText();
    await page.keyboard.press("x");
    await page.waitForSelector(`${current}.struck`);
    expect(await page.locator(`${current} del`).innerText()).toBe(struck);
    // A department instead, with a reason; the machine's stays, struck.
    await page.keyboard.press("d");
    await page.waitForSelector("dialog input[list]");
    await isAccessible(page, "another department");
    await page.keyboard.type("康复医学科");
    await page.keyboard.press("Tab");
    await page.keyboard.type("查体不符");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog", { state: "detached" });
    expect(await page.locator("[aria-label='科室'] ins").innerText()).toBe("康复医学科");
    expect(await page.locator("[aria-label='科室'] del").innerText()).toBe("脊柱外科");
    await isAccessible(page, "reviewed");
    await page.keyboard.press("Control+Enter");
    await says(page, ".standing", "已确认,有改动");
    expect(await page.locator(".standing").innerText()).toContain(member.display);
    await page.keyboard.press("Escape");
    await page.fill(".search input", visit.code);
    await says(page, ".worklist tbody", "已确认,有改动");
    await page.context().close();
  });

  test("one_click_copies_what_the_doctor_left_and_paper_shows_the_same", async () => {
    const visit = await makeVisit(BACK, BACK_FACTS, { age: 58, sex: "male" });
    const { page } = await signedIn(browser, "doctor");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await openByCode(page, visit);
    await page.click(".line:has-text('久坐时加重')");
    await page.click(".dock button:has-text('划掉')");
    await page.waitForSelector(".line.struck");
    await page.click("button:has-text('复制到病历')");
    await says(page, ".told", "已复制");
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain("【主诉】");
    expect(text).not.toContain("久坐时加重");
    expect(text).toContain("AI生成");
    await page.emulateMedia({ media: "print" });
    const printed = await page.evaluate(() => document.body.innerText);
    expect(printed).toContain(visit.code);
    expect(printed).toContain("AI 生成");
    expect(printed).not.toContain("全部确认");
    expect(printed).not.toContain("久坐时加重");
    await page.context().close();
  });

  test("words_understood_wrongly_go_to_the_queue_only_with_consent", async () => {
    const { page } = await signedIn(browser, "doctor");
    await openByCode(page, back);
    await page.click(".line:has-text('久坐时加重')");
    await page.keyboard.press("m");
    await page.waitForSelector(".mark");
    await isAccessible(page, "understood wrongly");
    await page.keyboard.type("说的是开车久了");
    await page.keyboard.press("Enter");
    await says(page, ".told", "词条编辑会看到");
    const closed = await makeVisit(BACK, BACK_FACTS, { scopes: ["triage", "record"] });
    await page.keyboard.press("Escape");
    await openByCode(page, closed);
    await page.click(".line:has-text('久坐时加重')");
    await page.click(".dock button:has-text('理解错了')");
    await page.click(".mark button:has-text('记下')");
    await says(page, ".told", "字没有送出");
    await page.context().close();
  });

  test("two_doctors_see_each_others_changes_at_once", async () => {
    const visit = await makeVisit(BACK, BACK_FACTS, { age: 58, sex: "male" });
    const one = (await signedIn(browser, "doctor", "/doctor", "王医生")).page;
    const other = (await signedIn(browser, "doctor", "/doctor", "李医生")).page;
    for (const page of [one, other]) {
      await openByCode(page, visit);
      await page.click(".line:has-text('久坐时加重')");
    }
    // The second is typing while the first changes the same line: nothing typed is lost, and it is said.
    await other.keyboard.press("e");
    await other.fill(".dock textarea", "久站时加重");
    await one.keyboard.press("x");
    await one.waitForSelector(".line.struck");
    await says(other, ".told", "王医生刚改了");
    expect(await other.inputValue(".dock textarea")).toBe("久站时加重");
    await other.keyboard.press("Enter");
    await other.waitForSelector(".line.edited:has-text('久站时加重')");
    await one.waitForSelector(".line.edited:has-text('久站时加重')");
    await says(one, ".told", "李医生刚改了");
    // Both changes are kept with their names.
    await one.click(".line.edited");
    const history = await one.locator(".changes").innerText();
    expect(history).toContain("王医生");
    expect(history).toContain("李医生");
    await one.context().close();
    await other.context().close();
  });

  test("a_nurse_reads_and_changes_nothing", async () => {
    const { page } = await signedIn(browser, "nurse");
    expect(await page.locator(".role").innerText()).toBe("护士");
    await openByCode(page, back);
    await page.click(".line >> nth=0");
    expect(await page.locator("button:has-text('全部确认'), .dock button, .decision button").count()).toBe(0);
    await page.keyboard.press("x");
    expect(await page.locator(".line.struck").count()).toBe(0);
    await isAccessible(page, "record of a nurse");
    await page.context().close();
  });
});

test("the_desk_takes_and_ends_with_a_note", async () => {
  const { page } = await signedIn(browser, "nurse", "/doctor#desk");
  await says(page, ".live", "实时");
  const visit = await makeVisit("脖子痛,手发麻", {}, { age: 71 }, 3);
  await callPerson(visit);
  const row = page.locator(".desk li", { hasText: visit.code });
  await row.waitFor();
  expect(await row.innerText()).toContain("等人");
  await isAccessible(page, "desk");
  await row.locator("button:has-text('接待')").click();
  await page.waitForSelector("dialog textarea");
  await isAccessible(page, "desk note");
  await page.keyboard.type("在3号窗口");
  await page.click("button:has-text('我来接待')");
  await page.waitForFunction((code) => [...document.querySelectorAll(".desk li")].some((one) => one.textContent?.includes(code) && one.textContent.includes("有人接待")), visit.code);
  await row.locator("button:has-text('办完')").click();
  await page.click("button:has-text('办完了')");
  await says(page, "main [role=status].told", `${visit.code} 已办完`);
  await row.waitFor({ state: "detached" });
  await keepsNothing(page);
  await page.context().close();
});

test("a_code_signs_in_once", async () => {
  const member = addMember("doctor");
  const code = codeOf(member);
  for (const good of [true, false]) {
    const page = await open(await browser.newContext(DESK), "/doctor");
    await fillSignIn(page, member, code);
    await page.waitForSelector(good ? ".bar" : "[role=alert]");
    await page.context().close();
  }
});
