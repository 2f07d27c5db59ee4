-- view: supply.turn
-- title: Supply of a cycle
-- read: staff, coordinator, accountant, auditor
-- scope: staff c.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- one
-- column: establishment text
-- column: cycle ref
-- column: turn code
-- column: closes_on date
-- column: picks_on date
-- column: delivers_on date
SELECT c.establishment AS establishment, c.code AS cycle, c.state AS turn, c.closes_on AS closes_on, c.picks_on AS picks_on,
       c.delivers_on AS delivers_on
FROM canteen_cycle c
WHERE c.establishment = :prison AND c.code = :cycle

-- view: supply.orders
-- title: Orders to suppliers
-- help: One for each supplier of a cycle; a correction is an order of its own.
-- read: staff, coordinator, accountant, auditor
-- scope: staff c.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- whole
-- column: supply_number int
-- column: supplier text
-- column: corrects text
-- column: supply_state code
-- column: wanted_on date
-- column: sent_on date
-- column: packs int
-- column: units int
-- column: received int
-- column: reason text
SELECT s.number AS supply_number, s.supplier AS supplier, CASE WHEN s.corrects > 0 THEN CAST(s.corrects AS TEXT) ELSE '' END AS corrects,
       CASE WHEN s.state = 'received' AND EXISTS (SELECT 1 FROM canteen_supply_line k WHERE k.supply_id = s.id AND k.received < k.units AND
            (SELECT SUM(m.units - m.received) FROM canteen_supply o JOIN canteen_supply_line m ON m.supply_id = o.id WHERE o.cycle_id = s.cycle_id
             AND o.supplier_folded = s.supplier_folded AND o.sent_on <> '' AND m.product_id = k.product_id) > 0)
            THEN 'partly_received' ELSE s.state END AS supply_state, s.wanted_on AS wanted_on, CASE WHEN s.sent_on <> '' THEN s.sent_on END AS sent_on, s.pack_count AS packs, s.units AS units,
       s.received_units AS received, s.reason AS reason
FROM canteen_cycle c JOIN canteen_supply s ON s.cycle_id = c.id
WHERE c.establishment = :prison AND c.code = :cycle
ORDER BY s.number

-- view: supply.order_lines
-- title: What is ordered from suppliers
-- help: Units that the orders of the cycle ask for, those the shelf holds already, packs ordered, and what came.
-- read: staff, coordinator, accountant, auditor
-- scope: staff c.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- whole
-- column: supply_number int
-- column: code int
-- column: name text
-- column: asked_units int
-- column: from_shelf int
-- column: pack_size int
-- column: packs int
-- column: units int
-- column: received int
-- column: lacking int
SELECT s.number AS supply_number, k.code AS code, k.name AS name, k.needed AS asked_units, k.from_stock AS from_shelf,
       k.pack_size AS pack_size, k.packs AS packs, k.units AS units, k.received AS received, k.units - k.received AS lacking
FROM canteen_cycle c JOIN canteen_supply s ON s.cycle_id = c.id JOIN canteen_supply_line k ON k.supply_id = s.id
WHERE c.establishment = :prison AND c.code = :cycle
ORDER BY s.number, k.code

-- view: supply.order_sheet
-- title: Order to a supplier
-- help: For the supplier: product, packs and units, with the reference to write on the delivery note.
-- read: staff, coordinator
-- scope: staff s.establishment_id = :establishment
-- param: prison text
-- param: supply_number int
-- whole
-- column: supply_number int
-- column: supplier text
-- column: deliver_to text
-- column: wanted_on date
-- column: cycle ref
-- column: code int
-- column: name text
-- column: product_brand text
-- column: pack_size int
-- column: packs int
-- column: units int
SELECT s.number AS supply_number, s.supplier AS supplier, s.establishment AS deliver_to, s.wanted_on AS wanted_on, s.cycle AS cycle,
       k.code AS code, k.name AS name, p.brand AS product_brand, k.pack_size AS pack_size, k.packs AS packs, k.units AS units
FROM canteen_supply s JOIN canteen_supply_line k ON k.supply_id = s.id JOIN canteen_product p ON p.id = k.product_id
WHERE s.establishment = :prison AND s.number = :supply_number AND k.packs <> 0
ORDER BY k.code

