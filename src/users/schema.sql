-- version: 1
CREATE TABLE app_user ( -- who may come in
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    name TEXT NOT NULL, -- what the person types to log in, as it was given [internal]
    name_folded TEXT NOT NULL UNIQUE, -- without accents, case and signs: two names may not differ by these alone [internal]
    display_name TEXT NOT NULL, -- shown to others; the login name when none was given [personal]
    password_hash TEXT NOT NULL, -- argon2id, with its salt and its cost [sensitive]
    roles TEXT NOT NULL, -- codes of its grants, sorted, separated by spaces [internal]
    active INTEGER NOT NULL, -- 0: may no longer come in [internal]
    must_change INTEGER NOT NULL, -- 1: has a one-time password [internal]
    failed INTEGER NOT NULL, -- wrong passwords since the last good one [internal]
    locked_until INTEGER NOT NULL, -- UTC milliseconds; 0: not locked [internal]
    created INTEGER NOT NULL, -- UTC milliseconds [internal]
    last_login INTEGER NOT NULL -- UTC milliseconds; 0: never [internal]
) STRICT;
CREATE INDEX app_user_name ON app_user(name, id);
CREATE INDEX app_user_display_name ON app_user(display_name, id);
CREATE INDEX app_user_last_login ON app_user(last_login, id);
-- search: app_user
CREATE TABLE user_grant ( -- a role of a user and what it is limited to
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    user_id INTEGER NOT NULL REFERENCES app_user(id), -- [internal]
    role TEXT NOT NULL, -- coordinator, member … [internal]
    organisation INTEGER NOT NULL, -- id of the organisation; 0: not limited to one [internal]
    establishment INTEGER NOT NULL, -- id of the establishment; 0: not limited to one [internal]
    service TEXT NOT NULL, -- code of the service; empty: not limited to one [internal]
    UNIQUE (user_id, role, organisation, establishment, service)
) STRICT;
CREATE INDEX user_grant_role ON user_grant(role, user_id);
CREATE TABLE user_session ( -- who is in; the token itself is never kept
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    token_hash TEXT NOT NULL UNIQUE, -- BLAKE2b-256 of the token, hexadecimal [sensitive]
    user_id INTEGER NOT NULL REFERENCES app_user(id), -- [internal]
    csrf TEXT NOT NULL, -- what each form of this session carries [sensitive]
    created INTEGER NOT NULL, -- UTC milliseconds [internal]
    expires INTEGER NOT NULL, -- UTC milliseconds; whatever happens [internal]
    last_seen INTEGER NOT NULL -- UTC milliseconds, to the minute [internal]
) STRICT;
CREATE INDEX user_session_user ON user_session(user_id, id);
CREATE INDEX user_session_expires ON user_session(expires, id);
CREATE TABLE login_unknown ( -- one row: attempts that no user pays for; writing it takes as long as counting a user's
    id INTEGER PRIMARY KEY NOT NULL, -- always 1 [internal]
    attempts INTEGER NOT NULL, -- names nobody has, inactive or locked users [internal]
    last_attempt INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE TABLE role_declaration ( -- what the program declares open to each role; written again when the program changed
    role TEXT NOT NULL, -- [internal]
    declaration TEXT NOT NULL, -- name of an action, view or paper [internal]
    kind TEXT NOT NULL, -- action, view, paper [internal]
    PRIMARY KEY (role, declaration)
) STRICT;
CREATE TABLE role_declaration_head ( -- one row
    id INTEGER PRIMARY KEY NOT NULL, -- always 1 [internal]
    hash TEXT NOT NULL -- BLAKE2b-256 of what stands in role_declaration [internal]
) STRICT;
