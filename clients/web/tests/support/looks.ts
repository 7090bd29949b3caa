// What old eyes and thick fingers need, measured on what is shown: size of text, height of lines,
// size of targets, contrast. Independent of axe.
import type { Page } from "playwright-core";
import { expect } from "vitest";

export interface Needs {
  /** Smallest text, CSS pixels. */
  text: number;
  /** Smallest target, CSS pixels, both ways. */
  target: number;
}

export const PLAIN: Needs = { text: 16, target: 44 };
/** 18 pt and 60 px. */
export const ELDER: Needs = { text: 24, target: 60 };
/** 30 pt. */
export const LARGEST: Needs = { text: 40, target: 60 };
export const KIOSK: Needs = { text: 24, target: 60 };

export async function isReadable(page: Page, view: string, needs: Needs): Promise<void> {
  expect(await measure(page, needs), `${view} at ${needs.text} px`).toEqual([]);
}

export function measure(page: Page, needs: Needs): Promise<string[]> {
  return page.evaluate(({ text, target }) => {
    const faults = new Set<string>();
    const name = (element: Element): string => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} 「${(element.textContent ?? "").trim().slice(0, 12)}」`;
    const shown = (element: Element): boolean => {
      if (element.closest("[inert], .unseen, .slip, noscript")) return false;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return style.visibility !== "hidden" && style.display !== "none" && box.width > 0 && box.height > 0;
    };

    // Luminance and contrast as WCAG defines them.
    type Color = [number, number, number, number];
    const parse = (value: string): Color => {
      const numbers = value.match(/[\d.]+/g)?.map(Number) ?? [];
      return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0, numbers[3] ?? 1];
    };
    const over = (top: Color, below: Color): Color => {
      const mix = (at: 0 | 1 | 2): number => top[at] * top[3] + below[at] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const ground = (element: Element | null): Color => {
      if (!element) return [255, 255, 255, 1];
      const own = parse(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, ground(element.parentElement));
    };
    const luminance = (color: Color): number => {
      const part = (value: number): number => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * part(color[0]) + 0.7152 * part(color[1]) + 0.0722 * part(color[2]);
    };
    const contrast = (one: Color, other: Color): number => {
      const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
      return (light + 0.05) / (dark + 0.05);
    };

    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!element || !node.textContent?.trim() || !shown(element)) continue;
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      if (size < text) faults.add(`text of ${size} px: ${name(element)}`);
      const line = parseFloat(style.lineHeight) / size;
      if (line < 1.295) faults.add(`lines of ${line.toFixed(2)}: ${name(element)}`);
      const behind = ground(element);
      const ratio = contrast(over(parse(style.color), behind), behind);
      const needed = size >= 24 ? 3 : 4.5;
      if (ratio < needed) faults.add(`contrast of ${ratio.toFixed(2)}: ${name(element)}`);
    }
    for (const element of document.querySelectorAll("button, a[href], input, textarea, summary")) {
      if (!shown(element)) continue;
      // A link within a sentence is as high as its line; a tick stands in its label, which is tapped.
      if (element.tagName === "A" && getComputedStyle(element).display === "inline") continue;
      const box = (element.closest("label") ?? element).getBoundingClientRect();
      if (box.width < target - 0.5 || box.height < target - 0.5) faults.add(`target of ${Math.round(box.width)}×${Math.round(box.height)}: ${name(element)} ${element.getAttribute("aria-label") ?? ""}`);
    }
    const wide = document.scrollingElement?.scrollWidth ?? 0;
    // A telephone makes its view as wide as what does not fit, and everything fixed with it: the screen is what counts.
    const most = Math.min(innerWidth, screen.width);
    if (wide > most + 1) faults.add(`wider than the screen: ${wide} > ${most}`);
    return [...faults];
  }, needs);
}
