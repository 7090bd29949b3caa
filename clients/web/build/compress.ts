// Beside each text file of the build its gzip form (`NAME.gz`), made once with the best compression.
// The server hands that out to browsers that take gzip; `vite preview` does the same.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

export function compress(): Plugin {
  let folder = "dist";
  return {
    name: "compress",
    configResolved: (config) => void (folder = join(config.root, config.build.outDir)),
    closeBundle() {
      if (!existsSync(folder)) return;
      for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        const file = join(folder, entry);
        if (TYPES[extname(file)]) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
      }
    },
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? "").split("?")[0] ?? "";
        const file = join(folder, path === "/" ? "index.html" : path);
        const type = TYPES[extname(file)];
        if (!type || path.includes("..") || !String(request.headers["accept-encoding"]).includes("gzip") || !existsSync(`${file}.gz`)) return next();
        for (const [name, value] of Object.entries(server.config.preview.headers)) if (value !== undefined) response.setHeader(name, value);
        response.setHeader("Content-Type", type);
        response.setHeader("Content-Encoding", "gzip");
        response.end(readFileSync(`${file}.gz`));
      });
    },
  };
}
