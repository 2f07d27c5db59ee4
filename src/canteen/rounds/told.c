/* What is told of bags beside the rule: lines typed from a picking list or a sheet signed at the doors. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "canteen/rounds/internal.h"
#include "kernel/app.h"

enum { CELLS = 4 };

const char *outcome_of(struct arena *arena, const char *typed)
{
    static const char *const words[][2] = {{"absent", "absent"},     {"absente", "absent"},   {"refused", "refused"},
                                           {"refuse", "refused"},    {"refusee", "refused"},  {"missing", "missing"},
                                           {"manquant", "missing"},  {"manque", "missing"},   {"damaged", "damaged"},
                                           {"abime", "damaged"},     {"returned", "returned"}, {"rendu", "returned"},
                                           {"received", "received"}, {"recu", "received"},    {"unsigned", "unsigned"},
                                           {"non signe", "unsigned"}, {"sans signature", "unsigned"}};
    const char *folded = text_fold(arena, typed);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (!strcmp(folded, words[i][0]))
            return words[i][1];
    return NULL;
}

int told_refuse(struct ctx *ctx, const char *field, const char *as_typed, struct error *error)
{
    char sentence[ERROR_TEXT_BYTES];
    if (error->code >= ERR_INTERNAL)
        return error->code;
    enum error_code code = error->code;
    error_format(error, tr(ctx->language, error->message), sentence, sizeof sentence);
    return error_set(error, code, field, N_("{0}: {1}"), as_typed, arena_strdup(ctx->arena, sentence), NULL);
}

/* --- one line --- */

static int bad_number(struct error *error)
{
    return error_set(error, ERR_INVALID, "units", N_("Units are a number from 0 to 99."), NULL);
}

static int read_units(const char *typed, int64_t *ret_units, struct error *error)
{
    return text_to_int(typed, ret_units) && *ret_units >= 0 && *ret_units <= ORDER_UNITS_MAX ? 0 : bad_number(error);
}

/* code;units or code;units;given */
static int read_pick(const char *const *cells, size_t count, struct told *told, struct error *error)
{
    if (count < 2 || count > 3)
        return error_set(error, ERR_INVALID, "exceptions", N_("Write the bag, the number of the product and the units: #12;101;2."), NULL);
    if (!text_to_int(cells[0], &told->code) || told->code < 1)
        return error_set(error, ERR_INVALID, "exceptions", N_("{0} is not the number of a product."), cells[0], NULL);
    if (count == 3 && (!text_to_int(cells[2], &told->given) || told->given < 1))
        return error_set(error, ERR_INVALID, "exceptions", N_("{0} is not the number of a product."), cells[2], NULL);
    return read_units(cells[1], &told->units, error);
}

/* absent, refused, unsigned;witness, or code;outcome[;units received] */
static int read_delivery(struct ctx *ctx, const char *const *cells, size_t count, struct told *told, struct error *error)
{
    bool line = count && text_to_int(cells[0], &told->code);
    const char *outcome = count > (line ? 1 : 0) ? outcome_of(ctx->arena, cells[line ? 1 : 0]) : NULL;
    if (!outcome || (line && told->code < 1))
        return error_set(error, ERR_INVALID, "exceptions",
                         N_("Write #12;absent or #12;refused for a whole bag, #12;101;missing;1 for a line of which one unit was received."),
                         NULL);
    told->outcome = outcome;
    if (!strcmp(outcome, "unsigned") && !line) {
        told->witness = count > 1 ? cells[1] : "";
        return *told->witness ? 0 : error_set(error, ERR_INVALID, "exceptions", N_("Say who saw it handed over: #12;unsigned;name."), NULL);
    }
    if (!line)
        return !strcmp(outcome, "absent") || !strcmp(outcome, "refused")
                   ? 0
                   : error_set(error, ERR_INVALID, "exceptions", N_("A whole bag is absent or refused; anything else is told of a line."), NULL);
    if (!strcmp(outcome, "absent") || !strcmp(outcome, "unsigned") || !strcmp(outcome, "received"))
        return error_set(error, ERR_INVALID, "exceptions", N_("A line is refused, missing, damaged or returned."), NULL);
    return count > 2 ? read_units(cells[2], &told->units, error) : 0;
}

int told_line(struct ctx *ctx, enum told_kind kind, const char *const *cells, size_t count, const char *as_typed, struct told *ret_told,
              struct error *error)
{
    *ret_told = (struct told){.as_typed = as_typed, .outcome = "", .witness = ""};
    return kind == TOLD_PICK ? read_pick(cells, count, ret_told, error) : read_delivery(ctx, cells, count, ret_told, error);
}

