-- view: member.list
-- title: Organisations
-- help: Members of the cooperative and organisations one could ask.
-- read: coordinator, member, authority, accountant, auditor
-- scope: member m.id = :organisation
-- scope: authority m.status = 'member'
-- param: q text search member m.id
-- param: function code of canteen.picking|canteen.delivery|catering.meals|catering.hygiene|laundry.washing|cleaning.premises|upkeep.technical|upkeep.green|training.vocational|training.basic|culture.workshops|work.assembly|reintegration.support|transport.goods|waste.sorting|family.reception|health.prevention|it.support where m.offering = 1 AND EXISTS (SELECT 1 FROM member_offer o WHERE o.member_id = m.id AND o.function = :function)
-- param: department text where m.department = :department
-- param: kind code of scic|scop|association|mutuelle|foundation|ei|aci|ai|etti|eiti|geiq|ea|eatt|esat|sep|cae|cooperative|company|public_body where (m.kind_bits & (SELECT k.bit FROM member_kind k WHERE k.code = :kind)) <> 0
-- param: status code of directory|invited|member|left where m.status = :status
-- column: siret siret key link /members/{siret}
-- column: name text sort by name_folded
-- column: kinds words
-- column: city text sort by city_folded
-- column: department text sort
-- column: functions words
-- column: status code
-- column: name_folded text hidden
-- column: city_folded text hidden
-- order: name
SELECT m.siret AS siret, m.name AS name, m.kinds AS kinds, m.city AS city, m.department AS department,
       m.functions AS functions, m.status AS status, m.name_folded AS name_folded, m.city_folded AS city_folded
FROM member m

-- view: member.show
-- title: Organisation
-- read: coordinator, member, accountant, auditor
-- scope: member m.id = :organisation
-- param: siret siret
-- one
-- column: siret siret
-- column: name text
-- column: brand text
-- column: kinds words
-- column: status code
-- column: status_on date
-- column: naf code
-- column: address text
-- column: post_code text
-- column: city text
-- column: department text
-- column: functions words
-- column: turnover_cents money
-- column: turnover_limit_cents money
-- column: may_lead bool
-- column: prison_work bool
-- column: quality int
-- column: quality_author text
-- column: quality_on date
-- column: social int
-- column: employees int
-- column: employees_in_insertion int
-- column: surplus_reinvested rate
-- column: pay_ratio quantity
-- column: latitude_millionths int hidden
-- column: longitude_millionths int hidden
-- column: last_change instant
-- column: offers json
-- column: accreditations json
-- column: past_contracts json
-- column: proofs json
-- column: social_parts json
SELECT m.siret AS siret, m.name AS name, m.brand AS brand, m.kinds AS kinds, m.status AS status,
       m.status_on AS status_on, m.naf AS naf, m.address AS address, m.post_code AS post_code, m.city AS city,
       m.department AS department, m.functions AS functions, m.turnover_cents AS turnover_cents,
       m.turnover_limit_cents AS turnover_limit_cents, m.may_lead AS may_lead, m.prison_work AS prison_work,
       m.quality AS quality, m.quality_author AS quality_author, m.quality_on AS quality_on, m.social AS social,
       m.employees AS employees, m.employees_in_insertion AS employees_in_insertion,
       m.surplus_reinvested_permille * 1000 AS surplus_reinvested,
       m.pay_ratio_thousandths AS pay_ratio, m.latitude_millionths AS latitude_millionths,
       m.longitude_millionths AS longitude_millionths, m.changed AS last_change, d.offers AS offers,
       d.accreditations AS accreditations, d.past_contracts AS past_contracts, d.proofs AS proofs,
       d.social_parts AS social_parts
FROM member m LEFT JOIN member_details d ON d.member_id = m.id WHERE m.siret = :siret

-- view: member.offers
-- title: Offers of an organisation
-- read: coordinator, member, accountant, auditor
-- scope: member m.id = :organisation
-- param: siret siret
-- whole
-- column: function code
-- column: unit_price_cents money
-- column: unit text
-- column: capacity quantity
-- column: period code
-- column: places text
-- column: last_change instant
SELECT o.function AS function, o.unit_price_cents AS unit_price_cents, o.unit AS unit,
       o.capacity_thousandths AS capacity, o.period AS period, o.places AS places, o.changed AS last_change
