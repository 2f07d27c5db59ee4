-- Members read what cooperative transparency owes them: result, allocation, funds. Proofs, which may name somebody, are for
-- those who keep them.

-- view: year.list
-- title: Years
-- help: Financial years, their result and what became of it.
-- read: coordinator, member, accountant, auditor
-- column: year ref key link /years/{year}
-- column: starts_on date
-- column: ends_on date
-- column: state code
-- column: result_cents money
-- column: allocation_state code
-- order: year desc
SELECT y.code AS year, y.starts_on AS starts_on, y.ends_on AS ends_on,
       CASE WHEN y.state = 'open' THEN 'year_open' ELSE 'year_closed' END AS state, c.result_cents AS result_cents,
       a.state AS allocation_state
FROM ledger_year y
LEFT JOIN surplus_close c ON c.year_id = y.id
LEFT JOIN surplus_allocation a ON a.year = y.code
WHERE y.book = 'general'

-- view: year.show
-- title: Year
-- read: coordinator, member, accountant, auditor
-- param: year ref
-- one
-- column: year ref
-- column: starts_on date
-- column: ends_on date
-- column: state code
-- column: income_cents money
-- column: charges_cents money
-- column: result_cents money
-- column: allocation_state code
-- column: is_open bool hidden
-- column: is_drafted bool hidden
-- column: is_decided bool hidden
-- column: is_booked bool hidden
SELECT y.code AS year, y.starts_on AS starts_on, y.ends_on AS ends_on,
       CASE WHEN y.state = 'open' THEN 'year_open' ELSE 'year_closed' END AS state,
       CAST(COALESCE(s.income, 0) AS INTEGER) AS income_cents, CAST(COALESCE(s.charges, 0) AS INTEGER) AS charges_cents,
       CAST(COALESCE(s.income, 0) - COALESCE(s.charges, 0) AS INTEGER) AS result_cents, a.state AS allocation_state,
       CASE WHEN y.state = 'open' THEN 1 ELSE 0 END AS is_open, CASE WHEN a.state = 'drafted' THEN 1 ELSE 0 END AS is_drafted,
       CASE WHEN a.state = 'decided' THEN 1 ELSE 0 END AS is_decided, CASE WHEN a.state = 'booked' THEN 1 ELSE 0 END AS is_booked
FROM ledger_year y
LEFT JOIN surplus_allocation a ON a.year = y.code
LEFT JOIN (SELECT t.year_id AS year_id,
                  SUM(CASE WHEN b.number >= '7' THEN t.credit_cents - t.debit_cents ELSE 0 END) AS income,
                  SUM(CASE WHEN b.number < '7' THEN t.debit_cents - t.credit_cents ELSE 0 END) AS charges
           FROM ledger_total t JOIN ledger_account b ON b.id = t.account_id AND b.number >= '6' AND b.number < '8'
           GROUP BY t.year_id) s ON s.year_id = y.id
WHERE y.book = 'general' AND y.code = :year

