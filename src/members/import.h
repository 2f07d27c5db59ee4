/* Taking in a file of organisations. */
#ifndef MAILLON_MEMBERS_IMPORT_H
#define MAILLON_MEMBERS_IMPORT_H

#include <stddef.h>

#include "members/organisation.h"

struct csv;
struct ctx;
struct tree;

enum { IMPORT_BATCH = 500, ACCREDITATIONS_MAX = 32 };

struct accreditation_cell {
    const char *code, *from, *to;
};

/* What one line says. Texts are "" and facts unknown where the file says nothing. */
struct member_line {
    size_t number;
    struct organisation says;
    bool says_may_lead, says_prison_work;
    struct accreditation_cell accreditations[ACCREDITATIONS_MAX];
    int accreditation_count;
    char fingerprint[33];
    bool second;   /* its SIRET stood on an earlier line of this file */
    bool differs;  /* and there with another name or town */
    bool repeated; /* and with the same content */
    const char *refused_field, *refused_reason; /* NULL: the line is understood */
};

/* Columns found by name. Fails when there is none for the SIRET or the name. */
struct member_columns;
int member_columns_find(struct arena *arena, const struct csv *csv, struct member_columns **ret_columns,
                        struct error *error);

/* Reads the current record of csv. Texts live in the arena. */
void member_line_read(struct arena *arena, const struct csv *csv, const struct member_columns *columns,
                      struct member_line *ret_line);

int member_import(struct ctx *ctx, const struct tree *args, struct tree *result); /* action "member import" */
int offer_import(struct ctx *ctx, const struct tree *args, struct tree *result);  /* action "offer import" */

#endif
