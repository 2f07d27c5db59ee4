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
    JOIN ledger_total t ON t.year_id = CASE WHEN p.starts_on < n.starts_on THEN p.id END JOIN ledger_account c ON c.id = t.account_id
    WHERE n.book = 'general' AND c.number >= '1' AND c.number < '6'
    UNION ALL
    SELECT r.year_id, c.id, r.result, 0, 0
    FROM (
        SELECT n.id AS year_id, CAST(SUM(t.debit_cents - t.credit_cents) AS INTEGER) AS result
        FROM ledger_year n JOIN ledger_year p ON p.book = n.book AND p.starts_on < n.starts_on AND p.state = 'open'
        JOIN ledger_total t ON t.year_id = CASE WHEN p.starts_on < n.starts_on THEN p.id END JOIN ledger_account c ON c.id = t.account_id
        WHERE n.book = 'general' AND c.number >= '6' AND c.number < '8'
        GROUP BY n.id, p.id
    ) r JOIN ledger_account c ON c.book = 'general' AND c.auxiliary = '' AND c.number = CASE WHEN r.result < 0 THEN '120' ELSE '129' END
    WHERE r.result <> 0
) m JOIN ledger_year y ON y.id = m.year_id JOIN ledger_account a ON a.id = m.account_id
WHERE y.book = 'general'
GROUP BY y.id, a.id
ORDER BY y.starts_on DESC, a.number, a.auxiliary

-- view: ledger.entity
-- title: Whose books these are
-- read: accountant, coordinator, auditor
-- one
-- column: siren ref
-- column: entity_name text
-- column: entity_kind code
-- column: example bool
SELECT n.siren AS siren, n.name AS entity_name, n.kind AS entity_kind, n.example AS example FROM ledger_entity n WHERE n.id = 1

-- view: ledger.years
-- title: Financial years
-- help: Each with its state and the number of its last entry, newest first.
-- read: accountant, coordinator, auditor
-- whole
-- column: year ref link /ledger/years/{year}
-- column: starts_on date
-- column: ends_on date
-- column: state code
-- column: locked_until date
-- column: last_number int
-- column: ended bool hidden
-- column: running bool hidden
-- column: kept bool hidden
-- param: on date or today
SELECT y.code AS year, y.starts_on AS starts_on, y.ends_on AS ends_on, y.state AS state,
       NULLIF(y.locked_until, '0000-00-00') AS locked_until, y.last_number AS last_number,
       CASE WHEN y.state = 'open' AND y.ends_on < :on THEN 1 ELSE 0 END AS ended,
       CASE WHEN y.state = 'open' AND y.ends_on >= :on THEN 1 ELSE 0 END AS running,
       CASE WHEN y.state = 'closed' THEN 1 ELSE 0 END AS kept
FROM ledger_year y WHERE y.book = 'general' ORDER BY y.starts_on DESC

-- view: ledger.year
-- title: Financial year
-- read: accountant, coordinator, auditor
-- param: year ref
-- one
-- column: year ref
-- column: starts_on date
-- column: ends_on date
-- column: state code
-- column: locked_until date
-- column: last_number int
-- column: closed bool
SELECT y.code AS year, y.starts_on AS starts_on, y.ends_on AS ends_on, y.state AS state,
       NULLIF(y.locked_until, '0000-00-00') AS locked_until, y.last_number AS last_number,
       CASE WHEN y.state = 'closed' THEN 1 ELSE 0 END AS closed
FROM ledger_year y WHERE y.book = 'general' AND y.code = :year

-- view: ledger.journals
-- title: Journals of entries
-- read: accountant, coordinator, auditor
-- whole
-- column: journal ref
-- column: journal_name text
SELECT j.code AS journal, j.name AS journal_name FROM ledger_journal j ORDER BY j.code

