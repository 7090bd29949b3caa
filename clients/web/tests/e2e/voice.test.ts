// Voice at the kiosk and on the phone. First the protocol: a partner in this file speaks the server's
// side word by word, with Chromium's own fake microphone, so that barge-in, confirmation and failures
// come when we want them. Then, where the server under test has a recogniser, a spoken answer for real.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAccessible, isQuiet, KIOSK_TALL, launch, open, origin, PHONE } from "../support/browser.ts";
import { isReadable, KIOSK } from "../support/looks.ts";
import { begin, NOTHING } from "../support/visit.ts";

const FAKE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required"];

let browser: Browser;
beforeAll(async () => void (browser = await launch(...FAKE)));
afterAll(() => browser.close());

/** What the page sent, and the way to answer it. */
interface Partner {
  said: Record<string, unknown>[];
  frames: number[];
  url: string;
  send(message: object): void;
  sound(wav: Buffer): void;
}

async function listen(page: Page, reply: () => object): Promise<Partner> {
  let socket: WebSocketRoute | undefined;
  const partner: Partner = {
    said: [], frames: [], url: "",
    send: (message) => socket?.send(JSON.stringify(message)),
    sound: (wav) => socket?.send(wav),
  };
  await page.routeWebSocket(/\/voice$/, (route) => {
    socket = route;
    partner.url = route.url();
    route.onMessage((data) => {
      if (typeof data !== "string") return void partner.frames.push(data.byteLength);
      const message = JSON.parse(data) as Record<string, unknown>;
      partner.said.push(message);
      if (message["type"] === "start" && message["token"]) partner.send({ type: "ready", voice: true, speaker: true, limit_seconds: 600, reply: reply(), turn: 0 });
    });
  });
  return partner;
}

const QUESTION = { text: "您哪里最不舒服?慢慢说。", question: { id: "Q-CC", slot: "chief_complaint", options: [], multiple: false, free_text: true }, alert: null, done: false };
const SIDE = { text: "是左边、右边,还是两边都有?", question: { id: "Q-SIDE", slot: "side", options: [{ id: "left", label: "左" }, { id: "right", label: "右" }], multiple: false, free_text: true }, alert: null, done: false };
const assessment = { red_flags: [], urgency: "routine", departments: [{ name: "脊柱外科", score: 1, because: "" }], route: { id: "conservative", because: [], missing: [] } };
const turn = (number: number, reply: object): object => ({ type: "turn", turn: number, reply, findings: [], assessment });

/** A second and a half of a tone, as a WAV file of 16-bit mono. */
function wav(seconds = 1.5, rate = 16_000): Buffer {
  const samples = Math.round(seconds * rate);
  const file = Buffer.alloc(44 + samples * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at++) file.writeInt16LE(Math.round(Math.sin(at / 6) * 8000), 44 + at * 2);
  return file;
}

const until = async (what: () => boolean | Promise<boolean>, why: string, seconds = 30): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (await what()) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(why);
};

async function kiosk(size: BrowserContextOptions, prepare?: (page: Page) => Promise<void>): Promise<{ page: Page; partner: Partner }> {
  const context = await browser.newContext({ ...size, permissions: ["microphone"] });
  const page = await context.newPage();
  await prepare?.(page);
  const partner = await listen(page, () => QUESTION);
  await page.goto(`${origin()}/kiosk`);
  await toTalk(page);
  await page.waitForSelector(".ear.on");
  return { page, partner };
}

