-- Notices are kept for ever as their source wrote them. Calls are derived from them, in order of publication, and can
-- be derived again at any time; what people say of a call stands in tables of its own.
--
-- version: 1
CREATE TABLE notice ( -- a notice, as its source wrote it and as it was understood
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    source TEXT NOT NULL, -- boamp, ted, decp, ocds [public]
    reference TEXT NOT NULL, -- number that the source gave it [public]
    hash TEXT NOT NULL, -- BLAKE2b-128 of the raw record, hexadecimal [public]
    format TEXT NOT NULL, -- boamp-csv, boamp-json, boamp-xml, eforms, decp, ocds [public]
    kind TEXT NOT NULL, -- call, award, rectification, cancellation, modification, prior [public]
    published_on TEXT NOT NULL, -- empty when unknown [public]
    facts TEXT NOT NULL, -- what was understood of it, JSON [public]
    raw BLOB NOT NULL, -- the record as it stood [public]
    UNIQUE (reference, source, hash)
) STRICT;
-- immutable: notice
CREATE TABLE notice_link ( -- what a notice names: an earlier notice, or the procedure it belongs to
    notice INTEGER NOT NULL REFERENCES notice(id), -- [public]
    source TEXT NOT NULL, -- of the notice named; procedure: the key that all notices of a procedure share [public]
    earlier TEXT NOT NULL, -- reference, perhaps of a notice that was never imported, or that key [public]
    PRIMARY KEY (notice, source, earlier)
) STRICT;
CREATE INDEX notice_link_earlier ON notice_link(earlier, source, notice);
-- immutable: notice_link
CREATE TABLE notice_problem ( -- a value of a notice that was not understood
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    notice INTEGER NOT NULL REFERENCES notice(id), -- [public]
    field TEXT NOT NULL, -- what it should have filled [public]
    value TEXT NOT NULL, -- as the source has it, cut at 80 characters [public]
    reason TEXT NOT NULL -- a sentence of the catalogue [public]
) STRICT;
CREATE INDEX notice_problem_notice ON notice_problem(notice, id);
-- immutable: notice_problem

