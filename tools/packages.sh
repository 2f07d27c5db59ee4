#!/bin/sh
# Installs the Debian packages that a target needs, when they are missing. Says clearly what to do when it cannot.
# usage: packages.sh build|check|bench
set -eu

build="gcc libc6-dev meson ninja-build pkgconf python3 gettext fonts-dejavu-core fonts-liberation
libmicrohttpd-dev libsqlite3-dev libjansson-dev libxml2-dev libsodium-dev libutf8proc-dev libpango1.0-dev libqrencode-dev libpq-dev"
check="$build libcmocka-dev clang libclang-rt-14-dev chromium nodejs npm poppler-utils coinor-cbc glpk-utils valgrind curl postgresql"
bench="$build coinor-cbc glpk-utils wrk postgresql hledger ledger"

case "${1:-build}" in
build) wanted=$build ;;
check) wanted=$check ;;
bench) wanted=$bench ;;
*) echo "usage: packages.sh build|check|bench" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian: install these yourself, then run again:" $wanted >&2
    exit 0
fi
missing=""
for package in $wanted; do
    case $package in # these come from elsewhere on many machines; the command is what counts
    gcc | python3 | nodejs | npm | curl | clang | valgrind | ninja-build | meson)
        command=$package
        [ "$package" = ninja-build ] && command=ninja
        [ "$package" = nodejs ] && command=node
        command -v "$command" >/dev/null && continue ;;
    esac
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    sudo=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null || [ -t 0 ] && command -v sudo >/dev/null; then
    sudo="sudo"
else
    echo "These packages are missing and you may not install them here:$missing" >&2
    echo "Ask an administrator to run: apt-get install$missing" >&2
    exit 1
fi
echo "Installing:$missing" >&2
# A list that is a day old may name versions that are gone.
$sudo apt-get update -qq >/dev/null
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
