// `vite preview` hands text out compressed, as the server does, so that what the tests weigh is what is sent.
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

export const compress: Plugin = {
  name: "compress",
  configurePreviewServer(server) {
    const folder = join(server.config.root, server.config.build.outDir);
    server.middlewares.use((request, response, next) => {
      const path = (request.url ?? "").split("?")[0] ?? "";
      const file = join(folder, path === "/" ? "index.html" : path);
      const type = TYPES[extname(file)];
      if (!type || path.includes("..") || !String(request.headers["accept-encoding"]).includes("gzip") || !existsSync(file)) return next();
      for (const [name, value] of Object.entries(server.config.preview.headers)) if (value !== undefined) response.setHeader(name, value);
      response.setHeader("Content-Type", type);
      response.setHeader("Content-Encoding", "gzip");
      response.end(gzipSync(readFileSync(file)));
    });
  },
};
