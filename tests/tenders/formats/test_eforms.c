/* eForms notices in UBL. */
#include "tenders/formats/reading.h"

static void a_french_call_with_two_lots_is_read(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/eforms/cn_24_FRA_comments.xml");
    const struct notice *notice = reading_next(&reading);
    assert_text(notice->source, "ted");
    assert_text(notice->format, "eforms");
    assert_text(notice->reference, "da4d46e9-490b-41ff-a2ae-8166d356a619-01");
    assert_text(notice->procedure_key, "e3cdabf1-e057-47a5-9210-b1f6fc757228");
    assert_int_equal(notice->kind, NOTICE_CALL);
    assert_text(notice->nature, "cn-standard");
    assert_text(notice->procedure, "open");
    assert_text(notice->published_on, "2019-05-10");
    assert_text(notice->deadline, "2019-06-24T16:00:00Z");
    assert_text(notice->buyer, "Rouen Habitat");
    assert_text(notice->buyer_post_code, "76001");
    assert_text(notice->departments, "76");
    assert_text(notice->cpv, "77310000");
    assert_text(notice->reserved, "none");
    assert_int_equal(notice->lots->count, 2);
    assert_text(tree_text(tree_path(notice->lots, "1"), "number"), "LOT-0002");
    assert_int_equal(tree_int(tree_path(notice->lots, "1"), "duration_months", -1),
                     16); /* 2019-09-01 to 2020-12-31 */
    assert_json(tree_path(notice->lots, "1.criteria"),
                "[{\"kind\":\"price\",\"name\":\"Prix\",\"weight\":60,\"unit\":\"percent\"},"
                "{\"kind\":\"quality\",\"name\":\"Qualité\",\"weight\":40,\"unit\":\"percent\"}]");
    assert_int_equal(problem_count(notice), 1); /* 9 digits are no SIRET */
    assert_non_null(problem_of(notice, "buyer_siret"));
    reading_close(&reading);
}

static void results_name_lots_and_winners(void **state)
{
    (void)state;
    struct reading reading;
    reading_open_file(&reading, "data/examples/eforms/can-social_24.xml");
    const struct notice *notice = reading_next(&reading);
    assert_int_equal(notice->kind, NOTICE_AWARD);
    assert_int_equal(notice->value_cents, 12345678);
    assert_json(notice->awards,
                "[{\"lot\":\"LOT-0002\",\"amount_cents\":10000000,\"form\":\"none\",\"on\":null,\"offers\":2,"
                "\"winners\":[{\"name\":\"Kapa\",\"siret\":null,\"leader\":false}]}]");
    assert_null(notice->problems); /* foreign identifiers are no problem */
    reading_close(&reading);

    reading_open_file(&reading, "data/examples/eforms/can_24_minimal.xml");
    notice = reading_next(&reading);
    assert_text(tree_text(notice->awards->first, "on"), "2019-09-03");
    assert_int_equal(notice->offers_received, 3);
    reading_close(&reading);
}

static void all_examples_are_read(void **state)
{
    static const char *const names[] = {"can-social_24", "can_24_minimal", "cn-social_24",
                                        "cn_24_FRA_comments", "cn_24_minimal"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct reading reading;
        char path[128];
        snprintf(path, sizeof path, "data/examples/eforms/%s.xml", names[i]);
        reading_open_file(&reading, path);
        const struct notice *notice = reading_next(&reading);
        assert_non_null(notice->buyer);
        assert_non_null(notice->object);
        assert_non_null(notice->cpv);
        assert_non_null(notice->lots);
        assert_null(reading_next(&reading));
        reading_close(&reading);
    }
}

#define EXTENSION(inside)                                                                                    \
    "<e:UBLExtensions xmlns:e='e'><e:UBLExtension><e:ExtensionContent><f:EformsExtension "                   \
    "xmlns:f='f'>" inside "</f:EformsExtension></e:ExtensionContent></e:UBLExtension></e:UBLExtensions>"

static const struct notice *read_notice(struct reading *reading, const char *root, const char *inside)
{
    char text[8192];
    snprintf(text, sizeof text, "<%s xmlns='x'>%s<ID schemeName='notice-id'>u</ID></%s>", root, inside, root);
    if (reading_open_text(reading, text))
        fail_msg("%s", reading->why);
    return reading_next(reading);
}

