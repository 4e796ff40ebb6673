#!/usr/bin/env bash
# Hours of what `make test` does for minutes. Ends at the first finding, which says how to repeat it; else with a summary.
#
#   deploy/soak.sh TIME      how long each of the three timed parts runs (40m); the fault suite in full comes on top
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

say "worlds from seeds, $time"
target/release/baiying-sim --for "$time"

say "the fault suite, in full"
BAIYING_FAULTS=full $cargo nextest run --locked --release -p baiying-faults --success-output immediate --status-level fail

say "kills of the daemon under load, $time"
until_end=$((SECONDS + seconds))
rounds=0
seed=$(date +%s)
while [ $SECONDS -lt $until_end ]; do
  BAIYING_SEED=$((seed + rounds)) BAIYING_KILLS=100 $cargo nextest run --locked --release -p baiying-e2e --status-level fail --final-status-level fail kill history
  rounds=$((rounds + 1))
done
say "$rounds rounds of 100 kills and as many histories"

say "fuzzing, $time over all targets"
targets=$(ls fuzz/targets | wc -l)
fuzz/run $((seconds / targets))

say "nothing was found"