-- view: year.checklist
-- title: Steps of the close
-- help: What is done, what is left to do, and what the close waits for.
-- read: coordinator, accountant, auditor
-- param: year ref
-- whole
-- dear
-- column: step code
-- column: done bool
-- column: needed bool
-- column: count int
-- column: sum_cents money
WITH target AS (
    SELECT y.id AS id, y.code AS code, y.starts_on AS starts_on, y.ends_on AS ends_on, y.state AS state
    FROM ledger_year y WHERE y.book = 'general' AND y.code = :year
), sums AS (
    SELECT a.number AS number, x.fund AS fund, t.debit_cents - t.credit_cents AS amount
    FROM target y JOIN ledger_total t ON t.year_id = y.id JOIN ledger_account a ON a.id = t.account_id
    JOIN ledger_axis x ON x.id = t.axis_id
), step AS (
    SELECT 1 AS rank, 'step_previous' AS step, 1 AS needed, COUNT(*) AS count, CAST(COALESCE(SUM(c.result_cents), 0) AS INTEGER) AS amount,
           CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END AS done
    FROM target y JOIN ledger_year e ON e.book = 'general' AND e.ends_on < y.starts_on
    JOIN surplus_close c ON c.year_id = e.id AND c.result_cents <> 0
    WHERE NOT EXISTS (SELECT 1 FROM surplus_allocation a WHERE a.year = c.year AND a.state = 'booked')
    UNION ALL
    SELECT 2, 'step_holds', 0, COUNT(*), CAST(COALESCE(SUM(a.pending_debit_cents), 0) AS INTEGER), CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END
    FROM ledger_account a WHERE a.book = 'general' AND (a.pending_debit_cents <> 0 OR a.pending_credit_cents <> 0)
    UNION ALL
    SELECT 3, 'step_suspense', 0, COUNT(*), CAST(COALESCE(SUM(s.amount), 0) AS INTEGER),
           CASE WHEN COALESCE(SUM(s.amount), 0) = 0 THEN 1 ELSE 0 END
    FROM sums s WHERE s.number >= '471' AND s.number < '473'
    UNION ALL
    SELECT 4, 'step_inventory', 0, COUNT(i.id), CAST(COALESCE(SUM(i.amount_cents), 0) AS INTEGER),
           CASE WHEN COUNT(i.id) > 0 THEN 1 ELSE 0 END
    FROM target y LEFT JOIN surplus_inventory i ON i.year = y.code AND (i.reverses = 1 OR i.reversal_id IS NULL)
    UNION ALL
    SELECT 5, 'step_depreciation', 0, COUNT(*), CAST(COALESCE(SUM(s.amount), 0) AS INTEGER), CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END
    FROM sums s WHERE s.number >= '681' AND s.number < '682' AND s.amount <> 0
    UNION ALL
    SELECT 6, 'step_dedicated', 1, CAST(COALESCE(SUM(CASE WHEN d.amount <> 0 THEN 1 ELSE 0 END), 0) AS INTEGER),
           CAST(COALESCE(SUM(d.amount), 0) AS INTEGER),
           CASE WHEN COALESCE(SUM(CASE WHEN d.amount <> 0 THEN 1 ELSE 0 END), 0) = 0 THEN 1 ELSE 0 END
    FROM (SELECT COALESCE((SELECT SUM(CASE WHEN m.kind = 'spent' THEN -m.amount_cents
                                           WHEN m.kind IN ('allocated', 'received', 'transferred') THEN m.amount_cents ELSE 0 END)
                           FROM surplus_fund_move m WHERE m.fund_id = f.id AND m.moved_on <= y.ends_on), 0)
                 + COALESCE((SELECT SUM(s.amount) FROM sums s WHERE s.fund = f.code AND s.number = f.account), 0) AS amount
          FROM target y JOIN surplus_fund f ON f.origin = 'outside' AND f.opened_on <= y.ends_on) d
    UNION ALL
    SELECT 7, 'step_promises', 0, COUNT(p.id), CAST(COALESCE(SUM(p.amount_cents), 0) AS INTEGER),
           CASE WHEN COUNT(p.id) = 0 THEN 1 ELSE 0 END
    FROM target y LEFT JOIN surplus_spending p ON p.state = 'committed' AND p.committed_on <= y.ends_on
    UNION ALL
    SELECT 8, 'step_proofs', 0, COUNT(p.id), CAST(COALESCE(SUM(p.amount_cents), 0) AS INTEGER),
           CASE WHEN COUNT(p.id) = 0 THEN 1 ELSE 0 END
    FROM target y LEFT JOIN surplus_spending p ON p.state = 'spent' AND p.spent_on >= y.starts_on AND p.spent_on <= y.ends_on
         AND NOT EXISTS (SELECT 1 FROM surplus_proof q WHERE q.spending_id = p.id)
    UNION ALL
    SELECT 9, 'step_close', 1, 0, c.result_cents, CASE WHEN y.state = 'closed' THEN 1 ELSE 0 END
    FROM target y LEFT JOIN surplus_close c ON c.year_id = y.id
    UNION ALL
    SELECT 10, 'step_draft', 1, 0, NULL, CASE WHEN a.id IS NULL THEN 0 ELSE 1 END
    FROM target y LEFT JOIN surplus_allocation a ON a.year = y.code
    UNION ALL
    SELECT 11, 'step_decision', 1, 0, NULL, CASE WHEN a.state IN ('decided', 'booked') THEN 1 ELSE 0 END
    FROM target y LEFT JOIN surplus_allocation a ON a.year = y.code
    UNION ALL
    SELECT 12, 'step_booking', 1, 0, NULL, CASE WHEN a.state = 'booked' THEN 1 ELSE 0 END
    FROM target y LEFT JOIN surplus_allocation a ON a.year = y.code
)
SELECT s.step AS step, s.done AS done, s.needed AS needed, s.count AS count, s.amount AS sum_cents FROM step s ORDER BY s.rank