-- view: ledger.entries
-- title: Entries
-- help: Every entry of a year, by journal, date, amount or words.
-- read: accountant, coordinator, auditor
-- param: year ref
-- param: journal ref where e.journal = :journal
-- param: from_on date where e.entry_on >= :from_on
-- param: to_on date where e.entry_on <= :to_on
-- param: amount money where e.amount_cents = :amount
-- param: words text where lower(e.label || ' ' || e.piece) LIKE '%' || lower(:words) || '%'
-- column: number int key link /ledger/entries/{entry}
-- column: entry id hidden
-- column: entry_on date sort
-- column: journal ref
-- column: piece text
-- column: label text
-- column: kind code
-- column: sum_cents money
-- order: number desc
SELECT e.number AS number, e.id AS entry, e.entry_on AS entry_on, e.journal AS journal, e.piece AS piece, e.label AS label,
       e.kind AS kind, e.amount_cents AS sum_cents
FROM ledger_entry e
WHERE e.year_id = (SELECT y.id FROM ledger_year y WHERE y.book = 'general' AND y.code = :year) AND e.number IS NOT NULL

-- view: ledger.entry
-- title: Entry
-- read: accountant, coordinator, auditor
-- param: entry id
-- one
-- column: entry id
-- column: number int
-- column: year ref link /ledger/years/{year}
-- column: journal ref
-- column: journal_name text
-- column: entry_on date
-- column: valid_on date
-- column: piece text
-- column: piece_on date
-- column: label text
-- column: kind code
-- column: sum_cents money
-- column: origin id
-- column: origin_number int
-- column: reversal id
-- column: reversal_number int
-- column: reversible bool
-- column: key text
SELECT e.id AS entry, e.number AS number, y.code AS year, e.journal AS journal, j.name AS journal_name, e.entry_on AS entry_on,
       e.valid_on AS valid_on, e.piece AS piece, e.piece_on AS piece_on, e.label AS label, e.kind AS kind,
       e.amount_cents AS sum_cents, o.id AS origin, o.number AS origin_number, r.id AS reversal, r.number AS reversal_number,
       CASE WHEN r.id IS NULL AND e.kind IN ('entry', 'post') THEN 1 ELSE 0 END AS reversible, e.key AS key
FROM ledger_entry e JOIN ledger_year y ON y.id = e.year_id JOIN ledger_journal j ON j.code = e.journal
LEFT JOIN ledger_entry o ON o.id = e.origin_id LEFT JOIN ledger_entry r ON r.origin_id = e.id
WHERE e.id = :entry AND y.book = 'general'

-- view: ledger.entry-lines
-- title: Lines of an entry
-- read: accountant, coordinator, auditor
-- param: entry id
-- whole
-- column: position int
-- column: account id hidden
-- column: account_number ref
-- column: auxiliary ref
-- column: account_name text
-- column: label text
-- column: debit_cents money
-- column: credit_cents money
-- column: lettering ref
-- column: contract ref
-- column: service code
-- column: establishment ref
-- column: fund ref
SELECT l.position AS position, a.id AS account, a.number AS account_number, a.auxiliary AS auxiliary, a.name AS account_name,
       CASE WHEN l.label = '' THEN e.label ELSE l.label END AS label,
       CASE WHEN l.amount_cents > 0 THEN l.amount_cents END AS debit_cents,
       CASE WHEN l.amount_cents < 0 THEN -l.amount_cents END AS credit_cents, t.code AS lettering, x.contract AS contract,
       x.service AS service, x.establishment AS establishment, x.fund AS fund
FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id JOIN ledger_account a ON a.id = l.account_id
JOIN ledger_axis x ON x.id = l.axis_id
LEFT JOIN ledger_letter t ON t.entry_id = l.entry_id AND t.position = l.position
WHERE l.entry_id = :entry AND a.book = 'general' ORDER BY l.position

-- view: ledger.account
-- title: Account
-- read: accountant, coordinator, auditor
-- param: account id
-- one
-- column: account id
-- column: account_number ref
-- column: auxiliary ref
-- column: account_name text
-- column: account_typed text hidden
-- column: guard code
-- column: open bool
-- column: balance_cents money
-- column: pending_debit_cents money
-- column: pending_credit_cents money
-- column: line_count int
SELECT a.id AS account, a.number AS account_number, a.auxiliary AS auxiliary, a.name AS account_name,
       CASE WHEN a.auxiliary = '' THEN a.number ELSE a.number || ' ' || a.auxiliary END AS account_typed, a.guard AS guard,
       a.open AS open, a.debit_cents - a.credit_cents AS balance_cents, a.pending_debit_cents AS pending_debit_cents,
       a.pending_credit_cents AS pending_credit_cents, a.line_count AS line_count
