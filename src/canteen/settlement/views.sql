-- view: settlement.of_cycle
-- title: Settlement of a cycle
-- read: staff, coordinator, authority, auditor, accountant
-- scope: staff c.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR c.establishment_id = :establishment)
-- param: prison text
-- param: cycle ref
-- one
-- column: establishment text
-- column: cycle ref
-- column: goods words
-- column: delivers_on date
-- column: settles_on date
-- column: turn code
-- column: order_count int
-- column: debits int
-- column: to_debit money
-- column: to_unblock money
-- column: to_tell int
-- column: differences int
-- column: sales money
SELECT c.establishment AS establishment, c.code AS cycle, c.goods AS goods, c.delivers_on AS delivers_on, c.settles_on AS settles_on,
       c.state AS turn, c.order_count AS order_count, COUNT(d.id) AS debits,
       CAST(COALESCE(SUM(d.charged_cents), 0) AS INTEGER) AS to_debit,
       CAST(COALESCE(SUM(CASE WHEN d.kind <> 'give_back' THEN d.blocked_cents - d.charged_cents ELSE 0 END), 0) AS INTEGER) AS to_unblock,
       CAST(COALESCE(SUM(CASE WHEN d.state = 'to_tell' THEN 1 ELSE 0 END), 0) AS INTEGER) AS to_tell,
       CAST(COALESCE(SUM(CASE WHEN d.state = 'differs' THEN 1 ELSE 0 END), 0) AS INTEGER) AS differences,
       CAST(COALESCE((SELECT SUM(s.charged_cents) FROM canteen_sale s WHERE s.cycle_id = c.id), 0) AS INTEGER) AS sales
FROM canteen_cycle c LEFT JOIN canteen_debit d ON d.cycle_id = c.id
WHERE c.establishment = :prison AND c.code = :cycle
GROUP BY c.id, c.establishment, c.code, c.goods, c.delivers_on, c.settles_on, c.state, c.order_count

-- view: settlement.debits
-- title: Debits of a cycle
-- help: For the accounts office: what to take from each person and what to unblock. Lines of zero too, for what is blocked must be freed.
-- read: staff
-- scope: staff d.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- whole
-- sensitive
-- column: debit id hidden
-- column: reference ref
-- column: number sealed
-- column: debit_kind code
-- column: to_debit money
-- column: to_unblock money
-- column: debit_state code
-- column: batch int
-- column: taken_cents money
-- column: difference money
-- column: cause code
-- column: due_on date
SELECT d.id AS debit, d.reference AS reference, s.number AS number, d.kind AS debit_kind, d.charged_cents AS to_debit,
       CASE WHEN d.blocked_cents > 0 THEN d.blocked_cents - d.charged_cents ELSE 0 END AS to_unblock, d.state AS debit_state,
       b.number AS batch, d.taken_cents AS taken_cents, d.taken_cents - d.charged_cents AS difference, d.cause AS cause,
       NULLIF(d.due_on, '9999-12-31') AS due_on
FROM canteen_cycle c JOIN canteen_debit d ON d.cycle_id = c.id JOIN canteen_order o ON o.id = d.order_id JOIN stay s ON s.id = o.stay_id
     LEFT JOIN canteen_batch b ON b.id = d.batch_id
WHERE c.establishment = :prison AND c.code = :cycle
ORDER BY d.reference, d.id

-- view: settlement.list
-- title: List for the accounts office
-- help: As it was told: register number, order, what to take and what to unblock; the last line is the total, for control.
-- read: staff
-- scope: staff x.establishment_id = :establishment
-- param: prison text
-- param: batch int
-- whole
-- sensitive
-- column: reference ref
-- column: number sealed
-- column: cycle ref
-- column: order id
-- column: debit_kind code
-- column: cause code
-- column: to_debit money
-- column: to_unblock money
SELECT x.reference AS reference, x.number AS number, x.cycle AS cycle, x.order_id AS "order", x.kind AS debit_kind, x.cause AS cause,
       x.charged AS to_debit, x.unblock AS to_unblock
