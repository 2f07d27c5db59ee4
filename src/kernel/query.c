/* Running views: the SQL of each variant, scope, paging by key, rows into a tree. */
#include <ctype.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "kernel/action.h"

enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 1000, WHOLE_MAX = 20000, EXPORT_PAGE = 1000, BINDINGS_MAX = 40 };

/* --- the SQL of a variant --- */

static bool is_word(const char *sql, size_t at, const char *word)
{
    size_t length = strlen(word);
    return !strncmp(sql + at, word, length) && (!at || isspace((unsigned char)sql[at - 1])) &&
           (isspace((unsigned char)sql[at + length]) || !sql[at + length]);
}

/* Where conditions go: before GROUP or ORDER of the SELECT itself, outside all parentheses and quotes. */
static size_t find_tail(const char *sql, bool *ret_where)
{
    int depth = 0;
    bool quoted = false;
    size_t at = 0;
    *ret_where = false;
    for (; sql[at]; at++) {
        char c = sql[at];
        if (c == '\'')
            quoted = !quoted;
        else if (!quoted && (c == '(' || c == ')'))
            depth += c == '(' ? 1 : -1;
        else if (quoted || depth)
            continue;
        else if (c == 'W' && is_word(sql, at, "WHERE"))
            *ret_where = true;
        else if ((c == 'G' && is_word(sql, at, "GROUP")) || (c == 'O' && is_word(sql, at, "ORDER")))
            break;
    }
    return at;
}

struct conditions {
    struct buffer text;
};

static void add_condition(struct conditions *conditions, const char *condition)
{
    buffer_printf(&conditions->text, "%s(%s)", conditions->text.length ? " AND " : "", condition);
}

/* The view's SELECT with the conditions put into its own WHERE. */
static void add_body(struct buffer *sql, const struct view *view, const struct conditions *conditions)
{
    if (!conditions->text.length) {
        buffer_text(sql, view->sql);
        return;
    }
    bool where;
    size_t tail = find_tail(view->sql, &where);
    buffer_add(sql, view->sql, tail);
    buffer_printf(sql, " %s %s ", where ? "AND" : "WHERE", conditions->text.bytes);
    buffer_text(sql, view->sql + tail);
}

static const struct view_column *find_column(const struct view *view, const char *name)
{
    for (int i = 0; name && i < view->column_count; i++)
        if (!strcmp(view->columns[i].name, name))
            return &view->columns[i];
    return NULL;
}

/* The column that orders the list when it is sorted by `name`: a name is shown as written and sorted folded. */
static const struct view_column *order_column(const struct view *view, const char *name)
{
    const struct view_column *column = find_column(view, name);
    return column && column->by ? find_column(view, column->by) : column;
}

/* cursor: rows after it, in the direction `down` says. */
static void add_list_sql(struct buffer *sql, const struct view *view, const struct conditions *conditions,
                         const struct view_column *sort, bool down, bool cursor)
{
    const char *key = view->columns[view->key].name, *direction = down ? " DESC" : "";
    char sign = down ? '<' : '>';
    bool by_key = !sort || sort->key;
    buffer_text(sql, "SELECT * FROM (");
    add_body(sql, view, conditions);
    buffer_text(sql, ") AS v");
    if (cursor && by_key)
        buffer_printf(sql, " WHERE v.%s %c :after_key", key, sign);
    else if (cursor)
        buffer_printf(sql, " WHERE (v.%s, v.%s) %c (:after_sort, :after_key)", sort->name, key, sign);
    if (by_key)
        buffer_printf(sql, " ORDER BY v.%s%s LIMIT :limit", key, direction);
    else
        buffer_printf(sql, " ORDER BY v.%s%s, v.%s%s LIMIT :limit", sort->name, direction, key, direction);
}

static void add_scope(struct conditions *conditions, const struct view *view, unsigned role)
{
    for (int i = 0; i < view->scope_count; i++)
        if (view->scopes[i].role == role)
            add_condition(conditions, view->scopes[i].where);
}

static const char *param_condition(struct app *app, const struct view_param *param, struct arena *arena)
{
    return param->search ? store_search_condition(app->store, arena, param->search, param->where, param->name)
                         : param->where;
}

