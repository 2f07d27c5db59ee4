-- view: form.products
-- title: What can be ordered in a cycle
-- help: Code, name and price of each product, for the page on which forms are entered.
-- read: staff, coordinator
-- scope: staff c.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- whole
-- column: code int
-- column: name text
-- column: goods code
-- column: price money
SELECT p.code AS code, p.name AS name, p.family AS goods,
       CASE WHEN p.next_from <> '' AND p.next_from <= :today THEN p.next_price_cents ELSE p.price_cents END AS price
FROM canteen_cycle c JOIN canteen_product p ON p.establishment_id = c.establishment_id
WHERE c.establishment = :prison AND c.code = :cycle AND p.on_sale = 1 AND (' ' || c.goods || ' ') LIKE ('% ' || p.family || ' %')
      AND (p.price_cents > 0 OR (p.next_from <> '' AND p.next_from <= :today))
ORDER BY p.code

-- view: form.person
-- title: What one person may still order in a cycle
-- help: Free in the mirror, limits, and the order that is there already.
-- read: staff
-- scope: staff c.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- param: whom ref
-- one
-- column: reference ref
-- column: wing text
-- column: cell text
-- column: stay_state code
-- column: only_protected bool
-- column: still_free money
-- column: order_limit money
-- column: week_limit money
-- column: week_spent money
-- column: ordered_before money
-- column: order_state code
-- sensitive
SELECT s.reference AS reference, s.wing AS wing, s.cell AS cell, s.state AS stay_state,
       CASE WHEN EXISTS (SELECT 1 FROM canteen_restriction r WHERE r.person_id = s.person_id AND r.establishment_id = c.establishment_id
            AND r.from_on <= :today AND r.to_on >= :today) THEN 1 ELSE 0 END AS only_protected,
       COALESCE(a.credit_cents - a.debit_cents - a.pending_debit_cents, 0) AS still_free,
       (SELECT l.most FROM canteen_limit_held l WHERE l.stay_id = s.id AND l.kind = 'cycle_amount') AS order_limit,
       (SELECT l.most FROM canteen_limit_held l WHERE l.stay_id = s.id AND l.kind = 'week_amount') AS week_limit,
       (SELECT CAST(COALESCE(SUM(w.total_cents), 0) AS INTEGER) FROM canteen_order w JOIN canteen_cycle k ON k.id = w.cycle_id
        WHERE w.person_id = s.person_id AND k.establishment_id = c.establishment_id AND k.week = c.week AND w.source <> 'standing'
              AND w.cycle_id <> c.id AND w.state IN ('placed', 'accepted', 'reduced', 'settled')) AS week_spent,
       o.total_cents AS ordered_before, o.state AS order_state
FROM canteen_cycle c JOIN stay s ON s.establishment_id = c.establishment_id AND s.here = 1
     LEFT JOIN canteen_balance b ON b.person_id = s.person_id AND b.establishment_id = c.establishment_id
     LEFT JOIN ledger_account a ON a.id = b.account_id
     LEFT JOIN canteen_order o ON o.cycle_id = c.id AND o.person_id = s.person_id
WHERE c.establishment = :prison AND c.code = :cycle AND s.person_id = (SELECT id FROM person WHERE reference = :whom)

-- view: form.unit_limits
-- title: How many of each product one person may order
-- help: Products with a limit, for the page on which forms are entered.
-- read: staff
-- scope: staff s.establishment_id = :establishment
-- param: prison text
-- param: whom ref
-- whole
-- column: code int
-- column: most int
SELECT l.code AS code, l.most AS most
FROM stay s JOIN canteen_limit_held l ON l.stay_id = s.id
WHERE s.establishment = :prison AND s.here = 1 AND s.person_id = (SELECT id FROM person WHERE reference = :whom) AND l.kind = 'cycle_quantity'
ORDER BY l.code

-- view: form.entered
-- title: Last forms I entered
-- read: staff
-- scope: staff c.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- whole
-- column: reference ref
-- column: order_state code
-- column: amount money
-- column: entered_at instant
-- column: can_cancel bool
-- column: away bool
-- sensitive
SELECT o.reference AS reference, o.state AS order_state, o.total_cents AS amount, o.at AS entered_at,
       CASE WHEN o.state = 'placed' AND c.state = 'open' THEN 1 ELSE 0 END AS can_cancel,
       CASE WHEN s.state = 'absent' THEN 1 ELSE 0 END AS away
FROM canteen_cycle c JOIN canteen_order o ON o.cycle_id = c.id JOIN stay s ON s.id = o.stay_id
WHERE c.establishment = :prison AND c.code = :cycle AND o.author = :actor AND o.source = 'paper_form'
ORDER BY o.at DESC, o.id DESC
LIMIT 5

