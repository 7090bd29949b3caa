#!/usr/bin/env bash
# Installs what the build needs and is missing. Says what it does; stops with one line when it cannot.
set -euo pipefail

say() { printf '== %s\n' "$*"; }
stop() { printf 'jiwen: %s\n' "$*" >&2; exit 1; }

missing=()
command -v cc >/dev/null 2>&1 || missing+=(build-essential)
command -v pkg-config >/dev/null 2>&1 || missing+=(pkg-config)
[ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
command -v curl >/dev/null 2>&1 || missing+=(curl)
command -v c++ >/dev/null 2>&1 || missing+=(g++)
command -v cmake >/dev/null 2>&1 || missing+=(cmake)
# Speaks the prompts that nobody has recorded.
command -v espeak-ng >/dev/null 2>&1 || missing+=(espeak-ng)
# Builds the screens.
command -v npm >/dev/null 2>&1 || missing+=(nodejs npm)
if [ "${1:-}" = "test" ]; then
  # The screens are tested in a browser, with Chinese letters.
  command -v chromium >/dev/null 2>&1 || missing+=(chromium)
  fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk fontconfig)
fi

if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null 2>&1 || stop "please install ${missing[*]} with your system's package manager, then run this again"
  run=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || stop "not root and no sudo: please run 'apt-get install ${missing[*]}' as root, then run this again"
    run=(sudo)
  fi
  say "installing ${missing[*]}"
  "${run[@]}" apt-get update -qq || stop "apt-get update failed; is the network up?"
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" || stop "apt-get install ${missing[*]} failed"
fi

node_version=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+)\.([0-9]+).*/\1 \2/')
read -r node_major node_minor <<<"${node_version:-0 0}"
if [ "$node_major" -lt 20 ] || { [ "$node_major" -eq 20 ] && [ "$node_minor" -lt 19 ]; }; then
  # Debian 12 has Node 18; the official package of a newer one comes through the npm registry.
  say "installing Node 20 (found: $(node --version 2>/dev/null || echo none)) into .node"
  npm install --silent --no-save --prefix .node node@20 >/dev/null || stop "Node 20.19 or newer is needed to build the screens, and npm could not install it; is the network up?"
fi

if ! command -v cargo >/dev/null 2>&1; then
  [ -x "$HOME/.cargo/bin/cargo" ] && stop "cargo is in ~/.cargo/bin but not on PATH; run: . \"\$HOME/.cargo/env\""
  stop "cargo is missing; install it with its official command, then run this again: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
fi

version=$(rustc --version | sed -E 's/^rustc ([0-9]+)\.([0-9]+).*/\1 \2/')
read -r major minor <<<"$version"
if [ "$major" -eq 1 ] && [ "$minor" -lt 95 ]; then
  stop "rustc 1.95 or newer is needed, this is $(rustc --version); run: rustup update stable"
fi
