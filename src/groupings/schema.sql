-- version: 1
CREATE TABLE grouping ( -- one answer to a call that organisations could give together: a proposal, then what became of it
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    reference TEXT NOT NULL UNIQUE, -- such as 20-142573-P1 [internal]
    tender_id INTEGER NOT NULL REFERENCES notice(id), -- the notice that founded the call: calls are derived again, notices stay [internal]
    tender_reference TEXT NOT NULL, -- of the call, as it was when proposed [public]
    version INTEGER NOT NULL, -- 1 for the first proposal of its call [internal]
    parent_id INTEGER REFERENCES grouping(id), -- the proposal it was changed from, NULL for none [internal]
    origin TEXT NOT NULL, -- proposed, changed or frontier [internal]
    object TEXT NOT NULL, -- of the call [public]
    buyer TEXT NOT NULL, -- [public]
    author TEXT NOT NULL, -- who asked for it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    state TEXT NOT NULL, -- proposed, asked, formed, submitted, won, lost or withdrawn [internal]
    state_on TEXT NOT NULL, -- date since when [internal]
    submitted_on TEXT NOT NULL, -- empty while it is not [internal]
    legal_form TEXT NOT NULL, -- conjoint, conjoint_solidaire_leader, solidaire; alone for a single organisation [internal]
    leader_id INTEGER REFERENCES member(id), -- who leads the most, NULL when nothing is answered [internal]
    leader_name TEXT NOT NULL, -- [internal]
    status TEXT NOT NULL, -- of the search: optimal, feasible, infeasible [internal]
    objective_cents INTEGER NOT NULL, -- score reached, not money [internal]
    bound_cents INTEGER NOT NULL, -- proven: no answer scores more [internal]
    gap_ppm INTEGER NOT NULL, -- millionths of the bound between the two [internal]
    price_cents INTEGER NOT NULL, -- of all lots answered, without VAT, over their duration [internal]
    lot_count INTEGER NOT NULL, -- [internal]
    answered_count INTEGER NOT NULL, -- [internal]
    member_count INTEGER NOT NULL, -- [internal]
    quality_hundredths INTEGER NOT NULL, -- of the members, weighted by their parts; out of 100 [internal]
    social_hundredths INTEGER NOT NULL, -- likewise [internal]
    asked_count INTEGER NOT NULL, -- members asked [internal]
    accepted_count INTEGER NOT NULL, -- [internal]
    declined_count INTEGER NOT NULL, -- [internal]
    broken_count INTEGER NOT NULL -- rules broken as last checked [internal]
) STRICT;
CREATE INDEX grouping_by_time ON grouping(at, reference, state);
CREATE INDEX grouping_by_state_time ON grouping(state, at, reference);
CREATE INDEX grouping_by_state ON grouping(state, reference);
CREATE INDEX grouping_by_tender_time ON grouping(tender_reference, at, reference);
CREATE INDEX grouping_by_tender ON grouping(tender_reference, reference);
CREATE INDEX grouping_by_version ON grouping(tender_id, version);
-- search: grouping
CREATE TABLE grouping_snapshot ( -- what the search was given and what it answered
    grouping_id INTEGER PRIMARY KEY NOT NULL REFERENCES grouping(id), -- [internal]
    qualification_version INTEGER NOT NULL, -- [internal]
    weight_price INTEGER NOT NULL, -- [internal]
    weight_quality INTEGER NOT NULL, -- [internal]
    weight_social INTEGER NOT NULL, -- [internal]
    max_members INTEGER NOT NULL, -- wished over all lots; 0 for no limit [internal]
    pinned TEXT NOT NULL, -- SIRET numbers wished in, separated by spaces [internal]
    excluded TEXT NOT NULL, -- SIRET numbers wished out [internal]
    asked_form TEXT NOT NULL, -- legal form the documents ask for: free, conjoint … [internal]
    single_membership INTEGER NOT NULL, -- 1 when the documents forbid several candidatures (R2142-21) [internal]
    deadline TEXT NOT NULL, -- of the call, empty when not known [internal]
    accredited_from TEXT NOT NULL, -- first day on which accreditations must hold [internal]
    latest_start TEXT NOT NULL, -- day the contract starts at the latest [internal]
    basis_months INTEGER NOT NULL, -- months over which capacities are counted [internal]
    coordination_cents INTEGER NOT NULL, -- cost of coordinating all parts, beside the price [internal]
    worth_cents INTEGER NOT NULL, -- estimated value of the lots answered [internal]
    took_ms INTEGER NOT NULL, -- time of the search [internal]
    notes TEXT NOT NULL, -- JSON: what was left out or counted as 0, in French and English [internal]
    instance TEXT NOT NULL, -- JSON, format maillon-grouping-1 [internal]
    solution TEXT NOT NULL -- JSON, as grouping solve prints it [internal]
) STRICT;
-- immutable: grouping_snapshot
CREATE TABLE grouping_lot ( -- a lot of the call in a proposal
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    lot_rank INTEGER NOT NULL, -- from 0, in the order of the call [internal]
    lot TEXT NOT NULL, -- its name in the call [public]
    title TEXT NOT NULL, -- [public]
    establishment TEXT NOT NULL, -- [public]
    place TEXT NOT NULL, -- department [public]
    duration_months INTEGER NOT NULL, -- [public]
    reserved TEXT NOT NULL, -- none, siae, ea_esat … [public]
    answered INTEGER NOT NULL, -- 0 or 1 [internal]
    price_cents INTEGER NOT NULL, -- sum of its shares, without VAT [internal]
    reference_cents INTEGER NOT NULL, -- quantities at the reference prices [internal]
    worth_cents INTEGER NOT NULL, -- estimated value [internal]
    required_turnover_cents INTEGER NOT NULL, -- yearly, of the grouping as a whole [internal]
    turnover_cents INTEGER NOT NULL, -- sum of the members' yearly turnovers [internal]
    coordination_cents INTEGER NOT NULL, -- [internal]
    member_count INTEGER NOT NULL, -- [internal]
    max_members INTEGER NOT NULL, -- [internal]
    why_fr TEXT NOT NULL, -- why it is answered or not, in French [internal]
    why_en TEXT NOT NULL, -- in English [internal]
    PRIMARY KEY (grouping_id, lot_rank)
) STRICT;
-- immutable: grouping_lot
CREATE TABLE grouping_leader ( -- who leads on a lot; may be changed until members were asked
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    lot_rank INTEGER NOT NULL, -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    PRIMARY KEY (grouping_id, lot_rank)
) STRICT;
CREATE TABLE grouping_member ( -- an organisation of a proposal, over all lots
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    siret TEXT NOT NULL, -- [public]
    name TEXT NOT NULL, -- [public]
    city TEXT NOT NULL, -- [public]
    kinds TEXT NOT NULL, -- [public]
    may_lead INTEGER NOT NULL, -- [internal]
    prison_work INTEGER NOT NULL, -- [internal]
    quality INTEGER, -- mark it had, NULL for none [internal]
    social INTEGER, -- social value it had, NULL for none [internal]
    turnover_cents INTEGER, -- NULL when not told [internal]
    amount_cents INTEGER NOT NULL, -- its part of the price [internal]
    part_ppm INTEGER NOT NULL, -- millionths; all parts make a million [internal]
    PRIMARY KEY (grouping_id, member_id)
) STRICT;
-- immutable: grouping_member
CREATE INDEX grouping_member_by_member ON grouping_member(member_id, grouping_id);
CREATE TABLE grouping_share ( -- who does how much of a requirement, at the price offered that day
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    rank INTEGER NOT NULL, -- from 0 [internal]
    lot_rank INTEGER NOT NULL, -- [internal]
    requirement TEXT NOT NULL, -- its name in the lot [public]
    function TEXT NOT NULL, -- code of functions.csv [public]
    essential INTEGER NOT NULL, -- 1 when the buyer wants it done by a member itself (R2142-27) [public]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    quantity INTEGER NOT NULL, -- whole units [internal]
    unit TEXT NOT NULL, -- [public]
    unit_price_cents INTEGER NOT NULL, -- without VAT [internal]
    amount_cents INTEGER NOT NULL, -- quantity x unit price [internal]
    PRIMARY KEY (grouping_id, rank)
) STRICT;
-- immutable: grouping_share
CREATE TABLE grouping_part ( -- what a member does of a lot
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    lot_rank INTEGER NOT NULL, -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    amount_cents INTEGER NOT NULL, -- sum of its shares; the parts of a lot make its price [internal]
    part_ppm INTEGER NOT NULL, -- millionths of the lot's price; the parts make a million [internal]
    PRIMARY KEY (grouping_id, lot_rank, member_id)
) STRICT;
-- immutable: grouping_part
CREATE TABLE grouping_reason ( -- why a member was chosen for a lot
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    lot_rank INTEGER NOT NULL, -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    price_cents INTEGER NOT NULL, -- what it is paid [internal]
    reference_cents INTEGER NOT NULL, -- the same quantities at the reference prices [internal]
    quality_cents INTEGER NOT NULL, -- what its quality adds to the score [internal]
    social_cents INTEGER NOT NULL, -- what its social value adds to the score [internal]
    coordination_cents INTEGER NOT NULL, -- what coordinating it costs [internal]
    without_cents INTEGER, -- the best score falls by at least this when it is left out; NULL when not computed [internal]
    without_most_cents INTEGER, -- and by at most this [internal]
    proven INTEGER NOT NULL, -- 1 when the two are the same [internal]
    text_fr TEXT NOT NULL, -- in a sentence [internal]
    text_en TEXT NOT NULL, -- [internal]
    PRIMARY KEY (grouping_id, lot_rank, member_id)
) STRICT;
-- immutable: grouping_reason
CREATE TABLE grouping_unlock ( -- one change that would make a lot answerable, checked by solving again with it
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    rank INTEGER NOT NULL, -- from 0 [internal]
    lot_rank INTEGER NOT NULL, -- [internal]
    change TEXT NOT NULL, -- capacity, accreditation, place, kind, max_members … [internal]
    requirement TEXT NOT NULL, -- empty when it names none [internal]
    function TEXT NOT NULL, -- empty when it names none [internal]
    member_id INTEGER REFERENCES member(id), -- who would have to change, NULL for nobody known [internal]
    amount_thousandths INTEGER NOT NULL, -- of the unit, or of a cent [internal]
    answered_count INTEGER, -- lots that the best grouping then answers, NULL when not known [internal]
    text_fr TEXT NOT NULL, -- in a sentence [internal]
    text_en TEXT NOT NULL, -- [internal]
    PRIMARY KEY (grouping_id, rank)
) STRICT;
-- immutable: grouping_unlock
CREATE TABLE grouping_request ( -- a member asked whether it takes its part
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    asked_on TEXT NOT NULL, -- [internal]
    answer_by TEXT NOT NULL, -- day by which an answer is asked, may be empty [internal]
    answer TEXT NOT NULL, -- waiting, accepted or declined: the last one given [internal]
    answered_on TEXT NOT NULL, -- empty while there is none [internal]
    channel TEXT NOT NULL, -- page or letter, empty while there is none [internal]
    UNIQUE (grouping_id, member_id)
) STRICT;
CREATE INDEX grouping_request_by_member ON grouping_request(member_id, id);
CREATE INDEX grouping_request_by_grouping ON grouping_request(grouping_id, id);
CREATE TABLE grouping_answer ( -- every answer a member gave, the first and those that changed it
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    request_id INTEGER NOT NULL REFERENCES grouping_request(id), -- [internal]
    answer TEXT NOT NULL, -- accepted or declined [internal]
    answered_on TEXT NOT NULL, -- [internal]
    channel TEXT NOT NULL, -- page or letter [internal]
    proof TEXT NOT NULL, -- where the signed letter is kept; empty for the page [internal]
    note TEXT NOT NULL, -- what the member adds [internal]
    author TEXT NOT NULL, -- who gave or recorded it [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
-- immutable: grouping_answer
CREATE INDEX grouping_answer_by_request ON grouping_answer(request_id, id);
CREATE TABLE grouping_invitation ( -- an organisation asked to come in for a lot
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    invited_on TEXT NOT NULL, -- [internal]
    reason TEXT NOT NULL, -- what it is asked for, in words [internal]
    author TEXT NOT NULL, -- [internal]
    UNIQUE (grouping_id, member_id)
) STRICT;
CREATE INDEX grouping_invitation_by_member ON grouping_invitation(member_id, id);
CREATE TABLE grouping_subcontract ( -- part of a member's work that it gives to a subcontractor
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    lot_rank INTEGER NOT NULL, -- [internal]
    requirement TEXT NOT NULL, -- [internal]
    member_id INTEGER NOT NULL REFERENCES member(id), -- [internal]
    subcontractor_name TEXT NOT NULL, -- [internal]
    amount_cents INTEGER NOT NULL -- at most what the member is paid for it [internal]
) STRICT;
CREATE INDEX grouping_subcontract_by_grouping ON grouping_subcontract(grouping_id, id);
CREATE TABLE grouping_rule ( -- rules of the law as they stand for a proposal, checked again at each step
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    rank INTEGER NOT NULL, -- from 0 [internal]
    rule TEXT NOT NULL, -- leader_named, one_leader … [internal]
    article TEXT NOT NULL, -- such as R2142-24 [public]
    verdict TEXT NOT NULL, -- ok, warn or broken [internal]
    text_fr TEXT NOT NULL, -- in a sentence [internal]
    text_en TEXT NOT NULL, -- [internal]
    PRIMARY KEY (grouping_id, rank)
) STRICT;
CREATE TABLE grouping_change ( -- a member replaced although the composition is frozen
    id INTEGER PRIMARY KEY NOT NULL, -- [internal]
    grouping_id INTEGER NOT NULL REFERENCES grouping(id), -- [internal]
    cause TEXT NOT NULL, -- restructured, unable (R2142-26) or excluded (L2141-13) [internal]
    member_out INTEGER NOT NULL REFERENCES member(id), -- [internal]
    member_in INTEGER REFERENCES member(id), -- who takes its place, NULL while nobody does [internal]
    asked_on TEXT NOT NULL, -- day of the buyer's request, or of the event [internal]
    due_on TEXT NOT NULL, -- last day to replace it; empty when the law sets none [internal]
    replaced_on TEXT NOT NULL, -- empty while it is not [internal]
    reason TEXT NOT NULL, -- [internal]
    author TEXT NOT NULL, -- [internal]
    UNIQUE (grouping_id, member_out)
) STRICT;
