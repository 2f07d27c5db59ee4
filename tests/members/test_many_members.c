/* With 100,000 organisations every order and every filter of every list of these rooms runs inside an index, and a page
 * costs what it costs with few. */
#include "support/support.h"

#include <string.h>

#include "base/text.h"
#include "documents/documents.h"
#include "establishments/establishments.h"
#include "law/law.h"
#include "members/keep.h"
#include "members/kinds.h"
#include "members/members.h"

enum { MANY = 100000, OFFERING_EVERY = 500 };

static const struct subject *const subjects[] = {&law_subject, &documents_subject, &members_subject,
                                                 &establishments_subject, NULL};

/* The n-th SIRET whose check digit holds. */
static void siret_of(int64_t n, char ret_siret[15])
{
    int sum = 0;
    int64_t number = 1000000000000 + n * 37;
    for (int i = 12; i >= 0; i--, number /= 10)
        ret_siret[i] = (char)('0' + number % 10);
    ret_siret[14] = 0;
    for (int i = 0; i < 13; i++) {
        int digit = ret_siret[i] - '0';
        digit = i % 2 == 0 ? digit * 2 : digit;
        sum += digit > 9 ? digit - 9 : digit;
    }
    ret_siret[13] = (char)('0' + (10 - sum % 10) % 10);
}

struct making {
    int64_t from, to;
};

static int make(struct db *db, void *context, struct error *error)
{
    static const char *const kinds[] = {"aci", "aci", "aci", "ei", "ei", "ai", "etti", "association aci"};
    static const char *const words[] = {"Atelier", "Régie", "Émeraude", "Chantier", "Entraide"};
    static const char *const departments[] = {"27", "76", "14", "35", "75", "13", "59", "62", "31", "2A"};
    const struct making *making = context;
    int result = 0;
    for (int64_t i = making->from; i < making->to && !result; i++) {
        _cleanup_arena_ struct arena *arena = arena_new();
        struct organisation it = organisation_empty();
        char siret[15];
        siret_of(i, siret);
        it.siret = siret;
        it.name = arena_printf(arena, "%s %lld", words[i * 7 % 5], (long long)(i * 7919 % MANY));
        it.city = arena_printf(arena, "Ville %lld", (long long)(i % 900));
        it.department = departments[i * 13 % 10];
        it.kinds = i % 50000 == 7 ? "mutuelle" : kinds[i * 11 % 8];
        it.status = i % 1000 == 3 ? "member" : "directory";
        if (i % OFFERING_EVERY == 3)
            it.functions = "it.support";
        result = organisation_keep(db, arena, NULL, &it, 1, error);
        if (!result && *it.functions)
            result = db_run(db,
                            "INSERT INTO member_offer(id, member_id, function, unit_price_cents, unit, capacity_thousandths, "
                            "period, places, changed) VALUES (:id, :member, 'it.support', :price, 'h', 1000, 'month', '27', 1)",
                            BIND(INT("id", db_next_id(db)), INT("member", it.id), INT("price", i)), error);
    }
    return result;
}

static void fill(struct house *house, int64_t count)
{
    for (int64_t at = 0; at < count; at += 10000) {
        struct making making = {at, at + 10000 < count ? at + 10000 : count};
        if (store_write(house->store, make, &making, false, &house->error))
            fail_msg("%s", house->error.message);
    }
}

/* A walk along an index that stops at the page's end is the way; reading a table, or sorting, is not. */
static void check_plan(struct house *house, struct db *db, const struct view *view, const char *filter,
                       const struct view_column *column, bool down, bool paged)
{
    const char *sort = column->name;
    bool by_id = column->key && column->kind == COLUMN_ID; /* the table itself stands in that order */
    char *sql = view_sql(house->app, view, house->arena, ROLE_COORDINATOR, filter, sort, down, paged), *plan, *rest = NULL;
    if (store_explain(db, house->arena, sql, &plan, &house->error))
        fail_msg("%s: %s", sql, house->error.message);
    for (char *step = strtok_r(plan, "\n", &rest); step; step = strtok_r(NULL, "\n", &rest)) {
        bool reads_all = !by_id && text_starts(step, "SCAN") && !strstr(step, "USING") && !strstr(step, "CONSTANT ROW");
        if (reads_all || strstr(step, "TEMP B-TREE"))
            fail_msg("%s filter %s sort %s: %s\n%s", view->name, filter, sort, step, sql);
    }
}

