-- Filters are written so that they never take the place of the index that gives the order: there are a few hundred rows.

-- view: establishment.list
-- title: Establishments
-- help: Prisons, with their probation service and their region.
-- read: signed_in
-- param: q text search establishment e.id
-- param: kind code of ma|cd|cp|mc|csl|epsn where (e.kind || '') = :kind
-- param: department text where (e.department || '') = :department
-- param: region code of bordeaux|dijon|lille|lyon|marseille|overseas|paris|rennes|strasbourg|toulouse where (e.region || '') = :region
-- column: ref ref key link /establishments/{ref}
-- column: name text sort by name_folded
-- column: kind code sort
-- column: place text sort by place_folded
-- column: department text sort
-- column: region code sort
-- column: region_standing code
-- column: capacity int
-- column: name_folded text hidden
-- column: place_folded text hidden
-- order: name
SELECT e.ref AS ref, e.name AS name, e.kind AS kind, e.place AS place, e.department AS department, e.region AS region,
       CASE WHEN e.region_status = 'V' THEN 'confirmed' ELSE 'to_be_confirmed' END AS region_standing,
       e.capacity AS capacity, e.name_folded AS name_folded, e.place_folded AS place_folded
FROM establishment e

-- view: establishment.show
-- title: Establishment
-- read: signed_in
-- param: ref ref
-- one
-- column: ref ref
-- column: name text
-- column: kind code
-- column: place text
-- column: department text
-- column: department_name text
-- column: probation_service text
-- column: probation_branch text
-- column: region code
-- column: region_name text
-- column: region_standing code
-- column: capacity int
-- column: capacity_source text
-- column: capacity_on date
-- column: closed_on date
-- column: remark note
-- column: file text
-- column: line int
SELECT e.ref AS ref, e.name AS name, e.kind AS kind, e.place AS place, e.department AS department,
       d.name AS department_name, e.probation_service AS probation_service, e.probation_branch AS probation_branch,
       e.region AS region, r.name AS region_name,
       CASE WHEN e.region_status = 'V' THEN 'confirmed' ELSE 'to_be_confirmed' END AS region_standing,
       e.capacity AS capacity, e.capacity_source AS capacity_source, e.capacity_on AS capacity_on,
       e.closed_on AS closed_on, e.remark AS remark, e.file AS file, e.line AS line
FROM establishment e JOIN department d ON d.code = e.department JOIN region r ON r.code = e.region
WHERE e.ref = :ref

-- view: department.list
-- title: Departments and regions
-- help: Which directorate each department belongs to, where that was read, and whether it is confirmed.
-- read: signed_in
-- param: region code of bordeaux|dijon|lille|lyon|marseille|overseas|paris|rennes|strasbourg|toulouse where d.region = :region
-- column: department text key
-- column: name text
-- column: region code
-- column: region_standing code
-- column: region_source text
SELECT d.code AS department, d.name AS name, d.region AS region,
       CASE WHEN d.region_status = 'V' THEN 'confirmed' ELSE 'to_be_confirmed' END AS region_standing,
       d.region_source AS region_source
FROM department d