FROM (SELECT 0 AS last, d.id AS id, d.establishment_id AS establishment_id, s.number AS number, d.reference AS reference, c.code AS cycle,
             d.order_id AS order_id, d.kind AS kind, d.cause AS cause, d.charged_cents AS charged,
             CASE WHEN d.blocked_cents > 0 THEN d.blocked_cents - d.charged_cents ELSE 0 END AS unblock
      FROM canteen_batch b JOIN canteen_debit d ON d.batch_id = b.id JOIN canteen_cycle c ON c.id = d.cycle_id
           JOIN canteen_order o ON o.id = d.order_id JOIN stay s ON s.id = o.stay_id
      WHERE b.establishment = :prison AND b.number = :batch
      UNION ALL
      SELECT 1, b.id, b.establishment_id, NULL, 'TOTAL', '', NULL, '', '', b.debit_cents, b.unblock_cents
      FROM canteen_batch b WHERE b.establishment = :prison AND b.number = :batch) x
ORDER BY x.last, x.reference, x.id

-- view: settlement.batches
-- title: Lists told to the accounts office
-- read: staff, coordinator, authority, auditor, accountant
-- scope: staff b.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR b.establishment_id = :establishment)
-- param: prison text
-- whole
-- column: batch int link /canteen-lists/{establishment}/{batch}
-- column: listed_on date
-- column: debits int
-- column: to_debit money
-- column: to_unblock money
-- column: taken_cents money
-- column: waiting int
-- column: differences int
-- column: establishment text hidden
SELECT b.number AS batch, b.told_on AS listed_on, b.debit_count AS debits, b.debit_cents AS to_debit, b.unblock_cents AS to_unblock,
       CAST(COALESCE(SUM(d.taken_cents), 0) AS INTEGER) AS taken_cents,
       CAST(SUM(CASE WHEN d.state = 'told' THEN 1 ELSE 0 END) AS INTEGER) AS waiting,
       CAST(SUM(CASE WHEN d.state = 'differs' THEN 1 ELSE 0 END) AS INTEGER) AS differences, b.establishment AS establishment
FROM canteen_batch b JOIN canteen_debit d ON d.batch_id = b.id
WHERE b.establishment = :prison
GROUP BY b.id, b.establishment, b.number, b.told_on, b.debit_count, b.debit_cents, b.unblock_cents
ORDER BY b.number DESC

-- view: settlement.differences
-- title: Where the accounts office took something else
-- help: Each waits for a decision: corrected by the office, or written off.
-- read: staff
-- scope: staff d.establishment_id = :establishment
-- param: prison text
-- whole
-- sensitive
-- column: debit id link /canteen-differences/{debit}
-- column: reference ref
-- column: cycle ref
-- column: batch int
-- column: to_debit money
-- column: taken_cents money
-- column: difference money
SELECT d.id AS debit, d.reference AS reference, c.code AS cycle, b.number AS batch, d.charged_cents AS to_debit, d.taken_cents AS taken_cents,
       d.taken_cents - d.charged_cents AS difference
FROM canteen_debit d JOIN canteen_cycle c ON c.id = d.cycle_id JOIN canteen_batch b ON b.id = d.batch_id
WHERE c.establishment = :prison AND d.state = 'differs'
ORDER BY d.id

-- view: settlement.difference
-- title: Difference
-- read: staff
-- scope: staff d.establishment_id = :establishment
-- param: debit id
-- one
-- sensitive
-- column: debit id
-- column: reference ref
-- column: number sealed
-- column: establishment text
-- column: cycle ref
-- column: batch int
-- column: to_debit money
-- column: taken_cents money
-- column: difference money
-- column: debit_state code
-- column: reason text
SELECT d.id AS debit, d.reference AS reference, s.number AS number, c.establishment AS establishment, c.code AS cycle, b.number AS batch,
       d.charged_cents AS to_debit, d.taken_cents AS taken_cents, d.taken_cents - d.charged_cents AS difference, d.state AS debit_state,
       d.reason AS reason
FROM canteen_debit d JOIN canteen_cycle c ON c.id = d.cycle_id JOIN canteen_batch b ON b.id = d.batch_id
     JOIN canteen_order o ON o.id = d.order_id JOIN stay s ON s.id = o.stay_id
WHERE d.id = :debit

-- view: settlement.entries
-- title: Sales in the books
-- help: One entry for each round, VAT rate and accounts office; what was given without charge is a figure apart, and no income.
-- read: staff, coordinator, authority, auditor, accountant
-- scope: staff c.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR c.establishment_id = :establishment)
-- param: prison text
-- param: cycle ref
-- whole
-- column: origin code
-- column: settled_on date
-- column: vat code
-- column: vat_rate rate
-- column: units int
-- column: charged_cents money
-- column: without_vat money
-- column: vat_amount money
-- column: entry_number int
SELECT s.origin AS origin, s.settled_on AS settled_on, s.vat AS vat, s.vat_rate AS vat_rate, s.units AS units, s.charged_cents AS charged_cents,
       s.charged_cents - s.vat_cents AS without_vat, s.vat_cents AS vat_amount, e.number AS entry_number
