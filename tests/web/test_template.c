#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/tree.h"
#include "web/template.h"

static const char *french(const char *text, const char *language)
{
    if (strcmp(language, "fr"))
        return text;
    if (!strcmp(text, "Members of the grouping"))
        return "Membres du groupement & co";
    return !strcmp(text, "siae") ? "structure d'insertion" : text;
}

struct page {
    const char *name, *source;
};

/* Renders pages[0] over a context in JSON; the answer is the text, or "! " and the message. */
static char *render(struct arena *arena, const struct page *pages, const char *json, const char *language,
                    bool strict)
{
    _cleanup_buffer_ struct buffer out = {0};
    struct error error = {0};
    struct tree *context = NULL;
    struct template_set *set = template_set_new();
    struct template_options options = {.language = language, .translate = french, .strict = strict};
    int failed = tree_read_json(arena, json, strlen(json), &context, &error);
    for (const struct page *page = pages; page->name && !failed; page++)
        failed = template_add(set, page->name, page->source, strlen(page->source), &error);
    if (!failed)
        failed = template_link(set, &error);
    buffer_text(&out, ">");
    if (!failed)
        failed = template_render(set, pages[0].name, context, &options, &out, &error);
    template_set_free(set);
    if (!failed)
        return arena_strdup(arena, buffer_string(&out) + 1);
    assert_string_equal(buffer_string(&out), ">");
    assert_int_equal(error.code, failed);
    char message[ERROR_TEXT_BYTES];
    error_format(&error, error.message, message, sizeof message);
    return arena_printf(arena, "! %s", message);
}

static char *render_one(struct arena *arena, const char *source, const char *json, bool strict)
{
    struct page pages[] = {{"p", source}, {0}};
    return render(arena, pages, json, "fr", strict);
}

struct sample {
    const char *source, *json, *expected;
};

static void check_all(const struct sample *samples, size_t count, bool strict)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_arena_ struct arena *arena = arena_new();
        assert_string_equal(render_one(arena, samples[i].source, samples[i].json, strict),
                            samples[i].expected);
    }
}

static void test_values(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"", "{}", ""},
        {"no tag", "{}", "no tag"},
        {"Hello {{ name }}!", "{\"name\":\"Léa\"}", "Hello Léa!"},
        {"{{a}}{{b}}", "{\"a\":1,\"b\":-20}", "1-20"},
        {"{{x}}", "{\"x\":9223372036854775807}", "9223372036854775807"},
        {"{{x}}", "{\"x\":-9223372036854775808}", "-9223372036854775808"},
        {"{{x}} {{y}} {{z}}", "{\"x\":true,\"y\":false,\"z\":null}", "true false "},
        {"{{x}}", "{\"x\":12.5}", "12.5"},
        {"<p title=\"{{x}}\">{{x}}</p>", "{\"x\":\"<b>\\\"a\\\" & 'b'\"}",
         "<p title=\"&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;\">&lt;b&gt;&quot;a&quot; &amp; "
         "&#39;b&#39;</p>"},
        {"{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"deep\"}}}", "deep"},
        {"{{a.b}}", "{\"a\":null}", ""},
        {"{{_name}}", "{\"_name\":\"underscore\"}", "underscore"},
        {"{ {a} }} {{a}}}", "{\"a\":1}", "{ {a} }} 1}"},
        {"{{data-id}}", "{\"data-id\":7}", "7"},
        {"{{first}} {{a}}", "{\"first\":1,\"fir\":2,\"a\":3}", "1 3"},
    };
    check_all(samples, COUNT_OF(samples), true);
}

