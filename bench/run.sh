#!/usr/bin/env bash
# All benches, one after the other. Figures are ratios to a floor measured in the same run; a round in which something
# else took over a tenth of the processor is thrown away by the bench itself.
# usage: run.sh BUILD_FOLDER [web|store|import|ledger|canteen|solver …]
set -u
cd "$(dirname "$0")/.."
build=${1:-build}
shift || true
for bench in ${*:-import store ledger canteen fec web solver}; do
    echo "== $bench"
    python3 "bench/$bench/bench_$bench.py" "$build" || echo "   (not measured)"
done
