/* Parsing: source to a flat array of instructions, where a section knows the instruction after its end. */
#include "web/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "web/template_internal.h"

struct parser {
    struct template_set *set;
    struct template *template;
    const char *at, *end, *source; /* at: the first byte not yet read */
    uint32_t line;
    uint32_t open[SECTION_DEPTH]; /* sections not yet closed */
    int depth;
    struct error *error;
};

struct span {
    const char *from, *to;
};

int template_fail(struct error *error, const struct template *template, uint32_t line, const char *message,
                  const char *detail)
{
    char number[16];
    snprintf(number, sizeof number, "%u", (unsigned)line);
    return error_set(error, ERR_INTERNAL, NULL, message, template->name, number, detail, NULL);
}

static char *span_copy(const struct parser *p, struct span span)
{
    return arena_copy(p->set->arena, span.from, (size_t)(span.to - span.from));
}

static int refuse(const struct parser *p, const char *message, struct span detail)
{
    return template_fail(p->error, p->template, p->line, message, span_copy(p, detail));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct span span_trim(struct span span)
{
    while (span.from < span.to && is_blank(*span.from))
        span.from++;
    while (span.to > span.from && is_blank(span.to[-1]))
        span.to--;
    return span;
}

static bool span_is(struct span span, const char *text)
{
    return (size_t)(span.to - span.from) == strlen(text) && !memcmp(span.from, text, strlen(text));
}

static struct instruction *emit(struct parser *p, enum operation operation)
{
    struct template *t = p->template;
    if (t->count == t->room) {
        t->room = t->room ? t->room * 2 : 32;
        t->code = memory_grow(t->code, t->room * sizeof *t->code);
    }
    struct instruction *instruction = &t->code[t->count++];
    *instruction = (struct instruction){.operation = (uint8_t)operation, .line = p->line};
    return instruction;
}

static void emit_literal(struct parser *p, const char *from, const char *to)
{
    if (from == to)
        return;
    struct instruction *literal = emit(p, OP_LITERAL);
    literal->text = from;
    literal->length = (uint32_t)(to - from);
}

static const struct name *name_intern(const struct parser *p, struct span span)
{
    struct template_set *set = p->set;
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *c = span.from; c < span.to; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    struct name **bucket = &set->names[hash % NAME_BUCKETS];
    for (struct name *name = *bucket; name; name = name->next)
        if (span_is(span, name->text))
            return name;
    struct name *name = ARENA_NEW(set->arena, struct name);
    name->text = span_copy(p, span);
    name->number = set->name_count++;
    name->next = *bucket;
    return *bucket = name;
}

static bool is_word(struct span span, const char *also)
{
    for (const char *c = span.from; c < span.to; c++) {
        bool plain =
            (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '_';
        if (!plain && !(*c && strchr(also, *c)))
            return false;
    }
    return span.from < span.to;
}

/* "a.b.c" or ".": the names of a path, interned. */
static int parse_path(struct parser *p, struct span written, struct instruction *instruction)
{
    static const char *const bad = N_("Page {0}, line {1}: “{2}” is not a name");
    const struct name *parts[NAME_PARTS];
    int count = 0;
    for (const char *from = written.from; !span_is(written, ".");) {
        const char *dot = memchr(from, '.', (size_t)(written.to - from));
        struct span part = {from, dot ? dot : written.to};
        if (count == NAME_PARTS || !is_word(part, "-"))
            return refuse(p, bad, written);
        parts[count++] = name_intern(p, part);
        if (!dot)
            break;
        from = dot + 1;
    }
    const struct name **path = ARENA_ARRAY(p->set->arena, const struct name *, count);
    for (int i = 0; i < count; i++)
        path[i] = parts[i];
    instruction->path = path;
    instruction->parts = (uint8_t)count;
    instruction->text = span_copy(p, written);
    return 0;
}

static int parse_value(struct parser *p, struct span inside)
{
    static const char *const filters[] = {"", "money", "quantity", "rate", "date", "month", "instant", "number", "words", "url"};
    struct instruction *value = emit(p, OP_VALUE);
    const char *bar = memchr(inside.from, '|', (size_t)(inside.to - inside.from));
    if (bar) {
        struct span word = span_trim((struct span){bar + 1, inside.to});
        while (value->filter < COUNT_OF(filters) && !span_is(word, filters[value->filter]))
            value->filter++;
        if (!value->filter || value->filter == COUNT_OF(filters))
            return refuse(p, N_("Page {0}, line {1}: there is no filter named “{2}”"), word);
        inside.to = bar;
    }
    return parse_path(p, span_trim(inside), value);
}

static int parse_section(struct parser *p, struct span name, enum operation operation)
{
    if (p->depth == SECTION_DEPTH)
        return refuse(p, N_("Page {0}, line {1}: section “{2}” lies too deep"), name);
    p->open[p->depth++] = p->template->count;
    return parse_path(p, name, emit(p, operation));
}

static int parse_close(struct parser *p, struct span name)
{
    struct instruction *section = p->depth ? &p->template->code[p->open[p->depth - 1]] : NULL;
    if (!section || !span_is(name, section->text))
        return refuse(p, N_("Page {0}, line {1}: “{2}” closes a section that is not the one open"), name);
    section->end = p->template->count;
    p->depth--;
    return 0;
}

static int parse_partial(struct parser *p, struct span name)
{
    if (name.from < name.to && *name.from == '*')
        return parse_path(p, span_trim((struct span){name.from + 1, name.to}), emit(p, OP_PARTIAL_NAMED));
    if (!is_word(name, "-/."))
        return refuse(p, N_("Page {0}, line {1}: “{2}” is not the name of a page"), name);
    emit(p, OP_PARTIAL)->text = span_copy(p, name);
    return 0;
}

/* A sentence may run over lines of the page: its key in the catalogue has single spaces. */
static int parse_sentence(struct parser *p, struct span inside)
{
    if (inside.from == inside.to)
        return refuse(p, N_("Page {0}, line {1}: an empty sentence"), inside);
    char *text = span_copy(p, inside), *to = text;
    for (const char *c = text; *c; c++)
        if (!is_blank(*c))
            *to++ = *c;
        else if (to[-1] != ' ')
            *to++ = ' ';
    *to = 0;
    emit(p, OP_SENTENCE)->text = text;
    return 0;
}

/* inside: what stands between the braces. */
static int parse_tag(struct parser *p, struct span inside)
{
    struct span rest = span_trim((struct span){inside.from + (inside.from < inside.to), inside.to});
    switch (inside.from < inside.to ? *inside.from : 0) {
    case '#':
        return parse_section(p, rest, OP_SECTION);
    case '^':
        return parse_section(p, rest, OP_INVERTED);
    case '/':
        return parse_close(p, rest);
    case '>':
        return parse_partial(p, rest);
    case '!':
        if (!p->template->header)
            p->template->header = span_copy(p, rest);
        return 0;
    case '_':
        if (inside.to - inside.from == 1 || is_blank(inside.from[1])) /* {{_name}} is a name */
            return parse_sentence(p, rest);
        return parse_value(p, inside);
    case '~':
        emit(p, OP_VALUE)->filter = FILTER_TRANSLATED;
        return parse_path(p, rest, &p->template->code[p->template->count - 1]);
    case '{':
    case '&':
        return refuse(p, N_("Page {0}, line {1}: data is always escaped, “{2}” is not a tag"), inside);
    default:
        return parse_value(p, inside);
    }
}

/* Widens tag to its whole line, line end included, when nothing else stands on it. */
static void take_line(const struct parser *p, struct span *tag)
{
    if (!strchr("#^/>!", tag->from[2]))
        return;
    const char *from = tag->from, *to = tag->to;
    while (from > p->source && (from[-1] == ' ' || from[-1] == '\t'))
        from--;
    while (to < p->end && (*to == ' ' || *to == '\t'))
        to++;
    if (from > p->source && from[-1] != '\n')
        return;
    if (to + 1 < p->end && to[0] == '\r' && to[1] == '\n')
        to++;
    if (to == p->end || *to == '\n')
        *tag = (struct span){from, to + (to < p->end)};
}

static void count_lines(struct parser *p, const char *from, const char *to)
{
    while ((from = memchr(from, '\n', (size_t)(to - from)))) {
        p->line++;
        from++;
    }
}

static int parse(struct parser *p)
{
    while (p->at < p->end) {
        struct span tag = {memmem(p->at, (size_t)(p->end - p->at), "{{", 2), NULL};
        if (!tag.from) {
            emit_literal(p, p->at, p->end);
            break;
        }
        const char *start = p->at, *close = memmem(tag.from + 2, (size_t)(p->end - tag.from - 2), "}}", 2);
        count_lines(p, start, tag.from);
        if (!close)
            return refuse(p, N_("Page {0}, line {1}: a tag is never closed"), (struct span){start, start});
        struct span inside = {tag.from + 2, close};
        tag.to = close + 2;
        take_line(p, &tag);
        emit_literal(p, start, tag.from);
        int failed = parse_tag(p, inside);
        if (failed)
            return failed;
        count_lines(p, inside.from, tag.to);
        p->at = tag.to;
    }
    if (!p->depth)
        return 0;
    const struct instruction *section = &p->template->code[p->open[p->depth - 1]];
    return template_fail(p->error, p->template, section->line,
                         N_("Page {0}, line {1}: section “{2}” is never closed"), section->text);
}

struct template_set *template_set_new(void)
{
    struct template_set *set = memory_get(sizeof *set);
    set->arena = arena_new();
    return set;
}

void template_set_free(struct template_set *set)
{
    if (!set)
        return;
    for (uint32_t i = 0; i < set->count; i++)
        free(set->templates[i]->code);
    free(set->templates);
    arena_free(set->arena);
    free(set);
}

const struct template *template_find(const struct template_set *set, const char *name)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (!strcmp(set->templates[i]->name, name))
            return set->templates[i];
    return NULL;
}

int template_add(struct template_set *set, const char *name, const char *source, size_t length,
                 struct error *error)
{
    if (!is_word((struct span){name, name + strlen(name)}, "-/.") || template_find(set, name))
        return error_set(error, ERR_INTERNAL, NULL,
                         N_("A page cannot be named “{0}”, or there is one already"), name, NULL);
    if (length > SOURCE_BYTES || !text_is_utf8(source, length))
        return error_set(error, ERR_INTERNAL, NULL, N_("Page {0} is not UTF-8 text of at most 1 MB"), name,
                         NULL);
    struct template *template = ARENA_NEW(set->arena, struct template);
    template->name = arena_strdup(set->arena, name);
    struct parser parser = {.set = set, .template = template, .line = 1, .error = error};
    parser.source = parser.at = arena_copy(set->arena, source, length);
    parser.end = parser.at + length;
    int failed = parse(&parser);
    if (failed) {
        free(template->code);
        return failed;
    }
    template->header = template->header ? template->header : "";
    if (set->count == set->room) {
        set->room = set->room ? set->room * 2 : 32;
        set->templates = memory_grow(set->templates, set->room * sizeof(struct template *));
    }
    set->templates[set->count++] = template;
    return 0;
}

int template_link(struct template_set *set, struct error *error)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const struct template *template = set->templates[i];
        for (uint32_t j = 0; j < template->count; j++) {
            struct instruction *c = &template->code[j];
            if (c->operation != OP_PARTIAL)
                continue;
            c->partial = template_find(set, c->text);
            if (!c->partial)
                return template_fail(error, template, c->line,
                                     N_("Page {0}, line {1}: there is no page “{2}”"), c->text);
        }
    }
    return 0;
}

const char *template_header(const struct template_set *set, const char *name)
{
    const struct template *template = template_find(set, name);
    return template ? template->header : "";
}

void template_sentences(const struct template_set *set, void (*visit)(const char *sentence, void *context),
                        void *context)
{
    for (uint32_t i = 0; i < set->count; i++)
        for (uint32_t j = 0; j < set->templates[i]->count; j++)
            if (set->templates[i]->code[j].operation == OP_SENTENCE)
                visit(set->templates[i]->code[j].text, context);
}
