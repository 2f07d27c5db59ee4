-- A member of an answer sees its own part and prices once it was asked, and the whole once the grouping is formed:
-- every view here that a member may read says so in its scope. Proposals, reasons and rules are the coordinator's, and so
-- are marks, facts and reasons about the other members, which stay withheld when the whole is shown (docs/decisions/0011).

-- view: grouping.list
-- title: Groupings
-- help: What we prepare, hand in and carry out together.
-- read: coordinator, member, auditor
-- scope: member g.state IN ('formed', 'submitted', 'won', 'lost') AND EXISTS (SELECT 1 FROM grouping_member x WHERE x.grouping_id = g.id AND x.member_id = :organisation)
-- param: q text search grouping g.id
-- param: state code of proposed|asked|formed|submitted|won|lost|withdrawn where g.state = :state
-- param: tender ref where g.tender_reference = :tender
-- column: reference ref key link /groupings/{reference}
-- column: tender_reference ref link /tenders/{tender_reference}
-- column: object text
-- column: state code
-- column: leader_name text
-- column: member_count int
-- column: answered_count int
-- column: lot_count int
-- column: price_cents money
-- column: at instant sort
-- order: at desc
SELECT g.reference AS reference, g.tender_reference AS tender_reference, g.object AS object, g.state AS state,
       g.leader_name AS leader_name, g.member_count AS member_count, g.answered_count AS answered_count,
       g.lot_count AS lot_count, g.price_cents AS price_cents, g.at AS at
FROM grouping g

-- view: grouping.show
-- title: Grouping
-- read: coordinator, member, auditor
-- withheld: member quality social status objective bound gap proven coordination_cents worth_cents weight_price weight_quality weight_social broken_count parent max_members pin exclude
-- scope: member g.state IN ('formed', 'submitted', 'won', 'lost') AND EXISTS (SELECT 1 FROM grouping_member x WHERE x.grouping_id = g.id AND x.member_id = :organisation)
-- param: grouping ref
-- one
-- column: grouping ref
-- column: tender_reference ref
-- column: object text
-- column: buyer text
-- column: state code
-- column: state_on date
-- column: submitted_on date
-- column: legal_form code
-- column: leader_name text
-- column: leader_siret siret
-- column: price_cents money
-- column: answered_count int
-- column: lot_count int
-- column: member_count int
-- column: quality quantity
-- column: social quantity
-- column: status code
-- column: objective quantity
-- column: bound quantity
-- column: gap rate
-- column: coordination_cents money
-- column: worth_cents money
-- column: weight_price int
-- column: weight_quality int
-- column: weight_social int
-- column: asked_count int
-- column: accepted_count int
-- column: declined_count int
-- column: broken_count int
-- column: asked_form code
-- column: deadline date
-- column: parent ref
-- column: author text
-- column: at instant
-- column: proven bool hidden
-- column: tender ref hidden
-- column: is_proposed bool hidden
-- column: is_asked bool hidden
-- column: is_formed bool hidden
-- column: is_submitted bool hidden
-- column: is_open bool hidden
-- column: is_frozen bool hidden
-- column: is_impossible bool hidden
-- column: max_members int hidden
-- column: pin text hidden
-- column: exclude text hidden
SELECT g.reference AS grouping, g.tender_reference AS tender_reference, g.object AS object, g.buyer AS buyer,
       g.state AS state, g.state_on AS state_on, NULLIF(g.submitted_on, '') AS submitted_on,
       g.legal_form AS legal_form, g.leader_name AS leader_name,
       (SELECT m.siret FROM grouping_member m WHERE m.grouping_id = g.id AND m.member_id = g.leader_id) AS leader_siret,
       g.price_cents AS price_cents, g.answered_count AS answered_count, g.lot_count AS lot_count,
       g.member_count AS member_count, g.quality_hundredths * 10 AS quality, g.social_hundredths * 10 AS social,
       g.status AS status, g.objective_cents * 10 AS objective, g.bound_cents * 10 AS bound, g.gap_ppm AS gap,
       s.coordination_cents AS coordination_cents, s.worth_cents AS worth_cents, s.weight_price AS weight_price,
       s.weight_quality AS weight_quality, s.weight_social AS weight_social, g.asked_count AS asked_count,
       g.accepted_count AS accepted_count, g.declined_count AS declined_count, g.broken_count AS broken_count,
       s.asked_form AS asked_form, NULLIF(s.deadline, '') AS deadline, p.reference AS parent, g.author AS author,
       g.at AS at, CASE WHEN g.status = 'optimal' THEN 1 ELSE 0 END AS proven,
       g.tender_reference AS tender, CASE WHEN g.state = 'proposed' THEN 1 ELSE 0 END AS is_proposed,
       CASE WHEN g.state = 'asked' THEN 1 ELSE 0 END AS is_asked,
       CASE WHEN g.state = 'formed' THEN 1 ELSE 0 END AS is_formed,
       CASE WHEN g.state = 'submitted' THEN 1 ELSE 0 END AS is_submitted,
       CASE WHEN g.state IN ('proposed', 'asked', 'formed') THEN 1 ELSE 0 END AS is_open,
       CASE WHEN g.state IN ('submitted', 'won') THEN 1 ELSE 0 END AS is_frozen,
       CASE WHEN g.status = 'infeasible' THEN 1 ELSE 0 END AS is_impossible,
       NULLIF(s.max_members, 0) AS max_members, NULLIF(s.pinned, '') AS pin, NULLIF(s.excluded, '') AS exclude