CREATE TABLE tender ( -- a call: what its notices say together, and what people said of it
    id INTEGER PRIMARY KEY NOT NULL, -- id of the notice that founds it [internal]
    source TEXT NOT NULL, -- of that notice [public]
    reference TEXT NOT NULL, -- of that notice: the name of the call [public]
    numbers TEXT NOT NULL, -- references of all its notices, separated by one space [public]
    notices INTEGER NOT NULL, -- how many notices it has [public]
    kind TEXT NOT NULL, -- of the founding notice [public]
    state TEXT NOT NULL, -- call, awarded, cancelled, prior [public]
    concerns INTEGER NOT NULL, -- 1: a prison call, by a rule of the watch or a person's word [public]
    published_on TEXT NOT NULL, -- empty when unknown [public]
    open_until TEXT NOT NULL, -- last day to answer; empty when unknown or when nobody can answer [public]
    open_basis TEXT NOT NULL, -- what open_until rests on: deadline, display, none [public]
    deadline TEXT NOT NULL, -- response deadline as the source writes it, or a person's date [public]
    displayed_until TEXT NOT NULL, -- end of display [public]
    object TEXT NOT NULL, -- [public]
    object_cut INTEGER NOT NULL, -- 1: the source cut it [public]
    text TEXT NOT NULL, -- longer description [public]
    buyer TEXT NOT NULL, -- [public]
    buyer_folded TEXT NOT NULL, -- for sorting [public]
    buyer_siret TEXT NOT NULL, -- [public]
    post_code TEXT NOT NULL, -- of the buyer [public]
    city TEXT NOT NULL, -- of the buyer [public]
    departments TEXT NOT NULL, -- codes separated by one space [public]
    descriptors TEXT NOT NULL, -- labels of the BOAMP separated by | [public]
    cpv TEXT NOT NULL, -- codes separated by one space [public]
    nature TEXT NOT NULL, -- the source's own word for the kind [public]
    procedure TEXT NOT NULL, -- the source's own word [public]
    family TEXT NOT NULL, -- joue, fns, mapa, dsp [public]
    reserved TEXT NOT NULL, -- none, siae, ea_esat, siae_ea, prison_work, ess; empty: not said [public]
    legal_form TEXT NOT NULL, -- form asked of a grouping, in the source's words [public]
    social_criteria INTEGER NOT NULL, -- 1: the source says so [public]
    environmental_criteria INTEGER NOT NULL, -- 1: the source says so [public]
    value_cents INTEGER, -- estimated value without VAT [public]
    duration_months INTEGER, -- [public]
    reasons TEXT NOT NULL, -- rules of the watch that hold, separated by one space [public]
    functions TEXT NOT NULL, -- functions it needs, separated by one space [public]
    match_key INTEGER NOT NULL, -- hash of buyer and object, for guessed links; 0: too little to guess from [internal]
    decision TEXT NOT NULL, -- undecided, go, no_go [internal]
    qualification INTEGER NOT NULL -- newest version, 0: not qualified [internal]
) STRICT;
CREATE INDEX tender_published ON tender(published_on, id);
-- The watch looks at prison calls alone: one notice in four hundred. Their indexes stay as small.
CREATE INDEX tender_watch_published ON tender(concerns, published_on, id) WHERE concerns = 1;
CREATE INDEX tender_watch_open ON tender(concerns, open_until, id) WHERE concerns = 1;
CREATE INDEX tender_watch_buyer ON tender(concerns, buyer_folded, id) WHERE concerns = 1;
CREATE INDEX tender_watch_match ON tender(concerns, match_key, published_on, reference, id) WHERE concerns = 1;
-- search: tender
CREATE TABLE tender_notice ( -- the notices that joined a call, without the one that founds it
    notice INTEGER PRIMARY KEY NOT NULL REFERENCES notice(id), -- [public]
    tender INTEGER NOT NULL REFERENCES notice(id) -- the call [public]
) STRICT;
CREATE INDEX tender_notice_tender ON tender_notice(tender, notice);

