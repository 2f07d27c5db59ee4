-- view: canteen.list
-- title: Canteen
-- help: What can be ordered, at which price, and the cheapest of each need.
-- read: staff, coordinator, authority, auditor
-- scope: staff p.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR p.establishment_id = :establishment) AND p.family <> 'exceptional'
-- scope: coordinator p.family <> 'exceptional'
-- scope: auditor p.family <> 'exceptional'
-- param: q text search canteen_product p.id
-- param: prison text where p.establishment = :prison
-- param: goods code of grocery|fresh|drinks|hygiene|correspondence|tobacco|press|clothing|household|electrical|arrival where (p.family || '') = :goods
-- column: id id key hidden
-- column: code int sort
-- column: name text sort by name_folded link /canteen/{establishment}/{code}
-- column: product_brand text
-- column: goods code
-- column: content quantity
-- column: measure code
-- column: price money
-- column: measure_price money
-- column: cheapest bool
-- column: on_sale bool
-- column: next_price money
-- column: next_from date
-- column: establishment text
-- column: name_folded text hidden
-- order: name
SELECT p.id AS id, p.code AS code, p.name AS name, p.brand AS product_brand, p.family AS goods, p.content_thousandths AS content,
       p.measure AS measure, CASE WHEN p.next_from <> '' AND p.next_from <= :today THEN p.next_price_cents ELSE p.price_cents END AS price,
       p.measure_price_cents AS measure_price, p.cheapest AS cheapest, p.on_sale AS on_sale,
       CASE WHEN p.next_from > :today THEN p.next_price_cents END AS next_price,
       CASE WHEN p.next_from > :today THEN p.next_from END AS next_from, p.establishment AS establishment,
       p.name_folded AS name_folded
FROM canteen_product p

-- view: canteen.show
-- title: Product
-- read: staff, coordinator, authority, auditor
-- scope: staff p.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR p.establishment_id = :establishment) AND p.family <> 'exceptional'
-- scope: coordinator p.family <> 'exceptional'
-- scope: auditor p.family <> 'exceptional'
-- param: prison text
-- param: code int
-- one
-- withheld: staff supplier
-- column: establishment text
-- column: code int
-- column: name text
-- column: product_brand text
-- column: goods code
-- column: protected_kind code
-- column: content quantity
-- column: measure code
-- column: allergens words
-- column: diets words
-- column: vat code
-- column: need text
-- column: supplier text
-- column: pack_size int
-- column: on_sale bool
-- column: price money
-- column: price_from date
-- column: next_price money
-- column: next_from date
-- column: measure_price money
-- column: cheapest bool
SELECT p.establishment AS establishment, p.code AS code, p.name AS name, p.brand AS product_brand, p.family AS goods,
       p.protected_kind AS protected_kind, p.content_thousandths AS content, p.measure AS measure, p.allergens AS allergens,
       p.diets AS diets, p.vat AS vat, p.need AS need, p.supplier AS supplier, p.pack_size AS pack_size, p.on_sale AS on_sale,
       CASE WHEN p.next_from <> '' AND p.next_from <= :today THEN p.next_price_cents ELSE p.price_cents END AS price,
       CASE WHEN p.next_from <> '' AND p.next_from <= :today THEN p.next_from ELSE p.price_from END AS price_from,
       CASE WHEN p.next_from > :today THEN p.next_price_cents END AS next_price,
       CASE WHEN p.next_from > :today THEN p.next_from END AS next_from,
       p.measure_price_cents AS measure_price, p.cheapest AS cheapest
FROM canteen_product p
WHERE p.establishment = :prison AND p.code = :code

-- view: canteen.price_history
-- title: Prices over time
-- help: Every price with the decision and the reason it rests on; costs and margin for those who answer for them.
-- read: staff, coordinator, authority, auditor
-- scope: staff p.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR p.establishment_id = :establishment) AND p.family <> 'exceptional'
-- scope: coordinator p.family <> 'exceptional'
-- scope: auditor p.family <> 'exceptional'
-- withheld: staff purchase_cost handling_cost margin
-- param: prison text
-- param: code int
-- whole
-- column: from_on date
-- column: price money
-- column: decision text
-- column: decided_on date
-- column: reason text
-- column: vat_rate rate
-- column: purchase_cost money
-- column: handling_cost money
-- column: margin money
SELECT c.from_on AS from_on, c.price_cents AS price, d.reference AS decision, d.decided_on AS decided_on, c.reason AS reason,
       c.vat_rate AS vat_rate, c.purchase_cents AS purchase_cost, c.handling_cents AS handling_cost, c.margin_cents AS margin
FROM canteen_product p JOIN canteen_price c ON c.product_id = p.id JOIN canteen_decision d ON d.id = c.decision_id
WHERE p.establishment = :prison AND p.code = :code
ORDER BY c.from_on DESC

