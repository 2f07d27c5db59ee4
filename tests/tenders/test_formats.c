/* What no reader of notices may be brought down by: the format is found from the content, and what is none,
 * cut, too large or hostile is refused with a sentence. The formats themselves are tested in formats/. */
#include "tenders/formats/reading.h"

/* Refused as a whole, with that sentence (its beginning). */
static void assert_refused(const void *bytes, size_t length, const char *sentence)
{
    struct reading reading;
    assert_true(reading_open(&reading, bytes, length) != 0);
    if (!text_starts(reading.why, sentence))
        fail_msg("found \"%s\", expected \"%s…\"", reading.why, sentence);
    assert_text(reading.error.field, "file");
    reading_close(&reading);
}

static void assert_text_refused(const char *text, const char *sentence)
{
    assert_refused(text, strlen(text), sentence);
}

/* The bytes of a shipped file, for the caller to spoil. */
static struct buffer load(const char *path)
{
    const char *root = getenv("MAILLON_SOURCE_ROOT");
    struct buffer bytes = {0};
    char whole[1024];
    snprintf(whole, sizeof whole, "%s%s%s", root ? root : "", root ? "/" : "", path);
    assert_int_equal(0, buffer_read_file(&bytes, whole, 64 << 20));
    return bytes;
}

static void the_format_is_found_from_the_content(void **state)
{
    static const struct {
        const char *path, *format;
    } cases[] = {
        {"data/tenders/boamp_prisons_2019-09_2020-12.csv", "boamp-csv"},
        {"data/examples/boamp_api/records.json", "boamp-json"},
        {"data/examples/boamp_api/export.json", "boamp-json"},
        {"data/examples/boamp_xml/test-pub.xml", "boamp-xml"},
        {"data/examples/eforms/cn_24_minimal.xml", "eforms"},
        {"data/examples/decp/marches_avec_modifications.json", "decp"},
        {"data/examples/ocds/1.1_ocds-213czf-000-00001.json", "ocds"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading reading;
        reading_open_file(&reading, cases[i].path);
        assert_text(reading_next(&reading)->format, cases[i].format);
        reading_close(&reading);
    }
}

static void what_is_no_notice_is_refused(void **state)
{
    (void)state;
    assert_text_refused("", "This file is empty.");
    assert_text_refused(" \r\n\t ", "This file is empty.");
    assert_text_refused("\xEF\xBB\xBF", "This file is empty.");
    assert_text_refused("a;b;c\n1;2;3\n",
                        "No known format of notices: this table has no columns a00_cle_idweb");
    assert_text_refused("just words", "No known format of notices");
    assert_text_refused("<html><body/></html>", "No known format of notices: this XML is a html");
    assert_text_refused("{\"a\":1}", "No known format of notices: this JSON");
    assert_text_refused("[1,2,3]", "No known format of notices: this JSON");
    assert_text_refused("{\"results\":[{\"name\":\"x\"}]}", "No known format of notices: this JSON");
    assert_refused("\x89PNG\r\n\x1A\n\0\0\0", 11, "This file is not text: it holds NUL bytes.");
    assert_refused("\0\0\0\0", 4, "This file is not text: it holds NUL bytes.");
    assert_refused("\xFF\xFE<\0a\0", 6, "This file is in UTF-16: save it as UTF-8.");
    struct buffer schema = load("data/examples/decp/schema_decp_v2.0.3.json");
    assert_refused(schema.bytes, schema.length, "No known format of notices");
    buffer_free(&schema);
}

static void a_query_without_results_is_no_error(void **state)
{
    static const char *const texts[] = {"[]", "{\"total_count\":0,\"results\":[]}",
                                        "{\"marches\":{\"marche\":[]}}"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct reading reading;
        assert_int_equal(0, reading_open_text(&reading, texts[i]));
        assert_null(reading_next(&reading));
        reading_close(&reading);
    }
}

static void a_cut_file_is_refused(void **state)
{
    (void)state;
    struct buffer xml = load("data/examples/boamp_xml/test-pub-5.xml"),
                  json = load("data/examples/boamp_api/records.json");
    for (size_t length = 100; length < xml.length - 20; length += 997)
        assert_refused(xml.bytes, length, "This is not well-formed XML, or it is cut");
    for (size_t length = 100; length < json.length - 20; length += 997)
        assert_refused(json.bytes, length, "This JSON is cut: a bracket or a text is never closed.");
    assert_text_refused("{\"idweb\":\"20-1\"}\n{\"idweb\":\"20-", "This JSON is cut");
    buffer_free(&xml);
    buffer_free(&json);
}

static void every_prefix_of_a_file_is_survived(void **state)
{
    static const char *const paths[] = {"data/examples/boamp_api/export.json",
                                        "data/examples/boamp_xml/test-attribution-2.xml"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        struct buffer bytes = load(paths[i]);
        for (size_t length = 0; length < bytes.length; length += 13) {
            struct reading reading;
            if (!reading_open(&reading, bytes.bytes, length))
                while (notice_next(reading.reader, reading.arena, &reading.notice, &reading.error) !=
                       NOTICE_END)
                    ;
            reading_close(&reading);
        }
        buffer_free(&bytes);
    }
}

static void hostile_xml_is_harmless(void **state)
{
    static const char doctype[] = "This XML has a DOCTYPE: it is refused";
    (void)state;
    assert_text_refused(
        "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>]>"
        "<ANNONCE><GESTION>&d;</GESTION></ANNONCE>",
        doctype);
    assert_text_refused(
        "<!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><ANNONCE><GESTION><REFERENCE><IDWEB>&x;"
        "</IDWEB></REFERENCE></GESTION></ANNONCE>",
        doctype);
    assert_text_refused("<!DOCTYPE l [<!ENTITY % x SYSTEM 'http://example.invalid/x.dtd'> %x;]><ANNONCE/>",
                        doctype);
    assert_text_refused("<!DOCTYPE ANNONCE SYSTEM 'http://example.invalid/x.dtd'><ANNONCE/>", doctype);
    assert_text_refused("<!-- fine --><?pi?><!DOCTYPE ANNONCE><ANNONCE/>", doctype);
    assert_text_refused("<ANNONCE><GESTION>&undefined;</GESTION></ANNONCE>", "This is not well-formed XML");
    assert_text_refused("<ANNONCE a='1' a='2'/>", "This is not well-formed XML");
    assert_text_refused("<ANNONCE><a></b></ANNONCE>", "This is not well-formed XML");
    assert_text_refused("<ANNONCE/><ANNONCE/>", "This is not well-formed XML");
}

static void an_inclusion_is_not_followed(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0, reading_open_text(
               &reading, "<ANNONCE xmlns:xi='http://www.w3.org/2001/XInclude'><GESTION><REFERENCE><IDWEB>20-1"
                         "</IDWEB></REFERENCE><INDEXATION><RESUME_OBJET><xi:include href='/etc/passwd' "
                         "parse='text'/>objet</RESUME_OBJET></INDEXATION></GESTION></ANNONCE>"));
    assert_text(reading_next(&reading)->object, "objet");
    reading_close(&reading);
}