-- view: supply.received
-- title: Delivery notes
-- help: What came, into which lot; less, more or another product than ordered stands here too.
-- read: staff, coordinator, accountant, auditor
-- scope: staff c.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- whole
-- column: received_on date
-- column: delivery_note text
-- column: supply_number int
-- column: code int
-- column: name text
-- column: lot_number text
-- column: units int
-- column: sent_back int
-- column: not_ordered bool
-- column: remark text
-- column: invoiced bool
SELECT r.received_on AS received_on, r.note AS delivery_note, s.number AS supply_number, l.code AS code, l.name AS name,
       l.lot_number AS lot_number, l.units AS units, l.turned_back AS sent_back, l.wrong AS not_ordered, l.remark AS remark,
       CASE WHEN l.invoice_id IS NULL THEN 0 ELSE 1 END AS invoiced
FROM canteen_cycle c JOIN canteen_supply s ON s.cycle_id = c.id JOIN canteen_receipt r ON r.supply_id = s.id
     JOIN canteen_receipt_line l ON l.receipt_id = r.id
WHERE c.establishment = :prison AND c.code = :cycle
ORDER BY r.received_on, r.note, l.code, l.lot_number

-- view: supply.costs
-- title: What goods cost beside what was expected
-- help: Each line of a delivery note: its price, the cost that the price in force rests on, and the difference for all its units.
-- read: coordinator, accountant, auditor
-- param: prison text
-- param: cycle ref
-- whole
-- column: delivery_note text
-- column: supply_number int
-- column: code int
-- column: name text
-- column: units int
-- column: purchase_cost money
-- column: expected_cost money
-- column: cost_difference money
-- column: invoice text
SELECT r.note AS delivery_note, s.number AS supply_number, l.code AS code, l.name AS name, l.units AS units,
       l.purchase_cents AS purchase_cost, l.expected_cents AS expected_cost, l.units * (l.purchase_cents - l.expected_cents) AS cost_difference,
       COALESCE(i.invoice, '') AS invoice
FROM canteen_cycle c JOIN canteen_supply s ON s.cycle_id = c.id JOIN canteen_receipt r ON r.supply_id = s.id
     JOIN canteen_receipt_line l ON l.receipt_id = r.id LEFT JOIN canteen_supply_invoice i ON i.id = l.invoice_id
WHERE c.establishment = :prison AND c.code = :cycle AND l.units > 0
ORDER BY r.note, l.code, l.lot_number

-- view: supply.invoices
-- title: Invoices of suppliers
-- help: As they entered the books, beside what the same goods were expected to cost.
-- read: coordinator, accountant, auditor
-- param: prison text
-- param: cycle ref
-- whole
-- column: invoice text
-- column: invoice_on date
-- column: supply_number int
-- column: supplier text
-- column: net money
-- column: vat_amount money
-- column: invoice_total money
-- column: expected_total money
-- column: cost_difference money
SELECT i.invoice AS invoice, i.on_day AS invoice_on, s.number AS supply_number, i.supplier AS supplier, i.net_cents AS net,
       i.vat_cents AS vat_amount, i.total_cents AS invoice_total, i.expected_cents AS expected_total, i.difference_cents AS cost_difference
FROM canteen_cycle c JOIN canteen_supply s ON s.cycle_id = c.id JOIN canteen_supply_invoice i ON i.supply_id = s.id
WHERE c.establishment = :prison AND c.code = :cycle
ORDER BY i.on_day, i.invoice

-- view: supply.shortages
-- title: What was missing, and how it was shared
-- help: The oldest order is served first: by the day its form was handed in, then by the moment it was entered.
-- read: staff, coordinator, authority, auditor
-- scope: staff c.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR c.establishment_id = :establishment)
-- param: prison text
-- param: cycle ref
-- whole
-- column: shared_on date
-- column: code int
-- column: name text
-- column: asked_units int
-- column: there int
-- column: missing int
-- column: lines int
SELECT h.on_day AS shared_on, h.code AS code, h.name AS name, h.wanted AS asked_units, h.available AS there, h.missing AS missing, h.lines AS lines
FROM canteen_cycle c JOIN canteen_share h ON h.cycle_id = c.id
WHERE c.establishment = :prison AND c.code = :cycle
ORDER BY h.on_day, h.code, h.id

