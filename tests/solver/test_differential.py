#!/usr/bin/env python3
"""The engine against CBC and GLPK on instances small enough for them, hard cases, options, being stopped. Prints TAP.

usage: test_differential.py        about a minute; differential.py does the same at any length
"""
import json, os, re, signal, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import check2  # noqa: E402
import differential as d  # noqa: E402

PROGRAM = os.environ.get("MAILLON", os.path.join(HERE, "..", "..", "build", "maillon"))
ENGINE = os.path.join(os.path.dirname(PROGRAM), "bench", "grouping-solve")
DATA = os.path.join(HERE, "..", "..", "data")


def near(a, b):
    return a is not None and b is not None and abs(a - b) <= max(100.0, 2e-6 * abs(b))


def by_cbc(lp, folder):
    run = subprocess.run(["cbc", lp, "-sec", "30", "-ratio", "0", "-solve"], capture_output=True, text=True, cwd=folder)
    value = re.search(r"Objective value:\s+(\S+)", run.stdout)
    return float(value.group(1)) if value and "Optimal solution found" in run.stdout else None


def by_glpk(lp, folder):
    sol = os.path.join(folder, "glpk.sol")
    subprocess.run(["glpsol", "--lp", lp, "--cuts", "--tmlim", "20", "-w", sol], capture_output=True, text=True)
    for line in open(sol):
        part = line.split()
        if part and part[0] == "s":  # s mip rows columns status objective
            return float(part[5]) if part[4] == "o" else None
    return None


def compare_linear_program(label, lp, objective, folder):
    """The program's own linear program, solved by both."""
    found = 0
    for name, value in (("CBC", by_cbc(lp, folder)), ("GLPK", by_glpk(lp, folder))):
        found += value is not None
        if value is not None and not near(objective, value):
            d.note(label, "objective %s, %s proves %.0f on the exported model" % (objective, name, value))
    if not found:
        d.note(label, "neither CBC nor GLPK solved the exported model")


def test_exported_models(folder):
    """grouping-solve --lp writes the same problem, in both formats."""
    for n, args in enumerate(d.small_instances(8, 4000)):
        args = (min(args[0], 20), min(args[1], 3), min(args[2], 6)) + args[3:]
        inst = d.generate(*args) if n % 2 else d.as_format_2(d.generate(*args), args[3])
        path, lp = d.save(folder, "i.json", inst), os.path.join(folder, "ours.lp")
        sol, problem = d.solve(ENGINE, path, "--gap", "0")
        if sol is None or sol["objective_cents"] is None:
            if sol is None:
                d.note("exported %s" % (args,), problem)
            continue
        with open(lp, "w") as f:
            subprocess.run([ENGINE, path, "--lp"], stdout=f, check=True)
        compare_linear_program("exported %s" % (args,), lp, sol["objective_cents"], folder)


def test_exported_call(folder):
    """maillon grouping export TENDER --lp, a real notice with the offers of the demonstration."""
    env = dict(os.environ, HOME=folder, LC_ALL="C.UTF-8")
    env.pop("MAILLON_DB", None)

    def maillon(*words):
        run = subprocess.run([PROGRAM, *words], cwd=folder, env=env, capture_output=True, text=True)
        if run.returncode:
            d.note("maillon " + " ".join(words), run.stderr.strip()[:200])
        return run.stdout
    maillon("init")
    maillon("member", "import", os.path.join(DATA, "demo", "members.csv"))
    maillon("offer", "import", os.path.join(DATA, "demo", "offers.csv"))
    maillon("tender", "import", os.path.join(DATA, "tenders", "boamp_prisons_2019-09_2020-12.csv"))
    maillon("tender", "qualify", "20-142573", os.path.join(DATA, "demo", "20-142573.json"))
    lp, path = os.path.join(folder, "call.lp"), os.path.join(folder, "call.json")
    with open(lp, "w") as f:
        f.write(maillon("grouping", "export", "20-142573", "--lp"))
    with open(path, "w") as f:
        f.write(maillon("grouping", "export", "20-142573", "--json"))
    sol = json.loads(maillon("grouping", "solve", path, "--gap", "0"))
    if sol["status"] != "optimal":
        d.note("call", "status %s" % sol["status"])
    for bad in check2.verdict(json.load(open(path)), sol):
        d.note("call", bad)
    compare_linear_program("call", lp, sol["objective_cents"], folder)


