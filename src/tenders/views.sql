-- Calls. Lists read the row of the call alone; what hangs on one call has a view each.

-- view: tender.list
-- title: Calls that concern prisons
-- help: Newest first. A call is open on a date when it was published by then and its deadline is not past; where its notice gives no deadline, the end of display stands for it, and the basis says so.
-- read: coordinator, member, authority, accountant, auditor
-- withheld: authority functions function reasons decision decided qualification
-- param: open_on date where t.open_until >= :open_on AND t.published_on <= :open_on
-- param: function code of canteen.picking|canteen.delivery|catering.meals|catering.hygiene|laundry.washing|cleaning.premises|upkeep.technical|upkeep.green|training.vocational|training.basic|culture.workshops|work.assembly|reintegration.support|transport.goods|waste.sorting|family.reception|health.prevention|it.support where EXISTS (SELECT 1 FROM tender_function f WHERE f.function = :function AND f.tender = t.id)
-- param: department text where EXISTS (SELECT 1 FROM tender_place p WHERE p.department = :department AND p.tender = t.id)
-- param: state code of call|awarded|cancelled|prior where t.state = :state
-- param: decision code of undecided|go|no_go where t.decision = :decision
-- param: q text search tender t.id
-- column: reference ref link /tenders/{reference}
-- column: published_on date sort
-- column: open_until date sort
-- column: open_basis code
-- column: buyer text sort by buyer_folded
-- column: object text
-- column: departments text hidden
-- column: functions words hidden
-- column: reasons words hidden
-- column: state code hidden
-- column: standing code hidden
-- column: kind code hidden
-- column: decision code hidden
-- column: decided bool hidden
-- column: qualification int hidden
-- column: buyer_folded text hidden
-- column: id id key hidden
-- order: published_on desc
SELECT t.reference AS reference, t.published_on AS published_on, t.open_until AS open_until, t.open_basis AS open_basis,
    t.buyer AS buyer, t.object AS object, t.departments AS departments, t.functions AS functions, t.reasons AS reasons,
    t.state AS state,
    CASE WHEN t.state <> 'call' THEN t.state WHEN t.open_until >= :today THEN 'open_call' ELSE 'closed_call' END AS standing,
    t.kind AS kind, t.decision AS decision, CASE WHEN t.decision IN ('go', 'no_go') THEN 1 ELSE 0 END AS decided, t.qualification AS qualification,
    t.buyer_folded AS buyer_folded, t.id AS id
FROM tender t
WHERE t.concerns = 1

-- view: tender.deadlines
-- title: Next dates of the calls
-- help: Visits, questions, offers and their validity still to come, of the calls that somebody works on and did not refuse.
-- read: coordinator, auditor
-- whole
-- param: from_day date or today
-- column: falls_on date
-- column: falls code
-- column: reference ref link /tenders/{reference}
-- column: object text
SELECT x.falls_on AS falls_on, x.falls AS falls, t.reference AS reference, t.object AS object
FROM (SELECT d.tender AS tender, d.visit_on AS falls_on, 'visit_on' AS falls FROM tender_desk d
        WHERE d.decision <> 'no_go' AND d.visit_on >= :from_day
    UNION ALL SELECT d.tender, d.questions_until, 'questions_until' FROM tender_desk d
        WHERE d.decision <> 'no_go' AND d.questions_until >= :from_day
    UNION ALL SELECT d.tender, d.deadline, 'deadline' FROM tender_desk d
        WHERE d.decision <> 'no_go' AND d.deadline >= :from_day
    UNION ALL SELECT d.tender, c.open_until, 'open_until' FROM tender_desk d JOIN tender c ON c.id = d.tender
        WHERE d.decision = 'go' AND d.deadline = '' AND c.open_until >= :from_day
    UNION ALL SELECT d.tender, d.offer_valid_until, 'offer_valid_until' FROM tender_desk d
        WHERE d.decision <> 'no_go' AND d.offer_valid_until >= :from_day) AS x
    JOIN tender t ON t.id = x.tender
ORDER BY x.falls_on, t.reference, x.falls
LIMIT 12

