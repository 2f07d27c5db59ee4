/* BOAMP's XML and the records of its web interface. */
#include "tenders/formats/reading.h"

#define XML_HEAD                                                                                             \
    "<ANNONCE><GESTION><REFERENCE><IDWEB>20-1</IDWEB><TYPE_AVIS><FAMILLE><JOUE/></FAMILLE><NATURE>%s</"      \
    "NATURE>"                                                                                                \
    "<STATUT>%s</STATUT></TYPE_AVIS></REFERENCE></GESTION><DONNEES>%s</DONNEES></ANNONCE>"

/* A notice of these elements. The caller closes. */
static const struct notice *read_xml(struct reading *reading, const char *nature, const char *status,
                                     const char *data)
{
    char text[8192];
    snprintf(text, sizeof text, XML_HEAD, nature, status, data);
    assert_int_equal(0, reading_open_text(reading, text));
    return reading_next(reading);
}

static const struct notice *read_record(struct reading *reading, const char *members)
{
    char text[8192];
    snprintf(text, sizeof text,
             "[{\"idweb\":\"20-1\",\"nature\":\"APPEL_OFFRE\",\"dateparution\":\"2020-02-01\",%s}]", members);
    if (reading_open_text(reading, text))
        fail_msg("%s", reading->why);
    return reading_next(reading);
}

static void a_real_call_with_lots_is_read(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/boamp_xml/test-pub-5.xml");
    const struct notice *notice = reading_next(&reading);
    assert_text(notice->format, "boamp-xml");
    assert_text(notice->reference, "16-186359");
    assert_int_equal(notice->kind, NOTICE_CALL);
    assert_text(notice->published_on, "2017-01-01");
    assert_text(notice->deadline, "2017-02-17T12:00:00+01:00");
    assert_text(notice->procedure, "OUVERT");
    assert_text(notice->reserved, "none");
    assert_text(notice->cpv, "79952000 79951000");
    assert_int_equal(notice->duration_months, 12);
    const struct tree *lot = notice->lots->first;
    assert_text(tree_text(lot, "number"), "1");
    assert_text(tree_text(lot, "place"), "France métropolitaine et Corse");
    assert_int_equal(tree_int(lot, "value_cents", -1), 108333300);
    assert_json(tree_get(lot, "criteria"),
                "[{\"kind\":\"quality\",\"name\":\"Valeur technique de la "
                "proposition\",\"weight\":60,\"unit\":\"percent\"},"
                "{\"kind\":\"price\",\"name\":\"Prix\",\"weight\":40,\"unit\":\"percent\"}]");
    assert_null(notice->problems);
    assert_null(reading_next(&reading));
    reading_close(&reading);
}

static void the_form_of_the_grouping_is_kept(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/boamp_xml/test-pub-2.xml");
    const struct notice *notice = reading_next(&reading);
    assert_true(text_starts(notice->legal_form,
                            "En cas de groupement, la forme souhaitée par l’entité adjudicatrice est "
                            "un groupement conjoint avec mandataire solidaire."));
    assert_int_equal(notice->value_cents, 5000000);
    assert_text(tree_text(notice->lots->first, "cpv"), "71240000 79311000 71335000");
    assert_text(notice->departments, "13");
    reading_close(&reading);
}

static void all_real_xml_is_read_without_a_problem(void **state)
{
    static const char *const names[] = {
        "attribution-2", "attribution-3", "attribution-4", "attribution-5", "attribution-6",
        "pub-2",         "pub-3",         "pub-4",         "pub-5",         "pub"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct reading reading;
        char path[128];
        snprintf(path, sizeof path, "data/examples/boamp_xml/test-%s.xml", names[i]);
        reading_open_file(&reading, path);
        const struct notice *notice = reading_next(&reading);
        assert_null(notice->problems);
        assert_non_null(notice->buyer);
        assert_non_null(notice->published_on);
        assert_int_equal(notice->raw_length, reading.bytes.length);
        reading_close(&reading);
    }
}

