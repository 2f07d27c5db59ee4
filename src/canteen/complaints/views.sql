-- view: complaint.list
-- title: Complaints
-- help: About lines of orders, newest first; those without an answer by their last day stand out.
-- read: staff
-- scope: staff c.establishment_id = :establishment
-- param: prison text where (c.establishment || '') = :prison
-- param: complaint_state code of open|accepted|redelivery|refused where (c.state || '') = :complaint_state
-- param: cause code of missing|damaged|wrong_product|overpriced where (c.cause || '') = :cause
-- param: month text where substr(c.told_on, 1, 7) = :month
-- param: answered_month text where EXISTS (SELECT 1 FROM canteen_complaint_decision a WHERE a.complaint_id = c.id AND substr(a.decided_on, 1, 7) = :answered_month)
-- param: answer code of complaints_accepted|complaints_refused|decided_by_records|decided_late|given_back where EXISTS (SELECT 1 FROM canteen_complaint_decision d WHERE d.complaint_id = c.id AND CASE :answer WHEN 'decided_by_records' THEN d.automatic WHEN 'decided_late' THEN d.late WHEN 'given_back' THEN d.refund_cents WHEN 'complaints_refused' THEN CASE WHEN d.decision = 'refused' THEN 1 ELSE 0 END ELSE CASE WHEN d.decision = 'refused' THEN 0 ELSE 1 END END > 0)
-- param: reference ref where (c.reference || '') = :reference
-- column: id id key hidden
-- column: complaint int link /canteen-complaints/{establishment}/{complaint}
-- column: complained_on date sort
-- column: reference ref
-- column: cycle ref
-- column: name text
-- column: cause code
-- column: units int
-- column: answer_by date sort
-- column: complaint_state code
-- column: answered_on date
-- column: refund money
-- column: establishment text hidden
-- order: complained_on desc
-- sensitive
SELECT c.id AS id, c.number AS complaint, c.told_on AS complained_on, c.reference AS reference, c.cycle AS cycle, c.name AS name,
       c.cause AS cause, c.units AS units, c.answer_by AS answer_by,
       CASE WHEN c.state = 'open' AND c.answer_by < :today THEN 'late_answer' ELSE c.state END AS complaint_state,
       CASE WHEN c.decided_on <> '' THEN c.decided_on END AS answered_on, c.refund_cents AS refund, c.establishment AS establishment
FROM canteen_complaint c

-- view: complaint.show
-- title: Complaint
-- read: staff
-- scope: staff c.establishment_id = :establishment
-- param: prison text
-- param: complaint int
-- one
-- sensitive
-- column: establishment text
-- column: complaint int
-- column: reference ref
-- column: cycle ref
-- column: delivers_on date
-- column: code int
-- column: name text
-- column: given_instead text
-- column: cause code
-- column: units int
-- column: never_charged int
-- column: told_by code
-- column: complained_on date
-- column: answer_by date
-- column: complaint_state code
-- column: automatic bool
-- column: answered_on date
-- column: answered_by text
-- column: delay_days int
-- column: settled_units int
-- column: refund money
-- column: reason text
-- column: redelivered_on date
-- column: ordered int
-- column: picked int
-- column: delivered int
-- column: outcome code
-- column: why code
-- column: charged_price money
-- column: posted_price money
-- column: undecided bool
-- column: to_redeliver bool
SELECT c.establishment AS establishment, c.number AS complaint, c.reference AS reference, c.cycle AS cycle, y.delivers_on AS delivers_on,
       c.code AS code, c.name AS name, g.name AS given_instead, c.cause AS cause, c.units AS units, c.proven_units AS never_charged,
       c.told_by AS told_by, c.told_on AS complained_on, c.answer_by AS answer_by,
       CASE WHEN c.state = 'open' AND c.answer_by < :today THEN 'late_answer' ELSE c.state END AS complaint_state, c.automatic AS automatic,
       CASE WHEN c.decided_on <> '' THEN c.decided_on END AS answered_on, c.decided_by AS answered_by, c.delay_days AS delay_days,
       c.settled_units AS settled_units, c.refund_cents AS refund, c.reason AS reason,
       CASE WHEN c.redelivered_on <> '' THEN c.redelivered_on END AS redelivered_on, l.ordered AS ordered, l.picked AS picked,
       l.delivered AS delivered, l.outcome AS outcome, l.why AS why, l.charged_price_cents AS charged_price,
       (SELECT p.price_cents FROM canteen_price p WHERE p.product_id = COALESCE(l.given_id, l.product_id) AND p.from_on <= o.handed_on
        ORDER BY p.from_on DESC LIMIT 1) AS posted_price,
       CASE WHEN c.state = 'open' OR (c.state = 'redelivery' AND c.redelivered_on = '') THEN 1 ELSE 0 END AS undecided,
       CASE WHEN c.state = 'redelivery' AND c.redelivered_on = '' THEN 1 ELSE 0 END AS to_redeliver
