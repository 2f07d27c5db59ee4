/* The law as data: what is shipped loads, is asked by date, and bad files are refused by file and line. */
#include "support/support.h"

#include <string.h>

#include "law/law.h"
#include "law/parameters.h"

static const struct subject *const subjects[] = {&law_subject, NULL};

static const char head[] = "id;from;to;value;unit;article;source;status;note\n";

static int read_rows(struct arena *arena, const char *rows, struct error *error)
{
    struct parameters parameters = {0};
    const char *file = arena_printf(arena, "%s%s", head, rows);
    *error = (struct error){0};
    int result = parameters_read(arena, "work", file, strlen(file), &parameters, error);
    return result ? result : parameters_check(arena, &parameters, error);
}

static void good_rows(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct error error;
    assert_int_equal(read_rows(arena, "a;;;1;eur;;;V;\n", &error), 0);
    assert_int_equal(read_rows(arena, "a;2020-01-01;2020-12-31;1;eur;;;V;\na;2021-01-01;;1.5;eur;;;S;\n", &error), 0);
    assert_int_equal(read_rows(arena, "a;2021-01-01;;1.5;eur;;;S;\na;;2020-12-31;;eur;;;N;\n", &error), 0);
    assert_int_equal(read_rows(arena, "a;;;1;eur;;;V;\nb;;;0.123456;rate;;;V;\n", &error), 0);
    assert_int_equal(read_rows(arena, "", &error), 0);
}

static void bad_rows(void **state)
{
    static const struct {
        const char *rows, *says;
    } cases[] = {
        {"a;2020-01-01;2020-12-31;1;eur;;;V;\na;2020-12-31;;2;eur;;;V;\n", "line 3: a: this period overlaps the one of work.csv, line 2"},
        {"a;2021-01-01;;1;eur;;;V;\na;;2022-01-01;2;eur;;;V;\n", "overlaps"},
        {"a;;;1;eur;;;V;\na;;;1;eur;;;V;\n", "overlaps"},
        {"a;2020-01-01;2020-12-31;1;eur;;;V;\na;2021-01-01;;2;rate;;;V;\n", "one id has one unit"},
        {"a;2020-13-01;;1;eur;;;V;\n", "line 2: a: a period runs"},
        {"a;;7017-01-01;1;eur;;;V;\n", "a period runs"},
        {"a;2021-01-01;2020-01-01;1;eur;;;V;\n", "ends before it begins"},
        {"a;;;1;eur;;;X;\n", "the status is"},
        {"a;;;;eur;;;V;\n", "empty if and only if"},
        {"a;;;1;eur;;;N;\n", "empty if and only if"},
        {"a;;;1,5;eur;;;V;\n", "decimal point"},
        {"a;;;1.1234567;eur;;;V;\n", "decimal point"},
        {"a;;;much;eur;;;V;\n", "decimal point"},
        {"a;;;9999999999999999;eur;;;V;\n", "decimal point"},
        {";;;1;eur;;;V;\n", "an id and a unit"},
        {"a;;;1;;;;V;\n", "an id and a unit"},
        {"\"a;;;1;eur;;;V;\n", "the line is broken"},
    };
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error;
        char text[ERROR_TEXT_BYTES];
        assert_int_equal(read_rows(arena, cases[i].rows, &error), ERR_INVALID);
        error_format(&error, error.message, text, sizeof text);
        if (!strstr(text, cases[i].says) || !strstr(text, "data/law/work.csv"))
            fail_msg("%s: %s", cases[i].rows, text);
    }
    struct parameters parameters = {0};
    struct error error = {0};
    assert_int_equal(parameters_read(arena, "work", "id;value\na;1\n", 13, &parameters, &error), ERR_INVALID);
}

static void ask(struct house *house, const char *id, const char *date, int64_t millionths, bool confirmed)
{
    struct db *db;
    struct law_value value;
    assert_int_equal(store_reader(house->store, &db, &house->error), 0);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    if (law_rate(db, house->arena, id, date, &value, &house->error))
        fail_msg("%s on %s: %s", id, date, house->error.message);
    assert_int_equal(value.value_millionths, millionths);
    assert_int_equal(value.confirmed, confirmed);
    db_end_read(db);
    store_release(house->store, db);
}

static int ask_wrong(struct house *house, const char *id, const char *date)
{
    struct db *db;
    struct law_value value;
    assert_int_equal(store_reader(house->store, &db, &house->error), 0);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    int result = law_rate(db, house->arena, id, date, &value, &house->error);
    db_end_read(db);
    store_release(house->store, db);
    return result;
}