static void awards_of_several_winners_are_told_apart(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/boamp_xml/test-attribution-6.xml");
    const struct notice *notice = reading_next(&reading);
    assert_int_equal(notice->awards->count, 5);
    assert_text(tree_text(tree_path(notice->awards, "4.winners.0"), "name"), "DIAGONAL WATER TREATMENT");
    assert_int_equal(notice->offers_received, 6);
    assert_text(notice->earlier, "16-162580");
    reading_close(&reading);

    reading_open_file(&reading, "data/examples/boamp_xml/test-attribution-5.xml");
    notice = reading_next(&reading);
    assert_json(notice->awards,
                "[{\"lot\":null,\"amount_cents\":15969160,\"on\":\"2016-11-18\",\"form\":null,\"winners\":["
                "{\"name\":\"Moter\",\"siret\":null,\"leader\":false}]}]");
    assert_int_equal(notice->value_cents, 15969160);
    reading_close(&reading);
}

static void a_result_without_effect_is_a_cancellation(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/boamp_xml/test-attribution-4.xml");
    const struct notice *notice = reading_next(&reading);
    assert_int_equal(notice->kind, NOTICE_CANCELLATION);
    assert_text(notice->earlier, "16-155545 16-159242");
    reading_close(&reading);

    notice = read_xml(
        &reading, "<ATTRIBUTION/>", "<INITIAL/>",
        "<ATTRIBUTION><DECISION><INFRUCTUEUX/><NUM_LOT>1</NUM_LOT></DECISION><DECISION><NUM_LOT>2</NUM_LOT>"
        "<TITULAIRE><DENOMINATION>A</DENOMINATION></TITULAIRE></DECISION></ATTRIBUTION>");
    assert_int_equal(notice->kind, NOTICE_AWARD); /* one lot was awarded */
    reading_close(&reading);
}

static void natures_of_the_schema_have_a_kind(void **state)
{
    static const struct {
        const char *nature, *status;
        enum notice_kind kind;
    } cases[] = {
        {"<APPEL_OFFRE><STANDARD/></APPEL_OFFRE>", "<INITIAL/>", NOTICE_CALL},
        {"<APPEL_OFFRE/>", "<RECTIFICATIF/>", NOTICE_RECTIFICATION},
        {"<APPEL_OFFRE/>", "<ANNULATION/>", NOTICE_CANCELLATION},
        {"<PRE-INFORMATION><STANDARD/></PRE-INFORMATION>", "<INITIAL/>", NOTICE_PRIOR},
        {"<PERIODIQUE/>", "<INITIAL/>", NOTICE_PRIOR},
        {"<INTENTION_CONCLURE/>", "<INITIAL/>", NOTICE_PRIOR},
        {"<PROFIL_ACHETEUR/>", "<INITIAL/>", NOTICE_PRIOR},
        {"<ATTRIBUTION/>", "<INITIAL/>", NOTICE_AWARD},
        {"<MODIFICATION/>", "<MODIFICATION/>", NOTICE_MODIFICATION},
        {"<QUALIFICATION/>", "<INITIAL/>", NOTICE_CALL},
        {"<SOUS-TRAITANCE/>", "<INITIAL/>", NOTICE_CALL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading reading;
        const struct notice *notice = read_xml(&reading, cases[i].nature, cases[i].status, "");
        assert_int_equal(notice->kind, cases[i].kind);
        assert_null(notice->problems);
        reading_close(&reading);
    }
}

static void reservations_are_understood_or_listed(void **state)
{
    static const struct {
        const char *data, *reserved;
    } cases[] = {
        {"<OBJET><MARCHE_RESERVE_NON/></OBJET>", "none"},
        {"<CONDITION_PARTICIPATION><MARCHE_RESERVE_OUI><ATELIERS_PROTEGES/></MARCHE_RESERVE_OUI></"
         "CONDITION_PARTICIPATION>",
         "siae_ea"},
        {"<CONDITION_PARTICIPATION><MARCHE_RESERVE_OUI><EMPLOIS_PROTEGES/></MARCHE_RESERVE_OUI></"
         "CONDITION_PARTICIPATION>",
         "siae_ea"},
        {"<OBJET><MARCHE_RESERVE_OUI>structures d'insertion par l'activité "
         "économique</MARCHE_RESERVE_OUI></OBJET>",
         "siae"},
        {"<OBJET><MARCHE_RESERVE_OUI>EA et ESAT (L2113-12)</MARCHE_RESERVE_OUI></OBJET>", "ea_esat"},
        {"<OBJET><MARCHE_RESERVE_OUI>article L2113-13-1, travail en détention par des "
         "détenus</MARCHE_RESERVE_OUI></OBJET>",
         "prison_work"},
        {"<OBJET><MARCHE_RESERVE_OUI>entreprises de l'économie sociale et "
         "solidaire</MARCHE_RESERVE_OUI></OBJET>",
         "ess"},
        {"<OBJET/>", NULL},
    };
    (void)state;
    struct reading reading;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct notice *notice = read_xml(&reading, "<APPEL_OFFRE/>", "<INITIAL/>", cases[i].data);
        assert_text(notice->reserved, cases[i].reserved);
        assert_null(notice->problems);
        reading_close(&reading);
    }
    const struct notice *notice =
        read_xml(&reading, "<APPEL_OFFRE/>", "<INITIAL/>", "<OBJET><MARCHE_RESERVE_OUI/></OBJET>");
    assert_null(notice->reserved);
    assert_text(problem_of(notice, "reserved"),
                "The contract is reserved, and the notice does not say for whom.");
    reading_close(&reading);
}

