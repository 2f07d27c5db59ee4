#!/usr/bin/env python3
"""Posting beside raw SQLite (see bench_ledger.c), and all balances beside hledger and ledger.

usage: bench_ledger.py BUILD_FOLDER
LINES (1000000) and SMALL_LINES (100000, for batches of 30: each is one sync) in the environment; ROUNDS (5).

Balances: the three programs read the same books one after the other, process start included; the ratio is that of the
faster of hledger and ledger. A round in which something else took over a tenth of the processor is thrown away, at most twice
as often as asked; processor time is printed beside, for machines that are never alone."""
import json, os, resource, shutil, statistics, subprocess, sys, tempfile, time

LINES, SMALL, ROUNDS = (int(os.environ.get(name, value)) for name, value in (("LINES", 1000000), ("SMALL_LINES", 100000), ("ROUNDS", 5)))


def busy_seconds():
    with open("/proc/stat") as file:
        numbers = [int(word) for word in file.readline().split()[1:9]]
    return sum(numbers[i] for i in (0, 1, 2, 5, 6, 7)) / os.sysconf("SC_CLK_TCK")


def timed(words):
    """Wall and processor seconds of one run, and whether others disturbed it."""
    before, busy, start = resource.getrusage(resource.RUSAGE_CHILDREN), busy_seconds(), time.monotonic()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, own, busy_seconds() - busy - own > 0.1 * wall * os.cpu_count() + 0.03


def report(what, ratios, goal, unit=""):
    print("%-62s median %7.2f  (%.2f to %.2f)  goal %s" % (what, statistics.median(ratios), min(ratios), max(ratios), goal), flush=True)


def posting(program, lines, batch, goal):
    run = subprocess.run([program, "post", str(lines), str(batch), str(ROUNDS)], stdout=subprocess.PIPE, check=True)
    figure = json.loads(run.stdout)
    print("%-62s median %7.2f  (%.2f to %.2f)  goal %s   processor time %.2f, %d lines/s" % (
        "posting %d lines in batches of %d, beside raw SQLite" % (lines, batch), figure["median"], figure["min"], figure["max"], goal,
        figure["cpu_median"], figure["lines_per_second"]), flush=True)


def balances(program, maillon, folder):
    db, journal = os.path.join(folder, "books.db"), os.path.join(folder, "books.journal")
    subprocess.run([program, "make", db, journal, str(LINES)], check=True)
    others = {name: [name, "-f", journal, "balance"] for name in ("hledger", "ledger") if shutil.which(name)}
    if not others:
        print("neither hledger nor ledger is installed: balances are not compared")
        return
    ours = {"all balances": [maillon, "--db", db, "ledger", "balance", "--csv"], "the full proof": [maillon, "--db", db, "ledger", "verify"]}
    goals = {"all balances": 300, "the full proof": 15}
    wall, cpu = ({name: [] for name in ours} for _ in range(2))
    tried = 0
    while len(wall["all balances"]) < ROUNDS:
        tried += 1
        results = {name: timed(words) for name, words in {**others, **ours}.items()}
        if tried <= 2 * ROUNDS and any(disturbed for _, _, disturbed in results.values()):
            continue
        for name in ours:
            wall[name].append(min(results[other][0] for other in others) / results[name][0])
            cpu[name].append(min(results[other][1] for other in others) / results[name][1])
        print("  " + ", ".join("%s %.3f s (processor %.3f)" % (name, result[0], result[1]) for name, result in results.items()), file=sys.stderr)
    for name in ours:
        report("%s of %d lines, beside the faster of %s" % (name, LINES, " and ".join(others)), wall[name], goals[name])
        report("  the same in processor time", cpu[name], goals[name])


def main(build):
    program, maillon = (os.path.abspath(os.path.join(build, *path)) for path in (("bench", "ledger", "bench_ledger"), ("maillon",)))
    with tempfile.TemporaryDirectory(dir=".") as folder:
        home = os.getcwd()
        os.chdir(folder)
        posting(program, LINES, 10000, 0.5)
        posting(program, SMALL, 30, 0.65)
        balances(program, maillon, os.getcwd())
        os.chdir(home)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
