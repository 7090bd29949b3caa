// What the screens say of the hospital; asked once a page.
import { call } from "./client";
import type { SiteInfo } from "./types";

let asked: Promise<SiteInfo | null> | undefined;

/** The hospital, or null when the server cannot be reached now. */
export function site(): Promise<SiteInfo | null> {
  asked ??= call("get", "/v1/site", undefined).catch(() => {
    asked = undefined;
    return null;
  });
  return asked;
}