static void kinds_follow_the_form_and_its_changes(void **state)
{
    static const struct {
        const char *root, *inside;
        enum notice_kind kind;
    } cases[] = {
        {"ContractNotice", "<NoticeTypeCode listName='competition'>cn-standard</NoticeTypeCode>",
         NOTICE_CALL},
        {"PriorInformationNotice", "<NoticeTypeCode listName='planning'>pin-only</NoticeTypeCode>",
         NOTICE_PRIOR},
        {"PriorInformationNotice", "<NoticeTypeCode listName='competition'>pin-cfc-social</NoticeTypeCode>",
         NOTICE_CALL},
        {"ContractAwardNotice", "<NoticeTypeCode listName='result'>can-standard</NoticeTypeCode>",
         NOTICE_AWARD},
        {"ContractAwardNotice", "<NoticeTypeCode listName='dir-awa-pre'>veat</NoticeTypeCode>", NOTICE_PRIOR},
        {"ContractAwardNotice", "<NoticeTypeCode listName='cont-modif'>can-modif</NoticeTypeCode>",
         NOTICE_MODIFICATION},
        {"ContractAwardNotice", "", NOTICE_AWARD},
        {"ContractNotice",
         EXTENSION("<Changes><ChangedNoticeIdentifier>u-01</ChangedNoticeIdentifier></Changes>"),
         NOTICE_RECTIFICATION},
        {"ContractNotice",
         EXTENSION("<Changes><ChangeReason><ReasonCode>cancel</ReasonCode></ChangeReason></Changes>"),
         NOTICE_CANCELLATION},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading reading;
        const struct notice *notice = read_notice(&reading, cases[i].root, cases[i].inside);
        assert_int_equal(notice->kind, cases[i].kind);
        assert_null(notice->problems);
        reading_close(&reading);
    }
}

static void a_change_names_the_version_it_changes(void **state)
{
    (void)state;
    struct reading reading;
    const struct notice *notice = read_notice(
        &reading, "ContractNotice",
        EXTENSION(
            "<Changes><ChangedNoticeIdentifier>u-01</ChangedNoticeIdentifier></Changes>"
            "<Publication><NoticePublicationID>00123456-2024</NoticePublicationID>"
            "<PublicationDate>2024-03-02+01:00</PublicationDate></Publication>") "<VersionID>02</"
                                                                                 "VersionID><IssueDate>2024-"
                                                                                 "02-28+01:00</"
                                                                                 "IssueDate><"
                                                                                 "TenderingProcess><"
                                                                                 "NoticeDocumentReference>"
                                                                                 "<ID>00000012-2024</ID></"
                                                                                 "NoticeDocumentReference></"
                                                                                 "TenderingProcess>");
    assert_text(notice->reference, "u-02");
    assert_text(notice->earlier, "u-01 00000012-2024");
    assert_text(notice->published_on, "2024-03-02");
    reading_close(&reading);
}

#define LOT(id, inside)                                                                                      \
    "<ProcurementProjectLot><ID schemeName='Lot'>" id "</ID>" inside "</ProcurementProjectLot>"
#define RESERVED(code)                                                                                       \
    "<TenderingTerms><TendererQualificationRequest><SpecificTendererRequirement>"                            \
    "<TendererRequirementTypeCode listName='reserved-procurement'>" code "</TendererRequirementTypeCode>"    \
    "</SpecificTendererRequirement></TendererQualificationRequest></TenderingTerms>"

static void reservations_of_lots_are_read(void **state)
{
    (void)state;
    struct reading reading;
    const struct notice *notice =
        read_notice(&reading, "ContractNotice", LOT("1", RESERVED("res-ws")) LOT("2", RESERVED("res-ws")));
    assert_text(notice->reserved, "siae_ea");
    reading_close(&reading);
    notice = read_notice(&reading, "ContractNotice", LOT("1", RESERVED("res-pub-ser")));
    assert_text(notice->reserved, "ess");
    reading_close(&reading);
    notice = read_notice(&reading, "ContractNotice", LOT("1", RESERVED("none")) LOT("2", RESERVED("res-ws")));
    assert_null(notice->reserved);
    assert_null(notice->problems);
    reading_close(&reading);
    notice = read_notice(&reading, "ContractNotice", LOT("1", RESERVED("res-other")));
    assert_null(notice->reserved);
    assert_non_null(problem_of(notice, "reserved"));
    reading_close(&reading);
}

