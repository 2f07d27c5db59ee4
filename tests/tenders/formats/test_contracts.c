/* Contracts already awarded: DECP and OCDS. */
#include "tenders/formats/reading.h"

static const struct notice *read_contract(struct reading *reading, const char *members)
{
    char text[4096];
    snprintf(text, sizeof text,
             "{\"marches\":{\"marche\":[{\"id\":\"7\",\"acheteur\":{\"id\":\"35600000000048\"},"
             "\"dateNotification\":"
             "\"2024-02-08\",%s}]}}",
             members);
    if (reading_open_text(reading, text))
        fail_msg("%s", reading->why);
    return reading_next(reading);
}

static void official_examples_are_read(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/decp/marches_concessions.json");
    const struct notice *notice = reading_next(&reading);
    assert_text(notice->source, "decp");
    assert_text(notice->reference, "12345678901234-0612202306122024");
    assert_int_equal(notice->kind, NOTICE_AWARD);
    assert_int_equal(notice->value_cents, 1030);
    assert_json(notice->awards,
                "[{\"lot\":null,\"amount_cents\":1030,\"form\":null,\"on\":\"2024-04-02\",\"winners\":["
                "{\"name\":null,\"siret\":\"38103128500491\",\"leader\":false},"
                "{\"name\":null,\"siret\":\"38103128500574\",\"leader\":false}]}]");
    assert_non_null(problem_of(notice, "buyer_siret"));
    notice = reading_find(&reading, "21750001630040-TEST2022Bis");
    assert_text(notice->buyer_siret, "21750001630040");
    assert_text(notice->cpv, "45000000");
    assert_text(notice->departments, "75");
    assert_int_equal(notice->duration_months, 48);
    assert_int_equal(notice->offers_received, 4);
    assert_true(notice->social_criteria && notice->environmental_criteria);
    assert_text(notice->reserved, "none");
    assert_null(reading_next(&reading));
    reading_close(&reading);
}

static void real_dirty_records_are_read(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/decp/colinmaudry_decp_test_2022.json");
    const struct notice *notice = reading_next(&reading);
    assert_text(notice->departments, "974");
    assert_text(problem_of(notice, "duration_months"), "This is not a number that can stand here.");
    assert_text(problem_of(notice, "offers_received"), "This is not a number that can stand here.");
    assert_text(tree_text(tree_path(notice->awards, "0.winners.1"), "name"), "TVA 99999999999");
    notice = reading_next(&reading);
    assert_int_equal(notice->value_cents, -1); /* 1.0e17 */
    assert_text(problem_of(notice, "value_cents"), "This is not an amount.");
    notice = reading_next(&reading); /* published in 2003, awarded in 2024; and a NaN */
    assert_null(notice->published_on);
    assert_text(problem_of(notice, "published_on"), "This is more than a year before the award.");
    assert_text(tree_text(notice->awards->first, "on"), "2024-02-08");
    notice = reading_next(&reading); /* winners in two shapes */
    assert_int_equal(tree_path(notice->awards, "0.winners")->count, 3);
    assert_null(notice->problems);
    assert_non_null(reading_next(&reading));
    assert_null(reading_next(&reading));
    reading_close(&reading);
}

static void forms_of_groupings_are_read(void **state)
{
    static const struct {
        const char *words, *form;
    } cases[] = {{"Conjoint", "conjoint"}, {"Solidaire", "solidaire"}, {"Pas de groupement", "none"}};
    (void)state;
    struct reading reading;
    char members[256];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        snprintf(members, sizeof members, "\"montant\":5000.005,\"typeGroupementOperateurs\":\"%s\"",
                 cases[i].words);
        const struct notice *notice = read_contract(&reading, members);
        assert_text(tree_text(notice->awards->first, "form"), cases[i].form);
        assert_int_equal(notice->value_cents, 500001); /* half away from zero */
        assert_null(notice->problems);
        reading_close(&reading);
    }
    const struct notice *notice = read_contract(&reading, "\"typeGroupementOperateurs\":\"Oui\"");
    assert_null(tree_text(notice->awards->first, "form"));
    assert_non_null(problem_of(notice, "awards.form"));
    reading_close(&reading);
}

static void a_reserved_contract_does_not_say_for_whom(void **state)
{
    (void)state;
    struct reading reading;
    const struct notice *notice = read_contract(
        &reading,
        "\"considerationsSociales\":{\"considerationSociale\":[\"Marché réservé\",\"Clause sociale\"]}");
    assert_null(notice->reserved);
    assert_true(notice->social_criteria);
    assert_text(problem_of(notice, "reserved"),
                "The contract is reserved, and the notice does not say for whom.");
    reading_close(&reading);
}