test("a_spoken_visit_at_the_kiosk", async () => {
  const { page, partner } = await kiosk(KIOSK_TALL);
  const { said, frames } = partner;
  expect(partner.url, "the token is not in the address").not.toContain("token");
  expect(said[0]).toMatchObject({ type: "start", mode: "auto", audio: true });
  expect(String(said[0]!["token"]).length).toBeGreaterThan(10);

  // 100 ms frames of 16 kHz PCM, for as long as the ears are open.
  await until(() => frames.length >= 10, "no sound came");
  expect(new Set(frames)).toEqual(new Set([3200]));

  // Captions of what is spoken; the machine reports what was heard of it.
  partner.send({ type: "speak", id: 7, text: QUESTION.text, audio: true, voice: "recorded", repeat: false });
  partner.sound(wav(30));
  await page.waitForSelector(".captions.ours");
  expect(await page.locator(".captions").innerText()).toContain(QUESTION.text);
  await until(() => said.some((one) => one["type"] === "playback" && one["state"] === "started" && one["id"] === 7), "no playback started");
  await isAccessible(page, "speaking");
  await isReadable(page, "speaking", KIOSK);

  // Barge-in: silence at once, and how much was heard.
  partner.send({ type: "speech_started", ms: 900 });
  await until(() => said.some((one) => one["state"] === "stopped"), "the playback goes on");
  expect(said.find((one) => one["state"] === "stopped")).toMatchObject({ type: "playback", id: 7 });
  expect(Number(said.find((one) => one["state"] === "stopped")!["played_ms"])).toBeGreaterThan(0);
  partner.send({ type: "partial", text: "腰间" });
  await page.waitForSelector(".captions.mine:has-text('腰间')");
  partner.send({ type: "speech_ended" });

  // Unsure: two huge buttons; nothing counts before.
  partner.send({ type: "confirm", text: "您是说“腰间盘突出,右腿麻”,对吗?", understood: "腰间盘突出,右腿麻", options: [{ id: "yes", label: "对" }, { id: "no", label: "不对" }] });
  await page.waitForSelector("[role=alertdialog]");
  await page.waitForTimeout(250);
  await isAccessible(page, "confirm");
  await isReadable(page, "confirm", KIOSK);
  for (const label of ["对", "不对"]) {
    const box = (await page.locator(`[role=alertdialog] button:text-is('${label}')`).boundingBox())!;
    expect(Math.min(box.width, box.height)).toBeGreaterThan(150);
  }
  await page.click("[role=alertdialog] button:text-is('对')");
  await until(() => said.some((one) => one["type"] === "text" && JSON.stringify(one["choices"]) === '["yes"]'), "no answer to the confirmation");
  partner.send(turn(1, SIDE));
  await page.waitForSelector(`.question h1:text-is('${SIDE.text}')`);
  expect(await page.locator(".before").innerText()).toContain("腰间盘突出,右腿麻");

  // Silence is no failure: a word below, nothing over the answers.
  partner.send({ type: "fallback", reason: "silence", text: "没听到声音,用手点也行。" });
  await page.waitForSelector(".captions >> text=没听到声音");
  expect(await page.locator("[role=dialog]").count()).toBe(0);

  // Two failures: large buttons instead.
  partner.send({ type: "fallback", reason: "not_understood", text: "没听清。请点一个,或再说一次。" });
  await page.waitForSelector("[role=dialog] >> text=没听清。请点一个");
  await page.waitForTimeout(250);
  await isAccessible(page, "fallback");
  await isReadable(page, "fallback", KIOSK);
  for (const way of ["再说一次", "打字", "叫人", "左", "右"]) expect(await page.locator(`[role=dialog] button:has-text('${way}')`).count(), way).toBeGreaterThan(0);

  // A tap goes the same way as the voice.
  await page.click("[role=dialog] .option:text-is('右')");
  await until(() => said.some((one) => JSON.stringify(one["choices"]) === '["right"]'), "the tap was not sent");
  partner.send(turn(2, { text: "请现在就去急诊。", question: null, alert: { urgency: "immediate", text: "请现在就去急诊。" }, done: true }));
  await page.waitForSelector(".veil.full");
  await page.click("button:has-text('我知道了')");
  await until(() => said.some((one) => one["type"] === "acknowledge"), "the server does not know that it was seen");

  // Over: the ears are closed.
  await page.waitForSelector(".finish");
  const heard = frames.length;
  await page.waitForTimeout(500);
  expect(frames.length - heard).toBeLessThanOrEqual(1);
  isQuiet(page);
  await page.context().close();
});

test("slow_and_loud_and_once_more", async () => {
  const { page, partner } = await kiosk(KIOSK_TALL);
  partner.send({ type: "speak", id: 3, text: QUESTION.text, audio: true, voice: "recorded", repeat: false });
  partner.sound(wav(0.6));
  const ends = (): Record<string, unknown>[] => partner.said.filter((one) => one["state"] === "ended");
  await until(() => ends().length === 1, "the playback does not end");
  await page.click("button:has-text('慢一点')");
  await until(() => ends().length === 2, "the slow one does not end");
  expect(Number(ends()[1]!["played_ms"])).toBeGreaterThan(Number(ends()[0]!["played_ms"]) * 1.15);
  expect(partner.said.some((one) => one["type"] === "start" && one["end_silence_ms"] === 1400), "slow speakers are waited for").toBe(true);
  await page.click("button:has-text('大声点')");
  await until(() => ends().length === 3, "the loud one does not end");
  expect(await page.locator("button:has-text('大声点')").getAttribute("aria-pressed")).toBe("true");
  await page.click("button:has-text('再说一遍')");
  await until(() => ends().length === 4, "it is not said once more");
  await page.context().close();
});

