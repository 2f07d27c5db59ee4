/* CSV as it comes from the world. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/csv.h"
#include "base/error.h"
#include "support/support.h"

/* The whole file as text: cells in [], a record per line, broken ones as "!". */
static char *shown(struct arena *arena, const char *bytes, size_t length)
{
    struct csv *csv;
    struct error error = {0};
    struct buffer out = {0};
    if (csv_open(arena, bytes, length, &csv, &error))
        return "refused";
    while (csv_next(csv)) {
        buffer_printf(&out, "%zu", csv_line(csv));
        if (csv_broken(csv))
            buffer_char(&out, '!');
        for (size_t i = 0; !csv_broken(csv) && i < csv_cell_count(csv); i++)
            buffer_printf(&out, "[%s]", csv_cell(csv, (int)i));
        buffer_char(&out, '\n');
    }
    char *text = arena_copy(arena, buffer_string(&out), out.length);
    buffer_free(&out);
    return text;
}

static void test_files(void **state)
{
    (void)state;
    static const struct {
        const char *file, *expected;
    } cases[] = {
        {"a,b\n1,2\n", "2[1][2]\n"},
        {"a,b\r\n1,2\r\n", "2[1][2]\n"},
        {"a;b\n1,5;2\n", "2[1,5][2]\n"},
        {"a\tb\n1\t2", "2[1][2]\n"},
        {"a,b\n\"1,\n\"\"x\"\"\",2\n3,4\n", "2[1,\n\"x\"][2]\n4[3][4]\n"},
        {"a,b\n\"\",\"\"\n", "2[][]\n"},
        {"a,b\n1\n1,2,3\n", "2[1]\n3[1][2][3]\n"},
        {"a,b\n\n\n1,2\n\n", "4[1][2]\n"},
        {"a,b\n12 \" x,2\n", "2[12 \" x][2]\n"},     /* a quote inside a cell that does not begin with one */
        {"a,b\n\"1\" x,2\n3,4\n", "2!\n3[3][4]\n"},   /* text after the closing quote: what was meant is unknown */
        {"a,b\n,\n", "2[][]\n"},
        {"\xEF\xBB\xBF" "a,b\n1,2\n", "2[1][2]\n"},
        {"d\xE9partement;n\n\xC9vreux;1\n", "2[Évreux][1]\n"},
        {"a,b\n\"never closed,2\n3,4\n5,6\n", "2!\n3[3][4]\n4[5][6]\n"}, /* costs its own line only */
        {"a,b\n1,\"never closed", "2!\n"},
        {"a,b\n1,2", "2[1][2]\n"},
        {"a", ""},
        {"a\n", ""},
        {"", "refused"},
        {"\n\n", "refused"},
        {"\xEF\xBB\xBF", "refused"},
        {"\"a,b\n1,2\n", "refused"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new();
        char *text = shown(arena, cases[i].file, strlen(cases[i].file));
        if (strcmp(text, cases[i].expected) != 0)
            fail_msg("case %zu:\n%s", i, text);
        arena_free(arena);
    }
    struct arena *arena = arena_new();
    assert_string_equal(shown(arena, "a,b\n1\0,2\n", 9), "refused");
    arena_free(arena);
}

static void test_columns(void **state)
{
    (void)state;
    static const char file[] = "Département;Nom de l'acheteur; SIRET \n76;X;1\n";
    struct arena *arena = arena_new();
    struct csv *csv;
    struct error error = {0};
    size_t length;
    assert_int_equal(csv_open(arena, file, strlen(file), &csv, &error), 0);
    assert_int_equal(csv_column(csv, "departement"), 0);
    assert_int_equal(csv_column(csv, "nom de l acheteur"), 1);
    assert_int_equal(csv_column(csv, "siret"), 2);
    assert_int_equal(csv_column(csv, "name"), -1);
    assert_int_equal(csv_column_count(csv), 3);
    assert_string_equal(csv_column_name(csv, 0), "Département");
    assert_string_equal(csv_column_name(csv, 7), "");
    assert_true(csv_next(csv));
    assert_string_equal(csv_cell(csv, -1), "");
    assert_string_equal(csv_cell(csv, 99), "");
    assert_memory_equal(csv_raw(csv, &length), "76;X;1", 6);
    assert_int_equal(length, 6);
    assert_false(csv_next(csv));
    assert_false(csv_next(csv));
    assert_true(csv_progress(csv) == 1);
    arena_free(arena);
}

static void test_limits(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buffer file = {0};
    buffer_text(&file, "a,b\n");
    for (int i = 0; i < CSV_CELLS_MAX; i++)
        buffer_char(&file, ',');
    buffer_text(&file, "\n1,2\n");
    for (int i = 0; i < CSV_CELL_BYTES_MAX + 10; i++)
        buffer_char(&file, 'x');
    buffer_text(&file, ",2\n3,4\n");
    assert_string_equal(shown(arena, file.bytes, file.length), "2!\n3[1][2]\n4!\n5[3][4]\n");
    buffer_free(&file);
    arena_free(arena);
}

/* A line of 100 MB is refused as one line, quickly, and what follows is read. */
static void test_line_of_100_megabytes(void **state)
{
    (void)state;
    enum { LINE = 100 << 20 };
    static const char head[] = "a,b\n1,2\n", tail[] = "\n3,4\n";
    size_t length = sizeof head - 1 + LINE + sizeof tail - 1;
    for (int quoted = 0; quoted < 2; quoted++) {
        char *bytes = malloc(length + 1);
        memcpy(bytes, head, sizeof head - 1);
        memset(bytes + sizeof head - 1, 'x', LINE);
        if (quoted)
            bytes[sizeof head - 1] = '"';
        memcpy(bytes + sizeof head - 1 + LINE, tail, sizeof tail);
        struct arena *arena = arena_new();
        double start = seconds_now();
        assert_string_equal(shown(arena, bytes, length), "2[1][2]\n3!\n4[3][4]\n");
        assert_true(seconds_now() - start < 30);
        assert_true(arena_bytes(arena) < 32 << 20);
        arena_free(arena);
        free(bytes);
    }
}

/* Every line opens a quote that never closes: each costs a look ahead, which must stay bounded. */
static void test_many_unclosed_quotes(void **state)
{
    (void)state;
    enum { LINES = 2000 };
    struct arena *arena = arena_new();
    struct buffer file = {0};
    struct csv *csv;
    struct error error = {0};
    buffer_text(&file, "a,b\n");
    for (int i = 0; i < LINES; i++)
        buffer_printf(&file, "%d,x\"y\n", i); /* a quote inside a cell is a character */
    buffer_text(&file, "last,\"open\n");
    assert_int_equal(csv_open(arena, file.bytes, file.length, &csv, &error), 0);
    int good = 0, broken = 0;
    while (csv_next(csv)) {
        good += !csv_broken(csv);
        broken += csv_broken(csv);
    }
    assert_int_equal(good, LINES);
    assert_int_equal(broken, 1);
    buffer_free(&file);
    arena_free(arena);
}

/* A quote that seems to close ten thousand lines further on is taken for one that never closes: its line is refused, and
 * the records after it are read. */
static void test_record_over_many_lines(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buffer file = {0};
    struct csv *csv;
    struct error error = {0};
    buffer_text(&file, "a,b\n1,\"open\n");
    for (int i = 0; i < CSV_RECORD_LINES_MAX + 10; i++)
        buffer_text(&file, "1,2\n");
    buffer_text(&file, "1,x\"\n");
    assert_int_equal(csv_open(arena, file.bytes, file.length, &csv, &error), 0);
    assert_true(csv_next(csv));
    assert_true(csv_broken(csv));
    assert_int_equal(csv_line(csv), 2);
    int good = 0;
    while (csv_next(csv))
        good += !csv_broken(csv);
    assert_int_equal(good, CSV_RECORD_LINES_MAX + 11);
    buffer_free(&file);
    arena_free(arena);
}

/* Whatever its quotes, a file costs the time of its length: each pattern would take minutes if every line looked to the end. */
static void test_hostile_quotes(void **state)
{
    (void)state;
    enum { BYTES = 8 << 20 };
    static const char *const patterns[] = {"\"\"\"x\n", "\"x\"\"\n", "x,\"\"\"y\n", "\"\n", "\"\"\n", "x\"\"y\n",
                                           "\"x\n", "x,\"\n", "\"\"\"\"x\n\"\"\"\n", "x,\"\"y\n\"\"\"\"\n"};
    for (size_t i = 0; i < COUNT_OF(patterns); i++)
        for (int opened = 0; opened < 2; opened++) {
            struct arena *arena = arena_new();
            struct buffer file = {0};
            struct csv *csv;
            struct error error = {0};
            buffer_text(&file, opened ? "a,b\n1,\"open\n" : "a,b\n");
            while (file.length < BYTES)
                buffer_text(&file, patterns[i]);
            double start = seconds_now();
            assert_int_equal(csv_open(arena, file.bytes, file.length, &csv, &error), 0);
            while (csv_next(csv))
                ;
            if (seconds_now() - start > 10)
                fail_msg("%s takes %d s", patterns[i], (int)(seconds_now() - start));
            buffer_free(&file);
            arena_free(arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),  cmocka_unit_test(test_columns),
        cmocka_unit_test(test_limits), cmocka_unit_test(test_line_of_100_megabytes),
        cmocka_unit_test(test_many_unclosed_quotes), cmocka_unit_test(test_record_over_many_lines),
        cmocka_unit_test(test_hostile_quotes),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
