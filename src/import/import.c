#include "import/import.h"

#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/text.h"
#include "kernel/action.h"

enum { BATCH = 500, COLUMNS_MAX = 32 };

struct line {
    int64_t number;
    bool good; /* as far as the line itself tells */
    enum import_outcome outcome;
    struct error error;
    void *told;
};

struct run {
    struct import import; /* first: what the room sees */
    struct ctx *job;      /* the action's own */
    const struct import_matter *matter;
    struct csv *csv;
    int columns[COLUMNS_MAX];
    struct line lines[BATCH];
    int count;
    int64_t read, counts[IMPORT_OUTCOMES];
    struct tree *refused;
};

const char *import_cell(const struct import *import, int column)
{
    const struct run *run = (const struct run *)import;
    return text_tidy(import->ctx.arena, csv_cell(run->csv, run->columns[column]));
}

bool import_has(const struct import *import, int column)
{
    return ((const struct run *)import)->columns[column] >= 0;
}

int import_check_text(const struct import *import, int characters, struct error *error)
{
    const struct run *run = (const struct run *)import;
    for (int i = 0; i < run->matter->column_count; i++) {
        const char *cell = import_cell(import, i);
        if (text_characters(cell) > (size_t)characters || !text_is_clean(cell, strlen(cell)))
            return error_set(error, ERR_INVALID, run->matter->columns[i].names[0], N_("This must be plain text."), NULL);
    }
    return 0;
}

/* --- reading --- */

/* "person, personne, ecrou": any of them would have done. */
static const char *all_names(struct arena *arena, const struct import_column *column)
{
    const char *all = column->names[0];
    for (int n = 1; n < IMPORT_NAMES && column->names[n]; n++)
        all = arena_printf(arena, "%s, %s", all, column->names[n]);
    return all;
}

static int find_columns(struct run *run)
{
    for (int i = 0; i < run->matter->column_count; i++) {
        const struct import_column *column = &run->matter->columns[i];
        run->columns[i] = -1;
        for (int n = 0; n < IMPORT_NAMES && column->names[n] && run->columns[i] < 0; n++)
            run->columns[i] = csv_column(run->csv, column->names[n]);
        if (run->columns[i] < 0 && column->required)
            return error_set(run->job->error, ERR_INVALID, "file", run->matter->missing, all_names(run->job->arena, column), NULL);
    }
    return 0;
}

static void read_line(struct run *run)
{
    struct line *line = &run->lines[run->count++];
    *line = (struct line){.number = (int64_t)csv_line(run->csv),
                          .told = arena_alloc(run->import.ctx.arena, run->matter->line_bytes)};
    int code = csv_broken(run->csv)
                   ? error_set(&line->error, ERR_INVALID, "",
                               N_("This line is broken: a quote is not closed, or a cell is too long."), NULL)
                   : run->matter->read(&run->import, line->told, &line->error);
    line->good = !code;
    line->outcome = code ? IMPORT_REFUSED : IMPORT_NEW;
}

/* --- taking --- */

static int take_line(struct run *run, struct db *db, struct line *line, struct error *error)
{
    int result = db_savepoint(db, error);
    if (result)
        return result;
    line->error = (struct error){0};
    int code = run->matter->take(&run->import, db, line->told, &line->outcome, &line->error);
    if (code >= ERR_INTERNAL) {
        *error = line->error;
        return code;
    }
    if (!code)
        return db_savepoint_release(db, error);
    line->outcome = IMPORT_REFUSED;
    return db_savepoint_rollback(db, error);
}

/* A preview does all of it and takes it back. */
static int take_batch(struct db *db, void *context, struct error *error)
{
    struct run *run = context;
    int result = run->import.preview ? db_savepoint(db, error) : 0;
    run->import.ctx.db = db;
    if (run->matter->begin)
        run->matter->begin(&run->import);
    for (int i = 0; i < run->count && !result; i++)
        if (run->lines[i].good)
            result = take_line(run, db, &run->lines[i], error);
    return result || !run->import.preview ? result : db_savepoint_rollback(db, error);
}

static void say(struct run *run, const struct line *line)
{
    char text[ERROR_TEXT_BYTES];
    struct arena *arena = run->job->arena;
    struct tree *row = tree_add_map(arena, run->refused);
    error_format(&line->error, tr(run->job->language, line->error.message), text, sizeof text);
    tree_set_int(arena, row, "line", line->number);
    tree_set_text(arena, row, "field", arena_strdup(arena, line->error.field));
    tree_set_text(arena, row, "reason", arena_strdup(arena, text));
}

static int end_batch(struct run *run)
{
    run->import.batch++;
    int result = ctx_write(run->job, take_batch, run);
    for (int i = 0; i < run->count && !result; i++) {
        run->counts[run->lines[i].outcome]++;
        if (run->lines[i].outcome == IMPORT_REFUSED)
            say(run, &run->lines[i]);
    }
    run->count = 0;
    arena_reset(run->import.ctx.arena);
    job_progress(run->job->job, (int64_t)(csv_progress(run->csv) * 1000), 1000);
    return result;
}

static int read_file(struct run *run)
{
    int result = 0;
    while (!result && csv_next(run->csv)) {
        run->read++;
        read_line(run);
        if (run->count == BATCH)
            result = end_batch(run);
        if (job_stopping(run->job->job))
            break;
    }
    return result || !run->count ? result : end_batch(run);
}

int import_run(struct ctx *ctx, const struct import_matter *matter, void *context, bool preview, struct tree *result)
{
    static const char *const names[] = {"new", "changed", "same", "merged"};
    struct run *run = ARENA_NEW(ctx->arena, struct run);
    _cleanup_arena_ struct arena *scratch = arena_new();
    *run = (struct run){.import = {.ctx = *ctx, .context = context, .preview = preview}, .job = ctx, .matter = matter, .refused = tree_list(ctx->arena)};
    run->import.ctx.arena = scratch;
    int code = csv_open(ctx->arena, ctx->file.bytes, ctx->file.length, &run->csv, ctx->error);
    if (!code)
        code = find_columns(run);
    if (!code)
        code = read_file(run);
    if (code)
        return code;
    tree_set_int(ctx->arena, result, "read", run->read);
    for (int i = 0; i < IMPORT_REFUSED; i++)
        tree_set_int(ctx->arena, result, names[i], run->counts[i]);
    tree_set(ctx->arena, result, "refused", run->refused);
    return 0;
}