static void dirty_lots_keep_what_is_understood(void **state)
{
    (void)state;
    struct reading reading;
    const struct notice *notice = read_xml(
        &reading, "<APPEL_OFFRE/>", "<INITIAL/>",
        "<OBJET><LOTS><LOT><NUM>1</NUM><INTITULE>&lt;b&gt;gras&lt;/b&gt;</INTITULE><CPV><PRINCIPAL>ABC</"
        "PRINCIPAL>"
        "<SUPPLEMENTAIRE>9310000</SUPPLEMENTAIRE></CPV><VALEUR "
        "DEVISE=\"CHF\">12</VALEUR><DUREE_MOIS>douze</DUREE_MOIS>"
        "<DUREE_JOURS>365</DUREE_JOURS><CRITERES_ATTRIBUTION><CRITERES_COUT><CRITERE POIDS=\"30 %\">Coût "
        "global</CRITERE>"
        "</CRITERES_COUT><CRITERES_QUALITE><CRITERE POIDS=\"beaucoup\">Insertion</CRITERE></CRITERES_QUALITE>"
        "<CRITERES_PRIX/></CRITERES_ATTRIBUTION></LOT></LOTS></OBJET>"
        "<CONDITION_DELAI><RECEPT_OFFRES>2017-02-30T12:00:00</RECEPT_OFFRES></CONDITION_DELAI>");
    assert_json(
        notice->lots,
        "[{\"number\":\"1\",\"title\":\"<b>gras</b>\",\"text\":null,\"cpv\":\"09310000\",\"place\":null,"
        "\"duration_months\":12,\"reserved\":null,\"criteria\":["
        "{\"kind\":\"quality\",\"name\":\"Insertion\",\"weight\":null},"
        "{\"kind\":\"cost\",\"name\":\"Coût global\",\"weight\":30,\"unit\":\"percent\"},"
        "{\"kind\":\"price\",\"name\":\"Prix\",\"weight\":null}]}]");
    assert_null(notice->deadline);
    assert_text(problem_of(notice, "deadline"), "This is not a date.");
    assert_text(problem_of(notice, "cpv"), "This is not a CPV code of 8 digits.");
    assert_text(problem_of(notice, "value_cents"), "This amount is not in euros.");
    assert_non_null(problem_of(notice, "duration_months"));
    assert_non_null(problem_of(notice, "lots.criteria.weight"));
    reading_close(&reading);
}