FROM ledger_account a WHERE a.id = :account AND a.book = 'general'

-- view: ledger.accounts
-- title: Find an account
-- help: Accounts by the beginning of their number, of their sub-account's code or of their name.
-- read: accountant, coordinator, auditor
-- param: find text where a.number LIKE :find || '%' OR a.auxiliary LIKE :find || '%' OR a.name_folded LIKE lower(:find) || '%'
-- whole
-- column: account_number ref
-- column: auxiliary ref
-- column: account id hidden
-- column: account_name text link /ledger/accounts/{account}
-- column: balance_cents money
-- column: line_count int
SELECT a.number AS account_number, a.auxiliary AS auxiliary, a.id AS account, a.name AS account_name,
       a.debit_cents - a.credit_cents AS balance_cents, a.line_count AS line_count
FROM ledger_account a WHERE a.book = 'general' AND (a.open = 1 OR a.line_count > 0) ORDER BY a.number, a.auxiliary LIMIT 500

-- view: ledger.account-names
-- title: Accounts that can be typed
-- read: accountant
-- whole
-- column: account_typed text
-- column: account_name text
SELECT CASE WHEN a.auxiliary = '' THEN a.number ELSE a.number || ' ' || a.auxiliary END AS account_typed, a.name AS account_name
FROM ledger_account a WHERE a.book = 'general' AND a.open = 1 ORDER BY a.number, a.auxiliary LIMIT 3000

-- view: ledger.movements
-- title: Movements of an account
-- help: Every line of a year with the balance after it; what an earlier year has not handed on yet counts.
-- read: accountant, coordinator, auditor
-- param: account id
-- param: year ref
-- param: from_on date where s.entry_on >= :from_on
-- param: to_on date where s.entry_on <= :to_on
-- whole
-- dear
-- column: entry id hidden
-- column: entry_on date
-- column: journal ref
-- column: number int link /ledger/entries/{entry}
-- column: piece text
-- column: label text
-- column: lettering ref
-- column: debit_cents money
-- column: credit_cents money
-- column: balance_cents money
SELECT s.entry AS entry, s.entry_on AS entry_on, s.journal AS journal, s.number AS number, s.piece AS piece, s.label AS label,
       s.lettering AS lettering, CASE WHEN s.amount > 0 THEN s.amount END AS debit_cents,
       CASE WHEN s.amount < 0 THEN -s.amount END AS credit_cents, s.running + s.carried AS balance_cents
FROM (
    SELECT e.id AS entry, l.position AS position, l.entry_on AS entry_on, e.journal AS journal, e.number AS number,
           e.piece AS piece, CASE WHEN l.label = '' THEN e.label ELSE l.label END AS label, t.code AS lettering,
           l.amount_cents AS amount,
           CAST(SUM(l.amount_cents) OVER (ORDER BY l.entry_on, e.number, l.position ROWS UNBOUNDED PRECEDING) AS INTEGER) AS running,
           (SELECT CAST(COALESCE(SUM(b.debit_cents - b.credit_cents), 0) AS INTEGER)
            FROM ledger_total b JOIN ledger_year p ON p.id = b.year_id JOIN ledger_account c ON c.id = b.account_id
            WHERE b.account_id = :account AND p.book = 'general' AND p.state = 'open' AND p.starts_on < y.starts_on
              AND c.number < '6') AS carried
    FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id JOIN ledger_year y ON y.id = e.year_id
    LEFT JOIN ledger_letter t ON t.entry_id = l.entry_id AND t.position = l.position
    WHERE l.account_id = :account AND y.book = 'general' AND y.code = :year AND e.number IS NOT NULL
      AND l.entry_on >= y.starts_on AND l.entry_on <= y.ends_on
) s ORDER BY s.entry_on, s.number, s.position

