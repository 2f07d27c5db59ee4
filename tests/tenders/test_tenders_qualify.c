/* Qualification: the real example, what it refuses, its versions, what is missing, the templates. */
#include "tenders/tenders.h"
#include "tenders_house.h"

static const char reference[] = "20-142573";

static int open_qualifying(void **state)
{
    open_house(state);
    import_prisons(*state);
    return 0;
}

static struct tree *read_example(struct house *house)
{
    struct buffer file = read_source("data/demo/20-142573.json");
    struct tree *tree;
    assert_int_equal(tree_read_json(house->arena, arena_copy(house->arena, file.bytes, file.length), file.length, &tree,
                                    &house->error),
                     0);
    tree_set_text(house->arena, tree, "reference", reference);
    buffer_free(&file);
    return tree;
}

static int qualify(struct house *house, const struct tree *input, struct tree **ret_result)
{
    struct tree *ignored;
    struct action_request request = {.session = &session_local, .language = "fr", .input = input};
    house->error = (struct error){0};
    return action_run(house->app, app_action(house->app, "tender qualify"), &request, house->arena,
                      ret_result ? ret_result : &ignored, &house->error);
}

static int read_qualification(struct house *house, const char *of, struct qualification *ret)
{
    struct db *db;
    house->error = (struct error){0};
    assert_int_equal(store_reader(house->store, &db, &house->error), 0);
    assert_int_equal(db_begin_read(db, &house->error), 0);
    int code = tender_qualification_read(db, of, house->arena, ret, &house->error);
    db_end_read(db);
    store_release(house->store, db);
    return code;
}

/* --- the real example --- */

