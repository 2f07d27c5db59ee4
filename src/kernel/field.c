/* From what was typed, or sent as JSON, to validated arguments. Every error is beside its field. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "kernel/action.h"

enum { TEXT_DEFAULT_MAX = 200, NOTE_DEFAULT_MAX = 5000, LIST_DEFAULT_MAX = 200, WORDS_MAX = 100 };

struct reading {
    struct arena *arena;
    struct error *first; /* the caller's */
    struct error *last;
    int errors;
};

static void refuse(struct reading *reading, const char *path, const char *message, const char *argument)
{
    struct error *error = reading->first;
    if (reading->errors++) {
        error = ARENA_NEW(reading->arena, struct error);
        reading->last->next = error;
    }
    reading->last = error;
    error->next = NULL;
    error_set(error, ERR_INVALID, path, message, argument, NULL);
}

/* --- numbers --- */

static int decimals_of(enum field_kind kind)
{
    switch (kind) {
    case FIELD_MONEY:
        return DECIMALS_MONEY;
    case FIELD_QUANTITY:
        return DECIMALS_QUANTITY;
    case FIELD_RATE:
        return DECIMALS_RATE;
    default:
        return 0;
    }
}

/* Typed: euros, units, per cent. JSON: an int of money is cents; of others it is whole units. */
static bool to_number(const struct field *field, const struct tree *value, int64_t *ret)
{
    int decimals = decimals_of(field->kind);
    if (value->kind == TREE_INT && (field->kind == FIELD_MONEY || field->kind == FIELD_INT)) {
        *ret = value->number;
        return true;
    }
    if (value->kind == TREE_INT) {
        int64_t scale = 1;
        for (int i = 0; i < decimals; i++)
            scale *= 10;
        return number_multiply(value->number, scale, ret);
    }
    if (value->kind == TREE_DECIMAL)
        return number_parse(value->text, decimals, ret);
    if (value->kind != TREE_TEXT)
        return false;
    /* A rate is typed in per cent: two decimals fewer remain. */
    return number_parse(value->text, field->kind == FIELD_RATE ? decimals - 2 : decimals, ret);
}

static const char *bound_text(struct arena *arena, const struct field *field, int64_t bound)
{
    return number_plain(arena, bound, field->kind == FIELD_RATE ? DECIMALS_RATE - 2 : decimals_of(field->kind), true);
}

static void read_number(struct reading *reading, const struct field *field, const struct tree *value,
                        const char *path, struct tree *args)
{
    int64_t number;
    if (!to_number(field, value, &number)) {
        refuse(reading, path,
               field->kind == FIELD_INT ? N_("This must be a whole number.") : N_("This must be a number, such as 1234,50."),
               NULL);
        return;
    }
    bool bounded = field->min || field->max;
    if (bounded && number < field->min)
        refuse(reading, path, N_("This must be at least {0}."), bound_text(reading->arena, field, field->min));
    else if (bounded && field->max && number > field->max)
        refuse(reading, path, N_("This must be at most {0}."), bound_text(reading->arena, field, field->max));
    else
        tree_set_int(reading->arena, args, field->name, number);
}

/* --- texts --- */

static bool is_choice(const char *choices, const char *text, size_t length)
{
    for (const char *p = choices; *p;) {
        size_t size = strcspn(p, "|");
        if (size == length && !memcmp(p, text, size))
            return true;
        p += size + (p[size] == '|');
    }
    return false;
}

size_t choices_length(const char *choices)
{
    const char *end = strstr(choices, "||");
    return end ? (size_t)(end - choices) : strlen(choices);
}

/* "a|b" as "a, b" for a sentence. */
static const char *choices_text(struct arena *arena, const char *choices)
{
    char *text = arena_alloc(arena, strlen(choices) * 2 + 1), *p = text;
    for (const char *end = choices + choices_length(choices); choices < end; choices++)
        p = *choices == '|' ? stpcpy(p, ", ") : (*p = *choices, p + 1);
    return text;
}

