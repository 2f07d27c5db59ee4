-- version: 1
CREATE TABLE canteen_supply ( -- orders to suppliers: what the orders of a cycle ask for, in packs
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- [internal]
    cycle TEXT NOT NULL, -- its code [public]
    supplier TEXT NOT NULL, -- as the catalogue names it [internal]
    supplier_folded TEXT NOT NULL, -- for comparing [internal]
    number INTEGER NOT NULL, -- of the order, from 1 in each establishment [internal]
    correction INTEGER NOT NULL, -- 0 for the order of a cycle, 1 and up for what was added to it or taken off [internal]
    corrects INTEGER NOT NULL, -- number of the order that this corrects; 0 for none [internal]
    reason TEXT NOT NULL, -- of a correction [internal]
    wanted_on TEXT NOT NULL, -- day the goods are to be there [internal]
    made_on TEXT NOT NULL, -- [internal]
    sent_on TEXT NOT NULL, -- empty for a draft; nothing changes after it [internal]
    state TEXT NOT NULL, -- draft, sent, received (a delivery note was recorded) [internal]
    line_count INTEGER NOT NULL, -- [internal]
    pack_count INTEGER NOT NULL, -- [internal]
    units INTEGER NOT NULL, -- ordered [internal]
    received_units INTEGER NOT NULL, -- taken in so far [internal]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, number),
    UNIQUE (cycle_id, supplier_folded, correction)
) STRICT;
CREATE INDEX canteen_supply_by_establishment ON canteen_supply(establishment_id, id);
CREATE TABLE canteen_supply_number ( -- the last number given to a supplier's order
    establishment_id INTEGER PRIMARY KEY NOT NULL REFERENCES establishment(id), -- [internal]
    last INTEGER NOT NULL -- [internal]
) STRICT;
CREATE TABLE canteen_supply_line ( -- products of an order to a supplier
    supply_id INTEGER NOT NULL REFERENCES canteen_supply(id), -- [internal]
    product_id INTEGER NOT NULL REFERENCES canteen_product(id), -- [internal]
    code INTEGER NOT NULL, -- [public]
    name TEXT NOT NULL, -- as it was then [public]
    needed INTEGER NOT NULL, -- units that orders of the cycle ask for; 0 on a correction [internal]
    from_stock INTEGER NOT NULL, -- of these, units that lots hold already and nobody else was promised [internal]
    packs INTEGER NOT NULL, -- below zero on a correction that takes off [internal]
    pack_size INTEGER NOT NULL, -- units in a pack [internal]
    units INTEGER NOT NULL, -- packs times units in a pack [internal]
    expected_cents INTEGER NOT NULL, -- cost of one unit without VAT that the price in force rests on; 0 when there is none [internal]
    received INTEGER NOT NULL, -- units taken in so far [internal]
    PRIMARY KEY (supply_id, product_id)
) STRICT;
CREATE INDEX canteen_supply_line_by_product ON canteen_supply_line(product_id, supply_id);
CREATE TABLE canteen_supply_invoice ( -- suppliers' invoices as they entered the books
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    supply_id INTEGER NOT NULL REFERENCES canteen_supply(id), -- [internal]
    cycle TEXT NOT NULL, -- its code [public]
    supplier TEXT NOT NULL, -- [internal]
    supplier_folded TEXT NOT NULL, -- [internal]
    invoice TEXT NOT NULL, -- its number, as the supplier wrote it [internal]
    on_day TEXT NOT NULL, -- date of the invoice [internal]
    net_cents INTEGER NOT NULL, -- without VAT [internal]
    vat_cents INTEGER NOT NULL, -- [internal]
    total_cents INTEGER NOT NULL, -- [internal]
    expected_cents INTEGER NOT NULL, -- the same units at the cost that their prices rest on, without VAT [internal]
    difference_cents INTEGER NOT NULL, -- without VAT: above zero when goods cost more than expected [internal]
    entry_id INTEGER NOT NULL REFERENCES ledger_entry(id), -- in the general ledger [internal]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (supplier_folded, invoice)
) STRICT;
-- immutable: canteen_supply_invoice
CREATE INDEX canteen_supply_invoice_by_order ON canteen_supply_invoice(supply_id, id);
CREATE TABLE canteen_receipt ( -- delivery notes of suppliers
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    supply_id INTEGER REFERENCES canteen_supply(id), -- the order it answers; NULL: goods that no order asked for [internal]
    supplier TEXT NOT NULL, -- empty when no order asked for the goods and nobody said [internal]
    supplier_folded TEXT NOT NULL, -- [internal]
    note TEXT NOT NULL, -- number of the delivery note [internal]
    received_on TEXT NOT NULL, -- [internal]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, supplier_folded, note)
) STRICT;
CREATE INDEX canteen_receipt_by_order ON canteen_receipt(supply_id, id);
CREATE TABLE canteen_lot ( -- goods that came together: received, used, counted; left = received - used + counted
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    product_id INTEGER NOT NULL REFERENCES canteen_product(id), -- [internal]
    code INTEGER NOT NULL, -- of the product [public]
    lot_number TEXT NOT NULL, -- as printed on the goods; the number of the delivery note when there is none [public]
    best_before TEXT NOT NULL, -- last day; 9999-12-31 for goods that keep [public]
    received_on TEXT NOT NULL, -- first day [internal]
    received INTEGER NOT NULL, -- units [internal]
    used INTEGER NOT NULL, -- units put into bags and not given back [internal]
    counted INTEGER NOT NULL, -- sum of the differences found when counting [internal]
    units_left INTEGER NOT NULL, -- on the shelf, never below zero [internal]
    blocked INTEGER NOT NULL, -- 1: recalled, nothing more goes out [public]
    UNIQUE (product_id, lot_number)
) STRICT;
CREATE INDEX canteen_lot_by_expiry ON canteen_lot(product_id, best_before, id);
CREATE INDEX canteen_lot_by_establishment ON canteen_lot(establishment_id, best_before, id);
CREATE INDEX canteen_lot_by_day ON canteen_lot(best_before, id);
CREATE TABLE canteen_receipt_line ( -- what a delivery note says of a product, and what was taken in
    receipt_id INTEGER NOT NULL REFERENCES canteen_receipt(id), -- [internal]
    product_id INTEGER NOT NULL REFERENCES canteen_product(id), -- [internal]
    lot_number TEXT NOT NULL, -- [public]
    lot_id INTEGER REFERENCES canteen_lot(id), -- NULL when nothing was taken in [internal]
    code INTEGER NOT NULL, -- [public]
    name TEXT NOT NULL, -- as it was then [public]
    units INTEGER NOT NULL, -- taken in [internal]
    turned_back INTEGER NOT NULL, -- units refused at the door: broken, not ordered … [internal]
    wrong INTEGER NOT NULL, -- 1: the order does not hold this product [internal]
    remark TEXT NOT NULL, -- [internal]
    expected_cents INTEGER NOT NULL, -- cost of one unit without VAT that its price rests on; 0 when there is none [internal]
    purchase_cents INTEGER NOT NULL, -- as the delivery note says, or else expected_cents [internal]
    invoice_id INTEGER REFERENCES canteen_supply_invoice(id), -- NULL until the invoice is recorded [internal]
    PRIMARY KEY (receipt_id, product_id, lot_number)
) STRICT;
CREATE TABLE canteen_lot_use ( -- which lot went into which line of an order: a recall finds who received it
    order_id INTEGER NOT NULL REFERENCES canteen_order(id), -- [internal]
    position INTEGER NOT NULL, -- line of the order [internal]
    lot_id INTEGER NOT NULL REFERENCES canteen_lot(id), -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    product_id INTEGER NOT NULL REFERENCES canteen_product(id), -- of the lot [internal]
    units INTEGER NOT NULL, -- in the bag or handed over [personal]
    recalled INTEGER NOT NULL, -- units taken out of the bag because the lot was recalled [personal]
    PRIMARY KEY (order_id, position, lot_id)
) STRICT;
CREATE INDEX canteen_lot_use_by_lot ON canteen_lot_use(lot_id, order_id);
CREATE TABLE canteen_lot_count ( -- differences found when counting, with their reason
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    lot_id INTEGER NOT NULL REFERENCES canteen_lot(id), -- [internal]
    code INTEGER NOT NULL, -- of the product [public]
    lot_number TEXT NOT NULL, -- [public]
    on_day TEXT NOT NULL, -- [internal]
    before_units INTEGER NOT NULL, -- as the books had it [internal]
    counted_units INTEGER NOT NULL, -- as found [internal]
    difference INTEGER NOT NULL, -- found less expected [internal]
    cause TEXT NOT NULL, -- spoilt, past_date, unknown_theft, miscounted, given_away, recall [internal]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
-- immutable: canteen_lot_count
CREATE INDEX canteen_lot_count_by_establishment ON canteen_lot_count(establishment_id, on_day, id);
CREATE INDEX canteen_lot_count_by_day ON canteen_lot_count(on_day, id);
CREATE TABLE canteen_recall ( -- recalled lots; who holds them is in canteen_lot_use
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    lot_id INTEGER NOT NULL UNIQUE REFERENCES canteen_lot(id), -- [internal]
    code INTEGER NOT NULL, -- of the product [public]
    name TEXT NOT NULL, -- [public]
    lot_number TEXT NOT NULL, -- [public]
    on_day TEXT NOT NULL, -- [public]
    reason TEXT NOT NULL, -- [public]
    shelf_units INTEGER NOT NULL, -- blocked on the shelf that day [internal]
    bag_units INTEGER NOT NULL, -- taken out of bags [internal]
    handed_units INTEGER NOT NULL, -- handed over before, to be given back [internal]
    people INTEGER NOT NULL, -- who held or hold it [internal]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE INDEX canteen_recall_by_establishment ON canteen_recall(establishment_id, on_day, id);
CREATE INDEX canteen_recall_by_day ON canteen_recall(on_day, id);
CREATE TABLE canteen_share ( -- what was missing of a product, and how it was shared: the oldest order first
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- [internal]
    product_id INTEGER NOT NULL REFERENCES canteen_product(id), -- [internal]
    code INTEGER NOT NULL, -- [public]
    name TEXT NOT NULL, -- [public]
    on_day TEXT NOT NULL, -- [internal]
    wanted INTEGER NOT NULL, -- units that orders of the cycle still waited for [internal]
    available INTEGER NOT NULL, -- units there were for them [internal]
    missing INTEGER NOT NULL, -- units cut [internal]
    lines INTEGER NOT NULL, -- lines cut [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
-- immutable: canteen_share
CREATE INDEX canteen_share_by_cycle ON canteen_share(cycle_id, code, id);
