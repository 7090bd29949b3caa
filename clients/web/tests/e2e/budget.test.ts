// How soon an old phone on a poor network shows the first page. Slow 4G as in Lighthouse: 1.6 Mbit/s
// down, 750 kbit/s up, 150 ms there and back; the processor four times slower; nothing cached.
import { expect, test } from "vitest";
import { launch, origin, PHONE } from "../support/browser.ts";

const NETWORK = { offline: false, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (750e3 / 8) * 0.9, latency: 150 };
const MOST_BYTES = 150_000;
const FIRST_PAINT_MS = 1000;

test("the_first_page_is_small_and_soon", async () => {
  const browser = await launch();
  const page = await (await browser.newContext(PHONE)).newPage();
  const tools = await page.context().newCDPSession(page);
  await tools.send("Network.enable");
  await tools.send("Network.emulateNetworkConditions", NETWORK);
  await tools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  let bytes = 0;
  tools.on("Network.loadingFinished", (event) => void (bytes += event.encodedDataLength));
  await page.goto(`${origin()}/patient`);
  await page.waitForSelector(".begin h1");
  await page.waitForLoadState("networkidle");
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Infinity);
  const usable = await page.evaluate(() => performance.now());
  console.info(`patient page, cold, slow 4G, processor ÷4: ${(bytes / 1000).toFixed(1)} kB on the wire, first contentful paint ${Math.round(paint)} ms, all there ${Math.round(usable)} ms`);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  expect(paint).toBeLessThanOrEqual(FIRST_PAINT_MS);
  await browser.close();
});