static void several_notices_under_one_root_are_read(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0, reading_open_text(
               &reading, "<PARUTION>\n<ANNONCE>\n<GESTION><REFERENCE><IDWEB>20-1</IDWEB></REFERENCE><MARCHE>"
                         "<ANNONCE_ANTERIEUR><REFERENCE><IDWEB>19-9</IDWEB></REFERENCE></ANNONCE_ANTERIEUR></"
                         "MARCHE></GESTION>"
                         "</ANNONCE><ANNONCE><GESTION/></ANNONCE><ANNONCE><GESTION><REFERENCE><IDWEB>20-2</"
                         "IDWEB></REFERENCE>"
                         "</GESTION></ANNONCE></PARUTION>"));
    const struct notice *notice = reading_next(&reading);
    assert_text(notice->reference, "20-1");
    assert_text(notice->earlier, "19-9");
    assert_true(text_starts(notice->raw, "<ANNONCE>\n<GESTION>") &&
                notice->raw[notice->raw_length - 1] == '>');
    assert_int_equal(NOTICE_REFUSED,
                     notice_next(reading.reader, reading.arena, &reading.notice, &reading.error));
    assert_text(reading_say(&reading), "Record 2 has no usable reference.");
    notice = reading_next(&reading);
    assert_text(notice->reference, "20-2");
    assert_int_equal(notice->line, 3);
    assert_true(memmem(notice->raw, notice->raw_length, "20-2", 4) &&
                !memmem(notice->raw, notice->raw_length, "20-1", 4));
    assert_null(reading_next(&reading));
    reading_close(&reading);
}

/* ---- the web interface ---- */

static void an_answer_of_the_interface_is_read(void **state)
{
    (void)state;
    struct reading reading;
    size_t read = 0, refused = 0;
    enum notice_step step;
    reading_open_file(&reading, "data/examples/boamp_api/records.json");
    while ((step = notice_next(reading.reader, reading.arena, &reading.notice, &reading.error)) !=
           NOTICE_END) {
        read += step == NOTICE_READ;
        refused += step == NOTICE_REFUSED;
    }
    assert_int_equal(read, 11);
    assert_int_equal(refused, 1);
    assert_text(reading_say(&reading), "Record 12 has no usable reference.");
    reading_close(&reading);
}

static void both_shapes_of_data_are_understood(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/boamp_api/records.json");
    const struct notice *notice = reading_find(&reading, "26-900001");
    assert_text(notice->cpv, "63120000 63110000 79920000");
    assert_text(notice->legal_form, "Groupement conjoint avec mandataire solidaire après attribution");
    assert_text(tree_text(tree_path(notice->lots, "0"), "title"), "Cantine de la maison d'arrêt");
    assert_int_equal(tree_int(tree_path(notice->lots, "0"), "value_cents", -1), 64000000);
    assert_int_equal(notice->value_cents, -1); /* the second lot has none */
    assert_true(notice->social_criteria);

    notice = reading_find(&reading, "26-900002"); /* one lot, texts encoded twice, the year 7017 */
    assert_text(tree_text(notice->lots->first, "title"), "Métiers de la cuisine & du service");
    assert_int_equal(notice->lots->count, 1);
    assert_null(notice->deadline);
    assert_text(problem_of(notice, "deadline"), "This year cannot be meant.");
    assert_text(notice->reserved, "siae_ea");

    notice = reading_find(&reading, "26-900003"); /* EFORMS */
    assert_text(notice->buyer_siret, "00009001900019");
    assert_text(notice->procedure_key, "00000000-0000-4000-8000-000000000003");
    assert_int_equal(notice->value_cents, 214000000);
    assert_int_equal(notice->duration_months, 36);
    assert_null(notice->reserved); /* one lot is, the other is not */
    assert_text(tree_text(tree_path(notice->lots, "0"), "reserved"), "siae_ea");
    assert_text(tree_text(tree_path(notice->lots, "1"), "reserved"), "none");
    reading_close(&reading);
}

