-- view: complaint.list
-- title: Complaints
-- help: About lines of orders, newest first; those without an answer by their last day stand out.
-- read: staff
-- scope: staff c.establishment_id = :establishment AND (:own_service = '' OR :own_service = 'canteen')
-- param: prison text where (c.establishment || '') = :prison
-- param: complaint_state code of open|accepted|redelivery|refused where (c.state || '') = :complaint_state
-- param: cause code of missing|damaged|wrong|overpriced where (c.cause || '') = :cause
-- param: month text where substr(c.told_on, 1, 7) = :month
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
-- scope: staff c.establishment_id = :establishment AND (:own_service = '' OR :own_service = 'canteen')
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
-- column: given text
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
       c.code AS code, c.name AS name, g.name AS given, c.cause AS cause, c.units AS units, c.proven_units AS never_charged,
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
-- scope: staff c.establishment_id = :establishment AND (:own_service = '' OR :own_service = 'canteen')
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
       CASE WHEN COUNT(c.delay_days) > 0 THEN CAST((SUM(c.delay_days) * 2000 + COUNT(c.delay_days)) / (2 * COUNT(c.delay_days)) AS INTEGER) END AS mean_days,
       CAST(MAX(c.delay_days) AS INTEGER) AS longest_days, CAST(SUM(c.refund_cents) AS INTEGER) AS refund
FROM canteen_complaint c
WHERE c.establishment = :prison AND substr(c.told_on, 1, 7) = :month
GROUP BY c.cause, c.supplier
ORDER BY c.cause, c.supplier

-- view: canteen.statement
-- title: Statement of a person
-- help: Every line with what was ordered, cut, put into the bag, received, charged and given back.
-- read: staff
-- scope: staff o.establishment_id = :establishment AND (:own_service = '' OR :own_service = 'canteen')
-- param: reference ref
-- param: from_on date where c.delivers_on >= :from_on
-- param: to_on date where c.delivers_on <= :to_on
-- whole
-- sensitive
-- column: cycle ref
-- column: delivers_on date
-- column: source code
-- column: order_state code
-- column: code int
-- column: name text
-- column: given text
-- column: ordered int
-- column: not_supplied int
-- column: why code
-- column: picked int
-- column: delivered int
-- column: outcome code
-- column: charged_price money
-- column: charged money
-- column: refund money
SELECT c.code AS cycle, c.delivers_on AS delivers_on, o.source AS source, o.state AS order_state, l.code AS code, l.name AS name,
       g.name AS given, l.ordered AS ordered, l.ordered - l.quantity AS not_supplied, l.why AS why, l.picked AS picked,
       l.delivered AS delivered, l.outcome AS outcome, l.charged_price_cents AS charged_price,
       CASE WHEN o.state = 'settled' THEN COALESCE(l.delivered, 0) * l.charged_price_cents ELSE 0 END AS charged,
       CAST(COALESCE((SELECT SUM(k.refund_cents) FROM canteen_complaint k WHERE k.order_id = l.order_id AND k.position = l.position), 0) AS INTEGER) AS refund
FROM person p JOIN canteen_order o ON o.person_id = p.id JOIN canteen_cycle c ON c.id = o.cycle_id
     JOIN canteen_order_line l ON l.order_id = o.id LEFT JOIN canteen_product g ON g.id = l.given_id
WHERE p.reference = :reference
ORDER BY c.delivers_on DESC, c.code, l.position

-- view: canteen.statement_cycles
-- title: What a person was charged
-- help: For each cycle: what is held, what was charged, what was given back.
-- read: staff
-- scope: staff o.establishment_id = :establishment AND (:own_service = '' OR :own_service = 'canteen')
-- param: reference ref
-- param: from_on date where c.delivers_on >= :from_on
-- param: to_on date where c.delivers_on <= :to_on
-- whole
-- sensitive
-- column: cycle ref
-- column: delivers_on date
-- column: source code
-- column: order_state code
-- column: reason code
-- column: on_hold money
-- column: charged money
-- column: refund money
-- column: remains_charged money
SELECT v.cycle AS cycle, v.delivers_on AS delivers_on, v.source AS source, v.order_state AS order_state, v.reason AS reason,
       v.on_hold AS on_hold, v.charged AS charged, v.refund AS refund, v.charged - v.refund AS remains_charged
FROM person p JOIN canteen_order o ON o.person_id = p.id JOIN canteen_cycle c ON c.id = o.cycle_id JOIN
     (SELECT b.id AS id, y.code AS cycle, y.delivers_on AS delivers_on, b.source AS source, b.state AS order_state, b.reason AS reason,
             CASE WHEN b.state IN ('placed', 'accepted', 'reduced') THEN b.total_cents ELSE 0 END AS on_hold,
             CASE WHEN b.state = 'settled' THEN b.total_cents ELSE 0 END AS charged,
             CAST(COALESCE((SELECT -SUM(d.charged_cents) FROM canteen_debit d WHERE d.order_id = b.id AND d.kind = 'give_back'), 0) AS INTEGER) AS refund
      FROM canteen_order b JOIN canteen_cycle y ON y.id = b.cycle_id) v ON v.id = o.id
WHERE p.reference = :reference
ORDER BY c.delivers_on DESC, c.code