-- view: year.assets
-- title: Balance sheet: what we own
-- read: coordinator, member, accountant, auditor
-- param: year ref
-- whole
-- dear
-- column: line code
-- column: title_fr text
-- column: title_en text
-- column: kind code
-- column: level int hidden
-- column: gross_cents money
-- column: depreciation_cents money
-- column: sum_cents money
-- column: previous_cents money
-- column: heading bool hidden
-- column: total bool hidden
-- column: blank bool hidden
WITH target AS (
    SELECT 0 AS col, y.id AS id, y.starts_on AS starts_on FROM ledger_year y WHERE y.book = 'general' AND y.code = :year
    UNION ALL
    SELECT 1 AS col, y.id AS id, y.starts_on AS starts_on FROM ledger_year y
    WHERE y.book = 'general' AND y.starts_on = (SELECT MAX(z.starts_on) FROM ledger_year z
        WHERE z.book = 'general' AND z.starts_on < (SELECT k.starts_on FROM ledger_year k WHERE k.book = 'general' AND k.code = :year))
), balance AS (
    SELECT g.col AS col, a.id AS account_id,
           CASE WHEN y.id <> g.id AND a.number >= '6' AND a.number < '8' THEN '12' ELSE a.number END AS number,
           CAST(SUM(t.debit_cents - t.credit_cents) AS INTEGER) AS amount
    FROM target g
    JOIN ledger_year y ON y.book = 'general' AND (y.id = g.id OR (y.state = 'open' AND y.starts_on < g.starts_on))
    JOIN ledger_total t ON t.year_id = y.id
    JOIN ledger_account a ON a.id = t.account_id
    GROUP BY g.col, a.id, CASE WHEN y.id <> g.id AND a.number >= '6' AND a.number < '8' THEN '12' ELSE a.number END
), figure AS (
    SELECT b.col AS col, p.leaf AS leaf, p.portion AS portion, CAST(SUM(p.sign * b.amount) AS INTEGER) AS amount
    FROM balance b
    JOIN statement_prefix p ON p.book = 'balance' AND substr(b.number, 1, length(p.prefix)) = p.prefix
         AND p.side = CASE WHEN b.amount > 0 THEN 'debit' ELSE 'credit' END
    WHERE b.amount <> 0 AND NOT EXISTS (SELECT 1 FROM statement_prefix q
        WHERE q.book = p.book AND q.side = p.side AND length(q.prefix) > length(p.prefix)
          AND substr(b.number, 1, length(q.prefix)) = q.prefix)
    GROUP BY b.col, p.leaf, p.portion
)
SELECT l.line AS line, l.title_fr AS title_fr, l.title_en AS title_en, l.kind AS kind, l.level AS level,
       CAST(COALESCE(SUM(CASE WHEN f.col = 0 AND f.portion = 'gross' THEN p.sign * f.amount ELSE 0 END), 0) AS INTEGER) AS gross_cents,
       CAST(COALESCE(SUM(CASE WHEN f.col = 0 AND f.portion = 'less' THEN -p.sign * f.amount ELSE 0 END), 0) AS INTEGER)
           AS depreciation_cents,
       CAST(COALESCE(SUM(CASE WHEN f.col = 0 THEN p.sign * f.amount ELSE 0 END), 0) AS INTEGER) AS sum_cents,
       CAST(COALESCE(SUM(CASE WHEN f.col = 1 THEN p.sign * f.amount ELSE 0 END), 0) AS INTEGER) AS previous_cents,
       CASE WHEN l.kind = 'heading' THEN 1 ELSE 0 END AS heading, CASE WHEN l.kind = 'total' THEN 1 ELSE 0 END AS total,
       CASE WHEN l.kind = 'line' AND COUNT(f.amount) = 0 THEN 1 ELSE 0 END AS blank
FROM statement_line l
LEFT JOIN statement_part p ON p.line = l.line
LEFT JOIN figure f ON f.leaf = p.leaf
WHERE l.statement = 'assets'
GROUP BY l.line, l.title_fr, l.title_en, l.kind, l.level, l.rank ORDER BY l.rank