static void links_and_awards_of_the_interface_are_read(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/boamp_api/records.json");
    const struct notice *notice = reading_find(&reading, "26-900005");
    assert_int_equal(notice->kind, NOTICE_RECTIFICATION);
    assert_text(notice->earlier, "26-900001"); /* and not the dates that look like numbers */
    assert_text(notice->deadline, "2026-03-30T12:00:00+00:00");

    notice = reading_find(&reading, "26-900006");
    assert_json(
        notice->awards,
        "[{\"lot\":\"1\",\"amount_cents\":59840000,\"on\":null,\"offers\":2,\"form\":null,\"winners\":["
        "{\"name\":\"EXEMPLE — Mandataire fictif (SCIC)\",\"siret\":null,\"leader\":false},"
        "{\"name\":\"EXEMPLE — Cotraitant fictif (association)\",\"siret\":null,\"leader\":false}]}]");

    notice = reading_find(&reading, "26-900007");
    assert_text(notice->earlier, "26-900003");
    assert_json(
        notice->awards,
        "[{\"lot\":\"LOT-0001\",\"amount_cents\":51200050,\"form\":null,\"on\":\"2026-05-04\",\"offers\":3,"
        "\"winners\":["
        "{\"name\":\"EXEMPLE — Mandataire fictif (SCIC)\",\"siret\":\"00009002700012\",\"leader\":true},"
        "{\"name\":\"EXEMPLE — Cotraitant fictif "
        "(association)\",\"siret\":\"00009003500015\",\"leader\":false}]}]");
    notice = reading_find(&reading, "26-900010");
    assert_int_equal(notice->kind, NOTICE_CANCELLATION);
    assert_text(notice->earlier, "26-900002");
    reading_close(&reading);
}

static void data_that_are_cut_leave_the_flat_fields(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/boamp_api/records.json");
    const struct notice *notice = reading_find(&reading, "26-900008");
    assert_text(notice->deadline, "2026-03-08");
    assert_text(notice->departments, "2A 2B");
    assert_text(notice->descriptors, "Nettoyage de locaux");
    assert_non_null(problem_of(notice, "donnees"));
    notice = reading_find(&reading, "26-900009"); /* the national shape */
    assert_text(notice->buyer_city, "Exempleville");
    reading_close(&reading);
}

static void markup_stays_text_and_invisible_marks_go(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/boamp_api/export.json");
    const struct notice *notice = reading_find(&reading, "26-900023");
    assert_text(notice->object, "<b>Fourniture</b> de <script>alert(1)</script> pain <img src=x>");
    assert_text(notice->buyer, "EXEMPLE — DISP fictive");
    assert_non_null(notice->lots); /* donnees may be JSON outright */
    reading_close(&reading);
}

