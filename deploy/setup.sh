#!/usr/bin/env bash
# Installs what building and testing need and what is not there yet. Says what it does; does nothing where all is there.
set -euo pipefail

say() { echo "setup: $*" >&2; }

need_apt=()
{ command -v cc && command -v c++; } >/dev/null || need_apt+=(build-essential)
# The fault suite reads the system calls of the daemon, and makes them fail.
command -v strace >/dev/null || need_apt+=(strace)
# One test drives the daemon with Python's own gRPC client, in a virtual environment of its own.
python3 -c 'import venv, ensurepip' 2>/dev/null || need_apt+=(python3 python3-venv)

if [ ${#need_apt[@]} -gt 0 ]; then
  say "installing Debian packages: ${need_apt[*]}"
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo"
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq "${need_apt[@]}" >/dev/null
fi

command -v cargo >/dev/null || { say "no Rust toolchain: install rustup first, then run this again"; exit 1; }
rustup component list --installed 2>/dev/null | grep -q rustfmt || rustup component add rustfmt clippy

install_tool() { # name, version, why
  command -v "$1" >/dev/null && return
  say "building $1 $2 ($3); this happens once"
  cargo install --locked --quiet "$1" --version "$2"
}
install_tool cargo-nextest 0.9.143 "runs the tests"
install_tool cargo-deny 0.20.2 "checks licences, duplicates and sources of dependencies"
