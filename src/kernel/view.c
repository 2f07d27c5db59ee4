/* Reading views.sql: headers and bodies. Running them is in query.c. */
#include "kernel/view.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"

static const char *const kind_names[] = {"text", "note", "int",  "money", "quantity", "rate", "date", "instant",
                                         "bool", "code", "words", "siret", "ref",      "id",   "json",
                                         "sealed", "decimal"};

const char *column_kind_name(enum column_kind kind)
{
    return kind_names[kind];
}

const char *view_withheld_names(const struct view *view, unsigned role)
{
    for (int i = 0; i < view->withheld_count; i++)
        if (view->withheld[i].role == role)
            return view->withheld[i].names;
    return "";
}

struct parsing {
    struct arena *arena;
    const char *subject;
    struct view *view;
    struct error *error;
    int line;
};

static int bad(struct parsing *parsing, const char *what)
{
    char line[16];
    snprintf(line, sizeof line, "%d", parsing->line);
    return error_set(parsing->error, ERR_INTERNAL, "", N_("{0}/views.sql, line {1}: {2}"), parsing->subject, line, what,
                     NULL);
}

/* Next word of *at, copied; NULL at the end. */
static char *next_word(struct parsing *parsing, const char **at)
{
    *at += strspn(*at, " ,");
    size_t length = strcspn(*at, " ,");
    if (!length)
        return NULL;
    char *word = arena_copy(parsing->arena, *at, length);
    *at += length;
    return word;
}

static bool kind_of(const char *name, enum column_kind *ret_kind)
{
    for (size_t i = 0; name && i < COUNT_OF(kind_names); i++)
        if (!strcmp(kind_names[i], name)) {
            *ret_kind = (enum column_kind)i;
            return true;
        }
    return false;
}

static int parse_read(struct parsing *parsing, const char *text)
{
    char *word;
    while ((word = next_word(parsing, &text))) {
        unsigned role = !strcmp(word, "all") ? ROLES_ALL : !strcmp(word, "signed_in") ? ROLES_ALL_SIGNED_IN : role_of(word);
        if (!role)
            return bad(parsing, "unknown role");
        parsing->view->roles |= role;
    }
    return 0;
}

static int parse_scope(struct parsing *parsing, const char *text)
{
    struct view *view = parsing->view;
    char *word = next_word(parsing, &text);
    unsigned role = word ? role_of(word) : 0;
    if (!role || view->scope_count == VIEW_SCOPES_MAX)
        return bad(parsing, "scope: role and condition");
    view->scopes[view->scope_count++] =
        (struct view_scope){role, arena_strdup(parsing->arena, text + strspn(text, " "))};
    return 0;
}

static int parse_withheld(struct parsing *parsing, const char *text)
{
    struct view *view = parsing->view;
    char *word = next_word(parsing, &text);
    unsigned role = word ? role_of(word) : 0;
    if (!role || *view_withheld_names(view, role) || view->withheld_count == VIEW_SCOPES_MAX)
        return bad(parsing, "withheld: role and names, once for each role");
    view->withheld[view->withheld_count++] =
        (struct view_withheld){role, arena_strdup(parsing->arena, text + strspn(text, " "))};
    return 0;
}

/* "function text where …", "siret siret", "q text search member m.id", "kind code of a|b where …" */
static int parse_param(struct parsing *parsing, const char *text)
{
    struct view *view = parsing->view;
    struct view_param *param = &view->params[view->param_count];
    if (view->param_count == VIEW_PARAMS_MAX)
        return bad(parsing, "too many parameters");
    param->name = next_word(parsing, &text);
    if (!kind_of(next_word(parsing, &text), &param->kind))
        return bad(parsing, "parameter: name and kind");
    const char *rest = text;
    char *word = next_word(parsing, &rest);
    if (text_is(word, "of")) {
        param->choices = next_word(parsing, &rest);
        text = rest;
        word = next_word(parsing, &rest);
    }
    param->required = !word;
    if (text_is(word, "search")) {
        param->search = next_word(parsing, &rest);
        param->where = next_word(parsing, &rest);
    } else if (text_is(word, "where")) {
        param->where = arena_strdup(parsing->arena, rest + strspn(rest, " "));
    } else if (text_is(word, "or") && param->kind == COLUMN_DATE && text_is(next_word(parsing, &rest), "today")) {
        param->or_today = true;
    } else if (word) {
        return bad(parsing, "parameter: where, search, or today, or nothing");
    }
    view->param_count++;
    return 0;
}

static int parse_column(struct parsing *parsing, const char *text)
{
    struct view *view = parsing->view;
    if (view->column_count == VIEW_COLUMNS_MAX)
        return bad(parsing, "too many columns");
    struct view_column *column = &view->columns[view->column_count];
    column->name = next_word(parsing, &text);
    if (!kind_of(next_word(parsing, &text), &column->kind))
        return bad(parsing, "column: name and kind");
    char *word;
    while ((word = next_word(parsing, &text))) {
        if (!strcmp(word, "key")) {
            column->key = true;
            view->key = view->column_count;
        } else if (!strcmp(word, "sort")) {
            column->sort = true;
        } else if (!strcmp(word, "hidden")) {
            column->hidden = true;
        } else if (!strcmp(word, "link")) {
            column->link = next_word(parsing, &text);
        } else if (!strcmp(word, "by")) {
            column->by = next_word(parsing, &text);
        } else {
            return bad(parsing, "column: key, sort, by, hidden or link");
        }
    }
    view->column_count++;
    return 0;
}