static void national_notices_are_read(void **state)
{
    (void)state;
    struct reading reading;
    const struct notice *notice = read_record(
        &reading,
        "\"donnees\":{\"FNSimple\":{\"organisme\":{\"nomOfficiel\":\"M\",\"codeIdentificationNational\":"
        "\"35600000000048\",\"cp\":\"35000\",\"ville\":\"R\"},\"initial\":{\"natureMarche\":{\"intitule\":"
        "\"T\","
        "\"description\":\"D\",\"codeCPV\":{\"objetPrincipal\":{\"classPrincipale\":\"45262700\"}},"
        "\"dureeMois\":\"6\","
        "\"valeurEstimee\":{\"@devise\":\"EUR\",\"valeur\":\"1500,50\"}},\"procedure\":{\"criteresAttrib\":"
        "\"Voir RC\","
        "\"dateReceptionOffres\":\"2020-03-01T12:00:00+01:00\"},\"lots\":{\"lot\":{\"description\":\"seul\"}}"
        "}}}");
    assert_text(notice->buyer_siret, "35600000000048");
    assert_text(notice->object, "T");
    assert_text(notice->text, "D");
    assert_text(notice->cpv, "45262700");
    assert_int_equal(notice->duration_months, 6);
    assert_int_equal(notice->value_cents, 150050);
    assert_text(notice->deadline, "2020-03-01T12:00:00+01:00");
    assert_json(
        notice->lots,
        "[{\"number\":null,\"title\":null,\"text\":\"seul\",\"cpv\":null,\"place\":null,\"reserved\":null,"
        "\"criteria\":[{\"kind\":null,\"name\":\"Voir RC\",\"weight\":null}]}]");
    reading_close(&reading);

    notice = read_record(
        &reading,
        "\"donnees\":\"{\\\"MAPA\\\":{\\\"organisme\\\":{\\\"acheteurPublic\\\":\\\"M\\\",\\\"adr\\\":{"
        "\\\"cp\\\":"
        "\\\"27000\\\",\\\"ville\\\":\\\"E\\\"}},\\\"initial\\\":{\\\"description\\\":{\\\"objet\\\":"
        "\\\"O\\\"},"
        "\\\"duree\\\":{\\\"nbMois\\\":12},\\\"delais\\\":{\\\"receptionOffres\\\":\\\"2020-03-02\\\"},"
        "\\\"criteres\\\":{\\\"criterePondere\\\":[{\\\"critere\\\":\\\"Prix\\\",\\\"criterePCT\\\":"
        "\\\"60\\\"},"
        "{\\\"critere\\\":\\\"Qualité\\\",\\\"criterePCT\\\":40}]}}}}\"");
    assert_text(notice->text, "O");
    assert_int_equal(notice->duration_months, 12);
    assert_text(notice->deadline, "2020-03-02");
    assert_json(tree_path(notice->lots, "0.criteria"),
                "[{\"kind\":\"price\",\"name\":\"Prix\",\"weight\":60,\"unit\":\"percent\"},"
                "{\"kind\":\"quality\",\"name\":\"Qualité\",\"weight\":40,\"unit\":\"percent\"}]");
    reading_close(&reading);
}

static void wrong_shapes_in_a_record_are_survived(void **state)
{
    static const char *const members[] = {
        "\"donnees\":[]",
        "\"donnees\":5",
        "\"donnees\":\"\"",
        "\"donnees\":\"null\"",
        "\"donnees\":\"[[],[[{}]]]\"",
        "\"donnees\":{\"EFORMS\":{}}",
        "\"donnees\":{\"EFORMS\":\"x\"}",
        "\"donnees\":{\"EFORMS\":{\"ContractNotice\":[]}}",
        "\"donnees\":{\"OBJET\":[{\"LOTS\":[{\"LOT\":[\"x\",null,{},[{}]]}]},\"y\"]}",
        "\"donnees\":{\"FNSimple\":{\"organisme\":\"x\"}}",
        "\"titulaire\":{\"a\":1},\"annonce_lie\":7",
        "\"code_departement\":{\"x\":[]},\"descripteur_libelle\":[[],{},1]",
        "\"objet\":12,\"nomacheteur\":[\"a\"],\"gestion\":\"{\",\"annonces_anterieures\":\"x\"",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        struct reading reading;
        assert_text(read_record(&reading, members[i])->reference, "20-1");
        assert_null(reading_next(&reading));
        reading_close(&reading);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_call_with_lots_is_read),
        cmocka_unit_test(the_form_of_the_grouping_is_kept),
        cmocka_unit_test(all_real_xml_is_read_without_a_problem),
        cmocka_unit_test(awards_of_several_winners_are_told_apart),
        cmocka_unit_test(a_result_without_effect_is_a_cancellation),
        cmocka_unit_test(natures_of_the_schema_have_a_kind),
        cmocka_unit_test(reservations_are_understood_or_listed),
        cmocka_unit_test(dirty_lots_keep_what_is_understood),
        cmocka_unit_test(several_notices_under_one_root_are_read),
        cmocka_unit_test(an_answer_of_the_interface_is_read),
        cmocka_unit_test(both_shapes_of_data_are_understood),
        cmocka_unit_test(links_and_awards_of_the_interface_are_read),
        cmocka_unit_test(data_that_are_cut_leave_the_flat_fields),
        cmocka_unit_test(markup_stays_text_and_invisible_marks_go),
        cmocka_unit_test(national_notices_are_read),
        cmocka_unit_test(wrong_shapes_in_a_record_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
