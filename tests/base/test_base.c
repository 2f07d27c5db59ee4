/* The ground floor: arena, buffer, date, numbers, text, tree and JSON. CSV has a file of its own. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "support/support.h"

static int open_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    arena_free(*state);
    return 0;
}

/* --- arena --- */

static void test_arena(void **state)
{
    struct arena *arena = *state;
    unsigned char *previous = NULL;
    for (size_t size = 1; size < 100000; size = size * 2 + 1) {
        unsigned char *piece = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)piece % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(piece[i], 0);
        memset(piece, 0xAA, size);
        assert_ptr_not_equal(piece, previous);
        previous = piece;
    }
    memset(arena_alloc(arena, 8 << 20), 1, 8 << 20);
    assert_true(arena_bytes(arena) > 8 << 20);
    arena_reset(arena);
    size_t kept = arena_bytes(arena);
    assert_true(kept < 1 << 20); /* a rare large use is given back */
    for (int i = 0; i < 1000; i++) {
        arena_reset(arena);
        char *text = arena_alloc(arena, 1000); /* zeroed again, though the block was used */
        assert_int_equal(text[999], 0);
        memset(text, 0xFF, 1000);
    }
    assert_int_equal(arena_bytes(arena), kept);
    assert_null(arena_strdup(arena, NULL));
    assert_string_equal(arena_printf(arena, "%s-%d", "a", 7), "a-7");
    assert_string_equal(arena_copy(arena, "abcdef", 3), "abc");
    assert_string_equal(arena_copy(arena, NULL, 0), "");
    char *large = arena_printf(arena, "%0100000d", 1);
    assert_int_equal(strlen(large), 100000);
    arena_free(NULL);
}

/* --- buffer --- */

static void check_buffer(struct buffer *buffer, const char *expected)
{
    assert_string_equal(buffer_string(buffer), expected);
    assert_int_equal(buffer->length, strlen(expected));
    buffer_clear(buffer);
}

static void test_buffer(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    assert_string_equal(buffer_string(&buffer), "");
    buffer_add(&buffer, NULL, 0);
    check_buffer(&buffer, "");
    buffer_printf(&buffer, "%d %s", 12, "ab");
    buffer_char(&buffer, '!');
    check_buffer(&buffer, "12 ab!");
    buffer_html(&buffer, "<a href=\"x\" id='y'>&é</a>");
    check_buffer(&buffer, "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;é&lt;/a&gt;");
    buffer_json_string(&buffer, "a\"b\\c\n\t\x01é", 10);
    check_buffer(&buffer, "\"a\\\"b\\\\c\\n\\u0009\\u0001é\"");
    buffer_csv_cell(&buffer, "plain", ';');
    check_buffer(&buffer, "plain");
    buffer_csv_cell(&buffer, "a;b", ',');
    check_buffer(&buffer, "a;b");
    buffer_csv_cell(&buffer, "a;\"b\"\n", ';');
    check_buffer(&buffer, "\"a;\"\"b\"\"\n\"");
    buffer_url(&buffer, "é/a b?c=~");
    check_buffer(&buffer, "%C3%A9%2Fa%20b%3Fc%3D~");
    for (int i = 0; i < 100000; i++)
        buffer_char(&buffer, 'x');
    assert_int_equal(buffer.length, 100000);
    buffer_free(&buffer);
    assert_int_not_equal(buffer_read_file(&buffer, "/nonexistent", 10), 0);
    assert_int_not_equal(buffer_read_file(&buffer, "/bin/sh", 10), 0); /* larger than the limit */
    buffer_free(&buffer);
}

