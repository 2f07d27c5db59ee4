-- view: round.list
-- title: Rounds of a cycle
-- help: One for each wing: how many bags are filled, told of at the door, and kept for somebody who was away.
-- read: staff, coordinator, authority, auditor
-- scope: staff r.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR r.establishment_id = :establishment)
-- param: prison text
-- param: cycle ref
-- whole
-- column: round ref link /canteen-round/{establishment}/{round}
-- column: wing text
-- column: round_state code
-- column: bags int
-- column: bags_filled int
-- column: bags_told int
-- column: bags_kept int
-- column: delivered_on date
-- column: establishment text hidden
SELECT r.code AS round, r.wing AS wing, 'round_' || r.state AS round_state, r.bag_count AS bags, r.filled_count AS bags_filled,
       r.told_count AS bags_told, r.kept_count AS bags_kept, CASE WHEN r.delivered_on <> '' THEN r.delivered_on END AS delivered_on,
       r.establishment AS establishment
FROM canteen_round r
WHERE r.establishment = :prison AND r.cycle = :cycle
ORDER BY r.wing, r.id

-- view: round.show
-- title: Round
-- read: staff, coordinator, authority, auditor
-- scope: staff r.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR r.establishment_id = :establishment)
-- param: prison text
-- param: round ref
-- one
-- column: establishment text
-- column: cycle ref
-- column: round ref
-- column: wing text
-- column: round_state code
-- column: waits bool
-- column: is_out bool
-- column: bags int
-- column: bags_filled int
-- column: bags_told int
-- column: bags_kept int
-- column: delivered_on date
-- column: agent text
SELECT r.establishment AS establishment, r.cycle AS cycle, r.code AS round, r.wing AS wing, 'round_' || r.state AS round_state,
       CASE WHEN r.state IN ('planned', 'picking') THEN 1 ELSE 0 END AS waits,
       CASE WHEN r.state IN ('out', 'delivered') THEN 1 ELSE 0 END AS is_out, r.bag_count AS bags, r.filled_count AS bags_filled,
       r.told_count AS bags_told, r.kept_count AS bags_kept, CASE WHEN r.delivered_on <> '' THEN r.delivered_on END AS delivered_on,
       r.agent AS agent
FROM canteen_round r
WHERE r.establishment = :prison AND r.code = :round

-- view: round.bags
-- title: Bags of a round
-- read: staff
-- scope: staff r.establishment_id = :establishment
-- param: prison text
-- param: round ref
-- column: id id key hidden
-- column: number int sort
-- column: bag ref link /canteen-bag/{bag}
-- column: reference ref
-- column: cell text
-- column: bag_state code
-- column: signed code
-- column: kept_until date
-- order: number
-- sensitive
SELECT b.order_id AS id, b.number AS number, b.reference AS bag, o.reference AS reference, b.cell AS cell, 'bag_' || b.state AS bag_state,
       b.signed AS signed, CASE WHEN b.kept_until <> '' THEN b.kept_until END AS kept_until
FROM canteen_round r JOIN canteen_bag b ON b.round_id = r.id JOIN canteen_order o ON o.id = b.order_id
WHERE r.establishment = :prison AND r.code = :round

-- view: round.apart
-- title: Orders on no round
-- help: Of persons who left or are away, or that were accepted since. Plan again to take in who came back; settlement gives back the rest.
-- read: staff
-- scope: staff o.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- whole
-- column: reference ref
-- column: bag ref link /canteen-bag/{bag}
-- column: wing text
-- column: cell text
-- column: presence code
-- column: bag_state code
-- column: amount money
-- sensitive
SELECT o.reference AS reference, b.reference AS bag, s.wing AS wing, s.cell AS cell, s.state AS presence,
       CASE WHEN b.state IS NULL THEN '' ELSE 'bag_' || b.state END AS bag_state, o.total_cents AS amount
FROM canteen_cycle c JOIN canteen_order o ON o.cycle_id = c.id JOIN stay s ON s.id = o.stay_id
     LEFT JOIN canteen_bag b ON b.order_id = o.id
WHERE c.establishment = :prison AND c.code = :cycle AND o.state IN ('accepted', 'reduced') AND b.round_id IS NULL
      AND EXISTS (SELECT 1 FROM canteen_order_line l WHERE l.order_id = o.id AND l.quantity > 0 AND l.delivered IS NULL)
ORDER BY o.reference