-- view: year.liabilities
-- title: Balance sheet: where it comes from
-- read: coordinator, member, accountant, auditor
-- param: year ref
-- whole
-- dear
-- column: line code
-- column: title_fr text
-- column: title_en text
-- column: kind code
-- column: level int hidden
-- column: sum_cents money
-- column: previous_cents money
-- column: heading bool hidden
-- column: total bool hidden
-- column: blank bool hidden
WITH target AS (
    SELECT 0 AS col, y.id AS id, y.starts_on AS starts_on FROM ledger_year y WHERE y.book = 'general' AND y.code = :year
    UNION ALL
    SELECT 1 AS col, y.id AS id, y.starts_on AS starts_on FROM ledger_year y
    WHERE y.book = 'general' AND y.starts_on = (SELECT MAX(z.starts_on) FROM ledger_year z
        WHERE z.book = 'general' AND z.starts_on < (SELECT k.starts_on FROM ledger_year k WHERE k.book = 'general' AND k.code = :year))
), balance AS (
    SELECT g.col AS col, a.id AS account_id,
           CASE WHEN y.id <> g.id AND a.number >= '6' AND a.number < '8' THEN '12' ELSE a.number END AS number,
           CAST(SUM(t.debit_cents - t.credit_cents) AS INTEGER) AS amount
    FROM target g
    JOIN ledger_year y ON y.book = 'general' AND (y.id = g.id OR (y.state = 'open' AND y.starts_on < g.starts_on))
    JOIN ledger_total t ON t.year_id = y.id
    JOIN ledger_account a ON a.id = t.account_id
    GROUP BY g.col, a.id, CASE WHEN y.id <> g.id AND a.number >= '6' AND a.number < '8' THEN '12' ELSE a.number END
), figure AS (
    SELECT b.col AS col, p.leaf AS leaf, p.portion AS portion, CAST(SUM(p.sign * b.amount) AS INTEGER) AS amount
    FROM balance b
    JOIN statement_prefix p ON p.book = 'balance' AND substr(b.number, 1, length(p.prefix)) = p.prefix
         AND p.side = CASE WHEN b.amount > 0 THEN 'debit' ELSE 'credit' END
    WHERE b.amount <> 0 AND NOT EXISTS (SELECT 1 FROM statement_prefix q
        WHERE q.book = p.book AND q.side = p.side AND length(q.prefix) > length(p.prefix)
          AND substr(b.number, 1, length(q.prefix)) = q.prefix)
    GROUP BY b.col, p.leaf, p.portion
)
SELECT l.line AS line, l.title_fr AS title_fr, l.title_en AS title_en, l.kind AS kind, l.level AS level,
       CAST(COALESCE(SUM(CASE WHEN f.col = 0 THEN p.sign * f.amount ELSE 0 END), 0) AS INTEGER) AS sum_cents,
       CAST(COALESCE(SUM(CASE WHEN f.col = 1 THEN p.sign * f.amount ELSE 0 END), 0) AS INTEGER) AS previous_cents,
       CASE WHEN l.kind = 'heading' THEN 1 ELSE 0 END AS heading, CASE WHEN l.kind = 'total' THEN 1 ELSE 0 END AS total,
       CASE WHEN l.kind = 'line' AND COUNT(f.amount) = 0 THEN 1 ELSE 0 END AS blank
FROM statement_line l
LEFT JOIN statement_part p ON p.line = l.line
LEFT JOIN figure f ON f.leaf = p.leaf
WHERE l.statement = 'liabilities'
GROUP BY l.line, l.title_fr, l.title_en, l.kind, l.level, l.rank ORDER BY l.rank

-- view: year.income
-- title: Income statement
-- read: coordinator, member, accountant, auditor
-- param: year ref
-- whole
-- dear
-- column: line code
-- column: title_fr text
-- column: title_en text
-- column: kind code
-- column: level int hidden
-- column: sum_cents money
-- column: previous_cents money
-- column: heading bool hidden
-- column: total bool hidden
-- column: blank bool hidden
WITH target AS (
    SELECT 0 AS col, y.id AS id FROM ledger_year y WHERE y.book = 'general' AND y.code = :year
    UNION ALL
    SELECT 1 AS col, y.id AS id FROM ledger_year y
    WHERE y.book = 'general' AND y.starts_on = (SELECT MAX(z.starts_on) FROM ledger_year z
        WHERE z.book = 'general' AND z.starts_on < (SELECT k.starts_on FROM ledger_year k WHERE k.book = 'general' AND k.code = :year))
), balance AS (
    SELECT g.col AS col, a.number AS number, CAST(SUM(t.debit_cents - t.credit_cents) AS INTEGER) AS amount
    FROM target g
    JOIN ledger_total t ON t.year_id = g.id
    JOIN ledger_account a ON a.id = t.account_id AND a.number >= '6' AND a.number < '8'
    GROUP BY g.col, a.number
), figure AS (
    SELECT b.col AS col, p.leaf AS leaf, CAST(SUM(p.sign * b.amount) AS INTEGER) AS amount
    FROM balance b
    JOIN statement_prefix p ON p.book = 'income' AND p.side = 'debit' AND substr(b.number, 1, length(p.prefix)) = p.prefix
    WHERE NOT EXISTS (SELECT 1 FROM statement_prefix q
        WHERE q.book = p.book AND q.side = p.side AND length(q.prefix) > length(p.prefix)
          AND substr(b.number, 1, length(q.prefix)) = q.prefix)
    GROUP BY b.col, p.leaf
)
SELECT l.line AS line, l.title_fr AS title_fr, l.title_en AS title_en, l.kind AS kind, l.level AS level,
       CAST(COALESCE(SUM(CASE WHEN f.col = 0 THEN p.sign * f.amount ELSE 0 END), 0) AS INTEGER) AS sum_cents,
       CAST(COALESCE(SUM(CASE WHEN f.col = 1 THEN p.sign * f.amount ELSE 0 END), 0) AS INTEGER) AS previous_cents,
       CASE WHEN l.kind = 'heading' THEN 1 ELSE 0 END AS heading, CASE WHEN l.kind = 'total' THEN 1 ELSE 0 END AS total,
       CASE WHEN l.kind = 'line' AND COUNT(f.amount) = 0 THEN 1 ELSE 0 END AS blank