FROM grouping g JOIN grouping_snapshot s ON s.grouping_id = g.id LEFT JOIN grouping p ON p.id = g.parent_id
WHERE g.reference = :grouping

-- view: grouping.basis
-- title: What the search rests on
-- help: Wishes, dates, and what was left out or counted as 0.
-- read: coordinator, auditor
-- param: grouping ref
-- one
-- column: grouping ref
-- column: qualification_version int
-- column: accredited_from date
-- column: latest_start date
-- column: basis_months int
-- column: took quantity
-- column: max_members int
-- column: pin text
-- column: exclude text
-- column: notes json
SELECT g.reference AS grouping, s.qualification_version AS qualification_version,
       s.accredited_from AS accredited_from, s.latest_start AS latest_start, s.basis_months AS basis_months,
       s.took_ms AS took, NULLIF(s.max_members, 0) AS max_members, NULLIF(s.pinned, '') AS pin,
       NULLIF(s.excluded, '') AS exclude, s.notes AS notes
FROM grouping g JOIN grouping_snapshot s ON s.grouping_id = g.id WHERE g.reference = :grouping

-- view: grouping.asked
-- title: What the call asks
-- help: The qualification that the search was given; a later one does not change what was proposed.
-- read: coordinator, auditor
-- param: grouping ref
-- one
-- column: version int
-- column: author text
-- column: estimated_value_cents money
-- column: legal_form code
-- column: single_membership bool
-- column: max_lots int
-- column: visit_on date
-- column: questions_until date
-- column: deadline date
-- column: offer_valid_until date
SELECT q.version AS version, q.author AS author, q.estimated_value_cents AS estimated_value_cents,
       q.legal_form AS legal_form, q.single_membership AS single_membership, NULLIF(q.max_lots, 0) AS max_lots,
       NULLIF(d.visit_on, '') AS visit_on, NULLIF(d.questions_until, '') AS questions_until,
       NULLIF(s.deadline, '') AS deadline, NULLIF(d.offer_valid_until, '') AS offer_valid_until
FROM grouping g JOIN grouping_snapshot s ON s.grouping_id = g.id
JOIN tender_qualification q ON q.tender = g.tender_id AND q.version = s.qualification_version
LEFT JOIN tender_desk d ON d.tender = g.tender_id
WHERE g.reference = :grouping

-- view: grouping.asked_lots
-- title: Lots that the call asks for
-- read: coordinator, auditor
-- param: grouping ref
-- whole
-- column: lot ref
-- column: title text
-- column: place text
-- column: establishment text
-- column: people int
-- column: duration_months int
-- column: estimated_value_cents money
-- column: reference_value_cents money
-- column: reserved code
-- column: max_members int
-- column: min_share rate
-- column: required_turnover_cents money
-- column: coordination rate
-- column: mandatory bool
SELECT l.lot AS lot, l.title AS title, l.place AS place, l.establishment AS establishment, l.people AS people,
       l.duration_months AS duration_months, l.estimated_value_cents AS estimated_value_cents,
       l.reference_value_cents AS reference_value_cents, l.reserved AS reserved, l.max_members AS max_members,
       l.min_share_permille * 1000 AS min_share, l.required_turnover_cents AS required_turnover_cents,
       l.coordination_ppm AS coordination, l.mandatory AS mandatory
FROM grouping g JOIN grouping_snapshot s ON s.grouping_id = g.id
JOIN tender_lot l ON l.tender = g.tender_id AND l.version = s.qualification_version
WHERE g.reference = :grouping ORDER BY l.position

-- view: grouping.needs
-- title: What the lots need
-- read: coordinator, auditor
-- param: grouping ref
-- whole
-- column: lot ref
-- column: requirement ref
-- column: function code
-- column: quantity int
-- column: unit text
-- column: reference_unit_price_cents money
-- column: accreditations words
-- column: essential bool
SELECT r.lot AS lot, r.requirement AS requirement, r.function AS function, r.quantity AS quantity, r.unit AS unit,
       r.reference_unit_price_cents AS reference_unit_price_cents, r.accreditations AS accreditations,
       r.essential AS essential
