/* A file of orders: forms typed where there is no network, one a line. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "canteen/internal.h"
#include "canteen/orders.h"
#include "establishments/establishments.h"
#include "import/import.h"
#include "kernel/app.h"

enum { PERSON, ITEMS, HANDED_ON, COLUMNS };

static const struct import_column columns[COLUMNS] = {
    [PERSON] = {{"person", "personne", "ecrou", "reference", "numero"}, true},
    [ITEMS] = {{"items", "articles", "commande"}, true},
    [HANDED_ON] = {{"handed_on", "remis", "remis_le", "date"}},
};

struct entering {
    struct establishment at;
    struct cycle cycle;
    const char *handed_on;
    int64_t batch, absent, absent_before; /* orders for persons who are absent, and how many before the batch at hand */
};

struct form {
    const char *person, *handed_on;
    struct order_line lines[ORDER_LINES_MAX];
    size_t count;
};

static int read_form(struct import *import, void *told, struct error *error)
{
    const struct entering *entering = import->context;
    struct form *form = told;
    const char *on = import_cell(import, HANDED_ON);
    char *save = NULL;
    *form = (struct form){.person = import_cell(import, PERSON), .handed_on = *on ? on : entering->handed_on};
    if (!*form->person || strlen(form->person) > 40 || !text_is_clean(form->person, strlen(form->person)))
        return error_set(error, ERR_INVALID, "person", N_("This is required."), NULL);
    if (*on && !date_is(on))
        return error_set(error, ERR_INVALID, "handed_on", N_("This must be a date, such as 2026-03-31."), NULL);
    char *items = arena_strdup(import->ctx.arena, import_cell(import, ITEMS));
    for (char *word = strtok_r(items, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        if (form->count == ORDER_LINES_MAX)
            return error_set(error, ERR_INVALID, "items", N_("An order has 1 to 60 lines."), NULL);
        if (!order_line_read(word, &form->lines[form->count++]))
            return error_set(error, ERR_INVALID, "items", N_("{0} is not a line of an order: write 101x2 for two of number 101."),
                             arena_copy(import->ctx.arena, word, text_prefix_bytes(word, 40)), NULL);
    }
    return 0;
}

static int take_form(struct import *import, struct db *db, void *told, enum import_outcome *ret_outcome, struct error *error)
{
    struct entering *entering = import->context;
    const struct form *form = told;
    struct ctx *ctx = &import->ctx;
    struct stay stay;
    struct order order;
    const struct order_told order_told = {.source = "paper_form", .lines = form->lines, .count = form->count, .handed_on = form->handed_on};
    int result = stay_find(ctx->app, db, ctx->arena, entering->at.id, form->person, &stay, error);
    if (!result)
        result = order_place(ctx, db, &entering->cycle, &stay, &order_told, &order, error);
    if (result)
        return result;
    entering->absent += order.away;
    *ret_outcome = order.before ? IMPORT_SAME : IMPORT_NEW;
    return 0;
}

/* A batch that is taken again counts once. */
static void begin(struct import *import)
{
    struct entering *entering = import->context;
    if (import->batch != entering->batch)
        entering->absent_before = entering->absent;
    entering->batch = import->batch;
    entering->absent = entering->absent_before;
}

int canteen_enter(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    const struct import_matter matter = {
        .columns = columns,
        .column_count = COLUMNS,
        .missing = N_("This file has no column {0}."),
        .line_bytes = sizeof(struct form),
        .read = read_form,
        .take = take_form,
        .begin = begin,
    };
    struct entering entering = {.handed_on = tree_text(args, "handed_on")};
    int code = establishment_asked_in_job(ctx, args, &entering.at);
    if (!code)
        code = cycle_find_in_job(ctx, entering.at.id, tree_text(args, "cycle"), &entering.cycle);
    if (!code)
        code = import_run(ctx, &matter, &entering, tree_true(tree_get(args, "preview")), result);
    if (!code)
        tree_set_int(ctx->arena, result, "for_absent", entering.absent);
    return code;
}