static void read_words(struct reading *reading, const struct field *field, const struct tree *value, const char *path,
                       struct tree *args)
{
    struct tree *list = tree_list(reading->arena);
    struct tree typed = *value;
    if (value->kind == TREE_TEXT) {
        typed = *tree_list(reading->arena);
        for (const char *p = value->text; *p;) {
            size_t skip = strspn(p, " ,;|\t\r\n"), length = strcspn(p + skip, " ,;|\t\r\n");
            if (length)
                tree_add_text(reading->arena, &typed, arena_copy(reading->arena, p + skip, length));
            p += skip + length;
        }
    }
    if (typed.kind != TREE_LIST) {
        refuse(reading, path, N_("This must be a list of codes."), NULL);
        return;
    }
    for (const struct tree *word = typed.first; word; word = word->next) {
        if (word->kind != TREE_TEXT || !text_is_clean(word->text, strlen(word->text)) || list->count == WORDS_MAX) {
            refuse(reading, path, N_("This must be a list of codes."), NULL);
            return;
        }
        if (!*word->text)
            continue; /* the empty box of a form with check boxes */
        if (field->choices && !is_choice(field->choices, word->text, strlen(word->text))) {
            refuse(reading, path, N_("This must be one of: {0}."), choices_text(reading->arena, field->choices));
            return;
        }
        tree_add_text(reading->arena, list, word->text);
    }
    if (field->required && !list->count)
        refuse(reading, path, N_("This is required."), NULL);
    else
        tree_set(reading->arena, args, field->name, list);
}

static bool is_ref(const char *text)
{
    for (; *text; text++)
        if (isspace((unsigned char)*text))
            return false;
    return true;
}

static const char *scalar_text(struct arena *arena, const struct tree *value)
{
    if (value->kind == TREE_TEXT || value->kind == TREE_DECIMAL)
        return value->text;
    return value->kind == TREE_INT ? arena_printf(arena, "%" PRId64, value->number) : NULL;
}

/* A secret is copied, so that the action can wipe it; what was typed is its caller's to wipe. */
static const char *kept_text(struct arena *arena, const struct field *field, const char *text, const char *siret)
{
    if (field->kind == FIELD_SIRET)
        return arena_strdup(arena, siret);
    return field->kind == FIELD_SECRET ? arena_strdup(arena, text) : text;
}

static void read_text(struct reading *reading, const struct field *field, const struct tree *value, const char *path,
                      struct tree *args)
{
    const char *text = scalar_text(reading->arena, value);
    if (!text || !text_is_clean(text, strlen(text))) {
        refuse(reading, path, N_("This must be plain text."), NULL);
        return;
    }
    if (field->kind != FIELD_NOTE && field->kind != FIELD_SECRET)
        text = text_tidy(reading->arena, text);
    else if (field->kind == FIELD_NOTE)
        text = text_without_unseen(reading->arena, text);
    int64_t limit = field->max ? field->max : field->kind == FIELD_NOTE ? NOTE_DEFAULT_MAX : TEXT_DEFAULT_MAX;
    char siret[15];
    if ((int64_t)text_characters(text) > limit)
        refuse(reading, path, N_("This is too long: at most {0} characters."),
               arena_printf(reading->arena, "%" PRId64, limit));
    else if (field->min && (int64_t)text_characters(text) < field->min)
        refuse(reading, path, N_("This is too short: at least {0} characters."),
               arena_printf(reading->arena, "%" PRId64, field->min));
    else if (field->kind == FIELD_CHOICE && !is_choice(field->choices, text, strlen(text)))
        refuse(reading, path, N_("This must be one of: {0}."), choices_text(reading->arena, field->choices));
    else if (field->kind == FIELD_DATE && !date_is(text))
        refuse(reading, path, N_("This must be a date, such as 2026-03-31."), NULL);
    else if (field->kind == FIELD_SIRET && !text_is_siret(text, siret))
        refuse(reading, path, N_("This is not a SIRET: 14 digits whose check digit holds."), NULL);
    else if (field->kind == FIELD_REF && !is_ref(text))
        refuse(reading, path, N_("A reference holds no spaces."), NULL);
    else
        tree_set_text(reading->arena, args, field->name, kept_text(reading->arena, field, text, siret));
}

static void read_bool(struct reading *reading, const struct field *field, const struct tree *value, const char *path,
                      struct tree *args)
{
    const char *text = value->kind == TREE_TEXT ? value->text : NULL;
    if (value->kind == TREE_BOOL || value->kind == TREE_INT)
        tree_set_bool(reading->arena, args, field->name, value->number != 0);
    else if (text && is_choice("1|on|yes|true|oui", text, strlen(text)))
        tree_set_bool(reading->arena, args, field->name, true);
    else if (text && is_choice("0|off|no|false|non", text, strlen(text)))
        tree_set_bool(reading->arena, args, field->name, false);
    else
        refuse(reading, path, N_("This must be yes or no."), NULL);
}