static void what_is_shipped(void **state)
{
    (void)state;
    struct house house;
    house_open(&house, subjects);
    assert_true(house_int(&house, "SELECT count(*) FROM law_parameter") > 250);
    assert_true(house_int(&house, "SELECT count(*) FROM law_article") > 60);
    ask(&house, "smic.hourly", "2019-12-31", 10030000, true);
    ask(&house, "smic.hourly", "2020-01-01", 10150000, true);
    ask(&house, "pay.floor.production", "2026-01-01", 450000, true);
    ask(&house, "scic.interest.margin", "2026-01-01", 2 * LAW_ONE, false);
    ask(&house, "canteen.margin_max", "2026-01-01", 0, false); /* an open question is an answer */
    assert_int_equal(ask_wrong(&house, "smic.hourly", "1990-01-01"), ERR_NOT_FOUND);
    assert_int_equal(ask_wrong(&house, "no.such.figure", "2020-01-01"), ERR_NOT_FOUND);
    struct tree *answer;
    assert_int_equal(house_view(&house, &session_public, "law.show", "{'id':'smic.hourly','on':'2020-06-01'}", &answer), 0);
    assert_string_equal(tree_text(answer, "value"), "10.15");
    assert_string_equal(tree_text(answer, "standing"), "confirmed");
    assert_int_equal(house_view(&house, &session_public, "law.show", "{'id':'scic.interest.margin'}", &answer), 0);
    assert_string_equal(tree_text(answer, "standing"), "to_be_confirmed");
    assert_int_equal(house_view(&house, &session_public, "law.show", "{'id':'canteen.margin_max'}", &answer), 0);
    assert_string_equal(tree_text(answer, "standing"), "not_found");
    assert_int_equal(house_view(&house, &session_public, "law.show", "{'id':'smic.hourly','on':'1990-01-01'}", &answer), 0);
    assert_string_equal(tree_text(answer, "standing"), "no_value_that_day");
    assert_int_equal(house_view(&house, &session_public, "law.show", "{'id':'nothing'}", &answer), ERR_NOT_FOUND);
    assert_int_equal(house_view(&house, &session_public, "law.show", "{'id':'smic.hourly','on':'2020-02-30'}", &answer), ERR_INVALID);
    assert_int_equal(house_view(&house, &session_public, "law.show", NULL, &answer), ERR_INVALID);
    house_close(&house);
}

static void articles(void **state)
{
    (void)state;
    struct house house;
    struct db *db;
    struct law_article article;
    house_open(&house, subjects);
    assert_int_equal(store_reader(house.store, &db, &house.error), 0);
    assert_int_equal(db_begin_read(db, &house.error), 0);
    assert_int_equal(law_article(db, house.arena, "L111-3", NULL, "fr", &article, &house.error), 0);
    assert_non_null(strstr(article.rule, "surveillance"));
    assert_int_equal(law_article(db, house.arena, "L111-3", "Code pénitentiaire", "en", &article, &house.error), 0);
    assert_non_null(strstr(article.rule, "guarding"));
    assert_int_equal(law_article(db, house.arena, "L111-3", "Code du travail", "fr", &article, &house.error), ERR_NOT_FOUND);
    assert_int_equal(law_article(db, house.arena, "Z1", NULL, "fr", &article, &house.error), ERR_NOT_FOUND);
    db_end_read(db);
    store_release(house.store, db);
    house_close(&house);
}

/* The files are written once: another start writes nothing, changed content is loaded again whole. */
static void loaded_once(void **state)
{
    (void)state;
    struct house house;
    house_open(&house, subjects);
    int64_t rows = house_int(&house, "SELECT count(*) FROM law_parameter");
    uint64_t writes = store_figures(house.store).tasks;
    house_shut(&house);
    house_reopen(&house);
    assert_true(store_figures(house.store).tasks < writes);
    house_shut(&house);
    house_tamper(&house, "UPDATE law_content SET hash = 'of an older program'");
    house_tamper(&house, "DELETE FROM law_parameter WHERE parameter = 'smic.hourly'");
    house_reopen(&house);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM law_parameter"), rows);
    house_close(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_rows), cmocka_unit_test(bad_rows),    cmocka_unit_test(what_is_shipped),
        cmocka_unit_test(articles),  cmocka_unit_test(loaded_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