static void places_give_departments(void **state)
{
    static const struct {
        const char *code, *type, *department;
    } cases[] = {
        {"35000", "Code postal", "35"},   {"97430", "Code postal", "974"},    {"20200", "Code postal", "2B"},
        {"20000", "Code postal", "2A"},   {"2A004", "Code commune", "2A"},    {"01053", "Code commune", "01"},
        {"76", "Code département", "76"}, {"11", "Code région", NULL},        {"FR", "Code pays", NULL},
        {"6", "Code département", "06"},  {"974", "Code département", "974"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading reading;
        char members[256];
        snprintf(members, sizeof members, "\"lieuExecution\":{\"code\":\"%s\",\"typeCode\":\"%s\"}",
                 cases[i].code, cases[i].type);
        const struct notice *notice = read_contract(&reading, members);
        assert_text(notice->departments, cases[i].department);
        assert_null(notice->problems);
        reading_close(&reading);
    }
}

static void older_shapes_are_read(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0, reading_open_text(
               &reading,
               "{\"marches\":[{\"_type\":\"Marché\",\"id\":7,\"acheteur\":{\"id\":\"35600000000048\",\"nom\":"
               "\"La Poste\"},\"titulaires\":[{\"typeIdentifiant\":\"SIRET\",\"id\":\"38103128500491\","
               "\"denominationSociale\":\"E\"}],\"considerationsSociales\":[\"Critère social\"]}]}"));
    const struct notice *notice = reading_next(&reading);
    assert_text(notice->reference, "35600000000048-7");
    assert_text(notice->buyer, "La Poste");
    assert_text(tree_text(tree_path(notice->awards, "0.winners.0"), "name"), "E");
    assert_true(notice->social_criteria);
    reading_close(&reading);
}

static void wrong_contracts_are_refused_or_listed(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0, reading_open_text(&reading, "{\"marches\":{\"marche\":[{\"acheteur\":{\"id\":\"1\"}}]}}"));
    assert_int_equal(NOTICE_REFUSED,
                     notice_next(reading.reader, reading.arena, &reading.notice, &reading.error));
    assert_text(reading.error.field, "id");
    reading_close(&reading);
    const struct notice *notice =
        read_contract(&reading, "\"titulaires\":[{\"titulaire\":\"typeIdentifiant\"},{\"titulaire\":{"
                                "\"typeIdentifiant\":\"SIRET\",\"id\":\"1\"}},"
                                "{\"titulaire\":{\"typeIdentifiant\":\"SIRET\",\"id\":\"38103128500492\"}}],"
                                "\"montant\":-5,\"codeCPV\":true");
    assert_int_equal(tree_path(notice->awards, "0.winners")->count, 0);
    assert_int_equal(problem_count(notice), 5);
    assert_non_null(problem_of(notice, "awards.winners"));
    assert_non_null(problem_of(notice, "awards.winners.siret"));
    assert_non_null(problem_of(notice, "value_cents"));
    assert_non_null(problem_of(notice, "cpv"));
    reading_close(&reading);
}

/* ---- OCDS ---- */

static void a_release_package_is_read(void **state)
{
    static const struct {
        const char *reference;
        enum notice_kind kind;
    } cases[] = {{"ocds-213czf-000-00001-01-planning", NOTICE_PRIOR},
                 {"ocds-213czf-000-00001-02-tender", NOTICE_CALL},
                 {"ocds-213czf-000-00001-03-tenderAmendment", NOTICE_RECTIFICATION},
                 {"ocds-213czf-000-00001-04-award", NOTICE_AWARD},
                 {"ocds-213czf-000-00001-05-contract", NOTICE_AWARD},
                 {"ocds-213czf-000-00001-06-implementation", NOTICE_MODIFICATION}};
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/ocds/1.1_ocds-213czf-000-00001.json");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct notice *notice = reading_next(&reading);
        assert_text(notice->reference, cases[i].reference);
        assert_text(notice->procedure_key, "ocds-213czf-000-00001");
        assert_int_equal(notice->kind, cases[i].kind);
        assert_text(notice->buyer, "London Borough of Barnet");
        assert_int_equal(notice->value_cents, -1); /* pounds */
    }
    assert_null(reading_next(&reading));
    reading_close(&reading);
}