FROM grouping g JOIN grouping_snapshot s ON s.grouping_id = g.id
JOIN tender_lot l ON l.tender = g.tender_id AND l.version = s.qualification_version
JOIN tender_requirement r ON r.tender = l.tender AND r.version = l.version AND r.lot = l.lot
WHERE g.reference = :grouping ORDER BY l.position, r.position

-- view: grouping.lots
-- title: Lots of a grouping
-- read: coordinator, member, auditor
-- withheld: member worth_cents reference_cents turnover_cents why_fr why_en
-- scope: member g.state IN ('formed', 'submitted', 'won', 'lost') AND EXISTS (SELECT 1 FROM grouping_member x WHERE x.grouping_id = g.id AND x.member_id = :organisation)
-- param: grouping ref
-- whole
-- column: lot ref
-- column: title text
-- column: establishment text
-- column: place text
-- column: duration_months int
-- column: reserved code
-- column: answered bool
-- column: leader_name text
-- column: price_cents money
-- column: worth_cents money
-- column: reference_cents money
-- column: member_count int
-- column: max_members int
-- column: required_turnover_cents money
-- column: turnover_cents money
-- column: why_fr note
-- column: why_en note hidden
SELECT l.lot AS lot, l.title AS title, l.establishment AS establishment, l.place AS place,
       l.duration_months AS duration_months, l.reserved AS reserved, l.answered AS answered,
       m.name AS leader_name, l.price_cents AS price_cents, l.worth_cents AS worth_cents,
       l.reference_cents AS reference_cents, l.member_count AS member_count, l.max_members AS max_members,
       l.required_turnover_cents AS required_turnover_cents, l.turnover_cents AS turnover_cents, l.why_fr AS why_fr,
       l.why_en AS why_en
FROM grouping g JOIN grouping_lot l ON l.grouping_id = g.id
LEFT JOIN grouping_leader d ON d.grouping_id = g.id AND d.lot_rank = l.lot_rank
LEFT JOIN grouping_member m ON m.grouping_id = g.id AND m.member_id = d.member_id
WHERE g.reference = :grouping ORDER BY l.lot_rank

-- view: grouping.shares
-- title: Who does what
-- help: Every function of every lot answered, at the price offered when it was proposed.
-- read: coordinator, member, auditor
-- scope: member (s.member_id = :organisation AND g.state NOT IN ('proposed', 'withdrawn')) OR (g.state IN ('formed', 'submitted', 'won', 'lost') AND EXISTS (SELECT 1 FROM grouping_member x WHERE x.grouping_id = g.id AND x.member_id = :organisation))
-- param: grouping ref
-- param: siret siret where m.siret = :siret
-- whole
-- column: lot ref
-- column: requirement ref
-- column: function code
-- column: name text link /members/{siret}
-- column: siret siret
-- column: quantity quantity
-- column: unit text
-- column: unit_price_cents money
-- column: amount_cents money
-- column: essential bool
-- column: title text hidden
-- column: place text hidden
-- column: first bool hidden
-- column: last bool hidden
-- column: lot_price_cents money hidden
SELECT l.lot AS lot, s.requirement AS requirement, s.function AS function, m.name AS name, m.siret AS siret,
       s.quantity * 1000 AS quantity, s.unit AS unit, s.unit_price_cents AS unit_price_cents,
       s.amount_cents AS amount_cents, s.essential AS essential, l.title AS title, l.place AS place,
       CASE WHEN lag(s.lot_rank) OVER (ORDER BY s.rank) = s.lot_rank THEN 0 ELSE 1 END AS first,
       CASE WHEN lead(s.lot_rank) OVER (ORDER BY s.rank) = s.lot_rank THEN 0 ELSE 1 END AS last,
       CAST(SUM(s.amount_cents) OVER (PARTITION BY s.lot_rank) AS INTEGER) AS lot_price_cents
FROM grouping g JOIN grouping_share s ON s.grouping_id = g.id
JOIN grouping_lot l ON l.grouping_id = g.id AND l.lot_rank = s.lot_rank
JOIN grouping_member m ON m.grouping_id = g.id AND m.member_id = s.member_id
WHERE g.reference = :grouping ORDER BY s.rank

