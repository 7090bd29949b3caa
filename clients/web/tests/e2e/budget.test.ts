// How soon a phone on a poor network shows the first page. Slow 4G as in Lighthouse: 1.6 Mbit/s down,
// 750 kbit/s up, 150 ms there and back; nothing cached. The best of three: what else the machine under
// test is busy with is not the page's.
import { expect, test } from "vitest";
import { launch, origin, PHONE } from "../support/browser.ts";

const NETWORK = { offline: false, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (750e3 / 8) * 0.9, latency: 150 };
const MOST_BYTES = 150_000;
const FIRST_PAINT_MS = 1000;

test("the_first_page_is_small_and_soon", async () => {
  const browser = await launch();
  const runs: { bytes: number; paint: number; ready: number }[] = [];
  for (let run = 0; run < 3; run++) {
    const context = await browser.newContext(PHONE);
    const page = await context.newPage();
    const tools = await context.newCDPSession(page);
    await tools.send("Network.enable");
    await tools.send("Network.emulateNetworkConditions", NETWORK);
    let bytes = 0;
    tools.on("Network.loadingFinished", (event) => void (bytes += event.encodedDataLength));
    await page.goto(`${origin()}/patient`);
    await page.waitForSelector(".begin h1");
    const ready = await page.evaluate(() => performance.now());
    await page.waitForLoadState("networkidle");
    const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Infinity);
    runs.push({ bytes, paint: Math.round(paint), ready: Math.round(ready) });
    await context.close();
  }
  await browser.close();
  const best = runs.reduce((one, other) => (other.paint < one.paint ? other : one));
  console.info(`patient page, cold, slow 4G: ${(best.bytes / 1000).toFixed(1)} kB on the wire, first contentful paint ${best.paint} ms, usable ${best.ready} ms (of ${JSON.stringify(runs)})`);
  expect(Math.max(...runs.map((run) => run.bytes))).toBeLessThanOrEqual(MOST_BYTES);
  expect(best.paint).toBeLessThanOrEqual(FIRST_PAINT_MS);
});