char *view_sql(struct app *app, const struct view *view, struct arena *arena, unsigned role, const char *filters,
               const char *sort, bool down, bool paged)
{
    struct conditions conditions = {0};
    struct buffer sql = {0};
    add_scope(&conditions, view, role);
    for (int i = 0; i < view->param_count; i++)
        if (view->params[i].where && filters && text_has_word(filters, view->params[i].name))
            add_condition(&conditions, param_condition(app, &view->params[i], arena));
    if (view->one || view->whole)
        add_body(&sql, view, &conditions);
    else
        add_list_sql(&sql, view, &conditions, order_column(view, sort ? sort : view->order), down, paged);
    char *copy = arena_copy(arena, sql.bytes, sql.length);
    buffer_free(&conditions.text);
    buffer_free(&sql);
    return copy;
}

/* --- what is bound --- */

struct run {
    struct app *app;
    const struct view *view;
    const struct session *session;
    const struct grant *grant;
    const char *withheld; /* names */
    struct arena *arena;
    struct error *error;
    struct binding bindings[BINDINGS_MAX];
    int count;
    char today[DATE_BYTES];
};

static void bind_value(struct run *run, struct binding binding)
{
    run->bindings[run->count++] = binding;
}

static bool is_number(enum column_kind kind)
{
    return kind == COLUMN_INT || kind == COLUMN_MONEY || kind == COLUMN_QUANTITY || kind == COLUMN_RATE ||
           kind == COLUMN_INSTANT || kind == COLUMN_BOOL || kind == COLUMN_ID;
}

static int bind_typed(struct run *run, const char *name, enum column_kind kind, const char *text)
{
    int64_t number = 0;
    if (kind == COLUMN_SEALED) {
        char *hash = arena_alloc(run->arena, SEAL_HASH_BYTES);
        if (run->app->seal_hash)
            run->app->seal_hash(run->app, text, hash, run->arena);
        bind_value(run, (struct binding)TEXT(name, hash));
        return 0;
    }
    if (!is_number(kind)) {
        if (kind == COLUMN_DATE && !date_is(text))
            return error_set(run->error, ERR_INVALID, name, N_("This must be a date, such as 2026-03-31."), NULL);
        bind_value(run, (struct binding)TEXT(name, text));
        return 0;
    }
    int decimals = kind == COLUMN_MONEY ? DECIMALS_MONEY : kind == COLUMN_QUANTITY ? DECIMALS_QUANTITY : 0;
    if (!number_parse(text, decimals, &number))
        return error_set(run->error, ERR_INVALID, name, N_("This must be a number, such as 1234,50."), NULL);
    bind_value(run, (struct binding)INT(name, number));
    return 0;
}

/* Parameters given by the reader, as conditions or as values of the SQL itself. */
static int bind_params(struct run *run, const struct tree *params, struct conditions *conditions)
{
    for (int i = 0; i < run->view->param_count; i++) {
        const struct view_param *param = &run->view->params[i];
        const char *text = tree_text(params, param->name);
        if ((!text || !*text) && param->or_today)
            text = run->today;
        if (!text || !*text) {
            if (param->required)
                return error_set(run->error, ERR_INVALID, param->name, N_("This is required."), NULL);
            continue;
        }
        if (text_has_word(run->withheld, param->name))
            return error_set(run->error, ERR_FORBIDDEN, param->name, N_("Your role does not allow this."), NULL);
        if (!text_is_clean(text, strlen(text)) || strlen(text) > 500)
            return error_set(run->error, ERR_INVALID, param->name, N_("This must be plain text."), NULL);
        if (param->search && !(text = store_search_words(run->app->store, run->arena, text)))
            continue;
        int result = bind_typed(run, param->name, param->kind, text);
        if (result)
            return result;
        if (param->where)
            add_condition(conditions, param_condition(run->app, param, run->arena));
    }
    return 0;
}

