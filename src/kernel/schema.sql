-- version: 1
CREATE TABLE journal ( -- one row per action and per reading of sensitive data; the proof of what was done
    seq INTEGER PRIMARY KEY NOT NULL, -- without gaps, from 1 [internal]
    instant INTEGER NOT NULL, -- UTC milliseconds [internal]
    actor TEXT NOT NULL, -- name of the user, or local:system-user [internal]
    action TEXT NOT NULL, -- declared name of the action or view [internal]
    arguments TEXT NOT NULL, -- JSON; secrets left out, personal values sealed [internal]
    outcome TEXT NOT NULL, -- done, or why it was refused [internal]
    previous TEXT NOT NULL, -- hash of the row before; empty for the first [internal]
    hash TEXT NOT NULL -- BLAKE2b-256 over all of it, hexadecimal [internal]
) STRICT;
-- immutable: journal
CREATE TABLE journal_head ( -- one row: the last hash, so that a cut tail is seen
    id INTEGER PRIMARY KEY NOT NULL, -- always 1 [internal]
    seq INTEGER NOT NULL, -- of the last row [internal]
    hash TEXT NOT NULL -- of the last row [internal]
) STRICT;
CREATE TABLE idempotency ( -- the answer given to a request with a key
    actor TEXT NOT NULL, -- [internal]
    key TEXT NOT NULL, -- chosen by the client [internal]
    body_hash TEXT NOT NULL, -- BLAKE2b-256 of action and arguments [internal]
    result TEXT NOT NULL, -- JSON [internal]
    instant INTEGER NOT NULL, -- [internal]
    PRIMARY KEY (actor, key)
) STRICT;
CREATE TABLE permission ( -- what was taken away from a role that a declaration opens to it
    role TEXT NOT NULL, -- [internal]
    declaration TEXT NOT NULL, -- name of an action or view [internal]
    allowed INTEGER NOT NULL, -- 0: taken away [internal]
    PRIMARY KEY (role, declaration)
) STRICT;
CREATE TABLE job ( -- long work, so that its end can still be read after a restart
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    action TEXT NOT NULL, -- [internal]
    user_id INTEGER NOT NULL, -- who started it; 0 for the local operator [internal]
    actor TEXT NOT NULL, -- [internal]
    started INTEGER NOT NULL, -- UTC milliseconds [internal]
    ended INTEGER NOT NULL, -- 0 while it runs [internal]
    state TEXT NOT NULL, -- running, done, failed, stopped, interrupted [internal]
    result TEXT NOT NULL -- JSON: result, report, error [internal]
) STRICT;
CREATE INDEX job_started ON job(started, id);
-- version: 2
CREATE INDEX journal_actor ON journal(actor, seq);
CREATE INDEX journal_action ON journal(action, seq);
CREATE INDEX job_user ON job(user_id, id);
