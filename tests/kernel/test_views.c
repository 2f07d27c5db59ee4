/* Views: paging by key in every direction, markers, scope, filters, and readings that are journaled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "support/support.h"

enum { ROWS = 1000 };

static const char thing_schema[] = "CREATE TABLE thing ( -- what tests page through\n"
                                   "    id INTEGER PRIMARY KEY NOT NULL, -- [internal]\n"
                                   "    name TEXT NOT NULL, -- [public]\n"
                                   "    bucket INTEGER NOT NULL, -- [public]\n"
                                   "    owner INTEGER NOT NULL -- [internal]\n"
                                   ") STRICT;\n"
                                   "CREATE INDEX thing_name ON thing(name, id);\n"
                                   "CREATE INDEX thing_bucket ON thing(bucket, id);\n";

static const char views_sql[] = "A comment that opens the file.\n"
                                "-- view: thing.list\n"
                                "-- title: Things\n"
                                "-- read: coordinator, member, staff\n"
                                "-- scope: member t.owner = :organisation\n"
                                "-- scope: staff t.owner = :establishment\n"
                                "-- param: bucket int where t.bucket = :bucket\n"
                                "-- param: on date where :on = :on\n"
                                "-- param: organisation int where t.owner = :organisation\n"
                                "-- column: id id key\n"
                                "-- column: name text sort\n"
                                "-- column: bucket int sort\n"
                                "-- column: owner id hidden\n"
                                "-- order: name\n"
                                "SELECT t.id AS id, t.name AS name, t.bucket AS bucket, t.owner AS owner FROM thing t\n"
                                "\n"
                                "-- view: thing.show\n"
                                "-- title: Thing\n"
                                "-- read: coordinator, member\n"
                                "-- scope: member t.owner = :organisation\n"
                                "-- param: id id\n"
                                "-- column: id id\n"
                                "-- column: name text\n"
                                "-- one\n"
                                "SELECT t.id AS id, t.name AS name FROM thing t WHERE t.id = :id\n"
                                "\n"
                                "-- view: thing.buckets\n"
                                "-- title: Buckets\n"
                                "-- read: all\n"
                                "-- param: owner int where t.owner = :owner\n"
                                "-- column: bucket int\n"
                                "-- column: things int\n"
                                "-- whole\n"
                                "-- sensitive\n"
                                "SELECT t.bucket AS bucket, count(*) AS things FROM thing t GROUP BY t.bucket ORDER BY t.bucket\n";

struct views {
    struct house house;
    struct view *views; /* list, show, buckets */
};

static int insert_things(struct db *db, void *context, struct error *error)
{
    (void)context;
    for (int i = 0; i < ROWS; i++) {
        char name[16];
        snprintf(name, sizeof name, "name %d", i % 3); /* sort keys that are equal, in long runs */
        int result = db_run(db, "INSERT INTO thing(id, name, bucket, owner) VALUES (:id, :name, :bucket, :owner)",
                            BIND(INT("id", (int64_t)((i * 7919) % ROWS) + 1), TEXT("name", name), INT("bucket", i % 2 ? 5 : i % 7),
                                 INT("owner", i % 4)), error);
        if (result)
            return result;
    }
    return 0;
}

static int open_views(void **state)
{
    struct views *views = memory_get(sizeof *views);
    size_t count;
    struct house *house = &views->house;
    house_open(house, NULL);
    *state = views;
    if (store_migrate(house->store, "thing", thing_schema, &house->error) ||
        store_write(house->store, insert_things, NULL, false, &house->error) ||
        view_parse(house->arena, "thing", views_sql, &views->views, &count, &house->error))
        return -1;
    return count == 3 ? 0 : -1;
}

static int close_views(void **state)
{
    struct views *views = *state;
    house_close(&views->house);
    freep(state);
    return 0;
}

static int run(struct views *views, int which, const struct session *session, const struct view_request *request,
               struct tree **ret_answer)
{
    views->house.error = (struct error){0};
    return view_run(views->house.app, &views->views[which], session, views->house.arena, request, ret_answer,
                    &views->house.error);
}

/* --- paging --- */

struct walk {
    int64_t ids[ROWS + 100];
    int count;
};

static void add_rows(struct walk *walk, const struct tree *answer)
{
    for (const struct tree *row = tree_get(answer, "rows")->first; row; row = row->next) {
        assert_in_range(walk->count, 0, ROWS + 99);
        walk->ids[walk->count++] = tree_int(row, "id", 0);
    }
}

static void check_each_once(const struct walk *walk)
{
    bool seen[ROWS + 1] = {false};
    assert_int_equal(walk->count, ROWS);
    for (int i = 0; i < walk->count; i++) {
        assert_in_range(walk->ids[i], 1, ROWS);
        assert_false(seen[walk->ids[i]]);
        seen[walk->ids[i]] = true;
    }
}

