#!/usr/bin/env python3
"""Single-source capacitated facility location as maillon-grouping-2, against published optima and CBC.

usage: sscflp.py --convert FILE > INSTANCE.json
       sscflp.py GROUPING-SOLVE FOLDER [--seconds N] [--cbc] [--only p1,p2,...]

FILE: n m; n capacities; n opening costs; m demands; m rows of n total assignment costs (all separated by white space).
FOLDER holds such files p1, p2, ... and `os`, one optimal value a line. A facility is a member (its opening cost is the
member's), a customer a mandatory lot of one requirement that one member does alone; assignment costs are coordination
costs. Costs in the files may have decimals: everything is counted in hundredths. The score is minus the cost.
"""
import argparse, json, os, resource, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check2  # noqa: E402

SCALE = 100


def read(path):
    values = [float(v) for v in open(path).read().split()]
    n, m = int(values[0]), int(values[1])
    rest = values[2:]
    capacity, opening, demand = rest[:n], rest[n:2 * n], rest[2 * n:2 * n + m]
    cost = [rest[2 * n + m + i * n: 2 * n + m + (i + 1) * n] for i in range(m)]
    assert len(cost[-1]) == n, "the file is cut short"
    return capacity, opening, demand, cost


def convert(path):
    capacity, opening, demand, cost = read(path)
    members = [{"id": "f%d" % j, "kind": "scic", "can_lead": True, "turnover_cents": 0, "turnover_limit_cents": 2**50,
                "accreditations": [], "quality": 0, "social": 0, "opening_cents": round(SCALE * opening[j]),
                "offers": [{"function": "serve", "capacity": capacity[j], "unit_price_cents": 0, "places": ["here"]}]}
               for j in range(len(capacity))]
    lots = [{"id": "c%d" % i, "place": "here", "mandatory": True, "worth_cents": 0,
             "coordination_cents": [round(SCALE * c) for c in cost[i]], "max_members": 1, "min_share_permille": 1000,
             "required_turnover_cents": 0, "reserved": "none",
             "requirements": [{"id": "r", "function": "serve", "quantity": demand[i], "reference_unit_price_cents": 1,
                               "accreditations": []}]} for i in range(len(demand))]
    return {"format": "maillon-grouping-2", "weights": {"price": 1, "quality": 0, "social": 0}, "max_lots": None,
            "members": members, "lots": lots}


def run_cbc(path, seconds, folder):
    """The compact model, one binary for each pair: the best way to give it to a general solver."""
    capacity, opening, demand, cost = read(path)
    lp = os.path.join(folder, "c.lp")
    with open(lp, "w") as f:
        n, m = len(capacity), len(demand)
        f.write("minimize\n obj: " + "\n ".join("+ %.2f o%d" % (opening[j], j) for j in range(n)))
        f.write("".join("\n + %.2f y%d_%d" % (cost[i][j], i, j) for i in range(m) for j in range(n)) + "\nsubject to\n")
        for i in range(m):
            f.write(" a%d: " % i + "\n ".join("+ y%d_%d" % (i, j) for j in range(n)) + " = 1\n")
        for j in range(n):
            f.write(" k%d: " % j + "\n ".join("+ %g y%d_%d" % (demand[i], i, j) for i in range(m))
                    + "\n - %g o%d <= 0\n" % (capacity[j], j))
        for i in range(m):
            for j in range(n):
                f.write(" l%d_%d: y%d_%d - o%d <= 0\n" % (i, j, i, j, j))
        f.write("binary\n" + "\n".join(" o%d" % j for j in range(n))
                + "\n" + "\n".join(" y%d_%d" % (i, j) for i in range(m) for j in range(n)) + "\nend\n")
    start = time.time()
    out = subprocess.run(["cbc", lp, "-sec", str(seconds), "-threads", "2", "-solve"], capture_output=True, text=True).stdout
    value = [l for l in out.splitlines() if l.startswith("Objective value:")]
    bound = [l for l in out.splitlines() if l.startswith("Lower bound:")]
    best = float(value[0].split()[-1]) if value else None
    return best, float(bound[0].split()[-1]) if bound else best, time.time() - start


def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", nargs="?")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--convert")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--cbc", action="store_true")
    parser.add_argument("--only")
    a = parser.parse_args()
    if a.convert:
        json.dump(convert(a.convert), sys.stdout)
        return 0
    names = sorted((f for f in os.listdir(a.folder) if f[0] == "p"), key=lambda f: int(f[1:]))
    optima = dict(zip(names, (float(v) for v in open(os.path.join(a.folder, "os")).read().split())))
    names = a.only.split(",") if a.only else names
    proven = wrong = 0
    for name in names:
        inst = convert(os.path.join(a.folder, name))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "i.json")
            json.dump(inst, open(path, "w"))
            start, before = time.time(), cpu()
            out = subprocess.run([a.binary, path, "--gap", "0", "--seconds", str(a.seconds)], capture_output=True, text=True)
            spent, work = time.time() - start, cpu() - before
            sol = json.loads(out.stdout)
            best = -sol["objective_cents"] / SCALE if sol["objective_cents"] is not None else None
            bound = -sol["bound_cents"] / SCALE if sol["bound_cents"] is not None else None
            bad = check2.verdict(inst, sol) if best is not None else ["no answer"]
            if bound is not None and bound > optima[name] + 1e-6 * optima[name] + 1:
                bad.append("bound above the published optimum")
            line = "%-4s optimum %10.0f  ours %10s bound %10s %6.1f s (processor %6.1f s) %s" % (
                name, optima[name], "-" if best is None else "%.1f" % best, "-" if bound is None else "%.1f" % bound, spent,
                work, sol["status"])
            if a.cbc:
                before = cpu()
                line += "  cbc %s bound %s %.1f s" % run_cbc(os.path.join(a.folder, name), a.seconds, folder)
                line += " (processor %.1f s)" % (cpu() - before)
        same = best is not None and abs(best - optima[name]) < 0.5
        proven += same and sol["status"] == "optimal"
        wrong += len(bad) > 0
        print(line + "".join("  WRONG: " + b for b in bad), flush=True)
    print("%d of %d at the published optimum and proven, %d wrong" % (proven, len(names), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
