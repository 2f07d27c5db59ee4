-- version: 1
CREATE TABLE canteen_batch ( -- lists of debits as the accounts office was told them, numbered in each establishment
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    number INTEGER NOT NULL, -- from 1 [internal]
    told_on TEXT NOT NULL, -- [internal]
    debit_count INTEGER NOT NULL, -- [internal]
    debit_cents INTEGER NOT NULL, -- to take, less what is to be given back [internal]
    unblock_cents INTEGER NOT NULL, -- blocked by the office and not taken [internal]
    author TEXT NOT NULL, -- who made it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, number)
) STRICT;
CREATE TABLE canteen_debit ( -- what the accounts office is told to take from a person for an order, or to give back: a row for each order settled
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- whose accounts office: after a transfer still that of the order [internal]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- [internal]
    order_id INTEGER NOT NULL REFERENCES canteen_order(id), -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    kind TEXT NOT NULL, -- charge: of an order settled; dropped: of one let go before it was picked; give_back: of one charged before [personal]
    key TEXT NOT NULL UNIQUE, -- order:<id>, or the event that gives back: once only [internal]
    settled_on TEXT NOT NULL, -- [personal]
    blocked_cents INTEGER NOT NULL, -- what the office blocked for it; 0 when it was asked nothing [personal]
    charged_cents INTEGER NOT NULL, -- to take; below zero to give back [personal]
    cause TEXT NOT NULL, -- release, transfer, death or absence; why it is given back; empty for a delivery like any other [personal]
    due_on TEXT NOT NULL, -- day by which the office must be told; 9999-12-31 for none [personal]
    state TEXT NOT NULL, -- to_tell, told, taken, differs, written_off [personal]
    batch_id INTEGER REFERENCES canteen_batch(id), -- in which it was told; NULL before that [internal]
    taken_cents INTEGER, -- what the office says it took; NULL before it answered [personal]
    reason TEXT NOT NULL, -- of the decision that closed a difference; empty for none [personal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE INDEX canteen_debit_by_order ON canteen_debit(order_id, id);
CREATE INDEX canteen_debit_by_cycle ON canteen_debit(cycle_id, reference, id);
CREATE INDEX canteen_debit_by_batch ON canteen_debit(batch_id, reference, id);
CREATE INDEX canteen_debit_by_state ON canteen_debit(establishment_id, state, due_on, id);
CREATE INDEX canteen_debit_by_person ON canteen_debit(person_id, id);
CREATE TABLE canteen_sale ( -- what was charged, as it entered the general ledger: for each round, cycle or single order a row for each VAT rate
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- [internal]
    key TEXT NOT NULL UNIQUE, -- of the entry: canteen.round:<id>:<vat> [internal]
    origin TEXT NOT NULL, -- code of the round; cycle, departure or give_back for what was settled without one [public]
    settled_on TEXT NOT NULL, -- [public]
    vat TEXT NOT NULL, -- parameter of the law: vat.food …; free_of_charge [public]
    vat_rate INTEGER NOT NULL, -- in millionths, on the day of the delivery [public]
    units INTEGER NOT NULL, -- delivered [public]
    charged_cents INTEGER NOT NULL, -- VAT included [public]
    vat_cents INTEGER NOT NULL, -- of it, rounded once [public]
    entry_id INTEGER REFERENCES ledger_entry(id), -- NULL when nothing was charged [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
-- immutable: canteen_sale
CREATE INDEX canteen_sale_by_cycle ON canteen_sale(cycle_id, origin, vat);
CREATE INDEX canteen_sale_by_establishment ON canteen_sale(establishment_id, settled_on, id);
CREATE TABLE canteen_paid ( -- transfers of accounts offices for what they took
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    transfer TEXT NOT NULL, -- reference that the office gave it [internal]
    paid_on TEXT NOT NULL, -- [internal]
    amount_cents INTEGER NOT NULL, -- [internal]
    entry_id INTEGER NOT NULL REFERENCES ledger_entry(id), -- [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, transfer)
) STRICT;
-- immutable: canteen_paid
CREATE TABLE canteen_departure ( -- orders of persons who left, or were away too long, with what became of each
    order_id INTEGER PRIMARY KEY NOT NULL REFERENCES canteen_order(id), -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    kind TEXT NOT NULL, -- release, transfer, death, absence; no cause [personal]
    left_on TEXT NOT NULL, -- [personal]
    due_on TEXT NOT NULL, -- day by which the accounts office must be told [personal]
    stage TEXT NOT NULL, -- not_picked, picked, delivered or settled when the departure was seen [personal]
    outcome TEXT NOT NULL, -- awaiting_sheet, let_go, not_charged, charged [personal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE INDEX canteen_departure_by_due ON canteen_departure(establishment_id, due_on, order_id);
CREATE INDEX canteen_departure_by_person ON canteen_departure(person_id);
