/* Everything declared is complete: a title, roles, kinds, and French and English for every word a person reads. What is
 * missing is listed by room and language, ready for a .po file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/embed.h"
#include "base/text.h"
#include "cli/cli.h"
#include "store/schema.h"
#include "support/support.h"

struct findings {
    struct house *house;
    char **lines;
    size_t count, room;
};

static int open_house(void **state)
{
    struct findings *findings = memory_get(sizeof *findings);
    findings->house = memory_get(sizeof *findings->house);
    house_open(findings->house, cli_subjects);
    *state = findings;
    return 0;
}

static int close_house(void **state)
{
    struct findings *findings = *state;
    house_close(findings->house);
    free(findings->house);
    free(findings->lines);
    freep(state);
    return 0;
}

static void add(struct findings *findings, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct findings *findings, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    if (findings->count == findings->room) {
        findings->room = findings->room ? findings->room * 2 : 256;
        findings->lines = memory_grow(findings->lines, findings->room * sizeof *findings->lines);
    }
    findings->lines[findings->count++] = arena_vprintf(findings->house->arena, format, ap);
    va_end(ap);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void report(struct findings *findings, const char *what)
{
    size_t unique = 0;
    if (!findings->count)
        return;
    qsort(findings->lines, findings->count, sizeof *findings->lines, by_text);
    for (size_t i = 0; i < findings->count; i++)
        if (!i || strcmp(findings->lines[i], findings->lines[i - 1]) != 0) {
            print_message("    %s\n", findings->lines[i]);
            unique++;
        }
    fail_msg("%s: %d", what, (int)unique);
}

/* --- what is declared --- */

/* "member import" and "member.list" are both of the room "member". */
static const char *room_of(struct findings *findings, const char *declaration)
{
    return arena_copy(findings->house->arena, declaration, strcspn(declaration, " ."));
}

static void check_sentence(struct findings *findings, const char *room, const char *sentence)
{
    if (sentence && *sentence && !tr_known("fr", sentence))
        add(findings, "%s.fr sentence: %s", room, sentence);
}

static void check_name(struct findings *findings, const char *room, const char *name)
{
    static const char *const languages[] = {"fr", "en"};
    for (int i = 0; i < 2; i++)
        if (!tr_name_known(languages[i], name))
            add(findings, "%s.%s name: %s", room, languages[i], name);
}

static void check_choices(struct findings *findings, const char *room, const char *choices)
{
    while (choices && *choices) {
        size_t length = strcspn(choices, "|");
        if (length) /* "||": those that are not offered follow */
            check_name(findings, room, arena_copy(findings->house->arena, choices, length));
        choices += length + (choices[length] == '|');
    }
}

static void check_fields(struct findings *findings, const char *room, const struct field *fields)
{
    for (const struct field *field = fields; field && field->name; field++) {
        check_name(findings, room, field->name);
        check_sentence(findings, room, field->hint);
        check_choices(findings, room, field->choices);
        check_fields(findings, room, field->of);
    }
}

static void test_every_word_in_both_languages(void **state)
{
    struct findings *findings = *state;
    const struct app *app = findings->house->app;
    for (size_t i = 0; i < app->action_count; i++) {
        const struct action *action = app->actions[i];
        const char *room = room_of(findings, action->name);
        check_sentence(findings, room, action->title);
        check_sentence(findings, room, action->help);
        check_fields(findings, room, action->fields);
    }
    for (size_t i = 0; i < app->view_count; i++) {
        const struct view *view = app->views[i];
        const char *room = room_of(findings, view->name);
        check_sentence(findings, room, view->title);
        check_sentence(findings, room, view->help);
        for (int c = 0; c < view->column_count; c++)
            if (!view->columns[c].hidden)
                check_name(findings, room, view->columns[c].name);
        for (int p = 0; p < view->param_count; p++) {
            check_name(findings, room, view->params[p].name);
            check_choices(findings, room, view->params[p].choices);
        }
    }
    for (size_t i = 0; i < app->paper_count; i++) {
        const struct paper *paper = app->papers[i];
        const char *room = room_of(findings, paper->name);
        check_sentence(findings, room, paper->title);
        check_sentence(findings, room, paper->help);
        check_fields(findings, room, paper->fields);
    }
    for (int i = 0; i < ROLE_COUNT; i++)
        check_name(findings, "kernel", role_name((enum role)(1u << i)));
    report(findings, "words without a text in po/");
}