/* What the session decides, never the client. Impossible ids when the grant is not limited: scopes are not added then. */
static void bind_session(struct run *run)
{
    date_today(run->today);
    bind_value(run, (struct binding)INT("organisation", run->grant->organisation));
    bind_value(run, (struct binding)INT("establishment", run->grant->establishment));
    bind_value(run, (struct binding)INT("user", run->session->user));
    bind_value(run, (struct binding)TEXT("actor", actor_name(run->app, run->session, run->arena)));
    bind_value(run, (struct binding)TEXT("today", run->today));
}

/* --- cursors: "sort value, unit separator, key, check" in base64url --- */

/* Of this view in this order: a marker of another list, or one that was changed, is refused rather than shown as an odd
 * page. No secret: scope and filters hold whatever a marker says. */
static void cursor_check(const struct run *run, const struct view_column *sort, const char *text, char ret_check[9])
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "page marker";
    unsigned char hash[crypto_shorthash_BYTES];
    char whole[2048];
    int length = snprintf(whole, sizeof whole, "%s %s %s", run->view->name, sort ? sort->name : "", text);
    crypto_shorthash(hash, (const unsigned char *)whole,
                     (unsigned long long)(length < (int)sizeof whole ? length : (int)sizeof whole - 1), key);
    sodium_bin2hex(ret_check, 9, hash, 4);
}