-- view: supply.short_lines
-- title: Who goes without
-- help: Lines cut for want of goods or after a recall; the price of what was cut was free at once.
-- read: staff
-- scope: staff c.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- whole
-- column: reference ref
-- column: code int
-- column: name text
-- column: ordered int
-- column: units int
-- column: why code
-- sensitive
SELECT o.reference AS reference, l.code AS code, l.name AS name, l.ordered AS ordered, l.quantity AS units, l.why AS why
FROM canteen_cycle c JOIN canteen_order o ON o.cycle_id = c.id JOIN canteen_order_line l ON l.order_id = o.id
WHERE c.establishment = :prison AND c.code = :cycle AND l.why IN ('shortage', 'recall')
ORDER BY o.reference, l.position

-- view: supply.stock
-- title: Stock
-- help: What the shelf holds of each product with lots, those past their date with it; recalled lots are apart. The lot that expires first goes out first.
-- read: staff, coordinator, auditor
-- scope: staff p.establishment_id = :establishment
-- param: prison text
-- whole
-- column: code int
-- column: name text link /canteen/{establishment}/{code}
-- column: on_shelf int
-- column: past_date_units int
-- column: first_expiry date
-- column: establishment text hidden
SELECT p.code AS code, p.name AS name, CAST(SUM(CASE WHEN t.blocked = 0 THEN t.units_left ELSE 0 END) AS INTEGER) AS on_shelf,
       CAST(SUM(CASE WHEN t.blocked = 0 AND t.best_before < :today THEN t.units_left ELSE 0 END) AS INTEGER) AS past_date_units,
       MIN(CASE WHEN t.units_left > 0 AND t.blocked = 0 AND t.best_before < '9999' THEN t.best_before END) AS first_expiry,
       p.establishment AS establishment
FROM canteen_product p JOIN canteen_lot t ON t.product_id = p.id
WHERE p.establishment = :prison
GROUP BY p.id, p.code, p.name, p.establishment
ORDER BY p.code

-- view: supply.lots
-- title: Lots
-- help: The soonest to expire first.
-- read: staff, coordinator, auditor
-- scope: staff t.establishment_id = :establishment
-- param: prison text where (t.establishment || '') = :prison
-- param: code int where t.code + 0 = :code
-- param: lot_number text where (t.lot_number || '') = :lot_number
-- param: expires_by date where t.best_before <= :expires_by
-- param: on_shelf code of yes|no where CASE WHEN t.units_left > 0 THEN 'yes' ELSE 'no' END = :on_shelf
-- column: id id key hidden
-- column: code int
-- column: name text
-- column: lot_number text
-- column: best_before date sort by last_day
-- column: received_on date
-- column: received int
-- column: used_units int
-- column: counted_difference int
-- column: on_shelf int
-- column: blocked bool
-- column: past_date bool
-- column: establishment text
-- column: last_day text hidden
-- order: best_before
SELECT t.id AS id, t.code AS code, p.name AS name, t.lot_number AS lot_number, CASE WHEN t.best_before < '9999' THEN t.best_before END AS best_before, t.received_on AS received_on,
       t.received AS received, t.used AS used_units, t.counted AS counted_difference, t.units_left AS on_shelf,
       t.blocked AS blocked, CASE WHEN t.best_before < :today AND t.units_left > 0 THEN 1 ELSE 0 END AS past_date,
       t.establishment AS establishment, t.best_before AS last_day
FROM canteen_lot t JOIN canteen_product p ON p.id = t.product_id

