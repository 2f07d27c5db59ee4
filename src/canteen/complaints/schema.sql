-- version: 1
CREATE TABLE canteen_complaint ( -- what a person says was wrong with a line of an order, and what was decided
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [internal]
    number INTEGER NOT NULL, -- by which people name it, from 1 in each establishment [internal]
    order_id INTEGER NOT NULL, -- [internal]
    position INTEGER NOT NULL, -- line of the order [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    cycle TEXT NOT NULL, -- code of the cycle of the order [internal]
    code INTEGER NOT NULL, -- of the product ordered [personal]
    name TEXT NOT NULL, -- of the product ordered, as it was then [personal]
    supplier TEXT NOT NULL, -- of what was in the bag, as it was then [internal]
    cause TEXT NOT NULL, -- missing, damaged, wrong or overpriced [personal]
    units INTEGER NOT NULL, -- it is about [personal]
    proven_units INTEGER NOT NULL, -- of them, that picking or delivery show were never received: not charged, nothing to decide [personal]
    told_by TEXT NOT NULL, -- paper_form, tablet or staff [internal]
    told_on TEXT NOT NULL, -- [personal]
    answer_by TEXT NOT NULL, -- last day to decide [internal]
    state TEXT NOT NULL, -- open; accepted, redelivery or refused [personal]
    automatic INTEGER NOT NULL, -- 1: the records decided, nobody had to [internal]
    decided_on TEXT NOT NULL, -- empty while open [personal]
    decided_by TEXT NOT NULL, -- who recorded the decision, empty while open [internal]
    delay_days INTEGER, -- from told_on to decided_on; NULL while open [internal]
    settled_units INTEGER NOT NULL, -- paid back, or to be handed over at the next round [personal]
    refund_cents INTEGER NOT NULL, -- given back to the person [personal]
    reason TEXT NOT NULL, -- of a refusal, as the person reads it [personal]
    redelivered_on TEXT NOT NULL, -- empty until then [personal]
    at INTEGER NOT NULL, -- told, UTC milliseconds [internal]
    decided_at INTEGER NOT NULL, -- UTC milliseconds, 0 while open [internal]
    FOREIGN KEY (order_id, position) REFERENCES canteen_order_line(order_id, position),
    UNIQUE (establishment_id, number)
) STRICT;
CREATE INDEX canteen_complaint_by_line ON canteen_complaint(order_id, position);
CREATE UNIQUE INDEX canteen_complaint_open ON canteen_complaint(order_id, position) WHERE state = 'open';
CREATE INDEX canteen_complaint_by_person ON canteen_complaint(person_id, told_on);
CREATE INDEX canteen_complaint_by_day ON canteen_complaint(establishment_id, told_on, id);
CREATE INDEX canteen_complaint_by_decision ON canteen_complaint(establishment_id, decided_on, id);
CREATE INDEX canteen_complaint_by_answer ON canteen_complaint(establishment_id, answer_by, id);
CREATE INDEX canteen_complaint_by_all_days ON canteen_complaint(told_on, id);
CREATE INDEX canteen_complaint_by_all_answers ON canteen_complaint(answer_by, id);
CREATE TABLE canteen_complaint_counter ( -- the last number given in an establishment
    establishment_id INTEGER PRIMARY KEY NOT NULL REFERENCES establishment(id), -- [internal]
    last INTEGER NOT NULL -- [internal]
) STRICT;
CREATE TABLE canteen_basket ( -- what the price index follows: some products, so many of each, from a day on
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    from_on TEXT NOT NULL, -- [public]
    price_cents INTEGER NOT NULL, -- of all of it on that day [public]
    base_thousandths INTEGER NOT NULL, -- index of that day: 100, or what the basket before it had reached [public]
    author TEXT NOT NULL, -- who set it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, from_on)
) STRICT;
-- immutable: canteen_basket
CREATE TABLE canteen_basket_item (
    basket_id INTEGER NOT NULL REFERENCES canteen_basket(id), -- [internal]
    product_id INTEGER NOT NULL REFERENCES canteen_product(id), -- [internal]
    units INTEGER NOT NULL, -- [public]
    PRIMARY KEY (basket_id, product_id)
) STRICT;
-- immutable: canteen_basket_item
CREATE TABLE canteen_month ( -- figures of a month and establishment as they stood at an instant
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    month TEXT NOT NULL, -- 2023-03 [public]
    number INTEGER NOT NULL, -- from 1: counted again while the month was not closed [public]
    closed INTEGER NOT NULL, -- 1: all was settled, these are the figures of the report [public]
    definition INTEGER NOT NULL, -- version of what the figures mean [public]
    cut_off INTEGER NOT NULL, -- UTC milliseconds: what was told later is not in them [public]
    line_count INTEGER NOT NULL, -- lines of orders that were read [public]
    complaint_count INTEGER NOT NULL, -- complaints that were read [public]
    author TEXT NOT NULL, -- who asked for them [internal]
    UNIQUE (establishment_id, month, number)
) STRICT;
-- immutable: canteen_month
CREATE INDEX canteen_month_by_month ON canteen_month(establishment_id, month, id);
CREATE INDEX canteen_month_by_all_months ON canteen_month(month, id);
CREATE TABLE canteen_figure (
    month_id INTEGER NOT NULL REFERENCES canteen_month(id), -- [internal]
    position INTEGER NOT NULL, -- as on the page, from 1 [internal]
    figure TEXT NOT NULL, -- code: lines_ordered, delivered_late … [public]
    kind TEXT NOT NULL, -- what value counts: count, people, money (cents), mean (thousandths) [public]
    value INTEGER NOT NULL, -- [public]
    out_of INTEGER, -- of which it is a part; NULL for none [public]
    PRIMARY KEY (month_id, position)
) STRICT;
-- immutable: canteen_figure
CREATE TABLE canteen_index ( -- price of the basket on the first day of each month
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    month TEXT NOT NULL, -- [public]
    price_cents INTEGER NOT NULL, -- [public]
    index_thousandths INTEGER NOT NULL, -- 100 in the first month [public]
    PRIMARY KEY (establishment_id, month)
) STRICT;
