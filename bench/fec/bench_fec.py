#!/usr/bin/env python3
"""FEC: export of 1,000,000 lines beside a raw SELECT written out, its memory; import of 76,000 lines (see bench_fec.c).

usage: bench_fec.py BUILD_FOLDER [LINES]     pairs are interleaved; a ratio of 0.5 means twice the floor's time
"""
import json, os, statistics, subprocess, sys, tempfile, time

build = sys.argv[1]
lines = sys.argv[2] if len(sys.argv) > 2 else "1000000"
bench, maillon = os.path.join(build, "bench", "bench_fec"), os.path.abspath(os.path.join(build, "maillon"))
rounds = int(os.environ.get("ROUNDS", "5"))


def measure(folder, what):
    return json.loads(subprocess.run([bench, folder, what], stdout=subprocess.PIPE, check=True).stdout)


with tempfile.TemporaryDirectory() as folder:
    began = time.time()
    subprocess.run([bench, folder, "make", lines], check=True)
    print("books of %s lines made in %.1f s" % (lines, time.time() - began))
    ratios, memory = [], 0
    for _ in range(rounds):
        floor, ours = measure(folder, "floor"), measure(folder, "export")
        assert floor["lines"] == ours["lines"] == int(lines)
        ratios.append(floor["cpu"] / ours["cpu"])
        memory = max(memory, ours["peak_kb"])
    print("%-55s median %6.2f  (%.2f to %.2f)  goal: at most 2.0 times the floor's time (0.5 of its speed)" % ("export beside a raw SELECT written out (processor time)", statistics.median(ratios), min(ratios), max(ratios)))
    print("%-55s %6.2f s wall in the last round" % ("export", ours["seconds"]))
    print("%-55s %6.1f MB   goal under 50" % ("most memory of the export", memory / 1024))
    source = os.path.join(folder, "source.txt")
    with open(source, "wb") as out:
        subprocess.run([bench, folder, "source", "76000"], stdout=out, check=True)
    seconds = []
    for i in range(min(rounds, 3)):
        db = os.path.join(folder, "import%d.db" % i)
        run = lambda *words: subprocess.run([maillon, "--db", db, *words], stdout=subprocess.PIPE, check=True).stdout
        run("init")
        run("ledger", "entity", "552100554", "Banc", "scic", "--example")
        run("ledger", "year-open", "2023", "2023-01-01", "2023-12-31")
        began = time.time()
        report = json.loads(run("ledger", "import", source))
        seconds.append(time.time() - began)
        assert report["new"] == 76000 and not report["refused"], report
    print("%-55s median %6.2f s  (%.2f to %.2f)  public yardstick 93 s" % ("import of a FEC of 76,000 lines", statistics.median(seconds), min(seconds), max(seconds)))