/* --- shapes --- */

static bool is_subject_and_verb(const char *name, char joint)
{
    const char *at = strchr(name, joint);
    return at && at > name && at[1] && !strchr(at + 1, joint) && name[strspn(name, "abcdefghijklmnopqrstuvwxyz_-. ")] == 0;
}

static void check_field_shapes(struct findings *findings, const char *owner, const struct field *fields)
{
    if (!fields) {
        add(findings, "%s: no list of fields, not even an empty one", owner);
        return;
    }
    for (const struct field *field = fields; field->name; field++) {
        if (field->kind == FIELD_CHOICE && !field->choices)
            add(findings, "%s: %s is a choice without choices", owner, field->name);
        if (field->kind > FIELD_LIST)
            add(findings, "%s: %s has no kind", owner, field->name);
        if ((field->kind == FIELD_LIST) != (field->of != NULL))
            add(findings, "%s: %s: a list has its fields, and only a list", owner, field->name);
        if (field->max && field->max < field->min)
            add(findings, "%s: %s can never be right", owner, field->name);
        if (field->kind == FIELD_SECRET && field->initial)
            add(findings, "%s: %s is a secret with an initial value", owner, field->name);
        for (const struct field *other = fields; other < field; other++)
            if (!strcmp(other->name, field->name))
                add(findings, "%s: %s stands twice", owner, field->name);
        if (field->of)
            check_field_shapes(findings, arena_printf(findings->house->arena, "%s.%s", owner, field->name), field->of);
    }
}

static void test_every_action_is_complete(void **state)
{
    struct findings *findings = *state;
    const struct app *app = findings->house->app;
    for (size_t i = 0; i < app->action_count; i++) {
        const struct action *action = app->actions[i];
        int files = 0;
        if (!is_subject_and_verb(action->name, ' '))
            add(findings, "%s: not a subject and a verb", action->name);
        if (!action->title || !*action->title)
            add(findings, "%s: no title", action->name);
        if (!action->roles || (action->roles & ~(unsigned)(ROLES_ALL | ROLE_DETAINED)))
            add(findings, "%s: nobody may do it", action->name);
        if (!action->run)
            add(findings, "%s: nothing runs", action->name);
        if (action->job && action->prepare)
            add(findings, "%s: a job is not prepared", action->name);
        check_field_shapes(findings, action->name, action->fields);
        for (const struct field *field = action->fields; field && field->name; field++)
            files += field->kind == FIELD_FILE;
        if (files > 1)
            add(findings, "%s: one file at most", action->name);
    }
    report(findings, "faults in actions");
}

static void check_view(struct findings *findings, const struct view *view)
{
    struct arena *arena = findings->house->arena;
    if (!is_subject_and_verb(view->name, '.'))
        add(findings, "%s: not a subject and what is shown", view->name);
    if (!view->title || !*view->title || !view->roles)
        add(findings, "%s: no title or nobody to read it", view->name);
    for (int i = 0; i < view->scope_count; i++)
        if (!(view->scopes[i].role & view->roles))
            add(findings, "%s: a scope for a role that may not read it", view->name);
    for (int i = 0; i < view->column_count; i++)
        for (const char *at = view->columns[i].link; at && (at = strchr(at, '{')); at++) {
            char *name = arena_copy(arena, at + 1, strcspn(at + 1, "}"));
            bool known = false;
            for (int c = 0; c < view->column_count; c++)
                known |= !strcmp(view->columns[c].name, name);
            if (!known)
                add(findings, "%s: the link of %s names {%s}, which is no column", view->name, view->columns[i].name, name);
        }
    if (!view->one && !view->whole) {
        bool sorted = false;
        for (int i = 0; i < view->column_count; i++)
            sorted |= !strcmp(view->columns[i].name, view->order) && (view->columns[i].sort || view->columns[i].key);
        if (!sorted)
            add(findings, "%s: ordered by %s, which is neither key nor sort", view->name, view->order);
    }
}