-- view: grouping.members
-- title: Members of a grouping
-- read: coordinator, member, auditor
-- withheld: member quality social
-- scope: member g.state IN ('formed', 'submitted', 'won', 'lost') AND EXISTS (SELECT 1 FROM grouping_member x WHERE x.grouping_id = g.id AND x.member_id = :organisation)
-- param: grouping ref
-- whole
-- column: siret siret
-- column: name text link /members/{siret}
-- column: kinds words
-- column: address text
-- column: post_code text
-- column: city text
-- column: role code
-- column: amount_cents money
-- column: part rate
-- column: quality int
-- column: social int
-- column: answer code
-- column: answered_on date
-- column: bar int hidden
-- column: leads bool hidden
-- column: accepted bool hidden
-- column: declined bool hidden
-- column: waiting bool hidden
SELECT m.siret AS siret, m.name AS name, m.kinds AS kinds, o.address AS address, o.post_code AS post_code,
       o.city AS city, CASE WHEN d.member_id IS NULL THEN 'co_contractor' ELSE 'group_leader' END AS role,
       m.amount_cents AS amount_cents, m.part_ppm AS part, m.quality AS quality, m.social AS social,
       r.answer AS answer, NULLIF(r.answered_on, '') AS answered_on, m.part_ppm / 10000 AS bar,
       CASE WHEN d.member_id IS NULL THEN 0 ELSE 1 END AS leads,
       CASE WHEN r.answer = 'accepted' THEN 1 ELSE 0 END AS accepted,
       CASE WHEN r.answer = 'declined' THEN 1 ELSE 0 END AS declined,
       CASE WHEN r.answer = 'waiting' THEN 1 ELSE 0 END AS waiting
FROM grouping g JOIN grouping_member m ON m.grouping_id = g.id JOIN member o ON o.id = m.member_id
LEFT JOIN (SELECT DISTINCT grouping_id, member_id FROM grouping_leader) d
    ON d.grouping_id = g.id AND d.member_id = m.member_id
LEFT JOIN grouping_request r ON r.grouping_id = g.id AND r.member_id = m.member_id
WHERE g.reference = :grouping ORDER BY m.amount_cents DESC, m.siret

-- view: grouping.parts
-- title: Parts of each lot
-- help: In euros and per cent; the parts of a lot add up to its price.
-- read: coordinator, member, auditor
-- scope: member g.state IN ('formed', 'submitted', 'won', 'lost') AND EXISTS (SELECT 1 FROM grouping_member x WHERE x.grouping_id = g.id AND x.member_id = :organisation)
-- param: grouping ref
-- whole
-- column: lot ref
-- column: title text
-- column: name text
-- column: siret siret
-- column: role code
-- column: amount_cents money
-- column: part rate
-- column: first bool hidden
-- column: last bool hidden
-- column: lot_price_cents money hidden
SELECT l.lot AS lot, l.title AS title, m.name AS name, m.siret AS siret,
       CASE WHEN d.member_id = p.member_id THEN 'group_leader' ELSE 'co_contractor' END AS role,
       p.amount_cents AS amount_cents, p.part_ppm AS part,
       CASE WHEN row_number() OVER (PARTITION BY p.lot_rank ORDER BY p.amount_cents DESC, m.siret) = 1 THEN 1 ELSE 0 END
           AS first,
       CASE WHEN row_number() OVER (PARTITION BY p.lot_rank ORDER BY p.amount_cents, m.siret DESC) = 1 THEN 1 ELSE 0 END
           AS last,
       l.price_cents AS lot_price_cents
FROM grouping g JOIN grouping_part p ON p.grouping_id = g.id
JOIN grouping_lot l ON l.grouping_id = g.id AND l.lot_rank = p.lot_rank
JOIN grouping_member m ON m.grouping_id = g.id AND m.member_id = p.member_id
LEFT JOIN grouping_leader d ON d.grouping_id = g.id AND d.lot_rank = p.lot_rank
WHERE g.reference = :grouping ORDER BY p.lot_rank, p.amount_cents DESC, m.siret

-- view: grouping.reasons
-- title: Why each member was chosen
-- help: What it is paid, what its quality and social value add to the score, and what leaving it out would cost.
-- read: coordinator, auditor
-- param: grouping ref
-- whole
-- column: lot ref
-- column: name text
-- column: siret siret
-- column: price_cents money
-- column: reference_cents money
-- column: quality_score quantity
-- column: social_score quantity
-- column: coordination_cents money
-- column: without_score quantity
-- column: without_most_score quantity
-- column: proven bool
-- column: text_fr note
-- column: text_en note hidden
SELECT l.lot AS lot, m.name AS name, m.siret AS siret, w.price_cents AS price_cents,
       w.reference_cents AS reference_cents, w.quality_cents * 10 AS quality_score,
       w.social_cents * 10 AS social_score, w.coordination_cents AS coordination_cents,
       w.without_cents * 10 AS without_score, w.without_most_cents * 10 AS without_most_score, w.proven AS proven,
       w.text_fr AS text_fr, w.text_en AS text_en
FROM grouping g JOIN grouping_reason w ON w.grouping_id = g.id
JOIN grouping_lot l ON l.grouping_id = g.id AND l.lot_rank = w.lot_rank
JOIN grouping_member m ON m.grouping_id = g.id AND m.member_id = w.member_id
WHERE g.reference = :grouping ORDER BY w.lot_rank, w.price_cents DESC, m.siret