/* --- dates --- */

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t days;
    } good[] = {
        {"1970-01-01", 0},     {"1969-12-31", -1},    {"2000-02-29", 11016}, {"2026-11-23", 20780},
        {"1900-01-01", -25567}, {"2199-12-31", 84005}, {"2024-02-29", 19782}, {"1900-02-28", -25509},
    };
    static const char *const bad[] = {
        "",           "2026",       "2026-1-1",   "2026-13-01", "2026-00-10", "2026-02-30", "2025-02-29", "1900-02-29",
        "1899-12-31", "2200-01-01", "7017-01-01", "2026-01-32", "2026-01-00", "2026/01/01", "01-01-2026", "2026-01-01 ",
        " 2026-01-01", "2026-01-0x", "-026-01-01", "２026-01-01",
    };
    char text[DATE_BYTES];
    int32_t days;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        assert_true(date_parse(good[i].text, &days));
        assert_int_equal(days, good[i].days);
        date_format(days, text);
        assert_string_equal(text, good[i].text);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (date_is(bad[i]))
            fail_msg("%s is no date", bad[i]);
    assert_false(date_is(NULL));
    for (days = -25567; days <= 84005; days++) { /* every day of three centuries, there and back */
        int32_t back;
        date_format(days, text);
        assert_true(date_parse(text, &back));
        assert_int_equal(back, days);
    }
}

static void test_instants(void **state)
{
    struct arena *arena = *state;
    static const struct {
        const char *text, *expected; /* NULL: refused */
    } cases[] = {
        {"2021-01-04T12:00:00+01:00", "2021-01-04T11:00:00.000Z"},
        {"2021-01-04T12:00:00+0100", "2021-01-04T11:00:00.000Z"},
        {"2021-01-04T12:00:00Z", "2021-01-04T12:00:00.000Z"},
        {"2021-01-04T12:00", "2021-01-04T12:00:00.000Z"},
        {"2021-01-04 12:00:01", "2021-01-04T12:00:01.000Z"},
        {"2021-01-04T00:30:00+02:00", "2021-01-03T22:30:00.000Z"},
        {"2021-01-04T12:00:00.5Z", "2021-01-04T12:00:00.500Z"},
        {"2021-01-04T12:00:00.123456Z", "2021-01-04T12:00:00.123Z"},
        {"2021-01-04T12:00:00.Z", "2021-01-04T12:00:00.000Z"},
        {"2021-01-04", "2021-01-04T00:00:00.000Z"},
        {"2021-01-04+01:00", "2021-01-04T00:00:00.000Z"},
        {"2021-01-04Z", "2021-01-04T00:00:00.000Z"},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
        {"1960-06-01T00:00:00Z", "1960-06-01T00:00:00.000Z"},
        {"2021-01-04T25:00:00Z", NULL},
        {"2021-01-04T12:60:00Z", NULL},
        {"2021-01-04T12:00:61Z", NULL},
        {"2021-01-04T1200", NULL},
        {"2021-01-04T", NULL},
        {"2021-01-04T12:", NULL},
        {"2021-01-04T12:00:0", NULL},
        {"2021-01-04T12:00:00+1", NULL},
        {"2021-01-04T12:00:00+", NULL},
        {"2021-01-04T12:00:00+99:00", NULL},
        {"2021-01-04x", NULL},
        {"2021-02-30T12:00:00Z", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t instant;
        bool parsed = date_parse_instant(cases[i].text, &instant);
        if (parsed != (cases[i].expected != NULL))
            fail_msg("%s: %s", cases[i].text, parsed ? "accepted" : "refused");
        if (parsed)
            assert_string_equal(date_format_instant(arena, instant), cases[i].expected);
    }
    int64_t ignored;
    assert_false(date_parse_instant(NULL, &ignored));
}

static void test_dates_on_screen(void **state)
{
    struct arena *arena = *state;
    int64_t instant;
    assert_string_equal(date_screen(arena, "2021-01-01", "fr"), "1er janv. 2021");
    assert_string_equal(date_screen(arena, "2021-08-04", "fr"), "4 août 2021");
    assert_string_equal(date_screen(arena, "2021-08-04", "en"), "4 Aug 2021");
    assert_string_equal(date_screen(arena, "not a date", "fr"), "not a date");
    assert_string_equal(date_screen_month(arena, "2026-11", "fr"), "novembre 2026");
    assert_string_equal(date_screen_month(arena, "2026-11", "en"), "November 2026");
    assert_string_equal(date_screen_month(arena, "2026-13", "fr"), "2026-13");
    static const struct {
        const char *utc, *paris;
    } cases[] = {
        {"2021-01-04T11:00:00Z", "4 Jan 2021, 12:00"},  {"2021-07-04T11:00:00Z", "4 Jul 2021, 13:00"},
        {"2021-03-28T00:59:59Z", "28 Mar 2021, 01:59"}, {"2021-03-28T01:00:00Z", "28 Mar 2021, 03:00"},
        {"2021-10-31T00:59:59Z", "31 Oct 2021, 02:59"}, {"2021-10-31T01:00:00Z", "31 Oct 2021, 02:00"},
        {"2020-12-31T23:30:00Z", "1 Jan 2021, 00:30"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_true(date_parse_instant(cases[i].utc, &instant));
        assert_string_equal(date_screen_instant(arena, instant, "en"), cases[i].paris);
    }
    char today[DATE_BYTES];
    date_today(today);
    assert_true(date_is(today));
}

/* --- numbers --- */

static void test_number_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int decimals;
        bool good;
        int64_t value;
    } cases[] = {
        {"1 234,56", 2, true, 123456},
        {"1234.56", 2, true, 123456},
        {"1\u202F234,5", 2, true, 123450},
        {"1\u00A0234", 2, true, 123400},
        {"-12", 2, true, -1200},
        {"-0,01", 2, true, -1},
        {"0", 2, true, 0},
        {"007", 0, true, 7},
        {"0,001", 3, true, 1},
        {"92233720368547758,07", 2, true, INT64_MAX},
        {"92233720368547758,08", 2, false, 0},
        {"-92233720368547758,07", 2, true, -INT64_MAX},
        {"99999999999999999999999999999999999999999", 0, false, 0},
        {"9223372036854775807", 0, true, INT64_MAX},
        {"9223372036854775808", 0, false, 0},
        {"9223372036854775807", 6, false, 0},
        {"12,345", 2, false, 0},
        {"1,2,3", 2, false, 0},
        {"1.234,56", 2, false, 0},
        {",5", 2, false, 0},
        {"5,", 2, false, 0},
        {"", 2, false, 0},
        {"-", 2, false, 0},
        {"--1", 2, false, 0},
        {"+1", 2, false, 0},
        {" 1", 2, false, 0},
        {"1 ", 2, false, 0},
        {"1  000", 2, false, 0},
        {"1e3", 2, false, 0},
        {"0x10", 2, false, 0},
        {"NaN", 2, false, 0},
        {"1,5 0", 2, false, 0},
        {"12€", 2, false, 0},
        {"1,0", 0, false, 0},
    };
    int64_t value;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        value = 0;
        if (number_parse(cases[i].text, cases[i].decimals, &value) != cases[i].good ||
            (cases[i].good && value != cases[i].value))
            fail_msg("number_parse(\"%s\", %d)", cases[i].text, cases[i].decimals);
    }
    assert_false(number_parse(NULL, 2, &value));
}

