// A real server for the browser tests, once for all files.
// JIWEN_URL: one that runs already, with its data in JIWEN_DATA. Else JIWEN_BIN, or the program that cargo built,
// with data of its own.
// A program that does not hold the screens gets them from `vite preview`, with the same policy; so does every one
// with JIWEN_PAGES=dist, to test what was just built here.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { preview, type PreviewServer } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    origin: string;
    /** The server's own data folder and program: accounts of staff are made with them. */
    data: string;
    program: string;
  }
}

const web = resolve(import.meta.dirname, "../..");

function program(): string {
  const target = process.env["CARGO_TARGET_DIR"] ?? resolve(web, "../../target");
  const places = [process.env["JIWEN_BIN"], join(target, "release/jiwen"), join(target, "debug/jiwen")];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error(`no server program: build one (make build), or name one in JIWEN_BIN; looked in ${places.join(", ")}`);
  return found;
}

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });

async function answers(url: string, seconds: number): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (await fetch(`${url}/readyz`).then((response) => response.ok, () => false)) return;
    await new Promise((later) => setTimeout(later, 200));
  }
  throw new Error(`${url} did not become ready in ${seconds} s`);
}

const holdsScreens = async (url: string): Promise<boolean> => {
  const response = await fetch(`${url}/patient`).catch(() => null);
  return Boolean(response?.ok && response.headers.get("content-type")?.includes("html"));
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let child: ChildProcess | undefined;
  let pages: PreviewServer | undefined;
  const own = mkdtempSync(join(tmpdir(), "jiwen-web-test-"));
  let url = process.env["JIWEN_URL"];
  if (!url) {
    url = `http://127.0.0.1:${await freePort()}`;
    child = spawn(program(), ["serve", "--listen", url.slice(7), "--data", own], {
      env: { ...process.env, JIWEN__RATE__ENABLED: "false", JIWEN__LOG__FILTER: "error" },
      stdio: ["ignore", "ignore", "inherit"],
      cwd: resolve(web, "../.."),
    });
  }
  await answers(url, 180);
  let origin = url;
  if (process.env["JIWEN_PAGES"] === "dist" || !(await holdsScreens(url))) {
    process.env["JIWEN"] = url;
    pages = await preview({ root: web, preview: { port: await freePort(), host: "127.0.0.1" }, logLevel: "error" });
    origin = pages.resolvedUrls?.local[0]?.replace(/\/$/, "") ?? "";
  }
  project.provide("origin", origin);
  project.provide("data", process.env["JIWEN_DATA"] ?? own);
  project.provide("program", program());
  return async () => {
    await pages?.close();
    child?.kill();
    rmSync(own, { recursive: true, force: true });
  };
}
