-- version: 1
CREATE TABLE region ( -- interregional directorates of the prison service (DISP); from regions.csv
    code TEXT PRIMARY KEY NOT NULL, -- [public]
    name TEXT NOT NULL -- [public]
) STRICT;
CREATE TABLE department ( -- departments, and which region they belong to; from departments.csv and regions.csv
    code TEXT PRIMARY KEY NOT NULL, -- official: 27, 2A, 974 [public]
    name TEXT NOT NULL, -- [public]
    folded TEXT NOT NULL, -- words by which the name of a probation service is recognised [public]
    boamp TEXT NOT NULL, -- as the notices write it [public]
    region TEXT NOT NULL REFERENCES region(code), -- [public]
    region_status TEXT NOT NULL, -- V read in a text, S or N to be confirmed [public]
    region_source TEXT NOT NULL -- [public]
) STRICT;
CREATE INDEX department_by_region ON department(region, code);
CREATE INDEX department_by_folded ON department(folded);
CREATE TABLE establishment ( -- prisons
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    ref TEXT NOT NULL UNIQUE, -- by which a person names it: ma-rouen [public]
    kind TEXT NOT NULL, -- ma, cd, cp, mc, csl or epsn [public]
    name TEXT NOT NULL, -- as the text writes it, without editorial remarks [public]
    name_folded TEXT NOT NULL, -- for sorting [public]
    place TEXT NOT NULL, -- town or place read from the name [public]
    place_folded TEXT NOT NULL, -- for sorting [public]
    probation_service TEXT NOT NULL, -- SPIP that works there [public]
    probation_branch TEXT NOT NULL, -- its branch, empty when it has none [public]
    department TEXT NOT NULL REFERENCES department(code), -- of its probation service [public]
    region TEXT NOT NULL REFERENCES region(code), -- of its department, unless a person corrected it [public]
    region_status TEXT NOT NULL, -- V read in a text or confirmed by a person, S or N to be confirmed [public]
    capacity INTEGER, -- places, NULL when unknown [public]
    capacity_source TEXT NOT NULL, -- where it was read [public]
    capacity_on TEXT NOT NULL, -- as of when, empty when unknown [public]
    closed_on TEXT NOT NULL, -- last day it was open, empty while it is [public]
    remark TEXT NOT NULL, -- what the text adds in parentheses [public]
    file TEXT NOT NULL, -- where it was read, empty when a person added it [internal]
    line INTEGER NOT NULL, -- [internal]
    fingerprint TEXT NOT NULL, -- BLAKE2b of the line taken in last [internal]
    changed INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
CREATE INDEX establishment_by_name ON establishment(name_folded, ref);
CREATE INDEX establishment_by_place ON establishment(place_folded, ref);
CREATE INDEX establishment_by_department ON establishment(department, ref);
CREATE INDEX establishment_by_region ON establishment(region, ref);
CREATE INDEX establishment_by_kind ON establishment(kind, ref);
-- search: establishment
CREATE TABLE establishment_content ( -- one row: the tables of departments and regions loaded last
    id INTEGER PRIMARY KEY NOT NULL, -- always 1 [internal]
    hash TEXT NOT NULL -- BLAKE2b of the files [internal]
) STRICT;
