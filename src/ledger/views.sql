-- view: ledger.balance
-- title: Trial balance
-- help: Opening, movements and balance of every account that has any, of one year or of all, the newest first. A debit is above zero. While the year before is open, what it would hand on today stands as opening.
-- read: accountant, coordinator, auditor
-- param: year ref where y.code = :year
-- whole
-- dear
-- column: year ref
-- column: account_number ref
-- column: auxiliary ref
-- column: account_name text
-- column: opening_cents money
-- column: debit_cents money
-- column: credit_cents money
-- column: balance_cents money
SELECT y.code AS year, a.number AS account_number, a.auxiliary AS auxiliary, a.name AS account_name,
       CAST(SUM(m.opening) AS INTEGER) AS opening_cents, CAST(SUM(m.debit) AS INTEGER) AS debit_cents,
       CAST(SUM(m.credit) AS INTEGER) AS credit_cents, CAST(SUM(m.opening + m.debit - m.credit) AS INTEGER) AS balance_cents
FROM (
    SELECT t.year_id AS year_id, t.account_id AS account_id, CAST(SUM(t.opening_cents) AS INTEGER) AS opening,
           CAST(SUM(CASE WHEN t.opening_cents > 0 THEN t.debit_cents - t.opening_cents ELSE t.debit_cents END) AS INTEGER) AS debit,
           CAST(SUM(CASE WHEN t.opening_cents < 0 THEN t.credit_cents + t.opening_cents ELSE t.credit_cents END) AS INTEGER) AS credit
    FROM ledger_total t GROUP BY t.year_id, t.account_id
    UNION ALL
    SELECT n.id, t.account_id, t.debit_cents - t.credit_cents, 0, 0
    FROM ledger_year n JOIN ledger_year p ON p.book = n.book AND p.starts_on < n.starts_on AND p.state = 'open'
    JOIN ledger_total t ON t.year_id = p.id JOIN ledger_account c ON c.id = t.account_id
    WHERE n.book = 'general' AND c.number >= '1' AND c.number < '6'
    UNION ALL
    SELECT r.year_id, c.id, r.result, 0, 0
    FROM (
        SELECT n.id AS year_id, CAST(SUM(t.debit_cents - t.credit_cents) AS INTEGER) AS result
        FROM ledger_year n JOIN ledger_year p ON p.book = n.book AND p.starts_on < n.starts_on AND p.state = 'open'
        JOIN ledger_total t ON t.year_id = p.id JOIN ledger_account c ON c.id = t.account_id
        WHERE n.book = 'general' AND c.number >= '6' AND c.number < '8'
        GROUP BY n.id, p.id
    ) r JOIN ledger_account c ON c.book = 'general' AND c.auxiliary = '' AND c.number = CASE WHEN r.result < 0 THEN '120' ELSE '129' END
    WHERE r.result <> 0
) m JOIN ledger_year y ON y.id = m.year_id JOIN ledger_account a ON a.id = m.account_id
WHERE y.book = 'general'
GROUP BY y.code, y.starts_on, a.number, a.auxiliary, a.name
ORDER BY y.starts_on DESC, a.number, a.auxiliary
