#!/usr/bin/env bash
# Everything that must hold before a change lands. Called by `make test`.
set -euo pipefail
cd "$(dirname "$0")/.."

# A target directory shared between clones saves most of the build; it is used when somebody has made one.
shared="${XDG_CACHE_HOME:-$HOME/.cache}/jiwen-target"
if [ -z "${CARGO_TARGET_DIR:-}" ] && [ -d "$shared" ]; then
  export CARGO_TARGET_DIR="$shared"
fi

step() { printf '\n== %s (%s)\n' "$*" "$(date +%T)"; }

step "screens: build"
scripts/web.sh
step "format"
cargo fmt --all --check
step "lints, warnings are errors"
cargo clippy --all-targets --locked -- -D warnings
step "lints without the models"
cargo clippy --all-targets --no-default-features --locked -- -D warnings
step "knowledge graph: every id, rule and example"
cargo run --quiet --locked -- --knowledge . kg check
step "the recogniser's weights"
cargo run --quiet --locked -- models fetch || echo "not fetched: tests of voice that need them say that they are skipped"
step "all tests"
cargo test --locked
step "screens: types and units"
npm run --silent check --prefix clients/web
npm run --silent test:unit --prefix clients/web
step "whole visits on the screens and in the mini-program"
# The program that the tests above have built.
JIWEN_BIN="${CARGO_TARGET_DIR:-$PWD/target}/debug/jiwen" scripts/test-screens.sh
step "done"
