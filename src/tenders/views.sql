-- Calls. Lists read the row of the call alone; what hangs on one call has a view each.

-- view: tender.list
-- title: Calls that concern prisons
-- help: Newest first. A call is open on a date when its notice was published by then and its deadline, or the end of its display where it gives no deadline, is not past.
-- read: coordinator, member, authority, accountant, auditor
-- param: open_on date where t.open_until >= :open_on AND t.published_on <= :open_on
-- param: function code where EXISTS (SELECT 1 FROM tender_function f WHERE f.function = :function AND f.tender = t.id)
-- param: department text where EXISTS (SELECT 1 FROM tender_place p WHERE p.department = :department AND p.tender = t.id)
-- param: state code of call|awarded|cancelled|prior where t.state = :state
-- param: decision code of none|go|no_go where t.decision = :decision
-- param: q text search tender t.id
-- column: reference ref link /tenders/{reference}
-- column: published_on date sort
-- column: open_until date sort
-- column: open_basis code
-- column: buyer text sort by buyer_folded
-- column: object text
-- column: departments text hidden
-- column: functions words hidden
-- column: reasons words hidden
-- column: state code hidden
-- column: kind code hidden
-- column: decision code hidden
-- column: buyer_folded text hidden
-- column: id id key hidden
-- order: published_on desc
SELECT t.reference AS reference, t.published_on AS published_on, t.open_until AS open_until, t.open_basis AS open_basis,
    t.buyer AS buyer, t.object AS object, t.departments AS departments, t.functions AS functions, t.reasons AS reasons,
    t.state AS state, t.kind AS kind, t.decision AS decision, t.buyer_folded AS buyer_folded, t.id AS id
FROM tender t
WHERE t.concerns = 1
