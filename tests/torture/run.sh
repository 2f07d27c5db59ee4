#!/usr/bin/env bash
# Long random rounds: every fuzzer with its corpus, the store killed and starved, the solver against other solvers.
# usage: run.sh [--short]   short: seconds for each, for CI; otherwise SECONDS_EACH (600) for each
set -u
cd "$(dirname "$0")/../.."
seconds=${SECONDS_EACH:-600} rounds=${ROUNDS:-300}
[ "${1:-}" = --short ] && seconds=15 rounds=15
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

flags="-std=c17 -D_GNU_SOURCE -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -Isrc -DMAILLON_VERSION=\"fuzz\""
libraries=$(pkg-config --cflags --libs jansson libxml-2.0 libutf8proc libsodium sqlite3 pangocairo libqrencode libmicrohttpd)
build=${BUILD:-build}
# The ground floor, compiled once, with an arena whose pieces the sanitizers can tell apart.
base="$work/base"
mkdir "$base"
for source in $(ls src/base/*.c | grep -v /arena.c) tests/fuzz/arena.c "$build/embedded.c" "$build/catalogue_texts.c"; do
    clang $flags -fsanitize=fuzzer-no-link $(pkg-config --cflags jansson libxml-2.0 libutf8proc libsodium) -c "$source" -o "$base/$(basename "$source" .c).o" || exit 1
done
sources_of() { # what a fuzzer needs besides the ground floor
    case $1 in
    notice*) echo src/tenders/notice.c src/tenders/formats/*.c ;;
    template) echo src/web/template*.c ;;
    print) echo src/print/*.c ;;
    form_code) echo src/canteen/forms/code.c src/people/reference.c ;;
    fec) echo src/ledger/fec_read.c src/ledger/fec_write.c src/ledger/fec_file.c ;;
    esac
}
seeds_of() {
    case $1 in
    notice*) find data/examples -type f ;;
    csv) ls data/functions.csv data/demo/*.csv data/law/*.csv ;;
    fec) ls data/demo/fec.txt ;;
    json) find data/examples data/templates data/demo -name '*.json' ;;
    template) find src -name '*.html' ;;
    esac
}

for file in tests/fuzz/fuzz_*.c; do
    name=$(basename "$file" .c) && name=${name#fuzz_}
    mkdir -p "$work/$name"
    for seed in $(seeds_of "$name"); do [ "$(stat -c %s "$seed")" -lt 100000 ] && cp "$seed" "$work/$name/$(basename "$seed")"; done
    if ! clang $flags -fsanitize=fuzzer "$file" "$base"/*.o $(sources_of "$name") $libraries -lm -lpthread -o "$work/fuzz_$name" 2>"$work/log"; then
        echo "FAILED  fuzz $name does not build" && tail -n 20 "$work/log" && failed=1 && continue
    fi
    if "$work/fuzz_$name" -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=2048 -artifact_prefix="$work/" "$work/$name" >"$work/log" 2>&1; then
        echo "ok      fuzz $name: $(sed -nE 's/^Done ([0-9]+) runs.*/\1/p' "$work/log") inputs"
    else
        echo "FAILED  fuzz $name" && tail -n 60 "$work/log" && failed=1
    fi
done

kills() { # kills NAME WHERE COMMAND…: rounds of kills and faults
    local name=$1 where=$2
    shift 2
    if MAILLON_ROUNDS=$rounds "$@" >"$work/log" 2>&1; then echo "ok      $name$where, $rounds rounds"; else echo "FAILED  $name$where" && tail -n 60 "$work/log" && failed=1; fi
}
for name in test_crash test_faults test_two_programs test_surplus_crash test_rounds_crash test_settlement_crash; do
    [ -x "$build/tests/$name" ] || continue
    kills $name "" "$build/tests/$name"
    [ $name = test_faults ] || kills $name " on PostgreSQL" tools/postgresql.py "$build/tests/$name"
done
[ ! -x "$build/tests/test_postgresql" ] || kills test_postgresql "" tools/postgresql.py "$build/tests/test_postgresql"

# Books: killed, on a failing disk, without power, and thousands of random sequences beside a naive model.
kills test_ledger_crash "" "$build/tests/test_ledger_crash"
kills test_ledger_crash " on PostgreSQL" tools/postgresql.py "$build/tests/test_ledger_crash"
kills test_ledger_faults "" "$build/tests/test_ledger_faults"
[ "$rounds" -gt 100 ] && rounds=10000 || rounds=500
kills test_ledger_model "" "$build/tests/test_ledger_model"
exit $failed
