-- version: 1
CREATE TABLE canteen_round ( -- the bags of one wing in one cycle: filled, brought out, handed over
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    cycle TEXT NOT NULL, -- code of the cycle [public]
    code TEXT NOT NULL, -- cycle, wing and, for what comes after the first was out, a number: 2026-48-epicerie.a.2 [internal]
    wing TEXT NOT NULL, -- as the daily movements write it; empty when it is not known [internal]
    state TEXT NOT NULL, -- planned, picking, out, delivered, settled [internal]
    delivered_on TEXT NOT NULL, -- day it was brought round, empty before [internal]
    agent TEXT NOT NULL, -- who handed over, as signed on the sheet; empty before [internal]
    bag_count INTEGER NOT NULL, -- on it now [internal]
    filled_count INTEGER NOT NULL, -- of these: filled at least [internal]
    told_count INTEGER NOT NULL, -- of these: told what became of them at the door [internal]
    kept_count INTEGER NOT NULL, -- of these: kept for somebody who was away [internal]
    author TEXT NOT NULL, -- who planned it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, code),
    UNIQUE (establishment, code)
) STRICT;
CREATE INDEX canteen_round_by_cycle ON canteen_round(cycle_id, wing, id);
CREATE INDEX canteen_round_by_prison ON canteen_round(establishment, cycle, wing, id);
CREATE TABLE canteen_bag ( -- what one person ordered in one cycle, in a sealed bag that follows the person's cell
    order_id INTEGER PRIMARY KEY NOT NULL REFERENCES canteen_order(id), -- [internal]
    round_id INTEGER REFERENCES canteen_round(id), -- NULL: on no round, for the person is away or left [internal]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    reference TEXT NOT NULL UNIQUE, -- on its label and in its QR code; not the person's [internal]
    number INTEGER NOT NULL, -- within its round, in the order of cells [internal]
    cell TEXT NOT NULL, -- when it was planned, and again when the round left [personal]
    state TEXT NOT NULL, -- planned, filled, out; then handed, refused, kept, later (taken another day), back (on the shelf) [personal]
    filled_on TEXT NOT NULL, -- empty before [internal]
    handed_on TEXT NOT NULL, -- day on which the person took it, empty before [personal]
    kept_until TEXT NOT NULL, -- last day for a second delivery; empty when it is not kept [personal]
    signed TEXT NOT NULL, -- sheet, tablet, or none: a witness was there; empty before [personal]
    witness TEXT NOT NULL, -- who saw it handed over without a signature [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE INDEX canteen_bag_by_round ON canteen_bag(round_id, number, order_id);
CREATE INDEX canteen_bag_by_cycle ON canteen_bag(cycle_id, order_id);
CREATE INDEX canteen_bag_by_person ON canteen_bag(person_id, order_id);
CREATE INDEX canteen_bag_by_keeping ON canteen_bag(establishment_id, kept_until, order_id);
CREATE INDEX canteen_bag_by_last_day ON canteen_bag(kept_until, order_id);
CREATE TABLE canteen_bag_event ( -- what happened to a bag, in the order told; what was told wrongly stays readable
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    order_id INTEGER NOT NULL REFERENCES canteen_bag(order_id), -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    event TEXT NOT NULL, -- filled, refilled, moved, aside, out, handed, refused, kept, later, back, corrected [personal]
    on_day TEXT NOT NULL, -- [personal]
    round TEXT NOT NULL, -- code of the round it was on; empty for none [internal]
    units INTEGER NOT NULL, -- in the bag, or received [personal]
    author TEXT NOT NULL, -- who told it [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
-- immutable: canteen_bag_event
CREATE INDEX canteen_bag_event_by_bag ON canteen_bag_event(order_id, id);
CREATE INDEX canteen_bag_event_by_person ON canteen_bag_event(person_id, id);