FROM canteen_complaint c JOIN canteen_order o ON o.id = c.order_id JOIN canteen_cycle y ON y.id = o.cycle_id
     JOIN canteen_order_line l ON l.order_id = c.order_id AND l.position = c.position LEFT JOIN canteen_product g ON g.id = l.given_id
WHERE c.establishment = :prison AND c.number = :complaint

-- view: complaint.redeliveries
-- title: To hand over at the next round
-- help: Goods promised after a complaint, by person. They are not charged again.
-- read: staff
-- scope: staff c.establishment_id = :establishment
-- param: prison text where c.establishment = :prison
-- whole
-- column: complaint int link /canteen-complaints/{establishment}/{complaint}
-- column: reference ref
-- column: wing text
-- column: cell text
-- column: code int
-- column: name text
-- column: units int
-- column: answered_on date
-- column: establishment text hidden
-- sensitive
SELECT c.number AS complaint, c.reference AS reference, s.wing AS wing, s.cell AS cell, c.code AS code, c.name AS name,
       c.settled_units AS units, c.decided_on AS answered_on, c.establishment AS establishment
FROM canteen_complaint c JOIN canteen_order o ON o.id = c.order_id JOIN stay s ON s.id = o.stay_id
WHERE c.state = 'redelivery' AND c.redelivered_on = '' AND s.state <> 'left'
ORDER BY s.place, c.reference, c.number

-- view: complaint.causes
-- title: Complaints by cause and supplier
-- help: Of a month, by the day they were told; days are those between telling and answer.
-- read: staff, coordinator, authority, auditor
-- scope: staff c.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR c.establishment_id = :establishment)
-- param: prison text
-- param: month text
-- whole
-- column: cause code
-- column: supplier text
-- column: complaints int
-- column: units int
-- column: answered int
-- column: mean_days quantity
-- column: longest_days int
-- column: refund money
SELECT c.cause AS cause, c.supplier AS supplier, CAST(COUNT(*) AS INTEGER) AS complaints, CAST(SUM(c.units) AS INTEGER) AS units,
       CAST(COUNT(c.delay_days) AS INTEGER) AS answered,
       CASE WHEN COUNT(c.delay_days) > 0 THEN (CAST(SUM(c.delay_days) AS INTEGER) * 2000 + COUNT(c.delay_days)) / (2 * COUNT(c.delay_days)) END AS mean_days,
       CAST(MAX(c.delay_days) AS INTEGER) AS longest_days, CAST(SUM(c.refund_cents) AS INTEGER) AS refund
FROM canteen_complaint c
WHERE c.establishment = :prison AND substr(c.told_on, 1, 7) = :month
GROUP BY c.cause, c.supplier
ORDER BY c.cause, c.supplier

