#!/usr/bin/env bash
# The main job under valgrind: no read or write where none may be, nothing definitely lost. A file of each format.
# usage: tests/torture/valgrind.sh [PROGRAM]
set -u
cd "$(dirname "$0")/../.."
program=$PWD/${1:-build/maillon}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
export MAILLON_DATA=$PWD/data

try() { # try NAME WORDS…
    local name=$1
    shift
    if valgrind -q --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=99 --suppressions=tests/support/valgrind.supp \
        --log-file="$work/log" "$program" --db "$work/maillon.db" "$@" >"$work/out" 2>"$work/err"; then
        echo "ok      valgrind $name"
    else
        echo "FAILED  valgrind $name" && head -n 40 "$work/log" "$work/err" && failed=1
    fi
}

notices=data/tenders/boamp_prisons_2019-09_2020-12.csv
(head -n 40 $notices && grep 20-142573 $notices) >"$work/notices.csv"
try "init" init
try "member import" member import data/demo/members.csv
try "offer import" offer import data/demo/offers.csv
try "tender import, six formats" tender import "$work/notices.csv" data/examples/boamp_api/records.json \
    data/examples/boamp_xml/test-pub.xml data/examples/eforms/cn_24_minimal.xml data/examples/decp/marches_concessions.json \
    data/examples/ocds/1.1_ocds-213czf-000-00001.json
try "tender qualify" tender qualify 20-142573 data/demo/20-142573.json
try "grouping propose" grouping propose 20-142573 --seconds 20
try "grouping print" grouping print 20-142573-P1
try "grouping letter" grouping letter 20-142573-P1 --output "$work/letter.pdf"
exit $failed