static char *repeat(const char *before, const char *item, size_t times, const char *after)
{
    size_t size = strlen(item);
    char *text = malloc(strlen(before) + size * times + strlen(after) + 1), *p = stpcpy(text, before);
    for (size_t i = 0; i < times; i++, p += size)
        memcpy(p, item, size);
    strcpy(p, after);
    return text;
}

static void deep_nesting_is_refused(void **state)
{
    static const struct {
        const char *before, *item, *sentence;
    } cases[] = {
        {"", "[", "This JSON is nested too deeply."},
        {"[{\"idweb\":\"20-1\",\"a\":", "[", "This JSON is nested too deeply."},
        {"{", "\"a\":{", "This JSON is nested too deeply."},
        {"", "<a>", "This XML is nested too deeply."},
        {"<ANNONCE>", "<a>", "This XML is nested too deeply."},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = repeat(cases[i].before, cases[i].item, 100000, "");
        assert_text_refused(text, cases[i].sentence);
        free(text);
    }
}

static void a_record_nested_too_deeply_does_not_lose_the_others(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0,
        reading_open_text(
            &reading, "[{\"idweb\":\"20-1\"},{\"idweb\":\"20-2\",\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                      "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
                      "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]},{\"idweb\":\"20-3\"}]"));
    assert_text(reading_next(&reading)->reference, "20-1");
    assert_int_equal(NOTICE_REFUSED,
                     notice_next(reading.reader, reading.arena, &reading.notice, &reading.error));
    assert_text(reading_say(&reading), "This JSON is nested too deeply.");
    assert_int_equal(notice_reader_line(reading.reader), 2);
    assert_text(reading_next(&reading)->reference, "20-3");
    reading_close(&reading);
}

static void one_wrong_record_does_not_lose_the_others(void **state)
{
    (void)state;
    struct reading reading;
    size_t read = 0, refused = 0;
    enum notice_step step;
    assert_int_equal(
        0, reading_open_text(
               &reading,
               "[{\"idweb\":\"20-1\"},{\"idweb\":\"20-2\",},5,\"x\",null,{\"a\":1},{\"idweb\":\"\"},"
               "{\"idweb\":\"20-3\",\"idweb\":\"20-4\"},{\"idweb\":\"a\\u0000b\"},{\"idweb\":\"20-5\"}]"));
    while ((step = notice_next(reading.reader, reading.arena, &reading.notice, &reading.error)) !=
           NOTICE_END) {
        read += step == NOTICE_READ;
        refused += step == NOTICE_REFUSED;
        assert_int_equal(notice_reader_line(reading.reader), read + refused);
    }
    assert_int_equal(read, 2);
    assert_int_equal(refused, 8);
    reading_close(&reading);
}

