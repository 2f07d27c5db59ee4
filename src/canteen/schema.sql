-- version: 1
CREATE TABLE canteen_decision ( -- decisions of a head of establishment on prices; one covers many prices
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    reference TEXT NOT NULL, -- as the decision itself says: 2026-14 [public]
    decided_on TEXT NOT NULL, -- [public]
    from_on TEXT NOT NULL, -- first day of its prices [public]
    document_id INTEGER REFERENCES document(id), -- the signed decision, NULL when it was not handed in [internal]
    price_count INTEGER NOT NULL, -- [public]
    author TEXT NOT NULL, -- who recorded it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, reference)
) STRICT;
CREATE INDEX canteen_decision_by_date ON canteen_decision(establishment_id, decided_on, id);
CREATE INDEX canteen_decision_by_day ON canteen_decision(decided_on, id);
CREATE TABLE canteen_product ( -- what can be ordered in an establishment
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    code INTEGER NOT NULL, -- the number on the form and under the clerk's fingers, 1 to 99999 [public]
    name TEXT NOT NULL, -- [public]
    name_folded TEXT NOT NULL, -- for sorting [public]
    brand TEXT NOT NULL, -- empty for none [public]
    family TEXT NOT NULL, -- of goods ordered and delivered together: grocery, fresh, hygiene … [public]
    protected_kind TEXT NOT NULL, -- hygiene, correspondence or tobacco: never cut by a sanction; empty for none [public]
    measure TEXT NOT NULL, -- what content counts: g, ml or piece [public]
    content_thousandths INTEGER NOT NULL, -- of one unit sold, in that measure [public]
    allergens TEXT NOT NULL, -- codes of the 14, separated by spaces [public]
    diets TEXT NOT NULL, -- marks: no_pork, vegetarian, vegan, no_sugar … [public]
    vat TEXT NOT NULL, -- parameter of the law: vat.food, vat.immediate, vat.standard, vat.press [public]
    need TEXT NOT NULL, -- what it is for: products of one need stand in for each other; empty for none [public]
    supplier TEXT NOT NULL, -- [internal]
    pack_size INTEGER NOT NULL, -- units in what the supplier sells [internal]
    on_sale INTEGER NOT NULL, -- 1: can be ordered now; without a price it never is [public]
    stock_free INTEGER, -- units not promised to an order yet; NULL: bought for each cycle, without limit [internal]
    price_cents INTEGER NOT NULL, -- in force, VAT included; 0 while it has none [public]
    price_from TEXT NOT NULL, -- since when, empty while it has none [public]
    next_price_cents INTEGER NOT NULL, -- decided and to come; 0 for none. From next_from on it is the one in force [public]
    next_from TEXT NOT NULL, -- empty for none [public]
    measure_price_cents INTEGER NOT NULL, -- of 1,000 g or ml, or of a piece [public]
    cheapest INTEGER NOT NULL, -- 1: no product of its need costs less by measure [public]
    UNIQUE (establishment_id, code)
) STRICT;
-- search: canteen_product
CREATE INDEX canteen_product_by_establishment ON canteen_product(establishment_id, id);
CREATE INDEX canteen_product_by_name ON canteen_product(establishment_id, name_folded, id);
CREATE INDEX canteen_product_by_family ON canteen_product(establishment_id, family, name_folded, id);
CREATE INDEX canteen_product_by_need ON canteen_product(establishment_id, need, measure_price_cents);
CREATE INDEX canteen_product_by_next ON canteen_product(establishment_id, next_from);
CREATE INDEX canteen_product_by_all_names ON canteen_product(name_folded, id);
CREATE INDEX canteen_product_by_all_codes ON canteen_product(code, id);
CREATE TABLE canteen_price ( -- prices as decided; the one in force on a day is the last that began by then
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    product_id INTEGER NOT NULL REFERENCES canteen_product(id), -- [internal]
    from_on TEXT NOT NULL, -- first day [public]
    price_cents INTEGER NOT NULL, -- of one unit, VAT included [public]
    purchase_cents INTEGER NOT NULL, -- what one unit costs us, without VAT [internal]
    handling_cents INTEGER NOT NULL, -- to store, prepare and hand over one unit, without VAT [internal]
    vat_rate INTEGER NOT NULL, -- in millionths, as it was on the first day [public]
    margin_cents INTEGER NOT NULL, -- price without VAT less both costs; below zero when it does not cover them [internal]
    decision_id INTEGER NOT NULL REFERENCES canteen_decision(id), -- [public]
    reason TEXT NOT NULL, -- why it is another price than before [public]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (product_id, from_on)
) STRICT;
-- immutable: canteen_price
CREATE INDEX canteen_price_by_decision ON canteen_price(decision_id, product_id);
CREATE TABLE canteen_balance ( -- what the accounts office of the prison told last: how much a person may spend
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    account_id INTEGER NOT NULL REFERENCES ledger_account(id), -- in the book of the mirror [internal]
    told_on TEXT NOT NULL, -- date the balance is of [personal]
    told_cents INTEGER NOT NULL, -- free to spend that day, what accepted orders block left out [personal]
    at INTEGER NOT NULL, -- when it was taken in, UTC milliseconds [internal]
    PRIMARY KEY (person_id, establishment_id)
) STRICT;
CREATE TABLE canteen_restriction ( -- a dated limit to protected kinds; no cause is kept
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    from_on TEXT NOT NULL, -- [personal]
    to_on TEXT NOT NULL, -- last day [personal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE INDEX canteen_restriction_by_person ON canteen_restriction(person_id, to_on);
CREATE TABLE canteen_limit ( -- what one person may order at most; the row without regime is for everybody whose own regime has none
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    kind TEXT NOT NULL, -- cycle_amount, week_amount: cents; cycle_quantity: units of the product [public]
    code INTEGER NOT NULL, -- of the product for cycle_quantity, else 0 [public]
    regime TEXT NOT NULL, -- code of the detention regime it is for; empty for everybody [public]
    most INTEGER NOT NULL, -- cents or units [public]
    UNIQUE (establishment_id, kind, code, regime)
) STRICT;
CREATE INDEX canteen_limit_by_establishment ON canteen_limit(establishment_id, kind, id);
CREATE INDEX canteen_limit_by_kind ON canteen_limit(kind, id);
-- The limits that hold for a stay: that of the person's regime, else the general one. The one place where this is said.
CREATE VIEW canteen_limit_held AS
SELECT s.id AS stay_id, l.kind AS kind, l.code AS code, l.most AS most
FROM stay s JOIN canteen_limit l ON l.establishment_id = s.establishment_id
WHERE l.regime = s.regime
      OR (l.regime = '' AND NOT EXISTS (SELECT 1 FROM canteen_limit o WHERE o.establishment_id = l.establishment_id AND o.kind = l.kind
                                        AND o.code = l.code AND o.regime = s.regime));
CREATE TABLE canteen_cycle ( -- one turn of a family of goods: opens, closes, is answered, picked, delivered, settled
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    code TEXT NOT NULL, -- such as 2026-48-epicerie [public]
    goods TEXT NOT NULL, -- families that can be ordered, separated by spaces [public]
    opens_on TEXT NOT NULL, -- [public]
    closes_on TEXT NOT NULL, -- last day of orders [public]
    picks_on TEXT NOT NULL, -- day its goods are there and bags are filled [public]
    delivers_on TEXT NOT NULL, -- [public]
    settles_on TEXT NOT NULL, -- day by which what was not handed over is free again [public]
    week TEXT NOT NULL, -- Monday of the week of delivery, for limits by week [internal]
    state TEXT NOT NULL, -- open, closed (to orders), picking, delivering, settled [public]
    order_count INTEGER NOT NULL, -- [internal]
    total_cents INTEGER NOT NULL, -- of orders that stand [internal]
    UNIQUE (establishment_id, code)
) STRICT;
CREATE INDEX canteen_cycle_by_closing ON canteen_cycle(establishment_id, closes_on, id);
CREATE INDEX canteen_cycle_by_day ON canteen_cycle(closes_on, id);
CREATE INDEX canteen_cycle_by_establishment ON canteen_cycle(establishment_id, id);
CREATE TABLE canteen_order ( -- what a person ordered in a cycle: a hold against the mirror, never money held by us
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    stay_id INTEGER NOT NULL REFERENCES stay(id), -- [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    source TEXT NOT NULL, -- paper_form, staff, tablet, or standing: nobody filled in a form [internal]
    state TEXT NOT NULL, -- placed; accepted, reduced or refused by the office; cancelled; settled [personal]
    reason TEXT NOT NULL, -- of the last change that the person did not ask for; empty for none [personal]
    total_cents INTEGER NOT NULL, -- of its lines as they stand; once settled, what was charged [personal]
    blocked_cents INTEGER NOT NULL, -- what the office blocks for it, until it took the debit; 0 while it has not answered [personal]
    hold_id INTEGER REFERENCES ledger_entry(id), -- in the mirror; NULL when nothing is held [internal]
    handed_on TEXT NOT NULL, -- form handed in, or order typed; what was in force that day counts [internal]
    acceptance TEXT NOT NULL, -- decision of the head of establishment that let it pass the limits; empty when none was needed [personal]
    fingerprint TEXT NOT NULL, -- of its lines: the same order again is the same order [internal]
    author TEXT NOT NULL, -- who entered it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (cycle_id, person_id)
) STRICT;
CREATE INDEX canteen_order_by_reference ON canteen_order(cycle_id, reference);
CREATE INDEX canteen_order_by_cycle ON canteen_order(cycle_id, id);
CREATE INDEX canteen_order_by_person ON canteen_order(person_id, at);
CREATE TABLE canteen_order_line ( -- lines of an order, at the price of the day they were ordered
    order_id INTEGER NOT NULL REFERENCES canteen_order(id), -- [internal]
    position INTEGER NOT NULL, -- from 1, as on the form [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    product_id INTEGER NOT NULL REFERENCES canteen_product(id), -- [internal]
    code INTEGER NOT NULL, -- [personal]
    name TEXT NOT NULL, -- as it was then [personal]
    protected_kind TEXT NOT NULL, -- [personal]
    quantity INTEGER NOT NULL, -- units as they stand [personal]
    ordered INTEGER NOT NULL, -- units as the person wrote them [personal]
    why TEXT NOT NULL, -- fewer units stand than were ordered: office, balance, shortage, recall, departure …; empty while all stand [personal]
    price_cents INTEGER NOT NULL, -- of one, VAT included [personal]
    free INTEGER NOT NULL, -- 1: given without charge, its price is zero [personal]
    substitute INTEGER NOT NULL, -- 1: another product of the same need may be given in its place [personal]
    picked INTEGER, -- units put into the bag; NULL before that [personal]
    given_id INTEGER REFERENCES canteen_product(id), -- the product in the bag when it is not the one ordered [personal]
    charged_price_cents INTEGER NOT NULL, -- of one: the lower of both prices when another product is given [personal]
    delivered INTEGER, -- units the person received and kept; NULL before that [personal]
    outcome TEXT NOT NULL, -- of the delivery: received, refused, missing, damaged, absent, returned; empty before it [personal]
    most INTEGER, -- units that can be told as received once a complaint settled some of them; NULL: no complaint did [personal]
    PRIMARY KEY (order_id, position)
) STRICT;
CREATE INDEX canteen_order_line_by_product ON canteen_order_line(product_id, order_id);