-- view: form.aside
-- title: Forms set aside
-- help: Late, illegible, unsigned, nobody's or over the limit: each with its end.
-- read: staff
-- scope: staff f.establishment_id = :establishment
-- param: prison text where (f.establishment || '') = :prison
-- param: cycle text where (f.cycle || '') = :cycle
-- param: state code of set_aside|entered|returned|given_up where (f.state || '') = :state
-- column: id id key hidden
-- column: form_number int link /canteen-form/{establishment}/{form_number}
-- column: cycle ref
-- column: reference ref
-- column: reason code
-- column: received_on date
-- column: state code
-- column: into_cycle ref
-- column: dropped_for code
-- column: establishment text hidden
-- sensitive
SELECT f.id AS id, f.number AS form_number, f.cycle AS cycle, f.reference AS reference, f.reason AS reason, f.received_on AS received_on,
       f.state AS state, f.into_cycle AS into_cycle, f.dropped_for AS dropped_for, f.establishment AS establishment
FROM canteen_form f

-- view: form.show
-- title: Form set aside
-- read: staff
-- scope: staff f.establishment_id = :establishment
-- param: prison text
-- param: form_number int
-- one
-- column: establishment text
-- column: form_number int
-- column: cycle ref
-- column: reference ref
-- column: reason code
-- column: received_on date
-- column: scanned bool
-- column: state code
-- column: waits bool
-- column: into_cycle ref
-- column: accepted_by code
-- column: acceptance text
-- column: dropped_for code
-- column: resolved_on date
-- column: author text
-- column: resolver text
-- sensitive
SELECT f.establishment AS establishment, f.number AS form_number, f.cycle AS cycle, f.reference AS reference, f.reason AS reason,
       f.received_on AS received_on, CASE WHEN f.document_id IS NULL THEN 0 ELSE 1 END AS scanned, f.state AS state,
       CASE WHEN f.state = 'set_aside' THEN 1 ELSE 0 END AS waits, f.into_cycle AS into_cycle, f.accepted_by AS accepted_by,
       f.acceptance AS acceptance, f.dropped_for AS dropped_for, f.resolved_on AS resolved_on, f.author AS author, f.resolver AS resolver
FROM canteen_form f
WHERE f.establishment = :prison AND f.number = :form_number

-- view: form.figures
-- title: Forms set aside, by reason
-- read: staff, coordinator, authority, auditor
-- scope: staff f.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR f.establishment_id = :establishment)
-- param: prison text
-- whole
-- column: reason code
-- column: forms int
-- column: still_waiting int
-- column: taken_in int
-- column: handed_back int
-- column: without_order int
SELECT f.reason AS reason, COUNT(*) AS forms, CAST(SUM(CASE WHEN f.state = 'set_aside' THEN 1 ELSE 0 END) AS INTEGER) AS still_waiting,
       CAST(SUM(CASE WHEN f.state = 'entered' THEN 1 ELSE 0 END) AS INTEGER) AS taken_in,
       CAST(SUM(CASE WHEN f.state = 'returned' THEN 1 ELSE 0 END) AS INTEGER) AS handed_back,
       CAST(SUM(CASE WHEN f.state = 'given_up' THEN 1 ELSE 0 END) AS INTEGER) AS without_order
FROM canteen_form f
WHERE f.establishment = :prison
GROUP BY f.reason
ORDER BY f.reason

-- view: pin.list
-- title: PINs for the tablet
-- help: Who has one, whose slip waits to be printed, who is locked. A PIN itself is shown nowhere.
-- read: staff
-- scope: staff k.establishment_id = :establishment
-- param: prison text
-- whole
-- column: reference ref
-- column: wing text
-- column: cell text
-- column: made_on date
-- column: slip_waits bool
-- column: wrong_tries int
-- column: locked_until instant
-- sensitive
SELECT k.reference AS reference, s.wing AS wing, s.cell AS cell, k.made_on AS made_on, CASE WHEN LENGTH(k.sealed) > 0 THEN 1 ELSE 0 END AS slip_waits,
       k.failed AS wrong_tries, CASE WHEN k.locked_until > 0 THEN k.locked_until END AS locked_until
FROM establishment e JOIN canteen_pin k ON k.establishment_id = e.id JOIN stay s ON s.person_id = k.person_id AND s.establishment_id = e.id AND s.here = 1
WHERE e.ref = :prison
ORDER BY s.place, k.person_id

-- view: tablet.me
-- title: What I may spend
-- read: detained
-- scope: detained s.person_id = :user
-- one
-- column: reference ref
-- column: pictures bool
-- column: still_free money
-- column: told_on date
-- column: order_limit money
-- column: week_limit money
-- column: only_protected bool
SELECT s.reference AS reference, p.pictures AS pictures, COALESCE(a.credit_cents - a.debit_cents - a.pending_debit_cents, 0) AS still_free,
       b.told_on AS told_on,
       (SELECT l.most FROM canteen_limit_held l WHERE l.stay_id = s.id AND l.kind = 'cycle_amount') AS order_limit,
       (SELECT l.most FROM canteen_limit_held l WHERE l.stay_id = s.id AND l.kind = 'week_amount') AS week_limit,
       CASE WHEN EXISTS (SELECT 1 FROM canteen_restriction r WHERE r.person_id = s.person_id AND r.establishment_id = s.establishment_id
            AND r.from_on <= :today AND r.to_on >= :today) THEN 1 ELSE 0 END AS only_protected