FROM member_offer o JOIN member m ON m.id = o.member_id WHERE m.siret = :siret ORDER BY o.function

-- view: member.accreditations
-- title: Accreditations of an organisation
-- read: coordinator, member, auditor
-- scope: member m.id = :organisation
-- param: siret siret
-- param: on date or today
-- whole
-- column: accreditation code
-- column: valid_from date
-- column: valid_to date
-- column: standing code
SELECT a.accreditation AS accreditation, a.valid_from AS valid_from, NULLIF(a.valid_to, '9999-12-31') AS valid_to,
       CASE WHEN a.valid_to < :on THEN 'expired' WHEN a.valid_from > :on THEN 'to_come' ELSE 'in_force' END AS standing
FROM member_accreditation a JOIN member m ON m.id = a.member_id WHERE m.siret = :siret
ORDER BY a.accreditation, a.valid_from

-- view: member.references
-- title: Past contracts of an organisation
-- read: coordinator, member, auditor
-- scope: member m.id = :organisation
-- param: siret siret
-- whole
-- column: reference id
-- column: buyer text
-- column: object text
-- column: function code
-- column: from_on date
-- column: to_on date
-- column: amount_cents money
SELECT r.id AS reference, r.buyer AS buyer, r.object AS object, r.function AS function, r.from_on AS from_on,
       r.to_on AS to_on, r.amount_cents AS amount_cents
FROM member_reference r JOIN member m ON m.id = r.member_id WHERE m.siret = :siret ORDER BY r.from_on DESC, r.id

-- view: member.proofs
-- title: Proofs of an organisation
-- read: coordinator, member, auditor
-- scope: member m.id = :organisation
-- param: siret siret
-- param: on date or today
-- whole
-- column: proof id
-- column: title text
-- column: file text
-- column: accreditation code
-- column: valid_to date
-- column: standing code
-- column: size int
-- column: hash ref
-- column: given instant
SELECT p.id AS proof, p.title AS title, p.file AS file, p.accreditation AS accreditation,
       NULLIF(p.valid_to, '9999-12-31') AS valid_to, CASE WHEN p.valid_to < :on THEN 'expired' ELSE 'in_force' END AS standing,
       d.size AS size, d.hash AS hash, p.instant AS given
FROM member_proof p JOIN document d ON d.id = p.document_id JOIN member m ON m.id = p.member_id
WHERE m.siret = :siret ORDER BY p.title, p.id

-- view: member.marks
-- title: Quality marks of an organisation
-- help: Every mark that was given, with its author and its date.
-- read: coordinator, member, auditor
-- scope: member m.id = :organisation
-- param: siret siret
-- whole
-- column: given_on date
-- column: quality int
-- column: author text
-- column: note note
SELECT k.given_on AS given_on, k.quality AS quality, k.author AS author, k.note AS note
FROM member_mark k JOIN member m ON m.id = k.member_id WHERE m.siret = :siret ORDER BY k.given_on DESC, k.id DESC

-- view: member.social
-- title: Social value of an organisation
-- help: Each part with its fact, how far it reaches and what it adds; the points add up to the value out of 100.
-- read: coordinator, member, auditor
-- scope: member m.id = :organisation
-- param: siret siret
-- whole
-- column: part code
-- column: fact quantity
-- column: none_at quantity
-- column: full_at quantity
-- column: weight int
-- column: reached rate
-- column: points quantity
-- column: social int
SELECT s.part AS part, s.fact_thousandths AS fact, w.none_at_thousandths AS none_at, w.full_at_thousandths AS full_at,
       w.weight AS weight, s.reached_permille * 1000 AS reached, s.points_hundredths * 10 AS points, m.social AS social
FROM member_social s JOIN social_weight w ON w.part = s.part JOIN member m ON m.id = s.member_id
WHERE m.siret = :siret ORDER BY w.rank

