-- view: member.list
-- title: Organisations
-- help: Members of the cooperative and organisations one could ask.
-- read: coordinator, member, authority, accountant, auditor
-- scope: member m.id = :organisation
-- param: q text search member m.id
-- param: function code where m.offering = 1 AND EXISTS (SELECT 1 FROM member_offer o WHERE o.member_id = m.id AND o.function = :function)
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
-- column: changed instant
SELECT m.siret AS siret, m.name AS name, m.brand AS brand, m.kinds AS kinds, m.status AS status,
       m.status_on AS status_on, m.naf AS naf, m.address AS address, m.post_code AS post_code, m.city AS city,
       m.department AS department, m.functions AS functions, m.turnover_cents AS turnover_cents,
       m.turnover_limit_cents AS turnover_limit_cents, m.may_lead AS may_lead, m.prison_work AS prison_work,
       m.quality AS quality, m.quality_author AS quality_author, m.quality_on AS quality_on, m.social AS social,
       m.employees AS employees, m.employees_in_insertion AS employees_in_insertion,
       m.surplus_reinvested_permille * 1000 AS surplus_reinvested,
       m.pay_ratio_thousandths AS pay_ratio, m.latitude_millionths AS latitude_millionths,
       m.longitude_millionths AS longitude_millionths, m.changed AS changed
FROM member m WHERE m.siret = :siret