-- view: tender.all
-- title: All calls, those that the watch leaves out too
-- help: To look for what the watch may have missed. A person's word, with tender mark, goes before its rules.
-- read: coordinator, auditor
-- param: since date where t.published_on >= :since
-- param: until date where t.published_on <= :until
-- param: prison code of yes|no where t.concerns = CASE WHEN :prison = 'yes' THEN 1 ELSE 0 END
-- param: q text search tender t.id
-- column: reference ref link /tenders/{reference}
-- column: published_on date sort
-- column: open_until date
-- column: open_basis code
-- column: concerns bool
-- column: buyer text
-- column: object text
-- column: departments text hidden
-- column: state code hidden
-- column: kind code hidden
-- column: id id key hidden
-- order: published_on desc
SELECT t.reference AS reference, t.published_on AS published_on, t.open_until AS open_until, t.open_basis AS open_basis,
    t.concerns AS concerns, t.buyer AS buyer, t.object AS object, t.departments AS departments, t.state AS state,
    t.kind AS kind, t.id AS id
FROM tender t
WHERE t.published_on >= ''

-- view: tender.show
-- title: A call
-- read: coordinator, member, authority, accountant, auditor
-- withheld: authority functions functions_basis reasons decision decision_reason decided decided_by decided_on mark mark_reason qualification
-- one
-- param: reference ref
-- column: reference ref
-- column: object note
-- column: object_cut bool hidden
-- column: buyer text
-- column: buyer_siret siret
-- column: post_code text
-- column: city text
-- column: departments words
-- column: state code
-- column: standing code hidden
-- column: published_on date
-- column: open_until date
-- column: open_basis code
-- column: deadline text
-- column: displayed_until date
-- column: concerns bool
-- column: reasons words
-- column: functions words
-- column: functions_basis code
-- column: text note
-- column: nature text
-- column: procedure text
-- column: notice_family text
-- column: cpv text
-- column: descriptors text
-- column: reserved code
-- column: legal_form text
-- column: social_criteria bool
-- column: environmental_criteria bool
-- column: value_cents money
-- column: duration_months int
-- column: notices int
-- column: numbers text hidden
-- column: kind code hidden
-- column: source code
-- column: decision code
-- column: decision_reason note
-- column: decided_by text
-- column: decided_on date
-- column: visit_on date
-- column: questions_until date
-- column: offer_valid_until date
-- column: mark code
-- column: mark_reason note
-- column: qualification int
-- column: decided bool hidden
-- column: rests_on_display bool hidden
-- column: visit_when text hidden
-- column: questions_when text hidden
-- column: open_when text hidden
-- column: id id hidden
SELECT t.reference AS reference, t.object || CASE WHEN t.object_cut = 1 THEN '…' ELSE '' END AS object,
    t.object_cut AS object_cut, t.buyer AS buyer, t.buyer_siret AS buyer_siret, t.post_code AS post_code, t.city AS city, t.departments AS departments,
    t.state AS state,
    CASE WHEN t.state <> 'call' THEN t.state WHEN t.open_until >= :today THEN 'open_call' ELSE 'closed_call' END AS standing,
    t.published_on AS published_on, t.open_until AS open_until, t.open_basis AS open_basis,
    t.deadline AS deadline, t.displayed_until AS displayed_until, t.concerns AS concerns, t.reasons AS reasons,
    t.functions AS functions,
    CASE WHEN t.functions = '' THEN '' WHEN t.qualification > 0 THEN 'confirmed' ELSE 'guessed' END AS functions_basis,
    t.text AS text, t.nature AS nature, t.procedure AS procedure, t.family AS notice_family, t.cpv AS cpv,
    t.descriptors AS descriptors, t.reserved AS reserved, t.legal_form AS legal_form,
    t.social_criteria AS social_criteria, t.environmental_criteria AS environmental_criteria,
    t.value_cents AS value_cents, t.duration_months AS duration_months, t.notices AS notices, t.numbers AS numbers,
    t.kind AS kind, t.source AS source, t.decision AS decision, coalesce(d.decision_reason, '') AS decision_reason,
    coalesce(d.decided_by, '') AS decided_by, coalesce(d.decided_on, '') AS decided_on,
    coalesce(d.visit_on, '') AS visit_on, coalesce(d.questions_until, '') AS questions_until,
    coalesce(d.offer_valid_until, '') AS offer_valid_until, coalesce(d.mark, '') AS mark,
    coalesce(d.mark_reason, '') AS mark_reason, nullif(t.qualification, 0) AS qualification,
    CASE WHEN t.decision IN ('go', 'no_go') THEN 1 ELSE 0 END AS decided,
    CASE WHEN t.open_basis = 'display' THEN 1 ELSE 0 END AS rests_on_display,
    CASE WHEN d.visit_on < :today THEN 'past' ELSE '' END AS visit_when,
    CASE WHEN d.questions_until < :today THEN 'past' ELSE '' END AS questions_when,
    CASE WHEN t.open_until < :today THEN 'past' ELSE 'next' END AS open_when,
    t.id AS id