def test_small(folder):
    d.test_small(ENGINE, folder, 36, 1000)


def test_few_members(folder):
    d.test_few_members(ENGINE, folder, 40, 8000)


def test_hard(folder):
    d.test_hard(ENGINE, folder, 0)


def test_options(folder):
    d.test_options(ENGINE, folder)


def test_interrupt(folder):
    """Ctrl-C: the best answer and its bound are handed out."""
    inst = d.generate(500, 20, 14, 2, "tight")
    path = d.save(folder, "i.json", inst)
    for words in ([ENGINE, path, "--gap", "0"], [PROGRAM, "grouping", "solve", path, "--gap", "0"]):
        run = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(4)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
        label = "interrupt of %s" % os.path.basename(words[0])
        if run.returncode:
            d.note(label, "exit %d: %s" % (run.returncode, err[:200]))
            continue
        sol = json.loads(out)
        for bad in check2.verdict(inst, sol):
            d.note(label, bad)
        if sol["status"] != "feasible" or sol["objective_cents"] is None or sol["bound_cents"] is None:
            d.note(label, "status %s, no answer or no bound" % sol["status"])


def test_same_again(folder):
    """No clock: two runs with two threads give the same file."""
    for seed, profile in ((1, "loose"), (2, "tight"), (3, "odd")):
        path = d.save(folder, "i.json", d.generate(120, 6, 8, seed, profile))
        first, _ = d.solve(ENGINE, path, "--gap", "3000", "--threads", "2")
        again, _ = d.solve(ENGINE, path, "--gap", "3000", "--threads", "2")
        if first is None or first != again:
            d.note("two runs of seed %d %s" % (seed, profile), "differ")


def test_size(folder):
    """20,000 members in less than 200 MB, by two threads."""
    inst = d.generate(20000, 20, 14, 1, "loose")
    path = d.save(folder, "big.json", inst)
    answer, threads, peak = os.path.join(folder, "answer.json"), 0, 0
    with open(answer, "w") as out:
        run = subprocess.Popen([ENGINE, path, "--seconds", "8", "--gap", "500"], stdout=out)
        while run.poll() is None:
            status = open("/proc/%d/status" % run.pid).read()
            numbers = dict(re.findall(r"(Threads|VmHWM):\s+(\d+)", status))  # a program that has just ended has neither
            threads, peak = max(threads, int(numbers.get("Threads", 0))), max(peak, int(numbers.get("VmHWM", 0)))
            time.sleep(0.1)
    sol = json.load(open(answer))
    for bad in check2.verdict(inst, sol):
        d.note("20000 members", bad)
    if peak > 200 * 1024 or threads < min(2, os.cpu_count()):
        d.note("20000 members", "%d kB, %d threads" % (peak, threads))


CASES = [test_hard, test_options, test_same_again, test_interrupt, test_size]
DIFFERENTIAL = [test_small, test_few_members, test_exported_models, test_exported_call]


def main():
    solvers = all(subprocess.run(["which", name], capture_output=True).returncode == 0 for name in ("cbc", "glpsol"))
    print("1..%d" % len(CASES + DIFFERENTIAL), flush=True)
    failed = 0
    for number, case in enumerate(CASES + DIFFERENTIAL, 1):
        name, start = case.__name__[5:].replace("_", " "), time.time()
        if case in DIFFERENTIAL and not solvers:
            print("ok %d - %s # SKIP CBC or GLPK is not installed" % (number, name), flush=True)
            continue
        del d.failures[:]
        with tempfile.TemporaryDirectory() as folder:
            case(folder)
        failed += bool(d.failures)
        print("%sok %d - %s (%.1f s)" % ("not " if d.failures else "", number, name, time.time() - start), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