static void test_example(void **state)
{
    struct house *house = *state;
    struct tree *result, *answer;
    struct qualification q;
    assert_int_equal(read_qualification(house, reference, &q), ERR_REFUSED);
    assert_string_equal(house->error.field, "qualification");
    assert_int_equal(read_qualification(house, "99-1", &q), ERR_NOT_FOUND);
    assert_int_equal(qualify(house, read_example(house), &result), 0);
    assert_int_equal(tree_int(result, "version", 0), 1);
    assert_true(tree_true(tree_get(result, "ready")));
    assert_int_equal(tree_get(result, "warnings")->count, 0);

    assert_int_equal(read_qualification(house, reference, &q), 0);
    assert_int_equal(q.missing_count, 0);
    assert_int_equal(q.lot_count, 3);
    assert_int_equal(q.estimated_value_cents, 131000000);
    assert_int_equal(q.weight_price + q.weight_quality + q.weight_social, 100);
    assert_int_equal(q.max_lots, 0);
    assert_string_equal(q.legal_form, "conjoint_solidaire_leader");
    assert_string_equal(q.deadline, "2021-01-29");
    assert_string_equal(q.lots[0].id, "L1");
    assert_string_equal(q.lots[1].place, "27");
    assert_int_equal(q.lots[0].coordination_ppm, 15000);
    assert_int_equal(q.lots[0].reference_value_cents, 47473920);
    assert_int_equal(q.lots[2].requirement_count, 5);
    assert_string_equal(q.lots[0].requirements[0].function, "canteen.picking");
    assert_string_equal(q.lots[0].requirements[0].accreditations, "prison_access");
    assert_string_equal(q.lots[0].requirements[2].accreditations, "");
    assert_true(q.lots[0].requirements[0].essential);
    assert_int_equal(q.lots[0].requirements[2].quantity, 864);

    /* What a person says takes the place of guesses, in the call too. */
    assert_int_equal(house_view(house, &session_local, "tender.show", "{'reference':'20-142573'}", &answer), 0);
    assert_string_equal(tree_text(answer, "functions_basis"), "confirmed");
    assert_true(text_has_word(tree_text(answer, "functions"), "it.support"));
    assert_string_equal(tree_text(answer, "open_until"), "2021-01-29");
    assert_string_equal(tree_text(answer, "open_basis"), "deadline");
    assert_int_equal(house_view(house, &session_local, "tender.requirements", "{'reference':'20-142573'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 15);
}

static void test_versions_are_kept(void **state)
{
    struct house *house = *state;
    struct tree *answer;
    struct qualification q;
    struct tree *input = read_example(house);
    assert_int_equal(qualify(house, input, NULL), 0);
    struct tree *second = read_example(house);
    ((struct tree *)tree_path(second, "lots.0"))->next = NULL;
    struct tree *lots = (struct tree *)tree_get(second, "lots");
    lots->last = lots->first;
    lots->count = 1;
    assert_int_equal(qualify(house, second, NULL), 0);
    assert_int_equal(read_qualification(house, reference, &q), 0);
    assert_int_equal(q.version, 2);
    assert_int_equal(q.lot_count, 1);
    assert_int_equal(house_view(house, &session_local, "tender.versions", "{'reference':'20-142573'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 2);
    assert_int_equal(house_int(house, "SELECT count(*) FROM tender_lot WHERE version = 1"), 3);
}

/* --- what is missing is named, never guessed --- */

static void remove_member(struct tree *map, const char *name)
{
    struct tree **link = &map->first;
    map->last = NULL;
    map->count = 0;
    while (*link) {
        if (text_is((*link)->name, name)) {
            *link = (*link)->next;
            continue;
        }
        map->last = *link;
        map->count++;
        link = &(*link)->next;
    }
}

static void test_missing_fields(void **state)
{
    static const struct {
        const char *map, *name, *missing;
    } cases[] = {
        {"", "estimated_value_cents", "estimated_value_cents"},
        {"", "weights", "weights.price"},
        {"", "legal_form", "legal_form"},
        {"", "single_membership", "single_membership"},
        {"lots.0", "people", "lots.0.people"},
        {"lots.1", "estimated_value_cents", "lots.1.estimated_value_cents"},
        {"lots.2", "max_members", "lots.2.max_members"},
        {"lots.0", "coordination_percent", "lots.0.coordination_percent"},
        {"lots.0", "requirements", "lots.0.requirements"},
        {"lots.0.requirements.1", "quantity", "lots.0.requirements.1.quantity"},
        {"lots.0.requirements.1", "accreditations", "lots.0.requirements.1.accreditations"},
    };
    struct house *house = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tree *input = read_example(house);
        struct qualification q;
        struct tree *map = *cases[i].map ? (struct tree *)tree_path(input, cases[i].map) : input;
        remove_member(map, cases[i].name);
        assert_int_equal(qualify(house, input, NULL), 0);
        assert_int_equal(read_qualification(house, reference, &q), 0);
        assert_true(q.missing_count >= 1);
        assert_string_equal(q.missing[0], cases[i].missing);
    }
}

/* Dates and the limit on lots may be unknown. */
static void test_what_may_be_null(void **state)
{
    struct house *house = *state;
    struct tree *input = read_example(house);
    struct qualification q;
    static const char *const names[] = {"visit_on", "questions_until", "deadline", "offer_valid_until", "max_lots"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        remove_member(input, names[i]);
    assert_int_equal(qualify(house, input, NULL), 0);
    assert_int_equal(read_qualification(house, reference, &q), 0);
    assert_int_equal(q.missing_count, 0);
    assert_string_equal(q.deadline, "");
}

/* --- what is refused --- */

struct wrong {
    const char *map, *name;
    const char *json; /* in place of it, single quotes for double ones */
    int code;
    const char *field;
};

static const struct wrong wrongs[] = {
    {"lots.0.requirements.0", "function", "'sovereign.surveillance'", ERR_REFUSED, "lots.0.requirements.0.function"},
    {"lots.0.requirements.0", "function", "'sovereign.direction'", ERR_REFUSED, "lots.0.requirements.0.function"},
    {"lots.2.requirements.4", "function", "'sovereign.registry'", ERR_REFUSED, "lots.2.requirements.4.function"},
    {"lots.0.requirements.0", "function", "'canteen.nothing'", ERR_INVALID, "lots.0.requirements.0.function"},
    {"lots.0.requirements.0", "function", "null", ERR_INVALID, "lots.0.requirements.0.function"},
    {"lots.0", "required_turnover_cents", "100000001", ERR_REFUSED, "lots.0.required_turnover_cents"},
    {"lots.0", "required_turnover_cents", "-1", ERR_INVALID, "lots.0.required_turnover_cents"},
    {"lots.0", "place", "'99'", ERR_INVALID, "lots.0.place"},
    {"lots.0", "place", "'Rouen'", ERR_INVALID, "lots.0.place"},
    {"lots.0", "id", "'L2'", ERR_INVALID, "lots.1.id"},
    {"lots.0", "id", "'L 1'", ERR_INVALID, "lots.0.id"},
    {"lots.0", "id", "'L1234567890123456'", ERR_INVALID, "lots.0.id"},
    {"lots.0.requirements.1", "id", "'r1'", ERR_INVALID, "lots.0.requirements.1.id"},
    {"lots.0", "people", "-1", ERR_INVALID, "lots.0.people"},
    {"lots.0", "people", "1.5", ERR_INVALID, "lots.0.people"},
    {"lots.0", "duration_months", "0", ERR_INVALID, "lots.0.duration_months"},
    {"lots.0", "estimated_value_cents", "0", ERR_INVALID, "lots.0.estimated_value_cents"},
    {"lots.0", "reserved", "'all'", ERR_INVALID, "lots.0.reserved"},
    {"lots.0", "max_members", "0", ERR_INVALID, "lots.0.max_members"},
    {"lots.0", "min_share_permille", "0", ERR_INVALID, "lots.0.min_share_permille"},
    {"lots.0", "min_share_permille", "1001", ERR_INVALID, "lots.0.min_share_permille"},
    {"lots.0", "coordination_percent", "'101'", ERR_INVALID, "lots.0.coordination_percent"},
    {"lots.0", "coordination_percent", "'-1'", ERR_INVALID, "lots.0.coordination_percent"},
    {"lots.0", "mandatory", "'perhaps'", ERR_INVALID, "lots.0.mandatory"},
    {"lots.0.requirements.0", "quantity", "0", ERR_INVALID, "lots.0.requirements.0.quantity"},
    {"lots.0.requirements.0", "reference_unit_price_cents", "0", ERR_INVALID,
     "lots.0.requirements.0.reference_unit_price_cents"},
    {"lots.0.requirements.0", "reference_unit_price_cents", "999999999999999", ERR_INVALID, "lots.0.requirements"},
    {"lots.0.requirements.0", "accreditations", "['HACCP']", ERR_INVALID, "lots.0.requirements.0.accreditations"},
    {"weights", "price", "0", ERR_INVALID, "weights.price"},
    {"weights", "quality", "101", ERR_INVALID, "weights.quality"},
    {"", "weights", "'60'", ERR_INVALID, "weights"},
    {"", "lots", "[]", ERR_INVALID, "lots"},
    {"", "lots", "null", ERR_INVALID, "lots"},
    {"", "lots", "['L1']", ERR_INVALID, "lots"},
    {"", "legal_form", "'any'", ERR_INVALID, "legal_form"},
    {"", "max_lots", "0", ERR_INVALID, "max_lots"},
    {"", "deadline", "'29/01/2021'", ERR_INVALID, "deadline"},
    {"", "deadline", "'2021-02-30'", ERR_INVALID, "deadline"},
    {"", "visit_on", "'2021-02-10'", ERR_INVALID, "visit_on"},
    {"", "questions_until", "'2021-02-10'", ERR_INVALID, "questions_until"},
    {"", "offer_valid_until", "'2021-01-10'", ERR_INVALID, "offer_valid_until"},
    {"", "reference", "'99-999999'", ERR_NOT_FOUND, "reference"},
    {"", "colour", "'blue'", ERR_INVALID, "colour"},
    {"lots.0", "colour", "'blue'", ERR_INVALID, "lots.0.colour"},
};

static bool has_field(const struct error *error, const char *field)
{
    while (error && strcmp(error->field, field) != 0)
        error = error->next;
    return error != NULL;
}

static void test_refusals(void **state)
{
    struct house *house = *state;
    for (size_t i = 0; i < COUNT_OF(wrongs); i++) {
        const struct wrong *wrong = &wrongs[i];
        struct tree *input = read_example(house), *value;
        struct tree *map = *wrong->map ? (struct tree *)tree_path(input, wrong->map) : input;
        remove_member(map, wrong->name);
        value = json_tree(house->arena, arena_printf(house->arena, "{'v':%s}", wrong->json));
        tree_set(house->arena, map, wrong->name, (struct tree *)tree_get(value, "v"));
        int code = qualify(house, input, NULL);
        if (code != wrong->code || !has_field(&house->error, wrong->field))
            fail_msg("%s.%s = %s: %d at %s, not %d at %s", wrong->map, wrong->name, wrong->json, code, house->error.field,
                     wrong->code, wrong->field);
    }
    assert_int_equal(house_int(house, "SELECT count(*) FROM tender_qualification"), 0);
}

/* The article and its rule are said, in the reader's language. */
static void test_sovereign_names_its_article(void **state)
{
    struct house *house = *state;
    struct tree *input = read_example(house);
    char text[ERROR_TEXT_BYTES];
    struct tree *requirement = (struct tree *)tree_path(input, "lots.0.requirements.0");
    remove_member(requirement, "function");
    tree_set_text(house->arena, requirement, "function", "sovereign.registry");
    assert_int_equal(qualify(house, input, NULL), ERR_REFUSED);
    error_format(&house->error, house->error.message, text, sizeof text);
    assert_non_null(strstr(text, "L111-3"));
    assert_non_null(strstr(text, "Greffe"));
}

static void test_many_lots(void **state)
{
    struct house *house = *state;
    struct tree *input = tree_map(house->arena);
    tree_set_text(house->arena, input, "reference", reference);
    struct tree *lots = tree_set_list(house->arena, input, "lots");
    for (int i = 0; i < 10000; i++)
        tree_set_text(house->arena, tree_add_map(house->arena, lots), "id", arena_printf(house->arena, "L%d", i));
    assert_int_equal(qualify(house, input, NULL), ERR_INVALID);
    assert_string_equal(house->error.field, "lots");
    assert_string_equal(house->error.arguments[0], "200");
}

static void test_warnings(void **state)
{
    struct house *house = *state;
    struct tree *input = read_example(house), *result;
    struct tree *lot = (struct tree *)tree_path(input, "lots.0");
    remove_member(lot, "reserved");
    tree_set_text(house->arena, lot, "reserved", "ess");
    remove_member(input, "estimated_value_cents");
    tree_set_int(house->arena, input, "estimated_value_cents", 1000000);
    assert_int_equal(qualify(house, input, &result), 0);
    const struct tree *warnings = tree_get(result, "warnings");
    assert_int_equal(warnings->count, 3); /* L2113-15, L2113-16, the sum of the lots */
    assert_non_null(strstr(warnings->first->text, "L2113-15"));
    assert_non_null(strstr(warnings->first->next->text, "L2113-16"));
}

/* --- templates --- */

static void test_templates(void **state)
{
    static const char *const services[] = {"canteen",  "catering", "laundry", "cleaning",
                                           "upkeep",   "training", "culture", "reintegration"};
    struct house *house = *state;
    for (size_t i = 0; i < COUNT_OF(services); i++) {
        struct tree *template;
        struct qualification q;
        assert_int_equal(house_run(house, &session_local, "tender template",
                                   arena_printf(house->arena,
                                                "{'reference':'20-142573','service':'%s','people':600,'months':48}",
                                                services[i]),
                                   &template),
                         0);
        tree_set_text(house->arena, template, "reference", reference);
        assert_int_equal(qualify(house, template, NULL), 0); /* what it answers can be given back */
        assert_int_equal(read_qualification(house, reference, &q), 0);
        assert_true(q.missing_count > 0);
        assert_int_equal(q.lots[0].people, 600);
        if (!strcmp(services[i], "canteen")) {
            assert_int_equal(q.lots[0].requirements[0].quantity, 123840);
            assert_int_equal(q.lots[0].requirements[2].quantity, 864);
        }
    }
    assert_int_equal(house_run(house, &session_local, "tender template",
                               "{'reference':'20-142573','service':'magic','people':600,'months':48}", NULL),
                     ERR_INVALID);
    assert_int_equal(house_run(house, &session_local, "tender template",
                               "{'reference':'20-142573','service':'canteen','people':0,'months':48}", NULL),
                     ERR_INVALID);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_qualifying, close_house)
    const struct CMUnitTest tests[] = {
        TEST(test_example),       TEST(test_versions_are_kept),           TEST(test_missing_fields),
        TEST(test_what_may_be_null), TEST(test_refusals),                 TEST(test_sovereign_names_its_article),
        TEST(test_many_lots),     TEST(test_warnings),                    TEST(test_templates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