-- view: canteen.statement
-- title: Statement of a person
-- help: Every line with what was ordered, cut, put into the bag, received, charged and given back.
-- read: staff
-- scope: staff o.establishment_id = :establishment
-- param: reference ref
-- param: from_on date where c.delivers_on >= :from_on
-- param: to_on date where c.delivers_on <= :to_on
-- whole
-- sensitive
-- column: cycle ref link /canteen-cycles/{establishment}/{cycle}
-- column: code int
-- column: name text
-- column: given_instead text
-- column: ordered int
-- column: not_supplied int
-- column: why code
-- column: gap_not_there int
-- column: picked int
-- column: delivered int
-- column: outcome code
-- column: charged_price money
-- column: charged money
-- column: refund money
-- column: establishment text hidden
SELECT c.code AS cycle, l.code AS code, l.name AS name, g.name AS given_instead, l.ordered AS ordered, l.ordered - l.quantity AS not_supplied, l.why AS why,
       CASE WHEN l.picked < l.quantity THEN l.quantity - l.picked END AS gap_not_there, l.picked AS picked,
       l.delivered AS delivered, l.outcome AS outcome, l.charged_price_cents AS charged_price,
       CASE WHEN o.state = 'settled' THEN COALESCE(l.delivered, 0) * l.charged_price_cents ELSE 0 END AS charged,
       CAST(COALESCE((SELECT SUM(k.refund_cents) FROM canteen_complaint k WHERE k.order_id = l.order_id AND k.position = l.position), 0) AS INTEGER) AS refund,
       c.establishment AS establishment
FROM person p JOIN canteen_order o ON o.person_id = p.id JOIN canteen_cycle c ON c.id = o.cycle_id
     JOIN canteen_order_line l ON l.order_id = o.id LEFT JOIN canteen_product g ON g.id = l.given_id
WHERE p.reference = :reference
ORDER BY c.delivers_on DESC, c.code, l.position

-- view: canteen.statement_cycles
-- title: What a person was charged
-- help: For each cycle: what is held, what was charged, what was given back.
-- read: staff
-- scope: staff o.establishment_id = :establishment
-- param: reference ref
-- param: from_on date where c.delivers_on >= :from_on
-- param: to_on date where c.delivers_on <= :to_on
-- whole
-- sensitive
-- column: cycle ref link /canteen-cycles/{establishment}/{cycle}
-- column: delivers_on date
-- column: source code
-- column: order_state code
-- column: reason code
-- column: on_hold money
-- column: charged money
-- column: refund money
-- column: remains_charged money
-- column: acceptance text
-- column: bag text link /canteen-bag/{bag}
-- column: establishment text hidden
SELECT v.cycle AS cycle, v.delivers_on AS delivers_on, v.source AS source, v.order_state AS order_state, v.reason AS reason,
       v.on_hold AS on_hold, v.charged AS charged, v.refund AS refund, v.charged - v.refund AS remains_charged, o.acceptance AS acceptance,
       (SELECT g.reference FROM canteen_bag g WHERE g.order_id = o.id) AS bag, c.establishment AS establishment
FROM person p JOIN canteen_order o ON o.person_id = p.id JOIN canteen_cycle c ON c.id = o.cycle_id JOIN
     (SELECT b.id AS id, y.code AS cycle, y.delivers_on AS delivers_on, b.source AS source, b.state AS order_state, b.reason AS reason,
             CASE WHEN b.state IN ('placed', 'accepted', 'reduced') THEN b.total_cents ELSE 0 END AS on_hold,
             CASE WHEN b.state = 'settled' THEN b.total_cents ELSE 0 END AS charged,
             CAST(COALESCE((SELECT -SUM(d.charged_cents) FROM canteen_debit d WHERE d.order_id = b.id AND d.kind = 'give_back'), 0) AS INTEGER) AS refund
      FROM canteen_order b JOIN canteen_cycle y ON y.id = b.cycle_id) v ON v.id = o.id
WHERE p.reference = :reference
ORDER BY c.delivers_on DESC, c.code