static void one_record_per_line_is_read(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(
        0,
        reading_open_text(
            &reading, "{\"idweb\":\"20-1\",\"results\":[{\"idweb\":\"x\"}]}\r\n\n{\"idweb\":\"20-2\"}\n{}\n"
                      "{\"fields\":{\"idweb\":\"20-3\"}}\n{\"record\":{\"fields\":{\"idweb\":\"20-4\"}}}"));
    assert_text(reading_next(&reading)->reference, "20-1");
    const struct notice *notice = reading_next(&reading);
    assert_text(notice->reference, "20-2");
    assert_int_equal(notice->raw_length, strlen("{\"idweb\":\"20-2\"}"));
    assert_int_equal(NOTICE_REFUSED,
                     notice_next(reading.reader, reading.arena, &reading.notice, &reading.error));
    assert_text(reading_next(&reading)->reference, "20-3");
    assert_text(reading_next(&reading)->reference, "20-4");
    assert_null(reading_next(&reading));
    reading_close(&reading);
}

static void encodings_are_found_whatever_is_declared(void **state)
{
    static const char *const texts[] = {
        "<?xml version='1.0' "
        "encoding='ISO-8859-15'?><ANNONCE><GESTION><REFERENCE><IDWEB>20-1</IDWEB></REFERENCE><INDEXATION>"
        "<RESUME_OBJET>\xE9t\xE9 \xA4</RESUME_OBJET></INDEXATION></GESTION></ANNONCE>",
        "<?xml version='1.0' "
        "encoding='UTF-8'?><ANNONCE><GESTION><REFERENCE><IDWEB>20-1</IDWEB></REFERENCE><INDEXATION>"
        "<RESUME_OBJET>\xE9t\xE9 \xA4</RESUME_OBJET></INDEXATION></GESTION></ANNONCE>",
        "<?xml version='1.0' "
        "encoding='ISO-8859-1'?><ANNONCE><GESTION><REFERENCE><IDWEB>20-1</IDWEB></REFERENCE><INDEXATION>"
        "<RESUME_OBJET>été €</RESUME_OBJET></INDEXATION></GESTION></ANNONCE>",
        "\xEF\xBB\xBF<ANNONCE><GESTION><REFERENCE><IDWEB>20-1</IDWEB></"
        "REFERENCE><INDEXATION><RESUME_OBJET>été €</RESUME_OBJET>"
        "</INDEXATION></GESTION></ANNONCE>",
        "[{\"idweb\":\"20-1\",\"objet\":\"\xE9t\xE9 \xA4\"}]",
        "\xEF\xBB\xBF[{\"idweb\":\"20-1\",\"objet\":\"\\u00e9t\\u00e9 \\u20ac\"}]",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct reading reading;
        if (reading_open_text(&reading, texts[i]))
            fail_msg("%zu: %s", i, reading.why);
        assert_text(reading_next(&reading)->object, "été €");
        reading_close(&reading);
    }
}

static void ten_thousand_lots_are_read(void **state)
{
    (void)state;
    struct reading reading;
    char *xml =
        repeat("<ANNONCE><GESTION><REFERENCE><IDWEB>20-1</IDWEB></REFERENCE></GESTION><DONNEES><OBJET><LOTS>",
               "<LOT><NUM>1</NUM><INTITULE>Lot</INTITULE><CPV><PRINCIPAL>55320000</PRINCIPAL></"
               "CPV><VALEUR>10</VALEUR>"
               "</LOT>",
               10000, "</LOTS></OBJET></DONNEES></ANNONCE>");
    assert_int_equal(0, reading_open_text(&reading, xml));
    const struct notice *notice = reading_next(&reading);
    assert_int_equal(notice->lots->count, 10000);
    assert_int_equal(notice->value_cents, 10000000);
    assert_text(notice->cpv, "55320000");
    free(xml);
    reading_close(&reading);

    char *json = repeat("[{\"idweb\":\"20-1\",\"donnees\":{\"OBJET\":{\"LOTS\":{\"LOT\":[{}",
                        ",{\"NUM\":\"2\",\"INTITULE\":\"Lot\"}", 30000, "]}}}}]");
    assert_int_equal(0, reading_open_text(&reading, json));
    notice = reading_next(&reading);
    assert_int_equal(notice->lots->count, 20000);
    assert_text(problem_of(notice, "lots"), "There are more lots than can be read.");
    free(json);
    reading_close(&reading);
}

