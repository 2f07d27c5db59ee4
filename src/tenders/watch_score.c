/* tender watch-score: the rules of the watch measured on notices that a person read, so that whoever changes the rules knows
 * what it costs. Calls on which a person had the last word (tender mark) are left aside: the rules alone are judged. */
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/number.h"
#include "base/text.h"
#include "kernel/action.h"
#include "tenders/matters.h"
#include "tenders/tenders.h"

struct score {
    struct ctx *ctx;
    struct db *db;
    struct csv *csv;
    int reference, label;
    int64_t read, prison, other, borderline, not_kept, marked, found;
    struct tree *missed, *wrong, *refused;
};

static void refuse(struct score *score, const char *field, const char *reason)
{
    struct tree *row = tree_add_map(score->ctx->arena, score->refused);
    tree_set_int(score->ctx->arena, row, "line", (int64_t)csv_line(score->csv));
    tree_set_text(score->ctx->arena, row, "field", field);
    tree_set_text(score->ctx->arena, row, "reason", tr(score->ctx->language, reason));
}

/* What the rules say of the call that the notice belongs to. */
static int rules_say(struct score *score, const char *reference, bool *ret_kept, bool *ret_marked, bool *ret_concerns)
{
    struct error ignored = {0};
    int64_t tender, count, marked;
    int code = tender_find(score->db, reference, &tender, &ignored);
    *ret_kept = !code;
    if (code)
        return code == ERR_NOT_FOUND ? 0 : tender_find(score->db, reference, &tender, score->ctx->error);
    code = db_int(score->db, "SELECT count(*) FROM tender_reason WHERE tender = :tender", BIND(INT("tender", tender)), 0,
                  &count, score->ctx->error);
    if (!code)
        code = db_int(score->db, "SELECT count(*) FROM tender_desk WHERE tender = :tender AND mark <> ''",
                      BIND(INT("tender", tender)), 0, &marked, score->ctx->error);
    if (code)
        return code;
    *ret_concerns = count > 0;
    *ret_marked = marked > 0;
    return code;
}

static int score_line(struct score *score)
{
    struct arena *arena = score->ctx->arena;
    const char *reference = arena_strdup(arena, csv_cell(score->csv, score->reference));
    const char *label = csv_cell(score->csv, score->label);
    bool kept, marked = false, concerns = false, is_prison = text_is(label, "prison");
    score->read++;
    if (csv_broken(score->csv) || !text_is_clean(reference, strlen(reference)) || !*reference) {
        refuse(score, "reference", N_("This line has no reference that can be read."));
        return 0;
    }
    if (text_is(label, "borderline")) {
        score->borderline++;
        return 0;
    }
    if (!is_prison && !text_is(label, "not")) {
        refuse(score, "label", N_("A label is prison, not or borderline."));
        return 0;
    }
    int code = rules_say(score, reference, &kept, &marked, &concerns);
    if (code)
        return code;
    score->not_kept += !kept;
    score->marked += marked;
    if (!kept || marked)
        return 0;
    score->prison += is_prison;
    score->other += !is_prison;
    score->found += is_prison && concerns;
    if (is_prison != concerns)
        tree_add_text(arena, is_prison ? score->missed : score->wrong, reference);
    return 0;
}

/* a of b as a part of one with four decimals; nothing when there was nothing to find. */
static void set_part(struct arena *arena, struct tree *result, const char *name, int64_t a, int64_t b)
{
    int64_t part;
    if (!b || !number_scale(a, 10000, b, &part))
        tree_set_text(arena, result, name, NULL);
    else
        tree_set_decimal(arena, result, name, number_plain(arena, part, 4, true));
}

static void answer(struct score *score, struct tree *result)
{
    struct arena *arena = score->ctx->arena;
    tree_set_int(arena, result, "read", score->read);
    tree_set_int(arena, result, "labelled_prison", score->prison);
    tree_set_int(arena, result, "labelled_other", score->other);
    tree_set_int(arena, result, "borderline", score->borderline);
    tree_set_int(arena, result, "not_kept", score->not_kept);
    tree_set_int(arena, result, "marked", score->marked);
    tree_set_int(arena, result, "found", score->found);
    set_part(arena, result, "precision", score->found, score->found + (int64_t)score->wrong->count);
    set_part(arena, result, "recall", score->found, score->prison);
    tree_set(arena, result, "missed", score->missed);
    tree_set(arena, result, "wrongly_found", score->wrong);
    tree_set(arena, result, "refused", score->refused);
}

static int score_all(struct score *score)
{
    int code = db_begin_read(score->db, score->ctx->error);
    if (code)
        return code;
    while (!code && csv_next(score->csv))
        code = score_line(score);
    db_end_read(score->db);
    return code;
}

int tender_watch_score(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    (void)args;
    struct store *store = ctx->app->store;
    struct score score = {
        .ctx = ctx, .missed = tree_list(ctx->arena), .wrong = tree_list(ctx->arena), .refused = tree_list(ctx->arena)};
    int code = csv_open(ctx->arena, ctx->file.bytes, ctx->file.length, &score.csv, ctx->error);
    if (code)
        return code;
    score.reference = csv_column(score.csv, "reference");
    if (score.reference < 0)
        score.reference = csv_column(score.csv, "idweb");
    score.label = csv_column(score.csv, "label");
    if (score.reference < 0 || score.label < 0)
        return error_set(ctx->error, ERR_INVALID, "file", N_("A file of labels has the columns reference (or idweb) and label."),
                         NULL);
    code = store_reader(store, &score.db, ctx->error);
    if (code)
        return code;
    code = score_all(&score);
    store_release(store, score.db);
    if (!code && !score.prison && !score.other)
        return error_set(ctx->error, ERR_REFUSED, "file",
                         N_("None of the labelled notices is kept here: import them first."), NULL);
    if (!code)
        answer(&score, result);
    return code;
}
