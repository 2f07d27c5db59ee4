#!/usr/bin/env python3
"""Importing notices beside raw inserts (see bench_import.c).  usage: bench_import.py BUILD_FOLDER [NOTICES.csv[.gz]]

Without a file (or MAILLON_NOTICES), 172,590 notices are made from the 411 that are shipped: new numbers, and for 399 of
400 other words where prisons are named, so that as many concern prisons as in a real year. A real extract has more
different words than that: measure with one where there is one."""
import csv, gzip, os, re, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WORK = os.path.join(ROOT, "bench", "work")
NOTICES = 172590
PRISON = re.compile(r"p[ée]nitentiai\w*|prisons?|d[ée]tention|d[ée]tenu\w*|arr[êe]t|centrale|disp|spip|carc[ée]ral\w*|"
                    r"semi.libert[ée]|atigip|[ée]?nap|riep|uhs[ai]|justice", re.IGNORECASE)


def make(path):
    with open(os.path.join(ROOT, "data", "tenders", "boamp_prisons_2019-09_2020-12.csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, rows[0].keys())
        out.writeheader()
        for i in range(NOTICES):
            row = dict(rows[i * 7 % len(rows)])
            row["a00_cle_idweb"] = "%02d-%d" % (19 + i // 120000, 100000 + i)
            if i % 400:
                for cell in ("g04_09_resume_objet", "d01_01_denomination"):
                    row[cell] = PRISON.sub("communal%d" % (i % 997), row[cell])
            out.writerow(row)


def main(build, given):
    os.makedirs(WORK, exist_ok=True)
    path = os.path.join(WORK, "notices.csv")
    if given and given.endswith(".gz"):
        with gzip.open(given) as packed, open(path, "wb") as file:
            shutil.copyfileobj(packed, file)
    elif given:
        path = os.path.abspath(given)
    else:
        make(path)
    program = os.path.abspath(os.path.join(build, "bench", "import", "bench_import"))
    return subprocess.run([program, path, os.environ.get("ROUNDS", "5")], cwd=WORK).returncode


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else os.environ.get("MAILLON_NOTICES")))