-- view: ledger.carried
-- title: Balance an account brought into a year
-- help: From a year before that is not closed yet; a closed one hands its balance on as an entry.
-- read: accountant, coordinator, auditor
-- param: account id
-- param: year ref
-- one
-- column: carried_cents money
SELECT CAST(COALESCE(SUM(b.debit_cents - b.credit_cents), 0) AS INTEGER) AS carried_cents
FROM ledger_year y JOIN ledger_year p ON p.book = y.book AND p.state = 'open' AND p.starts_on < y.starts_on
JOIN ledger_total b ON b.year_id = p.id AND b.account_id = :account JOIN ledger_account c ON c.id = b.account_id
WHERE y.book = 'general' AND y.code = :year AND c.number < '6'

-- view: ledger.account-years
-- title: Years of an account
-- read: accountant, coordinator, auditor
-- param: account id
-- whole
-- column: year ref
-- column: state code
-- column: opening_cents money
-- column: debit_cents money
-- column: credit_cents money
-- column: balance_cents money
SELECT y.code AS year, y.state AS state, CAST(SUM(t.opening_cents) AS INTEGER) AS opening_cents,
       CAST(SUM(t.debit_cents) AS INTEGER) AS debit_cents, CAST(SUM(t.credit_cents) AS INTEGER) AS credit_cents,
       CAST(SUM(t.debit_cents - t.credit_cents) AS INTEGER) AS balance_cents
FROM ledger_year y JOIN ledger_total t ON t.year_id = y.id AND t.account_id = :account
WHERE y.book = 'general' GROUP BY y.id, y.code, y.state, y.starts_on ORDER BY y.starts_on DESC

-- view: ledger.unlettered
-- title: Lines without a letter
-- help: Lines of an account that nothing has settled yet.
-- read: accountant, coordinator, auditor
-- param: account id
-- param: from_on date where s.entry_on >= :from_on
-- param: to_on date where s.entry_on <= :to_on
-- whole
-- dear
-- column: line ref
-- column: entry id hidden
-- column: entry_on date
-- column: number int link /ledger/entries/{entry}
-- column: piece text
-- column: label text
-- column: debit_cents money
-- column: credit_cents money
SELECT s.line AS line, s.entry AS entry, s.entry_on AS entry_on, s.number AS number, s.piece AS piece, s.label AS label,
       CASE WHEN s.amount > 0 THEN s.amount END AS debit_cents, CASE WHEN s.amount < 0 THEN -s.amount END AS credit_cents
FROM (
    SELECT CAST(l.entry_id AS TEXT) || '-' || CAST(l.position AS TEXT) AS line, l.entry_id AS entry, l.position AS position,
           l.entry_on AS entry_on, e.number AS number, e.piece AS piece,
           CASE WHEN l.label = '' THEN e.label ELSE l.label END AS label, l.amount_cents AS amount
    FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id JOIN ledger_account a ON a.id = l.account_id
    LEFT JOIN ledger_letter t ON t.entry_id = l.entry_id AND t.position = l.position
    WHERE l.account_id = :account AND a.book = 'general' AND e.number IS NOT NULL AND e.kind <> 'opening' AND t.code IS NULL
) s ORDER BY s.entry_on, s.number, s.position

-- view: ledger.letters
-- title: Letters of an account
-- help: Groups of lines that settle each other.
-- read: accountant, coordinator, auditor
-- param: account id
-- whole
-- column: lettering ref
-- column: lettered_on date
-- column: lines int
-- column: sum_cents money
SELECT t.code AS lettering, max(t.lettered_on) AS lettered_on, count(*) AS lines,
       CAST(SUM(CASE WHEN l.amount_cents > 0 THEN l.amount_cents ELSE 0 END) AS INTEGER) AS sum_cents
FROM ledger_letter t JOIN ledger_line l ON l.entry_id = t.entry_id AND l.position = t.position
JOIN ledger_account a ON a.id = t.account_id
WHERE t.account_id = :account AND a.book = 'general' GROUP BY t.code ORDER BY max(t.lettered_on) DESC, t.code DESC

