/* Slips with a PIN inside: two on a sheet, each folded twice so that a dense pattern lies over the digits. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/forms/internal.h"
#include "kernel/action.h"
#include "print/pen.h"

static const double SLIP = 420.945, PANEL = 140.315, SIDE = 60;
enum { SLIPS_MAX = 2000 };

struct slip {
    int64_t person;
    const char *reference, *wing, *cell, *language, *pin, *sorted;
    int64_t at;
};

struct slips {
    struct ctx *ctx;
    struct slip *list;
    size_t count;
};

static int read_slips(struct slips *slips, struct db *db, const struct tree *args)
{
    struct ctx *ctx = slips->ctx;
    const char *wing = tree_text(args, "wing");
    struct establishment at;
    struct rows *rows;
    size_t length;
    int result = establishment_asked(ctx, db, args, &at, ctx->error);
    slips->list = ARENA_ARRAY(ctx->arena, struct slip, SLIPS_MAX);
    if (!result)
        result = db_query(db,
                          "SELECT k.person_id, k.reference, s.wing, s.cell, p.paper_language, k.sealed, k.at FROM canteen_pin k JOIN stay s ON "
                          "s.person_id = k.person_id AND s.establishment_id = k.establishment_id AND s.here = 1 JOIN person p ON "
                          "p.id = k.person_id WHERE k.establishment_id = :establishment ORDER BY s.place, k.person_id",
                          BIND(INT("establishment", at.id)), &rows, ctx->error);
    if (result)
        return result;
    while (slips->count < SLIPS_MAX && rows_next(rows)) {
        const char *hex = rows_text(rows, 5);
        unsigned char *sealed = arena_alloc(ctx->arena, strlen(hex) / 2 + 1);
        sodium_hex2bin(sealed, strlen(hex) / 2 + 1, hex, strlen(hex), NULL, &length, NULL);
        const char *pin = length ? ctx->app->unseal(ctx->app, sealed, length, ctx->arena) : NULL;
        if (!pin || (wing && *wing && strcmp(wing, rows_text(rows, 2)) != 0))
            continue;
        slips->list[slips->count++] = (struct slip){
            rows_int(rows, 0), arena_strdup(ctx->arena, rows_text(rows, 1)), arena_strdup(ctx->arena, rows_text(rows, 2)),
            arena_strdup(ctx->arena, rows_text(rows, 3)), form_language(rows_text(rows, 4)), pin, "", rows_int(rows, 6)};
    }
    result = rows_close(rows);
    if (!result && !slips->count)
        return error_set(ctx->error, ERR_REFUSED, "wing", N_("No PIN waits for its slip there: a slip is printed once. A new PIN makes a new slip."), NULL);
    return result;
}

/* Lines so dense, and crossed, that nothing is read through them. */
static void draw_pattern(struct pen *pen, double top)
{
    for (double x = SIDE; x < PEN_WIDTH - SIDE - 12; x += 3) {
        pen_line(pen, x, top + 8, x + 12, top + PANEL - 8, 0.8, false);
        pen_line(pen, x + 12, top + 8, x, top + PANEL - 8, 0.8, false);
    }
    for (double y = top + 8; y < top + PANEL - 8; y += 3)
        pen_line(pen, SIDE, y, PEN_WIDTH - SIDE, y + 1.5, 0.8, false);
}

static void draw_slip(struct pen *pen, const struct slip *slip, double top)
{
    const char *language = slip->language;
    char place[100], pin[16];
    snprintf(place, sizeof place, "%.40s · %.40s", slip->wing, slip->cell);
    snprintf(pin, sizeof pin, "%.3s %.3s", slip->pin, slip->pin + 3);
    pen_language(pen, language);
    pen_ink(pen, false);
    pen_text(pen, PEN_REFERENCE, 1.2, SIDE, top + 62, 0, -1, slip->reference);
    pen_text(pen, PEN_FACT, 1.3, SIDE, top + 84, 300, -1, place);
    pen_text(pen, PEN_FACT, 1, SIDE, top + 106, PEN_WIDTH - 2 * SIDE, -1, tr(language, N_("To be opened by this person alone. If it is open, refuse it and ask for another.")));
    pen_line(pen, 0, top + PANEL, PEN_WIDTH, top + PANEL, 0.5, true);
    pen_text(pen, PEN_FACT, 1.1, SIDE, top + PANEL + 32, 0, -1, tr(language, N_("Your PIN for the tablet of the canteen")));
    pen_text(pen, PEN_REFERENCE, 1.7, PEN_WIDTH / 2, top + PANEL + 82, 0, 0, pin);
    pen_block(pen, PEN_NOTE, 1.5, SIDE, top + PANEL + 108, PEN_WIDTH - 2 * SIDE,
              tr(language, N_("Nobody else knows it, and nobody may ask you for it. After five wrong tries you must wait. Seen by others or forgotten: ask for a new one.")));
    pen_line(pen, 0, top + 2 * PANEL, PEN_WIDTH, top + 2 * PANEL, 0.5, true);
    draw_pattern(pen, top + 2 * PANEL);
    pen_ink(pen, true);
    pen_text(pen, PEN_LABEL, 1, PEN_WIDTH - SIDE, top + PANEL - 3, 0, 1, tr(language, N_("fold here: the pattern over the digits")));
    pen_text(pen, PEN_LABEL, 1, PEN_WIDTH - SIDE, top + 2 * PANEL - 3, 0, 1, tr(language, N_("fold here first, and stick the edges")));
}

/* What was printed can never be printed again; a PIN made anew meanwhile keeps its own. */
static int forget(struct db *db, void *context, struct error *error)
{
    struct slips *slips = context;
    int result = 0;
    for (size_t i = 0; i < slips->count && !result; i++)
        result = db_run(db, "UPDATE canteen_pin SET sealed = '' WHERE person_id = :person AND at = :at",
                        BIND(INT("person", slips->list[i].person), INT("at", slips->list[i].at)), error);
    return result;
}

int canteen_slips(struct ctx *ctx, const struct tree *args, FILE *out, const char **ret_name)
{
    struct slips slips = {.ctx = ctx};
    struct db *db;
    struct pen *pen;
    int pages, result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = read_slips(&slips, db, args);
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    if (!result)
        result = pen_new(out, tr(ctx->language, N_("Slips with a PIN")), ctx->today, &pen, ctx->error);
    if (result)
        return result;
    for (size_t i = 0; i < slips.count; i++) {
        draw_slip(pen, &slips.list[i], i % 2 ? SLIP : 0);
        if (i % 2 || i + 1 == slips.count) {
            pen_line(pen, 0, SLIP, PEN_WIDTH, SLIP, 0.8, false);
            pen_page(pen);
        }
    }
    result = pen_close(pen, &pages, ctx->error);
    if (!result && fflush(out))
        result = error_set(ctx->error, ERR_INTERNAL, "", N_("The file cannot be written: is the disk full?"), NULL);
    if (!result)
        result = store_write(ctx->app->store, forget, &slips, false, ctx->error);
    *ret_name = "pin.pdf";
    return result;
}
