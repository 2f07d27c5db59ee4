#include "tenders/formats/records.h"

#include <string.h>

#include "base/error.h"

enum { DEPTH_MAX = 200 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blank(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

/* After the text that begins at `at`, a quote; NULL when it is never closed. */
static const char *skip_text(const char *at, const char *end)
{
    const char *from = at + 1;
    for (const char *p = from; (p = memchr(p, '"', (size_t)(end - p))); p++) {
        const char *slash = p;
        while (slash > from && slash[-1] == '\\')
            slash--;
        if ((p - slash) % 2 == 0)
            return p + 1;
        from = p + 1; /* the quote is escaped, and so are no slashes before it counted again */
    }
    return NULL;
}

enum walk { WALK_DONE, WALK_CUT, WALK_DEEP, WALK_WRONG };

/* After the value that begins at `at`: its brackets match. */
static enum walk skip_value(const char *at, const char *end, const char **ret_after)
{
    char open[DEPTH_MAX];
    int depth = 0;
    while (at < end) {
        char c = *at;
        if (c == '"') {
            if (!(at = skip_text(at, end)))
                return WALK_CUT;
        } else if (c == '{' || c == '[') {
            if (depth == DEPTH_MAX)
                return WALK_DEEP;
            open[depth++] = c;
            at++;
        } else if (c == '}' || c == ']') {
            if (!depth || open[--depth] != (c == '}' ? '{' : '['))
                return WALK_WRONG;
            at++;
        } else if (depth) {
            at++;
            continue;
        } else { /* a number or a word: up to what can follow a value */
            while (at < end && !is_blank(*at) && !strchr(",{}[]\"", *at))
                at++;
        }
        if (!depth) {
            *ret_after = at;
            return WALK_DONE;
        }
    }
    return WALK_CUT;
}

static bool name_is(const char *name, size_t length, const char *const *names)
{
    for (; *names; names++)
        if (strlen(*names) == length && !memcmp(*names, name, length))
            return true;
    return false;
}

static void add_place(struct records *records, const char *from, const char *to)
{
    if (records->place_count < RECORDS_PLACES_MAX)
        records->places[records->place_count++] = (struct records_place){from, to};
}

/* Finds the places of records among the members of the object that begins at `at` (brackets known to match).
 */
static void find_places(struct records *records, const char *at, const char *end, int level)
{
    static const char *const outer[] = {"results", "records", "releases", "marches", NULL};
    static const char *const inner[] = {"marche", "contrat-concession", "contratConcession",
                                        "contrats-concession", NULL};
    for (at++; at < end;) {
        const char *after = at;
        if (*at != '"') {
            at++;
            continue;
        }
        const char *name = at + 1, *colon = skip_text(at, end);
        if (!colon)
            return;
        size_t length = (size_t)(colon - 1 - name);
        at = skip_blank(colon, end);
        if (at == end || *at != ':')
            continue;
        at = skip_blank(at + 1, end);
        if (at == end || skip_value(at, end, &after) != WALK_DONE)
            return;
        if (name_is(name, length, level ? inner : outer) && *at == '[')
            add_place(records, at + 1, after - 1);
        else if (!level && *at == '{' && length == 7 && !memcmp(name, "marches", 7))
            find_places(records, at, after - 1, 1);
        else if (level && *at == '{' && name_is(name, length, inner))
            add_place(records, at, after);
        at = after;
    }
}

static int refuse(struct error *error, enum walk why)
{
    if (why == WALK_CUT)
        return error_set(error, ERR_INVALID, "file",
                         N_("This JSON is cut: a bracket or a text is never closed."), NULL);
    if (why == WALK_DEEP)
        return error_set(error, ERR_INVALID, "file", N_("This JSON is nested too deeply."), NULL);
    return error_set(error, ERR_INVALID, "file", N_("This is not valid JSON: its brackets do not match."),
                     NULL);
}

int records_open(const char *bytes, size_t length, struct records *ret_records, struct error *error)
{
    const char *end = bytes + length, *first = skip_blank(bytes, end), *at = first, *after = first;
    size_t values = 0;
    *ret_records = (struct records){.start = bytes, .end = end};
    while (at < end) { /* one value, or one per line */
        enum walk walk = *at == ',' ? WALK_WRONG : skip_value(at, end, &after);
        if (walk != WALK_DONE || after == at)
            return refuse(error, walk == WALK_DONE ? WALK_WRONG : walk);
        if (!values++ && *at == '[')
            add_place(ret_records, at + 1, after - 1);
        else if (values == 1 && *at == '{')
            find_places(ret_records, at, after, 0);
        at = skip_blank(after, end);
    }
    if (values > 1 || !ret_records->place_count) {
        ret_records->place_count = 0;
        add_place(ret_records, first, end);
    }
    ret_records->at = ret_records->places[0].from;
    return 0;
}

bool records_next(struct records *records, const char **ret_value, size_t *ret_length)
{
    while (records->place < records->place_count) {
        const char *end = records->places[records->place].to, *at = records->at, *after;
        while (at < end && (is_blank(*at) || *at == ','))
            at++;
        if (at < end && skip_value(at, end, &after) == WALK_DONE && after > at) {
            *ret_value = at;
            *ret_length = (size_t)(after - at);
            records->at = after;
            records->number++;
            return true;
        }
        if (++records->place < records->place_count)
            records->at = records->places[records->place].from;
        else
            records->at = records->end;
    }
    return false;
}
