#!/usr/bin/env python3
# Origin: the judge that came with the plan of this program; kept here so that the tests stand alone.
"""Judge a grouping solution against its instance, or write the instance as a MILP for any solver.

usage: grouping_check.py INSTANCE.json SOLUTION.json [KNOWN]
           exit 0 when every rule holds; prints the objective recomputed. KNOWN is the objective of any
           solution known to be feasible: a bound below it is false
       grouping_check.py --lp INSTANCE.json > model.lp   the same model in CPLEX LP form

Model (all amounts in cents; x quantities are continuous):
  maximise  sum_l worth_l z_l - sum_lm coordination_l y_lm - sum_lmr e_lmr x_lmr
  with e_lmr = price_mf - reference_lr (w_quality quality_m + w_social social_m) / (100 w_price)
  cover       sum_m x_lmr = quantity_lr z_l
  link        x_lmr <= min(quantity_lr, capacity_mf) y_lm
  capacity    sum over lots and requirements of function f: x_lmr <= capacity_mf
  turnover    sum price_mf x_lmr <= turnover_limit_m
  size        sum_m y_lm <= max_members_l z_l
  means       sum_m turnover_m y_lm >= required_turnover_l z_l
  leader      some y_lm with can_lead_m when z_l = 1
  min share   sum_r reference_lr x_lmr >= (min_share/1000) sum_r reference_lr quantity_lr y_lm
  lots        sum_l z_l <= max_lots; z_l = 1 for a mandatory lot
  allowed     m offers f at the lot's place, holds the requirement's accreditations, and is of a kind the lot is reserved to
              (for prison_work: the member carries "prison_work": true)
"""
import json, math, sys

RESERVED = {"none": None, "siae": {"ei", "aci", "ai", "etti"}, "ea_esat": {"ea", "esat"},
            "siae_ea": {"ei", "aci", "ai", "etti", "ea", "esat"}, "prison_work": None,
            "ess": {"scic", "scop", "association", "mutuelle", "foundation", "ei", "aci", "ai", "etti", "ea", "esat"}}


class Model:
    def __init__(self, inst):
        assert inst["format"] == "maillon-grouping-1"
        self.members = {m["id"]: m for m in inst["members"]}
        self.lots = {l["id"]: l for l in inst["lots"]}
        assert len(self.members) == len(inst["members"]) and len(self.lots) == len(inst["lots"]), "an id stands twice"
        assert inst["weights"]["price"] >= 1, "the price weighs at least 1"
        assert all(l["min_share_permille"] >= 1 for l in inst["lots"]), "min_share_permille is at least 1"
        assert all(len({o["function"] for o in m["offers"]}) == len(m["offers"]) for m in inst["members"]), "one offer for each function"
        self.max_lots = inst.get("max_lots")
        w = inst["weights"]
        self.arcs = {}      # (lot, member, requirement) -> (price, effective price, bound, function)
        for l in inst["lots"]:
            kinds = RESERVED[l["reserved"]]
            for m in inst["members"]:
                if kinds is not None and m["kind"] not in kinds:
                    continue
                if l["reserved"] == "prison_work" and not m.get("prison_work"):
                    continue
                offers = {o["function"]: o for o in m["offers"] if l["place"] in o["places"]}
                for r in l["requirements"]:
                    o = offers.get(r["function"])
                    if o is None or not set(r["accreditations"]) <= set(m["accreditations"]):
                        continue
                    bonus = r["reference_unit_price_cents"] * (w["quality"] * m["quality"] + w["social"] * m["social"]) / (100.0 * w["price"])
                    self.arcs[l["id"], m["id"], r["id"]] = (o["unit_price_cents"], o["unit_price_cents"] - bonus,
                                                            min(r["quantity"], o["capacity"]), r["function"])

    def reference(self, lot):
        return sum(r["reference_unit_price_cents"] * r["quantity"] for r in lot["requirements"])


def number(v):
    return isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v)


