/* Every statement that declarations make is one that this engine understands: each view in each order, with each filter,
 * for each role that sees only its part, from the start and after a row; and each view run with a value of each kind. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "support/support.h"

static struct house house;

static int open_house(void **state)
{
    (void)state;
    house_open(&house, cli_subjects);
    return 0;
}

static int close_house(void **state)
{
    (void)state;
    house_close(&house);
    return 0;
}

/* The plan is not looked at: that there is one proves that tables, columns and types fit. */
static int explain(const struct view *view, unsigned role, const char *filters, const char *sort, bool down, bool paged)
{
    struct db *db;
    struct arena *arena = arena_new();
    char *plan, *sql = view_sql(house.app, view, arena, role, filters, sort, down, paged);
    assert_int_equal(store_reader(house.store, &db, &house.error), 0);
    assert_int_equal(db_begin_read(db, &house.error), 0);
    int code = store_explain(db, arena, sql, &plan, &house.error);
    db_end_read(db);
    store_release(house.store, db);
    if (code)
        fail_msg("%s: %s\n%s", view->name, house.error.arguments[0], sql);
    arena_free(arena);
    return 1;
}

static int explain_filters(const struct view *view, unsigned role, const char *sort)
{
    bool list = !view->one && !view->whole;
    int count = explain(view, role, NULL, sort, false, false);
    char all[1024] = "";
    if (list)
        count += explain(view, role, NULL, sort, true, false) + explain(view, role, NULL, sort, false, true) +
                 explain(view, role, NULL, sort, true, true);
    for (int i = 0; i < view->param_count; i++) {
        if (!view->params[i].where)
            continue;
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", *all ? " " : "", view->params[i].name);
        count += explain(view, role, view->params[i].name, sort, false, list);
    }
    return count + (*all ? explain(view, role, all, sort, true, list) : 0);
}

static int explain_orders(const struct view *view, unsigned role)
{
    int count = 0;
    bool list = !view->one && !view->whole;
    for (int i = 0; list && i < view->column_count; i++)
        if (view->columns[i].sort || view->columns[i].key)
            count += explain_filters(view, role, view->columns[i].name);
    return list ? count : explain_filters(view, role, NULL);
}

static void test_every_variant_of_every_view(void **state)
{
    int count = 0;
    (void)state;
    for (size_t i = 0; i < house.app->view_count; i++) {
        const struct view *view = house.app->views[i];
        count += explain_orders(view, 0);
        for (int scope = 0; scope < view->scope_count; scope++)
            count += explain_filters(view, view->scopes[scope].role, view->one || view->whole ? NULL : view->order);
    }
    print_message("    %d statements of %d views\n", count, (int)house.app->view_count);
}

static const char *value_of(const struct view_param *param)
{
    switch (param->kind) {
    case COLUMN_INT:
    case COLUMN_MONEY:
    case COLUMN_QUANTITY:
    case COLUMN_RATE:
    case COLUMN_INSTANT:
    case COLUMN_BOOL:
    case COLUMN_ID:
        return "1";
    case COLUMN_DATE:
        return "2026-03-31";
    case COLUMN_SIRET:
        return "00012001400014";
    default:
        return "abc";
    }
}

/* filter: the optional parameter that is given, -1 for none, param_count for all. */
static void run_with(const struct view *view, const struct session *session, int filter)
{
    struct arena *arena = arena_new();
    struct tree *params = tree_map(arena), *answer;
    struct view_request request = {.params = params, .limit = 3};
    for (int i = 0; i < view->param_count; i++)
        if (view->params[i].required || i == filter || filter == view->param_count)
            tree_set_text(arena, params, view->params[i].name, value_of(&view->params[i]));
    house.error = (struct error){0};
    int code = view_run(house.app, view, session, arena, &request, &answer, &house.error);
    if (code == ERR_INTERNAL || code == ERR_BUSY)
        fail_msg("%s with %s: %s %s", view->name, filter >= 0 && filter < view->param_count ? view->params[filter].name : "what it must",
                 house.error.message, house.error.arguments[0]);
    arena_free(arena);
}

/* What is bound has the type that the statement expects: PostgreSQL converts nothing. */
static void test_every_view_with_every_parameter(void **state)
{
    (void)state;
    for (size_t i = 0; i < house.app->view_count; i++) {
        const struct view *view = house.app->views[i];
        for (int filter = -1; filter <= view->param_count; filter++)
            run_with(view, &session_local, filter);
        for (int scope = 0; scope < view->scope_count; scope++) {
            struct session session = session_with(view->scopes[scope].role, 1, 1, "canteen");
            run_with(view, &session, -1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_variant_of_every_view),
        cmocka_unit_test(test_every_view_with_every_parameter),
    };
    return cmocka_run_group_tests_name("statements", tests, open_house, close_house);
}