-- view: figure.months
-- title: Months of the canteen
-- help: Months whose figures were counted, with what was counted last.
-- read: staff, coordinator, authority, auditor
-- scope: staff m.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR m.establishment_id = :establishment)
-- param: prison text
-- whole
-- column: month text link /canteen-figures/{establishment}/{month}
-- column: month_closed bool
-- column: cut_off instant
-- column: line_count int
-- column: complaint_count int
-- column: definition int
-- column: establishment text hidden
SELECT m.month AS month, m.closed AS month_closed, m.cut_off AS cut_off, m.line_count AS line_count, m.complaint_count AS complaint_count,
       m.definition AS definition, m.establishment AS establishment
FROM canteen_month m
WHERE m.establishment = :prison AND NOT EXISTS
      (SELECT 1 FROM canteen_month n WHERE n.establishment_id = m.establishment_id AND n.month = m.month AND n.number > m.number)
ORDER BY m.month DESC

-- view: figure.head
-- title: Figures of a month
-- read: staff, coordinator, authority, auditor
-- scope: staff m.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR m.establishment_id = :establishment)
-- param: prison text
-- param: month text
-- one
-- column: establishment text
-- column: month text
-- column: month_closed bool
-- column: number int
-- column: cut_off instant
-- column: line_count int
-- column: complaint_count int
-- column: definition int
SELECT m.establishment AS establishment, m.month AS month, m.closed AS month_closed, m.number AS number, m.cut_off AS cut_off,
       m.line_count AS line_count, m.complaint_count AS complaint_count, m.definition AS definition
FROM canteen_month m
WHERE m.establishment = :prison AND m.month = :month AND NOT EXISTS
      (SELECT 1 FROM canteen_month n WHERE n.establishment_id = m.establishment_id AND n.month = m.month AND n.number > m.number)

-- view: figure.month
-- title: Figures of a month
-- help: As they were counted last, with the instant up to which they count.
-- read: staff, coordinator, authority, auditor
-- scope: staff m.establishment_id = :establishment AND f.figure <> 'margin'
-- scope: authority (:establishment = 0 OR m.establishment_id = :establishment) AND (f.kind <> 'people' OR f.value >= 11)
-- param: prison text
-- param: month text
-- whole
-- column: month text
-- column: figure code
-- column: counted int
-- column: amount money
-- column: mean quantity
-- column: out_of int
-- column: share rate
-- column: definition int
-- column: cut_off instant
-- column: line_count int
-- column: complaint_count int
-- column: month_closed bool
-- column: establishment text
-- column: is_count bool hidden
-- column: is_money bool hidden
-- column: is_mean bool hidden
-- column: opens_lines bool hidden
-- column: opens_complaints bool hidden
-- column: opens_prices bool hidden
-- column: opens_rounds bool hidden
-- column: by_decision bool hidden
-- column: cause code hidden
-- column: answer code hidden
-- column: opens_books bool hidden
-- column: opens_index bool hidden
SELECT m.month AS month, f.figure AS figure, CASE WHEN f.kind IN ('count', 'people') THEN f.value END AS counted,
       CASE WHEN f.kind = 'money' THEN f.value END AS amount, CASE WHEN f.kind = 'mean' THEN f.value END AS mean, f.out_of AS out_of,
       CASE WHEN f.out_of > 0 THEN (f.value * 2000 + f.out_of) / (2 * f.out_of) * 1000 END AS share, m.definition AS definition,
       m.cut_off AS cut_off, m.line_count AS line_count, m.complaint_count AS complaint_count, m.closed AS month_closed,
       m.establishment AS establishment, CASE WHEN f.kind IN ('count', 'people') THEN 1 ELSE 0 END AS is_count,
       CASE WHEN f.kind = 'money' THEN 1 ELSE 0 END AS is_money, CASE WHEN f.kind = 'mean' THEN 1 ELSE 0 END AS is_mean,
       CASE WHEN f.figure IN ('orders', 'people_served', 'lines_ordered', 'delivered_full', 'delivered_part', 'delivered_none',
                              'delivery_pending', 'delivered_late', 'lines_refused', 'lines_absent', 'units_short', 'charged',
                              'given_free', 'margin') THEN 1 ELSE 0 END AS opens_lines,
       CASE WHEN f.figure LIKE 'complaints_%' OR f.figure LIKE 'decided_%' OR f.figure LIKE 'decision_%' OR f.figure = 'given_back' THEN 1
            ELSE 0 END AS opens_complaints,
       CASE WHEN f.figure = 'prices_changed' THEN 1 ELSE 0 END AS opens_prices,
       CASE WHEN f.figure = 'rounds_on_time' THEN 1 ELSE 0 END AS opens_rounds,
       CASE WHEN f.figure LIKE 'decided_%' OR f.figure LIKE 'decision_%' OR f.figure IN ('complaints_decided', 'complaints_accepted',
                 'complaints_refused', 'given_back') THEN 1 ELSE 0 END AS by_decision,
       CASE f.figure WHEN 'complaints_missing' THEN 'missing' WHEN 'complaints_damaged' THEN 'damaged'
                     WHEN 'complaints_wrong' THEN 'wrong_product' WHEN 'complaints_overpriced' THEN 'overpriced' END AS cause,
       CASE WHEN f.figure IN ('complaints_accepted', 'complaints_refused', 'decided_by_records', 'decided_late', 'given_back')
            THEN f.figure END AS answer,
       CASE WHEN f.figure = 'margin' THEN 1 ELSE 0 END AS opens_books, CASE WHEN f.figure = 'price_index' THEN 1 ELSE 0 END AS opens_index
