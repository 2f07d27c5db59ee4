#!/usr/bin/env python3
"""The engine beside CBC on the same instances, one after the other in the same run, so that a busy machine slows both.

usage: bench_solver.py BUILD [--sets proof,medium,tight,large] [--seeds 1,2,3,4,5] [--no-cbc] [--location FOLDER]
  proof    200 8 12 loose    both to a proven gap of 0.05 %; the sum of the times is compared
  medium   500 20 14 loose   gap after 6 s and after 60 s
  tight    500 20 14 tight   gap of both after 60 s
  large    5000 60 18 loose  gap after 30 s and 60 s (CBC finds nothing there and is not run)
  location FOLDER            single-source facility location (files p1, p2, ... and os: tests/solver/sscflp.py says more),
                             both for --location-seconds each (default 60)
Every answer is judged. Times are wall times (and, for the sums, processor time,
which a busy machine disturbs less); the memory is the engine's peak. Seeds default to 1..5.
"""
import argparse, json, os, re, resource, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(HERE, "..", "..", "tests", "solver")
sys.path.insert(0, TESTS)
import check2  # noqa: E402
import grouping_check as one  # noqa: E402

SETS = {"proof": (200, 8, 12, "loose"), "medium": (500, 20, 14, "loose"), "tight": (500, 20, 14, "tight"),
        "large": (5000, 60, 18, "loose")}


def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def instance(size, seed, folder):
    members, lots, functions, profile = size
    path = os.path.join(folder, "i.json")
    with open(path, "w") as f:
        subprocess.run([sys.executable, os.path.join(TESTS, "grouping_instance.py"), str(members), str(lots),
                        str(functions), str(seed), profile], check=True, stdout=f)
    return path, json.load(open(path))


def ours(binary, path, inst, seconds):
    start = time.time()
    run = subprocess.run(["/usr/bin/env", binary, path, "--gap", "500", "--seconds", str(seconds)], capture_output=True, text=True)
    spent = time.time() - start
    sol = json.loads(run.stdout)
    bad = check2.verdict(inst, sol)
    gap = 100 * (sol["bound_cents"] - sol["objective_cents"]) / max(1, abs(sol["bound_cents"]))
    return gap, spent, sol, ("" if not bad else " WRONG " + bad[0])


def cbc(inst, seconds, ratio, folder):
    lp = os.path.join(folder, "m.lp")
    with open(lp, "w") as f:
        one.write_lp(inst, f)
    start = time.time()
    out = subprocess.run(["cbc", lp, "-sec", str(seconds), "-ratio", str(ratio), "-threads", "2", "-solve"],
                         capture_output=True, text=True).stdout
    spent = time.time() - start
    value, bound = re.search(r"Objective value:\s+(\S+)", out), re.search(r"(?:Upper|Lower) bound:\s+(\S+)", out)
    if not value:
        return None, spent, None
    best = float(value.group(1))
    top = abs(float(bound.group(1))) if bound else best
    return 100 * (top - best) / max(1, abs(top)), spent, best


def show(gap):
    return "   none" if gap is None else "%6.3f%%" % gap


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--sets", default="proof,medium,tight,large")
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--no-cbc", action="store_true")
    parser.add_argument("--location", metavar="FOLDER", help="instead of the sets")
    parser.add_argument("--location-seconds", type=int, default=60)
    parser.add_argument("--only", help="of the location files: p1,p2,...")
    a = parser.parse_args()
    if os.path.isdir(a.binary):
        a.binary = os.path.join(a.binary, "bench", "grouping-solve")
    if a.location:
        more = ([] if a.no_cbc else ["--cbc"]) + (["--only", a.only] if a.only else [])
        return subprocess.run([sys.executable, os.path.join(TESTS, "sscflp.py"), a.binary, a.location, "--seconds",
                               str(a.location_seconds), *more]).returncode
    limits = {"proof": (300,), "medium": (6, 60), "tight": (60,), "large": (30, 60)}
    for name in a.sets.split(","):
        print("%s: %d members, %d lots, %d functions, %s" % (name, *SETS[name]))
        sums, work = [0.0, 0.0], [0.0, 0.0]
        for seed in a.seeds.split(","):
            with tempfile.TemporaryDirectory() as folder:
                path, inst = instance(SETS[name], int(seed), folder)
                for limit in limits[name]:
                    before = cpu()
                    gap, spent, sol, wrong = ours(a.binary, path, inst, limit)
                    line = "  seed %s  %3d s  ours %s %6.1f s" % (seed, limit, show(gap), spent)
                    sums[0] += spent
                    work[0] += cpu() - before
                    if not a.no_cbc and name != "large" and (name != "medium" or limit == 60):
                        before = cpu()
                        other, took, best = cbc(inst, limit, 0.0005, folder)
                        sums[1] += took
                        work[1] += cpu() - before
                        line += "   cbc %s %6.1f s" % (show(other), took)
                        if best is not None and sol["bound_cents"] < best - max(100, 1e-6 * abs(best)):
                            wrong += " WRONG: bound below CBC's answer"
                    print(line + wrong, flush=True)
        if name == "proof":
            print("  together: ours %.1f s, cbc %.1f s; of processor time %.1f s and %.1f s" % (*sums, *work))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print("largest memory of any child: %.0f MB%s" % (peak, "" if a.no_cbc else " (CBC and the generator included)"))


if __name__ == "__main__":
    sys.exit(main())