FROM tender t LEFT JOIN tender_desk d ON d.tender = t.id
WHERE t.id = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)

-- view: tender.notices
-- title: Notices of a call
-- help: In order of publication. The call is derived from them.
-- read: coordinator, member, authority, accountant, auditor
-- whole
-- param: reference ref
-- column: published_on date
-- column: kind code
-- column: number ref
-- column: source code
-- column: format code
-- column: hash text hidden
-- column: facts json hidden
SELECT n.published_on AS published_on, n.kind AS kind, n.reference AS number, n.source AS source, n.format AS format,
    n.hash AS hash, n.facts AS facts
FROM (SELECT coalesce(m.tender, k.id) AS id FROM notice k LEFT JOIN tender_notice m ON m.notice = k.id
    WHERE k.reference = :reference ORDER BY k.source, k.hash LIMIT 1) AS c
    JOIN notice n ON n.id = c.id OR n.id IN (SELECT x.notice FROM tender_notice x WHERE x.tender = c.id)
ORDER BY n.published_on, n.reference, n.format, n.hash

-- view: tender.reasons
-- title: Why a call is said to concern prisons
-- read: coordinator, member, auditor
-- whole
-- param: reference ref
-- column: rule text
-- column: reason code
SELECT r.rule AS rule, r.rule AS reason
FROM tender_reason r
WHERE r.tender = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)
ORDER BY r.rule

-- view: tender.functions
-- title: Functions that a call needs
-- help: Guessed from words, descriptors and CPV codes of the notice until a person has qualified the call.
-- read: coordinator, member, auditor
-- whole
-- param: reference ref
-- column: function code
-- column: basis code
-- column: because text
-- column: function_code text hidden
SELECT f.function AS function, f.basis AS basis, f.because AS because, f.function AS function_code
FROM tender_function f
WHERE f.tender = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)
ORDER BY f.function

-- view: tender.announced
-- title: Lots as the notices announce them
-- read: coordinator, member, authority, auditor
-- whole
-- param: reference ref
-- column: number text
-- column: title text
-- column: place text
-- column: duration_months int
-- column: value_cents money
-- column: reserved code
-- column: cpv text
-- column: text note hidden
SELECT l.number AS number, l.title AS title, l.place AS place, l.duration_months AS duration_months,
    l.value_cents AS value_cents, l.reserved AS reserved, l.cpv AS cpv, l.text AS text
FROM tender_announced_lot l
WHERE l.tender = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)
ORDER BY l.position

-- view: tender.criteria
-- title: Award criteria as the notices announce them
-- read: coordinator, member, authority, auditor
-- whole
-- param: reference ref
-- column: lot text
-- column: criterion code
-- column: name text
-- column: weight text
SELECT c.lot AS lot, c.kind AS criterion, c.name AS name, c.weight AS weight
FROM tender_criterion c
WHERE c.tender = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)
ORDER BY c.position

-- view: tender.awards
-- title: Who won a call, at what price
-- read: coordinator, member, authority, accountant, auditor
-- whole
-- param: reference ref
-- column: lot text
-- column: awarded_on date
-- column: amount_cents money
-- column: form code
-- column: winners text
SELECT a.lot AS lot, a.awarded_on AS awarded_on, a.amount_cents AS amount_cents, a.form AS form, a.winners AS winners
FROM tender_award a
WHERE a.tender = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)
ORDER BY a.position

-- view: tender.winners
-- title: Members of the groupings that won a call
-- read: coordinator, member, authority, accountant, auditor
-- whole
-- param: reference ref
-- column: lot text
-- column: name text
-- column: siret siret
-- column: leader bool
SELECT a.lot AS lot, w.name AS name, w.siret AS siret, w.leader AS leader
FROM tender_award a JOIN tender_winner w ON w.award = a.id
WHERE a.tender = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)
ORDER BY a.position, w.position

-- view: tender.prices
-- title: Who won which prison calls, at what price
-- help: A reference for one's own prices, newest first.
-- read: coordinator, member, authority, accountant, auditor
-- param: function code of canteen.picking|canteen.delivery|catering.meals|catering.hygiene|laundry.washing|cleaning.premises|upkeep.technical|upkeep.green|training.vocational|training.basic|culture.workshops|work.assembly|reintegration.support|transport.goods|waste.sorting|family.reception|health.prevention|it.support where EXISTS (SELECT 1 FROM tender_function f WHERE f.function = :function AND f.tender = t.id)
-- param: q text search tender t.id
-- column: awarded_on date sort
-- column: reference ref link /tenders/{reference}
-- column: lot text
-- column: winners text
-- column: amount_cents money
-- column: form code hidden
-- column: buyer text
-- column: object text
-- column: id id key hidden
-- order: awarded_on desc
SELECT a.awarded_on AS awarded_on, t.reference AS reference, a.lot AS lot, a.winners AS winners,
    a.amount_cents AS amount_cents, a.form AS form, t.buyer AS buyer, t.object AS object, a.id AS id
