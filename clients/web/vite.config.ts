// One project, one page per screen. Every `*.html` beside this file is a page, served without its
// suffix (`/patient`); the start page is `/`. A new screen needs no change here.
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Connect, type Plugin, type ProxyOptions } from "vite";
import { compress } from "./build/compress.ts";
import { traditional } from "./build/traditional.ts";

const here = import.meta.dirname;
const pages = readdirSync(here).filter((name) => name.endsWith(".html"));

/** The server that answers the API while developing: `JIWEN=http://127.0.0.1:8080 npm run dev`. */
const service = process.env["JIWEN"] ?? "http://127.0.0.1:8080";

/** `/patient` → `/patient.html`, as the server does. */
const withoutSuffix: Connect.NextHandleFunction = (request, _response, next) => {
  const [path = "", query] = (request.url ?? "").split("?");
  if (pages.includes(`${path.slice(1)}.html`)) request.url = `${path}.html${query ? `?${query}` : ""}`;
  next();
};

const pageRoutes: Plugin = {
  name: "page-routes",
  configureServer: (server) => void server.middlewares.use(withoutSuffix),
  configurePreviewServer: (server) => void server.middlewares.use(withoutSuffix),
};

/** The head of a stream of events goes on before the first event does. */
const atOnce: NonNullable<ProxyOptions["configure"]> = (proxy) =>
  void proxy.on("proxyRes", (_answer, _request, response) => setImmediate(() => "flushHeaders" in response && response.flushHeaders()));

const proxy = Object.fromEntries(
  ["/v1", "/openapi.json", "/healthz", "/readyz"].map((path) => [path, { target: service, ws: true, configure: atOnce }]),
);

export default defineConfig({
  base: "/",
  appType: "mpa",
  plugins: [pageRoutes, traditional(), compress],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  server: { proxy },
  preview: {
    proxy,
    // What the server sends, so that a page that breaks the policy breaks here too.
    headers: {
      "Content-Security-Policy":
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Android 8's browser, old WeChat, and Chromium on kiosks.
    target: ["es2020", "chrome80", "safari13.1"],
    // The policy allows no data: scripts, and no file is so small that a request hurts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: Object.fromEntries(pages.map((name) => [name.replace(".html", ""), resolve(here, name)])),
    },
  },
});
