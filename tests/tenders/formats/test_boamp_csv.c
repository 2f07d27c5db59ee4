/* The flat daily extract of BOAMP. */
#include "tenders/formats/reading.h"

#define HEADER                                                                                               \
    "a00_cle_idweb,g04_01_date_publication,g04_03_date_fin_diffusion,g04_07_dep_publication,g04_09_resume_"  \
    "objet,"                                                                                                 \
    "g01_02_01_famille,g01_02_02_perimetre,g01_02_03_nature,g01_02_04_statut,d01_01_denomination,d01_07_cp," \
    "d01_08_ville,"                                                                                          \
    "d08_09_decision_titulaireandRENSEIGNEMENT,g04_052_descripteurs_libelles,g04_051_descripteurs_codes,"    \
    "g04_061_criteres_sociaux,g04_062_criteres_environnementaux\n"

static void the_canteens_of_normandy_are_read(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/tenders/boamp_prisons_2019-09_2020-12.csv");
    const struct notice *notice = reading_find(&reading, "20-142573");
    assert_text(notice->source, "boamp");
    assert_text(notice->format, "boamp-csv");
    assert_int_equal(notice->kind, NOTICE_CALL);
    assert_text(notice->published_on, "2020-11-22");
    assert_text(notice->displayed_until, "2021-01-30");
    assert_null(notice->deadline);
    assert_text(notice->departments, "35 27 76");
    assert_text(notice->descriptors, "Prestations de services");
    assert_text(notice->buyer, "DIR INTERREGIONALE SCES PENITENTIAIRES");
    assert_true(notice->buyer_cut);
    assert_true(notice->object_cut);
    assert_true(text_starts(notice->object, "Accord-Cadre pour la prestation d'assistance logistique"));
    assert_text(notice->family, "joue");
    assert_text(notice->nature, "appeloffre");
    assert_int_equal(notice->value_cents, -1);
    assert_null(notice->problems);
    assert_true(notice->raw_length > 100 && memmem(notice->raw, notice->raw_length, "20-142573", 9));
    reading_close(&reading);
}

static void the_whole_real_file_is_read_without_loss(void **state)
{
    (void)state;
    struct reading reading;
    size_t count = 0, kinds[6] = {0}, problems = 0;
    reading_open_file(&reading, "data/tenders/boamp_prisons_2019-09_2020-12.csv");
    for (const struct notice *notice; (notice = reading_next(&reading)); count++) {
        kinds[notice->kind]++;
        problems += problem_count(notice);
        assert_non_null(notice->object);
        assert_non_null(notice->published_on);
        assert_true(notice->line == count + 2);
    }
    assert_int_equal(count, 411);
    assert_int_equal(kinds[NOTICE_CALL] + kinds[NOTICE_AWARD] + kinds[NOTICE_RECTIFICATION] +
                         kinds[NOTICE_CANCELLATION] + kinds[NOTICE_MODIFICATION] + kinds[NOTICE_PRIOR],
                     411);
    assert_true(kinds[NOTICE_CALL] > 200 && kinds[NOTICE_AWARD] > 50 && kinds[NOTICE_RECTIFICATION] > 20);
    assert_true(problems < 20);
    assert_true(notice_reader_progress(reading.reader) == 1);
    reading_close(&reading);
}

static void an_award_says_who_won_what(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0,
        reading_open_text(
            &reading, HEADER
            "20-1,2020-12-23,2021-03-04,['53'],formation,fns,cmp2006,attribution,initial,Région,44966,NANTES,"
            "\"[('2020-11-12', \"\"L'Atelier & C\\u00ie\"\", (1344000, 'EUR'), 'Lot 8'), ('2020-11-13', "
            "'Groupement "
            "solidaire : A / B', (12.345, 'EUR'), None), ('2020-11-14', 'C', (1, 'EUR'), 'Lot 9'), "
            "('2020-11-14', "
            "'D', (5, 'USD'), 'Lot 10')]\",\"['Formation', \"\"Tous corps d'état\"\"]\",\"[1]\",oui,non\n"));
    const struct notice *notice = reading_next(&reading);
    assert_int_equal(notice->kind, NOTICE_AWARD);
    assert_json(
        notice->awards,
        "[{\"lot\":\"Lot "
        "8\",\"amount_cents\":134400000,\"form\":null,\"on\":\"2020-11-12\",\"winners\":[{\"name\":"
        "\"L'Atelier & Cu00ie\",\"siret\":null,\"leader\":false}]},"
        "{\"lot\":null,\"amount_cents\":1235,\"form\":\"solidaire\",\"on\":\"2020-11-13\",\"winners\":[{"
        "\"name\":"
        "\"Groupement solidaire : A / B\",\"siret\":null,\"leader\":false}]},"
        "{\"lot\":\"Lot 9\",\"form\":null,\"on\":\"2020-11-14\",\"winners\":[{\"name\":\"C\",\"siret\":null,"
        "\"leader\":false}]},{\"lot\":\"Lot "
        "10\",\"form\":null,\"on\":\"2020-11-14\",\"winners\":[{\"name\":\"D\","
        "\"siret\":null,\"leader\":false}]}]");
    assert_text(notice->descriptors, "Formation|Tous corps d'état");
    assert_true(notice->social_criteria && !notice->environmental_criteria);
    assert_int_equal(notice->value_cents, -1); /* a total cannot be told */
    assert_int_equal(problem_count(notice), 2);
    reading_close(&reading);
}

