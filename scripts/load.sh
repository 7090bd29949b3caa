#!/usr/bin/env bash
# Cold start, memory and the time of a turn under load, on the release build. Called by `make load`.
# Prints one table and writes benches/reports/load.json. CLIENTS, DURATION and THINK (seconds) change the load.
set -euo pipefail
cd "$(dirname "$0")/.."
jiwen="${CARGO_TARGET_DIR:-target}/release/jiwen"
clients=${CLIENTS:-50}
seconds=${DURATION:-20}
think=${THINK:-1}
out=${OUT:-benches/reports/load.json}

stop() { printf 'jiwen: %s\n' "$*" >&2; exit 1; }
[ -x "$jiwen" ] || stop "$jiwen is missing; run: make build"
command -v python3 >/dev/null 2>&1 || stop "python3 is needed"

data=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$data"
}
trap finish EXIT
trap 'exit 130' INT TERM

export JIWEN__RATE__ENABLED=false JIWEN__LOG__FILTER=warn
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

milliseconds() { date +%s%3N; }
resident() { awk '/^VmRSS:/ { printf "%.1f", $2 / 1024 }' "/proc/$server/status"; }

# A cold start goes from the command to the first 200 of /readyz.
begun=$(milliseconds)
"$jiwen" serve --listen "127.0.0.1:$port" --data "$data" >"$data/out" 2>"$data/err" &
server=$!
until curl -fs -o /dev/null "http://127.0.0.1:$port/readyz" 2>/dev/null; do
  kill -0 "$server" 2>/dev/null || stop "the service ended: $(tail -n 1 "$data/err")"
  [ $(($(milliseconds) - begun)) -lt 60000 ] || stop "not ready after a minute"
  sleep 0.01
done
cold=$(($(milliseconds) - begun))
before=$(resident)

mkdir -p "$(dirname "$out")"
python3 benches/load.py --port "$port" --clients "$clients" --seconds "$seconds" --think "$think" \
  --cold-start-ms "$cold" --rss-before-mib "$before" --pid "$server" --report "$out"