static void test_sections(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"{{#l}}({{.}}){{/l}}", "{\"l\":[1,\"<\",true]}", "(1)(&lt;)(true)"},
        {"{{#l}}{{n}},{{/l}}", "{\"l\":[{\"n\":1},{\"n\":2}]}", "1,2,"},
        {"{{#l}}{{n}}{{out}},{{/l}}", "{\"out\":\"o\",\"l\":[{\"n\":1},{\"n\":2}]}", "1o,2o,"},
        {"{{#m}}{{n}}{{/m}}", "{\"m\":{\"n\":1},\"n\":2}", "1"},
        {"{{#t}}{{.}}{{/t}}", "{\"t\":\"note\"}", "note"},
        {"{{#n}}{{.}}{{/n}}", "{\"n\":5}", "5"},
        {"{{#l}}{{#yes}}{{.}}{{/yes}}{{/l}}", "{\"yes\":true,\"l\":[\"a\",\"b\"]}", "ab"},
        {"{{#b}}x{{/b}}{{^b}}y{{/b}}", "{\"b\":true}", "x"},
        {"{{#b}}x{{/b}}{{^b}}y{{/b}}", "{\"b\":false}", "y"},
        {"{{#b}}x{{/b}}{{^b}}y{{/b}}", "{\"b\":0}", "y"},
        {"{{#b}}x{{/b}}{{^b}}y{{/b}}", "{\"b\":\"\"}", "y"},
        {"{{#b}}x{{/b}}{{^b}}y{{/b}}", "{\"b\":null}", "y"},
        {"{{#b}}x{{/b}}{{^b}}y{{/b}}", "{\"b\":[]}", "y"},
        {"{{#b}}x{{/b}}{{^b}}y{{/b}}", "{\"b\":[0]}", "x"},
        {"{{#a.b}}{{c}}{{/a.b}}", "{\"a\":{\"b\":[{\"c\":1},{\"c\":2}]}}", "12"},
        {"{{#l}}{{#.}}{{.}}{{/.}};{{/l}}", "{\"l\":[[1,2],[3]]}", "12;3;"},
        {"{{#a}}{{#b}}{{x}}{{y}}{{/b}}{{/a}}", "{\"a\":{\"x\":1,\"b\":{\"y\":2}}}", "12"},
        /* Found first, then no way back: b is asked of the inner a only. */
        {"{{#m}}{{^a.b}}none{{/a.b}}{{/m}}", "{\"a\":{\"b\":1},\"m\":{\"a\":{\"b\":0}}}", "none"},
        /* Rows whose members stand in another order, or under other pointers. */
        {"{{#l}}{{a}}{{b}};{{/l}}", "{\"l\":[{\"a\":1,\"b\":2},{\"b\":3,\"a\":4}]}", "12;43;"},
    };
    check_all(samples, COUNT_OF(samples), true);
}

static void test_standalone_lines(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"a\n{{#b}}\nx\n{{/b}}\nc\n", "{\"b\":true}", "a\nx\nc\n"},
        {"a\n  {{#b}}  \n  x\n\t{{/b}}\t\nc", "{\"b\":true}", "a\n  x\nc"},
        {"a\r\n{{#b}}\r\nx\r\n{{/b}}\r\nc", "{\"b\":true}", "a\r\nx\r\nc"},
        {"  {{#b}}\nx\n  {{/b}}", "{\"b\":true}", "x\n"},
        {"{{^b}}\nx\n{{/b}}\n", "{\"b\":false}", "x\n"},
        {"a {{#b}}\nx{{/b}}\n", "{\"b\":true}", "a \nx\n"},
        {" {{#b}}{{/b}}\n", "{\"b\":true}", " \n"},
        {"{{#b}} {{/b}}\n{{! c }}", "{\"b\":true}", " \n"},
        {"a\n  {{! a\n comment }}  \nb", "{}", "a\nb"},
        {"a {{! in line }} b", "{}", "a  b"},
        {"a\n {{x}} \nb", "{\"x\":1}", "a\n 1 \nb"},
        {"{{! one }}\n{{! two }}\n\nb", "{}", "\nb"},
    };
    check_all(samples, COUNT_OF(samples), true);
}

