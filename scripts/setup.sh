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

if ! command -v cargo >/dev/null 2>&1; then
  [ -x "$HOME/.cargo/bin/cargo" ] && stop "cargo is in ~/.cargo/bin but not on PATH; run: . \"\$HOME/.cargo/env\""
  stop "cargo is missing; install it with its official command, then run this again: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
fi

version=$(rustc --version | sed -E 's/^rustc ([0-9]+)\.([0-9]+).*/\1 \2/')
read -r major minor <<<"$version"
if [ "$major" -eq 1 ] && [ "$minor" -lt 95 ]; then
  stop "rustc 1.95 or newer is needed, this is $(rustc --version); run: rustup update stable"
fi