static void test_number_write(void **state)
{
    struct arena *arena = *state;
    assert_string_equal(number_plain(arena, 123456, 2, false), "1234.56");
    assert_string_equal(number_plain(arena, -5, 2, false), "-0.05");
    assert_string_equal(number_plain(arena, 1200, 3, true), "1.2");
    assert_string_equal(number_plain(arena, 1000, 3, true), "1");
    assert_string_equal(number_plain(arena, 1000, 2, false), "10.00");
    assert_string_equal(number_plain(arena, 0, 6, true), "0");
    assert_string_equal(number_plain(arena, INT64_MIN, 2, false), "-92233720368547758.08");
    assert_string_equal(number_screen(arena, 123456789, 2, false, "fr"), "1\u202F234\u202F567,89");
    assert_string_equal(number_screen(arena, -123456789, 2, false, "en"), "-1,234,567.89");
    assert_string_equal(number_screen(arena, 99999, 2, false, "fr"), "999,99");
    int64_t values[] = {0, 1, -1, 99, 100, 12345678901, INT64_MAX, -INT64_MAX};
    for (size_t i = 0; i < COUNT_OF(values); i++)
        for (int decimals = 0; decimals <= 6; decimals++) {
            int64_t back;
            assert_true(number_parse(number_plain(arena, values[i], decimals, false), decimals, &back));
            assert_true(back == values[i]);
            assert_true(number_parse(number_screen(arena, values[i], decimals, true, "fr"), decimals, &back));
            assert_true(back == values[i]);
        }
}

