-- view: standing.lists
-- title: Free lists
-- help: What is given free of charge, to whom arrives or each month to whom is entitled to help. The list in force is the last that began.
-- read: staff, coordinator, authority, auditor
-- scope: staff f.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR f.establishment_id = :establishment)
-- param: prison text
-- whole
-- column: kind code
-- column: from_on date
-- column: within_days int
-- column: code int
-- column: name text
-- column: units int
SELECT f.kind AS kind, f.from_on AS from_on, CASE WHEN f.kind = 'arrival' THEN f.within_days END AS within_days, l.code AS code,
       p.name AS name, l.units AS units
FROM standing_list f LEFT JOIN standing_list_line l ON l.list_id = f.id LEFT JOIN canteen_product p ON p.id = l.product_id
WHERE f.establishment = :prison
ORDER BY f.kind, f.from_on DESC, l.position

-- view: standing.rules
-- title: Rules of the establishment
-- read: staff, coordinator, authority, auditor
-- scope: staff r.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR r.establishment_id = :establishment)
-- param: prison text
-- whole
-- column: rule code
-- column: code int
-- column: value int
-- column: source text
-- column: status code
SELECT r.kind AS rule, NULLIF(r.code, 0) AS code, r.value AS value, r.source AS source, r.status AS status
FROM standing_rule r
WHERE r.establishment = :prison
ORDER BY r.kind, r.code

-- view: standing.law
-- title: What the law says of it
-- help: Nothing here is computed from these figures: the prison decides who is entitled. What was not read in the text is to be confirmed.
-- read: staff, coordinator, authority, auditor
-- param: on date or today
-- whole
-- column: id ref link /law/{id}
-- column: value text
-- column: unit code
-- column: article text
-- column: source text
-- column: status code
SELECT p.parameter AS id, p.value AS value, p.unit AS unit, p.article AS article, p.source AS source, p.status AS status
FROM law_parameter p
WHERE p.parameter IN ('poverty.kind.threshold', 'poverty.cash.threshold', 'poverty.cash.amount', 'poverty.arrival.amount', 'canteen.tv',
                      'canteen.tv.free_hardship', 'canteen.tv.shared') AND p.valid_from <= :on AND p.valid_to >= :on
ORDER BY p.parameter

-- view: standing.arrivals
-- title: Arrived, without their pack
-- help: Who came lately and did not get the list of arrivals yet.
-- read: staff
-- scope: staff d.establishment_id = :establishment
-- param: prison text
-- param: on date or today
-- whole
-- sensitive
-- column: reference ref link /people/{reference}
-- column: cell_place text
-- column: arrived_on date
-- column: presence code
SELECT d.reference AS reference, d.cell_place AS cell_place, d.arrived_on AS arrived_on, d.presence AS presence
FROM (SELECT s.id AS id, s.reference AS reference, s.wing || ' ' || s.cell AS cell_place, s.arrived_on AS arrived_on, s.state AS presence,
             s.establishment_id AS establishment_id, s.person_id AS person_id,
             CAST(substr(s.arrived_on, 1, 4) AS INTEGER) + 4800 - (14 - CAST(substr(s.arrived_on, 6, 2) AS INTEGER)) / 12 AS y,
             CAST(substr(s.arrived_on, 6, 2) AS INTEGER) + 12 * ((14 - CAST(substr(s.arrived_on, 6, 2) AS INTEGER)) / 12) - 3 AS m,
             CAST(substr(s.arrived_on, 9, 2) AS INTEGER) AS day,
             CAST(substr(:on, 1, 4) AS INTEGER) + 4800 - (14 - CAST(substr(:on, 6, 2) AS INTEGER)) / 12 AS now_y,
             CAST(substr(:on, 6, 2) AS INTEGER) + 12 * ((14 - CAST(substr(:on, 6, 2) AS INTEGER)) / 12) - 3 AS now_m,
             CAST(substr(:on, 9, 2) AS INTEGER) AS now_day
      FROM stay s
      WHERE s.establishment = :prison AND s.here = 1 AND s.arrived_on <= :on) d
     JOIN standing_list f ON f.establishment_id = d.establishment_id AND f.kind = 'arrival' AND f.from_on =
         (SELECT MAX(g.from_on) FROM standing_list g WHERE g.establishment_id = d.establishment_id AND g.kind = 'arrival' AND g.from_on <= :on)