-- view: grouping.unlocks
-- title: Lots without an answer, and what would unlock them
-- help: Each change was checked by solving again with it.
-- read: coordinator, auditor
-- param: grouping ref
-- whole
-- column: lot ref
-- column: title text
-- column: change code
-- column: function code
-- column: name text
-- column: siret siret
-- column: amount quantity
-- column: answered_count int
-- column: text_fr note
-- column: text_en note hidden
-- column: why_fr note
-- column: why_en note hidden
-- column: first bool hidden
-- column: last bool hidden
SELECT l.lot AS lot, l.title AS title, u.change AS change, NULLIF(u.function, '') AS function, m.name AS name,
       m.siret AS siret, u.amount_thousandths AS amount,
       u.answered_count AS answered_count, u.text_fr AS text_fr, u.text_en AS text_en,
       l.why_fr AS why_fr, l.why_en AS why_en,
       CASE WHEN lag(l.lot_rank) OVER (ORDER BY l.lot_rank, u.rank) = l.lot_rank THEN 0 ELSE 1 END AS first,
       CASE WHEN lead(l.lot_rank) OVER (ORDER BY l.lot_rank, u.rank) = l.lot_rank THEN 0 ELSE 1 END AS last
FROM grouping g JOIN grouping_lot l ON l.grouping_id = g.id AND l.answered = 0
LEFT JOIN grouping_unlock u ON u.grouping_id = g.id AND u.lot_rank = l.lot_rank
LEFT JOIN member m ON m.id = u.member_id
WHERE g.reference = :grouping ORDER BY l.lot_rank, u.rank

-- view: grouping.rules
-- title: Rules
-- help: Code of public procurement, as it stands for this grouping.
-- read: coordinator, auditor
-- param: grouping ref
-- whole
-- column: rule code
-- column: article text
-- column: verdict code
-- column: text_fr note
-- column: text_en note hidden
-- column: rule_fr note hidden
-- column: rule_en note hidden
-- column: is_ok bool hidden
-- column: is_warn bool hidden
-- column: is_broken bool hidden
SELECT r.rule AS rule, r.article AS article, r.verdict AS verdict, r.text_fr AS text_fr, r.text_en AS text_en,
       a.rule_fr AS rule_fr, a.rule_en AS rule_en, CASE WHEN r.verdict = 'ok' THEN 1 ELSE 0 END AS is_ok,
       CASE WHEN r.verdict = 'warn' THEN 1 ELSE 0 END AS is_warn,
       CASE WHEN r.verdict = 'broken' THEN 1 ELSE 0 END AS is_broken
FROM grouping g JOIN grouping_rule r ON r.grouping_id = g.id LEFT JOIN law_article a ON a.article = r.article
WHERE g.reference = :grouping ORDER BY r.rank

-- view: grouping.requests
-- title: Requests
-- help: Members asked to take their part.
-- read: coordinator, member, auditor
-- scope: member r.member_id = :organisation AND g.state <> 'proposed'
-- param: grouping ref where r.grouping_id = (SELECT y.id FROM grouping y WHERE y.reference = :grouping)
-- column: id id key hidden
-- column: grouping ref link /requests/{grouping}?siret={siret}
-- column: object text
-- column: name text
-- column: siret siret
-- column: amount_cents money
-- column: asked_on date
-- column: answer_by date
-- column: answer code
-- column: answered_on date
-- column: channel code
-- column: state code
-- column: accepted bool hidden
-- column: declined bool hidden
-- column: waiting bool hidden
-- order: id desc
SELECT r.id AS id, g.reference AS grouping, g.object AS object, m.name AS name, m.siret AS siret,
       m.amount_cents AS amount_cents, r.asked_on AS asked_on, NULLIF(r.answer_by, '') AS answer_by,
       r.answer AS answer, NULLIF(r.answered_on, '') AS answered_on, NULLIF(r.channel, '') AS channel,
       g.state AS state, CASE WHEN r.answer = 'accepted' THEN 1 ELSE 0 END AS accepted,
       CASE WHEN r.answer = 'declined' THEN 1 ELSE 0 END AS declined,
       CASE WHEN r.answer = 'waiting' THEN 1 ELSE 0 END AS waiting
FROM grouping_request r JOIN grouping g ON g.id = r.grouping_id
JOIN grouping_member m ON m.grouping_id = r.grouping_id AND m.member_id = r.member_id

