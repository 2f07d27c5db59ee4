/* Every declaration with every role, compared with tests/kernel/access.txt: who may do what changes with a line of that
 * file, never by accident. A star says that the role sees only what is its own; what is withheld from it reads as empty.
 *
 * ACCESS_WRITE=1 writes the file as the program is, for a person to read the difference and keep it or not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "cli/cli.h"
#include "support/support.h"

static const char table_path[] = "tests/kernel/access.txt";

static int open_house(void **state)
{
    struct house *house = memory_get(sizeof *house);
    house_open(house, cli_subjects);
    *state = house;
    return 0;
}

static int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

static struct session session_of_role(unsigned role)
{
    return role == ROLE_PUBLIC ? session_public : session_with(role, 101, 102, NULL);
}

static bool is_scoped(const struct view *view, unsigned role)
{
    for (int i = 0; view && i < view->scope_count; i++)
        if (view->scopes[i].role == role)
            return true;
    return false;
}

static void add_line(struct house *house, struct buffer *out, const char *kind, const char *name, unsigned roles,
                     const struct view *view)
{
    buffer_printf(out, "%s %s:", kind, name);
    for (int i = 0; i < ROLE_COUNT; i++) {
        struct session session = session_of_role(1u << i);
        const struct grant *grant = access_grant(house->app, &session, roles, name);
        /* what is open to the public is open to all; only the role's own right is written */
        if (grant && grant->role == 1u << i)
            buffer_printf(out, " %s%s", role_name(grant->role), is_scoped(view, grant->role) ? "*" : "");
    }
    buffer_char(out, '\n');
}

/* What a role reads as empty although the view is its to read. */
static void add_withheld(struct buffer *out, const struct view *view)
{
    for (int i = 0; i < view->withheld_count; i++)
        buffer_printf(out, "withheld %s %s: %s\n", view->name, role_name((enum role)view->withheld[i].role),
                      view->withheld[i].names);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *sorted_lines(struct arena *arena, const char *text, char ***ret_lines, size_t *ret_count)
{
    size_t count = 0;
    char *copy = arena_strdup(arena, text), *line = copy;
    char **lines = ARENA_ARRAY(arena, char *, strlen(text) / 2 + 2);
    for (char *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        if (*line && *line != '#')
            lines[count++] = line;
    }
    qsort(lines, count, sizeof *lines, by_text);
    *ret_lines = lines;
    *ret_count = count;
    return copy;
}

static char *declared_table(struct house *house)
{
    struct buffer out = {0};
    const struct app *app = house->app;
    for (size_t i = 0; i < app->action_count; i++)
        add_line(house, &out, "action", app->actions[i]->name, app->actions[i]->roles, NULL);
    for (size_t i = 0; i < app->view_count; i++)
        add_line(house, &out, "view", app->views[i]->name, app->views[i]->roles, app->views[i]);
    for (size_t i = 0; i < app->view_count; i++)
        add_withheld(&out, app->views[i]);
    for (size_t i = 0; i < app->paper_count; i++)
        add_line(house, &out, "paper", app->papers[i]->name, app->papers[i]->roles, NULL);
    for (const struct subject *const *subject = app->subjects; *subject; subject++)
        for (const struct download *download = (*subject)->downloads; download && download->name; download++)
            add_line(house, &out, "download", download->name, download->roles, NULL);
    char *text = arena_copy(house->arena, buffer_string(&out), out.length);
    buffer_free(&out);
    return text;
}

static void write_table(char **lines, size_t count)
{
    FILE *file = fopen(table_path, "w");
    assert_non_null(file);
    fputs("# Who may do what. One line for each action, view, paper and download; a star: only what is its own.\n# Withheld: what the role reads as empty.\n", file);
    for (size_t i = 0; i < count; i++)
        fprintf(file, "%s\n", lines[i]);
    fclose(file);
}

static void test_every_declaration_with_every_role(void **state)
{
    struct house *house = *state;
    char **is, **kept;
    size_t is_count, kept_count, differences = 0;
    struct buffer file = {0};
    sorted_lines(house->arena, declared_table(house), &is, &is_count);
    if (getenv("ACCESS_WRITE"))
        write_table(is, is_count);
    if (buffer_read_file(&file, table_path, 1 << 20))
        fail_msg("%s cannot be read: run this from the folder of the source", table_path);
    sorted_lines(house->arena, buffer_string(&file), &kept, &kept_count);
    buffer_free(&file);
    for (size_t i = 0, k = 0; i < is_count || k < kept_count;) {
        int order = i == is_count ? 1 : k == kept_count ? -1 : strcmp(is[i], kept[k]);
        if (order)
            differences++;
        if (order < 0)
            print_message("    + %s\n", is[i]);
        else if (order > 0)
            print_message("    - %s\n", kept[k]);
        i += order <= 0;
        k += order >= 0;
    }
    if (differences)
        fail_msg("%d lines differ from %s (+ is declared, - stands in the table)", (int)differences, table_path);
}

/* The table is what happens, not only what one function says: every view and action is tried by every role. */
static void test_every_declaration_is_tried(void **state)
{
    struct house *house = *state;
    const struct app *app = house->app;
    for (int r = 0; r < ROLE_COUNT; r++) {
        struct session session = session_of_role(1u << r);
        for (size_t i = 0; i < app->view_count; i++) {
            struct tree *answer;
            bool allowed = app->views[i]->roles & (1u << r | ROLE_PUBLIC);
            int code = house_view(house, &session, app->views[i]->name, NULL, &answer);
            if (allowed == (code == ERR_FORBIDDEN || code == ERR_LOGIN) || code == ERR_INTERNAL)
                fail_msg("view %s, %s: %d %s", app->views[i]->name, role_name((enum role)(1u << r)), code,
                         house->error.message ? house->error.message : "");
        }
        for (size_t i = 0; i < app->action_count; i++) {
            if (app->actions[i]->roles & (1u << r | ROLE_PUBLIC))
                continue; /* allowed ones are their subject's tests */
            int code = house_run(house, &session, app->actions[i]->name, NULL, NULL);
            if (code != (r ? ERR_FORBIDDEN : ERR_LOGIN))
                fail_msg("action %s, %s: %d", app->actions[i]->name, role_name((enum role)(1u << r)), code);
        }
    }
    assert_int_equal(house_int(house, "SELECT count(*) FROM journal WHERE outcome = 'done'"), 0);
}

/* Business is not the administrator's by that alone, auditors change nothing, the public nearly nothing. */
static void test_rules_over_all(void **state)
{
    struct house *house = *state;
    const struct app *app = house->app;
    for (size_t i = 0; i < app->action_count; i++) {
        const struct action *action = app->actions[i];
        bool own = !strncmp(action->name, "user log", 8) || !strcmp(action->name, "user password") ||
                   !strcmp(action->name, "tablet login");
        if ((action->roles & (ROLE_AUDITOR | ROLE_PUBLIC)) && !own)
            fail_msg("action %s: auditors and the public change nothing", action->name);
    }
    for (size_t i = 0; i < app->view_count; i++) {
        const struct view *view = app->views[i];
        if ((view->roles & ROLE_PUBLIC) && view->sensitive)
            fail_msg("view %s is sensitive and public", view->name);
    }
}

int main(void)
{
#define HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)
    const struct CMUnitTest tests[] = {
        HOUSE(test_every_declaration_with_every_role),
        HOUSE(test_every_declaration_is_tried),
        HOUSE(test_rules_over_all),
    };
    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
