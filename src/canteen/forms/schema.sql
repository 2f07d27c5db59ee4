-- version: 1
CREATE TABLE canteen_form ( -- paper forms that could not be entered as they came: late, illegible, unsigned …; none vanishes
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    number INTEGER NOT NULL, -- written on the paper, from 1 in each establishment [internal]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- the cycle it was for [internal]
    cycle TEXT NOT NULL, -- its code [public]
    person_id INTEGER REFERENCES person(id), -- NULL while nobody knows whose it is [internal]
    reference TEXT NOT NULL, -- of the person, empty while not known [internal]
    reason TEXT NOT NULL, -- late, illegible, unsigned, unknown_person, over_limit [personal]
    received_on TEXT NOT NULL, -- day it was handed in [personal]
    document_id INTEGER REFERENCES document(id), -- the scan, NULL without one [internal]
    state TEXT NOT NULL, -- set_aside, entered, returned (to the person), given_up [personal]
    into_cycle TEXT NOT NULL, -- code of the cycle its order was taken into; empty while it was not entered [personal]
    accepted_by TEXT NOT NULL, -- rule (a late form goes into the next cycle), head_of_establishment; empty when not needed [internal]
    acceptance TEXT NOT NULL, -- reference of the head's decision; empty without one [internal]
    dropped_for TEXT NOT NULL, -- why nothing was ordered: duplicate, not_wanted, person_left, unreadable; empty otherwise [personal]
    resolved_on TEXT NOT NULL, -- empty while it waits [personal]
    resolver TEXT NOT NULL, -- who resolved it [internal]
    author TEXT NOT NULL, -- who set it aside [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, number)
) STRICT;
CREATE INDEX canteen_form_by_establishment ON canteen_form(establishment_id, id);
CREATE INDEX canteen_form_by_prison ON canteen_form(establishment, state, id);
CREATE INDEX canteen_form_by_state ON canteen_form(establishment_id, state, id);
CREATE INDEX canteen_form_by_cycle ON canteen_form(cycle_id, state, id);
CREATE INDEX canteen_form_by_person ON canteen_form(person_id, id);
CREATE TABLE canteen_pin ( -- with which a person comes in on the tablet
    person_id INTEGER PRIMARY KEY NOT NULL REFERENCES person(id), -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- where it was given [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    hash TEXT NOT NULL, -- argon2id of the PIN's hash with the site's key: the database alone gives no PIN away [sensitive]
    sealed TEXT NOT NULL, -- the PIN with the person's key, hexadecimal so that no export opens it, until its slip is printed; then empty for ever [sensitive]
    failed INTEGER NOT NULL, -- wrong PINs since the last good one [internal]
    locked_until INTEGER NOT NULL, -- UTC milliseconds; 0: not locked [internal]
    made_on TEXT NOT NULL, -- [personal]
    author TEXT NOT NULL, -- who had it made [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE INDEX canteen_pin_by_establishment ON canteen_pin(establishment_id, person_id);
CREATE TABLE canteen_tablet ( -- who is in on a tablet; the token itself is never kept
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    token_hash TEXT NOT NULL UNIQUE, -- BLAKE2b-256 of the token, hexadecimal [sensitive]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    stay_id INTEGER NOT NULL REFERENCES stay(id), -- [internal]
    csrf TEXT NOT NULL, -- what each form of this session carries [sensitive]
    created INTEGER NOT NULL, -- UTC milliseconds [internal]
    last_seen INTEGER NOT NULL -- UTC milliseconds, to some seconds [internal]
) STRICT;
CREATE INDEX canteen_tablet_by_person ON canteen_tablet(person_id);
CREATE INDEX canteen_tablet_by_use ON canteen_tablet(last_seen);
