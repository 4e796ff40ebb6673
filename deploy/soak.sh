#!/usr/bin/env bash
# Hours of what `make test` does for minutes. Ends at the first finding, which says how to repeat it; else with a summary.
#
#   deploy/soak.sh TIME      how long each of the three timed parts runs (40m); the fault suite in full comes on top
#
# Its seeds are of the clock: no soak repeats another, nor what `make test` does.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-40m}
case $time in
*h) seconds=$((${time%h} * 3600)) ;;
*m) seconds=$((${time%m} * 60)) ;;
*) seconds=${time%s} ;;
esac
cargo=${CARGO:-cargo}
started=$SECONDS
say() { echo "soak: $* ($(((SECONDS - started) / 60)) min)"; }

# Worlds take one seed each, and fewer than a thousand begin in a second.
seed=$(($(date +%s) * 1000))

say "worlds from seed $seed on, $time"
target/release/baiying-sim --for "$time" --seed "$seed"

say "the fault suite, in full, seed $seed"
BAIYING_FAULTS=full BAIYING_SEED=$seed $cargo nextest run --locked --release --no-fail-fast -p baiying-faults --success-output immediate --status-level fail

say "kills of the daemon under load from seed $seed on, $time"
until_end=$((SECONDS + seconds))
rounds=0
while [ $SECONDS -lt $until_end ]; do
  BAIYING_SEED=$((seed + rounds)) BAIYING_KILLS=100 $cargo nextest run --locked --release --no-fail-fast -p baiying-e2e --status-level fail --final-status-level fail kill history
  rounds=$((rounds + 1))
done
say "$rounds rounds of 100 kills and as many histories"

say "fuzzing, $time over all targets"
targets=$(ls fuzz/targets | wc -l)
fuzz/run $((seconds / targets))

say "nothing was found"
