/* Imports: what every file of lines has in common. The file is read outside the writer; its lines are taken 500 at a time,
 * each in a savepoint, so that a refused one leaves nothing behind; progress is told and stopping is heard. The answer has
 * the shape fixed for scripts: read, new, changed, same, merged, and the refused lines with field and reason.
 *
 * A room says what its file is (struct import_matter) and calls import_run in a job action. A batch may be taken again
 * when the common transaction was lost: `take` keeps nothing between two runs but what `begin` resets. */
#ifndef MAILLON_IMPORT_H
#define MAILLON_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/declare.h"

enum import_outcome { IMPORT_NEW, IMPORT_CHANGED, IMPORT_SAME, IMPORT_MERGED, IMPORT_REFUSED, IMPORT_OUTCOMES };

enum { IMPORT_NAMES = 5 };

struct import_column {
    const char *names[IMPORT_NAMES]; /* any of them heads it, compared folded; the first names it in refusals */
    bool required;
};

struct import {
    struct ctx ctx; /* as the action's, with an arena that lives as long as a batch */
    void *context;  /* the room's own */
    bool preview;   /* all of it is taken back at the end; take may also do less */
    int64_t batch;  /* from 1; the same when a batch is taken again */
};

struct import_matter {
    const struct import_column *columns;
    int column_count;
    const char *missing; /* N_("…{0}…"): a required column is not there */
    size_t line_bytes;   /* of what read fills */
    /* From the cells of one line; not 0: the line is refused with the error. */
    int (*read)(struct import *import, void *line, struct error *error);
    /* Inside the writer. An error below ERR_INTERNAL refuses the line, others end the import. */
    int (*take)(struct import *import, struct db *db, void *line, enum import_outcome *ret_outcome, struct error *error);
    void (*begin)(struct import *import); /* optional: before each run of a batch */
};

/* The cell of a column, tidied; "" when there is none. For read. */
const char *import_cell(const struct import *import, int column);
bool import_has(const struct import *import, int column);

/* Refuses a cell over `characters`, or with signs that cannot be seen: field is the column's first name. */
int import_check_text(const struct import *import, int characters, struct error *error);

/* The whole file of ctx->file. result receives the report. */
int import_run(struct ctx *ctx, const struct import_matter *matter, void *context, bool preview, struct tree *result);

#endif