FROM canteen_month m JOIN canteen_figure f ON f.month_id = m.id
WHERE m.establishment = :prison AND m.month = :month AND NOT EXISTS
      (SELECT 1 FROM canteen_month n WHERE n.establishment_id = m.establishment_id AND n.month = m.month AND n.number > m.number)
ORDER BY f.position

-- view: figure.products
-- title: Products behind a figure
-- help: As the lines stand now. Products that fewer than 11 persons ordered are not told to the administration.
-- read: staff, coordinator, authority, auditor
-- scope: staff g.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR g.establishment_id = :establishment) AND g.persons >= 11
-- withheld: staff margin
-- param: prison text
-- param: month text
-- param: figure text
-- whole
-- dear
-- column: cycle ref
-- column: code int link /canteen-figures/{establishment}/{month}/{figure}/{cycle}/{code}
-- column: name text
-- column: line_count int
-- column: units_due int
-- column: units_delivered int
-- column: units_short int
-- column: charged money
-- column: given_free money
-- column: margin money
-- column: establishment text hidden
-- column: month text hidden
-- column: figure text hidden
SELECT g.cycle AS cycle, g.code AS code, g.name AS name, g.line_count AS line_count, g.units_due AS units_due,
       g.units_delivered AS units_delivered, g.units_short AS units_short, g.charged AS charged, g.given_free AS given_free,
       g.margin AS margin, g.establishment AS establishment, g.month AS month, g.figure AS figure
FROM (SELECT f.establishment_id AS establishment_id, f.establishment AS establishment, f.month AS month, :figure AS figure,
             f.cycle AS cycle, f.code AS code, f.name AS name, CAST(COUNT(*) AS INTEGER) AS line_count,
             CAST(COUNT(DISTINCT f.person_id) AS INTEGER) AS persons, CAST(SUM(f.due) AS INTEGER) AS units_due,
             CAST(SUM(f.delivered) AS INTEGER) AS units_delivered, CAST(SUM(f.units_short) AS INTEGER) AS units_short,
             CAST(SUM(f.charged_cents) AS INTEGER) AS charged, CAST(SUM(f.given_free_cents) AS INTEGER) AS given_free,
             CAST(SUM(f.margin_cents) AS INTEGER) AS margin
      FROM canteen_line_fact f
      WHERE f.establishment = :prison AND f.month = :month AND
            CASE :figure WHEN 'delivered_full' THEN f.delivered_full WHEN 'delivered_part' THEN f.delivered_part
                         WHEN 'delivered_none' THEN f.delivered_none WHEN 'delivery_pending' THEN f.delivery_pending
                         WHEN 'delivered_late' THEN f.delivered_late WHEN 'lines_refused' THEN f.lines_refused
                         WHEN 'lines_absent' THEN f.lines_absent WHEN 'units_short' THEN f.units_short
                         WHEN 'given_free' THEN f.given_free_cents ELSE 1 END > 0
      GROUP BY f.establishment_id, f.establishment, f.month, f.cycle, f.code, f.name) g