static int parse_order(struct parsing *parsing, const char *text)
{
    parsing->view->order = next_word(parsing, &text);
    parsing->view->order_down = text_is(next_word(parsing, &text), "desc");
    return 0;
}

/* One "-- word: text" line of a header. */
static int parse_header(struct parsing *parsing, const char *line)
{
    struct view *view = parsing->view;
    const char *text = strchr(line, ':');
    size_t length = text ? (size_t)(text - line) : strlen(line);
    text = text ? text + 1 + strspn(text + 1, " ") : "";
#define IS(word) (length == sizeof(word) - 1 && !memcmp(line, word, length))
    if (IS("title"))
        view->title = arena_strdup(parsing->arena, text);
    else if (IS("help"))
        view->help = arena_strdup(parsing->arena, text);
    else if (IS("read"))
        return parse_read(parsing, text);
    else if (IS("scope"))
        return parse_scope(parsing, text);
    else if (IS("withheld"))
        return parse_withheld(parsing, text);
    else if (IS("param"))
        return parse_param(parsing, text);
    else if (IS("column"))
        return parse_column(parsing, text);
    else if (IS("order"))
        return parse_order(parsing, text);
    else if (IS("one"))
        view->one = true;
    else if (IS("whole"))
        view->whole = true;
    else if (IS("dear"))
        view->dear = true;
    else if (IS("sensitive"))
        view->sensitive = true;
    else
        return bad(parsing, line);
#undef IS
    return 0;
}

static bool has_column(const struct view *view, const char *name)
{
    for (int i = 0; i < view->column_count; i++)
        if (!strcmp(view->columns[i].name, name))
            return true;
    return false;
}

/* A name that is not there would withhold nothing; the key is needed to turn pages. */
static bool may_withhold(struct parsing *parsing, const char *names)
{
    const struct view *view = parsing->view;
    char *word;
    while ((word = next_word(parsing, &names))) {
        bool found = has_column(view, word);
        for (int i = 0; i < view->param_count && !found; i++)
            found = !strcmp(view->params[i].name, word);
        if (!found || (view->key >= 0 && !strcmp(view->columns[view->key].name, word)))
            return false;
    }
    return true;
}

static int finish(struct parsing *parsing, struct buffer *body)
{
    struct view *view = parsing->view;
    while (body->length && (isspace((unsigned char)body->bytes[body->length - 1]) || body->bytes[body->length - 1] == ';'))
        body->bytes[--body->length] = 0;
    view->sql = arena_copy(parsing->arena, buffer_string(body), body->length);
    buffer_clear(body);
    if (!view->title || !view->roles || !view->column_count || !*view->sql)
        return bad(parsing, "a view needs a title, roles, columns and a SELECT");
    if (!view->one && !view->whole && view->key < 0)
        return bad(parsing, "a list needs a key");
    for (int i = 0; i < view->column_count; i++)
        if (view->columns[i].by && !has_column(view, view->columns[i].by))
            return bad(parsing, "a column is sorted by one that is not there");
    for (int i = 0; i < view->withheld_count; i++)
        if (!may_withhold(parsing, view->withheld[i].names))
            return bad(parsing, "withheld: a name that is no column or parameter, or is the key");
    if (!view->order && view->key >= 0)
        view->order = view->columns[view->key].name;
    return 0;
}

static size_t count_views(const char *sql)
{
    size_t count = 0;
    for (const char *p = sql; (p = strstr(p, "-- view: ")); p += 9)
        count++;
    return count;
}

static int parse_lines(struct parsing *parsing, const char *sql, struct view *views, size_t *ret_count,
                       struct buffer *body)
{
    int result = 0;
    while (*sql && !result) {
        size_t length = strcspn(sql, "\n");
        const char *line = arena_copy(parsing->arena, sql, length);
        sql += length + (sql[length] == '\n');
        parsing->line++;
        if (text_starts(line, "-- view: ")) {
            if (parsing->view && (result = finish(parsing, body)))
                break;
            parsing->view = &views[(*ret_count)++];
            parsing->view->name = arena_strdup(parsing->arena, line + 9);
            parsing->view->subject = parsing->subject;
            parsing->view->key = -1;
        } else if (!parsing->view) {
            continue; /* a comment that opens the file */
        } else if (text_starts(line, "-- ") && !body->length) {
            result = parse_header(parsing, line + 3);
        } else if (!text_starts(line, "--")) {
            buffer_text(body, line);
            buffer_char(body, '\n');
        }
    }
    return !result && parsing->view ? finish(parsing, body) : result;
}

int view_parse(struct arena *arena, const char *subject, const char *sql, struct view **ret_views, size_t *ret_count,
               struct error *error)
{
    struct parsing parsing = {.arena = arena, .subject = subject, .error = error};
    struct buffer body = {0};
    *ret_views = ARENA_ARRAY(arena, struct view, count_views(sql) + 1);
    *ret_count = 0;
    int result = parse_lines(&parsing, sql, *ret_views, ret_count, &body);
    buffer_free(&body);
    return result;
}
