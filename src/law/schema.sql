-- version: 1
CREATE TABLE law_parameter ( -- what the law says in figures, with the days on which it says so; from data/law/*.csv
    key TEXT PRIMARY KEY NOT NULL, -- parameter@first-day [public]
    parameter TEXT NOT NULL, -- such as smic.hourly [public]
    subject TEXT NOT NULL, -- the file it stands in: work, money … [public]
    valid_from TEXT NOT NULL, -- first day; 0000-00-00 for no known beginning [public]
    valid_to TEXT NOT NULL, -- last day; 9999-12-31 while in force [public]
    value TEXT NOT NULL, -- decimal digits as written, empty when it was not found [public]
    value_millionths INTEGER, -- the same, exact; NULL when it was not found [public]
    unit TEXT NOT NULL, -- [public]
    article TEXT NOT NULL, -- text that says so [public]
    source TEXT NOT NULL, -- where it was read [public]
    status TEXT NOT NULL, -- V read in the text, S second-hand, N not found [public]
    note TEXT NOT NULL -- [public]
) STRICT;
CREATE INDEX law_parameter_by_period ON law_parameter(parameter, valid_from);
CREATE INDEX law_parameter_by_subject ON law_parameter(subject, key);
CREATE INDEX law_parameter_by_status ON law_parameter(status, key);
CREATE TABLE law_id ( -- each parameter once
    parameter TEXT PRIMARY KEY NOT NULL, -- [public]
    unit TEXT NOT NULL -- [public]
) STRICT;
CREATE TABLE law_article ( -- summaries of the articles that the program names when it refuses or warns
    key TEXT PRIMARY KEY NOT NULL, -- article and code [public]
    article TEXT NOT NULL, -- [public]
    code TEXT NOT NULL, -- [public]
    title_fr TEXT NOT NULL, -- [public]
    title_en TEXT NOT NULL, -- [public]
    rule_fr TEXT NOT NULL, -- [public]
    rule_en TEXT NOT NULL -- [public]
) STRICT;
CREATE INDEX law_article_by_article ON law_article(article, key);
CREATE TABLE law_content ( -- one row: what was loaded last
    id INTEGER PRIMARY KEY NOT NULL, -- always 1 [internal]
    hash TEXT NOT NULL -- BLAKE2b of the files [internal]
) STRICT;
