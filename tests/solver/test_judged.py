#!/usr/bin/env python3
"""Hundreds of seeded instances of all profiles and sizes: every answer passes the judge, its bound lies above it and above
a greedy answer, and it is no worse than the greedy one. Prints TAP.

usage: test_judged.py [COUNT]      default 240: about a minute on two cores
"""
import contextlib, io, json, multiprocessing, os, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import check2  # noqa: E402
import differential as d  # noqa: E402
import grouping_instance as generator  # noqa: E402

PROGRAM = os.environ.get("MAILLON", os.path.join(HERE, "..", "..", "build", "maillon"))
ENGINE = os.path.join(os.path.dirname(PROGRAM), "bench", "grouping-solve")
PROFILES = ("loose", "tight", "odd")
# members, lots, functions, of a hundred; the largest ones are rare: Python is slow to make and to judge them
SIZES = [((10, 3, 4), 20), ((30, 4, 6), 20), ((60, 6, 8), 24), ((120, 8, 10), 18), ((200, 8, 12), 12), ((500, 20, 14), 5),
         ((2000, 30, 16), 1)]


def make(size, seed, profile):
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        generator.main(*size, seed, profile)
    return json.loads(text.getvalue())


def judge(task):
    """All that is wrong with the answer to one instance."""
    size, seed, profile, seconds = task
    inst = make(size, seed, profile)
    if seed % 4 == 3:
        inst = d.as_format_2(inst, seed)
    with tempfile.TemporaryDirectory() as folder:
        sol, problem = d.solve(ENGINE, d.save(folder, "i.json", inst), "--seconds", seconds, "--gap", "500", "--threads", "1")
    if sol is None:
        return problem
    simple = d.greedy(inst) if size[0] <= 120 else None
    if sol["status"] == "unknown":  # out of time: only mandatory lots can do that
        return None if any(l["mandatory"] for l in inst["lots"]) and simple is None else "no answer at all"
    wrong = check2.verdict(inst, sol, simple)
    if simple is not None and (sol["objective_cents"] is None or sol["objective_cents"] < simple - 100):
        wrong.append("objective %s, greedy %.0f" % (sol["objective_cents"], simple))
    wrong += ["%s: no reason" % l["id"] for l in sol["lots"] if not l["answered"] and not l.get("why")]
    return "; ".join(wrong[:3]) or None


def main(count):
    sizes = [size for size, share in SIZES for _ in range(share)]
    tasks = [(sizes[i * 37 % 100], 20000 + i, PROFILES[i % 3], ("0.1", "0.3", "1")[i // 3 % 3]) for i in range(count)]
    groups = {}
    with multiprocessing.Pool(2) as pool:
        for task, wrong in zip(tasks, pool.imap(judge, tasks)):
            groups.setdefault(("%d members %d lots %d functions" % task[0], task[2]), []).append((task, wrong))
    print("1..%d" % len(groups))
    failed = 0
    for number, ((size, profile), done) in enumerate(sorted(groups.items()), 1):
        bad = [(task, wrong) for task, wrong in done if wrong]
        failed += bool(bad)
        print("%sok %d - %s %s: %d instances" % ("not " if bad else "", number, size, profile, len(done)))
        for task, wrong in bad:
            print("# seed %d, %s s: %s" % (task[1], task[3], wrong))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 240))
