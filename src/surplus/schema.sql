-- version: 1
CREATE TABLE statement_content ( -- one row: which lines of statements were loaded last
    id INTEGER PRIMARY KEY NOT NULL, -- always 1 [internal]
    hash TEXT NOT NULL -- BLAKE2b of the file [internal]
) STRICT;
CREATE TABLE statement_line ( -- lines of the balance sheet and the income statement; from data/accounts/statement_lines.csv
    line TEXT PRIMARY KEY NOT NULL, -- its code [public]
    statement TEXT NOT NULL, -- assets, liabilities or income [public]
    rank INTEGER NOT NULL, -- place in the statement [public]
    kind TEXT NOT NULL, -- heading, line or total [public]
    level INTEGER NOT NULL, -- 1 for the outermost [public]
    title_fr TEXT NOT NULL, -- [public]
    title_en TEXT NOT NULL -- [public]
) STRICT;
CREATE INDEX statement_line_by_statement ON statement_line(statement, rank);
CREATE TABLE statement_part ( -- what a line adds up: itself, or for a total the lines under it
    line TEXT NOT NULL REFERENCES statement_line(line), -- [public]
    leaf TEXT NOT NULL REFERENCES statement_line(line), -- [public]
    sign INTEGER NOT NULL, -- 1 or -1 [public]
    PRIMARY KEY (line, leaf)
) STRICT;
CREATE TABLE statement_prefix ( -- which accounts a line holds: the longest beginning of the number wins
    book TEXT NOT NULL, -- balance or income [public]
    prefix TEXT NOT NULL, -- beginning of the account's number [public]
    side TEXT NOT NULL, -- debit or credit: which balances of the account it takes [public]
    leaf TEXT NOT NULL REFERENCES statement_line(line), -- [public]
    portion TEXT NOT NULL, -- gross, or less: depreciation taken off an asset [public]
    sign INTEGER NOT NULL, -- 1: a debit balance counts as above zero on this line; -1: a credit balance does [public]
    PRIMARY KEY (book, prefix, side)
) STRICT;
CREATE TABLE surplus_statutes ( -- what the statutes ask beyond the law, from the day they were changed
    from_on TEXT PRIMARY KEY NOT NULL, -- first day [public]
    legal INTEGER NOT NULL, -- least part of the surplus to the legal reserve, millionths; 0: the law's [public]
    statutory INTEGER NOT NULL, -- least part of the rest to the statutory reserve, millionths; 0: the law's [public]
    threshold TEXT NOT NULL, -- what is compared with the capital: legal_reserve (the stricter), all_reserves, or law (as the parameter says) [public]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE TABLE surplus_inventory ( -- entries of the inventory, made before a year is closed
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    year_id INTEGER NOT NULL REFERENCES ledger_year(id), -- [internal]
    year TEXT NOT NULL, -- its code [internal]
    nature TEXT NOT NULL, -- charge_payable, prepaid_charge, dedicated_report … [internal]
    label TEXT NOT NULL, -- what it is about [internal]
    charge TEXT NOT NULL, -- account of class 6 or 7 [internal]
    counterpart TEXT NOT NULL, -- account of classes 1 to 5 [internal]
    amount_cents INTEGER NOT NULL, -- [internal]
    reverses INTEGER NOT NULL, -- 1: turned back on the first day of the next year [internal]
    entry_id INTEGER NOT NULL UNIQUE REFERENCES ledger_entry(id), -- [internal]
    reversal_id INTEGER REFERENCES ledger_entry(id), -- its reversal; NULL while there is none [internal]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE INDEX surplus_inventory_by_year ON surplus_inventory(year, id);
CREATE TABLE surplus_close ( -- years closed, with their result
    year_id INTEGER PRIMARY KEY NOT NULL REFERENCES ledger_year(id), -- [internal]
    year TEXT NOT NULL UNIQUE, -- its code [public]
    result_cents INTEGER NOT NULL, -- surplus above zero, loss below [public]
    opening_id INTEGER REFERENCES ledger_entry(id), -- entry that opens the next year; NULL when there was nothing to carry [internal]
    closed_on TEXT NOT NULL, -- [public]
    author TEXT NOT NULL -- [internal]
) STRICT;
CREATE TABLE surplus_decision ( -- decisions of the assembly on money, as its minutes say; never changed
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    subject TEXT NOT NULL, -- allocation or transfer [public]
    decided_on TEXT NOT NULL, -- [public]
    votes_for INTEGER NOT NULL, -- [public]
    votes_against INTEGER NOT NULL, -- [public]
    votes_abstained INTEGER NOT NULL, -- [public]
    minutes TEXT NOT NULL, -- reference of the minutes and of the resolution [public]
    document_id INTEGER REFERENCES document(id), -- the minutes themselves; NULL when they were not handed in [internal]
    author TEXT NOT NULL, -- who recorded it [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
-- immutable: surplus_decision
CREATE TABLE surplus_allocation ( -- where the result of a year goes
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    year TEXT NOT NULL UNIQUE, -- [public]
    kind TEXT NOT NULL, -- scic, scop or association [public]
    state TEXT NOT NULL, -- drafted, decided or booked [public]
    assembly_on TEXT NOT NULL, -- day of the assembly, planned or held [public]
    result_cents INTEGER NOT NULL, -- surplus above zero, loss below [public]
    losses_cents INTEGER NOT NULL, -- losses of earlier years still carried (119) [public]
    carried_cents INTEGER NOT NULL, -- surplus of earlier years carried forward (110) [public]
    capital_cents INTEGER NOT NULL, -- paid-up capital at the year's end [public]
    legal_reserve_cents INTEGER NOT NULL, -- 1061 before the allocation [public]
    reserves_cents INTEGER NOT NULL, -- all reserves (106) before the allocation [public]
    subsidies_cents INTEGER NOT NULL, -- public subsidies of the year (74) [public]
    threshold TEXT NOT NULL, -- legal_reserve or all_reserves: what was compared with the capital [public]
    mean_rate INTEGER, -- mean bond rate used for the interest's cap, millionths; NULL when not known [public]
    mean_given INTEGER NOT NULL, -- 1 when a person typed that rate [public]
    to_confirm INTEGER NOT NULL, -- 1 when a figure rests on a parameter that was not read in its text [public]
    drafted_on TEXT NOT NULL, -- [public]
    author TEXT NOT NULL, -- [internal]
    decision_id INTEGER REFERENCES surplus_decision(id), -- NULL until the assembly decided [internal]
    entry_id INTEGER REFERENCES ledger_entry(id), -- NULL until it is booked [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE TABLE surplus_allocation_line ( -- lines of an allocation; they add up to the result
    allocation_id INTEGER NOT NULL REFERENCES surplus_allocation(id), -- [internal]
    rank INTEGER NOT NULL, -- from 0 [internal]
    code TEXT NOT NULL, -- losses, legal_reserve, statutory_reserve, fund … [public]
    account TEXT NOT NULL, -- number in the chart [public]
    fund TEXT NOT NULL, -- code of the fund, empty for none [public]
    amount_cents INTEGER NOT NULL, -- [public]
    least_cents INTEGER, -- what the rules ask at least; NULL for nothing [public]
    most_cents INTEGER, -- what the rules allow at most; NULL for no limit [public]
    article TEXT NOT NULL, -- text it rests on, empty for none [public]
    confirmed INTEGER NOT NULL, -- 0: to be confirmed [public]
    text_fr TEXT NOT NULL, -- the arithmetic in words [public]
    text_en TEXT NOT NULL, -- [public]
    PRIMARY KEY (allocation_id, rank)
) STRICT;
CREATE TABLE surplus_fund ( -- money with a purpose
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    code TEXT NOT NULL UNIQUE, -- axis of its entries [public]
    name TEXT NOT NULL, -- [public]
    name_folded TEXT NOT NULL, -- for sorting and search [public]
    purpose TEXT NOT NULL, -- reintegration, families, service or accompaniment [public]
    origin TEXT NOT NULL, -- surplus: a reserve of the cooperative; outside: earmarked money of others (194 to 196) [public]
    account TEXT NOT NULL, -- reserve 1068x, or 194 to 196 [public]
    state TEXT NOT NULL, -- open or closed [public]
    opened_on TEXT NOT NULL, -- [public]
    allocated_cents INTEGER NOT NULL, -- sum of its moves: given to it [public]
    committed_cents INTEGER NOT NULL, -- promised and not yet spent [public]
    spent_cents INTEGER NOT NULL, -- [public]
    left_cents INTEGER NOT NULL, -- allocated less spent, never below zero [public]
    spending_count INTEGER NOT NULL -- numbers its spendings [public]
) STRICT;
CREATE INDEX surplus_fund_by_name ON surplus_fund(name_folded, code);
CREATE INDEX surplus_fund_by_state ON surplus_fund(state, code);
CREATE INDEX surplus_fund_by_state_and_name ON surplus_fund(state, name_folded, code);
CREATE INDEX surplus_fund_by_purpose ON surplus_fund(purpose, code);
CREATE INDEX surplus_fund_by_purpose_and_name ON surplus_fund(purpose, name_folded, code);
CREATE TABLE surplus_fund_move ( -- every change of a fund; its totals are their sums
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    fund_id INTEGER NOT NULL REFERENCES surplus_fund(id), -- [internal]
    kind TEXT NOT NULL, -- allocated, received, transferred, committed, released or spent [public]
    amount_cents INTEGER NOT NULL, -- below zero for what leaves: a release, a transfer to another fund [public]
    moved_on TEXT NOT NULL, -- [public]
    entry_id INTEGER REFERENCES ledger_entry(id), -- NULL for a commitment or its release [internal]
    spending_id INTEGER, -- of a commitment, release or spending [internal]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
-- immutable: surplus_fund_move
CREATE INDEX surplus_fund_move_by_fund ON surplus_fund_move(fund_id, moved_on, id);
CREATE TABLE surplus_budget ( -- what a fund means to do in a year, beside what it did
    fund_id INTEGER NOT NULL REFERENCES surplus_fund(id), -- [internal]
    year TEXT NOT NULL, -- year of the ledger, or the calendar's when there is none [public]
    use TEXT NOT NULL, -- training_place, family_travel, housing_deposit … [public]
    budget_cents INTEGER NOT NULL, -- [public]
    committed_cents INTEGER NOT NULL, -- [public]
    spent_cents INTEGER NOT NULL, -- [public]
    PRIMARY KEY (fund_id, year, use)
) STRICT;
CREATE TABLE surplus_spending ( -- what a fund paid for, or promised to
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    reference TEXT NOT NULL UNIQUE, -- code of the fund and a number [internal]
    fund_id INTEGER NOT NULL REFERENCES surplus_fund(id), -- [internal]
    use TEXT NOT NULL, -- training_place, family_travel, housing_deposit … [public]
    label TEXT NOT NULL, -- what was done, without the name of a person [internal]
    state TEXT NOT NULL, -- committed, spent or released [public]
    year TEXT NOT NULL, -- whose budget it counts in [public]
    amount_cents INTEGER NOT NULL, -- promised, then what was spent [public]
    people INTEGER NOT NULL, -- how many it helped, 0 when not counted [internal]
    committed_on TEXT NOT NULL, -- empty when it was spent at once [public]
    spent_on TEXT NOT NULL, -- empty while it is not [public]
    charge TEXT NOT NULL, -- account of class 6, empty while it is not spent [internal]
    entry_id INTEGER REFERENCES ledger_entry(id), -- NULL until it is spent [internal]
    publishable INTEGER NOT NULL, -- 1: its label may stand in the open books [internal]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE INDEX surplus_spending_by_fund ON surplus_spending(fund_id, id);
CREATE INDEX surplus_spending_by_date ON surplus_spending(spent_on, id);
CREATE TABLE surplus_proof ( -- proofs of a spending
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    spending_id INTEGER NOT NULL REFERENCES surplus_spending(id), -- [internal]
    document_id INTEGER NOT NULL REFERENCES document(id), -- [internal]
    file_name TEXT NOT NULL, -- as it was handed in: may name somebody [personal]
    names_person INTEGER NOT NULL, -- 1 unless somebody said that it names nobody: then it is never published [internal]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (spending_id, document_id)
) STRICT;