static char *cursor_write(struct run *run, const struct tree *row, const struct view_column *sort)
{
    const struct tree *a = sort ? tree_get(row, sort->name) : NULL;
    const struct tree *b = tree_get(row, run->view->columns[run->view->key].name);
    struct buffer text = {0};
    const struct tree *parts[] = {a, b};
    for (int i = 0; i < 2; i++) {
        if (i)
            buffer_char(&text, '\x1F');
        if (parts[i] && (parts[i]->kind == TREE_INT || parts[i]->kind == TREE_BOOL))
            buffer_printf(&text, "%" PRId64, parts[i]->number);
        else if (parts[i] && parts[i]->kind == TREE_TEXT)
            buffer_text(&text, parts[i]->text);
    }
    char check[9];
    cursor_check(run, sort, buffer_string(&text), check);
    buffer_text(&text, check);
    size_t size = sodium_base64_encoded_len(text.length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *cursor = arena_alloc(run->arena, size);
    sodium_bin2base64(cursor, size, (const unsigned char *)buffer_string(&text), text.length,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    buffer_free(&text);
    return cursor;
}

static int bind_part(struct run *run, const char *name, enum column_kind kind, const char *text)
{
    int64_t number;
    if (!is_number(kind)) {
        bind_value(run, (struct binding)TEXT(name, text));
        return 0;
    }
    if (!text_to_int(text, &number))
        return error_set(run->error, ERR_INVALID, "after", N_("This page marker is not valid."), NULL);
    bind_value(run, (struct binding)INT(name, number));
    return 0;
}

static int cursor_bind(struct run *run, const char *cursor, const struct view_column *sort)
{
    size_t size = strlen(cursor), length = 0;
    char *text = arena_alloc(run->arena, size + 1), check[9] = "", given[9] = "";
    if (!sodium_base642bin((unsigned char *)text, size, cursor, size, NULL, &length, NULL,
                           sodium_base64_VARIANT_URLSAFE_NO_PADDING) &&
        length > 8) {
        length -= 8;
        memcpy(given, text + length, 8);
        text[length] = 0;
        cursor_check(run, sort, text, check);
    }
    if (!*given || strcmp(given, check) != 0 || !text_is_utf8(text, length) || strlen(text) != length ||
        !strchr(text, '\x1F'))
        return error_set(run->error, ERR_INVALID, "after", N_("This page marker is not valid."), NULL);
    char *key = strchr(text, '\x1F');
    *key++ = 0;
    const struct view_column *key_column = &run->view->columns[run->view->key];
    int result = bind_part(run, "after_key", key_column->kind, key);
    if (!result && sort && !sort->key)
        result = bind_part(run, "after_sort", sort->kind, text);
    return result;
}

/* --- rows into trees --- */

static void set_cell(struct run *run, struct tree *map, const struct view_column *column, const struct rows *rows,
                     int index)
{
    struct arena *arena = run->arena;
    if (*run->withheld && text_has_word(run->withheld, column->name)) {
        tree_set_text(arena, map, column->name, NULL);
    } else if (is_number(column->kind) && rows_null(rows, index)) {
        tree_set_text(arena, map, column->name, NULL);
    } else if (column->kind == COLUMN_BOOL) {
        tree_set_bool(arena, map, column->name, rows_int(rows, index) != 0);
    } else if (is_number(column->kind)) {
        tree_set_int(arena, map, column->name, rows_int(rows, index));
    } else if (column->kind == COLUMN_SEALED) {
        size_t length;
        const void *bytes = rows_bytes(rows, index, &length);
        tree_set_text(arena, map, column->name,
                      run->app->unseal && bytes ? run->app->unseal(run->app, bytes, length, arena) : NULL);
    } else if (column->kind == COLUMN_JSON) {
        const char *json = rows_text(rows, index);
        struct error ignored;
        struct tree *value;
        if (json && *json && !tree_read_json(arena, json, strlen(json), &value, &ignored))
            tree_set(arena, map, column->name, value);
        else
            tree_set_text(arena, map, column->name, NULL);
    } else {
        tree_set_text(arena, map, column->name, arena_strdup(arena, rows_text(rows, index)));
    }
}

static struct tree *row_tree(struct run *run, const struct rows *rows)
{
    struct tree *map = tree_map(run->arena);
    for (int i = 0; i < run->view->column_count; i++)
        set_cell(run, map, &run->view->columns[i], rows, i);
    return map;
}

static int read_rows(struct run *run, const char *sql, int64_t limit, struct tree *list, bool *ret_more)
{
    struct db *db;
    struct rows *rows;
    bind_value(run, (struct binding)INT("limit", limit + 1));
    int result = store_reader(run->app->store, &db, run->error);
    if (result)
        return result;
    result = db_begin_read(db, run->error);
    if (!result) {
        result = db_query(db, sql, run->bindings, &rows, run->error);
        if (!result) {
            if (rows_columns(rows) != run->view->column_count)
                result = error_set(run->error, ERR_INTERNAL, "", N_("View {0} does not answer the columns it declares."),
                                   run->view->name, NULL);
            while (!result && (int64_t)list->count <= limit && rows_next(rows))
                tree_add(list, row_tree(run, rows));
            int closed = rows_close(rows);
            result = result ? result : closed;
        }
        db_end_read(db);
    }
    store_release(run->app->store, db);
    *ret_more = (int64_t)list->count > limit;
    return result;
}

static void drop_last(struct tree *list)
{
    struct tree *item = list->first;
    list->count--;
    if (item == list->last) {
        list->first = list->last = NULL;
        return;
    }
    while (item->next != list->last)
        item = item->next;
    item->next = NULL;
    list->last = item;
}

static void reverse(struct tree *list)
{
    struct tree *item = list->first, *turned = NULL;
    list->last = item;
    while (item) {
        struct tree *next = item->next;
        item->next = turned;
        turned = item;
        item = next;
    }
    list->first = turned;
}

/* --- the answer --- */

static int answer_list(struct run *run, const struct view_request *request, struct conditions *conditions,
                       struct tree *answer)
{
    const struct view *view = run->view;
    const struct view_column *sort = find_column(view, request->sort ? request->sort : view->order);
    if (!sort || (!sort->sort && !sort->key) || text_has_word(run->withheld, sort->name))
        return error_set(run->error, ERR_INVALID, "sort", N_("This list cannot be sorted by {0}."), request->sort, NULL);
    sort = order_column(view, sort->name);
    bool down = request->sort ? request->down : view->order_down, back = request->before && !request->after;
    const char *cursor = request->after ? request->after : request->before;
    int64_t limit = request->limit > 0 && request->limit <= LIMIT_MAX ? request->limit : LIMIT_DEFAULT;
    int result = cursor ? cursor_bind(run, cursor, sort) : 0;
    if (result)
        return result;
    struct buffer sql = {0};
    bool more = false;
    struct tree *list = tree_set_list(run->arena, answer, "rows");
    add_list_sql(&sql, view, conditions, sort, down != back, cursor != NULL);
    result = read_rows(run, sql.bytes, limit, list, &more);
    buffer_free(&sql);
    if (result)
        return result;
    if (more)
        drop_last(list);
    if (back)
        reverse(list);
    if (list->count && (back ? cursor != NULL : more))
        tree_set_text(run->arena, answer, "next", cursor_write(run, list->last, sort));
    if (list->count && (back ? more : request->after != NULL))
        tree_set_text(run->arena, answer, "previous", cursor_write(run, list->first, sort));
    return 0;
}

static int answer_whole(struct run *run, struct conditions *conditions, struct tree *answer)
{
    struct buffer sql = {0};
    bool more;
    struct tree *list = tree_set_list(run->arena, answer, "rows");
    add_body(&sql, run->view, conditions);
    int result = read_rows(run, sql.bytes, run->view->one ? 1 : WHOLE_MAX, list, &more);
    buffer_free(&sql);
    if (result || !run->view->one)
        return result;
    if (!list->count)
        return error_set(run->error, ERR_NOT_FOUND, "", N_("Nothing is kept under this reference."), NULL);
    *answer = *list->first;
    return 0;
}

struct reading {
    struct run *run;
    const struct view_request *request;
};

/* What was asked for, without the names that were typed to find somebody. */
static const struct tree *public_params(struct run *run, const struct tree *params)
{
    struct tree *shown = tree_map(run->arena);
    for (const struct tree *member = params ? params->first : NULL; member; member = member->next) {
        bool sealed = false;
        for (int i = 0; i < run->view->param_count; i++)
            sealed |= run->view->params[i].kind == COLUMN_SEALED && !strcmp(run->view->params[i].name, member->name);
        if (sealed || member->kind != TREE_TEXT || journal_hides(member->name, member->text))
            tree_set_text(run->arena, shown, member->name, "…");
        else
            tree_set_text(run->arena, shown, member->name, member->text);
    }
    return shown;
}

/* The row of a sensitive reading stands in the journal before anything is shown. */
static int journal_reading(struct db *db, void *context, struct error *error)
{
    struct reading *reading = context;
    struct run *run = reading->run;
    struct buffer json = {0};
    tree_write_json(public_params(run, reading->request->params), &json, false);
    struct journal_row row = {actor_name(run->app, run->session, run->arena), run->view->name, "read", json.bytes};
    int result = journal_append(db, &row, error);
    buffer_free(&json);
    return result;
}

int view_run(struct app *app, const struct view *view, const struct session *session, struct arena *arena,
             const struct view_request *request, struct tree **ret_answer, struct error *error)
{
    struct run run = {.app = app, .view = view, .session = session, .arena = arena, .error = error};
    run.grant = access_grant(app, session, view->roles, view->name);
    if (!run.grant)
        return access_refuse(session, error);
    run.withheld = view_withheld_names(view, run.grant->role);
    struct conditions conditions = {0};
    bind_session(&run);
    add_scope(&conditions, view, run.grant->role);
    int result = bind_params(&run, request->params, &conditions);
    if (!result && view->sensitive) {
        struct reading reading = {&run, request};
        result = store_write(app->store, journal_reading, &reading, false, error);
    }
    *ret_answer = tree_map(arena);
    if (!result)
        result = view->one || view->whole ? answer_whole(&run, &conditions, *ret_answer)
                                          : answer_list(&run, request, &conditions, *ret_answer);
    buffer_free(&conditions.text);
    return result;
}

int view_export(struct app *app, const struct view *view, const struct session *session,
                const struct view_request *request, int (*row)(void *context, const struct tree *row), void *context,
                struct error *error)
{
    struct view_request page = *request;
    _cleanup_free_ char *after = NULL;
    page.before = page.after = NULL;
    page.limit = EXPORT_PAGE;
    for (;;) {
        _cleanup_arena_ struct arena *arena = arena_new();
        struct tree *answer;
        int result = view_run(app, view, session, arena, &page, &answer, error);
        if (result)
            return result;
        if (view->one)
            return row(context, answer);
        for (const struct tree *item = tree_get(answer, "rows")->first; item; item = item->next)
            if ((result = row(context, item)))
                return result;
        const char *next = tree_text(answer, "next");
        if (!next)
            return 0;
        free(after);
        page.after = after = memory_strdup(next);
    }
}