WHERE (d.now_day + (153 * d.now_m + 2) / 5 + 365 * d.now_y + d.now_y / 4 - d.now_y / 100 + d.now_y / 400)
      - (d.day + (153 * d.m + 2) / 5 + 365 * d.y + d.y / 4 - d.y / 100 + d.y / 400) <= f.within_days
      AND EXISTS (SELECT 1 FROM standing_list_line l WHERE l.list_id = f.id)
      AND NOT EXISTS (SELECT 1 FROM standing_given g JOIN canteen_order o ON o.id = g.order_id WHERE g.establishment_id = d.establishment_id
                      AND g.kind = 'arrival' AND g.person_id = d.person_id AND g.period = d.arrived_on
                      AND o.state NOT IN ('cancelled', 'refused'))
ORDER BY d.arrived_on DESC, d.id

-- view: standing.due
-- title: Entitled, without the list of this month
-- read: staff
-- scope: staff n.establishment_id = :establishment
-- param: prison text
-- param: on date or today
-- whole
-- sensitive
-- column: reference ref link /people/{reference}
-- column: cell_place text
-- column: presence code
-- column: from_on date
-- column: to_on date
SELECT n.reference AS reference, s.wing || ' ' || s.cell AS cell_place, s.state AS presence, n.from_on AS from_on, n.to_on AS to_on
FROM standing_entitlement n JOIN stay s ON s.person_id = n.person_id AND s.establishment_id = n.establishment_id AND s.here = 1
WHERE n.establishment = :prison AND n.from_on <= :on AND n.to_on >= :on
      AND NOT EXISTS (SELECT 1 FROM standing_given g JOIN canteen_order o ON o.id = g.order_id WHERE g.establishment_id = n.establishment_id
                      AND g.kind = 'hardship' AND g.person_id = n.person_id AND g.period = substr(:on, 1, 7)
                      AND o.state NOT IN ('cancelled', 'refused'))
ORDER BY s.place, n.reference

-- view: standing.entitlements
-- title: Entitled to help
-- help: Dates as the prison told them; no cause and no figure is kept.
-- read: staff
-- scope: staff n.establishment_id = :establishment
-- param: prison text where (n.establishment || '') = :prison
-- column: id id key hidden
-- column: reference ref link /people/{reference}
-- column: from_on date
-- column: to_on date sort
-- order: to_on desc
-- sensitive
SELECT n.id AS id, n.reference AS reference, n.from_on AS from_on, n.to_on AS to_on
FROM standing_entitlement n

-- view: standing.charges
-- title: Monthly charges
-- help: What comes back each month: of a cell, shared day by day by who is in it, or of one person.
-- read: staff
-- scope: staff k.establishment_id = :establishment
-- param: prison text where (k.establishment || '') = :prison
-- column: id id key hidden
-- column: code int
-- column: name text
-- column: charged_to code
-- column: cell_place text
-- column: reference ref
-- column: starts_on date sort
-- column: ends_on date
-- order: starts_on desc
-- sensitive
SELECT k.id AS id, k.code AS code, k.name AS name, CASE k.per WHEN 'cell' THEN 'shared_cell' ELSE k.per END AS charged_to, k.wing || ' ' || k.cell AS cell_place,
       NULLIF(k.reference, '') AS reference, k.starts_on AS starts_on, NULLIF(k.ends_on, '') AS ends_on
FROM standing_contract k

-- view: standing.months
-- title: Months charged
-- read: staff, coordinator, authority, auditor
-- scope: staff m.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR m.establishment_id = :establishment)
-- param: prison text
-- whole
-- column: month ref link /canteen-charges/{establishment}/{month}
-- column: cycle ref link /canteen-cycles/{establishment}/{cycle}
-- column: turn code
-- column: to_charge money
-- column: free_part money
-- column: left_uncharged money
-- column: establishment text hidden
SELECT m.month AS month, c.code AS cycle, c.state AS turn, m.charged_cents AS to_charge, m.free_cents AS free_part,
       m.not_charged_cents AS left_uncharged, m.establishment AS establishment
FROM standing_charged m JOIN canteen_cycle c ON c.id = m.cycle_id
WHERE m.establishment = :prison
ORDER BY m.month DESC