ORDER BY g.cycle, g.code

-- view: figure.lines
-- title: Lines behind a figure
-- read: staff
-- scope: staff f.establishment_id = :establishment
-- param: prison text
-- param: month text
-- param: figure text
-- param: cycle ref
-- param: code int
-- whole
-- dear
-- sensitive
-- column: reference ref link /canteen-statements/{reference}
-- column: name text
-- column: ordered int
-- column: units_due int
-- column: picked int
-- column: delivered int
-- column: outcome code
-- column: why code
-- column: delivers_on date
-- column: brought_on date
-- column: charged money
SELECT f.reference AS reference, f.name AS name, f.ordered AS ordered, f.due AS units_due, f.picked AS picked, f.delivered AS delivered,
       f.outcome AS outcome, f.why AS why, f.delivers_on AS delivers_on, CASE WHEN f.brought_on <> '' THEN f.brought_on END AS brought_on,
       f.charged_cents AS charged
FROM canteen_line_fact f
WHERE f.establishment = :prison AND f.month = :month AND f.cycle = :cycle AND f.code = :code AND
      CASE :figure WHEN 'delivered_full' THEN f.delivered_full WHEN 'delivered_part' THEN f.delivered_part
                   WHEN 'delivered_none' THEN f.delivered_none WHEN 'delivery_pending' THEN f.delivery_pending
                   WHEN 'delivered_late' THEN f.delivered_late WHEN 'lines_refused' THEN f.lines_refused
                   WHEN 'lines_absent' THEN f.lines_absent WHEN 'units_short' THEN f.units_short
                   WHEN 'given_free' THEN f.given_free_cents ELSE 1 END > 0
ORDER BY f.reference, f.position

-- view: figure.prices
-- title: Prices that changed
-- help: Each with the decision of the head of establishment and its reason.
-- read: staff, coordinator, authority, auditor
-- scope: staff p.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR p.establishment_id = :establishment)
-- param: prison text
-- param: month text where substr(f.from_on, 1, 7) = :month
-- whole
-- dear
-- column: from_on date
-- column: code int link /canteen/{establishment}/{code}
-- column: name text
-- column: price_before money
-- column: price money
-- column: decision text
-- column: decided_on date
-- column: reason text
-- column: establishment text hidden
SELECT f.from_on AS from_on, p.code AS code, p.name AS name, b.price_cents AS price_before, f.price_cents AS price,
       d.reference AS decision, d.decided_on AS decided_on, f.reason AS reason, p.establishment AS establishment
FROM canteen_price f JOIN canteen_product p ON p.id = f.product_id JOIN canteen_decision d ON d.id = f.decision_id
     JOIN canteen_price b ON b.product_id = f.product_id AND b.from_on =
         (SELECT MAX(m.from_on) FROM canteen_price m WHERE m.product_id = f.product_id AND m.from_on < f.from_on)
WHERE p.establishment = :prison
ORDER BY f.from_on DESC, p.code

-- view: figure.rounds
-- title: Rounds of a month
-- read: staff, coordinator, authority, auditor
-- scope: staff r.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR r.establishment_id = :establishment)
-- param: prison text
-- param: month text
-- whole
-- column: round text
-- column: cycle ref
-- column: delivers_on date
-- column: brought_on date
-- column: on_time bool
-- column: bag_count int
SELECT r.code AS round, c.code AS cycle, c.delivers_on AS delivers_on, CASE WHEN r.delivered_on <> '' THEN r.delivered_on END AS brought_on,
       CASE WHEN r.delivered_on <> '' AND r.delivered_on <= c.delivers_on THEN 1 ELSE 0 END AS on_time, r.bag_count AS bag_count