test("what_the_machine_says_again_by_itself_does_not_keep_a_visit_open", async () => {
  const { page, partner } = await kiosk(KIOSK_TALL, (fresh) => fresh.clock.install());
  const ends = (): number => partner.said.filter((one) => one["state"] === "ended").length;
  const say = async (id: number, repeat: boolean): Promise<void> => {
    const before = ends();
    partner.send({ type: "speak", id, text: QUESTION.text, audio: true, voice: "recorded", repeat });
    partner.sound(wav(0.3));
    await until(() => ends() > before, "the playback does not end");
  };
  await page.clock.fastForward(50_000);
  await say(1, false);
  await page.clock.fastForward(50_000);
  expect(await page.locator("text=您还在吗?").count(), "the time counts from what was said").toBe(0);
  await say(2, true);
  await page.clock.fastForward(15_000);
  await page.waitForSelector("text=您还在吗?");
  await page.context().close();
});

test("when_the_voice_connection_breaks_the_visit_goes_on_by_touch_and_counts_once", async () => {
  const context = await browser.newContext({ ...KIOSK_TALL, permissions: ["microphone"] });
  const page = await context.newPage();
  const partner = await listen(page, () => QUESTION);
  await page.goto(`${origin()}/kiosk`);
  await toTalk(page);
  await page.waitForSelector(".ear.on");
  const turns: string[] = [];
  page.on("request", (request) => void (request.url().endsWith("/turns") && turns.push(request.postData() ?? "")));
  await page.click("button:has-text('打字')");
  await page.fill(".sheet textarea", "右膝盖疼半年了");
  await page.click("button:has-text('说完了')");
  // The partner hears it, says nothing and fails.
  await until(() => partner.said.some((one) => one["text"] === "右膝盖疼半年了"), "nothing was sent");
  partner.send({ type: "error", code: "turn_failed", title: "没记下", detail: "没记下,请再说一次。" });
  await page.waitForSelector(".before:has-text('右膝盖疼半年了')");
  expect(turns).toEqual([JSON.stringify({ text: "右膝盖疼半年了" })]);
  await context.close();
});

test("hold_to_talk_on_the_phone", async () => {
  const context = await browser.newContext({ ...PHONE, permissions: ["microphone"] });
  const page = await context.newPage();
  const partner = await listen(page, () => QUESTION);
  await page.goto(`${origin()}/patient`);
  await begin(page);
  const talk = page.locator("button[aria-label^='说话']");
  await talk.dispatchEvent("pointerdown");
  await page.waitForSelector(".listening >> text=正在听");
  await until(() => partner.frames.length >= 8, "no sound came");
  expect(partner.said[0]).toMatchObject({ type: "start", mode: "push" });
  partner.send({ type: "partial", text: "腰疼" });
  await page.waitForSelector(".listening >> text=腰疼");
  await page.waitForTimeout(700);
  await talk.dispatchEvent("pointerup");
  await until(() => partner.said.some((one) => one["type"] === "stop"), "letting go does not end");
  partner.send({ type: "final", text: "腰疼三个月", heard: "腰疼三个月", confidence: 0.93, repairs: [] });
  partner.send(turn(1, SIDE));
  await page.waitForSelector(`.ask h1:text-is('${SIDE.text}')`);
  expect(await page.locator(".log .you").innerText()).toBe("腰疼三个月");
  await context.close();
});

test("without_a_voice_on_the_server_the_phone_says_so", async () => {
  const context = await browser.newContext({ ...PHONE, permissions: ["microphone"] });
  const page = await context.newPage();
  await page.routeWebSocket(/\/voice$/, (route) => void route.close());
  await page.goto(`${origin()}/patient`);
  await begin(page);
  await page.locator("button[aria-label^='说话']").click();
  await page.waitForSelector(".composer [role=alert]");
  expect(await page.locator(".composer [role=alert]").innerText()).toContain("请打字或点选");
  await context.close();
});

/** Why nothing can be heard for real; null when it can. */
async function deaf(): Promise<string | null> {
  if (!(await serverHears())) return "the server under test has no recogniser (ready.voice is false); `jiwen models fetch` brings its weights";
  return sayWithEspeak(COMPLAINT) === null ? "nothing to say it with: install espeak-ng" : null;
}