#define DEADLINE(day, hour)                                                                                  \
    "<TenderingProcess><TenderSubmissionDeadlinePeriod><EndDate>" day "</EndDate><EndTime>" hour             \
    "</EndTime>"                                                                                             \
    "</TenderSubmissionDeadlinePeriod></TenderingProcess>"

static void the_earliest_deadline_stands(void **state)
{
    (void)state;
    struct reading reading;
    const struct notice *notice = read_notice(&reading, "ContractNotice",
                                              LOT("1", DEADLINE("2024-05-03+02:00", "12:00:00+02:00"))
                                                  LOT("2", DEADLINE("2024-05-02+02:00", "12:00:00+02:00")));
    assert_text(notice->deadline, "2024-05-02T12:00:00+02:00");
    reading_close(&reading);
    notice = read_notice(&reading, "ContractNotice", LOT("1", DEADLINE("2024-05-02+02:00", "noon")));
    assert_text(notice->deadline, "2024-05-02");
    assert_text(problem_of(notice, "deadline"), "This is not a time of day: only the date is kept.");
    reading_close(&reading);
    notice =
        read_notice(&reading, "ContractNotice", LOT("1", DEADLINE("7017-05-02+02:00", "12:00:00+02:00")));
    assert_null(notice->deadline);
    assert_text(problem_of(notice, "deadline"), "This year cannot be meant.");
    reading_close(&reading);
}