static void test_filters(void **state)
{
    (void)state;
    static const struct sample french_samples[] = {
        {"{{x|money}}", "{\"x\":123456789}", "1\u202f234\u202f567,89\u00a0€"},
        {"{{x | money}}", "{\"x\":-5}", "-0,05\u00a0€"},
        {"{{x|quantity}}", "{\"x\":1234500}", "1\u202f234,5"},
        {"{{x|rate}}", "{\"x\":450000}", "45\u00a0%"},
        {"{{x|rate}}", "{\"x\":55001}", "5,5001\u00a0%"},
        {"{{x|date}}", "{\"x\":\"2021-01-04\"}", "4 janv. 2021"},
        {"{{x|month}}", "{\"x\":\"2021-01\"}", "janvier 2021"},
        {"{{x|instant}}", "{\"x\":1609758000000}", "4 janv. 2021, 12:00"},
        {"<a href=\"/m?q={{x|url}}&amp;n={{n|url}}\">", "{\"x\":\"é \\\"&\",\"n\":3}",
         "<a href=\"/m?q=%C3%A9%20%22%26&amp;n=3\">"},
        {"{{x|money}}{{x|date}}{{x|url}}", "{\"x\":null}", ""},
        {"{{#l}}{{.|money}} {{/l}}", "{\"l\":[100,200]}", "1,00\u00a0€ 2,00\u00a0€ "},
    };
    check_all(french_samples, COUNT_OF(french_samples), true);
    _cleanup_arena_ struct arena *arena = arena_new();
    struct page page[] = {{"p", "{{x|money}} {{y|money}} {{x|quantity}} {{r|rate}} {{d|date}}"}, {0}};
    assert_string_equal(
        render(arena, page, "{\"x\":123456,\"y\":-5,\"r\":450000,\"d\":\"2021-01-04\"}", "en", true),
        "€1,234.56 -€0.05 123.456 45% 4 Jan 2021");
    /* Not of the filter's kind: as it is, escaped; an error in strict mode. */
    assert_string_equal(render_one(arena, "{{x|money}}", "{\"x\":\"<\"}", false), "&lt;");
    assert_string_equal(render_one(arena, "{{x|date}}", "{\"x\":\"<\"}", false), "&lt;");
    assert_string_equal(render_one(arena, "a\n{{x|money}}", "{\"x\":\"1\"}", true),
                        "! Page p, line 2: the filter is not made for the value of “x”");
}

static void test_languages(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct page page[] = {{"p", "{{_ Members of\n   the grouping }}: {{~kind}}, {{kind}} {{~none}}"}, {0}};
    const char *json = "{\"kind\":\"siae\",\"none\":null}";
    assert_string_equal(render(arena, page, json, "fr", true),
                        "Membres du groupement &amp; co: structure d&#39;insertion, siae ");
    assert_string_equal(render(arena, page, json, "en", true), "Members of the grouping: siae, siae ");
    assert_string_equal(render(arena, page, json, NULL, true),
                        "Membres du groupement &amp; co: structure d&#39;insertion, siae ");
}

static void test_partials(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct page layout[] = {{"layout", "<main>\n  {{>*page}}\n</main>\n"},
                            {"members/list", "{{#rows}}\n  {{> members/row }}\n{{/rows}}\n"},
                            {"members/row", "<b>{{name}}</b>\n"},
                            {0}};
    const char *json = "{\"page\":\"members/list\",\"rows\":[{\"name\":\"A\"},{\"name\":\"<B>\"}]}";
    assert_string_equal(render(arena, layout, json, "fr", true),
                        "<main>\n<b>A</b>\n<b>&lt;B&gt;</b>\n</main>\n");
    assert_string_equal(render(arena, layout, "{\"page\":\"nowhere\"}", "fr", true),
                        "! Page layout, line 2: there is no page “page”");
    assert_string_equal(
        render(arena, layout, "{\"page\":\"members/list\",\"rows\":[{\"nom\":\"A\"}]}", "fr", true),
        "! Page members/row, line 1: nothing is named “name” here");

    struct page fields[] = {{"field", "({{name}}{{#inner}}{{>field}}{{/inner}})"}, {0}};
    assert_string_equal(
        render(arena, fields,
               "{\"name\":\"a\",\"inner\":[{\"name\":\"b\",\"inner\":[]},{\"name\":\"c\",\"inner\":null}]}",
               "fr", true),
        "(a(b)(c))");
    assert_string_equal(render(arena, fields, "{\"name\":\"a\",\"inner\":[{\"name\":\"b\"}]}", "fr", false),
                        "! Page field, line 1: page “field” includes itself without end");
    struct page missing[] = {{"p", "\n{{>q}}"}, {0}};
    assert_string_equal(render(arena, missing, "{}", "fr", false), "! Page p, line 2: there is no page “q”");
}

/* Thirty templates that each include the next one twice would write a thousand million lines. */
static void test_runaway(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct page pages[32] = {0};
    for (int i = 0; i < 31; i++) {
        pages[i].name = arena_printf(arena, "p%d", i);
        pages[i].source = i == 30 ? "" : arena_printf(arena, "{{>p%d}}{{>p%d}}", i + 1, i + 1);
    }
    assert_non_null(strstr(render(arena, pages, "{}", "fr", false), "without end"));
    char *large = arena_alloc(arena, 500001);
    memset(large, 'a', 500000);
    struct buffer json = {0};
    buffer_text(&json, "{\"l\":[0");
    for (int i = 0; i < 500; i++)
        buffer_text(&json, ",0");
    buffer_text(&json, "]}");
    char *source = arena_printf(arena, "{{#l}}{{#l}}%s{{/l}}{{/l}}", large);
    assert_non_null(strstr(render_one(arena, source, json.bytes, false), "grows too large"));
    buffer_free(&json);
}