-- view: grouping.request
-- title: Request
-- help: What one member is asked to take on.
-- read: coordinator, member, auditor
-- scope: member r.member_id = :organisation AND g.state <> 'proposed'
-- param: grouping ref
-- param: siret siret where m.siret = :siret
-- one
-- column: grouping ref
-- column: object text
-- column: buyer text
-- column: name text
-- column: siret siret
-- column: leader_name text
-- column: legal_form code
-- column: amount_cents money
-- column: asked_on date
-- column: answer_by date
-- column: deadline date
-- column: answer code
-- column: answered_on date
-- column: channel code
-- column: state code
-- column: address text hidden
-- column: post_code text hidden
-- column: city text hidden
-- column: may_answer bool hidden
-- column: is_formed bool hidden
SELECT g.reference AS grouping, g.object AS object, g.buyer AS buyer, m.name AS name, m.siret AS siret,
       g.leader_name AS leader_name, g.legal_form AS legal_form, m.amount_cents AS amount_cents,
       r.asked_on AS asked_on, NULLIF(r.answer_by, '') AS answer_by, NULLIF(s.deadline, '') AS deadline,
       r.answer AS answer, NULLIF(r.answered_on, '') AS answered_on, NULLIF(r.channel, '') AS channel,
       g.state AS state, o.address AS address, o.post_code AS post_code, o.city AS city,
       CASE WHEN g.state = 'asked' THEN 1 ELSE 0 END AS may_answer,
       CASE WHEN g.state IN ('formed', 'submitted', 'won', 'lost') THEN 1 ELSE 0 END AS is_formed
FROM grouping_request r JOIN grouping g ON g.id = r.grouping_id JOIN grouping_snapshot s ON s.grouping_id = g.id
JOIN grouping_member m ON m.grouping_id = r.grouping_id AND m.member_id = r.member_id JOIN member o ON o.id = m.member_id
WHERE g.reference = :grouping

-- view: grouping.answers
-- title: Answers given
-- help: Every answer, the first and those that changed it.
-- read: coordinator, member, auditor
-- scope: member r.member_id = :organisation AND g.state <> 'proposed'
-- param: grouping ref
-- whole
-- column: name text
-- column: siret siret
-- column: answer code
-- column: answered_on date
-- column: channel code
-- column: proof text
-- column: note note
-- column: author text
-- column: at instant
SELECT m.name AS name, m.siret AS siret, a.answer AS answer, a.answered_on AS answered_on, a.channel AS channel,
       a.proof AS proof, a.note AS note, a.author AS author, a.at AS at
FROM grouping g JOIN grouping_request r ON r.grouping_id = g.id JOIN grouping_answer a ON a.request_id = r.id
JOIN grouping_member m ON m.grouping_id = g.id AND m.member_id = r.member_id
WHERE g.reference = :grouping ORDER BY a.id

-- view: grouping.invitations
-- title: Organisations invited
-- read: coordinator, auditor
-- param: grouping ref
-- whole
-- column: siret siret
-- column: name text link /members/{siret}
-- column: city text
-- column: invited_on date
-- column: reason text
-- column: author text
-- column: address text hidden
-- column: post_code text hidden
-- column: object text hidden
-- column: buyer text hidden
-- column: deadline date hidden
SELECT m.siret AS siret, m.name AS name, m.city AS city, i.invited_on AS invited_on, i.reason AS reason,
       i.author AS author, m.address AS address, m.post_code AS post_code, g.object AS object, g.buyer AS buyer,
       NULLIF(s.deadline, '') AS deadline
FROM grouping g JOIN grouping_snapshot s ON s.grouping_id = g.id JOIN grouping_invitation i ON i.grouping_id = g.id
JOIN member m ON m.id = i.member_id
WHERE g.reference = :grouping ORDER BY i.id

-- view: grouping.subcontracts
-- title: Subcontractors
-- read: coordinator, member, auditor
-- scope: member g.state IN ('formed', 'submitted', 'won', 'lost') AND EXISTS (SELECT 1 FROM grouping_member x WHERE x.grouping_id = g.id AND x.member_id = :organisation)
-- param: grouping ref
-- whole
-- column: lot ref
-- column: requirement ref
-- column: name text
-- column: siret siret
-- column: subcontractor_name text
-- column: amount_cents money
SELECT l.lot AS lot, c.requirement AS requirement, m.name AS name, m.siret AS siret,
       c.subcontractor_name AS subcontractor_name, c.amount_cents AS amount_cents
FROM grouping g JOIN grouping_subcontract c ON c.grouping_id = g.id
JOIN grouping_lot l ON l.grouping_id = g.id AND l.lot_rank = c.lot_rank
JOIN grouping_member m ON m.grouping_id = g.id AND m.member_id = c.member_id
WHERE g.reference = :grouping ORDER BY c.id

