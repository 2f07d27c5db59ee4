-- view: person.list
-- title: People present
-- help: Who is in which cell. Every reading is kept in the journal.
-- read: staff
-- scope: staff s.establishment_id = :establishment
-- param: name sealed where s.person_id IN (SELECT w.person_id FROM person_word w WHERE w.hash = :name)
-- param: wing text where s.wing = :wing
-- param: prison text where s.establishment = :prison
-- column: id id key hidden
-- column: reference ref link /people/{reference}
-- column: family_name sealed
-- column: given_names sealed
-- column: cell_place text sort by place
-- column: presence code
-- column: establishment text
-- column: place text hidden
-- order: cell_place
-- sensitive
SELECT s.id AS id, s.reference AS reference, p.family_name AS family_name, p.given_names AS given_names,
       s.wing || ' ' || s.cell AS cell_place, s.state AS presence, s.establishment AS establishment, s.place AS place
FROM stay s JOIN person p ON p.id = s.person_id
WHERE s.here = 1

-- view: person.show
-- title: Person
-- read: staff
-- scope: staff EXISTS (SELECT 1 FROM stay t WHERE t.person_id = p.id AND t.establishment_id = :establishment)
-- param: reference ref
-- one
-- column: reference ref
-- column: family_name sealed
-- column: given_names sealed
-- column: number sealed
-- column: wing text
-- column: cell text
-- column: regime ref
-- column: regime_name text
-- column: presence code
-- column: establishment text
-- column: arrived_on date
-- column: left_on date
-- column: left_by code
-- column: paper_language code
-- column: pictures bool
-- column: erased_on date
-- sensitive
SELECT p.reference AS reference, p.family_name AS family_name, p.given_names AS given_names, s.number AS number,
       s.wing AS wing, s.cell AS cell, CASE WHEN s.regime = '' THEN 'commun' ELSE s.regime END AS regime, r.name AS regime_name, s.state AS presence, s.establishment AS establishment, s.arrived_on AS arrived_on,
       s.left_on AS left_on, s.left_by AS left_by, p.paper_language AS paper_language, p.pictures AS pictures,
       p.erased_on AS erased_on
FROM person p JOIN stay s ON s.id = (SELECT MAX(t.id) FROM stay t WHERE t.person_id = p.id)
     LEFT JOIN regime r ON r.establishment_id = s.establishment_id AND r.code = s.regime
WHERE p.reference = :reference

-- view: person.events
-- title: Movements
-- read: staff
-- scope: staff s.establishment_id = :establishment
-- param: reference ref
-- whole
-- column: event_on date
-- column: event code
-- column: establishment text
-- column: wing text
-- column: cell text
-- column: regime ref
SELECT e.event_on AS event_on, e.kind AS event, s.establishment AS establishment, e.wing AS wing, e.cell AS cell,
       CASE WHEN e.kind <> 'regime' THEN NULL WHEN e.regime = '' THEN 'commun' ELSE e.regime END AS regime
FROM person p JOIN stay_event e ON e.person_id = p.id JOIN stay s ON s.id = e.stay_id
WHERE p.reference = :reference
ORDER BY e.event_on DESC, e.id DESC

-- view: regime.list
-- title: Detention regimes
-- help: Those that each establishment tells apart, in its own words. Whoever is in none of them is in the common one.
-- read: staff, coordinator, authority, auditor
-- scope: staff r.establishment_id = :establishment
-- scope: authority (:establishment = 0 OR r.establishment_id = :establishment)
-- param: prison text where (r.establishment || '') = :prison
-- column: id id key hidden
-- column: regime ref sort by code
-- column: regime_name text
-- column: establishment text
-- column: code text hidden
-- order: regime
SELECT r.id AS id, CASE WHEN r.code = '' THEN 'commun' ELSE r.code END AS regime, r.name AS regime_name,
       r.establishment AS establishment, r.code AS code
FROM regime r