def judge(inst, sol):
    """Return (objective, list of violations). SOLUTION: {"lots":[{"id","leader","shares":[{"member","requirement","quantity"}]}]}; a lot not listed is not answered."""
    mod, bad, obj = Model(inst), [], 0.0
    used, spent, eps = {}, {}, 1e-7
    answered = {l["id"]: l for l in sol["lots"] if l.get("answered", True) and l.get("shares")}
    seen = [l["id"] for l in sol["lots"]]
    for lid in sorted(set(seen)):
        if lid not in mod.lots:
            bad.append("%s: no such lot" % lid)
        if seen.count(lid) > 1:
            bad.append("%s: listed twice" % lid)
    for lid, lot in mod.lots.items():
        if lid not in answered:
            if lot["mandatory"]:
                bad.append("%s: mandatory lot not answered" % lid)
            continue
        obj += lot["worth_cents"]
        got, per_member = {}, {}
        ref = {r["id"]: r["reference_unit_price_cents"] for r in lot["requirements"]}
        for s in answered[lid]["shares"]:
            key = (lid, s["member"], s["requirement"])
            if not number(s["quantity"]) or s["quantity"] < 0:
                bad.append("%s/%s/%s: quantity is not a number from 0" % key)
                continue
            if s["quantity"] <= eps:
                continue
            if key not in mod.arcs:
                bad.append("%s/%s/%s: not allowed" % key)
                continue
            price, eff, _, fn = mod.arcs[key]
            q = s["quantity"]
            obj -= eff * q
            got[s["requirement"]] = got.get(s["requirement"], 0) + q
            per_member[s["member"]] = per_member.get(s["member"], 0) + ref[s["requirement"]] * q
            used[s["member"], fn] = used.get((s["member"], fn), 0) + q
            spent[s["member"]] = spent.get(s["member"], 0) + price * q
        for r in lot["requirements"]:
            if abs(got.get(r["id"], 0) - r["quantity"]) > 1e-6 * max(1, r["quantity"]):
                bad.append("%s/%s: covers %g of %d" % (lid, r["id"], got.get(r["id"], 0), r["quantity"]))
        group = set(per_member)
        obj -= lot["coordination_cents"] * len(group)
        if len(group) > lot["max_members"]:
            bad.append("%s: %d members, at most %d" % (lid, len(group), lot["max_members"]))
        if sum(mod.members[m]["turnover_cents"] for m in group) < lot["required_turnover_cents"]:
            bad.append("%s: turnover of the group too small" % lid)
        leader = answered[lid].get("leader")
        if leader not in group or not mod.members[leader]["can_lead"]:
            bad.append("%s: leader %s is not a member that can lead" % (lid, leader))
        floor = lot["min_share_permille"] / 1000.0 * mod.reference(lot)
        for m, v in per_member.items():
            if v < floor * (1 - 1e-6):
                bad.append("%s/%s: share below the minimum" % (lid, m))
    for (m, fn), q in used.items():
        cap = next(o["capacity"] for o in mod.members[m]["offers"] if o["function"] == fn)
        if q > cap * (1 + 1e-6):
            bad.append("%s/%s: capacity %g over %d" % (m, fn, q, cap))
    for m, v in spent.items():
        if v > mod.members[m]["turnover_limit_cents"] * (1 + 1e-6):
            bad.append("%s: over its turnover limit" % m)
    if mod.max_lots is not None and len(answered) > mod.max_lots:
        bad.append("more lots answered than allowed")
    return obj, bad