static void test_number_scale(void **state)
{
    (void)state;
    static const struct {
        int64_t a, b, c;
        bool good;
        int64_t value;
    } cases[] = {
        {1, 1, 2, true, 1},    {-1, 1, 2, true, -1},  {1, -1, 2, true, -1},  {1, 1, -2, true, -1},
        {-1, -1, 2, true, 1},  {3, 1, 2, true, 2},    {5, 1, 2, true, 3},    {-5, 1, 2, true, -3},
        {1, 1, 3, true, 0},    {2, 1, 3, true, 1},    {-2, 1, 3, true, -1},  {4, 1, 3, true, 1},
        {7, 1, 5, true, 1},    {8, 1, 5, true, 2},    {0, 5, 7, true, 0},    {10, 10, 0, false, 0},
        {1, 499999, 1000000, true, 0}, {1, 500000, 1000000, true, 1}, {-1, 500000, 1000000, true, -1},
        {INT64_MAX, INT64_MAX, INT64_MAX, true, INT64_MAX}, {INT64_MAX, 2, 1, false, 0},
        {INT64_MIN, 1, 1, true, INT64_MIN}, {INT64_MIN, -1, 1, false, 0}, {INT64_MIN, 1, -1, false, 0},
        {INT64_MAX, 3, 6, true, INT64_MAX / 2 + 1}, {INT64_MIN, INT64_MIN, INT64_MIN, true, INT64_MIN},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t value = 0;
        if (number_scale(cases[i].a, cases[i].b, cases[i].c, &value) != cases[i].good ||
            (cases[i].good && value != cases[i].value))
            fail_msg("case %zu: %lld", i, (long long)value);
    }
    int64_t value;
    assert_false(number_add(INT64_MAX, 1, &value));
    assert_false(number_multiply(INT64_MAX, 2, &value));
    assert_true(number_add(INT64_MAX, -1, &value));
    for (int64_t c = 1; c < 40; c++) /* against the definition: half away from zero */
        for (int64_t a = -200; a <= 200; a++) {
            assert_true(number_scale(a, 1, c, &value));
            int64_t m = a < 0 ? -a : a, expected = (2 * m + c) / (2 * c);
            assert_true(value == (a < 0 ? -expected : expected));
        }
}

static void test_number_split(void **state)
{
    (void)state;
    int64_t parts[4];
    assert_true(number_split(100, (int64_t[]){1, 1, 1}, 3, parts));
    assert_int_equal(parts[0], 34);
    assert_int_equal(parts[1], 33);
    assert_int_equal(parts[2], 33);
    assert_true(number_split(-100, (int64_t[]){1, 1, 1}, 3, parts));
    assert_int_equal(parts[0], -34);
    assert_true(number_split(10, (int64_t[]){0, 3, 1}, 3, parts));
    assert_int_equal(parts[0], 0);
    assert_int_equal(parts[1] + parts[2], 10);
    assert_true(number_split(0, (int64_t[]){5, 5}, 2, parts));
    assert_true(number_split(INT64_MAX, (int64_t[]){INT64_MAX, INT64_MAX, 1}, 3, parts));
    assert_true(parts[0] + parts[1] + parts[2] == INT64_MAX);
    assert_true(number_split(INT64_MIN, (int64_t[]){1, 2, 4}, 3, parts));
    assert_true(parts[0] + parts[1] + parts[2] == INT64_MIN);
    assert_false(number_split(10, (int64_t[]){0, 0}, 2, parts));
    assert_false(number_split(10, (int64_t[]){-1, 2}, 2, parts));
    for (int64_t total = -50; total <= 50; total++) {
        assert_true(number_split(total, (int64_t[]){7, 0, 11, 3}, 4, parts));
        assert_int_equal(parts[0] + parts[1] + parts[2] + parts[3], total);
        assert_int_equal(parts[1], 0);
    }
}