-- view: standing.shares
-- title: Charges of a month
-- help: One line for each person and charge. The days of each cell stand behind its line.
-- read: staff
-- scope: staff h.establishment_id = :establishment
-- param: prison text
-- param: month text
-- whole
-- sensitive
-- column: contract id hidden
-- column: name text link /canteen-charges/{establishment}/{month}/{contract}
-- column: cell_place text
-- column: price money
-- column: occupied_days int
-- column: comes_to money
-- column: reference ref
-- column: person_days int
-- column: part_to_pay money
-- column: free_part money
-- column: share_state code
-- column: establishment text hidden
-- column: month ref hidden
SELECT h.contract_id AS contract, k.name AS name, k.wing || ' ' || k.cell AS cell_place, t.price_cents AS price,
       t.occupied_days AS occupied_days, t.total_cents AS comes_to, h.reference AS reference, h.days AS person_days,
       h.share_cents AS part_to_pay, h.free_cents AS free_part, CASE WHEN h.state = 'free' THEN 'nothing_due' WHEN h.state <> 'ordered' THEN h.state
            WHEN o.id IS NULL OR o.state = 'cancelled' THEN 'cancelled' WHEN o.state = 'refused' OR l.quantity = 0 THEN 'refused'
            WHEN o.state = 'settled' THEN 'settled' ELSE 'on_order' END AS share_state, k.establishment AS establishment, h.month AS month
FROM establishment e JOIN standing_share h ON h.establishment_id = e.id JOIN standing_contract k ON k.id = h.contract_id
     JOIN standing_month t ON t.contract_id = h.contract_id AND t.month = h.month
     LEFT JOIN canteen_order o ON o.id = h.order_id
     LEFT JOIN canteen_order_line l ON l.order_id = o.id AND l.product_id = k.product_id
WHERE e.ref = :prison AND h.month = :month
ORDER BY k.code, k.place, k.reference, h.stay_id

-- view: standing.charge
-- title: A charge in a month
-- read: staff
-- scope: staff k.establishment_id = :establishment
-- param: prison text
-- param: month text
-- param: contract id
-- one
-- sensitive
-- column: establishment text
-- column: month ref
-- column: code int
-- column: name text
-- column: charged_to code
-- column: cell_place text
-- column: reference ref
-- column: starts_on date
-- column: ends_on date
-- column: price money
-- column: price_from date
-- column: month_days int
-- column: occupied_days int
-- column: comes_to money
-- column: free_for_entitled bool
-- column: source text
-- column: confirmed bool
SELECT k.establishment AS establishment, t.month AS month, k.code AS code, k.name AS name, CASE k.per WHEN 'cell' THEN 'shared_cell' ELSE k.per END AS charged_to,
       k.wing || ' ' || k.cell AS cell_place, NULLIF(k.reference, '') AS reference, k.starts_on AS starts_on,
       NULLIF(k.ends_on, '') AS ends_on, t.price_cents AS price, t.price_from AS price_from, t.month_days AS month_days,
       t.occupied_days AS occupied_days, t.total_cents AS comes_to,
       CASE WHEN r.value = 1 THEN 1 ELSE 0 END AS free_for_entitled, r.source AS source, CASE WHEN r.status = 'V' THEN 1 ELSE 0 END AS confirmed
FROM standing_contract k JOIN standing_month t ON t.contract_id = k.id
     LEFT JOIN standing_rule r ON r.establishment_id = k.establishment_id AND r.kind = 'hardship_free' AND r.code = k.code
WHERE k.establishment = :prison AND k.id = :contract AND t.month = :month

-- view: standing.parts
-- title: What each pays
-- read: staff
-- scope: staff h.establishment_id = :establishment
-- param: month text
-- param: contract id
-- whole
-- sensitive
-- column: reference ref
-- column: person_days int
-- column: free_days int
-- column: part_to_pay money
-- column: free_part money
-- column: share_state code
SELECT h.reference AS reference, h.days AS person_days, h.free_days AS free_days, h.share_cents AS part_to_pay, h.free_cents AS free_part,
       CASE WHEN h.state = 'free' THEN 'nothing_due' WHEN h.state <> 'ordered' THEN h.state
            WHEN o.id IS NULL OR o.state = 'cancelled' THEN 'cancelled' WHEN o.state = 'refused' OR l.quantity = 0 THEN 'refused'
            WHEN o.state = 'settled' THEN 'settled' ELSE 'on_order' END AS share_state