/* Every variant is prepared and run on the empty database: a column or a table that is not there shows here. */
static void run_variants(struct findings *findings, const struct view *view)
{
    struct house *house = findings->house;
    struct tree *params = tree_map(house->arena), *answer;
    for (int filter = -1; filter < view->param_count; filter++) {
        params = tree_map(house->arena);
        for (int i = 0; i < view->param_count; i++) {
            enum column_kind kind = view->params[i].kind;
            if (view->params[i].required || i == filter)
                tree_set_text(house->arena, params, view->params[i].name,
                              kind == COLUMN_DATE ? "2026-01-01" : kind == COLUMN_SIRET ? "73282932000074" : "1");
        }
        for (int sort = -1; sort < view->column_count; sort++) {
            if (sort >= 0 && !view->columns[sort].sort && !view->columns[sort].key)
                continue;
            struct view_request request = {.params = params, .sort = sort < 0 ? NULL : view->columns[sort].name, .down = sort % 2};
            for (int r = 1; r < ROLE_COUNT; r++) {
                struct session session = session_with(1u << r, 1, 1, NULL);
                if (!(view->roles & 1u << r))
                    continue;
                house->error = (struct error){0};
                int code = view_run(house->app, view, &session, house->arena, &request, &answer, &house->error);
                const char *withheld = view_withheld_names(view, 1u << r);
                bool is_withheld = (filter >= 0 && text_has_word(withheld, view->params[filter].name)) ||
                                   (sort >= 0 && text_has_word(withheld, view->columns[sort].name));
                if (is_withheld && !code)
                    add(findings, "%s, %s: what is withheld can be asked for", view->name, role_name((enum role)(1u << r)));
                if (code && code != ERR_NOT_FOUND && !is_withheld)
                    add(findings, "%s, filter %s, sort %s, %s: %s %s", view->name, filter < 0 ? "none" : view->params[filter].name,
                        request.sort ? request.sort : "none", role_name((enum role)(1u << r)),
                        house->error.message ? house->error.message : "", house->error.arguments[0]);
            }
        }
    }
}

static void test_every_view_is_complete(void **state)
{
    struct findings *findings = *state;
    const struct app *app = findings->house->app;
    for (size_t i = 0; i < app->view_count; i++) {
        check_view(findings, app->views[i]);
        run_variants(findings, app->views[i]);
    }
    report(findings, "faults in views");
}

static void test_every_column_has_a_comment_and_a_label(void **state)
{
    struct findings *findings = *state;
    struct house *house = findings->house;
    for (const struct embedded *file = embed_first(""); file; file = embed_next(file, "")) {
        struct schema schema;
        size_t length = strlen(file->path);
        if (length < 11 || strcmp(file->path + length - 11, "/schema.sql") != 0)
            continue;
        if (schema_parse(house->arena, file->bytes, &schema, &house->error)) {
            add(findings, "%s cannot be read", file->path);
            continue;
        }
        for (size_t i = 0; i < schema.column_count; i++)
            if (schema.columns[i].label == LABEL_NONE)
                add(findings, "%s: %s.%s has no label", file->path, schema.columns[i].table, schema.columns[i].name);
        for (size_t i = 0; i < schema.step_count; i++)
            if (!strncmp(schema.steps[i].text, "CREATE TABLE", 12) && !strstr(schema.steps[i].text, "STRICT"))
                add(findings, "%s: %.40s … is not STRICT", file->path, schema.steps[i].text);
    }
    report(findings, "faults in schemas");
}

/* The charter: there is no place to put them in. */
static void test_offences_have_no_column(void **state)
{
    struct findings *findings = *state;
    static const char *const words[] = {"offence", "offense", "sentence", "crime", "conviction"};
    struct house *house = findings->house;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        const char *from = house->on_server ? "SELECT count(*) FROM information_schema.columns c WHERE c.table_schema = current_schema() AND c.column_name"
                                            : "SELECT count(*) FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type = 'table' AND c.name";
        const char *sql = arena_printf(house->arena, "%s LIKE '%%%s%%'", from, words[i]);
        if (house_int(house, sql))
            add(findings, "a column is named like %s", words[i]);
    }
    report(findings, "columns that must not be");
}

int main(void)
{
#define HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)
    const struct CMUnitTest tests[] = {
        HOUSE(test_every_action_is_complete),
        HOUSE(test_every_view_is_complete),
        HOUSE(test_every_column_has_a_comment_and_a_label),
        HOUSE(test_offences_have_no_column),
        HOUSE(test_every_word_in_both_languages),
    };
    return cmocka_run_group_tests_name("declarations", tests, NULL, NULL);
}
