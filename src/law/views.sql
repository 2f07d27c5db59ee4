-- view: law.show
-- title: A figure of the law on a day
-- help: The value in force that day, where it stands, and whether it was read in the text.
-- read: all
-- param: id text
-- param: on date or today
-- one
-- column: id ref
-- column: on_date date
-- column: value decimal
-- column: unit code
-- column: standing code
-- column: article text
-- column: valid_from date
-- column: valid_to date
-- column: status code
-- column: source text
-- column: note code
SELECT i.parameter AS id, CAST(:on AS TEXT) AS on_date, p.value AS value, i.unit AS unit,
       CASE WHEN p.key IS NULL THEN 'no_value_that_day' WHEN p.status = 'V' THEN 'confirmed'
            WHEN p.status = 'N' THEN 'not_found' ELSE 'to_be_confirmed' END AS standing,
       p.article AS article, NULLIF(p.valid_from, '0000-00-00') AS valid_from,
       NULLIF(p.valid_to, '9999-12-31') AS valid_to, p.status AS status, p.source AS source, p.note AS note
FROM law_id i
LEFT JOIN law_parameter p ON p.parameter = i.parameter AND p.valid_from <= :on AND p.valid_to >= :on
WHERE i.parameter = :id

-- view: law.list
-- title: Figures of the law
-- help: Every value with its period. What was not read in the text is to be confirmed.
-- read: all
-- param: id text where p.key >= (:id || '@') AND p.key < (:id || 'A')
-- param: starting text where p.key >= :starting AND p.key < (:starting || '~')
-- param: subject code of catering|data_protection|execution|money|procurement|series|surplus|work where p.subject = :subject
-- param: status code of V|S|N where p.status = :status
-- param: on date where p.valid_from <= :on AND p.valid_to >= :on
-- column: key text key hidden
-- column: id ref link /law/{id}
-- column: value decimal
-- column: unit code
-- column: valid_from date
-- column: valid_to date
-- column: article text
-- column: status code
-- column: subject code
SELECT p.key AS key, p.parameter AS id, p.value AS value, p.unit AS unit,
       NULLIF(p.valid_from, '0000-00-00') AS valid_from, NULLIF(p.valid_to, '9999-12-31') AS valid_to,
       p.article AS article, p.status AS status, p.subject AS subject
FROM law_parameter p

-- view: law.periods
-- title: All periods of a figure
-- read: all
-- param: id text
-- whole
-- column: valid_from date
-- column: valid_to date
-- column: value decimal
-- column: unit code
-- column: article text
-- column: status code
-- column: source text
-- column: note code
SELECT NULLIF(p.valid_from, '0000-00-00') AS valid_from, NULLIF(p.valid_to, '9999-12-31') AS valid_to,
       p.value AS value, p.unit AS unit, p.article AS article, p.status AS status, p.source AS source, p.note AS note
FROM law_parameter p WHERE p.parameter = :id ORDER BY p.valid_from

-- view: law.articles
-- title: Articles named by the program
-- help: Short summaries in our own words, no quotations.
-- read: all
-- param: article text where a.article = :article
-- column: key text key hidden
-- column: article text
-- column: code text
-- column: title_fr text
-- column: rule_fr note
-- column: title_en text
-- column: rule_en note
SELECT a.key AS key, a.article AS article, a.code AS code, a.title_fr AS title_fr, a.rule_fr AS rule_fr,
       a.title_en AS title_en, a.rule_en AS rule_en
FROM law_article a