test("a_spoken_answer_is_heard_by_the_server", async (context) => {
  const why = await deaf();
  if (why) {
    console.warn(`SKIPPED a spoken answer: ${why}`);
    return context.skip(why);
  }
  // Chromium's own fake microphone says it again and again; silence lets an utterance end.
  const real = await launch(...FAKE, `--use-file-for-fake-audio-capture=${sayWithEspeak(UNSURE, 3)}`);
  const page = await open(await real.newContext({ ...KIOSK_TALL, permissions: ["microphone"] }), "/kiosk");
  await toTalk(page);
  await page.waitForSelector(".ear.on");
  // A robot's voice on a busy machine is not always heard right: what was misheard is refused, and it is said again.
  const heard = page.locator(`.before:has-text('${UNSURE.text}')`);
  const back = page.locator("[role=alertdialog]");
  const buttons = page.locator("[role=dialog] button:has-text('再说一次')");
  const isHeard = async (): Promise<boolean> => {
    if (await heard.count()) return true;
    const gone = (): undefined => undefined;
    if (await back.count()) {
      const good = letters(await back.innerText({ timeout: 1_000 }).catch(() => "")).includes(letters(UNSURE.text));
      await back.locator(`button:text-is('${good ? "对" : "不对"}')`).click({ timeout: 1_000 }).catch(gone);
    } else if (await buttons.count()) await buttons.click({ timeout: 1_000 }).catch(gone);
    return false;
  };
  await until(isHeard, "what is said is not heard", 240);
  isQuiet(page);
  await real.close();
});

test("a_whole_visit_with_the_recogniser_never_takes_what_was_not_said", async (context) => {
  const why = await deaf();
  if (why) {
    console.warn(`SKIPPED a visit with the recogniser: ${why}`);
    return context.skip(why);
  }
  const page = await (await browser.newContext({ ...KIOSK_TALL, permissions: ["microphone"] })).newPage();
  page.setDefaultTimeout(60_000);
  await page.addInitScript(mouth);
  const heard: { type: string; text?: string; understood?: string }[] = [];
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => void (typeof payload === "string" && heard.push(JSON.parse(payload) as (typeof heard)[number]))));
  const opened = page.waitForResponse((response) => response.url().endsWith("/v1/sessions"));
  await page.goto(`${origin()}/kiosk`);
  await toTalk(page);
  await page.waitForSelector(".ear.on");
  const { session_id: id, token } = (await (await opened).json()) as { session_id: string; token: string };

  const result = page.locator(".finish");
  const turns = (): number => heard.filter((one) => one.type === "turn").length;
  let accepted = 0;
  let spoken = 0;
  let confirmed = 0;
  let fallbacks = 0;
  /** An answer was taken by voice. */
  let counted = false;
  for (let question = 0; question < 60 && !(await result.count()); question++) {
    const before = turns();
    // The first questions are answered aloud, and more until one was understood: a robot's voice is no patient's, and a
    // machine that does much else loses some of it. Each is said once more at most.
    const said = question === 0 ? COMPLAINT : UNSURE;
    for (let times = 0; times < 2 && (question < 3 || (!counted && question < 8)) && turns() === before; times++) {
      await until(async () => !(await page.locator(".captions.ours").count()), "the machine does not stop speaking", 120);
      const from = heard.length;
      await page.evaluate((sound) => (globalThis as unknown as Mouth).say(sound), sound(said));
      spoken++;
      await until(() => heard.slice(from).some((one) => ["turn", "confirm", "fallback", "speak"].includes(one.type)), `no answer to ${said.text}`, 120);
      const asked = heard.slice(from).find((one) => one.type === "confirm");
      if (!asked) continue;
      const good = letters(asked.understood) === letters(said.text);
      confirmed++;
      await page.click(`[role=alertdialog] button:text-is('${good ? "对" : "不对"}')`);
      if (good) {
        accepted++;
        await until(() => turns() > before, "what was confirmed is not taken", 60);
      }
    }
    counted ||= turns() > before && question > 0;
    if (turns() === before) {
      // Not understood: by touch, as the screen offers it.
      if (await page.locator("[role=dialog]").count()) {
        fallbacks++;
        await page.click("[role=dialog] button:has-text('再说一次')");
      }
      await touch(page, question === 0);
      await until(() => turns() > before, "the tap is not taken", 60);
    }
    await page.waitForSelector(".answers > :not(.sent), .finish");
    if (await page.locator(".veil.full").count()) await page.click("button:has-text('我知道了')");
  }
  await result.waitFor();
  const held = await page.evaluate(async ([visit, key]) => (await (await fetch(`/v1/sessions/${visit}`, { headers: { Authorization: `Bearer ${key}` } })).json()) as { turns: { text?: string }[] }, [id, token]);
  console.info(`a visit with the recogniser: ${spoken} utterances, ${confirmed} said back, ${accepted} accepted, ${fallbacks} times buttons, ${held.turns.length} turns`);
  expect(heard.filter((one) => one.type === "speech_started").length).toBeGreaterThanOrEqual(Math.min(spoken, 2));
  expect(held.turns.length).toBe(turns());
  const words = held.turns.flatMap((turn) => (turn.text ? [letters(turn.text)] : []));
  expect(words, "an answer by voice counts").toContain(letters(UNSURE.text));
  expect(new Set(words), "nothing else counts").toEqual(new Set([letters(COMPLAINT.text), letters(UNSURE.text)]));
  expect(await result.innerText()).toContain("建议挂");
  await page.context().close();
}, 900_000);

