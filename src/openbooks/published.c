#include "openbooks/published.h"

#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/embed.h"
#include "base/text.h"

static const char *const columns[] = {"code",    "side",    "tone",          "accounts",
                                      "name_fr", "name_en", "definition_fr", "definition_en"};

int published_read(struct arena *arena, struct published_list *ret_list, struct error *error)
{
    const struct embedded *file = embed_find("data/accounts/published.csv");
    struct csv *csv;
    int at[COUNT_OF(columns)];
    if (!file)
        return error_set(error, ERR_INTERNAL, "", N_("The file {0} is missing."),
                         "data/accounts/published.csv", NULL);
    if (csv_open(arena, file->bytes, file->length, &csv, error))
        return error->code;
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        at[i] = csv_column(csv, columns[i]);
    size_t room = 1;
    for (size_t i = 0; i < file->length; i++)
        room += file->bytes[i] == '\n';
    struct published *items = ARENA_ARRAY(arena, struct published, room);
    *ret_list = (struct published_list){items, 0};
    while (csv_next(csv)) {
        const char *cell[COUNT_OF(columns)];
        for (size_t i = 0; i < COUNT_OF(columns); i++)
            cell[i] = arena_strdup(arena, csv_cell(csv, at[i]));
        items[ret_list->count++] =
            (struct published){cell[0], cell[1], cell[2], cell[3], {cell[4], cell[5]}, {cell[6], cell[7]}};
    }
    return 0;
}

const struct published *published_find(const struct published_list *list, const char *code)
{
    static const struct published unknown = {"", "", "other", "", {"", ""}, {"", ""}};
    for (size_t i = 0; i < list->count; i++)
        if (text_is(list->items[i].code, code))
            return &list->items[i];
    return &unknown;
}

const struct published *published_of_account(const struct published_list *list, const char *number)
{
    const struct published *best = NULL;
    size_t best_length = 0;
    for (size_t i = 0; i < list->count; i++)
        for (const char *word = list->items[i].accounts; *word; word += strspn(word, " ")) {
            size_t length = strcspn(word, " ");
            if (length > best_length && !strncmp(number, word, length)) {
                best = &list->items[i];
                best_length = length;
            }
            word += length;
        }
    return best;
}