-- What follows is filled for prison calls only.
CREATE TABLE tender_reason ( -- why a call is said to concern prisons
    tender INTEGER NOT NULL REFERENCES notice(id), -- [public]
    rule TEXT NOT NULL, -- of data/watch.csv, or person [public]
    PRIMARY KEY (tender, rule)
) STRICT;
CREATE TABLE tender_function ( -- which functions a call needs
    tender INTEGER NOT NULL REFERENCES notice(id), -- [public]
    function TEXT NOT NULL, -- of data/functions.csv [public]
    basis TEXT NOT NULL, -- word, descriptor, cpv: guessed from it; person: confirmed by the qualification [public]
    because TEXT NOT NULL, -- the word, label or code [public]
    PRIMARY KEY (function, tender)
) STRICT;
CREATE INDEX tender_function_tender ON tender_function(tender, function);
CREATE TABLE tender_place ( -- where
    tender INTEGER NOT NULL REFERENCES notice(id), -- [public]
    department TEXT NOT NULL, -- [public]
    PRIMARY KEY (department, tender)
) STRICT;
CREATE INDEX tender_place_tender ON tender_place(tender, department);
CREATE TABLE tender_announced_lot ( -- lots as the notices announce them
    tender INTEGER NOT NULL REFERENCES notice(id), -- [public]
    position INTEGER NOT NULL, -- from 1 [public]
    number TEXT NOT NULL, -- [public]
    title TEXT NOT NULL, -- [public]
    text TEXT NOT NULL, -- [public]
    cpv TEXT NOT NULL, -- [public]
    place TEXT NOT NULL, -- as the source writes it [public]
    value_cents INTEGER, -- [public]
    duration_months INTEGER, -- [public]
    reserved TEXT NOT NULL, -- empty: not said [public]
    PRIMARY KEY (tender, position)
) STRICT;
CREATE TABLE tender_criterion ( -- award criteria as the notices announce them
    tender INTEGER NOT NULL REFERENCES notice(id), -- [public]
    position INTEGER NOT NULL, -- from 1 [public]
    lot TEXT NOT NULL, -- number of the lot [public]
    kind TEXT NOT NULL, -- price, cost, quality [public]
    name TEXT NOT NULL, -- [public]
    weight TEXT NOT NULL, -- as the source writes it [public]
    PRIMARY KEY (tender, position)
) STRICT;
CREATE TABLE tender_award ( -- who won, at what price
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    tender INTEGER NOT NULL REFERENCES notice(id), -- [public]
    position INTEGER NOT NULL, -- from 1 [public]
    notice INTEGER NOT NULL REFERENCES notice(id), -- that says so [public]
    lot TEXT NOT NULL, -- number of the lot, empty for the whole [public]
    awarded_on TEXT NOT NULL, -- the decision, or the notice's publication when it is not said [public]
    amount_cents INTEGER, -- without VAT [public]
    form TEXT NOT NULL, -- none, conjoint, solidaire; empty: not said [public]
    winners TEXT NOT NULL -- names, the leader first [public]
) STRICT;
CREATE INDEX tender_award_tender ON tender_award(tender, position);
CREATE INDEX tender_award_on ON tender_award(awarded_on, id);
CREATE TABLE tender_winner ( -- members of a winning grouping, or the one winner
    award INTEGER NOT NULL REFERENCES tender_award(id), -- [public]
    position INTEGER NOT NULL, -- from 1 [public]
    name TEXT NOT NULL, -- [public]
    siret TEXT NOT NULL, -- empty when not said [public]
    leader INTEGER NOT NULL, -- 1: the source says so [public]
    PRIMARY KEY (award, position)
) STRICT;