static void the_total_is_said_only_when_it_can_be(void **state)
{
    static const struct {
        const char *awards;
        int64_t total;
    } cases[] = {
        {"[('2020-11-12', 'A', (100, 'EUR'), None)]", 10000},
        {"[('2020-11-12', 'A', (100, 'EUR'), 'x'), ('2020-11-12', 'B', (50, 'EUR'), 'y')]", 15000},
        {"[('2020-11-12', 'A', (100, 'EUR'), 'x'), ('2020-11-12', 'B', (100, 'EUR'), 'x')]",
         -1}, /* one ceiling twice */
        {"[('2020-11-12', 'A', (100, 'EUR'), None), ('2020-11-12', 'B', (100, 'EUR'), None)]", -1},
        {"[('2020-11-12', 'A', (100, 'EUR'), 'x'), ('2020-11-12', 'B', None, 'y')]", -1},
        {"[]", -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading reading;
        char text[1024];
        snprintf(text, sizeof text, HEADER "20-1,,,,o,,,attribution,initial,,,,\"%s\",,,,\n",
                 cases[i].awards);
        assert_int_equal(0, reading_open_text(&reading, text));
        assert_int_equal(reading_next(&reading)->value_cents, cases[i].total);
        reading_close(&reading);
    }
}

static void every_nature_and_status_has_a_kind(void **state)
{
    static const struct {
        const char *nature, *status;
        enum notice_kind kind;
    } cases[] = {
        {"appeloffre", "initial", NOTICE_CALL},
        {"attribution", "initial", NOTICE_AWARD},
        {"rectificatif", "rectificatif", NOTICE_RECTIFICATION},
        {"appeloffre", "rectificatif", NOTICE_RECTIFICATION},
        {"attribution", "rectificatif", NOTICE_RECTIFICATION},
        {"preinformation", "rectificatif", NOTICE_RECTIFICATION},
        {"appeloffre", "annulation", NOTICE_CANCELLATION},
        {"attribution", "annulation", NOTICE_CANCELLATION},
        {"modification", "modification", NOTICE_MODIFICATION},
        {"intentionconclure", "initial", NOTICE_PRIOR},
        {"preinformation", "initial", NOTICE_PRIOR},
        {"periodique", "initial", NOTICE_PRIOR},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading reading;
        char text[1024];
        snprintf(text, sizeof text, HEADER "20-1,2020-01-02,,,o,fns,,%s,%s,,,,,,,,\n", cases[i].nature,
                 cases[i].status);
        assert_int_equal(0, reading_open_text(&reading, text));
        const struct notice *notice = reading_next(&reading);
        assert_int_equal(notice->kind, cases[i].kind);
        assert_null(notice->problems);
        reading_close(&reading);
    }
}

static void columns_may_stand_in_any_order(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0, reading_open_text(&reading,
                             "source_file;g04_09_resume_objet;x;a00_cle_idweb;g04_07_dep_publication\r\n"
                             "f;\"l\xC2\x92"
                             "eau &amp;amp; l&#146;air\";1;20-7;['6', '20A', '974']\r\n"));
    const struct notice *notice = reading_next(&reading);
    assert_text(notice->reference, "20-7");
    assert_text(notice->object, "l’eau & l’air");
    assert_text(notice->departments, "06 2A 974");
    assert_null(notice->buyer);
    reading_close(&reading);
}

static void a_cut_object_loses_its_broken_entity(void **state)
{
    (void)state;
    struct reading reading;
    char text[2048], object[256];
    memset(object, 'a', 178);
    strcpy(object + 178, "d'insertion l&apo"); /* 178 + 17 + 5 for the apostrophe = 200 */
    snprintf(text, sizeof text, HEADER "20-1,,,,\"%s\",,,appeloffre,initial,,,,,,,,\n", object);
    assert_int_equal(0, reading_open_text(&reading, text));
    const struct notice *notice = reading_next(&reading);
    assert_true(notice->object_cut);
    assert_true(text_ends(notice->object, "d'insertion l"));
    reading_close(&reading);
}

