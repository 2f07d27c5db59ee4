#include "kernel/show.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "kernel/app.h"

static const char *taken(struct arena *arena, struct buffer *buffer)
{
    const char *text = arena_copy(arena, buffer_string(buffer), buffer->length);
    buffer_free(buffer);
    return text;
}

static const char *words_text(struct arena *arena, const char *language, const char *words)
{
    struct buffer out = {0};
    while (*words) {
        size_t length = strcspn(words, " ");
        buffer_printf(&out, "%s%s", out.length ? ", " : "", tr_name(language, arena_copy(arena, words, length)));
        words += length + (words[length] == ' ');
    }
    return taken(arena, &out);
}

static const char *json_text(struct arena *arena, const struct tree *value)
{
    struct buffer json = {0};
    tree_write_json(value, &json, false);
    return taken(arena, &json);
}

static const char *screen_number(struct arena *arena, const char *language, enum column_kind kind, int64_t number)
{
    switch (kind) {
    case COLUMN_MONEY:
        return arena_printf(arena, "%s\u00a0€", number_screen(arena, number, DECIMALS_MONEY, false, language));
    case COLUMN_QUANTITY:
        return number_screen(arena, number, DECIMALS_QUANTITY, true, language);
    case COLUMN_RATE:
        return arena_printf(arena, "%s\u00a0%%", number_screen(arena, number, DECIMALS_RATE - 2, true, language));
    case COLUMN_INSTANT:
        return number ? date_screen_instant(arena, number, language) : "";
    case COLUMN_BOOL:
        return tr(language, number ? N_("yes") : N_("no"));
    case COLUMN_INT:
        return number_screen(arena, number, 0, false, language);
    default:
        return arena_printf(arena, "%" PRId64, number);
    }
}

const char *show_screen(struct arena *arena, const char *language, enum column_kind kind, const struct tree *value)
{
    if (!value || value->kind == TREE_NULL)
        return "";
    if (value->kind == TREE_INT || value->kind == TREE_BOOL)
        return screen_number(arena, language, kind, value->number);
    if (value->kind == TREE_LIST || value->kind == TREE_MAP)
        return json_text(arena, value);
    switch (kind) {
    case COLUMN_CODE: { /* or a sentence that is kept as one */
        const char *name = *value->text ? tr_name(language, value->text) : "";
        return name != value->text ? name : tr(language, value->text);
    }
    case COLUMN_WORDS:
        return words_text(arena, language, value->text);
    case COLUMN_DATE:
        return date_screen(arena, value->text, language);
    case COLUMN_DECIMAL:
        return number_screen_digits(arena, value->text, language);
    default:
        return value->text;
    }
}

const char *show_plain(struct arena *arena, enum column_kind kind, const struct tree *value)
{
    if (!value || value->kind == TREE_NULL)
        return "";
    if (value->kind == TREE_LIST || value->kind == TREE_MAP)
        return json_text(arena, value);
    if (value->kind == TREE_TEXT || value->kind == TREE_DECIMAL)
        return value->text;
    switch (kind) {
    case COLUMN_MONEY:
        return number_plain(arena, value->number, DECIMALS_MONEY, false);
    case COLUMN_QUANTITY:
        return number_plain(arena, value->number, DECIMALS_QUANTITY, true);
    case COLUMN_RATE:
        return number_plain(arena, value->number, DECIMALS_RATE, true);
    case COLUMN_INSTANT:
        return date_format_instant(arena, value->number);
    default:
        return arena_printf(arena, "%" PRId64, value->number);
    }
}

const char *show_typed(struct arena *arena, const char *language, enum field_kind kind, const struct tree *value)
{
    if (!value || value->kind == TREE_NULL)
        return "";
    if (value->kind == TREE_TEXT || value->kind == TREE_DECIMAL)
        return value->text;
    if (value->kind == TREE_LIST) { /* words */
        struct buffer out = {0};
        for (const struct tree *item = value->first; item; item = item->next)
            if (item->kind == TREE_TEXT)
                buffer_printf(&out, "%s%s", out.length ? " " : "", item->text);
        return taken(arena, &out);
    }
    int decimals = kind == FIELD_MONEY ? DECIMALS_MONEY : kind == FIELD_QUANTITY ? DECIMALS_QUANTITY
                   : kind == FIELD_RATE                                          ? DECIMALS_RATE - 2
                                                                                 : 0;
    char *typed = number_plain(arena, value->number, decimals, kind != FIELD_MONEY), *point = strchr(typed, '.');
    if (point && !text_is(language, "en"))
        *point = ',';
    return typed;
}

enum column_kind show_kind_by_name(const struct tree *value)
{
    const char *name = value->name ? value->name : "";
    static const char words[] = "roles kinds functions services accreditations"; /* codes, separated by spaces */
    static const char codes[] = "role kind function service state status decision form outcome legal_form";
    if (value->kind == TREE_BOOL)
        return COLUMN_BOOL;
    if (value->kind == TREE_TEXT && (text_has_word(words, name) || text_has_word(codes, name)))
        return text_has_word(words, name) ? COLUMN_WORDS : COLUMN_CODE;
    if (text_ends(name, "_cents"))
        return COLUMN_MONEY;
    if (text_ends(name, "_ms"))
        return COLUMN_INSTANT;
    if (text_ends(name, "_ppm"))
        return COLUMN_RATE;
    if (text_ends(name, "_on") || (value->kind == TREE_TEXT && text_ends(name, "_by") && date_is(value->text)))
        return COLUMN_DATE; /* answer_by is a day, decided_by is somebody */
    return COLUMN_TEXT;
}

const char *show_link(struct arena *arena, const char *pattern, const struct tree *map, const struct tree *other)
{
    struct buffer out = {0};
    while (*pattern) {
        size_t plain = strcspn(pattern, "{");
        buffer_add(&out, pattern, plain);
        pattern += plain;
        if (!*pattern)
            break;
        size_t length = strcspn(pattern + 1, "}");
        const char *name = arena_copy(arena, pattern + 1, length);
        const struct tree *value = tree_get(map, name);
        buffer_url(&out, show_plain(arena, COLUMN_TEXT, value ? value : tree_get(other, name)));
        pattern += length + 1 + (pattern[length + 1] == '}');
    }
    return taken(arena, &out);
}

bool show_is_figure(enum column_kind kind)
{
    return kind == COLUMN_MONEY || kind == COLUMN_INT || kind == COLUMN_QUANTITY || kind == COLUMN_RATE;
}