-- view: canteen.alternatives
-- title: In place of it
-- help: Products of the same need, the cheapest by measure first.
-- read: staff, coordinator, authority, auditor
-- scope: staff p.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR p.establishment_id = :establishment)
-- param: prison text
-- param: code int
-- whole
-- column: code int
-- column: name text link /canteen/{establishment}/{code}
-- column: product_brand text
-- column: price money
-- column: measure_price money
-- column: establishment text hidden
SELECT o.code AS code, o.name AS name, o.brand AS product_brand, o.price_cents AS price, o.measure_price_cents AS measure_price,
       o.establishment AS establishment
FROM canteen_product p JOIN canteen_product o ON o.establishment_id = p.establishment_id AND o.need = p.need
WHERE p.establishment = :prison AND p.code = :code AND p.need <> '' AND o.id <> p.id AND o.on_sale = 1 AND o.price_cents > 0
ORDER BY o.measure_price_cents, o.name_folded

-- view: canteen.decisions
-- title: Decisions on prices
-- read: staff, coordinator, authority, auditor
-- scope: staff d.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR d.establishment_id = :establishment)
-- param: prison text where d.establishment = :prison
-- column: id id key hidden
-- column: decision text
-- column: decided_on date sort
-- column: from_on date
-- column: price_count int
-- column: establishment text
-- order: decided_on desc
SELECT d.id AS id, d.reference AS decision, d.decided_on AS decided_on, d.from_on AS from_on, d.price_count AS price_count,
       d.establishment AS establishment
FROM canteen_decision d

-- view: canteen.limits
-- title: Limits of orders
-- help: What one person may order at most. The limit of a person's own regime wins over the one for everybody.
-- read: staff, coordinator, authority, auditor
-- scope: staff l.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR l.establishment_id = :establishment)
-- param: prison text where (l.establishment || '') = :prison
-- column: id id key hidden
-- column: limit code sort by kind
-- column: regime ref
-- column: regime_name text
-- column: code int
-- column: name text link /canteen/{establishment}/{code}
-- column: amount money
-- column: units int
-- column: establishment text
-- column: kind text hidden
-- order: limit
SELECT l.id AS id, l.kind AS "limit", CASE WHEN l.regime <> '' THEN l.regime END AS regime, r.name AS regime_name,
       CASE WHEN l.code > 0 THEN l.code END AS code, p.name AS name, CASE WHEN l.code = 0 THEN l.most END AS amount,
       CASE WHEN l.code > 0 THEN l.most END AS units, l.establishment AS establishment, l.kind AS kind
FROM canteen_limit l LEFT JOIN regime r ON r.establishment_id = l.establishment_id AND r.code = l.regime AND l.regime <> ''
     LEFT JOIN canteen_product p ON p.establishment_id = l.establishment_id AND p.code = l.code

-- view: canteen.cycles
-- title: Cycles of orders
-- read: staff, coordinator, authority, auditor
-- scope: staff c.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR c.establishment_id = :establishment)
-- param: prison text where (c.establishment || '') = :prison
-- column: id id key hidden
-- column: cycle ref link /canteen-cycles/{establishment}/{cycle}
-- column: goods words
-- column: closes_on date sort
-- column: delivers_on date
-- column: turn code
-- column: order_count int
-- column: total money
-- column: establishment text
-- order: closes_on desc
SELECT c.id AS id, c.code AS cycle, c.goods AS goods, c.closes_on AS closes_on, c.delivers_on AS delivers_on,
       CASE WHEN c.state = 'open' AND c.closes_on < :today THEN 'overdue' WHEN c.state = 'open' AND c.opens_on > :today THEN 'planned' ELSE c.state END AS turn,
       c.order_count AS order_count, c.total_cents AS total, c.establishment AS establishment
FROM canteen_cycle c

-- view: canteen.cycle_show
-- title: Cycle of orders
-- read: staff, coordinator, authority, auditor
-- scope: staff c.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR c.establishment_id = :establishment)
-- param: prison text
-- param: cycle ref
-- one
-- column: establishment text
-- column: cycle ref
-- column: goods words
-- column: opens_on date
-- column: closes_on date
-- column: picks_on date
-- column: delivers_on date
-- column: settles_on date
-- column: turn code
-- column: order_count int
-- column: total money
-- column: orders_step text hidden
-- column: bags_step text hidden
-- column: handing_step text hidden
-- column: charging_step text hidden
-- column: takes_orders bool hidden
-- column: takes_answers bool hidden
SELECT c.establishment AS establishment, c.code AS cycle, c.goods AS goods, c.opens_on AS opens_on, c.closes_on AS closes_on,
       c.picks_on AS picks_on, c.delivers_on AS delivers_on, c.settles_on AS settles_on,
       CASE WHEN c.state = 'open' AND c.closes_on < :today THEN 'overdue' WHEN c.state = 'open' AND c.opens_on > :today THEN 'planned' ELSE c.state END AS turn,
       c.order_count AS order_count, c.total_cents AS total,
       CASE WHEN c.state = 'open' THEN 'next' ELSE 'past' END AS orders_step,
       CASE c.state WHEN 'open' THEN 'later' WHEN 'closed' THEN 'next' WHEN 'picking' THEN 'next' ELSE 'past' END AS bags_step,
       CASE c.state WHEN 'delivering' THEN 'next' WHEN 'settled' THEN 'past' ELSE 'later' END AS handing_step,
       CASE c.state WHEN 'settled' THEN 'past' ELSE 'later' END AS charging_step,
       CASE WHEN c.state = 'open' THEN 1 ELSE 0 END AS takes_orders,
       CASE WHEN c.state IN ('closed', 'picking') THEN 1 ELSE 0 END AS takes_answers