-- view: grouping.pieces
-- title: Pieces of each member
-- help: What the members of an answer hand in, and what is still missing. A piece that ends before the deadline has to be asked again.
-- read: coordinator, member, auditor
-- scope: member m.member_id = :organisation AND g.state NOT IN ('proposed', 'withdrawn')
-- param: grouping ref
-- whole
-- column: name text
-- column: siret siret
-- column: piece code
-- column: piece_state code
-- column: received_on date
-- column: expires_on date
-- column: proof text
-- column: too_old bool
-- column: is_here bool hidden
-- column: piece_code text hidden
-- column: first bool hidden
SELECT m.name AS name, m.siret AS siret, k.piece AS piece, coalesce(p.state, 'missing') AS piece_state,
       NULLIF(p.received_on, '') AS received_on, NULLIF(p.expires_on, '') AS expires_on, coalesce(p.proof, '') AS proof,
       CASE WHEN p.expires_on <> '' AND p.expires_on < CASE WHEN s.deadline <> '' THEN s.deadline ELSE :today END
           THEN 1 ELSE 0 END AS too_old,
       CASE WHEN p.state IN ('received', 'not_needed') THEN 1 ELSE 0 END AS is_here, k.piece AS piece_code,
       CASE WHEN lag(m.siret) OVER (ORDER BY m.amount_cents DESC, m.siret, k.place) = m.siret THEN 0 ELSE 1 END AS first
FROM grouping g JOIN grouping_snapshot s ON s.grouping_id = g.id JOIN grouping_member m ON m.grouping_id = g.id
CROSS JOIN (SELECT 1 AS place, 'dc1' AS piece UNION ALL SELECT 2, 'dc2' UNION ALL SELECT 3, 'dc4' UNION ALL SELECT 4, 'powers'
    UNION ALL SELECT 5, 'registration' UNION ALL SELECT 6, 'tax_certificate' UNION ALL SELECT 7, 'social_certificate'
    UNION ALL SELECT 8, 'insurance') k
LEFT JOIN tender_piece p ON p.tender = g.tender_id AND p.organisation = m.siret AND p.piece = k.piece
WHERE g.reference = :grouping
    AND (k.piece NOT IN ('dc1', 'dc4', 'powers') OR p.piece IS NOT NULL
        OR (k.piece = 'dc1' AND m.member_id = g.leader_id) OR (k.piece = 'powers' AND m.member_id <> g.leader_id)
        OR (k.piece = 'dc4' AND EXISTS (SELECT 1 FROM grouping_subcontract c WHERE c.grouping_id = g.id
            AND c.member_id = m.member_id)))
ORDER BY m.amount_cents DESC, m.siret, k.place

-- view: grouping.changes
-- title: Changes after submission
-- help: The two exceptions of R2142-26, and members excluded (L2141-13).
-- read: coordinator, member, auditor
-- withheld: member cause reason
-- scope: member g.state IN ('formed', 'submitted', 'won', 'lost') AND EXISTS (SELECT 1 FROM grouping_member x WHERE x.grouping_id = g.id AND x.member_id = :organisation)
-- param: grouping ref
-- whole
-- column: cause code
-- column: name text
-- column: siret siret
-- column: replaced_by text
-- column: asked_on date
-- column: due_on date
-- column: replaced_on date
-- column: reason text
-- column: author text
SELECT c.cause AS cause, m.name AS name, m.siret AS siret, n.name AS replaced_by, c.asked_on AS asked_on,
       NULLIF(c.due_on, '') AS due_on, NULLIF(c.replaced_on, '') AS replaced_on, c.reason AS reason,
       c.author AS author
FROM grouping g JOIN grouping_change c ON c.grouping_id = g.id
JOIN grouping_member m ON m.grouping_id = g.id AND m.member_id = c.member_out LEFT JOIN member n ON n.id = c.member_in
WHERE g.reference = :grouping ORDER BY c.id

-- view: grouping.compare
-- title: Compare proposals
-- help: All proposals for one call, side by side.
-- read: coordinator, auditor
-- param: tender ref
-- whole
-- column: grouping ref link /groupings/{grouping}
-- column: origin code
-- column: state code
-- column: price_cents money
-- column: quality quantity
-- column: social quantity
-- column: answered_count int
-- column: lot_count int
-- column: member_count int
-- column: leader_name text
-- column: legal_form code
-- column: objective quantity
-- column: gap rate
-- column: weight_price int
-- column: weight_quality int
-- column: weight_social int
-- column: parent ref
-- column: label text hidden
-- column: chosen bool hidden
-- column: x int hidden
-- column: x_label int hidden
-- column: y_quality int hidden
-- column: y_quality_label int hidden
-- column: y_social int hidden
-- column: y_social_label int hidden
SELECT v.reference AS grouping, v.origin AS origin, v.state AS state, v.price_cents AS price_cents,
       v.quality AS quality, v.social AS social, v.answered_count AS answered_count, v.lot_count AS lot_count,
       v.member_count AS member_count, v.leader_name AS leader_name, v.legal_form AS legal_form,
       v.objective AS objective, v.gap AS gap, v.weight_price AS weight_price,
       v.weight_quality AS weight_quality, v.weight_social AS weight_social, v.parent AS parent, v.label AS label,
       v.chosen AS chosen, v.x AS x, v.x + 10 AS x_label, v.y_quality AS y_quality, v.y_quality - 8 AS y_quality_label,
       v.y_social AS y_social, v.y_social - 8 AS y_social_label
