/* Rendering: the instructions of a template run over a tree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "web/template_internal.h"

enum { RENDER_STEPS = 10 * 1000 * 1000, RENDER_BYTES = 64 << 20 };

struct render {
    const struct template_set *set;
    const struct template *template; /* the one being run, for messages */
    struct buffer *out;
    struct error *error;
    struct arena *scratch; /* of one value */
    const char *language;
    const char *(*translate)(const char *text, const char *language);
    const char *(*name)(const char *code, const char *language);
    bool strict;
    int depth;
    long steps;
    /* By number of a name: the pointer under which the tree had it last. The rows of a list share the
     * pointers of their names, so that from the second row on a name is found without comparing text. */
    const char *met[];
};

/* The contexts a name is looked up in, innermost first. */
struct frame {
    const struct tree *item;
    const struct frame *outer;
};

static int fail(const struct render *r, const struct instruction *c, const char *message)
{
    return template_fail(r->error, r->template, c->line, message, c->text);
}

static const struct tree *member_find(struct render *r, const struct tree *map, const struct name *name)
{
    static const struct tree null = {.kind = TREE_NULL};
    if (map->kind == TREE_NULL)
        return &null;
    if (map->kind != TREE_MAP)
        return NULL;
    const char *met = r->met[name->number];
    for (const struct tree *member = map->first; member; member = member->next) {
        if (member->name == met)
            return member;
        if (member->name[0] == name->text[0] && !strcmp(member->name, name->text)) {
            r->met[name->number] = member->name;
            return member;
        }
    }
    return NULL;
}

static const struct tree *value_find(struct render *r, const struct instruction *c, const struct frame *frame)
{
    if (!c->parts)
        return frame->item;
    const struct tree *found = NULL;
    for (; frame && !found; frame = frame->outer)
        if (frame->item->kind == TREE_MAP)
            found = member_find(r, frame->item, c->path[0]);
    for (int i = 1; i < c->parts && found; i++)
        found = member_find(r, found, c->path[i]);
    return found;
}

/* The value of a name; missing ones are an error in strict mode and NULL otherwise. */
static int value_get(struct render *r, const struct instruction *c, const struct frame *frame,
                     const struct tree **ret_value)
{
    *ret_value = value_find(r, c, frame);
    if (!*ret_value && r->strict)
        return fail(r, c, N_("Page {0}, line {1}: nothing is named “{2}” here"));
    return 0;
}

static void write_text(struct render *r, const char *text)
{
    buffer_html(r->out, text);
}

static const char *name_of(struct render *r, const char *code)
{
    const char *name = r->name ? r->name(code, r->language) : NULL;
    return name ? name : code;
}

static void write_sentence(struct render *r, const char *text)
{
    const char *translated = r->translate ? r->translate(text, r->language) : NULL;
    write_text(r, translated ? translated : text);
}

/* Text of a value as it is; of an integer it is made in room, without printf, because pages are full of them.
 */
static const char *plain_text(const struct tree *value, char room[24])
{
    if (value->kind == TREE_TEXT || value->kind == TREE_DECIMAL)
        return value->text;
    if (value->kind == TREE_BOOL)
        return value->number ? "true" : "false";
    uint64_t rest = value->number < 0 ? 0 - (uint64_t)value->number : (uint64_t)value->number;
    char *first = room + 23;
    *first = 0;
    do
        *--first = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value->number < 0)
        *--first = '-';
    return first;
}

/* Codes separated by single spaces, each translated. */
static void write_words(struct render *r, const char *words)
{
    for (const char *joint = ""; *words; joint = ", ") {
        size_t length = strcspn(words, " ");
        buffer_text(r->out, joint);
        write_text(r, name_of(r, arena_copy(r->scratch, words, length)));
        words += length + (words[length] == ' ');
    }
    arena_reset(r->scratch);
}

/* Text of a value for its filter, in scratch; NULL when the value is not of the filter's kind. */
static const char *filter_text(struct render *r, enum filter filter, const struct tree *value)
{
    bool english = text_is(r->language, "en"), is_int = value->kind == TREE_INT;
    switch (filter) {
    case FILTER_MONEY:
        if (!is_int)
            return NULL;
        const char *amount = number_screen(r->scratch, value->number, DECIMALS_MONEY, false, r->language);
        if (!english)
            return arena_printf(r->scratch, "%s\u00a0€", amount);
        return arena_printf(r->scratch, "%s€%s", *amount == '-' ? "-" : "", amount + (*amount == '-'));
    case FILTER_QUANTITY:
        return is_int ? number_screen(r->scratch, value->number, DECIMALS_QUANTITY, true, r->language) : NULL;
    case FILTER_RATE: /* a millionth is a ten-thousandth of a per cent */
        if (!is_int)
            return NULL;
        return arena_printf(r->scratch, english ? "%s%%" : "%s\u00a0%%",
                            number_screen(r->scratch, value->number, DECIMALS_RATE - 2, true, r->language));
    case FILTER_DATE:
        return value->kind == TREE_TEXT && date_is(value->text)
                   ? date_screen(r->scratch, value->text, r->language)
                   : NULL;
    case FILTER_MONTH:
        return value->kind == TREE_TEXT ? date_screen_month(r->scratch, value->text, r->language) : NULL;
    case FILTER_NUMBER:
        if (value->kind == TREE_TEXT || value->kind == TREE_DECIMAL)
            return number_screen_digits(r->scratch, value->text, r->language);
        return is_int ? number_screen(r->scratch, value->number, 0, false, r->language) : NULL;
    case FILTER_INSTANT:
        return is_int ? date_screen_instant(r->scratch, value->number, r->language) : NULL;
    default:
        return NULL;
    }
}