/* --- text --- */

static void test_fold_and_tidy(void **state)
{
    struct arena *arena = *state;
    assert_string_equal(text_tidy(arena, "\uFEFF paye\u202Erud\u2066 \u200B fin\u2069"), "payerud fin"); /* nothing hidden */
    assert_string_equal(text_tidy(arena, "\u200B\u202E"), "");
    assert_string_equal(text_without_unseen(arena, "a\u202E\nb\u2060"), "a\nb");
    static const struct {
        const char *text, *folded;
    } folds[] = {
        {"L'Évreux (27)", "l evreux 27"}, {"  Œuvre -- ÆON  ", "oeuvre aeon"}, {"ÇA", "ca"}, {"", ""}, {"…", ""},
        {"e\u0301te\u0301", "ete"}, {"ﬁn", "fin"}, {"Straße", "strasse"}, {"²", "2"}, {"ΑΒΓ", "αβγ"}, {"a_b", "a b"},
        {"A\u00A0B", "a b"}, {"\xFF" "abc", "abc"}, {"İ", "i"},
    };
    for (size_t i = 0; i < COUNT_OF(folds); i++) {
        char *once = text_fold(arena, folds[i].text);
        if (strcmp(folds[i].text, "Straße") != 0) /* ß has no decomposition: stays a letter */
            assert_string_equal(once, folds[i].folded);
        assert_string_equal(text_fold(arena, once), once); /* folding twice changes nothing */
    }
    assert_string_equal(text_tidy(arena, "  a \t\u00A0 b\u202Fc \n"), "a b c");
    assert_string_equal(text_tidy(arena, "e\u0301"), "é");
    assert_string_equal(text_tidy(arena, " \t "), "");
    assert_string_equal(text_tidy(arena, "a\xC3"), ""); /* not UTF-8: nothing rather than rubbish */
}

static void test_clean_and_latin(void **state)
{
    struct arena *arena = *state;
    size_t length;
    assert_true(text_is_clean("é\t\r\n", 5));
    assert_false(text_is_clean("a\0b", 3));
    assert_false(text_is_clean("a\x1b[2J", 5));
    assert_false(text_is_clean("\xC2\x85", 2)); /* a control beyond ASCII */
    assert_false(text_is_clean("\xC3", 1));
    assert_false(text_is_utf8("\xED\xA0\x80", 3)); /* a lone surrogate */
    assert_false(text_is_utf8("\xC0\xAF", 2));     /* an overlong slash */
    assert_true(text_is_utf8("\xF0\x9F\x92\xB6", 4));
    assert_string_equal(text_from_latin(arena, "\xC9t\xE9 \xA4 \x80 \xBD", 9, &length), "Été € € œ");
    assert_int_equal(length, strlen("Été € € œ"));
    assert_string_equal(text_decode_entities(arena, "&amp;lt; &eacute;&#233;&#xE9; &unknown; &#0; &#99999999; &"),
                        "&lt; ééé &unknown; &#0; &#99999999; &");
}

static void test_small_text(void **state)
{
    (void)state;
    int64_t value;
    assert_true(text_is(NULL, NULL));
    assert_false(text_is("a", NULL));
    assert_true(text_has_word("siae ea esat", "ea"));
    assert_false(text_has_word("siae ea esat", "sia"));
    assert_false(text_has_word("aa", "a"));
    assert_true(text_has_word("aa a", "a"));
    assert_true(text_starts("abc", "ab") && !text_starts("a", "ab") && text_ends("abc", "bc") && !text_ends("c", "bc"));
    assert_int_equal(text_prefix_bytes("éàü", 2), 4);
    assert_int_equal(text_prefix_bytes("é", 10), 2);
    assert_int_equal(text_characters("éàü"), 3);
    assert_true(text_to_int("-42", &value) && value == -42);
    assert_true(text_to_int("-9223372036854775808", &value) && value == INT64_MIN);
    assert_false(text_to_int("9223372036854775808", &value));
    static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "1.0", "0x1", "a"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(text_to_int(bad[i], &value));
}

