#!/usr/bin/env bash
# Builds the web screens into clients/web/dist. Node 20.19 or newer; packages exactly as locked.
set -euo pipefail
cd "$(dirname "$0")/../clients/web"
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --ignore-scripts
fi
npm run --silent build