static void test_strict(void **state)
{
    (void)state;
    static const struct sample strict[] = {
        {"a\n\n{{#l}}\n  {{nom}}\n{{/l}}", "{\"l\":[{\"name\":1}]}",
         "! Page p, line 4: nothing is named “nom” here"},
        {"{{#none}}{{/none}}", "{}", "! Page p, line 1: nothing is named “none” here"},
        {"{{^none}}{{/none}}", "{}", "! Page p, line 1: nothing is named “none” here"},
        {"{{a.c}}", "{\"a\":{\"b\":1},\"c\":1}", "! Page p, line 1: nothing is named “a.c” here"},
        {"{{a.c}}", "{\"a\":1}", "! Page p, line 1: nothing is named “a.c” here"},
        {"{{l}}", "{\"l\":[1]}", "! Page p, line 1: “l” is a list or a map, not a value"},
        {"{{~l}}", "{\"l\":{}}", "! Page p, line 1: “l” is a list or a map, not a value"},
    };
    static const struct sample lenient[] = {
        {"<{{none}}{{#none}}a{{/none}}{{^none}}b{{/none}}{{none|money}}{{~none}}{{>*none}}>", "{}", "<b>"},
        {"<{{l}}{{~l}}{{m|money}}>", "{\"l\":[1],\"m\":{\"a\":1}}", "<>"},
        {"<{{a.b.c}}>", "{\"a\":{\"b\":1}}", "<>"},
    };
    check_all(strict, COUNT_OF(strict), true);
    check_all(lenient, COUNT_OF(lenient), false);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"a\n{{#b}}\n\n", "{}", "! Page p, line 2: section “b” is never closed"},
        {"a\n{{#b}}\n{{#c}}\n{{/b}}", "{}",
         "! Page p, line 4: “b” closes a section that is not the one open"},
        {"{{/b}}", "{}", "! Page p, line 1: “b” closes a section that is not the one open"},
        {"\n{{b", "{}", "! Page p, line 2: a tag is never closed"},
        {"{{b}", "{}", "! Page p, line 1: a tag is never closed"},
        {"{{", "{}", "! Page p, line 1: a tag is never closed"},
        {"{{{b}}}", "{}", "! Page p, line 1: data is always escaped, “{b” is not a tag"},
        {"{{&b}}", "{}", "! Page p, line 1: data is always escaped, “&b” is not a tag"},
        {"{{=<% %>=}}", "{}", "! Page p, line 1: “=<% %>=” is not a name"},
        {"{{}}", "{}", "! Page p, line 1: “” is not a name"},
        {"{{a b}}", "{}", "! Page p, line 1: “a b” is not a name"},
        {"{{a..b}}", "{}", "! Page p, line 1: “a..b” is not a name"},
        {"{{.a}}", "{}", "! Page p, line 1: “.a” is not a name"},
        {"{{a.}}", "{}", "! Page p, line 1: “a.” is not a name"},
        {"{{a.a.a.a.a.a.a.a.a}}", "{}", "! Page p, line 1: “a.a.a.a.a.a.a.a.a” is not a name"},
        {"{{a|monney}}", "{}", "! Page p, line 1: there is no filter named “monney”"},
        {"{{a|}}", "{}", "! Page p, line 1: there is no filter named “”"},
        {"{{~a|money}}", "{}", "! Page p, line 1: “a|money” is not a name"},
        {"{{_ }}", "{}", "! Page p, line 1: an empty sentence"},
        {"{{>a b}}", "{}", "! Page p, line 1: “a b” is not the name of a page"},
        {"{{>}}", "{}", "! Page p, line 1: “” is not the name of a page"},
        {"\xff", "{}", "! Page p is not UTF-8 text of at most 1 MB"},
    };
    check_all(samples, COUNT_OF(samples), false);
    _cleanup_arena_ struct arena *arena = arena_new();
    struct page twice[] = {{"p", ""}, {"p", ""}, {0}}, bad_name[] = {{"a b", ""}, {0}};
    assert_string_equal(render(arena, twice, "{}", "fr", false),
                        "! A page cannot be named “p”, or there is one already");
    assert_string_equal(render(arena, bad_name, "{}", "fr", false),
                        "! A page cannot be named “a b”, or there is one already");
    struct buffer deep = {0};
    for (int i = 0; i < 33; i++)
        buffer_text(&deep, "{{#a}}");
    assert_string_equal(render_one(arena, deep.bytes, "{}", false),
                        "! Page p, line 1: section “a” lies too deep");
    buffer_free(&deep);
    struct template_set *set = template_set_new();
    struct error error = {0};
    struct buffer out = {0};
    assert_int_equal(template_render(set, "none", tree_map(arena), NULL, &out, &error), ERR_NOT_FOUND);
    template_set_free(set);
    template_set_free(NULL);
}