FROM canteen_cycle c JOIN canteen_sale s ON s.cycle_id = c.id LEFT JOIN ledger_entry e ON e.id = s.entry_id
WHERE c.establishment = :prison AND c.code = :cycle
ORDER BY s.origin, s.id

-- view: settlement.transfers
-- title: Transfers of the accounts office
-- read: staff, coordinator, authority, auditor, accountant
-- scope: staff p.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR p.establishment_id = :establishment)
-- param: prison text
-- whole
-- column: paid_on date
-- column: bank_reference text
-- column: amount money
-- column: entry_number int
SELECT p.paid_on AS paid_on, p.transfer AS bank_reference, p.amount_cents AS amount, e.number AS entry_number
FROM canteen_paid p JOIN ledger_entry e ON e.id = p.entry_id
WHERE p.establishment = :prison
ORDER BY p.paid_on DESC, p.id DESC

-- view: settlement.office
-- title: What the accounts office owes
-- read: staff, coordinator, authority, auditor, accountant
-- scope: staff e.id = :establishment
-- scope: authority (:establishment = 0 OR e.id = :establishment)
-- param: prison text
-- one
-- column: establishment text
-- column: sales money
-- column: paid money
-- column: owed money
SELECT e.ref AS establishment,
       CAST(COALESCE((SELECT SUM(s.charged_cents) FROM canteen_sale s WHERE s.establishment_id = e.id), 0) AS INTEGER) AS sales,
       CAST(COALESCE((SELECT SUM(p.amount_cents) FROM canteen_paid p LEFT JOIN ledger_entry r ON r.origin_id = p.entry_id
                      WHERE p.establishment_id = e.id AND r.id IS NULL), 0) AS INTEGER) AS paid,
       COALESCE((SELECT a.debit_cents - a.credit_cents FROM ledger_account a WHERE a.book = 'general' AND a.number = '41112' AND
                 a.auxiliary = e.ref), 0) AS owed
FROM establishment e
WHERE e.ref = :prison

-- view: settlement.leavers
-- title: Orders of those who left
-- help: To be told to the accounts office before the day of the rule; the rule's delays are choices of the house, for no text gives any.
-- read: staff
-- scope: staff p.establishment_id = :establishment
-- param: prison text
-- whole
-- sensitive
-- column: reference ref
-- column: event code
-- column: left_on date
-- column: cycle ref
-- column: stage code
-- column: outcome code
-- column: to_debit money
-- column: to_unblock money
-- column: due_on date
-- column: to_do code
SELECT p.reference AS reference, p.kind AS event, p.left_on AS left_on, c.code AS cycle, p.stage AS stage, p.outcome AS outcome,
       d.charged_cents AS to_debit, CASE WHEN d.blocked_cents > 0 THEN d.blocked_cents - d.charged_cents ELSE 0 END AS to_unblock,
       p.due_on AS due_on,
       CASE WHEN p.outcome <> 'awaiting_sheet' AND (d.id IS NULL OR d.state <> 'to_tell') THEN 'done' WHEN p.due_on < :today THEN 'past_due'
            ELSE 'to_do' END AS to_do
FROM canteen_departure p JOIN canteen_cycle c ON c.id = p.cycle_id LEFT JOIN canteen_debit d ON d.order_id = p.order_id AND d.kind <> 'give_back'
WHERE c.establishment = :prison
ORDER BY CASE WHEN p.outcome <> 'awaiting_sheet' AND (d.id IS NULL OR d.state <> 'to_tell') THEN 1 ELSE 0 END, p.due_on, p.order_id

-- view: settlement.of_person
-- title: What a person was charged
-- help: Every order settled, and what was given back.
-- read: staff
-- scope: staff d.establishment_id = :establishment
-- param: reference ref
-- whole
-- sensitive
-- column: cycle ref
-- column: settled_on date
-- column: debit_kind code
-- column: charged_cents money
-- column: cause code
-- column: debit_state code
SELECT c.code AS cycle, d.settled_on AS settled_on, d.kind AS debit_kind, d.charged_cents AS charged_cents, d.cause AS cause, d.state AS debit_state
FROM person p JOIN canteen_debit d ON d.person_id = p.id JOIN canteen_cycle c ON c.id = d.cycle_id
WHERE p.reference = :reference
ORDER BY d.settled_on DESC, d.id DESC
