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
step "build the tests and the program"
# Once: `cargo run` would build many crates again with fewer features.
cargo test --locked --no-run
program="${CARGO_TARGET_DIR:-$PWD/target}/debug/jiwen"
step "knowledge graph: every id, rule and example"
"$program" --knowledge . kg check
step "the recogniser's weights"
"$program" models fetch || echo "not fetched: tests of voice that need them say that they are skipped"
step "all tests"
cargo test --locked
step "screens: types and units"
npm run --silent check --prefix clients/web
npm run --silent test:unit --prefix clients/web
step "whole visits on the screens and in the mini-program"
JIWEN_BIN="$program" scripts/test-screens.sh
step "done"