FROM statement_line l
LEFT JOIN statement_part p ON p.line = l.line
LEFT JOIN figure f ON f.leaf = p.leaf
WHERE l.statement = 'income'
GROUP BY l.line, l.title_fr, l.title_en, l.kind, l.level, l.rank ORDER BY l.rank

-- view: year.by
-- title: Result by contract, service, establishment or fund
-- help: What is counted under none of them stands under an empty name.
-- read: coordinator, accountant, auditor
-- param: year ref
-- param: by code of contract|service|establishment|fund
-- whole
-- dear
-- column: value ref
-- column: income_cents money
-- column: charges_cents money
-- column: result_cents money
-- column: by code hidden
-- column: year ref hidden
SELECT v.value AS value, CAST(SUM(v.income) AS INTEGER) AS income_cents, CAST(SUM(v.charges) AS INTEGER) AS charges_cents,
       CAST(SUM(v.income) - SUM(v.charges) AS INTEGER) AS result_cents, CAST(:by AS TEXT) AS by, CAST(:year AS TEXT) AS year
FROM (SELECT CASE :by WHEN 'contract' THEN x.contract WHEN 'service' THEN x.service WHEN 'establishment' THEN x.establishment ELSE x.fund END AS value,
             CASE WHEN a.number >= '7' THEN t.credit_cents - t.debit_cents ELSE 0 END AS income,
             CASE WHEN a.number < '7' THEN t.debit_cents - t.credit_cents ELSE 0 END AS charges
      FROM ledger_year y JOIN ledger_total t ON t.year_id = y.id
      JOIN ledger_account a ON a.id = t.account_id AND a.number >= '6' AND a.number < '8'
      JOIN ledger_axis x ON x.id = t.axis_id
      WHERE y.book = 'general' AND y.code = :year) v
GROUP BY v.value ORDER BY CASE WHEN v.value = '' THEN 1 ELSE 0 END, v.value