static void a_french_release_with_lots_is_read(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(0, reading_open_text(
                            &reading, "{\"ocid\":\"ocds-x-1\",\"id\":\"r1\",\"date\":\"2024-01-02T00:00:"
                                      "00Z\",\"tag\":[\"tender\"],\"buyer\":{\"id\":\"B\"},"
                                      "\"parties\":[{\"id\":\"B\",\"name\":\"DISP\",\"identifier\":{"
                                      "\"scheme\":\"FR-SIRET\",\"id\":\"35600000000048\"},\"address\":"
                                      "{\"locality\":\"Rennes\",\"postalCode\":\"35000\",\"countryName\":"
                                      "\"France\"}}],\"tender\":{\"title\":\"T\",\"lots\":["
                                      "{\"id\":\"L1\",\"title\":\"a\",\"value\":{\"amount\":100.5,"
                                      "\"currency\":\"EUR\"},\"otherRequirements\":{\"reservedParticipation\""
                                      ":[\"shelteredWorkshop\"]},\"awardCriteria\":{\"criteria\":[{\"type\":"
                                      "\"price\",\"name\":\"Prix\",\"numbers\":[{\"number\":60,"
                                      "\"weight\":\"percentageExact\"}]}]}},{\"id\":\"L2\",\"value\":{"
                                      "\"amount\":1000,\"currency\":\"EUR\"},\"contractPeriod\":"
                                      "{\"durationInDays\":730},\"otherRequirements\":{"
                                      "\"reservedParticipation\":[\"shelteredWorkshop\"]}}],\"items\":["
                                      "{\"id\":\"1\",\"relatedLot\":\"L2\",\"classification\":{\"scheme\":"
                                      "\"CPV\",\"id\":\"55320000\"}}]}}"));
    const struct notice *notice = reading_next(&reading);
    assert_text(notice->reference, "ocds-x-1-r1");
    assert_text(notice->buyer_siret, "35600000000048");
    assert_text(notice->buyer_post_code, "35000");
    assert_int_equal(notice->value_cents, 110050);
    assert_int_equal(notice->duration_months, 24);
    assert_text(notice->reserved, "siae_ea");
    assert_text(tree_text(tree_path(notice->lots, "1"), "cpv"), "55320000");
    assert_json(tree_path(notice->lots, "0.criteria"),
                "[{\"kind\":\"price\",\"name\":\"Prix\",\"weight\":60,\"unit\":\"percent\"}]");
    assert_null(notice->problems);
    reading_close(&reading);
}

static void a_record_package_gives_compiled_releases(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(0, reading_open_text(&reading,
                                          "{\"records\":[{\"ocid\":\"o-1\",\"releases\":[{\"url\":\"x\"}],"
                                          "\"compiledRelease\":{\"ocid\":\"o-1\",\"id\":\"c\","
                                          "\"tag\":[\"compiled\"],\"awards\":[{\"status\":\"active\","
                                          "\"relatedLots\":[\"L1\"],\"value\":{\"amount\":5,\"currency\":"
                                          "\"EUR\"},\"suppliers\":[{\"id\":\"S\",\"name\":\"A\"},{\"id\":"
                                          "\"T\",\"name\":\"B\"}]},{\"status\":\"unsuccessful\"}],"
                                          "\"parties\":[{\"id\":\"T\",\"roles\":[\"supplier\","
                                          "\"leadTenderer\"]}]}},{\"ocid\":\"o-2\",\"releases\":["
                                          "{\"ocid\":\"o-2\",\"id\":\"1\",\"tag\":[\"tender\"]},{\"ocid\":"
                                          "\"o-2\",\"id\":\"2\",\"tag\":[\"tenderCancellation\"]}]}]}"));
    const struct notice *notice = reading_next(&reading);
    assert_int_equal(notice->kind, NOTICE_AWARD);
    assert_json(notice->awards, "[{\"lot\":\"L1\",\"amount_cents\":500,\"form\":null,\"on\":null,\"winners\":"
                                "[{\"name\":\"A\",\"siret\":null,"
                                "\"leader\":false},{\"name\":\"B\",\"siret\":null,\"leader\":true}]}]");
    notice = reading_next(&reading);
    assert_text(notice->reference, "o-2-2");
    assert_int_equal(notice->kind, NOTICE_CANCELLATION);
    reading_close(&reading);
}

static void wrong_shapes_in_a_release_are_survived(void **state)
{
    static const char *const members[] = {
        "\"tag\":\"tender\"",
        "\"tag\":[1,null]",
        "\"tender\":[],\"buyer\":\"x\",\"parties\":{}",
        "\"tender\":{\"lots\":[1,\"x\",null,[]],\"items\":{\"a\":1},\"value\":\"5\",\"tenderPeriod\":7}",
        "\"awards\":[1,[],{\"suppliers\":\"x\",\"value\":{\"amount\":\"1e400\"}}]",
        "\"compiledRelease\":5,\"releases\":{}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        struct reading reading;
        char text[512];
        snprintf(text, sizeof text, "{\"ocid\":\"o\",\"id\":1,%s}", members[i]);
        assert_int_equal(0, reading_open_text(&reading, text));
        assert_text(reading_next(&reading)->reference, "o-1");
        assert_null(reading_next(&reading));
        reading_close(&reading);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(official_examples_are_read),
        cmocka_unit_test(real_dirty_records_are_read),
        cmocka_unit_test(forms_of_groupings_are_read),
        cmocka_unit_test(a_reserved_contract_does_not_say_for_whom),
        cmocka_unit_test(places_give_departments),
        cmocka_unit_test(older_shapes_are_read),
        cmocka_unit_test(wrong_contracts_are_refused_or_listed),
        cmocka_unit_test(a_release_package_is_read),
        cmocka_unit_test(a_french_release_with_lots_is_read),
        cmocka_unit_test(a_record_package_gives_compiled_releases),
        cmocka_unit_test(wrong_shapes_in_a_release_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