/* --- several --- */

/* Cells of a line, between semicolons, commas or tabs; without any of these, between spaces. */
static size_t split_cells(struct arena *arena, const char *line, const char *ret_cells[CELLS])
{
    char *rest = NULL, *copy = arena_strdup(arena, line);
    const char *between = strpbrk(line, ";,\t") ? ";,\t" : " ";
    size_t count = 0;
    for (char *cell = strtok_r(copy, between, &rest); cell && count < CELLS; cell = strtok_r(NULL, between, &rest)) {
        const char *tidy = text_tidy(arena, cell);
        if (*tidy)
            ret_cells[count++] = tidy;
    }
    return count;
}

static int64_t find_bag(const struct bag *bags, size_t count, const char *whom)
{
    char reference[PERSON_REFERENCE_BYTES];
    int64_t number = 0;
    bool person = person_reference_read(whom, reference), numbered = *whom == '#' && text_to_int(whom + 1, &number);
    for (size_t i = 0; i < count; i++)
        if (numbered ? bags[i].number == number
                     : !strcasecmp(bags[i].reference, whom) || (person && !strcmp(bags[i].person_reference, reference)))
            return bags[i].order;
    return 0;
}

int told_read(struct ctx *ctx, enum told_kind kind, const char *text, const struct bag *bags, size_t count, struct told **ret_told,
              size_t *ret_count, struct error *error)
{
    char *rest = NULL, *copy = arena_strdup(ctx->arena, text ? text : "");
    size_t room = 1, told = 0;
    for (const char *sign = copy; *sign; sign++)
        room += *sign == '\n' || *sign == '|';
    *ret_told = ARENA_ARRAY(ctx->arena, struct told, room);
    for (char *line = strtok_r(copy, "\n|", &rest); line; line = strtok_r(NULL, "\n|", &rest)) {
        const char *cells[CELLS], *typed = text_tidy(ctx->arena, line);
        size_t cell_count = split_cells(ctx->arena, line, cells);
        int64_t order = 0;
        if (!cell_count)
            continue;
        int result = told_line(ctx, kind, cells + 1, cell_count - 1, typed, &(*ret_told)[told], error);
        if (!result && !(order = find_bag(bags, count, cells[0])))
            result = error_set(error, ERR_NOT_FOUND, "exceptions", N_("This bag is not on this round."), NULL);
        if (result)
            return told_refuse(ctx, "exceptions", typed, error);
        (*ret_told)[told++].order = order;
    }
    *ret_count = told;
    return 0;
}

/* --- before the journal --- */

/* A register number becomes the reference; what is neither a bag nor anybody's is not kept as it was typed. */
static const char *hide_number(struct ctx *ctx, struct db *db, int64_t establishment, const char *line)
{
    char reference[PERSON_REFERENCE_BYTES];
    struct error ignored = {0};
    struct stay stay;
    const char *between = strpbrk(line, ";,\t") ? ";,\t" : " ";
    line += strspn(line, between);
    size_t length = strcspn(line, between);
    const char *whom = text_tidy(ctx->arena, arena_copy(ctx->arena, line, length));
    if (*whom == '#' || !*whom || (strlen(whom) == 13 && strspn(whom, "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz") == 13) ||
        person_reference_read(whom, reference))
        return line;
    bool known = !stay_find(ctx->app, db, ctx->arena, establishment, whom, &stay, &ignored);
    return arena_printf(ctx->arena, "%s%s", known ? stay.reference : "…", line + length);
}

static int hide_numbers(struct ctx *ctx, struct db *db, const struct tree *args, struct tree *exceptions)
{
    struct establishment at;
    char *rest = NULL, *copy = arena_strdup(ctx->arena, exceptions->text);
    const char *all = "";
    int result = establishment_asked(ctx, db, args, &at, ctx->error);
    for (char *line = result ? NULL : strtok_r(copy, "\n|", &rest); line; line = strtok_r(NULL, "\n|", &rest))
        all = arena_printf(ctx->arena, "%s%s%s", all, *all ? "\n" : "", hide_number(ctx, db, at.id, line));
    exceptions->text = all;
    return result;
}

int told_prepare(struct ctx *ctx, struct tree *args)
{
    struct tree *exceptions = (struct tree *)tree_get(args, "exceptions");
    struct db *db;
    if (!exceptions || exceptions->kind != TREE_TEXT)
        return 0;
    int result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = hide_numbers(ctx, db, args, exceptions);
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    return result;
}
