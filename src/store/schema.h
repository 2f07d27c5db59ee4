/* A subject's schema.sql: DDL in SQLite's STRICT form with comments that the program reads.
 *
 *   -- version: 1                        the statements that follow were added with this version
 *   CREATE TABLE member ( -- organisations of the cooperative
 *       id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
 *       name TEXT NOT NULL, -- as the register writes it [public]
 *   ) STRICT;
 *   -- immutable: notice                 no UPDATE and no DELETE on that table, ever
 *   -- search: member                    a search index of that name
 *
 * Labels: public, internal, personal, sensitive. */
#ifndef MAILLON_SCHEMA_H
#define MAILLON_SCHEMA_H

#include <stddef.h>

struct arena;
struct error;

enum label { LABEL_NONE, LABEL_PUBLIC, LABEL_INTERNAL, LABEL_PERSONAL, LABEL_SENSITIVE };

struct schema_column {
    const char *table, *name, *type, *comment;
    enum label label;
};

enum schema_verb { SCHEMA_SQL, SCHEMA_IMMUTABLE, SCHEMA_SEARCH };

struct schema_step {
    int version;
    enum schema_verb verb;
    const char *text; /* a statement without its semicolon, or the name of a table or index */
};

struct schema {
    struct schema_step *steps;
    size_t step_count;
    struct schema_column *columns;
    size_t column_count;
};

int schema_parse(struct arena *arena, const char *sql, struct schema *ret_schema, struct error *error);
int schema_last_version(const char *sql); /* without parsing the rest */

#endif
