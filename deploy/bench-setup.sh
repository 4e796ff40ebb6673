#!/usr/bin/env bash
# Installs what the bench compares with and what is not there yet: PostgreSQL and mosquitto, as Debian ships them.
# The bench starts instances of its own and never touches those that the packages start.
set -euo pipefail

say() { echo "bench-setup: $*" >&2; }

need_apt=()
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || need_apt+=(postgresql)
[ -x /usr/sbin/mosquitto ] || need_apt+=(mosquitto)
[ ${#need_apt[@]} -gt 0 ] || exit 0

say "installing Debian packages: ${need_apt[*]}"
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${need_apt[@]}" >/dev/null