-- view: year.income-of
-- title: Income statement of one contract, service, establishment or fund
-- read: coordinator, accountant, auditor
-- param: year ref
-- param: by code of contract|service|establishment|fund
-- param: value text
-- whole
-- dear
-- column: line code
-- column: title_fr text
-- column: title_en text
-- column: kind code
-- column: level int hidden
-- column: sum_cents money
-- column: previous_cents money
-- column: heading bool hidden
-- column: total bool hidden
-- column: blank bool hidden
WITH target AS (
    SELECT 0 AS col, y.id AS id FROM ledger_year y WHERE y.book = 'general' AND y.code = :year
    UNION ALL
    SELECT 1 AS col, y.id AS id FROM ledger_year y
    WHERE y.book = 'general' AND y.starts_on = (SELECT MAX(z.starts_on) FROM ledger_year z
        WHERE z.book = 'general' AND z.starts_on < (SELECT k.starts_on FROM ledger_year k WHERE k.book = 'general' AND k.code = :year))
), balance AS (
    SELECT g.col AS col, a.number AS number, CAST(SUM(t.debit_cents - t.credit_cents) AS INTEGER) AS amount
    FROM target g
    JOIN ledger_total t ON t.year_id = g.id
    JOIN ledger_account a ON a.id = t.account_id AND a.number >= '6' AND a.number < '8'
    JOIN ledger_axis x ON x.id = t.axis_id AND CASE :by WHEN 'contract' THEN x.contract WHEN 'service' THEN x.service WHEN 'establishment' THEN x.establishment ELSE x.fund END = :value
    GROUP BY g.col, a.number
), figure AS (
    SELECT b.col AS col, p.leaf AS leaf, CAST(SUM(p.sign * b.amount) AS INTEGER) AS amount
    FROM balance b
    JOIN statement_prefix p ON p.book = 'income' AND p.side = 'debit' AND substr(b.number, 1, length(p.prefix)) = p.prefix
    WHERE NOT EXISTS (SELECT 1 FROM statement_prefix q
        WHERE q.book = p.book AND q.side = p.side AND length(q.prefix) > length(p.prefix)
          AND substr(b.number, 1, length(q.prefix)) = q.prefix)
    GROUP BY b.col, p.leaf
)
SELECT l.line AS line, l.title_fr AS title_fr, l.title_en AS title_en, l.kind AS kind, l.level AS level,
       CAST(COALESCE(SUM(CASE WHEN f.col = 0 THEN p.sign * f.amount ELSE 0 END), 0) AS INTEGER) AS sum_cents,
       CAST(COALESCE(SUM(CASE WHEN f.col = 1 THEN p.sign * f.amount ELSE 0 END), 0) AS INTEGER) AS previous_cents,
       CASE WHEN l.kind = 'heading' THEN 1 ELSE 0 END AS heading, CASE WHEN l.kind = 'total' THEN 1 ELSE 0 END AS total,
       CASE WHEN l.kind = 'line' AND COUNT(f.amount) = 0 THEN 1 ELSE 0 END AS blank
FROM statement_line l
LEFT JOIN statement_part p ON p.line = l.line
LEFT JOIN figure f ON f.leaf = p.leaf
WHERE l.statement = 'income'
GROUP BY l.line, l.title_fr, l.title_en, l.kind, l.level, l.rank ORDER BY l.rank

-- view: inventory.list
-- title: Entries of the inventory
-- read: coordinator, accountant, auditor
-- param: year ref
-- whole
-- column: inventory id
-- column: entry_nature code
-- column: label text
-- column: account ref
-- column: counterpart ref
-- column: sum_cents money
-- column: reverses bool
-- column: turned_back bool
SELECT i.id AS inventory, i.nature AS entry_nature, i.label AS label, i.charge AS account, i.counterpart AS counterpart,
       i.amount_cents AS sum_cents, i.reverses AS reverses, CASE WHEN i.reversal_id IS NULL THEN 0 ELSE 1 END AS turned_back
FROM surplus_inventory i WHERE i.year = :year ORDER BY i.id

-- view: statutes.list
-- title: What the statutes ask
-- read: coordinator, accountant, auditor
-- whole
-- column: from_on date
-- column: legal_rate rate
-- column: statutory_rate rate
-- column: threshold code
SELECT s.from_on AS from_on, NULLIF(s.legal, 0) AS legal_rate, NULLIF(s.statutory, 0) AS statutory_rate, s.threshold AS threshold
FROM surplus_statutes s ORDER BY s.from_on DESC

-- view: allocation.show
-- title: Allocation of the result
-- read: coordinator, member, accountant, auditor
-- param: year ref
-- one
-- column: year ref
-- column: kind code
-- column: state code
-- column: result_cents money
-- column: assembly_on date
-- column: losses_cents money
-- column: capital_cents money
-- column: legal_reserve_cents money
-- column: reserves_cents money
-- column: subsidies_cents money
-- column: threshold code
-- column: mean_rate rate
-- column: mean_given bool
-- column: to_confirm bool
-- column: decided_on date
-- column: votes_for int
-- column: votes_against int
-- column: votes_abstained int
-- column: minutes text
-- column: entry_number int
-- column: is_drafted bool hidden
-- column: is_decided bool hidden
-- column: is_booked bool hidden
-- column: is_loss bool hidden
-- column: loss_cents money hidden
SELECT a.year AS year, a.kind AS kind, a.state AS state, a.result_cents AS result_cents, a.assembly_on AS assembly_on,
       a.losses_cents AS losses_cents, a.capital_cents AS capital_cents, a.legal_reserve_cents AS legal_reserve_cents,
       a.reserves_cents AS reserves_cents, a.subsidies_cents AS subsidies_cents, a.threshold AS threshold, a.mean_rate AS mean_rate,
       a.mean_given AS mean_given, a.to_confirm AS to_confirm, d.decided_on AS decided_on, d.votes_for AS votes_for,
       d.votes_against AS votes_against, d.votes_abstained AS votes_abstained, d.minutes AS minutes, e.number AS entry_number,
       CASE WHEN a.state = 'drafted' THEN 1 ELSE 0 END AS is_drafted, CASE WHEN a.state = 'decided' THEN 1 ELSE 0 END AS is_decided,
       CASE WHEN a.state = 'booked' THEN 1 ELSE 0 END AS is_booked, CASE WHEN a.result_cents < 0 THEN 1 ELSE 0 END AS is_loss,
       CASE WHEN a.result_cents < 0 THEN -a.result_cents ELSE 0 END AS loss_cents
