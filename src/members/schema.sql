-- version: 1
CREATE TABLE member ( -- organisations: members of the cooperative, and those of the directory one could ask
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    siret TEXT NOT NULL UNIQUE, -- 14 digits whose check digit holds [public]
    name TEXT NOT NULL, -- as the source or the organisation writes it [public]
    name_folded TEXT NOT NULL, -- for sorting: no accents, lower case [public]
    brand TEXT NOT NULL, -- name it is known by, may be empty [public]
    kinds TEXT NOT NULL, -- codes separated by spaces, the legal form first [public]
    kind_bits INTEGER NOT NULL, -- the same kinds as bits of member_kind, for filtering inside an index [internal]
    status TEXT NOT NULL, -- directory, invited, member or left [public]
    status_on TEXT NOT NULL, -- date since when [internal]
    naf TEXT NOT NULL, -- main activity, French nomenclature revision 2 with its dot, empty when unknown [public]
    address TEXT NOT NULL, -- street, may be empty [public]
    post_code TEXT NOT NULL, -- may be empty [public]
    city TEXT NOT NULL, -- [public]
    city_folded TEXT NOT NULL, -- for sorting [public]
    department TEXT NOT NULL, -- official code: 27, 2A, 974 [public]
    latitude_millionths INTEGER, -- degrees, NULL when unknown [public]
    longitude_millionths INTEGER, -- degrees, NULL when unknown [public]
    turnover_cents INTEGER, -- of the last closed year, NULL when not told [internal]
    turnover_limit_cents INTEGER, -- most it takes on in one call over its whole duration, NULL for no limit told [internal]
    may_lead INTEGER NOT NULL, -- 1 when it may lead a grouping [internal]
    prison_work INTEGER NOT NULL, -- 1 when it meets the conditions of contracts reserved to prison work [internal]
    quality INTEGER, -- mark from 0 to 100, NULL while there is none [internal]
    quality_author TEXT NOT NULL, -- who gave it [internal]
    quality_on TEXT NOT NULL, -- when, empty while there is none [internal]
    employees INTEGER, -- people employed, NULL when not told [internal]
    employees_in_insertion INTEGER, -- of these, in insertion or with a recognised handicap [internal]
    surplus_reinvested_permille INTEGER, -- share of the surplus put back into the work [internal]
    pay_ratio_thousandths INTEGER, -- highest pay divided by lowest pay [internal]
    social INTEGER, -- social value from 0 to 100 computed from these facts, NULL while none is told [internal]
    functions TEXT NOT NULL, -- functions offered, codes separated by spaces [public]
    offering INTEGER NOT NULL, -- 1 when it offers at least one function [internal]
    changed INTEGER NOT NULL -- UTC milliseconds of the last change [internal]
) STRICT;
-- What filters a list stands in the indexes that order it, so that a page never reads the rows it leaves out.
-- The usual order also holds what the list shows: a page is read from it alone, without going to fifty rows.
CREATE INDEX member_by_name ON member(name_folded, siret, kind_bits, status, offering, name, kinds, city, city_folded, department, functions);
CREATE INDEX member_by_city ON member(city_folded, siret, kind_bits, status, offering);
CREATE INDEX member_by_siret ON member(siret, kind_bits, status, offering);
CREATE INDEX member_by_department ON member(department, siret, kind_bits, status, offering);
CREATE INDEX member_by_department_name ON member(department, name_folded, siret, kind_bits, status, offering);
CREATE INDEX member_by_department_city ON member(department, city_folded, siret, kind_bits, status, offering);
-- Few offer anything: these are small.
CREATE INDEX member_offering_by_name ON member(name_folded, siret) WHERE offering = 1;
CREATE INDEX member_offering_by_city ON member(city_folded, siret) WHERE offering = 1;
CREATE INDEX member_offering_by_department ON member(department, siret) WHERE offering = 1;
CREATE INDEX member_offering_by_siret ON member(siret) WHERE offering = 1;
-- search: member
CREATE TABLE member_kind ( -- the kinds an organisation can be of; filled by the program at its start
    code TEXT PRIMARY KEY NOT NULL, -- [public]
    bit INTEGER NOT NULL -- a power of two [internal]
) STRICT;
CREATE TABLE member_source ( -- rows of files already taken in, so that the same row changes nothing again
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    fingerprint TEXT NOT NULL, -- BLAKE2b of what was understood of the row [internal]
    file TEXT NOT NULL, -- name of the file [internal]
    line INTEGER NOT NULL, -- where the row stood in it [internal]
    instant INTEGER NOT NULL, -- UTC milliseconds [internal]
    PRIMARY KEY (member_id, fingerprint)
) STRICT;
CREATE TABLE member_doubt ( -- a second row with the same SIRET but another name or town: a person decides
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    name TEXT NOT NULL, -- what the row says [public]
    brand TEXT NOT NULL, -- [public]
    kinds TEXT NOT NULL, -- [public]
    added_kinds TEXT NOT NULL, -- kinds the organisation did not have before this row [internal]
    naf TEXT NOT NULL, -- [public]
    address TEXT NOT NULL, -- [public]
    post_code TEXT NOT NULL, -- [public]
    city TEXT NOT NULL, -- [public]
    department TEXT NOT NULL, -- [public]
    latitude_millionths INTEGER, -- [public]
    longitude_millionths INTEGER, -- [public]
    file TEXT NOT NULL, -- where the row comes from [internal]
    line INTEGER NOT NULL, -- [internal]
    is_open INTEGER NOT NULL, -- 1 until a person decided [internal]
    decision TEXT NOT NULL, -- keep, take or other; empty while open [internal]
    decided_by TEXT NOT NULL, -- empty while open [internal]
    decided_on TEXT NOT NULL -- empty while open [internal]
) STRICT;
CREATE INDEX member_doubt_open ON member_doubt(is_open, id);
CREATE INDEX member_doubt_by_member ON member_doubt(member_id, id);
CREATE TABLE member_offer ( -- a function that an organisation offers
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    function TEXT NOT NULL, -- code of functions.csv, never a sovereign one [public]
    unit_price_cents INTEGER NOT NULL, -- without VAT [internal]
    unit TEXT NOT NULL, -- what the price is for [public]
    capacity_thousandths INTEGER NOT NULL, -- units it can do in one period [internal]
    period TEXT NOT NULL, -- month, year or contract [internal]
    places TEXT NOT NULL, -- department codes separated by spaces [public]
    changed INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (member_id, function)
) STRICT;
CREATE INDEX member_offer_by_function ON member_offer(function, unit_price_cents, id);
CREATE INDEX member_offer_by_function_id ON member_offer(function, id);
CREATE INDEX member_offer_by_price ON member_offer(unit_price_cents, id);
CREATE TABLE member_accreditation ( -- what it is allowed or certified to do, and from when to when
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    accreditation TEXT NOT NULL, -- code, such as prison_access [public]
    valid_from TEXT NOT NULL, -- first day [public]
    valid_to TEXT NOT NULL, -- last day; 9999-12-31 when it does not end [public]
    UNIQUE (member_id, accreditation, valid_from)
) STRICT;
CREATE INDEX member_accreditation_by_end ON member_accreditation(valid_to, id);
CREATE INDEX member_accreditation_by_code ON member_accreditation(accreditation, id);
CREATE INDEX member_accreditation_by_code_end ON member_accreditation(accreditation, valid_to, id);
CREATE TABLE member_social ( -- how the social value of an organisation is made up
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    part TEXT NOT NULL, -- of social_weight [internal]
    fact_thousandths INTEGER, -- the recorded fact, NULL when not told [internal]
    reached_permille INTEGER NOT NULL, -- how far the fact reaches, from 0 to 1000 [internal]
    points_hundredths INTEGER NOT NULL, -- what it adds to the value out of 100 points [internal]
    PRIMARY KEY (member_id, part)
) STRICT;
CREATE TABLE social_weight ( -- the formula of the social value as data
    part TEXT PRIMARY KEY NOT NULL, -- insertion, surplus or pay_ratio [public]
    rank INTEGER NOT NULL, -- order in which the parts are shown [internal]
    weight INTEGER NOT NULL, -- relative to the other parts, from 0 [public]
    none_at_thousandths INTEGER NOT NULL, -- fact that reaches nothing [public]
    full_at_thousandths INTEGER NOT NULL -- fact that reaches everything; between the two in proportion [public]
) STRICT;
CREATE TABLE member_mark ( -- every quality mark that was given; the last one stands in member
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    quality INTEGER NOT NULL, -- 0 to 100 [internal]
    author TEXT NOT NULL, -- who gave it [internal]
    given_on TEXT NOT NULL, -- when [internal]
    note TEXT NOT NULL -- why, may be empty [internal]
) STRICT;
-- immutable: member_mark
CREATE INDEX member_mark_by_member ON member_mark(member_id, given_on);
CREATE TABLE member_reference ( -- contracts it carried out before
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    buyer TEXT NOT NULL, -- for whom [internal]
    object TEXT NOT NULL, -- what [internal]
    function TEXT NOT NULL, -- code of functions.csv, may be empty [internal]
    from_on TEXT NOT NULL, -- first day [internal]
    to_on TEXT NOT NULL, -- last day, empty while it runs [internal]
    amount_cents INTEGER, -- without VAT, NULL when not told [internal]
    UNIQUE (member_id, buyer, object, from_on)
) STRICT;
CREATE TABLE member_proof ( -- documents that prove something of an organisation
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    document_id INTEGER NOT NULL REFERENCES document(id), -- [internal]
    title TEXT NOT NULL, -- what it is [internal]
    file TEXT NOT NULL, -- name of the file as it was given [internal]
    accreditation TEXT NOT NULL, -- code it proves, may be empty [internal]
    valid_to TEXT NOT NULL, -- last day, 9999-12-31 when it does not end [internal]
    instant INTEGER NOT NULL, -- when it was given, UTC milliseconds [internal]
    UNIQUE (member_id, document_id)
) STRICT;
CREATE INDEX member_proof_by_end ON member_proof(valid_to, id);
CREATE TABLE member_details ( -- what belongs to an organisation, ready to be shown with it; written whenever one of them changes
    member_id INTEGER PRIMARY KEY NOT NULL REFERENCES member(id), -- [internal]
    offers TEXT NOT NULL, -- JSON list [internal]
    accreditations TEXT NOT NULL, -- JSON list [internal]
    past_contracts TEXT NOT NULL, -- JSON list [internal]
    proofs TEXT NOT NULL, -- JSON list [internal]
    social_parts TEXT NOT NULL -- JSON list [internal]
) STRICT;