static void page_through(struct views *views, const char *sort, bool down, int limit)
{
    struct walk *forward = memory_get(sizeof *forward), *back = memory_get(sizeof *back);
    struct view_request request = {.sort = sort, .down = down, .limit = limit};
    struct tree *answer;
    const char *previous = NULL;
    int pages = 0;
    for (;;) {
        assert_int_equal(run(views, 0, &session_local, &request, &answer), 0);
        assert_true((int)tree_get(answer, "rows")->count <= limit);
        add_rows(forward, answer);
        assert_true((tree_text(answer, "previous") != NULL) == (pages > 0));
        previous = tree_text(answer, "previous");
        pages++;
        if (!tree_text(answer, "next"))
            break;
        request.after = tree_text(answer, "next");
    }
    check_each_once(forward);
    assert_int_equal(pages, (ROWS + limit - 1) / limit);
    /* and back to the start: the same rows, page by page */
    int left = forward->count - (int)tree_get(answer, "rows")->count;
    request.after = NULL;
    while (previous) {
        request.before = previous;
        back->count = 0;
        assert_int_equal(run(views, 0, &session_local, &request, &answer), 0);
        add_rows(back, answer);
        left -= back->count;
        assert_memory_equal(back->ids, forward->ids + left, sizeof back->ids[0] * (size_t)back->count);
        assert_non_null(tree_text(answer, "next"));
        previous = tree_text(answer, "previous");
    }
    assert_int_equal(left, 0);
    free(forward);
    free(back);
}

static void test_paging(void **state)
{
    static const char *const sorts[] = {NULL, "name", "bucket", "id"};
    static const int limits[] = {7, 50, 333, 1000};
    for (size_t s = 0; s < COUNT_OF(sorts); s++)
        for (size_t l = 0; l < COUNT_OF(limits); l++)
            for (int down = 0; down < 2; down++)
                page_through(*state, sorts[s], down, limits[l]);
}

