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