-- view: ledger.subledgers
-- title: Sub-ledgers
-- help: Numbers that hold accounts of members, contracts or suppliers, with what they come to.
-- read: accountant, coordinator, auditor
-- whole
-- column: account_number ref link /ledger/auxiliaries/{account_number}
-- column: account_name text
-- column: accounts int
-- column: balance_cents money
SELECT s.number AS account_number, c.name AS account_name, s.accounts AS accounts, s.balance AS balance_cents
FROM (
    SELECT a.number AS number, count(*) AS accounts, CAST(SUM(a.debit_cents - a.credit_cents) AS INTEGER) AS balance
    FROM ledger_account a WHERE a.book = 'general' AND a.auxiliary <> '' GROUP BY a.number
) s LEFT JOIN ledger_account c ON c.book = 'general' AND c.number = s.number AND c.auxiliary = ''
ORDER BY s.number

-- view: ledger.auxiliaries
-- title: Accounts of a sub-ledger
-- help: Since ever: what each owes (above zero) or is owed.
-- read: accountant, coordinator, auditor
-- param: account_number ref
-- param: unsettled code of yes where a.debit_cents <> a.credit_cents AND :unsettled = 'yes'
-- column: auxiliary ref key
-- column: account id hidden
-- column: account_name text link /ledger/accounts/{account}
-- column: debit_cents money
-- column: credit_cents money
-- column: balance_cents money
SELECT a.auxiliary AS auxiliary, a.id AS account, a.name AS account_name, a.debit_cents AS debit_cents,
       a.credit_cents AS credit_cents, a.debit_cents - a.credit_cents AS balance_cents
FROM ledger_account a WHERE a.book = 'general' AND a.number = :account_number AND a.auxiliary <> ''

-- view: ledger.trial
-- title: Trial balance of a year
-- help: Opening, movements and balance of every account, debit and credit balances apart.
-- read: accountant, coordinator, auditor
-- param: year ref
-- whole
-- dear
-- column: account_number ref
-- column: auxiliary ref
-- column: account id hidden
-- column: account_name text
-- column: opening_cents money
-- column: debit_cents money
-- column: credit_cents money
-- column: debit_balance_cents money
-- column: credit_balance_cents money
SELECT s.number AS account_number, s.auxiliary AS auxiliary, s.account AS account, s.name AS account_name,
       s.opening AS opening_cents, s.debit AS debit_cents, s.credit AS credit_cents,
       CASE WHEN s.opening + s.debit - s.credit > 0 THEN s.opening + s.debit - s.credit ELSE 0 END AS debit_balance_cents,
       CASE WHEN s.opening + s.debit - s.credit < 0 THEN s.credit - s.debit - s.opening ELSE 0 END AS credit_balance_cents
FROM (
SELECT a.number AS number, a.auxiliary AS auxiliary, a.id AS account, a.name AS name,
       CAST(SUM(m.opening) AS INTEGER) AS opening, CAST(SUM(m.debit) AS INTEGER) AS debit,
       CAST(SUM(m.credit) AS INTEGER) AS credit
FROM (
    SELECT t.year_id AS year_id, t.account_id AS account_id, t.opening_cents AS opening,
           CASE WHEN t.opening_cents > 0 THEN t.debit_cents - t.opening_cents ELSE t.debit_cents END AS debit,
           CASE WHEN t.opening_cents < 0 THEN t.credit_cents + t.opening_cents ELSE t.credit_cents END AS credit
    FROM ledger_total t
    UNION ALL
    SELECT n.id, t.account_id, t.debit_cents - t.credit_cents, 0, 0
    FROM ledger_year n JOIN ledger_year p ON p.book = n.book AND p.starts_on < n.starts_on AND p.state = 'open'
    JOIN ledger_total t ON t.year_id = CASE WHEN p.starts_on < n.starts_on THEN p.id END JOIN ledger_account c ON c.id = t.account_id
    WHERE n.book = 'general' AND c.number >= '1' AND c.number < '6'
    UNION ALL
    SELECT r.year_id, c.id, r.result, 0, 0
    FROM (
        SELECT n.id AS year_id, CAST(SUM(t.debit_cents - t.credit_cents) AS INTEGER) AS result
        FROM ledger_year n JOIN ledger_year p ON p.book = n.book AND p.starts_on < n.starts_on AND p.state = 'open'
        JOIN ledger_total t ON t.year_id = CASE WHEN p.starts_on < n.starts_on THEN p.id END JOIN ledger_account c ON c.id = t.account_id
        WHERE n.book = 'general' AND c.number >= '6' AND c.number < '8'
        GROUP BY n.id, p.id
    ) r JOIN ledger_account c ON c.book = 'general' AND c.auxiliary = '' AND c.number = CASE WHEN r.result < 0 THEN '120' ELSE '129' END
    WHERE r.result <> 0
) m JOIN ledger_year y ON y.id = m.year_id JOIN ledger_account a ON a.id = m.account_id
WHERE y.book = 'general' AND y.code = :year
GROUP BY a.number, a.auxiliary, a.id, a.name
) s ORDER BY s.number, s.auxiliary

