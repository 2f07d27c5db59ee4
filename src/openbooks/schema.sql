-- version: 1
CREATE TABLE openbooks_publication ( -- what was published, and when; never changed
    number INTEGER PRIMARY KEY NOT NULL, -- from 1 [public]
    published_on TEXT NOT NULL, -- nothing later is in it [public]
    hash TEXT NOT NULL, -- BLAKE2b-256 of the figures with their ids [public]
    program TEXT NOT NULL, -- version of the program that wrote it [public]
    author TEXT NOT NULL, -- [internal]
    at INTEGER NOT NULL -- UTC milliseconds [internal]
) STRICT;
-- immutable: openbooks_publication
CREATE TABLE openbooks_page ( -- a year's page in a language, as a tree for the templates
    publication INTEGER NOT NULL REFERENCES openbooks_publication(number), -- [public]
    year TEXT NOT NULL, -- [public]
    language TEXT NOT NULL, -- fr or en [public]
    page TEXT NOT NULL, -- JSON [public]
    PRIMARY KEY (publication, year, language)
) STRICT;
-- immutable: openbooks_page
CREATE TABLE openbooks_figure ( -- every figure that was published
    publication INTEGER NOT NULL REFERENCES openbooks_publication(number), -- [public]
    figure TEXT NOT NULL, -- its id, such as 2023.use.staff [public]
    rank INTEGER NOT NULL, -- its place [public]
    kind TEXT NOT NULL, -- money (cents), part (tenths of a cent of one euro) or people [public]
    value INTEGER, -- NULL when it is hidden: a small count, or one that would tell it [public]
    title_fr TEXT NOT NULL, -- [public]
    title_en TEXT NOT NULL, -- [public]
    definition_fr TEXT NOT NULL, -- [public]
    definition_en TEXT NOT NULL, -- [public]
    PRIMARY KEY (publication, figure)
) STRICT;
-- immutable: openbooks_figure
CREATE UNIQUE INDEX openbooks_figure_by_rank ON openbooks_figure(publication, rank);