FROM standing_share h JOIN standing_contract k ON k.id = h.contract_id
     LEFT JOIN canteen_order o ON o.id = h.order_id
     LEFT JOIN canteen_order_line l ON l.order_id = o.id AND l.product_id = k.product_id
WHERE h.contract_id = :contract AND h.month = :month
ORDER BY h.stay_id

-- view: standing.days
-- title: Who was there on which days
-- help: Each day is shared equally among those who count that day; arrival and coming back count, leaving and absence do not.
-- read: staff
-- scope: staff k.establishment_id = :establishment
-- param: month text
-- param: contract id
-- whole
-- sensitive
-- column: from_on date
-- column: to_on date
-- column: reference ref
-- column: person_days int
-- column: occupants int
-- column: free_day bool
SELECT l.from_on AS from_on, l.to_on AS to_on, l.reference AS reference, l.days AS person_days, l.occupants AS occupants, l.free AS free_day
FROM standing_slice l JOIN standing_contract k ON k.id = l.contract_id
WHERE l.contract_id = :contract AND l.month = :month
ORDER BY l.from_on, l.reference

-- view: standing.of_person
-- title: Monthly charges of a person
-- read: staff
-- scope: staff h.establishment_id = :establishment
-- param: reference ref
-- whole
-- sensitive
-- column: month ref
-- column: name text
-- column: cell_place text
-- column: price money
-- column: month_days int
-- column: person_days int
-- column: part_to_pay money
-- column: free_part money
-- column: share_state code
SELECT h.month AS month, k.name AS name, k.wing || ' ' || k.cell AS cell_place, t.price_cents AS price, t.month_days AS month_days,
       h.days AS person_days, h.share_cents AS part_to_pay, h.free_cents AS free_part, CASE WHEN h.state = 'free' THEN 'nothing_due' WHEN h.state <> 'ordered' THEN h.state
            WHEN o.id IS NULL OR o.state = 'cancelled' THEN 'cancelled' WHEN o.state = 'refused' OR l.quantity = 0 THEN 'refused'
            WHEN o.state = 'settled' THEN 'settled' ELSE 'on_order' END AS share_state
FROM person p JOIN standing_share h ON h.person_id = p.id JOIN standing_contract k ON k.id = h.contract_id
     JOIN standing_month t ON t.contract_id = h.contract_id AND t.month = h.month
     LEFT JOIN canteen_order o ON o.id = h.order_id
     LEFT JOIN canteen_order_line l ON l.order_id = o.id AND l.product_id = k.product_id
WHERE p.reference = :reference
ORDER BY h.month DESC, k.code, k.place

-- view: standing.requests
-- title: Purchases off the list
-- help: What was asked of the head of establishment, by when an answer is due, and what became of it.
-- read: staff
-- scope: staff q.establishment_id = :establishment
-- param: prison text where (q.establishment || '') = :prison
-- param: request_state code of asked|authorised|refused|on_order where (q.state || '') = :request_state
-- column: id id key hidden
-- column: request int
-- column: reference ref link /people/{reference}
-- column: what text
-- column: estimated_price money
-- column: asked_on date
-- column: due_on date sort
-- column: request_state code
-- column: answered_on date
-- column: reason code
-- column: decision text
-- column: price money
-- column: cycle ref
-- order: due_on desc
-- sensitive
SELECT q.id AS id, q.number AS request, q.reference AS reference, CASE WHEN q.units > 1 THEN q.what || ' × ' || q.units ELSE q.what END AS what,
       NULLIF(q.estimated_cents, 0) AS estimated_price, q.asked_on AS asked_on, q.due_on AS due_on,
       CASE WHEN q.state = 'asked' AND q.due_on < :today THEN 'asked_late' ELSE q.state END AS request_state,
       NULLIF(q.answered_on, '') AS answered_on, NULLIF(q.reason, '') AS reason, d.reference AS decision,
       NULLIF(p.price_cents, 0) AS price, c.code AS cycle
FROM standing_request q LEFT JOIN canteen_decision d ON d.id = q.decision_id LEFT JOIN canteen_product p ON p.id = q.product_id
     LEFT JOIN canteen_cycle c ON c.id = q.cycle_id
