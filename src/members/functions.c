#include "members/functions.h"

#include <string.h>

#include "base/arena.h"
#include "base/catalogue.h"
#include "base/csv.h"
#include "base/embed.h"
#include "base/error.h"

int function_unit(struct arena *arena, const char *language, const char *code, const char **ret_unit, struct error *error)
{
    const struct embedded *file = embed_find("data/functions.csv");
    struct csv *csv;
    int result = file ? csv_open(arena, file->bytes, file->length, &csv, error) : ERR_INTERNAL;
    if (result)
        return result;
    int codes = csv_column(csv, "code"), units = csv_column(csv, "unit_fr"), sovereign = csv_column(csv, "sovereign");
    while (csv_next(csv)) {
        if (strcmp(csv_cell(csv, codes), code) != 0)
            continue;
        if (!strcmp(csv_cell(csv, sovereign), "1"))
            return error_set(error, ERR_REFUSED, "function",
                             N_("{0} is never entrusted to anyone but the State (article L111-3 of the Code pénitentiaire)."),
                             tr_name(language, code), NULL);
        *ret_unit = arena_strdup(arena, csv_cell(csv, units));
        return 0;
    }
    return error_set(error, ERR_INVALID, "function", N_("There is no function {0}."), code, NULL);
}