interface Said {
  text: string;
  /** For espeak-ng, whose Chinese reads characters as letters and numbers. */
  pinyin: string;
}

const COMPLAINT: Said = { text: "我腰疼,已经三个月了", pinyin: "wo3 yao1 teng2, yi3 jing1 san1 ge4 yue4 le5" };
/** What the recogniser understands even of a robot. */
const UNSURE: Said = { text: "我也不清楚", pinyin: "wo3 ye3 bu4 qing1 chu3" };

/** Without commas and stops: nobody says them. */
const letters = (text = ""): string => text.replace(/[^\u4e00-\u9fff]/g, "");

interface Mouth {
  say(wav: string): Promise<void>;
}

/** Runs in the page: a microphone that hears what `say` plays, whenever it plays it. */
function mouth(): void {
  const context = new AudioContext();
  const ear = context.createMediaStreamDestination();
  navigator.mediaDevices.getUserMedia = () => Promise.resolve(ear.stream.clone());
  (globalThis as unknown as Mouth).say = async (wav) => {
    await context.resume();
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(Uint8Array.from(atob(wav), (letter) => letter.charCodeAt(0)).buffer);
    source.connect(ear);
    source.start();
    await new Promise((done) => (source.onended = done));
  };
}

/** Answers the open question of the kiosk by touch; the first one in typed words. */
async function touch(page: Page, first: boolean): Promise<void> {
  if (first) {
    await page.click("button:has-text('打字')");
    await page.fill(".sheet textarea", COMPLAINT.text);
    return page.click("button:has-text('说完了')");
  }
  if (await page.locator(".pain").count()) {
    await page.click(".faces button >> nth=2");
    return page.click("button:has-text('就是')");
  }
  const several = (await page.locator(".answers .option.box").count()) > 0;
  const calm = page.locator(".answers .option").filter({ hasText: NOTHING });
  await ((await calm.count()) ? calm.first() : page.locator(".answers .option").last()).click();
  if (several) await page.click(".answers > .button.main");
}

/** From rest to the first question, telling nothing of oneself. */
async function toTalk(page: Page): Promise<void> {
  await page.click("button:has-text('按这里开始')");
  await page.click("button:has-text('我自己')");
  await page.click("button:has-text('不想说')");
  await page.click(".pad button:has-text('不想说')");
  await page.click("[role=checkbox] >> nth=0");
  await page.click("button:has-text('开始回答')");
  await page.waitForSelector(".question h1");
}

/** A WAV file with this sentence, before and after it so many seconds of silence; null without espeak-ng. */
function sayWithEspeak({ pinyin }: Said, silence = 0): string | null {
  const file = join(mkdtempSync(join(tmpdir(), "jiwen-speech-")), "said.wav");
  const pause = `<break time="${silence}s"/>`;
  const made = spawnSync("espeak-ng", ["-v", "cmn-latn-pinyin", "-s", "120", "-p", "45", "-w", file, "-m", `<speak>${pause}${pinyin}${pause}</speak>`]);
  return made.status === 0 && existsSync(file) ? file : null;
}

const sound = (said: Said): string => readFileSync(sayWithEspeak(said)!).toString("base64");

/** Opens a visit and asks the voice connection itself. */
async function serverHears(): Promise<boolean> {
  const page = await open(await browser.newContext(), "/");
  const hears = await page.evaluate(async () => {
    const opened = await fetch("/v1/sessions", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ channel: "kiosk", consent: { version: "test", scopes: ["triage"] } }),
    });
    const { session_id: id, token } = (await opened.json()) as { session_id: string; token: string };
    return new Promise<boolean>((done) => {
      const socket = new WebSocket(`${location.origin.replace("http", "ws")}/v1/sessions/${id}/voice`);
      socket.onopen = () => socket.send(JSON.stringify({ type: "start", token, mode: "auto", audio: false }));
      socket.onmessage = (event) => {
        const message = JSON.parse(String(event.data)) as { type: string; voice?: boolean };
        if (message.type !== "ready") return;
        socket.close();
        done(message.voice === true);
      };
      socket.onclose = () => done(false);
      setTimeout(() => done(false), 5000);
    });
  });
  await page.context().close();
  return hears;
}