static void a_dirty_value_stays_out_and_is_listed(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0, reading_open_text(&reading, HEADER "20-1,2020-13-02,7017-01-01,\"['35', "
                                              "'XX']\",o,fns,,mystery,initial,,D 60488,,what,\"'x'\",,,\n"));
    const struct notice *notice = reading_next(&reading);
    assert_int_equal(notice->kind, NOTICE_CALL);
    assert_null(notice->published_on);
    assert_null(notice->displayed_until);
    assert_text(notice->departments, "35");
    assert_text(problem_of(notice, "published_on"), "This is not a date.");
    assert_text(problem_of(notice, "displayed_until"), "This year cannot be meant.");
    assert_text(problem_of(notice, "departments"), "This is not the code of a department.");
    assert_text(problem_of(notice, "buyer_post_code"), "This is not a French post code.");
    assert_text(problem_of(notice, "kind"), "This kind of notice is not known: it is read as a call.");
    assert_non_null(problem_of(notice, "awards"));
    assert_non_null(problem_of(notice, "descriptors"));
    assert_int_equal(problem_count(notice), 7);
    reading_close(&reading);
}

static void a_year_far_after_the_publication_is_not_meant(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(0, reading_open_text(&reading, HEADER
                                          "20-1,2020-01-02,2099-01-01,,o,,,appeloffre,initial,,,,,,,,\n"
                                          "20-2,2020-01-02,2030-01-01,,o,,,appeloffre,initial,,,,,,,,\n"));
    assert_null(reading_next(&reading)->displayed_until);
    assert_text(reading_next(&reading)->displayed_until, "2030-01-01");
    reading_close(&reading);
}

static void a_row_without_reference_is_refused_and_the_next_is_read(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(0, reading_open_text(&reading,
                                          HEADER ",2020-01-02,,,o,,,appeloffre,initial,,,,,,,,\n"
                                                 "None,2020-01-02,,,o,,,appeloffre,initial,,,,,,,,\n"
                                                 "20-2,2020-01-02,,,o,,,appeloffre,initial,,,,,,,,\n"));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(NOTICE_REFUSED,
                         notice_next(reading.reader, reading.arena, &reading.notice, &reading.error));
        assert_text(reading.error.field, "a00_cle_idweb");
    }
    assert_text(reading_say(&reading), "Line 3 has no usable reference.");
    assert_int_equal(notice_reader_line(reading.reader), 3);
    assert_text(reading_next(&reading)->reference, "20-2");
    assert_null(reading_next(&reading));
    reading_close(&reading);
}

static void a_quote_never_closed_costs_one_row(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0, reading_open_text(&reading,
                             "a00_cle_idweb,g04_09_resume_objet\n20-1,\"open\n20-2,plain\n20-3,\"a, b\"\n"));
    assert_int_equal(NOTICE_REFUSED,
                     notice_next(reading.reader, reading.arena, &reading.notice, &reading.error));
    assert_text(reading_next(&reading)->reference, "20-2");
    assert_text(reading_next(&reading)->object, "a, b");
    assert_null(reading_next(&reading));
    reading_close(&reading);
}

static void western_encodings_are_found(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0, reading_open_text(&reading,
                             "a00_cle_idweb,g04_09_resume_objet\n20-1,R\xE9novation, \n20-2,c\xBDur \xA4\n"));
    assert_text(reading_next(&reading)->object, "Rénovation");
    assert_text(reading_next(&reading)->object, "cœur €");
    reading_close(&reading);
    assert_int_equal(0, reading_open_text(&reading, "\xEF\xBB\xBF"
                                                    "a00_cle_idweb,g04_09_resume_objet\n20-1,é\n"));
    assert_text(reading_next(&reading)->object, "é");
    reading_close(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_canteens_of_normandy_are_read),
        cmocka_unit_test(the_whole_real_file_is_read_without_loss),
        cmocka_unit_test(an_award_says_who_won_what),
        cmocka_unit_test(the_total_is_said_only_when_it_can_be),
        cmocka_unit_test(every_nature_and_status_has_a_kind),
        cmocka_unit_test(columns_may_stand_in_any_order),
        cmocka_unit_test(a_cut_object_loses_its_broken_entity),
        cmocka_unit_test(a_dirty_value_stays_out_and_is_listed),
        cmocka_unit_test(a_year_far_after_the_publication_is_not_meant),
        cmocka_unit_test(a_row_without_reference_is_refused_and_the_next_is_read),
        cmocka_unit_test(a_quote_never_closed_costs_one_row),
        cmocka_unit_test(western_encodings_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