-- view: ledger.trial-total
-- title: Totals of a trial balance
-- read: accountant, coordinator, auditor
-- param: year ref
-- one
-- dear
-- column: opening_cents money
-- column: debit_cents money
-- column: credit_cents money
-- column: debit_balance_cents money
-- column: credit_balance_cents money
SELECT CAST(COALESCE(SUM(s.opening), 0) AS INTEGER) AS opening_cents, CAST(COALESCE(SUM(s.debit), 0) AS INTEGER) AS debit_cents,
       CAST(COALESCE(SUM(s.credit), 0) AS INTEGER) AS credit_cents,
       CAST(COALESCE(SUM(CASE WHEN s.opening + s.debit - s.credit > 0 THEN s.opening + s.debit - s.credit ELSE 0 END), 0) AS INTEGER) AS debit_balance_cents,
       CAST(COALESCE(SUM(CASE WHEN s.opening + s.debit - s.credit < 0 THEN s.credit - s.debit - s.opening ELSE 0 END), 0) AS INTEGER) AS credit_balance_cents
FROM (
SELECT CAST(SUM(m.opening) AS INTEGER) AS opening, CAST(SUM(m.debit) AS INTEGER) AS debit,
       CAST(SUM(m.credit) AS INTEGER) AS credit
FROM (
    SELECT t.year_id AS year_id, t.account_id AS account_id, t.opening_cents AS opening,
           CASE WHEN t.opening_cents > 0 THEN t.debit_cents - t.opening_cents ELSE t.debit_cents END AS debit,
           CASE WHEN t.opening_cents < 0 THEN t.credit_cents + t.opening_cents ELSE t.credit_cents END AS credit
    FROM ledger_total t
    UNION ALL
    SELECT n.id, t.account_id, t.debit_cents - t.credit_cents, 0, 0
    FROM ledger_year n JOIN ledger_year p ON p.book = n.book AND p.starts_on < n.starts_on AND p.state = 'open'
    JOIN ledger_total t ON t.year_id = CASE WHEN p.starts_on < n.starts_on THEN p.id END JOIN ledger_account c ON c.id = t.account_id
    WHERE n.book = 'general' AND c.number >= '1' AND c.number < '6'
    UNION ALL
    SELECT r.year_id, c.id, r.result, 0, 0
    FROM (
        SELECT n.id AS year_id, CAST(SUM(t.debit_cents - t.credit_cents) AS INTEGER) AS result
        FROM ledger_year n JOIN ledger_year p ON p.book = n.book AND p.starts_on < n.starts_on AND p.state = 'open'
        JOIN ledger_total t ON t.year_id = CASE WHEN p.starts_on < n.starts_on THEN p.id END JOIN ledger_account c ON c.id = t.account_id
        WHERE n.book = 'general' AND c.number >= '6' AND c.number < '8'
        GROUP BY n.id, p.id
    ) r JOIN ledger_account c ON c.book = 'general' AND c.auxiliary = '' AND c.number = CASE WHEN r.result < 0 THEN '120' ELSE '129' END
    WHERE r.result <> 0
) m JOIN ledger_year y ON y.id = m.year_id
WHERE y.book = 'general' AND y.code = :year
GROUP BY m.account_id
) s