FROM surplus_allocation a
LEFT JOIN surplus_decision d ON d.id = a.decision_id
LEFT JOIN ledger_entry e ON e.id = a.entry_id
WHERE a.year = :year

-- view: allocation.lines
-- title: Lines of the allocation
-- help: Each with its article and its arithmetic; together they make the result.
-- read: coordinator, member, accountant, auditor
-- param: year ref
-- whole
-- column: code code
-- column: account ref
-- column: fund ref
-- column: sum_cents money
-- column: least_cents money
-- column: most_cents money
-- column: article text
-- column: confirmed bool
-- column: text_fr note
-- column: text_en note hidden
-- column: fund_name text hidden
-- column: bar_from int hidden
-- column: bar_width int hidden
SELECT l.code AS code, l.account AS account, NULLIF(l.fund, '') AS fund, l.amount_cents AS sum_cents, l.least_cents AS least_cents,
       l.most_cents AS most_cents, l.article AS article, l.confirmed AS confirmed, l.text_fr AS text_fr, l.text_en AS text_en,
       f.name AS fund_name,
       CASE WHEN a.result_cents = 0 THEN 0
            ELSE CAST((SUM(l.amount_cents) OVER (ORDER BY l.rank) - l.amount_cents) / ABS(a.result_cents / 1000 + CASE WHEN a.result_cents < 0 THEN -1 ELSE 1 END) AS INTEGER)
       END AS bar_from,
       CASE WHEN a.result_cents = 0 THEN 0
            ELSE l.amount_cents / ABS(a.result_cents / 1000 + CASE WHEN a.result_cents < 0 THEN -1 ELSE 1 END) END AS bar_width
FROM surplus_allocation a JOIN surplus_allocation_line l ON l.allocation_id = a.id
LEFT JOIN surplus_fund f ON f.code = l.fund
WHERE a.year = :year ORDER BY l.rank

-- view: fund.list
-- title: Funds
-- help: Money with a purpose: what was given, promised, spent and left.
-- read: coordinator, member, accountant, auditor
-- param: state code of fund_open|fund_closed where f.state = substr(:state, 6)
-- param: purpose code of reintegration|families|service|accompaniment where f.purpose = :purpose
-- column: fund ref key link /funds/{fund}
-- column: name text sort by name_folded
-- column: name_folded text hidden
-- column: purpose code
-- column: origin code
-- column: allocated_cents money
-- column: committed_cents money
-- column: spent_cents money
-- column: left_cents money
-- column: state code
-- column: bar_spent int hidden
-- column: bar_committed int hidden
-- order: fund
SELECT f.code AS fund, f.name AS name, f.name_folded AS name_folded, f.purpose AS purpose, f.origin AS origin,
       f.allocated_cents AS allocated_cents, f.committed_cents AS committed_cents, f.spent_cents AS spent_cents,
       f.left_cents AS left_cents, CASE WHEN f.state = 'open' THEN 'fund_open' ELSE 'fund_closed' END AS state,
       CASE WHEN f.allocated_cents > 0 THEN f.spent_cents / (f.allocated_cents / 100 + 1) ELSE 0 END AS bar_spent,
       CASE WHEN f.allocated_cents > 0 THEN f.committed_cents / (f.allocated_cents / 100 + 1) ELSE 0 END AS bar_committed
FROM surplus_fund f