static void durations_have_units(void **state)
{
    static const struct {
        const char *period;
        int32_t months;
    } cases[] = {
        {"<DurationMeasure unitCode='MONTH'>48</DurationMeasure>", 48},
        {"<DurationMeasure unitCode='YEAR'>4</DurationMeasure>", 48},
        {"<DurationMeasure unitCode='DAY'>365</DurationMeasure>", 12},
        {"<DurationMeasure unitCode='WEEK'>52</DurationMeasure>", 12},
        {"<DurationMeasure unitCode='DAY'>1</DurationMeasure>", 1},
        {"<DurationMeasure unitCode='YEAR'>3000</DurationMeasure>", -1},
        {"<StartDate>2024-01-01Z</StartDate><EndDate>2024-12-31Z</EndDate>", 12},
        {"<StartDate>2024-01-01Z</StartDate>", -1},
        {"<StartDate>2024-01-01Z</StartDate><EndDate>2023-12-31Z</EndDate>", -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading reading;
        char lot[1024];
        snprintf(lot, sizeof lot,
                 LOT("1", "<ProcurementProject><PlannedPeriod>%s</PlannedPeriod></ProcurementProject>"),
                 cases[i].period);
        assert_int_equal(read_notice(&reading, "ContractNotice", lot)->duration_months, cases[i].months);
        reading_close(&reading);
    }
}

static void weights_have_units(void **state)
{
    static const struct {
        const char *code, *unit;
    } cases[] = {{"per-exa", "percent"},
                 {"per-mid", "percent"},
                 {"poi-exa", "points"},
                 {"dec-mid", "decimal"},
                 {"ord-imp", "order"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading reading;
        char lot[2048];
        snprintf(
            lot, sizeof lot,
            LOT("1",
                "<TenderingTerms><AwardingTerms><AwardingCriterion><SubordinateAwardingCriterion>" EXTENSION(
                    "<AwardCriterionParameter><ParameterCode listName='number-threshold'>x</ParameterCode>"
                    "<ParameterNumeric>9</ParameterNumeric></"
                    "AwardCriterionParameter><AwardCriterionParameter>"
                    "<ParameterCode listName='number-weight'>%s</ParameterCode><ParameterNumeric>12.5"
                    "</ParameterNumeric></AwardCriterionParameter>") "<AwardingCriterionTypeCode>cost"
                                                                     "</"
                                                                     "AwardingCriterionTypeCode><Description>"
                                                                     "Vie "
                                                                     "entière</Description></"
                                                                     "SubordinateAwardingCriterion>"
                                                                     "</AwardingCriterion></AwardingTerms></"
                                                                     "TenderingTerms>"),
            cases[i].code);
        const struct notice *notice = read_notice(&reading, "ContractNotice", lot);
        const struct tree *criterion = tree_path(notice->lots, "0.criteria.0");
        assert_text(tree_text(criterion, "unit"), cases[i].unit);
        assert_text(tree_text(criterion, "weight"), "12.5");
        assert_text(tree_text(criterion, "kind"), "cost");
        reading_close(&reading);
    }
}

static void texts_in_french_are_preferred(void **state)
{
    (void)state;
    struct reading reading;
    const struct notice *notice = read_notice(&reading, "ContractNotice",
                                              "<ProcurementProject><Name languageID='ENG'>Meals</Name><Name "
                                              "languageID='FRA'>Repas</Name></ProcurementProject>");
    assert_text(notice->object, "Repas");
    reading_close(&reading);
}

static void a_result_without_winners_is_a_cancellation(void **state)
{
    (void)state;
    struct reading reading;
    const struct notice *notice = read_notice(&reading, "ContractAwardNotice",
                                              EXTENSION("<NoticeResult><LotResult><TenderResultCode>clos-nw</"
                                                        "TenderResultCode></LotResult></NoticeResult>"));
    assert_int_equal(notice->kind, NOTICE_CANCELLATION);
    reading_close(&reading);
    notice = read_notice(
        &reading, "ContractAwardNotice",
        EXTENSION("<NoticeResult><LotResult><TenderResultCode>clos-nw</TenderResultCode></LotResult>"
                  "<LotResult><TenderResultCode>open-nw</TenderResultCode></LotResult></NoticeResult>"));
    assert_int_equal(notice->kind, NOTICE_AWARD);
    reading_close(&reading);
}

static void winners_are_the_tenders_that_were_signed(void **state)
{
    (void)state;
    struct reading reading;
    const struct notice *notice = read_notice(
        &reading, "ContractAwardNotice",
        EXTENSION(
            "<NoticeResult><LotResult><TenderResultCode>selec-w</TenderResultCode><LotTender><ID>T1</ID></"
            "LotTender>"
            "<LotTender><ID>T2</ID></LotTender><TenderLot><ID>LOT-1</ID></TenderLot></LotResult>"
            "<LotTender><ID>T1</ID><TenderingParty><ID>P1</ID></TenderingParty></LotTender>"
            "<LotTender><ID>T2</ID><TenderingParty><ID>P2</ID></TenderingParty></LotTender>"
            "<SettledContract><ID>C</ID><AwardDate>2024-01-02Z</AwardDate><LotTender><ID>T2</ID></"
            "LotTender></SettledContract>"
            "<TenderingParty><ID>P1</ID><Tenderer><ID>O1</ID></Tenderer></TenderingParty>"
            "<TenderingParty><ID>P2</ID><Tenderer><ID>O2</ID></Tenderer><Tenderer><ID>missing</ID></Tenderer>"
            "</TenderingParty></NoticeResult>"
            "<Organizations><Organization><Company><PartyIdentification><ID>O1</ID></"
            "PartyIdentification><PartyName>"
            "<Name>Un</Name></PartyName></Company></"
            "Organization><Organization><Company><PartyIdentification><ID>O2</ID>"
            "</PartyIdentification><PartyName><Name>Deux</Name></PartyName></Company></Organization></"
            "Organizations>"));
    assert_json(notice->awards,
                "[{\"lot\":\"LOT-1\",\"form\":\"none\",\"on\":\"2024-01-02\",\"winners\":[{\"name\":\"Deux\","
                "\"siret\":null,\"leader\":false}]}]");
    reading_close(&reading);
}

static void a_notice_without_identifier_is_refused(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0, reading_open_text(&reading, "<ContractNotice xmlns='x'><ProcurementProject/></ContractNotice>"));
    assert_int_equal(NOTICE_REFUSED,
                     notice_next(reading.reader, reading.arena, &reading.notice, &reading.error));
    assert_text(reading.error.field, "ID");
    assert_null(reading_next(&reading));
    reading_close(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_french_call_with_two_lots_is_read),
        cmocka_unit_test(results_name_lots_and_winners),
        cmocka_unit_test(all_examples_are_read),
        cmocka_unit_test(kinds_follow_the_form_and_its_changes),
        cmocka_unit_test(a_change_names_the_version_it_changes),
        cmocka_unit_test(reservations_of_lots_are_read),
        cmocka_unit_test(the_earliest_deadline_stands),
        cmocka_unit_test(durations_have_units),
        cmocka_unit_test(weights_have_units),
        cmocka_unit_test(texts_in_french_are_preferred),
        cmocka_unit_test(a_result_without_winners_is_a_cancellation),
        cmocka_unit_test(winners_are_the_tenders_that_were_signed),
        cmocka_unit_test(a_notice_without_identifier_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
