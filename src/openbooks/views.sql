-- view: openbooks.latest
-- title: Open books
-- help: The last year that was published, in both languages.
-- read: all
-- one
-- column: number int
-- column: published_on date
-- column: hash text
-- column: fr json
-- column: en json
SELECT p.number AS number, p.published_on AS published_on, p.hash AS hash, f.page AS fr, e.page AS en
FROM openbooks_publication p
JOIN openbooks_page f ON f.publication = p.number AND f.language = 'fr'
JOIN openbooks_page e ON e.publication = p.number AND e.language = 'en' AND e.year = f.year
WHERE p.number = (SELECT MAX(number) FROM openbooks_publication)
  AND f.year = (SELECT MAX(y.year) FROM openbooks_page y WHERE y.publication = (SELECT MAX(number) FROM openbooks_publication))

-- view: openbooks.year
-- title: Open books of a year
-- help: A year as it was last published, in both languages.
-- read: all
-- param: year text
-- one
-- column: number int
-- column: published_on date
-- column: hash text
-- column: fr json
-- column: en json
SELECT p.number AS number, p.published_on AS published_on, p.hash AS hash, f.page AS fr, e.page AS en
FROM openbooks_publication p
JOIN openbooks_page f ON f.publication = p.number AND f.language = 'fr' AND f.year = :year
JOIN openbooks_page e ON e.publication = p.number AND e.language = 'en' AND e.year = f.year
WHERE p.number = (SELECT MAX(number) FROM openbooks_publication)

-- view: openbooks.figures
-- title: Published figures
-- help: Every figure of the last publication with its id. Amounts are cents, parts of one euro tenths of a cent.
-- read: all
-- whole
-- column: figure text
-- column: kind code
-- column: value int
-- column: title_fr text
-- column: title_en text
-- column: definition_fr note
-- column: definition_en note
SELECT figure, kind, value, title_fr, title_en, definition_fr, definition_en FROM openbooks_figure
WHERE publication = (SELECT MAX(number) FROM openbooks_publication) ORDER BY rank