FROM canteen_cycle c
WHERE c.establishment = :prison AND c.code = :cycle

-- view: canteen.holds
-- title: What orders of a cycle hold
-- help: For the accounts office of the prison: one line for each order, with the register number.
-- read: staff
-- scope: staff o.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- whole
-- column: reference ref link /canteen-statements/{reference}
-- column: number sealed
-- column: order_state code
-- column: reason code
-- column: amount money
-- sensitive
SELECT o.reference AS reference, s.number AS number, o.state AS order_state, o.reason AS reason, o.total_cents AS amount
FROM canteen_cycle c JOIN canteen_order o ON o.cycle_id = c.id JOIN stay s ON s.id = o.stay_id
WHERE c.establishment = :prison AND c.code = :cycle
ORDER BY o.reference

-- view: canteen.totals
-- title: What is to be bought
-- help: Units of each product that the orders of a cycle ask for, and the packs that hold them.
-- read: staff, coordinator
-- scope: staff c.establishment_id = :establishment
-- param: prison text
-- param: cycle ref
-- whole
-- column: code int
-- column: name text
-- column: supplier text
-- column: units int
-- column: pack_size int
-- column: packs int
SELECT p.code AS code, p.name AS name, p.supplier AS supplier, CAST(SUM(l.quantity) AS INTEGER) AS units, p.pack_size AS pack_size,
       CAST((SUM(l.quantity) + p.pack_size - 1) / p.pack_size AS INTEGER) AS packs
FROM canteen_cycle c JOIN canteen_order o ON o.cycle_id = c.id JOIN canteen_order_line l ON l.order_id = o.id
     JOIN canteen_product p ON p.id = l.product_id
WHERE c.establishment = :prison AND c.code = :cycle
GROUP BY p.id, p.code, p.name, p.supplier, p.pack_size
HAVING SUM(l.quantity) > 0
ORDER BY p.supplier, p.code

-- view: canteen.of_person
-- title: What a person ordered
-- read: staff
-- scope: staff o.establishment_id = :establishment
-- param: reference ref
-- whole
-- column: cycle ref
-- column: delivers_on date
-- column: order_state code
-- column: reason code
-- column: why code
-- column: code int
-- column: name text
-- column: ordered int
-- column: units int
-- column: price money
-- column: acceptance text
-- sensitive
SELECT c.code AS cycle, c.delivers_on AS delivers_on, o.state AS order_state, o.reason AS reason, l.why AS why, l.code AS code, l.name AS name,
       l.ordered AS ordered, l.quantity AS units, l.price_cents AS price, o.acceptance AS acceptance
FROM person p JOIN canteen_order o ON o.person_id = p.id JOIN canteen_cycle c ON c.id = o.cycle_id
     JOIN canteen_order_line l ON l.order_id = o.id
WHERE p.reference = :reference
ORDER BY c.delivers_on DESC, c.code, l.position

-- view: canteen.available
-- title: What a person may spend
-- help: As the accounts office told it, less what orders hold. A mirror: the account itself is the prison's.
-- read: staff
-- scope: staff b.establishment_id = :establishment
-- param: reference ref
-- whole
-- column: establishment text
-- column: told_on date
-- column: balance_told money
-- column: charged_since money
-- column: added_since money
-- column: on_hold money
-- column: still_free money
-- sensitive
SELECT e.ref AS establishment, b.told_on AS told_on, b.told_cents AS balance_told,
       CASE WHEN b.told_cents > a.credit_cents - a.debit_cents THEN b.told_cents - a.credit_cents + a.debit_cents ELSE 0 END AS charged_since,
       CASE WHEN b.told_cents < a.credit_cents - a.debit_cents THEN a.credit_cents - a.debit_cents - b.told_cents ELSE 0 END AS added_since,
       a.pending_debit_cents AS on_hold, a.credit_cents - a.debit_cents - a.pending_debit_cents AS still_free
FROM canteen_balance b JOIN ledger_account a ON a.id = b.account_id JOIN establishment e ON e.id = b.establishment_id
WHERE b.reference = :reference
