#!/usr/bin/env python3
# Origin: the instance generator that came with the plan of this program; kept here so that the tests stand alone.
"""Write a seeded grouping instance (format maillon-grouping-1, see DESIGN.md) to standard output.

usage: grouping_instance.py MEMBERS LOTS FUNCTIONS SEED [loose|tight|odd]
  loose   capacity and the size of groups bind; nearly every lot is worth answering
  tight   turnover binds too, and whether to answer a lot is a decision
  odd     tight, and every rule of the model appears: mandatory lots, a limit on lots, all reservations,
          large minimum parts, members without offers, members that are equal
Members are clustered by department; every member offers one to four functions with a
capacity shared by all lots. Some lots are worth answering only in part of the cases.
"""
import json, random, sys

FUNCTIONS = ["canteen.picking", "canteen.delivery", "catering.meals", "catering.hygiene", "laundry.washing",
             "cleaning.premises", "upkeep.technical", "upkeep.green", "training.vocational", "training.basic",
             "culture.workshops", "work.assembly", "reintegration.support", "transport.goods", "waste.sorting",
             "family.reception", "health.prevention", "it.support"]
ACCREDITATIONS = ["haccp", "qualiopi", "electrical", "prison_access"]
KINDS = ["scic", "scop", "association", "ei", "aci", "ea"]


def main(members, lots, functions, seed, profile="loose"):
    rnd, tight = random.Random(seed), random.Random("tight %d" % seed)
    functions = FUNCTIONS[:functions]
    departments = ["%02d" % d for d in range(1, max(3, lots // 3) + 1)]
    base_price = {f: rnd.randint(150, 4000) for f in functions}
    out_members = []
    for m in range(members):
        home = rnd.choice(departments)
        near = sorted(set([home] + rnd.sample(departments, min(len(departments), rnd.randint(1, 3)))))
        offers = []
        for f in rnd.sample(functions, min(len(functions), rnd.randint(1, 4))):
            offers.append({"function": f, "capacity": rnd.randint(200, 1500),
                           "unit_price_cents": int(base_price[f] * rnd.uniform(0.8, 1.3)), "places": near})
        out_members.append({
            "id": "m%04d" % m, "kind": rnd.choice(KINDS), "can_lead": rnd.random() < 0.35,
            "turnover_cents": rnd.randint(20_000_000, 400_000_000), "turnover_limit_cents": rnd.randint(50_000_000, 500_000_000),
            "accreditations": sorted(a for a in ACCREDITATIONS if rnd.random() < 0.7),
            "quality": rnd.randint(40, 100), "social": rnd.randint(40, 100), "offers": offers})
    if profile != "loose":      # turnover limits and required turnovers that bind, all kinds
        for m in out_members:
            value = sum(o["capacity"] * o["unit_price_cents"] for o in m["offers"])
            m["kind"] = tight.choice(KINDS + ["ai", "etti", "esat"])
            m["turnover_cents"] = int(value * tight.uniform(0.8, 4.0))
            m["turnover_limit_cents"] = int(m["turnover_cents"] * tight.uniform(0.2, 0.6))
    out_lots = []
    for l in range(lots):
        requirements, reference = [], 0
        for f in sorted(rnd.sample(functions, min(len(functions), rnd.randint(2, max(2, len(functions) // 2))))):
            quantity = rnd.randint(300, 1800)
            price = int(base_price[f] * 1.1)
            reference += quantity * price
            requirements.append({"id": "r%02d" % len(requirements), "function": f, "quantity": quantity,
                                 "reference_unit_price_cents": price,
                                 "accreditations": [a for a in ACCREDITATIONS if rnd.random() < 0.12]})
        out_lots.append({
            "id": "l%03d" % l, "place": rnd.choice(departments), "mandatory": False,
            "worth_cents": int(reference * rnd.uniform(1.0, 1.35)), "coordination_cents": int(reference * 0.015),
            "max_members": rnd.randint(3, 7), "min_share_permille": 50,
            "required_turnover_cents": int(reference * rnd.uniform(0.5, 1.2)),
            "reserved": rnd.choices(["none", "siae", "ea_esat"], [0.86, 0.09, 0.05])[0], "requirements": requirements})
    if profile != "loose":      # worth near the cost, so that whether to answer is a decision; required turnover up to the legal double
        for l in out_lots:
            reference = sum(r["quantity"] * r["reference_unit_price_cents"] for r in l["requirements"])
            l["worth_cents"] = int(reference * tight.uniform(0.35, 0.75))
            l["required_turnover_cents"] = int(reference * tight.uniform(0.5, 2.0))
            l["min_share_permille"] = tight.choice([10, 50, 100, 150])
    max_lots = None
    if profile == "odd":
        max_lots = max(1, int(lots * 0.8))
        for i, m in enumerate(out_members):
            m["prison_work"] = tight.random() < 0.5
            if tight.random() < 0.1:
                m["offers"] = []
            elif i and tight.random() < 0.1:
                m.update({k: v for k, v in out_members[i - 1].items() if k != "id"})
        for l in out_lots:
            l["mandatory"] = tight.random() < 0.06
            l["worth_cents"] *= 2
            l["min_share_permille"] = tight.choice([1, 20, 50, 100, 200, 334])
            l["reserved"] = tight.choices(["none", "siae", "ea_esat", "siae_ea", "ess", "prison_work"], [8, 1, 1, 1, 1, 1])[0]
            l["max_members"] = tight.randint(2, 7)
    json.dump({"format": "maillon-grouping-1", "weights": {"price": 60, "quality": 25, "social": 15},
               "max_lots": max_lots, "members": out_members, "lots": out_lots}, sys.stdout, indent=1)


if __name__ == "__main__":
    if len(sys.argv) not in (5, 6) or sys.argv[5:] not in ([], ["loose"], ["tight"], ["odd"]):
        sys.exit(__doc__)
    main(*map(int, sys.argv[1:5]), *sys.argv[5:])
