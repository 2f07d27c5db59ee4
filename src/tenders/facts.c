#include "tenders/facts.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"

/* The texts of a notice by name: written and read by the same table. */
static const struct {
    const char *name;
    size_t offset;
} texts[] = {
#define TEXT_FACT(field) {#field, offsetof(struct notice, field)}
    TEXT_FACT(source),        TEXT_FACT(format),    TEXT_FACT(reference),       TEXT_FACT(published_on),
    TEXT_FACT(displayed_until), TEXT_FACT(deadline), TEXT_FACT(object),          TEXT_FACT(text),
    TEXT_FACT(buyer),         TEXT_FACT(buyer_siret), TEXT_FACT(buyer_post_code), TEXT_FACT(buyer_city),
    TEXT_FACT(departments),   TEXT_FACT(descriptors), TEXT_FACT(cpv),             TEXT_FACT(nature),
    TEXT_FACT(procedure),     TEXT_FACT(family),    TEXT_FACT(reserved),        TEXT_FACT(legal_form),
    TEXT_FACT(earlier),       TEXT_FACT(procedure_key),
#undef TEXT_FACT
};

static const struct {
    const char *name;
    size_t offset;
} flags[] = {
#define FLAG_FACT(field) {#field, offsetof(struct notice, field)}
    FLAG_FACT(object_cut),
    FLAG_FACT(buyer_cut),
    FLAG_FACT(social_criteria),
    FLAG_FACT(environmental_criteria),
#undef FLAG_FACT
};

static const char **text_of(const struct notice *notice, size_t offset)
{
    return (const char **)((char *)notice + offset);
}

static bool *flag_of(const struct notice *notice, size_t offset)
{
    return (bool *)((char *)notice + offset);
}

static void add_name(struct buffer *out, const char *name)
{
    if (out->bytes[out->length - 1] != '{')
        buffer_char(out, ',');
    buffer_char(out, '"');
    buffer_text(out, name);
    buffer_add(out, "\":", 2);
}

static void add_number(struct buffer *out, const char *name, int64_t value)
{
    if (value < 0)
        return;
    add_name(out, name);
    buffer_printf(out, "%" PRId64, value);
}

static void add_tree(struct buffer *out, const char *name, const struct tree *tree)
{
    if (!tree)
        return;
    add_name(out, name);
    tree_write_json(tree, out, false);
}

void facts_write(const struct notice *notice, struct buffer *out)
{
    buffer_char(out, '{');
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const char *text = *text_of(notice, texts[i].offset);
        if (!text)
            continue;
        add_name(out, texts[i].name);
        buffer_json_string(out, text, strlen(text));
    }
    for (size_t i = 0; i < COUNT_OF(flags); i++)
        if (*flag_of(notice, flags[i].offset)) {
            add_name(out, flags[i].name);
            buffer_text(out, "true");
        }
    add_name(out, "kind");
    buffer_printf(out, "\"%s\"", notice_kind_name(notice->kind));
    add_number(out, "value_cents", notice->value_cents);
    add_number(out, "duration_months", notice->duration_months);
    add_number(out, "offers_received", notice->offers_received);
    add_tree(out, "lots", notice->lots);
    add_tree(out, "awards", notice->awards);
    buffer_char(out, '}');
}

static enum notice_kind kind_of(const char *name)
{
    for (int kind = NOTICE_CALL; kind <= NOTICE_PRIOR; kind++)
        if (text_is(name, notice_kind_name((enum notice_kind)kind)))
            return (enum notice_kind)kind;
    return NOTICE_CALL;
}

int facts_read(struct arena *arena, const char *json, struct notice *ret_notice, struct error *error)
{
    struct tree *tree;
    int result = tree_read_json(arena, json, strlen(json), &tree, error);
    if (result)
        return result;
    struct notice *notice = ret_notice;
    *notice = (struct notice){0};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *text_of(notice, texts[i].offset) = tree_text(tree, texts[i].name);
    for (size_t i = 0; i < COUNT_OF(flags); i++)
        *flag_of(notice, flags[i].offset) = tree_true(tree_get(tree, flags[i].name));
    notice->kind = kind_of(tree_text(tree, "kind"));
    notice->value_cents = tree_int(tree, "value_cents", -1);
    notice->duration_months = (int32_t)tree_int(tree, "duration_months", -1);
    notice->offers_received = (int32_t)tree_int(tree, "offers_received", -1);
    notice->lots = (struct tree *)tree_get(tree, "lots");
    notice->awards = (struct tree *)tree_get(tree, "awards");
    return 0;
}
