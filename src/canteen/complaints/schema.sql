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
    cause TEXT NOT NULL, -- missing, damaged, wrong_product or overpriced [personal]
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
    x INTEGER NOT NULL, -- where it stands in the picture [public]
    y INTEGER NOT NULL, -- likewise [public]
    x_before INTEGER NOT NULL, -- of the month before; the same as x in the first [public]
    y_before INTEGER NOT NULL, -- likewise [public]
    PRIMARY KEY (establishment_id, month)
) STRICT;
CREATE TABLE canteen_index_scale ( -- of the picture
    establishment_id INTEGER PRIMARY KEY NOT NULL REFERENCES establishment(id), -- [internal]
    low_thousandths INTEGER NOT NULL, -- at its bottom [public]
    high_thousandths INTEGER NOT NULL, -- at its top [public]
    y_base INTEGER NOT NULL -- where 100 stands [public]
) STRICT;
CREATE TABLE canteen_complaint_decision ( -- every decision as it was taken: what could not be handed over again is decided anew
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    complaint_id INTEGER NOT NULL REFERENCES canteen_complaint(id), -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    decision TEXT NOT NULL, -- accepted, redelivery or refused [personal]
    decided_on TEXT NOT NULL, -- [personal]
    delay_days INTEGER NOT NULL, -- since it was told [internal]
    late INTEGER NOT NULL, -- 1: after the last day to answer [internal]
    automatic INTEGER NOT NULL, -- 1: by the records [internal]
    refund_cents INTEGER NOT NULL, -- [personal]
    author TEXT NOT NULL, -- who recorded it [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
-- immutable: canteen_complaint_decision
CREATE INDEX canteen_complaint_decision_by_day ON canteen_complaint_decision(establishment_id, decided_on, id);
CREATE INDEX canteen_complaint_decision_by_complaint ON canteen_complaint_decision(complaint_id, id);
CREATE INDEX canteen_complaint_decision_by_person ON canteen_complaint_decision(person_id, id);
-- What the figures count, and the lists behind them show: the one place where it says what is full, part, late, short …
-- A line is counted when the accounts office accepted its order and left a unit of it standing. due: the units to deliver;
-- what was cut for want of goods is due all the same, what the office or the person's departure cut is not. Charges that come
-- back (television …) are no goods. Another meaning is another DEFINITION in figures.c.
CREATE VIEW canteen_line_fact AS
SELECT f.establishment_id AS establishment_id, f.establishment AS establishment, f.month AS month, f.cycle AS cycle,
       f.delivers_on AS delivers_on, f.brought_on AS brought_on, f.order_id AS order_id, f.position AS position,
       f.person_id AS person_id, f.reference AS reference, f.code AS code, f.name AS name, f.supplier AS supplier,
       f.ordered AS ordered, f.due AS due, f.picked AS picked, f.delivered AS delivered, f.outcome AS outcome, f.why AS why,
       CASE WHEN f.told = 1 AND f.delivered >= f.due THEN 1 ELSE 0 END AS delivered_full,
       CASE WHEN f.told = 1 AND f.delivered > 0 AND f.delivered < f.due THEN 1 ELSE 0 END AS delivered_part,
       CASE WHEN f.told = 1 AND f.delivered = 0 THEN 1 ELSE 0 END AS delivered_none,
       CASE WHEN f.told = 0 THEN 1 ELSE 0 END AS delivery_pending,
       CASE WHEN f.delivered > 0 AND f.brought_on > f.delivers_on THEN 1 ELSE 0 END AS delivered_late,
       CASE WHEN f.outcome = 'refused' THEN 1 ELSE 0 END AS lines_refused,
       CASE WHEN f.outcome = 'absent' THEN 1 ELSE 0 END AS lines_absent,
       CASE WHEN f.due > f.in_bag THEN f.due - f.in_bag ELSE 0 END AS units_short,
       CASE WHEN f.order_state = 'settled' THEN f.delivered * f.charged_price_cents ELSE 0 END AS charged_cents,
       CASE WHEN f.free = 1 THEN f.delivered * f.posted_cents ELSE 0 END AS given_free_cents,
       CASE WHEN f.free = 1 THEN 0
            ELSE (f.delivered * f.charged_price_cents * 2000000 + 1000000 + f.vat_rate) / (2 * (1000000 + f.vat_rate))
                 - f.delivered * f.cost_cents END AS margin_cents
FROM (SELECT c.establishment_id AS establishment_id, c.establishment AS establishment, substr(c.delivers_on, 1, 7) AS month,
             c.code AS cycle, c.delivers_on AS delivers_on, COALESCE(r.delivered_on, '') AS brought_on, o.id AS order_id,
             o.person_id AS person_id, o.reference AS reference, o.state AS order_state, l.position AS position, l.code AS code,
             l.name AS name, p.supplier AS supplier, l.ordered AS ordered, l.picked AS picked, l.outcome AS outcome, l.why AS why,
             l.free AS free, l.charged_price_cents AS charged_price_cents, COALESCE(l.delivered, 0) AS delivered,
             CASE WHEN l.why IN ('shortage', 'recall') THEN l.ordered ELSE l.quantity END AS due,
             CASE WHEN l.delivered IS NOT NULL OR l.quantity = 0 OR o.state = 'settled' THEN 1 ELSE 0 END AS told,
             COALESCE(l.picked, CASE WHEN o.state = 'settled' THEN 0 ELSE l.quantity END) AS in_bag,
             COALESCE(q.price_cents, 0) AS posted_cents, COALESCE(q.vat_rate, 0) AS vat_rate,
             COALESCE(q.purchase_cents + q.handling_cents, l.charged_price_cents) AS cost_cents
      FROM canteen_cycle c JOIN canteen_order o ON o.cycle_id = c.id JOIN canteen_order_line l ON l.order_id = o.id
           JOIN canteen_product p ON p.id = COALESCE(l.given_id, l.product_id)
           LEFT JOIN canteen_bag b ON b.order_id = o.id LEFT JOIN canteen_round r ON r.id = b.round_id
           LEFT JOIN canteen_price q ON q.product_id = p.id AND q.from_on =
               (SELECT MAX(m.from_on) FROM canteen_price m WHERE m.product_id = p.id AND m.from_on <= o.handed_on)
      WHERE o.state IN ('accepted', 'reduced', 'settled') AND p.family <> 'recurring') f
WHERE f.due > 0;