-- view: fund.show
-- title: Fund
-- read: coordinator, member, accountant, auditor
-- param: fund ref
-- one
-- column: fund ref
-- column: name text
-- column: purpose code
-- column: origin code
-- column: account ref
-- column: state code
-- column: opened_on date
-- column: allocated_cents money
-- column: committed_cents money
-- column: spent_cents money
-- column: left_cents money
-- column: free_cents money
-- column: is_open bool hidden
-- column: from_outside bool hidden
-- column: bar_spent int hidden
-- column: bar_committed int hidden
SELECT f.code AS fund, f.name AS name, f.purpose AS purpose, f.origin AS origin, f.account AS account,
       CASE WHEN f.state = 'open' THEN 'fund_open' ELSE 'fund_closed' END AS state,
       f.opened_on AS opened_on, f.allocated_cents AS allocated_cents, f.committed_cents AS committed_cents,
       f.spent_cents AS spent_cents, f.left_cents AS left_cents, f.left_cents - f.committed_cents AS free_cents,
       CASE WHEN f.state = 'open' THEN 1 ELSE 0 END AS is_open, CASE WHEN f.origin = 'outside' THEN 1 ELSE 0 END AS from_outside,
       CASE WHEN f.allocated_cents > 0 THEN f.spent_cents / (f.allocated_cents / 100 + 1) ELSE 0 END AS bar_spent,
       CASE WHEN f.allocated_cents > 0 THEN f.committed_cents / (f.allocated_cents / 100 + 1) ELSE 0 END AS bar_committed
FROM surplus_fund f WHERE f.code = :fund

-- view: fund.budgets
-- title: Budget beside what was done
-- read: coordinator, member, accountant, auditor
-- param: fund ref
-- whole
-- column: year ref
-- column: use code
-- column: budget_cents money
-- column: committed_cents money
-- column: spent_cents money
-- column: left_cents money
SELECT b.year AS year, b.use AS use, b.budget_cents AS budget_cents, b.committed_cents AS committed_cents, b.spent_cents AS spent_cents,
       b.budget_cents - b.committed_cents - b.spent_cents AS left_cents
FROM surplus_fund f JOIN surplus_budget b ON b.fund_id = f.id WHERE f.code = :fund ORDER BY b.year DESC, b.use

-- view: fund.moves
-- title: Moves of a fund
-- read: coordinator, member, accountant, auditor
-- param: fund ref
-- whole
-- column: moved_on date
-- column: kind code
-- column: sum_cents money
-- column: spending ref
-- column: entry_number int
SELECT m.moved_on AS moved_on, m.kind AS kind, m.amount_cents AS sum_cents, s.reference AS spending, e.number AS entry_number
FROM surplus_fund f JOIN surplus_fund_move m ON m.fund_id = f.id
LEFT JOIN surplus_spending s ON s.id = m.spending_id
LEFT JOIN ledger_entry e ON e.id = m.entry_id
WHERE f.code = :fund ORDER BY m.moved_on, m.id

-- view: fund.spendings
-- title: What a fund paid for
-- read: coordinator, member, accountant, auditor
-- param: fund ref
-- whole
-- column: spending ref
-- column: use code
-- column: label text
-- column: state code
-- column: sum_cents money
-- column: people int
-- column: committed_on date
-- column: spent_on date
-- column: entry_number int
-- column: publishable bool
-- column: proof_count int
-- column: is_committed bool hidden
SELECT s.reference AS spending, s.use AS use, s.label AS label, s.state AS state, s.amount_cents AS sum_cents,
       NULLIF(s.people, 0) AS people, NULLIF(s.committed_on, '') AS committed_on, NULLIF(s.spent_on, '') AS spent_on,
       e.number AS entry_number, s.publishable AS publishable,
       (SELECT COUNT(*) FROM surplus_proof p WHERE p.spending_id = s.id) AS proof_count,
       CASE WHEN s.state = 'committed' THEN 1 ELSE 0 END AS is_committed
FROM surplus_fund f JOIN surplus_spending s ON s.fund_id = f.id LEFT JOIN ledger_entry e ON e.id = s.entry_id
WHERE f.code = :fund ORDER BY s.id DESC

-- view: fund.proofs
-- title: Proofs of a fund’s spendings
-- help: A proof that names a person is seen by those who keep it, and never published.
-- read: coordinator, accountant
-- param: fund ref
-- whole
-- column: spending ref
-- column: file_name text
-- column: names_person bool
-- column: author text
-- column: at instant
SELECT s.reference AS spending, p.file_name AS file_name, p.names_person AS names_person, p.author AS author, p.at AS at
FROM surplus_fund f JOIN surplus_spending s ON s.fund_id = f.id JOIN surplus_proof p ON p.spending_id = s.id
WHERE f.code = :fund ORDER BY s.id DESC, p.id