-- view: social.formula
-- title: Formula of the social value
-- help: The weighted mean of the parts, out of 100. A fact that is not told counts for nothing.
-- read: signed_in
-- whole
-- column: part code
-- column: weight int
-- column: none_at quantity
-- column: full_at quantity
SELECT w.part AS part, w.weight AS weight, w.none_at_thousandths AS none_at, w.full_at_thousandths AS full_at
FROM social_weight w ORDER BY w.rank

-- view: member.doubts
-- title: Is it the same organisation?
-- help: Second rows with a known SIRET but another name or town. A person decides.
-- read: coordinator, auditor
-- column: doubt id key
-- column: siret siret link /members/{siret}
-- column: name text
-- column: name_in_file text
-- column: city text
-- column: city_in_file text
-- column: kinds words
-- column: added_kinds words
-- column: file text
-- column: line int
SELECT d.id AS doubt, m.siret AS siret, m.name AS name, d.name AS name_in_file, m.city AS city, d.city AS city_in_file,
       m.kinds AS kinds, d.added_kinds AS added_kinds, d.file AS file, d.line AS line
FROM member_doubt d JOIN member m ON m.id = d.member_id WHERE d.is_open = 1

-- view: member.decisions
-- title: Decided: the same organisation or not
-- read: coordinator, auditor
-- column: doubt id key
-- column: siret siret link /members/{siret}
-- column: name text
-- column: name_in_file text
-- column: city_in_file text
-- column: decision code
-- column: decided_by text
-- column: decided_on date
-- order: doubt desc
SELECT d.id AS doubt, m.siret AS siret, m.name AS name, d.name AS name_in_file, d.city AS city_in_file,
       d.decision AS decision, d.decided_by AS decided_by, d.decided_on AS decided_on
FROM member_doubt d JOIN member m ON m.id = d.member_id WHERE d.is_open = 0

-- view: offer.list
-- title: Offers
-- help: Who offers what, at what price, how much and where.
-- read: coordinator, member, auditor
-- scope: member o.member_id = :organisation
-- param: function code of canteen.picking|canteen.delivery|catering.meals|catering.hygiene|laundry.washing|cleaning.premises|upkeep.technical|upkeep.green|training.vocational|training.basic|culture.workshops|work.assembly|reintegration.support|transport.goods|waste.sorting|family.reception|health.prevention|it.support where o.function = :function
-- param: place text where (' ' || o.places || ' ') LIKE ('% ' || :place || ' %')
-- column: offer id key hidden
-- column: siret siret link /members/{siret}
-- column: name text
-- column: function code
-- column: unit_price_cents money sort
-- column: unit text
-- column: capacity quantity
-- column: period code
-- column: places text
-- column: quality int
-- column: social int
-- column: status code
-- order: unit_price_cents
SELECT o.id AS offer, m.siret AS siret, m.name AS name, o.function AS function, o.unit_price_cents AS unit_price_cents,
       o.unit AS unit, o.capacity_thousandths AS capacity, o.period AS period, o.places AS places, m.quality AS quality,
       m.social AS social, m.status AS status
FROM member_offer o JOIN member m ON m.id = o.member_id

-- view: accreditation.list
-- title: Accreditations and their end
-- help: What ends soon must be renewed before the next call.
-- read: coordinator, member, auditor
-- scope: member a.member_id = :organisation
-- param: accreditation code of prison_access|haccp|qualiopi|electrical|gas|asbestos|goods_transport|passenger_transport|esus|inclusion_agreement|adapted_enterprise|iso_9001|iso_14001|rabc where a.accreditation = :accreditation
-- param: ends_before date where a.valid_to < :ends_before
-- param: ends_after date where a.valid_to > :ends_after
-- column: period_id id key hidden
-- column: siret siret link /members/{siret}
-- column: name text
-- column: accreditation code
-- column: valid_from date
-- column: valid_to date sort
-- order: valid_to
SELECT a.id AS period_id, m.siret AS siret, m.name AS name, a.accreditation AS accreditation, a.valid_from AS valid_from,
       a.valid_to AS valid_to
FROM member_accreditation a JOIN member m ON m.id = a.member_id
