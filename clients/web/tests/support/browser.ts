// Debian's Chromium, and what the browser tests share.
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { expect, inject } from "vitest";

export const origin = (): string => inject("origin");

export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
export const KIOSK_TALL: BrowserContextOptions = { viewport: { width: 1080, height: 1920 }, hasTouch: true };
export const KIOSK_WIDE: BrowserContextOptions = { viewport: { width: 1920, height: 1080 }, hasTouch: true };

export function launch(...more: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more,
    ],
  });
}

/** A page that fails its test when it errs, or when it asks anybody but our own server. */
export async function open(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  // A machine that builds something else at the same time is slow, not wrong.
  page.setDefaultTimeout(60_000);
  watch(page);
  await page.goto(origin() + path);
  return page;
}

const faults = new WeakMap<Page, string[]>();

function watch(page: Page): void {
  const seen: string[] = [];
  faults.set(page, seen);
  page.on("pageerror", (error) => seen.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A refused call is logged by the browser itself; the tests look at what the screen says of it.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) seen.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin()) && !/^(blob|data|about):/.test(url)) seen.push(`asked elsewhere: ${url}`);
  });
}

/** Nothing went wrong that nobody saw. */
export function isQuiet(page: Page): void {
  expect(faults.get(page) ?? []).toEqual([]);
}

/** axe finds nothing (WCAG 2.2 AA). */
export async function isAccessible(page: Page, view: string): Promise<void> {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  const faults = found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`));
  expect(faults, view).toEqual([]);
}
