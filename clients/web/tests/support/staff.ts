// Members of staff made beside the running server, signed in as they would be; and visits made over
// the API, for screens that only read them.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { inject } from "vitest";
import { open, origin } from "./browser.ts";

export type Role = "doctor" | "nurse" | "editor" | "admin" | "auditor";

export interface Member {
  name: string;
  password: string;
  display: string;
}

/** The smallest screen that a consulting room has. */
export const DESK: BrowserContextOptions = { viewport: { width: 1366, height: 768 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" };

const root = resolve(import.meta.dirname, "../../../..");
const staff = (...words: string[]): string =>
  execFileSync(inject("program"), ["staff", ...words, "--data", inject("data")], { encoding: "utf8", cwd: root, env: { ...process.env, JIWEN__LOG__FILTER: "error" } });

let made = 0;

export function addMember(role: Role, display = role === "doctor" ? "王医生" : role === "nurse" ? "赵护士" : "同事"): Member {
  const name = `${role}-${process.pid}-${Date.now() % 100_000}-${++made}`;
  const printed = staff("add", name, "--role", role, "--display-name", display);
  const password = /^password\s+(\S+)/m.exec(printed)?.[1];
  if (!password) throw new Error(`no password in: ${printed}`);
  return { name, password, display };
}

/** The code of this half minute; each signs in once. */
export const codeOf = (member: Member): string => /\d{6}/.exec(staff("code", member.name))?.[0] ?? "";

export async function fillSignIn(page: Page, member: Member, code = codeOf(member)): Promise<void> {
  await page.fill("[name=name]", member.name);
  await page.fill("[name=password]", member.password);
  await page.fill("[name=code]", code);
  await page.click("button:has-text('登录')");
}

/** A page of somebody who has just signed in. */
export async function signedIn(browser: Browser, role: Role, path = "/doctor", display?: string): Promise<{ page: Page; member: Member }> {
  const member = addMember(role, display);
  const page = await open(await browser.newContext(DESK), path);
  await page.waitForSelector(".sign-in");
  await fillSignIn(page, member);
  await page.waitForSelector(".bar");
  return { page, member };
}

interface Answer {
  reply: { done: boolean; question: { slot: string; options: { id: string; label: string }[] } | null };
}

export interface Visit {
  id: string;
  code: string;
  token: string;
  turn(body: { text: string } | { choices: string[] }): Promise<Answer>;
}

async function post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(origin() + path, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json", ...headers }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

export interface Patient {
  age?: number;
  sex?: "male" | "female";
  scopes?: string[];
}

export async function openVisit({ age = 62, sex = "female", scopes = ["triage", "record", "improvement"] }: Patient = {}): Promise<Visit> {
  const opened = await post<{ session_id: string; code: string; token: string }>("/v1/sessions", { channel: "web", for_self: true, patient: { age, sex }, consent: { version: "2026-11", scopes } });
  const { session_id: id, code, token } = opened;
  return { id, code, token, turn: (body) => post(`/v1/sessions/${id}/turns`, body, { Authorization: `Bearer ${token}`, "Idempotency-Key": randomUUID() }) };
}

/** Options that say that nothing is wrong. */
const NOTHING = /^(都?没有|都?不|一样|能$|没吃)/;

/** A visit to its end: facts by slot, else that nothing is wrong. `most`: stops after so many turns. */
export async function makeVisit(opening: string, facts: Record<string, string> = {}, patient: Patient = {}, most = 60): Promise<Visit> {
  const visit = await openVisit(patient);
  let answer = await visit.turn({ text: opening });
  for (let turn = 1; turn < most && !answer.reply.done && answer.reply.question; turn++) {
    const { slot, options } = answer.reply.question;
    const fact = facts[slot];
    const nothing = options.find((option) => NOTHING.test(option.label));
    answer = await visit.turn(fact ? { text: fact } : nothing ? { choices: [nothing.id] } : { text: "不太清楚" });
  }
  return visit;
}

export async function callPerson(visit: Visit, reason = "听不明白"): Promise<void> {
  await post(`/v1/sessions/${visit.id}/handover`, { reason }, { Authorization: `Bearer ${visit.token}` });
}

/** An old back with a leg: what most visits look like. */
export const BACK = "腰杆疼了三个多月,右腿外侧麻到小脚趾,坐久了更疼";
export const BACK_FACTS: Record<string, string> = {
  severity: "6分", trauma: "没有摔过", prior_imaging: "上个月照过核磁,说是腰椎间盘突出", prior_treatment: "吃过布洛芬,做过理疗,没啥用",
  medication: "吃降压药", anticoagulant: "没吃抗凝药", allergy: "青霉素过敏", comorbidity: "有高血压", occupation: "种地的", goal: "想晓得要不要开刀",
};

/** Opens a visit from the list by its code. */
export async function openByCode(page: Page, visit: Visit): Promise<void> {
  await page.click(".filters button:has-text('全部')");
  await page.fill(".search input", visit.code);
  await page.waitForFunction(() => document.querySelectorAll(".worklist tbody tr").length === 1);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".sections");
}
