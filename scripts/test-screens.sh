#!/usr/bin/env bash
# Whole visits in a browser, accessibility, budgets, and the mini-program, against a real server: the program in
# JIWEN_BIN, else the one that cargo built. `make test` calls this with its own build; `make test-screens` by itself.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-$PWD/target}"
program="${JIWEN_BIN:-$target/release/jiwen}"
[ -x "$program" ] || program="$target/debug/jiwen"

echo "== screens in a browser"
JIWEN_BIN="$program" npm run --silent test:e2e --prefix clients/web

echo "== mini-program"
cd clients/miniprogram
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --silent --no-audit --no-fund --ignore-scripts
fi
npm run --silent check
JIWEN_PROGRAM="$program" npm test --silent
