-- version: 1
CREATE TABLE ledger_entity ( -- whose books these are: one legal entity to a database
    id INTEGER PRIMARY KEY NOT NULL, -- always 1 [internal]
    siren TEXT NOT NULL, -- nine digits, the last a check [public]
    name TEXT NOT NULL, -- [public]
    kind TEXT NOT NULL, -- scic, scop or association: which law allocates its surplus [public]
    example INTEGER NOT NULL -- 1: invented, every printout says EXEMPLE [public]
) STRICT;
CREATE TABLE ledger_content ( -- which charts and journals of data/accounts are loaded
    id INTEGER PRIMARY KEY NOT NULL, -- always 1 [internal]
    hash TEXT NOT NULL -- of the files [internal]
) STRICT;
CREATE TABLE ledger_book ( -- books that never mix: no entry crosses from one into another
    code TEXT PRIMARY KEY NOT NULL, -- general: the books of the legal entity; others mirror accounts held elsewhere [internal]
    statutory INTEGER NOT NULL -- 1: in the trial balance, the FEC and the open books; 0: never [internal]
) STRICT;
CREATE TABLE ledger_journal ( -- journals (journaux) an entry is filed in
    code TEXT PRIMARY KEY NOT NULL, -- AN, VE, AC, BQ, OD, PA … [public]
    name TEXT NOT NULL -- [public]
) STRICT;
CREATE TABLE ledger_year ( -- financial years (exercices) of a book; a book that is not statutory has one without end
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    book TEXT NOT NULL REFERENCES ledger_book(code), -- [internal]
    code TEXT NOT NULL, -- 2023 [public]
    starts_on TEXT NOT NULL, -- first day [public]
    ends_on TEXT NOT NULL, -- last day [public]
    state TEXT NOT NULL, -- open or closed; a closed year takes no entry, ever [public]
    locked_until TEXT NOT NULL, -- entries dated on or before it are refused; 0000-00-00 for none [internal]
    last_number INTEGER NOT NULL, -- number of the last entry: they follow each other without a gap [internal]
    last_valid_on TEXT NOT NULL, -- validation date of the last entry: never goes back, whatever the clock does [internal]
    UNIQUE (book, code)
) STRICT;
CREATE INDEX ledger_year_by_dates ON ledger_year(book, starts_on);
CREATE TABLE ledger_account ( -- accounts of the chart and, under them, those of one member, contract, fund …
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    book TEXT NOT NULL REFERENCES ledger_book(code), -- [internal]
    number TEXT NOT NULL, -- of the chart: 411, 10631 [public]
    auxiliary TEXT NOT NULL, -- whose it is under that number: a SIRET, a contract; empty for the account of the chart [internal]
    name TEXT NOT NULL, -- [internal]
    name_folded TEXT NOT NULL, -- for sorting and search [internal]
    guard TEXT NOT NULL, -- none; debit: its balance less what is pending never falls below zero on the debit side; credit: likewise [internal]
    open INTEGER NOT NULL, -- 0: takes no new entry [internal]
    debit_cents INTEGER NOT NULL, -- total posted since ever, openings of years left out [internal]
    credit_cents INTEGER NOT NULL, -- [internal]
    pending_debit_cents INTEGER NOT NULL, -- held and not yet posted or released [internal]
    pending_credit_cents INTEGER NOT NULL, -- [internal]
    line_count INTEGER NOT NULL, -- posted [internal]
    UNIQUE (book, number, auxiliary)
) STRICT;
CREATE INDEX ledger_account_by_name ON ledger_account(book, name_folded, id);
CREATE TABLE ledger_axis ( -- what a line is counted under besides its account: one row for each combination in use; row 0 is none
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    contract TEXT NOT NULL, -- reference of the contract (marché), empty for none [internal]
    service TEXT NOT NULL, -- of functions.csv, empty for none [public]
    establishment TEXT NOT NULL, -- reference of the establishment, empty for none [public]
    fund TEXT NOT NULL, -- code of the fund, empty for none [public]
    UNIQUE (contract, service, establishment, fund)
) STRICT;
CREATE TABLE ledger_entry ( -- entries (écritures); corrected by a reversal, never changed
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    year_id INTEGER NOT NULL REFERENCES ledger_year(id), -- [internal]
    number INTEGER, -- without gap within its year, in order of validation; NULL for a hold or a release, which are not in the books yet [public]
    kind TEXT NOT NULL, -- entry, opening (balances brought forward), hold, post (of a hold), release (of a hold), reversal [internal]
    origin_id INTEGER UNIQUE REFERENCES ledger_entry(id), -- the hold that this posts or releases, the entry that this reverses: once only [internal]
    journal TEXT NOT NULL REFERENCES ledger_journal(code), -- [public]
    entry_on TEXT NOT NULL, -- date it counts for [public]
    valid_on TEXT NOT NULL, -- date it was validated [internal]
    piece TEXT NOT NULL, -- reference of the proof (pièce) [internal]
    piece_on TEXT NOT NULL, -- its date [internal]
    label TEXT NOT NULL, -- what happened [internal]
    key TEXT UNIQUE, -- of the event that caused it: the same event posts once; NULL when typed by a person [internal]
    amount_cents INTEGER NOT NULL, -- sum of its debits [internal]
    line_count INTEGER NOT NULL, -- [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (year_id, number)
) STRICT;
-- immutable: ledger_entry
CREATE INDEX ledger_entry_by_date ON ledger_entry(year_id, entry_on, number);
CREATE TABLE ledger_line ( -- lines of entries; those of one entry add up to zero
    entry_id INTEGER NOT NULL REFERENCES ledger_entry(id), -- [internal]
    position INTEGER NOT NULL, -- from 1 [internal]
    account_id INTEGER NOT NULL REFERENCES ledger_account(id), -- [internal]
    axis_id INTEGER NOT NULL REFERENCES ledger_axis(id), -- 0: none [internal]
    entry_on TEXT NOT NULL, -- of its entry: statements are read by account and date [internal]
    amount_cents INTEGER NOT NULL, -- debit above zero, credit below; never zero [internal]
    label TEXT NOT NULL, -- empty: that of the entry [internal]
    PRIMARY KEY (entry_id, position)
) STRICT, WITHOUT ROWID;
-- immutable: ledger_line
CREATE INDEX ledger_line_by_account ON ledger_line(account_id, entry_on, entry_id, position);
CREATE TABLE ledger_total ( -- posted in a year on an account under an axis, openings included; holds are not in it
    year_id INTEGER NOT NULL REFERENCES ledger_year(id), -- [internal]
    account_id INTEGER NOT NULL REFERENCES ledger_account(id), -- [internal]
    axis_id INTEGER NOT NULL REFERENCES ledger_axis(id), -- [internal]
    debit_cents INTEGER NOT NULL, -- [internal]
    credit_cents INTEGER NOT NULL, -- [internal]
    opening_cents INTEGER NOT NULL, -- of it brought forward: debit above zero [internal]
    PRIMARY KEY (year_id, account_id, axis_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_letter ( -- lettering (lettrage): lines of one account that settle each other
    entry_id INTEGER NOT NULL, -- [internal]
    position INTEGER NOT NULL, -- [internal]
    account_id INTEGER NOT NULL REFERENCES ledger_account(id), -- [internal]
    code TEXT NOT NULL, -- AA, AB … within its account [internal]
    lettered_on TEXT NOT NULL, -- [internal]
    PRIMARY KEY (entry_id, position),
    FOREIGN KEY (entry_id, position) REFERENCES ledger_line(entry_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_letter_by_code ON ledger_letter(account_id, code, entry_id);