static void every_order_and_filter_is_indexed(void **state)
{
    struct house *house = *state;
    struct db *db;
    int checked = 0;
    assert_int_equal(store_reader(house->store, &db, &house->error), 0);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    for (size_t v = 0; v < house->app->view_count; v++) {
        const struct view *view = house->app->views[v];
        for (int f = -1; f < view->param_count && !view->one && !view->whole; f++)
            for (int c = 0; c < view->column_count; c++) {
                const char *filter = f < 0 ? "" : view->params[f].name;
                if (!(view->columns[c].sort || view->columns[c].key) || (f >= 0 && view->params[f].search) ||
                    !strcmp(view->subject, "kernel"))
                    continue;
                for (int variant = 0; variant < 4; variant++, checked++)
                    check_plan(house, db, view, filter, &view->columns[c], variant & 1, variant & 2);
            }
    }
    assert_true(checked > 100);
    db_end_read(db);
    store_release(house->store, db);
}

static double page_seconds(struct house *house, const char *json, const char *sort, size_t expected)
{
    double best = 1e9;
    for (int i = 0; i < 7; i++) {
        _cleanup_arena_ struct arena *arena = arena_new();
        struct view_request request = {.params = json_tree(arena, json), .sort = sort};
        struct tree *answer;
        double start = seconds_now();
        if (view_run(house->app, app_view(house->app, "member.list"), &session_local, arena, &request, &answer, &house->error))
            fail_msg("%s", house->error.message);
        double took = seconds_now() - start;
        best = took < best ? took : best;
        assert_int_equal(tree_get(answer, "rows")->count, expected);
    }
    return best;
}

static double table_seconds(struct house *house)
{
    double best = 1e9;
    for (int i = 0; i < 5; i++) {
        double start = seconds_now();
        house_int(house, "SELECT count(*) FROM member WHERE length(name) + length(address) + length(functions) + length(brand) > 1000");
        double took = seconds_now() - start;
        best = took < best ? took : best;
    }
    return best;
}

/* What a page costs is compared with reading the whole table once: a person must not feel a filter. */
static void pages_are_instant(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *json, *sort;
        size_t rows;
        double most; /* of reading the table once */
    } pages[] = {
        {"{}", NULL, 50, 0.1},
        {"{}", "city", 50, 0.1},
        {"{}", "department", 50, 0.1},
        {"{}", "siret", 50, 0.1},
        {"{'kind':'aci'}", NULL, 50, 0.1},
        {"{'department':'27'}", "city", 50, 0.1},
        {"{'kind':'mutuelle'}", NULL, 2, 1},
        {"{'status':'member'}", "city", 50, 1},
        {"{'function':'it.support'}", NULL, 50, 1},
        {"{'department':'27','kind':'mutuelle'}", NULL, 0, 1},
        {"{'q':'emeraude 42420'}", NULL, 0, 0.5},
        {"{'q':'ville 899'}", "department", 50, 1.5},
    };
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        const char *sort = pages[i].sort ? pages[i].sort : "name";
        double took = 0, whole = 0, most = pages[i].most * (house->on_server ? 3 : 1); /* a server has its table in memory */
        for (int round = 0; round < 4 && (!round || took > whole * most); round++) { /* something else may have run beside */
            whole = table_seconds(house);
            took = page_seconds(house, pages[i].json, pages[i].sort, pages[i].rows);
        }
        print_message("%-45s %-10s %.2f ms, %.3f of reading the table\n", pages[i].json, sort, took * 1000, took / whole);
        if (took > whole * most)
            fail_msg("%s by %s: %.1f ms, reading the table takes %.1f", pages[i].json, sort, took * 1000, whole * 1000);
    }
}

/* Going through the whole list by name gives each organisation once, in the order of a dictionary. */
static void paging_gives_each_once(void **state)
{
    struct house *house = *state;
    const struct view *view = app_view(house->app, "member.list");
    _cleanup_arena_ struct arena *kept = arena_new();
    struct view_request request = {.limit = 1000};
    const char *last = "";
    int64_t count = 0, pages = 0;
    do {
        struct arena *arena = arena_new();
        struct tree *answer;
        assert_int_equal(view_run(house->app, view, &session_local, arena, &request, &answer, &house->error), 0);
        for (const struct tree *row = tree_get(answer, "rows")->first; row; row = row->next, count++) {
            if (strcmp(last, tree_text(row, "name_folded")) > 0)
                fail_msg("%s comes before %s", last, tree_text(row, "name_folded"));
            last = arena_strdup(kept, tree_text(row, "name_folded"));
        }
        request.after = arena_strdup(kept, tree_text(answer, "next"));
        arena_free(arena);
        pages++;
    } while (request.after);
    assert_int_equal(count, MANY);
    assert_int_equal(pages, MANY / 1000);
}

static int set_up(void **state)
{
    static struct house house;
    house_open(&house, subjects);
    fill(&house, MANY);
    *state = &house;
    return 0;
}

static int tear_down(void **state)
{
    house_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_and_filter_is_indexed),
        cmocka_unit_test(pages_are_instant),
        cmocka_unit_test(paging_gives_each_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