FROM canteen_round r JOIN canteen_cycle c ON c.id = r.cycle_id
WHERE r.establishment = :prison AND substr(c.delivers_on, 1, 7) = :month AND r.bag_count > 0
ORDER BY c.delivers_on, r.code

-- view: figure.index
-- title: Price index
-- help: The reference basket on the first day of each month, 100 in the first.
-- read: staff, coordinator, authority, auditor
-- scope: staff i.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR i.establishment_id = :establishment)
-- param: prison text
-- whole
-- column: month text
-- column: basket_price money
-- column: price_index quantity
-- column: x int hidden
-- column: y int hidden
-- column: x_before int hidden
-- column: y_before int hidden
-- column: named bool hidden
SELECT i.month AS month, i.price_cents AS basket_price, i.index_thousandths AS price_index, i.x AS x, i.y AS y, i.x_before AS x_before,
       i.y_before AS y_before,
       CASE WHEN i.month = (SELECT MIN(a.month) FROM canteen_index a WHERE a.establishment_id = i.establishment_id)
            OR i.month = (SELECT MAX(z.month) FROM canteen_index z WHERE z.establishment_id = i.establishment_id) THEN 1 ELSE 0 END AS named
FROM canteen_index i JOIN establishment e ON e.id = i.establishment_id
WHERE e.ref = :prison
ORDER BY i.month

-- view: figure.index_steps
-- title: Months in which the index moved
-- read: staff, coordinator, authority, auditor
-- scope: staff i.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR i.establishment_id = :establishment)
-- param: prison text
-- whole
-- column: month text
-- column: basket_price money
-- column: price_index quantity
SELECT i.month AS month, i.price_cents AS basket_price, i.index_thousandths AS price_index
FROM canteen_index i JOIN establishment e ON e.id = i.establishment_id
WHERE e.ref = :prison AND NOT EXISTS
      (SELECT 1 FROM canteen_index b WHERE b.establishment_id = i.establishment_id AND b.index_thousandths = i.index_thousandths AND b.month =
          (SELECT MAX(a.month) FROM canteen_index a WHERE a.establishment_id = i.establishment_id AND a.month < i.month))
ORDER BY i.month

-- view: figure.scale
-- title: Price index
-- read: staff, coordinator, authority, auditor
-- scope: staff s.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR s.establishment_id = :establishment)
-- param: prison text
-- one
-- column: lowest quantity
-- column: highest quantity
-- column: y_base int hidden
SELECT s.low_thousandths AS lowest, s.high_thousandths AS highest, s.y_base AS y_base
FROM canteen_index_scale s JOIN establishment e ON e.id = s.establishment_id
WHERE e.ref = :prison

-- view: figure.basket
-- title: Reference basket
-- help: What it costs on a day, at the prices decided.
-- read: staff, coordinator, authority, auditor
-- scope: staff b.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR b.establishment_id = :establishment)
-- param: prison text
-- param: on date or today
-- whole
-- column: from_on date
-- column: code int link /canteen/{establishment}/{code}
-- column: name text
-- column: units int
-- column: price money
-- column: amount money
-- column: establishment text hidden
SELECT b.from_on AS from_on, p.code AS code, p.name AS name, i.units AS units, q.price_cents AS price, i.units * q.price_cents AS amount,
       b.establishment AS establishment
FROM canteen_basket b JOIN canteen_basket_item i ON i.basket_id = b.id JOIN canteen_product p ON p.id = i.product_id
     JOIN canteen_price q ON q.product_id = p.id AND q.from_on =
         (SELECT MAX(m.from_on) FROM canteen_price m WHERE m.product_id = p.id AND m.from_on <= :on)
WHERE b.establishment = :prison AND b.from_on =
      (SELECT MAX(n.from_on) FROM canteen_basket n WHERE n.establishment_id = b.establishment_id AND n.from_on <= :on)
ORDER BY p.code