/* A row that comes or goes between two pages shifts nothing. */
static void test_paging_while_rows_change(void **state)
{
    struct views *views = *state;
    struct view_request request = {.sort = "id", .limit = 10};
    struct tree *answer;
    assert_int_equal(run(views, 0, &session_local, &request, &answer), 0);
    house_tamper(&views->house, "DELETE FROM thing WHERE id <= 10");
    request.after = tree_text(answer, "next");
    assert_int_equal(run(views, 0, &session_local, &request, &answer), 0);
    assert_int_equal(tree_int(tree_get(answer, "rows")->first, "id", 0), 11);
    request.before = tree_text(answer, "previous");
    request.after = NULL;
    assert_int_equal(run(views, 0, &session_local, &request, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 0);
    assert_null(tree_text(answer, "previous"));
}

struct counting {
    int count, stop_at;
};

static int count_row(void *context, const struct tree *row)
{
    struct counting *counting = context;
    (void)row;
    return ++counting->count == counting->stop_at ? -7 : 0;
}

static void test_export(void **state)
{
    struct views *views = *state;
    struct view_request request = {.sort = "name", .down = true, .limit = 3, .after = "nonsense"};
    struct counting all = {0}, some = {.stop_at = 42};
    for (int i = 0; i < 2; i++) /* more than one page of the export */
        house_tamper(&views->house, "INSERT INTO thing SELECT id + (SELECT max(id) FROM thing), name, bucket, owner FROM thing");
    assert_int_equal(view_export(views->house.app, &views->views[0], &session_local, &request, count_row, &all, &views->house.error), 0);
    assert_int_equal(all.count, ROWS * 4);
    assert_int_equal(view_export(views->house.app, &views->views[0], &session_local, &request, count_row, &some, &views->house.error), -7);
    assert_int_equal(some.count, 42);
}

/* --- markers --- */

static void test_markers_that_were_changed(void **state)
{
    struct views *views = *state;
    struct view_request request = {.limit = 10};
    struct tree *answer;
    assert_int_equal(run(views, 0, &session_local, &request, &answer), 0);
    char *marker = arena_strdup(views->house.arena, tree_text(answer, "next"));
    size_t length = strlen(marker);
    request.after = marker;
    assert_int_equal(run(views, 0, &session_local, &request, &answer), 0);
    for (size_t i = 0; i < length; i++) { /* every character of it */
        char kept = marker[i];
        marker[i] = kept == 'A' ? 'B' : 'A';
        if (run(views, 0, &session_local, &request, &answer) != ERR_INVALID)
            fail_msg("a changed marker was taken: %s", marker);
        assert_string_equal(views->house.error.field, "after");
        marker[i] = kept;
    }
    request.sort = "bucket"; /* a marker of another order */
    assert_int_equal(run(views, 0, &session_local, &request, &answer), ERR_INVALID);
    request.sort = NULL;
    static const char *const rubbish[] = {"x", "!!!!", "AAAA", "AAAAAAAAAAAAAAAAAAAA", "é", "bmFtZQ", "../../etc", "' OR 1=1 --"};
    for (size_t i = 0; i < COUNT_OF(rubbish); i++) {
        request.after = rubbish[i];
        assert_int_equal(run(views, 0, &session_local, &request, &answer), ERR_INVALID);
    }
}

/* --- scope --- */

static int count_for(struct views *views, const struct session *session, const char *params)
{
    struct view_request request = {.params = params ? json_tree(views->house.arena, params) : NULL, .limit = 1000};
    struct tree *answer;
    assert_int_equal(run(views, 0, session, &request, &answer), 0);
    for (const struct tree *row = tree_get(answer, "rows")->first; row; row = row->next)
        if (session->grant_count && session->grants[0].organisation)
            assert_int_equal(tree_int(row, "owner", -1), session->grants[0].organisation);
    return (int)tree_get(answer, "rows")->count;
}

static void test_scope_cannot_be_widened(void **state)
{
    struct views *views = *state;
    struct session member = session_with(ROLE_MEMBER, 2, 0, NULL), stranger = session_with(ROLE_MEMBER, 99, 0, NULL);
    struct session unlimited = session_with(ROLE_MEMBER, 0, 0, NULL), staff = session_with(ROLE_STAFF, 0, 3, NULL);
    struct tree *answer;
    assert_int_equal(count_for(views, &session_local, NULL), ROWS);
    assert_int_equal(count_for(views, &member, NULL), ROWS / 4);
    assert_int_equal(count_for(views, &stranger, NULL), 0);
    assert_int_equal(count_for(views, &staff, NULL), ROWS / 4);
    house_tamper(&views->house, "UPDATE thing SET owner = 9 WHERE owner = 0");
    assert_int_equal(count_for(views, &unlimited, NULL), 0); /* a member without an organisation sees nothing */
    static const char *const tries[] = {
        "{'organisation':'3'}", "{'establishment':'3'}", "{'user':'1'}", "{'owner':'3'}", "{'limit':'100000'}",
        "{'after_key':'0'}", "{'today':'2000-01-01'}", "{'organisation':'2 OR 1=1'}", "{'id) OR (1=1':'1'}",
    };
    for (size_t i = 0; i < COUNT_OF(tries); i++) {
        struct view_request request = {.params = json_tree(views->house.arena, tries[i]), .limit = 1000};
        int code = run(views, 0, &member, &request, &answer);
        if (code)
            continue; /* refused is as good */
        for (const struct tree *row = tree_get(answer, "rows")->first; row; row = row->next)
            assert_int_equal(tree_int(row, "owner", -1), 2);
    }
    /* a marker of somebody who sees everything shows a member only its own */
    struct view_request request = {.limit = 10};
    assert_int_equal(run(views, 0, &session_local, &request, &answer), 0);
    request.after = tree_text(answer, "next");
    assert_int_equal(run(views, 0, &member, &request, &answer), 0);
    for (const struct tree *row = tree_get(answer, "rows")->first; row; row = row->next)
        assert_int_equal(tree_int(row, "owner", -1), 2);
    /* and a detail of somebody else's is not found rather than forbidden */
    request = (struct view_request){.params = json_tree(views->house.arena, "{'id':'1'}")};
    int64_t owner = house_int(&views->house, "SELECT owner FROM thing WHERE id = 1");
    struct session owning = session_with(ROLE_MEMBER, owner, 0, NULL), other = session_with(ROLE_MEMBER, owner + 1, 0, NULL);
    assert_int_equal(run(views, 1, &owning, &request, &answer), 0);
    assert_int_equal(run(views, 1, &other, &request, &answer), ERR_NOT_FOUND);
}

static void test_widest_grant_is_taken(void **state)
{
    struct views *views = *state;
    struct session both = session_with(ROLE_MEMBER, 2, 0, NULL);
    both.grants[both.grant_count++] = (struct grant){.role = ROLE_COORDINATOR};
    struct view_request request = {.limit = 1000};
    struct tree *answer;
    assert_int_equal(run(views, 0, &both, &request, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, ROWS);
}

static void test_not_admitted(void **state)
{
    struct views *views = *state;
    struct session auditor = session_with(ROLE_AUDITOR, 0, 0, NULL);
    struct view_request request = {0};
    struct tree *answer;
    assert_int_equal(run(views, 0, &session_public, &request, &answer), ERR_LOGIN);
    assert_int_equal(run(views, 0, &auditor, &request, &answer), ERR_FORBIDDEN);
    assert_int_equal(run(views, 2, &session_public, &request, &answer), 0);
}

/* --- filters --- */

static void test_filters(void **state)
{
    struct views *views = *state;
    struct tree *answer;
    assert_int_equal(count_for(views, &session_local, "{'bucket':'5'}"),
                     (int)house_int(&views->house, "SELECT count(*) FROM thing WHERE bucket = 5"));
    assert_int_equal(count_for(views, &session_local, "{'bucket':''}"), ROWS); /* an empty box is no filter */
    assert_int_equal(count_for(views, &session_local, "{'unknown':'x'}"), ROWS);
    static const char *const bad[] = {"{'bucket':'x'}", "{'bucket':'1,5'}", "{'on':'31/12/2026'}", "{'on':'2026-02-30'}",
                                      "{'bucket':'\\u0007'}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct view_request request = {.params = json_tree(views->house.arena, bad[i])};
        assert_int_equal(run(views, 0, &session_local, &request, &answer), ERR_INVALID);
    }
    struct view_request request = {.sort = "owner"}; /* a column, but not one to sort by */
    assert_int_equal(run(views, 0, &session_local, &request, &answer), ERR_INVALID);
    request.sort = "name; DROP TABLE thing";
    assert_int_equal(run(views, 0, &session_local, &request, &answer), ERR_INVALID);
    request = (struct view_request){0};
    assert_int_equal(run(views, 1, &session_local, &request, &answer), ERR_INVALID); /* its id is required */
    assert_string_equal(views->house.error.field, "id");
    assert_int_equal(house_int(&views->house, "SELECT count(*) FROM thing"), ROWS);
}

static void test_sensitive_reading_is_journaled_first(void **state)
{
    struct views *views = *state;
    struct session auditor = session_with(ROLE_AUDITOR, 0, 0, NULL);
    struct view_request request = {.params = json_tree(views->house.arena, "{'owner':'3'}")};
    struct tree *answer;
    assert_int_equal(run(views, 2, &auditor, &request, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, house_int(&views->house, "SELECT count(DISTINCT bucket) FROM thing WHERE owner = 3"));
    assert_string_equal(house_text(&views->house, "SELECT actor || ' ' || action || ' ' || outcome || ' ' || arguments FROM journal"),
                        "auditor thing.buckets read {\"owner\":\"3\"}");
    struct session denied = {.user = 3, .name = "x", .must_change = true};
    assert_int_equal(run(views, 0, &denied, &request, &answer), ERR_FORBIDDEN);
    assert_int_equal(house_int(&views->house, "SELECT count(*) FROM journal"), 1);
}

/* --- headers --- */

static void test_bad_headers(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "-- view: a\n-- read: all\n-- column: x text key\nSELECT 1 AS x",                     /* no title */
        "-- view: a\n-- title: A\n-- column: x text key\nSELECT 1 AS x",                      /* nobody may read it */
        "-- view: a\n-- title: A\n-- read: everybody\n-- column: x text key\nSELECT 1 AS x",  /* no such role */
        "-- view: a\n-- title: A\n-- read: all\nSELECT 1 AS x",                               /* no columns */
        "-- view: a\n-- title: A\n-- read: all\n-- column: x text\nSELECT 1 AS x",            /* a list without a key */
        "-- view: a\n-- title: A\n-- read: all\n-- column: x text key\n",                     /* no SELECT */
        "-- view: a\n-- title: A\n-- read: all\n-- column: x texte key\nSELECT 1 AS x",       /* no such kind */
        "-- view: a\n-- title: A\n-- read: all\n-- column: x text keys\nSELECT 1 AS x",
        "-- view: a\n-- title: A\n-- read: all\n-- colum: x text key\nSELECT 1 AS x",
        "-- view: a\n-- title: A\n-- read: all\n-- scope: king x = 1\n-- column: x text key\nSELECT 1 AS x",
        "-- view: a\n-- title: A\n-- read: all\n-- param: p text when x\n-- column: x text key\nSELECT 1 AS x",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct arena *arena = arena_new();
        struct view *views;
        size_t count;
        struct error error = {0};
        if (view_parse(arena, "test", bad[i], &views, &count, &error) != ERR_INTERNAL)
            fail_msg("accepted: %s", bad[i]);
        assert_string_equal(error.arguments[0], "test");
        arena_free(arena);
    }
}

int main(void)
{
#define VIEWS(test) cmocka_unit_test_setup_teardown(test, open_views, close_views)
    const struct CMUnitTest tests[] = {
        VIEWS(test_paging),
        VIEWS(test_paging_while_rows_change),
        VIEWS(test_export),
        VIEWS(test_markers_that_were_changed),
        VIEWS(test_scope_cannot_be_widened),
        VIEWS(test_widest_grant_is_taken),
        VIEWS(test_not_admitted),
        VIEWS(test_filters),
        VIEWS(test_sensitive_reading_is_journaled_first),
        cmocka_unit_test(test_bad_headers),
    };
    return cmocka_run_group_tests_name("views", tests, NULL, NULL);
}