static void collect(const char *sentence, void *context)
{
    buffer_printf(context, "[%s]", sentence);
}

static void test_header_and_sentences(void **state)
{
    (void)state;
    static const char source[] =
        "{{!\npath: /members\ntitle: Organisations\n}}\n{{_ Find }} {{! no header }}{{_ Sort}}";
    struct template_set *set = template_set_new();
    struct error error = {0};
    struct buffer out = {0};
    assert_int_equal(template_add(set, "p", source, sizeof source - 1, &error), 0);
    assert_int_equal(template_add(set, "q", "x", 1, &error), 0);
    assert_string_equal(template_header(set, "p"), "path: /members\ntitle: Organisations");
    assert_string_equal(template_header(set, "q"), "");
    assert_string_equal(template_header(set, "none"), "");
    template_sentences(set, collect, &out);
    assert_string_equal(buffer_string(&out), "[Find][Sort]");
    buffer_clear(&out);
    _cleanup_arena_ struct arena *arena = arena_new();
    assert_int_equal(template_render(set, "p", tree_map(arena), NULL, &out, &error), 0);
    assert_string_equal(buffer_string(&out), "Find Sort");
    buffer_free(&out);
    template_set_free(set);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A list page of 50 rows of 8 cells. Printed, and held to a bound that only a change of order could break. */
static void test_speed(void **state)
{
    (void)state;
    static const char source[] =
        "<table>\n{{#rows}}\n<tr><td><a href=\"/members/{{siret|url}}\">{{name}}</a></td><td>{{town}}</td>"
        "<td>{{department}}</td><td>{{kind}}</td><td>{{functions}}</td><td>{{workers}}</td><td>{{leads}}</"
        "td></tr>\n"
        "{{/rows}}\n</table>\n";
    static const char *const names[] = {"siret", "name",      "town",   "department",
                                        "kind",  "functions", "workers"};
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *context = tree_map(arena), *rows = tree_set_list(arena, context, "rows");
    for (int i = 0; i < 50; i++) {
        struct tree *row = tree_add_map(arena, rows);
        tree_set_text(arena, row, names[0], arena_printf(arena, "3560000%07d", i));
        for (size_t j = 1; j + 1 < COUNT_OF(names); j++)
            tree_set_text(arena, row, names[j], arena_printf(arena, "%s %d", names[j], i));
        tree_set_int(arena, row, names[6], i);
        tree_set_bool(arena, row, "leads", i % 2);
    }
    struct template_set *set = template_set_new();
    struct error error = {0};
    struct buffer out = {0};
    assert_int_equal(template_add(set, "p", source, sizeof source - 1, &error), 0);
    double start = seconds();
    enum { ROUNDS = 2000 };
    for (int i = 0; i < ROUNDS; i++) {
        buffer_clear(&out);
        assert_int_equal(template_render(set, "p", context, NULL, &out, &error), 0);
    }
    double each = (seconds() - start) / ROUNDS;
    print_message("a list page of 50 rows of 8 cells: %.1f µs, %zu bytes\n", each * 1e6, out.length);
    assert_true(each < 1e-3);
    buffer_free(&out);
    template_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),    cmocka_unit_test(test_sections),
        cmocka_unit_test(test_filters),   cmocka_unit_test(test_standalone_lines),
        cmocka_unit_test(test_languages), cmocka_unit_test(test_partials),
        cmocka_unit_test(test_runaway),   cmocka_unit_test(test_strict),
        cmocka_unit_test(test_refusals),  cmocka_unit_test(test_header_and_sentences),
        cmocka_unit_test(test_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