static int run_value(struct render *r, const struct instruction *c, const struct frame *frame)
{
    const struct tree *value;
    int failed = value_get(r, c, frame, &value);
    if (failed || !value || value->kind == TREE_NULL)
        return failed;
    if (value->kind == TREE_LIST || value->kind == TREE_MAP)
        return r->strict ? fail(r, c, N_("Page {0}, line {1}: “{2}” is a list or a map, not a value")) : 0;
    char room[24];
    const char *text = plain_text(value, room);
    if (c->filter == FILTER_NONE) {
        write_text(r, text);
    } else if (c->filter == FILTER_URL) {
        buffer_url(r->out, text);
    } else if (c->filter == FILTER_TRANSLATED) {
        write_text(r, name_of(r, text));
    } else if (c->filter == FILTER_WORDS && value->kind == TREE_TEXT) {
        write_words(r, text);
    } else {
        const char *written = filter_text(r, c->filter, value);
        if (!written && r->strict)
            return fail(r, c, N_("Page {0}, line {1}: the filter is not made for the value of “{2}”"));
        write_text(r, written ? written : text);
        arena_reset(r->scratch);
    }
    return 0;
}

static int run(struct render *r, uint32_t from, uint32_t to, const struct frame *frame);

/* Counts a pass through a section or a partial: no page needs as many, a template that runs away does. */
static bool is_spent(struct render *r)
{
    return ++r->steps > RENDER_STEPS || r->out->length > RENDER_BYTES;
}

static int run_inside(struct render *r, const struct instruction *c, const struct frame *frame)
{
    if (is_spent(r))
        return fail(r, c, N_("Page {0}, line {1}: the page grows too large in “{2}”"));
    return run(r, (uint32_t)(c + 1 - r->template->code), c->end, frame);
}

static int run_section(struct render *r, const struct instruction *c, const struct frame *frame)
{
    const struct tree *value;
    int failed = value_get(r, c, frame, &value);
    if (failed || tree_true(value) == (c->operation == OP_INVERTED))
        return failed;
    if (c->operation == OP_INVERTED || value->kind == TREE_BOOL) /* {{.}} stays what it was */
        return run_inside(r, c, frame);
    struct frame inner = {value, frame};
    if (value->kind != TREE_LIST)
        return run_inside(r, c, &inner);
    for (inner.item = value->first; inner.item && !failed; inner.item = inner.item->next)
        failed = run_inside(r, c, &inner);
    return failed;
}

static int run_partial(struct render *r, const struct instruction *c, const struct frame *frame)
{
    const struct template *partial = c->partial, *caller = r->template;
    if (c->operation == OP_PARTIAL_NAMED) {
        const struct tree *value;
        int failed = value_get(r, c, frame, &value);
        if (failed || !value)
            return failed;
        partial = value->kind == TREE_TEXT ? template_find(r->set, value->text) : NULL;
    }
    if (!partial)
        return fail(r, c, N_("Page {0}, line {1}: there is no page “{2}”"));
    if (r->depth == PARTIAL_DEPTH || is_spent(r))
        return fail(r, c, N_("Page {0}, line {1}: page “{2}” includes itself without end"));
    r->depth++;
    r->template = partial;
    int failed = run(r, 0, partial->count, frame);
    r->template = caller;
    r->depth--;
    return failed;
}

static int run(struct render *r, uint32_t from, uint32_t to, const struct frame *frame)
{
    const struct instruction *code = r->template->code;
    int failed = 0;
    for (uint32_t i = from; i < to && !failed; i++) {
        const struct instruction *c = &code[i];
        switch ((enum operation)c->operation) {
        case OP_LITERAL:
            buffer_add(r->out, c->text, c->length);
            break;
        case OP_VALUE:
            failed = run_value(r, c, frame);
            break;
        case OP_SECTION:
        case OP_INVERTED:
            failed = run_section(r, c, frame);
            i = c->end - 1;
            break;
        case OP_PARTIAL:
        case OP_PARTIAL_NAMED:
            failed = run_partial(r, c, frame);
            break;
        case OP_SENTENCE:
            write_sentence(r, c->text);
            break;
        }
    }
    return failed;
}

int template_render(const struct template_set *set, const char *name, const struct tree *context,
                    const struct template_options *options, struct buffer *out, struct error *error)
{
    static const struct template_options plain;
    options = options ? options : &plain;
    const struct template *template = template_find(set, name);
    if (!template)
        return error_set(error, ERR_NOT_FOUND, NULL, N_("There is no page named “{0}”"), name, NULL);
    size_t length = out->length;
    struct render *r = memory_get(sizeof *r + set->name_count * sizeof r->met[0]);
    r->set = set;
    r->template = template;
    r->out = out;
    r->error = error;
    r->scratch = arena_new();
    r->language = options->language ? options->language : "fr";
    r->translate = options->translate;
    r->name = options->name ? options->name : options->translate;
    r->strict = options->strict;
    struct frame frame = {context, NULL};
    int failed = run(r, 0, template->count, &frame);
    if (failed && out->bytes) {
        out->length = length;
        out->bytes[length] = 0;
    }
    arena_free(r->scratch);
    free(r);
    return failed;
}
