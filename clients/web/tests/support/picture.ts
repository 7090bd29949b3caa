// A picture of a screen for docs/screens/.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";

const folder = resolve(import.meta.dirname, "../../../../docs/screens");

/** The screen as it is, as WebP `width` pixels wide. */
export async function shoot(browser: Browser, page: Page, name: string, width: number): Promise<void> {
  await page.waitForTimeout(500);
  const png = await page.screenshot({ animations: "disabled" });
  // The browser itself writes WebP: no further tool is needed.
  const helper = await browser.newPage();
  const webp = await helper.evaluate(async ({ data, to }) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${data}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = to;
    canvas.height = Math.round((picture.height * to) / picture.width);
    const context = canvas.getContext("2d")!;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/webp", 0.62).split(",")[1]!;
  }, { data: png.toString("base64"), to: width });
  await helper.close();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.webp`);
  writeFileSync(file, Buffer.from(webp, "base64"));
  console.info(`${name}: ${Math.round(statSync(file).size / 1000)} kB`);
}