-- view: supply.counts
-- title: Differences found when counting
-- read: staff, coordinator, auditor
-- scope: staff n.establishment_id = :establishment
-- param: prison text where (n.establishment || '') = :prison
-- param: count_cause code of spoilt|past_date|unknown_theft|miscounted|given_away|recall where (n.cause || '') = :count_cause
-- column: id id key hidden
-- column: counted_on date sort
-- column: code int
-- column: lot_number text
-- column: expected_units int
-- column: counted_units int
-- column: counted_difference int
-- column: count_cause code
-- column: author text
-- column: establishment text
-- order: counted_on desc
SELECT n.id AS id, n.on_day AS counted_on, n.code AS code, n.lot_number AS lot_number, n.before_units AS expected_units,
       n.counted_units AS counted_units, n.difference AS counted_difference, n.cause AS count_cause, n.author AS author,
       n.establishment AS establishment
FROM canteen_lot_count n

-- view: supply.recalls
-- title: Recalled lots
-- read: staff, coordinator, authority, auditor
-- scope: staff r.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR r.establishment_id = :establishment)
-- param: prison text where (r.establishment || '') = :prison
-- column: id id key hidden
-- column: recalled_on date sort
-- column: code int
-- column: name text
-- column: lot_number text link /canteen-recall/{establishment}/{code}/{lot_number}
-- column: reason text
-- column: shelf_units int
-- column: bag_units int
-- column: handed_units int
-- column: people int
-- column: establishment text
-- order: recalled_on desc
SELECT r.id AS id, r.on_day AS recalled_on, r.code AS code, r.name AS name, r.lot_number AS lot_number, r.reason AS reason,
       r.shelf_units AS shelf_units, r.bag_units AS bag_units, r.handed_units AS handed_units, r.people AS people,
       r.establishment AS establishment
FROM canteen_recall r

-- view: supply.recall
-- title: Recall of a lot
-- read: staff, coordinator, authority, auditor
-- scope: staff r.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR r.establishment_id = :establishment)
-- param: prison text
-- param: code int
-- param: lot_number text
-- one
-- column: establishment text
-- column: code int
-- column: name text
-- column: lot_number text
-- column: recalled_on date
-- column: reason text
-- column: shelf_units int
-- column: bag_units int
-- column: handed_units int
-- column: people int
SELECT r.establishment AS establishment, r.code AS code, r.name AS name, r.lot_number AS lot_number, r.on_day AS recalled_on,
       r.reason AS reason, r.shelf_units AS shelf_units, r.bag_units AS bag_units, r.handed_units AS handed_units, r.people AS people
FROM canteen_recall r
WHERE r.establishment = :prison AND r.code = :code AND r.lot_number = :lot_number

-- view: supply.holders
-- title: Who holds a lot
-- help: Every order into which units of the lot went: handed over, so to be given back and refunded; in a bag; or taken out of it by the recall.
-- read: staff
-- scope: staff t.establishment_id = :establishment
-- param: prison text
-- param: code int
-- param: lot_number text
-- whole
-- column: reference ref
-- column: wing text
-- column: cell text
-- column: presence code
-- column: cycle ref
-- column: where_it_is code
-- column: units int
-- column: refund_units int
-- column: refund money
-- sensitive
SELECT o.reference AS reference, s.wing AS wing, s.cell AS cell, s.state AS presence, c.code AS cycle,
       CASE WHEN u.units = 0 THEN 'taken_out' WHEN l.delivered IS NULL OR l.outcome = 'absent' THEN 'in_bag' WHEN l.delivered = 0 THEN 'not_taken' ELSE 'handed_over' END
           AS where_it_is,
       u.units + u.recalled AS units,
       CASE WHEN COALESCE(l.delivered, 0) < u.units THEN COALESCE(l.delivered, 0) ELSE u.units END AS refund_units,
       CASE WHEN COALESCE(l.delivered, 0) < u.units THEN COALESCE(l.delivered, 0) ELSE u.units END * l.charged_price_cents AS refund
FROM canteen_lot t JOIN canteen_lot_use u ON u.lot_id = t.id
     JOIN canteen_order_line l ON l.order_id = u.order_id AND l.position = u.position
     JOIN canteen_order o ON o.id = u.order_id JOIN canteen_cycle c ON c.id = o.cycle_id JOIN stay s ON s.id = o.stay_id
WHERE t.establishment = :prison AND t.code = :code AND t.lot_number = :lot_number AND u.units + u.recalled > 0
ORDER BY s.wing, s.cell, o.reference, u.position