def write_lp(inst, out):
    mod = Model(inst)
    y = sorted({(l, m) for l, m, _ in mod.arcs})
    name = {k: "x_%s_%s_%s" % k for k in mod.arcs}
    out.write("maximize\n obj: " + " ".join("+ %d z_%s" % (l["worth_cents"], l["id"]) for l in mod.lots.values()))
    for l, m in y:
        out.write("\n - %d y_%s_%s" % (mod.lots[l]["coordination_cents"], l, m))
    for k, (_, eff, _, _) in mod.arcs.items():
        out.write("\n %s %.6f %s" % ("-" if eff >= 0 else "+", abs(eff), name[k]))
    out.write("\nsubject to\n")
    n = 0

    def row(terms, sense, rhs):
        nonlocal n
        n += 1
        out.write(" c%d: %s %s %s\n" % (n, "\n ".join(terms), sense, rhs))
    by_member_fn, by_member, by_lot = {}, {}, {}
    for (l, m, r), (price, _, bound, fn) in mod.arcs.items():
        by_member_fn.setdefault((m, fn), []).append((l, m, r))
        by_member.setdefault(m, []).append(((l, m, r), price))
        row(["+ " + name[l, m, r], "- %d y_%s_%s" % (bound, l, m)], "<=", 0)
    for l, m in y:
        by_lot.setdefault(l, []).append(m)
    for lid, lot in mod.lots.items():
        group = by_lot.get(lid, [])
        for r in lot["requirements"]:
            row(["+ " + name[lid, m, r["id"]] for m in group if (lid, m, r["id"]) in mod.arcs] + ["- %d z_%s" % (r["quantity"], lid)], "=", 0)
        row(["+ y_%s_%s" % (lid, m) for m in group] + ["- %d z_%s" % (lot["max_members"], lid)], "<=", 0)
        row(["+ %d y_%s_%s" % (mod.members[m]["turnover_cents"], lid, m) for m in group] + ["- %d z_%s" % (lot["required_turnover_cents"], lid)], ">=", 0)
        row(["+ y_%s_%s" % (lid, m) for m in group if mod.members[m]["can_lead"]] + ["- z_%s" % lid], ">=", 0)
        floor = lot["min_share_permille"] / 1000.0 * mod.reference(lot)
        for m in group:
            terms = ["+ %d %s" % (r["reference_unit_price_cents"], name[lid, m, r["id"]]) for r in lot["requirements"] if (lid, m, r["id"]) in mod.arcs]
            row(terms + ["- %.3f y_%s_%s" % (floor, lid, m)], ">=", 0)
            row(["+ y_%s_%s" % (lid, m), "- z_%s" % lid], "<=", 0)
        if lot["mandatory"]:
            row(["+ z_%s" % lid], "=", 1)
    for (m, fn), keys in by_member_fn.items():
        cap = next(o["capacity"] for o in mod.members[m]["offers"] if o["function"] == fn)
        row(["+ " + name[k] for k in keys], "<=", cap)
    for m, pairs in by_member.items():
        row(["+ %d %s" % (p, name[k]) for k, p in pairs], "<=", mod.members[m]["turnover_limit_cents"])
    if mod.max_lots is not None:
        row(["+ z_%s" % l for l in mod.lots], "<=", mod.max_lots)
    out.write("binary\n" + "\n".join([" z_%s" % l for l in mod.lots] + [" y_%s_%s" % k for k in y]) + "\nend\n")


def main(argv):
    if len(argv) == 3 and argv[1] == "--lp":
        write_lp(json.load(open(argv[2])), sys.stdout)
        return 0
    if len(argv) not in (3, 4):
        sys.exit(__doc__)
    inst, sol = json.load(open(argv[1])), json.load(open(argv[2]))
    known = float(argv[3]) if len(argv) == 4 else None
    if sol.get("status") == "infeasible":
        false = known is not None or not any(l["mandatory"] for l in inst["lots"])
        print("infeasible: " + ("false, a solution exists" if false else "possible, some lots are mandatory"))
        return 1 if false else 0
    obj, bad = judge(inst, sol)
    for b in bad[:20]:
        print("violated:", b)
    claimed = sol.get("objective_cents")
    for field in ("objective_cents", "bound_cents"):
        if sol.get(field) is not None and not number(sol[field]):
            sys.exit("%s is not a number" % field)
    if claimed is not None and abs(claimed - obj) > max(100.0, 1e-6 * abs(obj)):
        print("claims objective %s, worth %.0f" % (claimed, obj))
        bad.append("objective")
    bound = sol.get("bound_cents")
    if bound is not None and bound < obj - max(100.0, 1e-6 * abs(obj)):
        print("bound %s below its own objective" % bound)
        bad.append("bound")
    if known is not None and bound is not None and bound < known - max(100.0, 1e-6 * abs(known)):
        print("bound %s below a known solution %s" % (bound, known))
        bad.append("known")
    print("objective %.0f, bound %s, gap %s, %d violations" % (
        obj, bound, "-" if bound is None else "%.4f %%" % (100 * (bound - obj) / max(1, abs(bound))), len(bad)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