FROM (SELECT g.version AS version, g.reference AS reference, g.origin AS origin, g.state AS state,
             g.price_cents AS price_cents, g.quality_hundredths * 10 AS quality, g.social_hundredths * 10 AS social,
             g.answered_count AS answered_count, g.lot_count AS lot_count, g.member_count AS member_count,
             g.leader_name AS leader_name, g.legal_form AS legal_form, g.objective_cents * 10 AS objective,
             g.gap_ppm AS gap, s.weight_price AS weight_price, s.weight_quality AS weight_quality,
             s.weight_social AS weight_social, p.reference AS parent, 'P' || g.version AS label,
             CASE WHEN g.state IN ('asked', 'formed', 'submitted', 'won') THEN 1 ELSE 0 END AS chosen,
             64 + CASE WHEN r.high > r.low THEN (g.price_cents - r.low) * 252 / (r.high - r.low) ELSE 126 END AS x,
             210 - (g.quality_hundredths - r.quality_low) * 196 / (r.quality_high - r.quality_low) AS y_quality,
             210 - (g.social_hundredths - r.social_low) * 196 / (r.social_high - r.social_low) AS y_social
      FROM grouping g JOIN grouping_snapshot s ON s.grouping_id = g.id LEFT JOIN grouping p ON p.id = g.parent_id
      CROSS JOIN (SELECT min(price_cents) AS low, max(price_cents) AS high,
                         min(quality_hundredths) / 500 * 500 AS quality_low,
                         (max(quality_hundredths) / 500 + 1) * 500 AS quality_high,
                         min(social_hundredths) / 500 * 500 AS social_low,
                         (max(social_hundredths) / 500 + 1) * 500 AS social_high
                  FROM grouping WHERE tender_reference = :tender) r
      WHERE g.tender_reference = :tender) v
ORDER BY v.version

-- view: grouping.axis
-- title: Axes of the comparison
-- help: Places of the marks in the pictures: prices in thousands of euros, quality and social value from 0 to 100.
-- read: coordinator, auditor
-- param: tender ref
-- whole
-- column: axis code
-- column: place int
-- column: value quantity
-- column: label_place int hidden
-- column: is_price bool hidden
-- column: is_quality bool hidden
-- column: is_social bool hidden
SELECT t.axis AS axis, t.place AS place, t.value AS value, t.place + 4 AS label_place,
       CASE WHEN t.axis = 'price' THEN 1 ELSE 0 END AS is_price,
       CASE WHEN t.axis = 'quality' THEN 1 ELSE 0 END AS is_quality,
       CASE WHEN t.axis = 'social' THEN 1 ELSE 0 END AS is_social
FROM (SELECT 'price' AS axis, 64 + k.k * 63 AS place, (r.low + (r.high - r.low) * k.k / 4) / 10000 * 100 AS value
      FROM (SELECT 0 AS k UNION ALL SELECT 2 UNION ALL SELECT 4) k
      CROSS JOIN (SELECT min(price_cents) AS low, max(price_cents) AS high, count(*) AS many
                  FROM grouping WHERE tender_reference = :tender) r WHERE r.many > 0
      UNION ALL
      SELECT a.axis, 210 - k.k * 49, (a.low + (a.high - a.low) * k.k / 4) * 10
      FROM (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) k
      CROSS JOIN (SELECT 'quality' AS axis, min(quality_hundredths) / 500 * 500 AS low,
                         (max(quality_hundredths) / 500 + 1) * 500 AS high
                  FROM grouping WHERE tender_reference = :tender
                  UNION ALL SELECT 'social', min(social_hundredths) / 500 * 500, (max(social_hundredths) / 500 + 1) * 500
                  FROM grouping WHERE tender_reference = :tender) a WHERE a.low IS NOT NULL) t
ORDER BY t.axis, t.place

-- view: grouping.instance
-- title: Instance and solution of a proposal
-- help: What the engine was given and what it answered, as grouping solve reads and prints them.
-- read: coordinator, auditor
-- param: grouping ref
-- one
-- column: grouping ref
-- column: instance json
-- column: solution json
SELECT g.reference AS grouping, s.instance AS instance, s.solution AS solution
FROM grouping g JOIN grouping_snapshot s ON s.grouping_id = g.id WHERE g.reference = :grouping
