#!/usr/bin/env python3
"""Order forms (see bench_forms.c, bench_entry.c), and settling a week of the whole of France beside raw inserts (bench_settlement.c).

usage: bench_canteen.py BUILD_FOLDER
ESTABLISHMENTS (190), PEOPLE in each (447: 84,930 in all), LINES of each order (15) and ROUNDS (3) in the environment. The
databases need about 1 GB in a temporary folder.

On PostgreSQL a tenth of it, once, beside COPY of the rows that settling wrote into tables with the same indexes: reported,
without a goal."""
import json, os, subprocess, sys, tempfile

sys.path.insert(0, "tools")
import postgresql

build = sys.argv[1]
program = os.path.join(build, "bench", "canteen", "bench_settlement")
establishments, people, lines, rounds = (os.environ.get(name, value) for name, value in
                                         (("ESTABLISHMENTS", "190"), ("PEOPLE", "447"), ("LINES", "15"), ("ROUNDS", "3")))


def on_sqlite():
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([program, "measure", folder, establishments, people, lines, rounds], stdout=subprocess.PIPE, check=True)
    figure = json.loads(run.stdout)
    print("%-62s median %6.2f  (%.2f to %.2f)  goal 0.3   processor time %.2f, %d lines/s" % (
        "settling, beside raw inserts of the rows it writes", figure["written"], figure["written_min"], figure["written_max"],
        figure["written_cpu"], figure["lines_per_second"]))
    print("%-62s median %6.2f" % ("settling, beside raw inserts of the orders and their lines", figure["ordered"]))


def on_postgresql():
    few = str(max(1, int(establishments) // 10))
    script = 'url="$MAILLON_TEST_STORE"; "$0" prepare "$url" %s %s %s && "$0" settle "$url" && "$0" copy "$url"' % (few, people, lines)
    run = subprocess.run(["tools/postgresql.py", "--durable", "bash", "-c", script, program], stdout=subprocess.PIPE, check=True, text=True)
    settled, copied = (json.loads(line) for line in run.stdout.splitlines() if line.startswith("{"))
    print("%-62s        %6.2f   %d lines/s" % ("on PostgreSQL, settling beside COPY of the rows it writes",
                                               copied["seconds"] / settled["seconds"], settled["orders"] * int(lines) / settled["seconds"]))


def beside(name):
    run = subprocess.run([os.path.join(build, "bench", "canteen", name)], stdout=subprocess.PIPE, check=True)
    return json.loads(run.stdout)


def forms():
    figure = beside("bench_forms")
    ratio = figure["forms_to_plain_pages"]
    print("%-62s median %6.2f  (%.2f to %.2f)  goal 0.3   %d pages/s, peak %d MB" % (
        "600 order forms of two pages, beside cairo's plain pages", ratio["median"], ratio["min"], ratio["max"],
        figure["pages_per_second"], figure["peak_kb"] // 1024))
    figure = beside("bench_entry")
    print("%-62s        %6.2f  goal under 5   half wait %.2f; %d orders/s, a sync takes %.1f ms" % (
        "64 clerks entering forms: syncs that 99 of 100 wait", figure["p99_syncs"], figure["p50_syncs"], figure["orders_per_second"],
        figure["sync_ms"]))


forms()
on_sqlite()
if postgresql.folder_of_programs():
    on_postgresql()
