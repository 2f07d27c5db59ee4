#include "tenders/functions.h"

#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/embed.h"
#include "base/error.h"
#include "base/text.h"

enum { FUNCTIONS_MAX = 200 };

int functions_read(struct arena *arena, struct functions *ret_functions, struct error *error)
{
    const struct embedded *file = embed_find("data/functions.csv");
    struct csv *csv;
    int result = csv_open(arena, file ? file->bytes : "", file ? file->length : 0, &csv, error);
    if (result)
        return result;
    int code = csv_column(csv, "code"), title_fr = csv_column(csv, "title_fr"), title_en = csv_column(csv, "title_en"),
        unit_fr = csv_column(csv, "unit_fr"), unit_en = csv_column(csv, "unit_en"), service = csv_column(csv, "service"),
        sovereign = csv_column(csv, "sovereign"), cpv = csv_column(csv, "cpv"),
        descriptors = csv_column(csv, "boamp_descriptors"), words = csv_column(csv, "words_fr"),
        not_words = csv_column(csv, "not_words_fr");
    *ret_functions = (struct functions){ARENA_ARRAY(arena, struct function, FUNCTIONS_MAX), 0};
#define CELL(column) arena_strdup(arena, csv_cell(csv, column))
    while (csv_next(csv) && ret_functions->count < FUNCTIONS_MAX)
        ret_functions->list[ret_functions->count++] = (struct function){
            CELL(code),    CELL(title_fr), CELL(title_en),    CELL(unit_fr), CELL(unit_en),
            CELL(service), text_is(csv_cell(csv, sovereign), "1"), CELL(cpv), CELL(descriptors),
            CELL(words),   CELL(not_words)};
#undef CELL
    return 0;
}

const struct function *functions_find(const struct functions *functions, const char *code)
{
    for (size_t i = 0; i < functions->count; i++)
        if (!strcmp(functions->list[i].code, code))
            return &functions->list[i];
    return NULL;
}
