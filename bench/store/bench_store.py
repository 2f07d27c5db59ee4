#!/usr/bin/env python3
"""Durable small writes and the size of the log (see bench_store.c).  usage: bench_store.py BUILD_FOLDER"""
import json, os, subprocess, sys

sys.path.insert(0, "tools")
import postgresql

GOALS = {"group_to_raw": ("64 clients, beside raw SQLite in groups of 64", 0.65),
         "group_to_single_slow_sync": ("64 clients, beside one, with a sync of 5 ms more", 40)}

build = sys.argv[1]
seconds = os.environ.get("LOG_SECONDS", "60")
run = subprocess.run([os.path.join(build, "bench", "bench_store"), seconds], stdout=subprocess.PIPE, check=True)
answer = json.loads(run.stdout)
for name, (what, goal) in GOALS.items():
    figure = answer[name]
    print("%-55s median %6.2f  (%.2f to %.2f)  goal %s" % (what, figure["median"], figure["min"], figure["max"], goal))
print("%-55s %6.1f MB   goal under 40" % ("largest log in %s s of readers and writers" % seconds, answer["log_largest_bytes"] / 1e6))
print("%-55s %6d ms   goal under 50" % ("longest wait of a write for the log", answer["gate_longest_ms"]))

if postgresql.folder_of_programs():  # reported, without a goal
    run = subprocess.run(["tools/postgresql.py", "--durable", os.path.join(build, "bench", "bench_server")], stdout=subprocess.PIPE, check=True)
    answer = json.loads(run.stdout)
    for name, what in (("group_to_raw_group", "on PostgreSQL, 64 clients, beside raw libpq in groups of 64"),
                       ("group_to_raw_single", "on PostgreSQL, 64 clients, beside raw libpq one by one")):
        figure = answer[name]
        print("%-62s median %6.2f  (%.2f to %.2f)" % (what, figure["median"], figure["min"], figure["max"]))
