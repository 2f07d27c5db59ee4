#!/usr/bin/env python3
"""The engine against the judge, CBC, GLPK and a greedy answer, on seeded instances of all profiles and sizes.

usage: differential.py GROUPING-SOLVE [--quick] [--seed N] [--small N] [--judged N] [--hard]
  --small N    instances small enough for CBC and GLPK to prove (default 60)
  --judged N   larger instances, judged only, with short time limits (default 60)
  --quick      a tenth of both, for every build
Exit 0 when nothing is wrong; prints every failure with the command that repeats it.
"""
import argparse, json, os, random, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import check2  # noqa: E402
import grouping_check as one  # noqa: E402

failures = []


def generate(members, lots, functions, seed, profile):
    out = subprocess.run([sys.executable, os.path.join(HERE, "grouping_instance.py"), str(members), str(lots),
                          str(functions), str(seed), profile], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def save(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        json.dump(data, f)
    return path


def solve(binary, path, *options, expect=0):
    run = subprocess.run([binary, path, *options], capture_output=True, text=True, timeout=600)
    if run.returncode != expect:
        return None, "exit %d: %s" % (run.returncode, run.stderr.strip()[:200])
    return (json.loads(run.stdout) if expect == 0 else None), run.stderr.strip()


def note(label, problem):
    failures.append("%s: %s" % (label, problem))
    print("FAIL %s: %s" % (label, problem), flush=True)


def count_members(lp, most):
    """Adds to a linear program that writes o_m for every member: at most so many of them."""
    body = open(lp).read()
    opened = sorted(set(re.findall(r"\bo_\S+", body)))
    if opened:
        body = body.replace("\nsubject to\n", "\nsubject to\n few: %s <= %d\n" % ("\n + ".join(opened), most), 1)
    with open(lp, "w") as f:
        f.write(body)


def cbc(inst, folder, seconds=60, most=None):
    """(objective, proven, infeasible) of the same model by CBC; most: distinct members."""
    lp, sol = os.path.join(folder, "m.lp"), os.path.join(folder, "m.sol")
    with open(lp, "w") as f:
        check2.write_lp(inst, f)
    if most is not None:
        count_members(lp, most)
    run = subprocess.run(["cbc", lp, "-sec", str(seconds), "-ratio", "0", "-solve", "-solution", sol],
                         capture_output=True, text=True)
    if "infeasible" in open(sol).readline().lower():
        return None, True, True
    value = re.search(r"Objective value:\s+(\S+)", run.stdout)
    return (float(value.group(1)) if value else None), "Optimal solution found" in run.stdout, False


def glpk(inst, folder, seconds=20):
    lp, sol = os.path.join(folder, "m.lp"), os.path.join(folder, "g.sol")
    with open(lp, "w") as f:
        check2.write_lp(inst, f)
    subprocess.run(["glpsol", "--lp", lp, "--cuts", "--tmlim", str(seconds), "-w", sol], capture_output=True, text=True)
    for line in open(sol):
        part = line.split()
        if part and part[0] == "s":  # s mip rows columns status objective
            return float(part[5]) if part[4] == "o" else None
    return None


def greedy(inst):
    """Lots in order of worth, each requirement filled from the cheapest arc; kept only when the judge agrees."""
    mod = one.Model(check2.plain(inst))
    used, spent, lots = {}, {}, []
    for lid, lot in sorted(mod.lots.items(), key=lambda i: -i[1]["worth_cents"]):
        shares, u, s = [], dict(used), dict(spent)
        for r in lot["requirements"]:
            left = r["quantity"]
            arcs = sorted((a[1], k[1], a) for k, a in mod.arcs.items() if k[0] == lid and k[2] == r["id"])
            for _, m, (price, _, bound, fn) in arcs:
                cap = next(o["capacity"] for o in mod.members[m]["offers"] if o["function"] == fn)
                limit = mod.members[m]["turnover_limit_cents"]
                q = min(left, cap - u.get((m, fn), 0), (limit - s.get(m, 0)) / price if price else left)
                if q <= 0:
                    continue
                shares.append({"member": m, "requirement": r["id"], "quantity": q})
                u[m, fn] = u.get((m, fn), 0) + q
                s[m] = s.get(m, 0) + price * q
                left -= q
        lead = [x["member"] for x in shares if mod.members[x["member"]]["can_lead"]]
        trial = {"lots": lots + [{"id": lid, "leader": lead[0] if lead else None, "shares": shares}]}
        before, _ = check2.judge(inst, {"lots": lots})
        after, bad = check2.judge(inst, trial)
        if after > before and not [b for b in bad if "mandatory" not in b]:
            lots, used, spent = trial["lots"], u, s
    value, bad = check2.judge(inst, {"lots": lots})
    return None if bad else value


def small_instances(count, seed):
    rnd = random.Random(seed)
    for i in range(count):
        profile = ("loose", "tight", "odd")[i % 3]
        yield (rnd.randint(3, 40), rnd.randint(1, 5), rnd.randint(2, 9), seed + i, profile)


def as_format_2(inst, seed):
    """Opening costs, and coordination by member, drawn over an instance of format 1."""
    rnd = random.Random(seed)
    inst["format"] = "maillon-grouping-2"
    for m in inst["members"]:
        if rnd.random() < 0.7:
            m["opening_cents"] = rnd.randint(0, 600_000)
    ids = [m["id"] for m in inst["members"]]
    for l in inst["lots"]:
        c = l["coordination_cents"]
        kind = rnd.random()
        if kind < 0.3:
            l["coordination_cents"] = [int(c * rnd.uniform(0, 3)) for _ in ids]
        elif kind < 0.6:
            l["coordination_cents"] = {"*": c, **{i: int(c * rnd.uniform(0, 3)) for i in rnd.sample(ids, min(len(ids), 5))}}
    return inst


def test_small(binary, folder, count, seed):
    proven = 0
    for n, args in enumerate(small_instances(count, seed)):
        inst = generate(*args)
        if n % 4 == 3:
            inst = as_format_2(inst, args[3])
        label = "small %s%s" % (" ".join(map(str, args)), " format 2" if n % 4 == 3 else "")
        path = save(folder, "i.json", inst)
        sol, problem = solve(binary, path, "--gap", "0")
        if sol is None:
            note(label, problem)
            continue
        best, sure, impossible = cbc(inst, folder)
        for b in check2.verdict(inst, sol, best):
            note(label, b)
        if impossible != (sol["status"] == "infeasible"):
            note(label, "status %s, CBC says infeasible: %s" % (sol["status"], impossible))
        if sol["status"] not in ("optimal", "infeasible"):
            note(label, "status %s" % sol["status"])
        if best is not None and sure:
            proven += 1
            slack = max(100.0, 2e-6 * abs(best))
            if abs(sol["objective_cents"] - best) > slack:
                note(label, "objective %s, CBC proves %.0f" % (sol["objective_cents"], best))
        if n % 5 == 0 and not impossible:
            other = glpk(inst, folder)
            if other is not None and abs(sol["objective_cents"] - other) > max(100.0, 2e-6 * abs(other)):
                note(label, "objective %s, GLPK proves %.0f" % (sol["objective_cents"], other))
        again, _ = solve(binary, path, "--gap", "0")
        if again != sol:
            note(label, "two runs differ")
    print("%d small instances, %d proven by CBC" % (count, proven), flush=True)


def test_few_members(binary, folder, count, seed):
    """A limit on distinct members: one cent of opening makes every o_m stand in the linear program."""
    proven = 0
    for n, args in enumerate(small_instances(count, seed)):
        most, inst = 1 + n % 5, generate(*args)
        if n % 2:
            inst = as_format_2(inst, args[3])
        inst["format"] = "maillon-grouping-2"
        for m in inst["members"]:
            m["opening_cents"] = m.get("opening_cents", 0) + 1
        label = "at most %d members of %s" % (most, " ".join(map(str, args)))
        sol, problem = solve(binary, save(folder, "i.json", inst), "--gap", "0", "--max-members", str(most), "--seconds", "60")
        if sol is None:
            note(label, problem)
            continue
        best, sure, impossible = cbc(inst, folder, 60, most)
        for b in check2.verdict(inst, sol, best):
            note(label, b)
        if len({s["member"] for l in sol["lots"] for s in l["shares"]}) > most:
            note(label, "more members than that")
        if impossible != (sol["status"] == "infeasible"):
            note(label, "status %s, CBC says infeasible: %s" % (sol["status"], impossible))
        if best is not None and sure:
            proven += 1  # now and then CBC calls less than an answer that the judge takes the optimum
            if sol["objective_cents"] is None or sol["objective_cents"] < best - max(100.0, 2e-6 * abs(best)):
                note(label, "objective %s, CBC proves %.0f" % (sol["objective_cents"], best))
    print("%d instances with few members, %d proven by CBC" % (count, proven), flush=True)


def test_judged(binary, folder, count, seed):
    rnd = random.Random(seed + 1)
    sizes = [(60, 6, 8), (120, 8, 10), (200, 8, 12), (300, 15, 12), (500, 20, 14), (1000, 30, 16)]
    for i in range(count):
        size, profile = sizes[i % len(sizes)], ("loose", "tight", "odd")[i // len(sizes) % 3]
        inst = generate(*size, seed + i, profile)
        path = save(folder, "i.json", inst)
        seconds = rnd.choice(["0.2", "1", "3"])
        label = "judged %s %d %s, %s s" % (" ".join(map(str, size)), seed + i, profile, seconds)
        sol, problem = solve(binary, path, "--seconds", seconds, "--gap", "500")
        if sol is None:
            note(label, problem)
            continue
        if sol["status"] == "unknown":
            if not any(l["mandatory"] for l in inst["lots"]):
                note(label, "no answer at all")
            continue
        simple = greedy(inst)
        for b in check2.verdict(inst, sol, simple):
            note(label, b)
        if simple is not None and sol["objective_cents"] is not None and sol["objective_cents"] < simple - 100:
            note(label, "objective %s, greedy %.0f" % (sol["objective_cents"], simple))
        for l in sol["lots"]:
            if not l["answered"] and not l.get("why"):
                note(label, "%s: no reason" % l["id"])
    print("%d larger instances judged" % count, flush=True)


def offer(function, capacity, price=100, places=("01",)):
    return {"function": function, "capacity": capacity, "unit_price_cents": price, "places": list(places)}


def member(ident, *offers, **more):
    return {"id": ident, "kind": "scic", "can_lead": True, "turnover_cents": 10**9, "turnover_limit_cents": 10**9,
            "accreditations": [], "quality": 50, "social": 50, "offers": list(offers), **more}


def requirement(ident, function, quantity, **more):
    return {"id": ident, "function": function, "quantity": quantity, "reference_unit_price_cents": 110,
            "accreditations": [], **more}


def lot(ident, *requirements, **more):
    return {"id": ident, "place": "01", "mandatory": False, "worth_cents": 10**7, "coordination_cents": 1000,
            "max_members": 5, "min_share_permille": 10, "required_turnover_cents": 0, "reserved": "none",
            "requirements": list(requirements), **more}


def instance(members, lots, max_lots=None):
    return {"format": "maillon-grouping-1", "weights": {"price": 60, "quality": 25, "social": 15},
            "max_lots": max_lots, "members": members, "lots": lots}


def hard_cases():
    a, b = member("a", offer("f", 100)), member("b", offer("f", 100))
    one_lot = lot("l", requirement("r", "f", 200))
    yield "capacity exactly met", instance([a, b], [one_lot]), ["optimal", 1]
    yield "equal members", instance([member("m%d" % i, offer("f", 100)) for i in range(40)],
                                    [lot("l%d" % i, requirement("r", "f", 200)) for i in range(5)]), ["optimal", 5]
    yield "empty lot", instance([a, b], [one_lot, lot("e")]), ["optimal", 1]
    yield "mandatory empty lot", instance([a], [lot("e", mandatory=True)]), ["infeasible", 0]
    yield "nothing at all", instance([], []), ["optimal", 0]
    yield "no members", instance([], [one_lot]), ["optimal", 0]
    yield "members without offers", instance([member("x"), a, b], [one_lot]), ["optimal", 1]
    yield "mandatory, too little", instance([a], [dict(one_lot, mandatory=True)]), ["infeasible", 0]
    yield "two mandatory lots, capacity for one", instance([a, b], [dict(one_lot, mandatory=True),
                                                            dict(one_lot, id="k", mandatory=True)]), ["infeasible", 0]
    yield "mandatory at a loss", instance([a, b], [dict(one_lot, mandatory=True, worth_cents=-10**9)]), ["optimal", 1]
    yield "lots that exclude each other", instance([a, b], [dict(one_lot, id="l%d" % i, worth_cents=10**7 + i)
                                                           for i in range(6)]), ["optimal", 1]
    yield "at most one lot", instance([member("m%d" % i, offer("f", 500)) for i in range(4)],
                                      [dict(one_lot, id="l%d" % i) for i in range(4)], 1), ["optimal", 1]
    yield "at most no lot", instance([a, b], [one_lot], 0), ["optimal", 0]
    yield "no leader", instance([dict(a, can_lead=False), dict(b, can_lead=False)], [one_lot]), ["optimal", 0]
    yield "two requirements of one function", instance(
        [a, b], [lot("l", requirement("r", "f", 100), requirement("s", "f", 100))]), ["optimal", 1]
    yield "two requirements of one function, too little", instance(
        [a], [lot("l", requirement("r", "f", 60), requirement("s", "f", 60))]), ["optimal", 0]
    yield "turnover limit binds", instance([dict(a, turnover_limit_cents=5000), dict(b, turnover_limit_cents=20000)],
                                           [lot("l", requirement("r", "f", 140))]), ["optimal", 1]
    yield "price of nothing", instance([member("a", offer("f", 100, 0))], [lot("l", requirement("r", "f", 50))]), ["optimal", 1]
    yield "no reference price", instance([a, b], [lot("l", requirement("r", "f", 50, reference_unit_price_cents=0))]), ["optimal", 1]
    yield "a requirement of nothing", instance([a, b], [lot("l", requirement("r", "f", 50), requirement("s", "g", 0))]), ["optimal", 1]
    yield "large amounts", instance([member("a", offer("f", 2**40, 1000), turnover_limit_cents=2**50)],
                                    [lot("l", requirement("r", "f", 2**39), worth_cents=2**50)]), ["optimal", 1]
    yield "one member may do it all at most", instance([a, b], [dict(one_lot, min_share_permille=501)]), ["optimal", 0]


def broken_cases():
    a, good = member("a", offer("f", 100)), lot("l", requirement("r", "f", 50))
    yield "members[0].offers[0].capacity: must be from 0", instance([member("a", offer("f", -1))], [good])
    yield "members[1].id: \"a\" stands twice", instance([a, a], [good])
    yield "lots[1].id: \"l\" stands twice", instance([a], [good, good])
    yield "members[0].offers[1].function: one offer", instance([member("a", offer("f", 1), offer("f", 2))], [good])
    yield "lots[0].worth_cents: must be at most 2^50", instance([a], [dict(good, worth_cents=2**50 + 1)])
    for name in ("turnover_cents", "turnover_limit_cents"):
        yield "members[0].%s: must be at most 2^50" % name, instance([dict(a, **{name: 2**50 + 1})], [good])
    yield "members[0].offers[0].unit_price_cents: must be at most 2^50", instance([member("a", offer("f", 1, 2**50 + 1))], [good])
    yield "members[0].offers[0].capacity: must be", instance([member("a", offer("f", 2**50 + 1))], [good])
    yield "lots[0].coordination_cents: must be at most 2^50", instance([a], [dict(good, coordination_cents=2**51)])
    yield "lots[0].required_turnover_cents: must be at most 2^50", instance([a], [dict(good, required_turnover_cents=2**51)])
    yield "lots[0].requirements[0].quantity: must be", instance([a], [lot("l", requirement("r", "f", 2**50 + 1))])
    yield "lots[0].requirements[0].reference_unit_price_cents: must be at most 2^50", instance(
        [a], [lot("l", requirement("r", "f", 1, reference_unit_price_cents=2**51))])
    yield "lots[0].worth_cents: must be a whole number", instance([a], [dict(good, worth_cents=1.5)])
    yield "lots[0].min_share_permille: must be from 1", instance([a], [dict(good, min_share_permille=0)])
    yield "lots[0].reserved: must be", instance([a], [dict(good, reserved="friends")])
    yield "lots[0].requirements[0].quantity: must be a number", instance([a], [lot("l", requirement("r", "f", "many"))])
    yield "lots[0].requirements[1].id: \"r\" stands twice", instance([a], [lot("l", requirement("r", "f", 1), requirement("r", "g", 1))])
    yield "members[0].opening_cents: belongs to format", instance([dict(a, opening_cents=5)], [good])
    yield "members[0].can_lead: must be true or false", instance([dict(a, can_lead=1)], [good])
    yield "members[0].offers: must be a list", instance([dict(a, offers={})], [good])
    yield "members[0].turnover_cents: is missing", instance([{k: v for k, v in a.items() if k != "turnover_cents"}], [good])
    yield "weights.price: must be from 1", dict(instance([a], [good]), weights={"price": 0, "quality": 1, "social": 1})
    yield "format: must be", dict(instance([a], [good]), format="maillon-grouping-9")
    yield "max_lots: must be from 0", instance([a], [good], -1)
    yield "members[0]: must be an object", instance(["a"], [good])
    yield "instance: must be an object", []


def test_hard(binary, folder, seconds=20):
    """seconds: for 20,000 members; 0: without them."""
    for name, inst, (status, answered) in hard_cases():
        sol, problem = solve(binary, save(folder, "i.json", inst), "--gap", "0", "--explain")
        if sol is None:
            note(name, problem)
            continue
        count = sum(l["answered"] for l in sol["lots"])
        if sol["status"] != status or count != answered:
            note(name, "%s with %d lots, expected %s with %d" % (sol["status"], count, status, answered))
        for b in check2.verdict(inst, sol) if sol["status"] != "infeasible" else []:
            note(name, b)
    for message, inst in broken_cases():
        _, said = solve(binary, save(folder, "i.json", inst), expect=1)
        if message not in said:
            note("broken instance", "said %r, expected %r" % (said, message))
    if not seconds:
        return
    big = generate(20000, 20, 14, 1, "loose")
    sol, problem = solve(binary, save(folder, "i.json", big), "--seconds", str(seconds), "--gap", "500")
    for b in [problem] if sol is None else check2.verdict(big, sol):
        note("20000 members", b)
    print("hard cases and broken instances done", flush=True)


def test_options(binary, folder):
    inst = generate(60, 5, 8, 3, "loose")
    path = save(folder, "i.json", inst)
    sol, _ = solve(binary, path, "--gap", "0")
    chosen = sorted({s["member"] for l in sol["lots"] for s in l["shares"]})
    other = next(m["id"] for m in inst["members"] if m["id"] not in chosen and m["offers"])
    without, _ = solve(binary, path, "--gap", "0", "--exclude", chosen[0])
    if chosen[0] in json.dumps(without["lots"]) or without["objective_cents"] > sol["objective_cents"] + 1:
        note("--exclude", "not obeyed")
    for b in check2.verdict(inst, without):
        note("--exclude", b)
    pinned, problem = solve(binary, path, "--gap", "0", "--pin", other)
    if pinned is None or (pinned["status"] == "optimal" and '"%s"' % other not in json.dumps(pinned["lots"])):
        note("--pin", problem or "not obeyed")
    elif pinned["status"] == "optimal":
        for b in check2.verdict(inst, pinned):
            note("--pin", b)
    few = max(1, len(chosen) // 2)
    limited, problem = solve(binary, path, "--seconds", "5", "--max-members", str(few))
    count = len({s["member"] for l in limited["lots"] for s in l["shares"]}) if limited else 0
    if limited is None or count > few or limited["objective_cents"] > sol["objective_cents"] + 1:
        note("--max-members", problem or "%d members, at most %d" % (count, few))
    else:
        for b in check2.verdict(inst, limited):
            note("--max-members", b)
    print("options done", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--small", type=int, default=60)
    parser.add_argument("--judged", type=int, default=60)
    parser.add_argument("--hard", action="store_true", help="only the hard cases")
    a = parser.parse_args()
    if a.quick:
        a.small, a.judged = a.small // 10, a.judged // 10
    with tempfile.TemporaryDirectory() as folder:
        test_hard(a.binary, folder)
        test_options(a.binary, folder)
        if not a.hard:
            test_small(a.binary, folder, a.small, a.seed)
            test_few_members(a.binary, folder, a.small // 2, a.seed + 500)
            test_judged(a.binary, folder, a.judged, a.seed)
    print("%d failures" % len(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
