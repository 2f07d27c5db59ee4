-- version: 1
CREATE TABLE standing_list ( -- goods given free of charge, from a day on; the list in force is the last that began by then
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    kind TEXT NOT NULL, -- arrival: once per stay; hardship: each month to those entitled [public]
    from_on TEXT NOT NULL, -- first day [public]
    within_days INTEGER NOT NULL, -- arrival: up to so many days after it; 0 for hardship [public]
    author TEXT NOT NULL, -- who recorded it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, kind, from_on)
) STRICT;
CREATE TABLE standing_list_line ( -- a list without lines ends the one before
    list_id INTEGER NOT NULL REFERENCES standing_list(id), -- [internal]
    position INTEGER NOT NULL, -- from 1 [public]
    product_id INTEGER NOT NULL REFERENCES canteen_product(id), -- [internal]
    code INTEGER NOT NULL, -- of the product [public]
    units INTEGER NOT NULL, -- for each person [public]
    PRIMARY KEY (list_id, position)
) STRICT;
CREATE TABLE standing_entitlement ( -- help for want of means: dates alone, no cause, no figure
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    from_on TEXT NOT NULL, -- [personal]
    to_on TEXT NOT NULL, -- last day [personal]
    author TEXT NOT NULL, -- who recorded it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (person_id, establishment_id, from_on)
) STRICT;
CREATE INDEX standing_entitlement_by_end ON standing_entitlement(establishment_id, to_on, id);
CREATE INDEX standing_entitlement_by_day ON standing_entitlement(to_on, id);
CREATE INDEX standing_entitlement_by_establishment ON standing_entitlement(establishment_id, id);
CREATE TABLE standing_given ( -- who got a list, once for each period
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    kind TEXT NOT NULL, -- of the list [personal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    period TEXT NOT NULL, -- hardship: the month, 2026-11; arrival: the day of it [personal]
    list_id INTEGER NOT NULL REFERENCES standing_list(id), -- [internal]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- [internal]
    order_id INTEGER NOT NULL, -- its order; one that was cancelled is given again [internal]
    given_on TEXT NOT NULL, -- [personal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    PRIMARY KEY (establishment_id, kind, person_id, period)
) STRICT;
CREATE INDEX standing_given_by_person ON standing_given(person_id, given_on);
CREATE TABLE standing_rule ( -- rules of an establishment that no text fixes, each with where it stands
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [public]
    kind TEXT NOT NULL, -- answer_days: to answer a request; hardship_free: 1, the charge is free for those entitled [public]
    code INTEGER NOT NULL, -- of the product for hardship_free, else 0 [public]
    value INTEGER NOT NULL, -- [public]
    source TEXT NOT NULL, -- where the rule stands [public]
    status TEXT NOT NULL, -- V read in the text, S second-hand, N not found [public]
    author TEXT NOT NULL, -- who recorded it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, kind, code)
) STRICT;
CREATE TABLE standing_contract ( -- a charge that comes back each month: television of a cell, refrigerator …
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [internal]
    product_id INTEGER NOT NULL REFERENCES canteen_product(id), -- [internal]
    code INTEGER NOT NULL, -- of the product [internal]
    name TEXT NOT NULL, -- of the product [internal]
    per TEXT NOT NULL, -- cell: shared by who is in it; one_person [internal]
    wing TEXT NOT NULL, -- of a cell, else empty [internal]
    cell TEXT NOT NULL, -- likewise [internal]
    place TEXT NOT NULL, -- both folded, by which occupants are found [internal]
    person_id INTEGER REFERENCES person(id), -- of a person's own charge, else NULL [internal]
    reference TEXT NOT NULL, -- of that person, else empty [internal]
    starts_on TEXT NOT NULL, -- first day charged [personal]
    ends_on TEXT NOT NULL, -- last day charged; empty while it runs [personal]
    author TEXT NOT NULL, -- who recorded it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, code, place, reference, starts_on)
) STRICT;
CREATE INDEX standing_contract_by_start ON standing_contract(establishment_id, starts_on, id);
CREATE INDEX standing_contract_by_day ON standing_contract(starts_on, id);
CREATE INDEX standing_contract_by_establishment ON standing_contract(establishment_id, id);
CREATE INDEX standing_contract_by_person ON standing_contract(person_id, starts_on);
CREATE TABLE standing_refusal ( -- an occupant who does not want it: does not pay, and does not count among those who share
    contract_id INTEGER NOT NULL REFERENCES standing_contract(id), -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    from_on TEXT NOT NULL, -- [personal]
    to_on TEXT NOT NULL, -- last day; empty while it lasts [personal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    PRIMARY KEY (contract_id, person_id, from_on)
) STRICT;
CREATE INDEX standing_refusal_by_person ON standing_refusal(person_id, from_on);
CREATE TABLE standing_charged ( -- the cycle that charges a month: each month once
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    month TEXT NOT NULL, -- 2026-11 [public]
    establishment TEXT NOT NULL, -- its reference [public]
    cycle_id INTEGER NOT NULL REFERENCES canteen_cycle(id), -- [internal]
    charged_cents INTEGER NOT NULL, -- ordered [public]
    free_cents INTEGER NOT NULL, -- free for those entitled [public]
    not_charged_cents INTEGER NOT NULL, -- refused for want of balance, or the person had left [public]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    PRIMARY KEY (establishment_id, month)
) STRICT;
CREATE TABLE standing_month ( -- what a contract comes to in a month, before it is shared
    contract_id INTEGER NOT NULL REFERENCES standing_contract(id), -- [internal]
    month TEXT NOT NULL, -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    price_cents INTEGER NOT NULL, -- of the whole month, as decided [internal]
    price_from TEXT NOT NULL, -- first day of that price [internal]
    month_days INTEGER NOT NULL, -- days of the month [internal]
    occupied_days INTEGER NOT NULL, -- days of the contract on which somebody was there [internal]
    total_cents INTEGER NOT NULL, -- price x occupied days / days of the month [internal]
    PRIMARY KEY (contract_id, month)
) STRICT;
CREATE INDEX standing_month_by_month ON standing_month(establishment_id, month, contract_id);
CREATE TABLE standing_share ( -- the part of a person in it
    contract_id INTEGER NOT NULL REFERENCES standing_contract(id), -- [internal]
    month TEXT NOT NULL, -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    stay_id INTEGER NOT NULL REFERENCES stay(id), -- [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    days INTEGER NOT NULL, -- on which the person was there [personal]
    free_days INTEGER NOT NULL, -- of these, free for who is entitled [personal]
    share_cents INTEGER NOT NULL, -- to pay [personal]
    free_cents INTEGER NOT NULL, -- free for who is entitled [personal]
    state TEXT NOT NULL, -- ordered, free, not_covered (by the balance: not charged), departure (left: not charged), other_order (a form is in the way) [personal]
    order_id INTEGER NOT NULL, -- 0 when nothing was ordered [internal]
    PRIMARY KEY (contract_id, month, person_id)
) STRICT;
CREATE INDEX standing_share_by_person ON standing_share(person_id, month);
CREATE TABLE standing_slice ( -- days in a row with the same people: the computation of a share, as it can be read
    contract_id INTEGER NOT NULL REFERENCES standing_contract(id), -- [internal]
    month TEXT NOT NULL, -- [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    from_on TEXT NOT NULL, -- [personal]
    to_on TEXT NOT NULL, -- last day [personal]
    days INTEGER NOT NULL, -- [personal]
    occupants INTEGER NOT NULL, -- who shared on these days, this person among them [personal]
    free INTEGER NOT NULL, -- 1: entitled on these days [personal]
    reference TEXT NOT NULL, -- of the person [internal]
    PRIMARY KEY (contract_id, month, person_id, from_on)
) STRICT;
CREATE INDEX standing_slice_by_person ON standing_slice(person_id, month);
CREATE TABLE standing_request ( -- a purchase off the list, on authorisation of the head of establishment
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    establishment_id INTEGER NOT NULL REFERENCES establishment(id), -- [internal]
    establishment TEXT NOT NULL, -- its reference [internal]
    number INTEGER NOT NULL, -- within the establishment, from 1 [internal]
    person_id INTEGER NOT NULL REFERENCES person(id), -- [internal]
    stay_id INTEGER NOT NULL REFERENCES stay(id), -- [internal]
    reference TEXT NOT NULL, -- of the person [internal]
    what TEXT NOT NULL, -- [personal]
    units INTEGER NOT NULL, -- [personal]
    supplier TEXT NOT NULL, -- where it can be had, empty when not known [personal]
    estimated_cents INTEGER NOT NULL, -- of one, as the person thinks [personal]
    asked_on TEXT NOT NULL, -- [personal]
    due_on TEXT NOT NULL, -- an answer is due by then [internal]
    state TEXT NOT NULL, -- asked, authorised, refused, on_order [personal]
    answered_on TEXT NOT NULL, -- empty while it waits [personal]
    reason TEXT NOT NULL, -- code of a refusal, else empty [personal]
    decision_id INTEGER REFERENCES canteen_decision(id), -- of the authorisation and its price, NULL before it [internal]
    product_id INTEGER REFERENCES canteen_product(id), -- made for it, NULL before it [internal]
    code INTEGER NOT NULL, -- of that product, 0 before it [internal]
    cycle_id INTEGER REFERENCES canteen_cycle(id), -- in which it was ordered, NULL before that [internal]
    order_id INTEGER NOT NULL, -- 0 before that [internal]
    author TEXT NOT NULL, -- who recorded it [internal]
    at INTEGER NOT NULL, -- UTC milliseconds [internal]
    UNIQUE (establishment_id, number)
) STRICT;
CREATE INDEX standing_request_by_due ON standing_request(establishment_id, due_on, id);
CREATE INDEX standing_request_by_day ON standing_request(due_on, id);
CREATE INDEX standing_request_by_establishment ON standing_request(establishment_id, id);
CREATE INDEX standing_request_by_person ON standing_request(person_id, asked_on);
CREATE TABLE standing_counter ( -- the last numbers given in an establishment: its row is taken by who gives the next
    establishment_id INTEGER PRIMARY KEY NOT NULL REFERENCES establishment(id), -- [internal]
    request INTEGER NOT NULL, -- number of a request [internal]
    code INTEGER NOT NULL -- of a product made for one person [internal]
) STRICT;