FROM stay s JOIN person p ON p.id = s.person_id LEFT JOIN canteen_balance b ON b.person_id = s.person_id AND b.establishment_id = s.establishment_id
     LEFT JOIN ledger_account a ON a.id = b.account_id
WHERE s.person_id = :user AND s.here = 1

-- view: tablet.cycles
-- title: What can be ordered now
-- read: detained
-- scope: detained s.person_id = :user
-- whole
-- column: cycle ref
-- column: goods words
-- column: closes_on date
-- column: delivers_on date
-- column: order_state code
-- column: amount money
-- column: can_cancel bool
SELECT c.code AS cycle, c.goods AS goods, c.closes_on AS closes_on, c.delivers_on AS delivers_on, o.state AS order_state,
       o.total_cents AS amount, CASE WHEN o.state = 'placed' AND o.source <> 'standing' THEN 1 ELSE 0 END AS can_cancel
FROM stay s JOIN canteen_cycle c ON c.establishment_id = s.establishment_id
     LEFT JOIN canteen_order o ON o.cycle_id = c.id AND o.person_id = s.person_id
WHERE s.person_id = :user AND s.here = 1 AND c.state = 'open' AND c.opens_on <= :today AND c.closes_on >= :today
      AND c.goods <> 'recurring' AND c.goods <> 'exceptional'
ORDER BY c.closes_on, c.code

-- view: tablet.products
-- title: Products of a cycle
-- read: detained
-- scope: detained s.person_id = :user
-- param: cycle ref
-- whole
-- column: code int
-- column: name text
-- column: product_brand text
-- column: goods code
-- column: content quantity
-- column: measure code
-- column: allergens words
-- column: diets words
-- column: price money
-- column: most int
-- column: units int
-- column: substitute bool
SELECT p.code AS code, p.name AS name, p.brand AS product_brand, p.family AS goods, p.content_thousandths AS content, p.measure AS measure,
       p.allergens AS allergens, p.diets AS diets,
       CASE WHEN p.next_from <> '' AND p.next_from <= :today THEN p.next_price_cents ELSE p.price_cents END AS price,
       (SELECT m.most FROM canteen_limit_held m WHERE m.stay_id = s.id AND m.kind = 'cycle_quantity' AND m.code = p.code) AS most,
       COALESCE(l.quantity, 0) AS units, COALESCE(l.substitute, 0) AS substitute
FROM stay s JOIN canteen_cycle c ON c.establishment_id = s.establishment_id
     JOIN canteen_product p ON p.establishment_id = s.establishment_id
     LEFT JOIN canteen_order o ON o.cycle_id = c.id AND o.person_id = s.person_id AND o.state = 'placed'
     LEFT JOIN canteen_order_line l ON l.order_id = o.id AND l.product_id = p.id
WHERE s.person_id = :user AND s.here = 1 AND c.code = :cycle AND c.state = 'open' AND c.opens_on <= :today AND c.closes_on >= :today
      AND (' ' || c.goods || ' ') LIKE ('% ' || p.family || ' %') AND p.on_sale = 1
      AND (p.price_cents > 0 OR (p.next_from <> '' AND p.next_from <= :today))
      AND (p.protected_kind <> '' OR NOT EXISTS (SELECT 1 FROM canteen_restriction r WHERE r.person_id = s.person_id
           AND r.establishment_id = s.establishment_id AND r.from_on <= :today AND r.to_on >= :today))
ORDER BY p.family, p.name_folded, p.id

-- view: tablet.lines
-- title: My orders
-- help: What was ordered, cut, received and charged, line by line.
-- read: detained
-- scope: detained o.person_id = :user
-- whole
-- column: cycle ref
-- column: delivers_on date
-- column: order_state code
-- column: code int
-- column: name text
-- column: given_instead text
-- column: ordered int
-- column: not_supplied int
-- column: why code
-- column: delivered int
-- column: outcome code
-- column: charged_price money
-- column: charged money
SELECT c.code AS cycle, c.delivers_on AS delivers_on, o.state AS order_state, l.code AS code, l.name AS name, g.name AS given_instead,
       l.ordered AS ordered, l.ordered - l.quantity AS not_supplied, l.why AS why, l.delivered AS delivered, l.outcome AS outcome,
       l.charged_price_cents AS charged_price,
       CASE WHEN o.state = 'settled' THEN COALESCE(l.delivered, 0) * l.charged_price_cents ELSE 0 END AS charged
FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id JOIN canteen_order_line l ON l.order_id = o.id
     LEFT JOIN canteen_product g ON g.id = l.given_id
WHERE o.person_id = :user
ORDER BY c.delivers_on DESC, c.code, l.position
LIMIT 300