static void a_line_of_a_hundred_megabytes_is_survived(void **state)
{
    enum { LONG = 100000000 };
    (void)state;
    struct reading reading;
    char *text = malloc(LONG + 256), *p = stpcpy(text, "a00_cle_idweb,g04_09_resume_objet\n20-1,\"");
    memset(p, 'x', LONG);
    strcpy(p + LONG, "\n20-2,after\n");
    assert_int_equal(0, reading_open_text(&reading, text));
    assert_int_equal(NOTICE_REFUSED,
                     notice_next(reading.reader, reading.arena, &reading.notice, &reading.error));
    assert_text(reading_next(&reading)->reference, "20-2");
    reading_close(&reading);

    p = stpcpy(text, "[{\"idweb\":\"20-1\",\"objet\":\"");
    memset(p, 'x', LONG);
    strcpy(p + LONG, "\"},{\"idweb\":\"20-2\"}]");
    assert_int_equal(0, reading_open_text(&reading, text));
    assert_int_equal(NOTICE_REFUSED,
                     notice_next(reading.reader, reading.arena, &reading.notice, &reading.error));
    assert_text(reading_say(&reading), "This record is larger than 32 MB.");
    assert_text(reading_next(&reading)->reference, "20-2");
    reading_close(&reading);

    p = stpcpy(text, "<ANNONCE>");
    memset(p, 'x', LONG);
    strcpy(p + LONG, "</ANNONCE>");
    assert_text_refused(text, "This XML file is larger than 32 MB.");
    memset(text, 'x', LONG);
    text[LONG] = 0;
    assert_text_refused(text, "This file has no header line.");
    free(text);
}

static void millions_of_values_are_refused(void **state)
{
    (void)state;
    char *json = repeat("[{\"idweb\":\"20-1\",\"a\":[", "[],", 3000000, "[]]}]");
    assert_text_refused(json, "This record has too many values.");
    free(json);
    char *xml = repeat("<ANNONCE>", "<a/>", 2100000, "</ANNONCE>");
    assert_text_refused(xml, "This XML has too many elements.");
    free(xml);
}

static void lists_without_end_stay_short(void **state)
{
    (void)state;
    struct reading reading;
    struct buffer text = {0};
    buffer_text(&text, "[{\"idweb\":\"20-1\",\"titulaire\":[");
    for (int i = 0; i < 50000; i++)
        buffer_printf(&text, "\"t%d\",", i);
    buffer_text(&text, "\"z\"],\"descripteur_libelle\":[");
    for (int i = 0; i < 50000; i++)
        buffer_printf(&text, "\"d%d\",", i);
    buffer_text(&text, "\"z\"],\"code_departement\":[");
    for (int i = 0; i < 50000; i++)
        buffer_text(&text, "\"nowhere\",");
    buffer_text(&text, "\"35\"]}]");
    assert_int_equal(0, reading_open(&reading, text.bytes, text.length));
    const struct notice *notice = reading_next(&reading);
    assert_true(strlen(notice->descriptors) <= 4100);
    assert_int_equal(tree_path(notice->awards, "0.winners")->count, 1000);
    assert_text(notice->departments, "35");
    assert_int_equal(problem_count(notice), 100);
    assert_text(tree_text(notice->problems->last, "reason"), "There are more problems than are listed here.");
    reading_close(&reading);
    buffer_free(&text);
}

static void names_of_kinds_are_words(void **state)
{
    (void)state;
    assert_text(notice_kind_name(NOTICE_CALL), "call");
    assert_text(notice_kind_name(NOTICE_AWARD), "award");
    assert_text(notice_kind_name(NOTICE_RECTIFICATION), "rectification");
    assert_text(notice_kind_name(NOTICE_CANCELLATION), "cancellation");
    assert_text(notice_kind_name(NOTICE_MODIFICATION), "modification");
    assert_text(notice_kind_name(NOTICE_PRIOR), "prior");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_format_is_found_from_the_content),
        cmocka_unit_test(what_is_no_notice_is_refused),
        cmocka_unit_test(a_query_without_results_is_no_error),
        cmocka_unit_test(a_cut_file_is_refused),
        cmocka_unit_test(every_prefix_of_a_file_is_survived),
        cmocka_unit_test(hostile_xml_is_harmless),
        cmocka_unit_test(an_inclusion_is_not_followed),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(a_record_nested_too_deeply_does_not_lose_the_others),
        cmocka_unit_test(one_wrong_record_does_not_lose_the_others),
        cmocka_unit_test(one_record_per_line_is_read),
        cmocka_unit_test(encodings_are_found_whatever_is_declared),
        cmocka_unit_test(ten_thousand_lots_are_read),
        cmocka_unit_test(a_line_of_a_hundred_megabytes_is_survived),
        cmocka_unit_test(millions_of_values_are_refused),
        cmocka_unit_test(lists_without_end_stay_short),
        cmocka_unit_test(names_of_kinds_are_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