-- What people say.
CREATE TABLE tender_link ( -- two notices that may be of one call, though their source does not say so
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    source TEXT NOT NULL, -- of the first [public]
    reference TEXT NOT NULL, -- of the first [public]
    other_source TEXT NOT NULL, -- [public]
    other_reference TEXT NOT NULL, -- [public]
    basis TEXT NOT NULL, -- buyer_object: guessed from them; person [public]
    state TEXT NOT NULL, -- proposed, confirmed, rejected [internal]
    actor TEXT NOT NULL, -- who decided; empty while proposed [internal]
    decided_ms INTEGER NOT NULL, -- 0 while proposed [internal]
    UNIQUE (reference, source, other_reference, other_source)
) STRICT;
CREATE INDEX tender_link_other ON tender_link(other_reference, other_source);
CREATE INDEX tender_link_state ON tender_link(state, id);
CREATE TABLE tender_desk ( -- what the coordinator decided and noted about a call; earlier words are in the journal
    tender INTEGER PRIMARY KEY NOT NULL REFERENCES notice(id), -- [internal]
    decision TEXT NOT NULL, -- undecided, go, no_go [internal]
    decision_reason TEXT NOT NULL, -- [internal]
    decided_by TEXT NOT NULL, -- [internal]
    decided_on TEXT NOT NULL, -- [internal]
    visit_on TEXT NOT NULL, -- empty: not known, as below [internal]
    questions_until TEXT NOT NULL, -- [internal]
    deadline TEXT NOT NULL, -- [internal]
    offer_valid_until TEXT NOT NULL, -- [internal]
    mark TEXT NOT NULL, -- prison, not_prison: a person's word against the watch; empty: none [internal]
    mark_reason TEXT NOT NULL -- [internal]
) STRICT;
CREATE TABLE tender_piece ( -- checklist: what each member of a grouping hands in
    tender INTEGER NOT NULL REFERENCES notice(id), -- [internal]
    organisation TEXT NOT NULL, -- SIRET [internal]
    piece TEXT NOT NULL, -- dc1, dc2, dc4, tax_certificate … see the action tender piece [internal]
    state TEXT NOT NULL, -- asked, received, refused, not_needed [internal]
    received_on TEXT NOT NULL, -- empty: not yet [internal]
    expires_on TEXT NOT NULL, -- empty: does not expire [internal]
    proof TEXT NOT NULL, -- where the paper is [internal]
    PRIMARY KEY (tender, organisation, piece)
) STRICT;
CREATE TABLE tender_qualification ( -- what the documents of a call really ask for, read by a person; versions are kept
    tender INTEGER NOT NULL REFERENCES notice(id), -- [internal]
    version INTEGER NOT NULL, -- from 1 [internal]
    author TEXT NOT NULL, -- [internal]
    at_ms INTEGER NOT NULL, -- [internal]
    estimated_value_cents INTEGER, -- without VAT, whole call and duration [internal]
    weight_price INTEGER, -- [internal]
    weight_quality INTEGER, -- [internal]
    weight_social INTEGER, -- [internal]
    max_lots INTEGER NOT NULL, -- a candidate may win; 0: no limit [internal]
    legal_form TEXT NOT NULL, -- free, conjoint, conjoint_solidaire_leader, solidaire; empty: not said yet [internal]
    single_membership INTEGER, -- 1: R2142-21 applies [internal]
    visit_on TEXT NOT NULL, -- empty: not known, as below [internal]
    questions_until TEXT NOT NULL, -- [internal]
    deadline TEXT NOT NULL, -- [internal]
    offer_valid_until TEXT NOT NULL, -- [internal]
    PRIMARY KEY (tender, version)
) STRICT;
CREATE TABLE tender_lot ( -- a lot of a qualification
    tender INTEGER NOT NULL, -- [internal]
    version INTEGER NOT NULL, -- [internal]
    lot TEXT NOT NULL, -- id in the file [internal]
    position INTEGER NOT NULL, -- from 1 [internal]
    title TEXT NOT NULL, -- [internal]
    place TEXT NOT NULL, -- department; empty: not said yet [internal]
    establishment TEXT NOT NULL, -- [internal]
    people INTEGER, -- [internal]
    duration_months INTEGER, -- [internal]
    estimated_value_cents INTEGER, -- [internal]
    reserved TEXT NOT NULL, -- none, siae, ea_esat, siae_ea, prison_work, ess; empty: not said yet [internal]
    max_members INTEGER, -- [internal]
    min_share_permille INTEGER, -- [internal]
    required_turnover_cents INTEGER, -- per year [internal]
    coordination_ppm INTEGER, -- millionths of the reference value, for each member [internal]
    mandatory INTEGER, -- [internal]
    reference_value_cents INTEGER, -- sum of quantity x reference price [internal]
    PRIMARY KEY (tender, version, lot),
    FOREIGN KEY (tender, version) REFERENCES tender_qualification(tender, version) ON UPDATE CASCADE
) STRICT;
CREATE TABLE tender_requirement ( -- what a lot needs
    tender INTEGER NOT NULL, -- [internal]
    version INTEGER NOT NULL, -- [internal]
    lot TEXT NOT NULL, -- [internal]
    requirement TEXT NOT NULL, -- id in the lot [internal]
    position INTEGER NOT NULL, -- from 1 [internal]
    function TEXT NOT NULL, -- of data/functions.csv [internal]
    quantity INTEGER, -- whole units over the whole duration [internal]
    unit TEXT NOT NULL, -- empty: the function's [internal]
    reference_unit_price_cents INTEGER, -- [internal]
    accreditations TEXT, -- codes separated by one space [internal]
    essential INTEGER, -- 1: by a member, not a subcontractor (R2142-27) [internal]
    PRIMARY KEY (tender, version, lot, requirement),
    FOREIGN KEY (tender, version, lot) REFERENCES tender_lot(tender, version, lot) ON UPDATE CASCADE
) STRICT;