-- view: bag.show
-- title: Bag
-- help: Where a bag is, and whose. No name: the sheet for the doors has it.
-- read: staff
-- scope: staff b.establishment_id = :establishment
-- param: bag ref
-- one
-- column: bag ref
-- column: reference ref
-- column: establishment text
-- column: cycle ref
-- column: round ref
-- column: number int
-- column: bags int
-- column: wing text
-- column: cell text
-- column: presence code
-- column: bag_state code
-- column: may_fill bool
-- column: may_hand bool
-- column: may_end bool
-- column: may_correct bool
-- column: filled_on date
-- column: handed_on date
-- column: kept_until date
-- column: signed code
-- column: witness text
-- sensitive
SELECT b.reference AS bag, o.reference AS reference, c.establishment AS establishment, c.code AS cycle, r.code AS round,
       b.number AS number, r.bag_count AS bags, s.wing AS wing, s.cell AS cell, s.state AS presence, 'bag_' || b.state AS bag_state,
       CASE WHEN r.state IN ('planned', 'picking') THEN 1 ELSE 0 END AS may_fill,
       CASE WHEN r.state IN ('out', 'delivered') AND b.state = 'out' THEN 1 ELSE 0 END AS may_hand,
       CASE WHEN r.state IN ('out', 'delivered') AND b.state IN ('handed', 'refused', 'kept') THEN 1 ELSE 0 END AS may_correct,
       CASE WHEN b.state IN ('kept', 'refused') OR (b.round_id IS NULL AND b.state = 'filled') THEN 1 ELSE 0 END AS may_end,
       CASE WHEN b.filled_on <> '' THEN b.filled_on END AS filled_on, CASE WHEN b.handed_on <> '' THEN b.handed_on END AS handed_on,
       CASE WHEN b.kept_until <> '' THEN b.kept_until END AS kept_until, b.signed AS signed, b.witness AS witness
FROM canteen_bag b JOIN canteen_order o ON o.id = b.order_id JOIN canteen_cycle c ON c.id = b.cycle_id JOIN stay s ON s.id = o.stay_id
     LEFT JOIN canteen_round r ON r.id = b.round_id
WHERE b.reference = :bag

-- view: bag.lines
-- title: In the bag
-- help: What was ordered, what lies in the bag, what was received; and why there is less.
-- read: staff
-- scope: staff b.establishment_id = :establishment
-- param: bag ref
-- whole
-- column: code int
-- column: name text
-- column: ordered int
-- column: units_picked int
-- column: given_name text
-- column: substitute bool
-- column: units_received int
-- column: line_outcome code
-- column: why code
-- column: price money
-- sensitive
SELECT l.code AS code, l.name AS name, l.ordered AS ordered, l.picked AS units_picked, g.name AS given_name, l.substitute AS substitute,
       l.delivered AS units_received, CASE WHEN l.outcome = '' THEN '' ELSE 'line_' || l.outcome END AS line_outcome,
       CASE WHEN l.picked < l.quantity THEN 'gap_not_there' ELSE l.why END AS why, l.charged_price_cents AS price
FROM canteen_bag b JOIN canteen_order_line l ON l.order_id = b.order_id LEFT JOIN canteen_product g ON g.id = l.given_id
WHERE b.reference = :bag
ORDER BY l.position

-- view: bag.of_person
-- title: What a person received
-- help: Every line of every bag: ordered, put into the bag, received, and why there was less. What is missing is not charged.
-- read: staff
-- scope: staff b.establishment_id = :establishment
-- param: reference ref
-- whole
-- column: cycle ref
-- column: bag ref link /canteen-bag/{bag}
-- column: bag_state code
-- column: code int
-- column: name text
-- column: ordered int
-- column: units_picked int
-- column: given_name text
-- column: units_received int
-- column: line_outcome code
-- column: why code
-- sensitive
SELECT c.code AS cycle, b.reference AS bag, 'bag_' || b.state AS bag_state, l.code AS code, l.name AS name, l.ordered AS ordered,
       l.picked AS units_picked, g.name AS given_name, l.delivered AS units_received,
       CASE WHEN l.outcome = '' THEN '' ELSE 'line_' || l.outcome END AS line_outcome,
       CASE WHEN l.picked < l.quantity THEN 'gap_not_there' ELSE l.why END AS why
FROM person p JOIN canteen_bag b ON b.person_id = p.id JOIN canteen_cycle c ON c.id = b.cycle_id
     JOIN canteen_order_line l ON l.order_id = b.order_id LEFT JOIN canteen_product g ON g.id = l.given_id
WHERE p.reference = :reference
ORDER BY b.order_id DESC, l.position

-- view: bag.events
-- title: What happened to a bag
-- read: staff
-- scope: staff b.establishment_id = :establishment
-- param: bag ref
-- whole
-- column: event_on date
-- column: bag_event code
-- column: round ref
-- column: units int
-- column: author text
-- sensitive
SELECT e.on_day AS event_on, 'bag_' || e.event AS bag_event, e.round AS round, CASE WHEN e.units > 0 THEN e.units END AS units, e.author AS author
FROM canteen_bag b JOIN canteen_bag_event e ON e.order_id = b.order_id
WHERE b.reference = :bag
ORDER BY e.id DESC

-- view: bag.kept
-- title: Bags that are kept
-- help: For those who were away: the first to go back to the shelf stands first.
-- read: staff
-- scope: staff b.establishment_id = :establishment
-- column: id id key hidden
-- column: bag ref link /canteen-bag/{bag}
-- column: reference ref
-- column: wing text
-- column: cell text
-- column: presence code
-- column: kept_until date sort
-- order: kept_until
-- sensitive
SELECT b.order_id AS id, b.reference AS bag, o.reference AS reference, s.wing AS wing, s.cell AS cell, s.state AS presence,
       b.kept_until AS kept_until
FROM canteen_bag b JOIN canteen_order o ON o.id = b.order_id JOIN stay s ON s.id = o.stay_id
WHERE b.kept_until > ''
