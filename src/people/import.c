/* The daily file of movements, as the register office of the prison gives it. */
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "establishments/establishments.h"
#include "import/import.h"
#include "kernel/app.h"
#include "people/internal.h"

enum { CELL_CHARACTERS = 80 };
enum { NUMBER, EVENT, ON, FAMILY_NAME, GIVEN_NAMES, WING, CELL, REFERENCE, LANGUAGE, PICTURES, REGIME, COLUMNS };

static const struct import_column columns[COLUMNS] = {
    [NUMBER] = {{"number", "ecrou", "numero"}, true},
    [EVENT] = {{"event", "mouvement", "evenement"}, true},
    [ON] = {{"date", "on", "le"}, true},
    [FAMILY_NAME] = {{"family_name", "nom", "family"}},
    [GIVEN_NAMES] = {{"given_names", "prenom", "prenoms"}},
    [WING] = {{"wing", "batiment", "aile"}},
    [CELL] = {{"cell", "cellule"}},
    [REFERENCE] = {{"reference", "ref"}},
    [LANGUAGE] = {{"language", "langue"}},
    [PICTURES] = {{"pictures", "images"}},
    [REGIME] = {{"regime"}},
};

static const struct {
    const char *word; /* folded */
    enum stay_kind kind;
} event_words[] = {
    {"arrival", STAY_ARRIVAL},   {"arrivee", STAY_ARRIVAL},      {"entree", STAY_ARRIVAL}, {"move", STAY_MOVE},
    {"mutation", STAY_MOVE},     {"changement", STAY_MOVE},      {"absent", STAY_ABSENT},  {"absence", STAY_ABSENT},
    {"back", STAY_BACK},         {"retour", STAY_BACK},          {"regime", STAY_REGIME},   {"release", STAY_RELEASE}, {"liberation", STAY_RELEASE},
    {"sortie", STAY_RELEASE},    {"transfer", STAY_TRANSFER},    {"transfert", STAY_TRANSFER}, {"death", STAY_DEATH},
    {"deces", STAY_DEATH},
};

/* 2026-11-23 or 23/11/2026. */
static bool read_date(const char *text, char ret_date[DATE_BYTES])
{
    if (strlen(text) == 10 && text[2] == '/' && text[5] == '/') {
        memcpy(ret_date, text + 6, 4);
        ret_date[4] = ret_date[7] = '-';
        memcpy(ret_date + 5, text + 3, 2);
        memcpy(ret_date + 8, text, 2);
        ret_date[10] = 0;
        return date_is(ret_date);
    }
    return date_is(text) && memcpy(ret_date, text, DATE_BYTES);
}

static bool read_event(const char *text, enum stay_kind *ret_kind, struct arena *arena)
{
    const char *folded = text_fold(arena, text);
    for (size_t i = 0; i < COUNT_OF(event_words); i++)
        if (!strcmp(folded, event_words[i].word)) {
            *ret_kind = event_words[i].kind;
            return true;
        }
    return false;
}

static int check_told(const struct stay_told *told, struct error *error)
{
    if (!*told->number)
        return error_set(error, ERR_INVALID, "number", N_("This is required."), NULL);
    if (told->kind == STAY_ARRIVAL && !*told->reference && !*told->family_name)
        return error_set(error, ERR_INVALID, "family_name", N_("This is required."), NULL);
    if (told->kind == STAY_REGIME && !told->regime)
        return error_set(error, ERR_INVALID, "regime", N_("This is required."), NULL);
    if (told->kind == STAY_MOVE && (!*told->wing || !*told->cell))
        return error_set(error, ERR_INVALID, *told->wing ? "cell" : "wing", N_("This is required."), NULL);
    return 0;
}

static int read_line(struct import *import, void *line, struct error *error)
{
    const struct establishment *at = import->context;
    struct stay_told *told = line;
    char *on = arena_alloc(import->ctx.arena, DATE_BYTES);
    const char *language = import_cell(import, LANGUAGE), *regime = import_cell(import, REGIME);
    int result = import_check_text(import, CELL_CHARACTERS, error);
    if (result)
        return result;
    *told = (struct stay_told){.establishment_id = at->id,
                               .establishment = at->ref,
                               .number = import_cell(import, NUMBER),
                               .reference = import_cell(import, REFERENCE),
                               .family_name = import_cell(import, FAMILY_NAME),
                               .given_names = import_cell(import, GIVEN_NAMES),
                               .wing = import_cell(import, WING),
                               .cell = import_cell(import, CELL),
                               .regime = *regime ? regime : NULL,
                               .on = on,
                               .language = *language ? language : "fr",
                               .pictures = *import_cell(import, PICTURES) == '1'};
    if (!read_event(import_cell(import, EVENT), &told->kind, import->ctx.arena))
        return error_set(error, ERR_INVALID, "event",
                         N_("This must be arrival, move, absent, back, regime, release, transfer or death, or its French word."), NULL);
    if (!read_date(import_cell(import, ON), on))
        return error_set(error, ERR_INVALID, "date", N_("This must be a date, such as 2026-03-31."), NULL);
    return check_told(told, error);
}

static int take_line(struct import *import, struct db *db, void *line, enum import_outcome *ret_outcome, struct error *error)
{
    static const enum import_outcome outcomes[] = {IMPORT_NEW, IMPORT_CHANGED, IMPORT_SAME};
    enum stay_outcome outcome;
    struct stay stay;
    int result = stay_take(&import->ctx, db, line, import->preview, &outcome, &stay, error);
    if (!result)
        *ret_outcome = outcomes[outcome];
    return result;
}

int person_import(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    static const struct import_matter movements = {
        .columns = columns,
        .column_count = COLUMNS,
        .missing = N_("This file has no column {0}. A file of movements has number, event and date."),
        .line_bytes = sizeof(struct stay_told),
        .read = read_line,
        .take = take_line,
    };
    struct establishment at;
    int code = establishment_asked_in_job(ctx, args, &at);
    return code ? code : import_run(ctx, &movements, &at, tree_true(tree_get(args, "preview")), result);
}
