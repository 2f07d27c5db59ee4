#!/usr/bin/env python3
"""Judge for format maillon-grouping-2: opening costs of members, coordination by lot and member.

usage: check2.py INSTANCE.json SOLUTION.json [KNOWN]   as grouping_check.py, for both formats
       check2.py --lp INSTANCE.json > model.lp         the model of format 2 as a MILP

Format 2 adds to format 1
  members[].opening_cents      paid once when the member takes part in any lot (default 0)
  lots[].coordination_cents    a number; or a list, one for each member in their order; or {"member": cents, "*": others}
Everything else is judged by grouping_check.py on the instance without these costs, which are then taken off here.
"""
import copy, io, json, re, sys

import grouping_check as one


def coordination(inst, lot):
    """{member id: cents} for one lot."""
    c = lot["coordination_cents"]
    ids = [m["id"] for m in inst["members"]]
    if isinstance(c, dict):
        assert set(c) <= set(ids) | {"*"}, "coordination of an unknown member"
        return {i: c.get(i, c.get("*", 0)) for i in ids}
    if isinstance(c, list):
        assert len(c) == len(ids), "one coordination cost for each member"
        return dict(zip(ids, c))
    return {i: c for i in ids}


def plain(inst):
    """The same instance in format 1, without the costs that format 2 adds."""
    out = copy.deepcopy(inst)
    out["format"] = "maillon-grouping-1"
    for m in out["members"]:
        m.pop("opening_cents", None)
    for l in out["lots"]:
        l["coordination_cents"] = 0
    return out


def groups(sol):
    return {l["id"]: {s["member"] for s in l.get("shares", []) if s["quantity"] > 1e-7}
            for l in sol["lots"] if l.get("answered", True) and l.get("shares")}


def judge(inst, sol):
    obj, bad = one.judge(plain(inst), sol)
    opening = {m["id"]: m.get("opening_cents", 0) for m in inst["members"]}
    lots = {l["id"]: l for l in inst["lots"]}
    present = set()
    for lid, group in groups(sol).items():
        if lid in lots:
            costs = coordination(inst, lots[lid])
            obj -= sum(costs.get(m, 0) for m in group)
        present |= group
    return obj - sum(opening.get(m, 0) for m in present), bad


def write_lp(inst, out):
    """Rewrites the objective of the format 1 model and adds y <= o."""
    text = io.StringIO()
    one.write_lp(plain(inst), text)
    lots = {l["id"]: coordination(inst, l) for l in inst["lots"]}
    opening = {m["id"]: m.get("opening_cents", 0) for m in inst["members"]}
    y = sorted({(l, m) for l, m, _ in one.Model(plain(inst)).arcs})
    body = text.getvalue()
    for l, m in y:
        body = body.replace("\n - 0 y_%s_%s\n" % (l, m), "\n - %d y_%s_%s\n" % (lots[l][m], l, m), 1)
    opened = sorted({m for _, m in y if opening[m]})
    body = body.replace("\nsubject to\n", "".join("\n - %d o_%s" % (opening[m], m) for m in opened) + "\nsubject to\n"
                        + "".join(" o%d: y_%s_%s - o_%s <= 0\n" % (k, l, m, m) for k, (l, m) in enumerate(y) if opening[m]), 1)
    out.write(body.replace("\nend\n", "".join("\n o_%s" % m for m in opened) + "\nend\n"))


def main(argv):
    if len(argv) == 3 and argv[1] == "--lp":
        write_lp(json.load(open(argv[2])), sys.stdout)
        return 0
    if len(argv) not in (3, 4):
        sys.exit(__doc__)
    inst, sol = json.load(open(argv[1])), json.load(open(argv[2]))
    known = float(argv[3]) if len(argv) == 4 else None
    bad = verdict(inst, sol, known)
    for b in bad[:20]:
        print("violated:", b)
    return 1 if bad else 0


def verdict(inst, sol, known=None):
    """All that is wrong with a solution and its claims."""
    if sol.get("status") == "infeasible":
        false = known is not None or not any(l["mandatory"] for l in inst["lots"])
        return ["infeasible is false"] if false else []
    obj, bad = judge(inst, sol)
    slack = max(100.0, 1e-6 * abs(obj))
    claimed, bound = sol.get("objective_cents"), sol.get("bound_cents")
    if claimed is None or abs(claimed - obj) > slack:
        bad.append("claims objective %s, worth %.0f" % (claimed, obj))
    if bound is not None and bound < obj - slack:
        bad.append("bound %s below its own objective %.0f" % (bound, obj))
    if bound is not None and known is not None and bound < known - max(100.0, 1e-6 * abs(known)):
        bad.append("bound %s below a known solution %.0f" % (bound, known))
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv))