/* --- groups --- */

static void read_fields(struct reading *reading, const struct field *fields, const struct tree *input,
                        const char *prefix, struct tree *args);

static void read_list(struct reading *reading, const struct field *field, const struct tree *value, const char *path,
                      struct tree *args)
{
    if (value->kind == TREE_MAP && field->max == 1) { /* a list of one row at most may be written as that row */
        read_fields(reading, field->of, value, arena_printf(reading->arena, "%s.", path),
                    tree_add_map(reading->arena, tree_set_list(reading->arena, args, field->name)));
        return;
    }
    if (value->kind != TREE_LIST) {
        refuse(reading, path, N_("This must be a list."), NULL);
        return;
    }
    int64_t limit = field->max ? field->max : LIST_DEFAULT_MAX;
    if ((int64_t)value->count > limit) {
        refuse(reading, path, N_("This list is too long: at most {0} rows."),
               arena_printf(reading->arena, "%" PRId64, limit));
        return;
    }
    if ((int64_t)value->count < field->min || (field->required && !value->count)) {
        refuse(reading, path, N_("At least one row is required."), NULL);
        return;
    }
    struct tree *list = tree_set_list(reading->arena, args, field->name);
    int index = 0;
    for (const struct tree *item = value->first; item; item = item->next, index++) {
        char prefix[ERROR_FIELD_BYTES];
        snprintf(prefix, sizeof prefix, "%s.%d.", path, index);
        if (item->kind == TREE_MAP)
            read_fields(reading, field->of, item, prefix, tree_add_map(reading->arena, list));
        else
            refuse(reading, path, N_("Each row must be a group of named fields."), NULL);
    }
}

static bool is_empty(const struct tree *value)
{
    return !value || value->kind == TREE_NULL || (value->kind == TREE_TEXT && !value->text[strspn(value->text, " \t\r\n")]);
}

static void read_field(struct reading *reading, const struct field *field, const struct tree *value, const char *path,
                       struct tree *args)
{
    if (field->kind == FIELD_INT || decimals_of(field->kind))
        read_number(reading, field, value, path, args);
    else if (field->kind == FIELD_BOOL)
        read_bool(reading, field, value, path, args);
    else if (field->kind == FIELD_WORDS)
        read_words(reading, field, value, path, args);
    else if (field->kind == FIELD_LIST)
        read_list(reading, field, value, path, args);
    else
        read_text(reading, field, value, path, args);
}

static const struct field *find_field(const struct field *fields, const char *name)
{
    for (; fields->name; fields++)
        if (!strcmp(fields->name, name))
            return fields;
    return NULL;
}

static void read_fields(struct reading *reading, const struct field *fields, const struct tree *input,
                        const char *prefix, struct tree *args)
{
    for (const struct field *field = fields; field->name; field++) {
        const char *path = arena_printf(reading->arena, "%s%s", prefix, field->name);
        const struct tree *value = tree_get(input, field->name);
        struct tree initial = {.kind = TREE_TEXT, .text = field->initial};
        if (is_empty(value))
            value = field->initial ? &initial : NULL;
        if (value)
            read_field(reading, field, value, path, args);
        else if (field->required)
            refuse(reading, path, N_("This is required."), NULL);
    }
    /* A misspelt name must not pass for an optional field that was left out. */
    for (const struct tree *member = input ? input->first : NULL; member; member = member->next)
        if (!find_field(fields, member->name))
            refuse(reading, arena_printf(reading->arena, "%s%s", prefix, member->name),
                   N_("There is no such field here."), NULL);
}

int fields_read(struct arena *arena, const struct field *fields, const struct tree *input, struct tree **ret_args,
                struct error *error)
{
    struct reading reading = {.arena = arena, .first = error, .last = error};
    struct tree *args = tree_map(arena);
    if (input && input->kind != TREE_MAP)
        refuse(&reading, "", N_("This must be a group of named fields."), NULL);
    else
        read_fields(&reading, fields, input, "", args);
    *ret_args = args;
    return reading.errors ? ERR_INVALID : 0;
}