FROM tender_award a JOIN tender t ON t.id = a.tender
WHERE a.awarded_on >= ''

-- view: tender.qualification
-- title: Qualification of a call
-- read: coordinator, member, auditor
-- withheld: member estimated_value_cents
-- one
-- param: reference ref
-- column: reference ref
-- column: version int
-- column: author text
-- column: at_ms instant
-- column: estimated_value_cents money
-- column: weight_price int
-- column: weight_quality int
-- column: weight_social int
-- column: max_lots int
-- column: legal_form code
-- column: single_membership bool
-- column: visit_on date
-- column: questions_until date
-- column: deadline date
-- column: offer_valid_until date
SELECT t.reference AS reference, q.version AS version, q.author AS author, q.at_ms AS at_ms,
    q.estimated_value_cents AS estimated_value_cents, q.weight_price AS weight_price,
    q.weight_quality AS weight_quality, q.weight_social AS weight_social, nullif(q.max_lots, 0) AS max_lots,
    q.legal_form AS legal_form, q.single_membership AS single_membership, d.visit_on AS visit_on,
    d.questions_until AS questions_until, d.deadline AS deadline, d.offer_valid_until AS offer_valid_until
FROM tender t JOIN tender_qualification q ON q.tender = t.id AND q.version = t.qualification
    JOIN tender_desk d ON d.tender = t.id
WHERE t.id = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)

-- view: tender.lots
-- title: Lots of a qualified call
-- read: coordinator, member, auditor
-- withheld: member estimated_value_cents reference_value_cents coordination_ppm
-- whole
-- param: reference ref
-- column: lot text
-- column: title text
-- column: place text
-- column: establishment text hidden
-- column: people int
-- column: duration_months int
-- column: estimated_value_cents money
-- column: reference_value_cents money
-- column: reserved code
-- column: max_members int
-- column: min_share_permille int
-- column: required_turnover_cents money
-- column: coordination_ppm rate
-- column: mandatory bool
-- column: is_reserved bool hidden
-- column: min_share rate hidden
SELECT l.lot AS lot, l.title AS title, l.place AS place, l.establishment AS establishment, l.people AS people,
    l.duration_months AS duration_months, l.estimated_value_cents AS estimated_value_cents,
    l.reference_value_cents AS reference_value_cents, l.reserved AS reserved, l.max_members AS max_members,
    l.min_share_permille AS min_share_permille, l.required_turnover_cents AS required_turnover_cents,
    l.coordination_ppm AS coordination_ppm, l.mandatory AS mandatory,
    CASE WHEN l.reserved NOT IN ('', 'none') THEN 1 ELSE 0 END AS is_reserved, l.min_share_permille * 1000 AS min_share
FROM tender t JOIN tender_lot l ON l.tender = t.id AND l.version = t.qualification
WHERE t.id = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)
ORDER BY l.position

-- view: tender.requirements
-- title: What the lots of a call need
-- read: coordinator, member, auditor
-- withheld: member reference_unit_price_cents
-- whole
-- param: reference ref
-- column: lot text
-- column: requirement text
-- column: function code
-- column: quantity int
-- column: unit text
-- column: reference_unit_price_cents money
-- column: accreditations words
-- column: essential bool
-- column: function_code text hidden
SELECT r.lot AS lot, r.requirement AS requirement, r.function AS function, r.quantity AS quantity, r.unit AS unit,
    r.reference_unit_price_cents AS reference_unit_price_cents, r.accreditations AS accreditations,
    r.essential AS essential, r.function AS function_code
FROM tender t JOIN tender_lot l ON l.tender = t.id AND l.version = t.qualification
    JOIN tender_requirement r ON r.tender = l.tender AND r.version = l.version AND r.lot = l.lot
WHERE t.id = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)
ORDER BY l.position, r.position