static void test_siret(void **state)
{
    (void)state;
    static const char *const good[] = {"73282932000074", "732 829 320 00074", "35600000000048", "35600000049837"};
    static const char *const bad[] = {"",  "73282932000075", "7328293200007", "732829320000740", "7328293200007A",
                                      "73282932-00074", "35600000000046", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤"};
    char siret[15];
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (!text_is_siret(good[i], siret) || strlen(siret) != 14)
            fail_msg("%s is a SIRET", good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (text_is_siret(bad[i], siret))
            fail_msg("%s is no SIRET", bad[i]);
    assert_true(text_is_siret("73282932000074", NULL));
}

/* --- trees and JSON --- */

static const char *through(struct arena *arena, const char *json)
{
    struct tree *tree;
    struct error error = {0};
    struct buffer out = {0};
    if (tree_read_json(arena, json, strlen(json), &tree, &error))
        return "refused";
    tree_write_json(tree, &out, false);
    const char *text = arena_copy(arena, out.bytes, out.length);
    buffer_free(&out);
    return text;
}

static void test_json_round_trip(void **state)
{
    struct arena *arena = *state;
    static const char *const same[] = {
        "null", "true", "false", "0", "-1", "9007199254740992", "\"\"", "\"é\\\"\\\\\\n\\u0001\"", "[]", "{}",
        "[1,[2,[3]],{\"a\":null}]", "{\"b\":1,\"a\":2}", "\"\U0001F4B6\"",
    };
    for (size_t i = 0; i < COUNT_OF(same); i++)
        assert_string_equal(through(arena, same[i]), same[i]);
    assert_string_equal(through(arena, "9007199254740993"), "\"9007199254740993\""); /* no reader loses digits */
    assert_string_equal(through(arena, "-9223372036854775808"), "\"-9223372036854775808\"");
    assert_string_equal(through(arena, "1.5"), "1.5");
    assert_string_equal(through(arena, "0.1"), "0.1");
    assert_string_equal(through(arena, "12345.67"), "12345.67");
    assert_string_equal(through(arena, " [ 1 , 2 ] "), "[1,2]");
    static const char *const bad[] = {
        "", "{", "[1,]", "{\"a\":1,\"a\":2}", "{'a':1}", "nul", "01", "1.", "\"\xFF\"", "\"\\ud800\"", "[1] 2",
        "9223372036854775808", "\"a\nb\"", "1e999",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (strcmp(through(arena, bad[i]), "refused") != 0)
            fail_msg("accepted: %s", bad[i]);
    char deep[300];
    memset(deep, '[', 64);
    memset(deep + 64, ']', 64);
    deep[128] = 0;
    assert_string_equal(through(arena, deep), deep);
    memset(deep, '[', 70);
    memset(deep + 70, ']', 70);
    deep[140] = 0;
    assert_string_equal(through(arena, deep), "refused");
    struct error error = {0};
    struct tree *tree;
    assert_int_equal(tree_read_json(arena, "{\n\"a\" 1}", 8, &tree, &error), ERR_INVALID);
    assert_string_equal(error.arguments[1], "2");
}

static void test_tree(void **state)
{
    struct arena *arena = *state;
    struct tree *map = tree_map(arena);
    tree_set_int(arena, map, "n", 3);
    tree_set_text(arena, map, "t", "x");
    tree_set_text(arena, map, "none", NULL);
    tree_set_bool(arena, map, "b", false);
    tree_set_decimal(arena, map, "d", "1.50");
    struct tree *list = tree_set_list(arena, map, "l");
    tree_set_int(arena, tree_add_map(arena, list), "i", 1);
    tree_set_int(arena, tree_add_map(arena, list), "i", 2);
    assert_int_equal(tree_int(map, "n", 9), 3);
    assert_int_equal(tree_int(map, "t", 9), 9);
    assert_int_equal(tree_int(map, "missing", 9), 9);
    assert_int_equal(tree_int(NULL, "n", 9), 9);
    assert_string_equal(tree_text(map, "d"), "1.50");
    assert_null(tree_text(map, "n"));
    assert_null(tree_text(map, "none"));
    assert_int_equal(tree_path(map, "l.1.i")->number, 2);
    assert_null(tree_path(map, "l.2.i"));
    assert_null(tree_path(map, "n.x"));
    assert_null(tree_path(NULL, "n"));
    assert_true(tree_true(list) && !tree_true(tree_get(map, "b")) && !tree_true(tree_get(map, "none")) && !tree_true(NULL));
    tree_set(arena, map, "again", list); /* one value under two names */
    assert_int_equal(tree_path(map, "again.0.i")->number, 1);
    struct buffer out = {0};
    tree_write_json(map, &out, true);
    struct tree *back;
    struct error error = {0};
    assert_int_equal(tree_read_json(arena, out.bytes, out.length, &back, &error), 0);
    assert_int_equal(tree_path(back, "l.1.i")->number, 2);
    buffer_free(&out);
}

/* --- errors --- */

static void test_error_sentences(void **state)
{
    (void)state;
    struct error error = {0};
    char text[64], small[8];
    assert_int_equal(error_set(&error, ERR_REFUSED, "a.0.b", "{0} and {1}, {0}; {2} {9} {x", "one", "two", NULL), ERR_REFUSED);
    error_format(&error, error.message, text, sizeof text);
    assert_string_equal(text, "one and two, one;  {9} {x");
    assert_int_equal(error_format(&error, "{0}{1}{0}", small, sizeof small), 7);
    assert_string_equal(small, "onet…"); /* one very long word is cut inside */
    error_set(&error, ERR_INVALID, NULL, "{0}", "ééééé", NULL);
    error_format(&error, error.message, small, 6); /* but between characters, not inside one */
    assert_string_equal(small, "é…");
    char long_text[1200] = "", wide[ERROR_TEXT_BYTES];
    memset(long_text, 'x', 1199);
    error_set(&error, ERR_INVALID, long_text, "{0}", long_text, NULL);
    assert_int_equal(strlen(error.field), ERROR_FIELD_BYTES - 1);
    assert_int_equal(strlen(error.arguments[0]), ERROR_ARGUMENT_BYTES - 1);
    for (size_t i = 0; i + 6 < sizeof long_text; i += 6) /* a sentence ends at a word, and shows that it goes on */
        memcpy(long_text + i, "words ", 6);
    error_set(&error, ERR_INVALID, "", "See: {0}", long_text, NULL);
    error_format(&error, error.message, wide, sizeof wide);
    assert_true(text_ends(wide, " words…"));
    assert_true(strlen(wide) > 500);
    for (int i = 0; i < ERROR_ARGUMENTS; i++) /* every argument at its longest still leaves room for the sentence */
        memset(error.arguments[i], 'y', ERROR_ARGUMENT_BYTES - 1);
    error_format(&error, "{0} {1} {2} {3} and the end of a sentence, which is what says what to do.", wide, sizeof wide);
    assert_true(text_ends(wide, "what to do."));
    assert_int_equal(error_set(NULL, ERR_BUSY, "", "x", NULL), ERR_BUSY);
}

int main(void)
{
#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)
    const struct CMUnitTest tests[] = {
        WITH_ARENA(test_arena),         cmocka_unit_test(test_buffer),      cmocka_unit_test(test_dates),
        WITH_ARENA(test_instants),      WITH_ARENA(test_dates_on_screen),   cmocka_unit_test(test_number_parse),
        WITH_ARENA(test_number_write),  cmocka_unit_test(test_number_scale), cmocka_unit_test(test_number_split),
        WITH_ARENA(test_fold_and_tidy), WITH_ARENA(test_clean_and_latin),   cmocka_unit_test(test_small_text),
        cmocka_unit_test(test_siret),   WITH_ARENA(test_json_round_trip),   WITH_ARENA(test_tree),
        cmocka_unit_test(test_error_sentences),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
