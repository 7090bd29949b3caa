#!/usr/bin/env bash
# Runs every development set and writes eval/reports/. Misses of the test half are listed there and never read for tuning.
# JIWEN names the binary; EXEMPLARS another folder of phrase sets.
set -euo pipefail
cd "$(dirname "$0")/.."
jiwen="${JIWEN:-${CARGO_TARGET_DIR:-target}/release/jiwen}"
out=eval/reports
mkdir -p "$out"

run() { # KIND HALF NAME [OPTION…]
  local kind=$1 half=$2 name=$3
  shift 3
  printf '\n== %s half: %s %s\n' "$half" "$kind" "$*"
  "$jiwen" --knowledge . eval "$kind" "eval/$half/$kind.jsonl" --report "$out/${prefix:-}${half}_$name.json" "$@"
}

for half in tune test; do
  run vignettes "$half" vignettes_choices --answers choices
  run vignettes "$half" vignettes_text --answers text
  run phrases "$half" phrases
  run departments "$half" departments
done
# Emergencies over all flags and regions, written for this alone.
for answers in choices text; do
  printf '\n== emergencies: %s\n' "$answers"
  "$jiwen" --knowledge . eval vignettes eval/test/emergencies.jsonl --answers "$answers" --report "$out/test_emergencies_$answers.json"
done
# What no part of the program has learned: answers by one writer, phrases by one writer of another region.
held=$(mktemp -d)
trap 'rm -rf "$held"' EXIT
for kind in answers phrases slots; do
  python3 eval/heldout.py "$kind" >"$held/$kind.jsonl"
  as=${kind/slots/answers}
  printf '\n== held out: %s\n' "$kind"
  "$jiwen" --knowledge . eval "$as" "$held/$kind.jsonl" --report "$out/heldout_$kind.json"
  printf '\n== held out: %s, lists alone\n' "$kind"
  JIWEN__MODELS__ENCODER=none "$jiwen" --knowledge . eval "$as" "$held/$kind.jsonl" --report "$out/lists_heldout_$kind.json"
done
# The test half once more by word lists and rules alone: what the encoder adds.
export JIWEN__MODELS__ENCODER=none
printf '\n== random walks, by lists and rules\n'
"$jiwen" --knowledge . eval walks eval/tune/vignettes.jsonl --report "$out/walks.json"
prefix=lists_
run vignettes test vignettes_choices --answers choices
run vignettes test vignettes_text --answers text
run phrases test phrases
run departments test departments
# Word lists alone: the encoder has learned these files.
python3 eval/exemplars.py "$jiwen" "${EXEMPLARS:-eval/training/phrases}"
python3 eval/summary.py