-- view: tender.versions
-- title: Versions of the qualification of a call
-- read: coordinator, auditor
-- whole
-- param: reference ref
-- column: version int
-- column: author text
-- column: at_ms instant
-- column: estimated_value_cents money
SELECT q.version AS version, q.author AS author, q.at_ms AS at_ms, q.estimated_value_cents AS estimated_value_cents
FROM tender_qualification q
WHERE q.tender = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)
ORDER BY q.version DESC

-- view: tender.checklist
-- title: Pieces that the members hand in for a call
-- help: A piece that expires before the deadline has to be asked again.
-- read: coordinator, member, auditor
-- scope: member p.organisation = (SELECT o.siret FROM member o WHERE o.id = :organisation)
-- whole
-- param: reference ref
-- column: siret siret
-- column: name text
-- column: piece code
-- column: piece_state code
-- column: received_on date
-- column: expires_on date
-- column: proof text
-- column: too_old bool
SELECT p.organisation AS siret, coalesce(o.name, '') AS name, p.piece AS piece, p.state AS piece_state,
    p.received_on AS received_on, p.expires_on AS expires_on, p.proof AS proof,
    CASE WHEN p.expires_on <> '' AND p.expires_on < CASE WHEN t.open_until <> '' THEN t.open_until ELSE :today END
        THEN 1 ELSE 0 END AS too_old
FROM tender_piece p JOIN tender t ON t.id = p.tender LEFT JOIN member o ON o.siret = p.organisation
WHERE p.tender = (SELECT coalesce(m.tender, n.id) FROM notice n LEFT JOIN tender_notice m ON m.notice = n.id
    WHERE n.reference = :reference ORDER BY n.source, n.hash LIMIT 1)
ORDER BY p.organisation, p.piece

-- view: tender.links
-- title: Notices that may belong together
-- help: Same buyer and same object, though no source links them. A person says whether they are of one call, with tender link or tender unlink.
-- read: coordinator, auditor
-- param: link_state code of proposed|confirmed|rejected where l.state = :link_state
-- column: reference ref link /tenders/{reference}
-- column: other ref link /tenders/{other}
-- column: link_state code
-- column: basis code
-- column: actor text hidden
-- column: buyer text
-- column: object text
-- column: id id key hidden
SELECT l.reference AS reference, l.other_reference AS other, l.state AS link_state, l.basis AS basis, l.actor AS actor,
    coalesce(t.buyer, '') AS buyer, coalesce(t.object, '') AS object, l.id AS id
FROM tender_link l LEFT JOIN notice n ON n.reference = l.reference AND n.source = l.source
    AND n.hash = (SELECT min(h.hash) FROM notice h WHERE h.reference = l.reference AND h.source = l.source)
    LEFT JOIN tender_notice m ON m.notice = n.id LEFT JOIN tender t ON t.id = coalesce(m.tender, n.id)
WHERE l.id > 0

-- view: tender.neighbours
-- title: Notices that may belong to a call
-- read: coordinator, auditor
-- whole
-- param: reference ref
-- column: reference ref
-- column: other ref link /tenders/{other}
-- column: published_on date
-- column: buyer text
-- column: object text
SELECT p.reference AS reference, p.other AS other, coalesce(t.published_on, '') AS published_on,
    coalesce(t.buyer, '') AS buyer, coalesce(t.object, '') AS object
FROM (SELECT l.reference AS reference, l.other_reference AS other, l.other_reference AS named, l.other_source AS source
        FROM tender_link l WHERE l.reference = :reference AND l.state = 'proposed'
    UNION ALL
    SELECT k.other_reference AS reference, k.reference AS other, k.reference AS named, k.source AS source
        FROM tender_link k WHERE k.other_reference = :reference AND k.state = 'proposed') AS p
    LEFT JOIN notice n ON n.reference = p.named AND n.source = p.source
        AND n.hash = (SELECT min(h.hash) FROM notice h WHERE h.reference = p.named AND h.source = p.source)
    LEFT JOIN tender_notice m ON m.notice = n.id LEFT JOIN tender t ON t.id = coalesce(m.tender, n.id)
ORDER BY p.other

-- view: notice.problems
-- title: Values of notices that were not understood
-- help: The notice is kept all the same, with its raw record.
-- read: coordinator, auditor
-- param: reference ref where n.reference = :reference
-- column: reference ref link /tenders/{reference}
-- column: field code
-- column: value text
-- column: reason code
-- column: format code hidden
-- column: id id key hidden
SELECT n.reference AS reference, p.field AS field, p.value AS value, p.reason AS reason, n.format AS format, p.id AS id
FROM notice_problem p JOIN notice n ON n.id = p.notice
WHERE p.id > 0
