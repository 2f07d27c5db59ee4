-- version: 1
CREATE TABLE person ( -- people in detention whom one of our services serves; no offence, no sentence, no cause
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    reference TEXT NOT NULL UNIQUE, -- six random signs and a check, printed on paper: KFT-PWXC [internal]
    family_name BLOB NOT NULL, -- sealed with the person's key; empty once erased [personal]
    given_names BLOB NOT NULL, -- sealed likewise [personal]
    paper_language TEXT NOT NULL, -- language of the papers handed out: fr, en, ar … [personal]
    pictures INTEGER NOT NULL, -- 1: order forms with pictures, asked for by the person [personal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    erased_on TEXT NOT NULL -- date the key was destroyed, empty while it was not [internal]
) STRICT;
CREATE TABLE person_word ( -- by which a person is found: words of the name, hashed with the site's key
    hash TEXT NOT NULL, -- keyed BLAKE2b of the folded word [personal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    PRIMARY KEY (hash, person_id)
) STRICT;
CREATE INDEX person_word_by_person ON person_word(person_id);
CREATE TABLE regime ( -- detention regimes that an establishment tells apart, in its own words; why somebody is in one is kept nowhere
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    code TEXT NOT NULL, -- as files and forms say it: portes-ouvertes, arrivants …; empty for the common one [public]
    name TEXT NOT NULL, -- in plain words [public]
    UNIQUE (establishment_id, code)
) STRICT;
CREATE INDEX regime_by_establishment ON regime(establishment_id, code, id);
CREATE INDEX regime_by_code ON regime(code, id);
CREATE TABLE stay ( -- time of a person in an establishment, from arrival to release or transfer
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [internal]
    number BLOB NOT NULL, -- register number (numéro d'écrou), sealed with the person's key; empty once erased [personal]
    number_hash TEXT, -- keyed BLAKE2b of it, by which it is found; NULL once erased [personal]
    wing TEXT NOT NULL, -- building or wing, empty when not known yet [personal]
    cell TEXT NOT NULL, -- [personal]
    place TEXT NOT NULL, -- wing and cell as they are sorted [personal]
    regime TEXT NOT NULL, -- code of the detention regime the person is in; empty for the common one [personal]
    state TEXT NOT NULL, -- present, absent (without cause), left [personal]
    here INTEGER NOT NULL, -- 1 until the person left [personal]
    arrived_on TEXT NOT NULL, -- [personal]
    since TEXT NOT NULL, -- date of the last event [personal]
    left_on TEXT NOT NULL, -- empty while the person is there [personal]
    left_by TEXT NOT NULL, -- release, transfer or death; empty while the person is there [personal]
    UNIQUE (establishment_id, number_hash)
) STRICT;
CREATE INDEX stay_by_person ON stay(person_id, arrived_on);
CREATE INDEX stay_by_establishment ON stay(establishment_id, here, place, id);
CREATE INDEX stay_by_establishment_id ON stay(establishment_id, here, id);
CREATE INDEX stay_by_prison ON stay(establishment, here, place, id);
CREATE INDEX stay_by_place ON stay(here, place, id);
CREATE INDEX stay_by_id ON stay(here, id);
CREATE INDEX stay_by_left ON stay(left_on, person_id);
CREATE TABLE stay_event ( -- arrivals, moves, absences, releases: as told, in the order told
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    stay_id INTEGER NOT NULL REFERENCES stay(id), -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    kind TEXT NOT NULL, -- arrival, move, absent, back, regime, release, transfer, death [personal]
    event_on TEXT NOT NULL, -- [personal]
    wing TEXT NOT NULL, -- where from then on [personal]
    cell TEXT NOT NULL, -- [personal]
    regime TEXT NOT NULL, -- from then on, when the event is one of regime; empty for the common one, and for other events [personal]
    at INTEGER NOT NULL, -- when it was told, UTC milliseconds [internal]
    UNIQUE (stay_id, kind, event_on, wing, cell, regime)
) STRICT;
CREATE INDEX stay_event_by_person ON stay_event(person_id, event_on, id);
