/* What is typed or sent becomes arguments, or an error beside its field. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "kernel/action.h"
#include "support/support.h"

static const struct field row_fields[] = {
    {"place", FIELD_TEXT, .required = true},
    {"n", FIELD_INT, .min = 1, .max = 9},
    FIELDS_END,
};
static const struct field fields[] = {
    {"text", FIELD_TEXT, .min = 2, .max = 5},
    {"note", FIELD_NOTE},
    {"count", FIELD_INT, .min = -5, .max = 10},
    {"amount", FIELD_MONEY, .min = 1, .max = 100000},
    {"quantity", FIELD_QUANTITY},
    {"rate", FIELD_RATE},
    {"date", FIELD_DATE},
    {"flag", FIELD_BOOL},
    {"kind", FIELD_CHOICE, .choices = "siae|ea_esat"},
    {"kinds", FIELD_WORDS, .choices = "siae|ea_esat|scic"},
    {"codes", FIELD_WORDS},
    {"siret", FIELD_SIRET},
    {"ref", FIELD_REF},
    {"secret", FIELD_SECRET, .min = 4},
    {"rows", FIELD_LIST, .of = row_fields, .max = 3},
    {"given", FIELD_TEXT, .initial = "as usual"},
    FIELDS_END,
};
static const struct field required[] = {
    {"name", FIELD_TEXT, .required = true},
    {"kinds", FIELD_WORDS, .required = true},
    {"rows", FIELD_LIST, .required = true, .of = row_fields},
    FIELDS_END,
};

static const struct {
    const char *json, *expected; /* arguments, without the initial one */
} good[] = {
    {"{}", "{}"},
    {"{'text':'  a  b '}", "{'text':'a b'}"},
    {"{'text':'ééééé'}", "{'text':'ééééé'}"},
    {"{'text':''}", "{}"},
    {"{'text':'   '}", "{}"},
    {"{'text':null}", "{}"},
    {"{'text':12}", "{'text':'12'}"},
    {"{'text':12.5}", "{'text':'12.5'}"},
    {"{'note':' a\\n b '}", "{'note':' a\\n b '}"},
    {"{'count':'7'}", "{'count':7}"},
    {"{'count':7}", "{'count':7}"},
    {"{'count':-5}", "{'count':-5}"},
    {"{'amount':'1 000,00'}", "{'amount':100000}"},
    {"{'amount':'12,5'}", "{'amount':1250}"},
    {"{'amount':1250}", "{'amount':1250}"},
    {"{'quantity':'1,5'}", "{'quantity':1500}"},
    {"{'quantity':1.5}", "{'quantity':1500}"},
    {"{'quantity':2}", "{'quantity':2000}"},
    {"{'rate':'1,5'}", "{'rate':15000}"},
    {"{'rate':0.015}", "{'rate':15000}"},
    {"{'date':'2026-03-31'}", "{'date':'2026-03-31'}"},
    {"{'flag':true}", "{'flag':true}"},
    {"{'flag':'on'}", "{'flag':true}"},
    {"{'flag':'non'}", "{'flag':false}"},
    {"{'flag':0}", "{'flag':false}"},
    {"{'kind':'siae'}", "{'kind':'siae'}"},
    {"{'kinds':'siae, scic'}", "{'kinds':['siae','scic']}"},
    {"{'kinds':['siae','']}", "{'kinds':['siae']}"},
    {"{'codes':'76 27;14'}", "{'codes':['76','27','14']}"},
    {"{'siret':'732 829 320 00074'}", "{'siret':'73282932000074'}"},
    {"{'ref':'20-142573'}", "{'ref':'20-142573'}"},
    {"{'secret':'  kept  as typed '}", "{'secret':'  kept  as typed '}"},
    {"{'rows':[{'place':'Rouen','n':2},{'place':'Évreux'}]}", "{'rows':[{'place':'Rouen','n':2},{'place':'Évreux'}]}"},
    {"{'rows':[]}", "{'rows':[]}"},
};

static const struct {
    const char *json, *field;
} bad[] = {
    {"[]", ""},
    {"'text'", ""},
    {"{'text':'a'}", "text"},
    {"{'text':'abcdef'}", "text"},
    {"{'text':true}", "text"},
    {"{'text':{'a':1}}", "text"},
    {"{'text':['a']}", "text"},
    {"{'text':'a\\u0000b'}", ""}, /* not even JSON */
    {"{'text':'a\\u0007b'}", "text"},
    {"{'note':'\\u001b[2J'}", "note"},
    {"{'count':'x'}", "count"},
    {"{'count':'1,5'}", "count"},
    {"{'count':1.5}", "count"},
    {"{'count':11}", "count"},
    {"{'count':-6}", "count"},
    {"{'count':'99999999999999999999'}", "count"},
    {"{'count':true}", "count"},
    {"{'count':[1]}", "count"},
    {"{'amount':0}", "amount"},
    {"{'amount':'-1'}", "amount"},
    {"{'amount':'1,234'}", "amount"},
    {"{'amount':'1 001'}", "amount"},
    {"{'amount':'12 euros'}", "amount"},
    {"{'amount':12.345}", "amount"},
    {"{'quantity':'1,2345'}", "quantity"},
    {"{'quantity':9223372036854775807}", "quantity"},
    {"{'rate':'12,34567'}", "rate"},
    {"{'date':'31/03/2026'}", "date"},
    {"{'date':'2026-02-30'}", "date"},
    {"{'date':'7017-01-01'}", "date"},
    {"{'date':20260331}", "date"},
    {"{'flag':'perhaps'}", "flag"},
    {"{'flag':[]}", "flag"},
    {"{'kind':'sia'}", "kind"},
    {"{'kind':'siae|ea_esat'}", "kind"},
    {"{'kind':'SIAE'}", "kind"},
    {"{'kinds':'siae other'}", "kinds"},
    {"{'kinds':[1]}", "kinds"},
    {"{'kinds':{'a':1}}", "kinds"},
    {"{'kinds':12}", "kinds"},
    {"{'siret':'73282932000075'}", "siret"},
    {"{'siret':'7328293200007'}", "siret"},
    {"{'ref':'a b'}", "ref"},
    {"{'secret':'abc'}", "secret"},
    {"{'rows':{}}", "rows"},
    {"{'rows':'x'}", "rows"},
    {"{'rows':[1]}", "rows"},
    {"{'rows':[{'n':1}]}", "rows.0.place"},
    {"{'rows':[{'place':'a'},{'place':'b','n':10}]}", "rows.1.n"},
    {"{'rows':[{'place':'a','other':1}]}", "rows.0.other"},
    {"{'rows':[{'place':'a'},{'place':'a'},{'place':'a'},{'place':'a'}]}", "rows"},
    {"{'tetx':'abc'}", "tetx"}, /* a misspelt name is not an optional field left out */
};

static int read_json(struct arena *arena, const struct field *declared, const char *json, struct tree **ret_args,
                     struct error *error)
{
    struct tree *input;
    char *copy = arena_strdup(arena, json);
    for (char *p = copy; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    *error = (struct error){0};
    int code = tree_read_json(arena, copy, strlen(copy), &input, error);
    return code ? code : fields_read(arena, declared, input, ret_args, error);
}

static void test_good_input(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct arena *arena = arena_new();
        struct tree *args;
        struct error error;
        int code = read_json(arena, fields, good[i].json, &args, &error);
        if (code)
            fail_msg("%s: refused, field %s: %s", good[i].json, error.field, error.message);
        struct tree *expected = json_tree(arena, good[i].expected);
        tree_set_text(arena, expected, "given", "as usual"); /* what nobody typed is as the declaration says */
        assert_string_equal(json_of(arena, args), json_of(arena, expected));
        arena_free(arena);
    }
}

static void test_bad_input(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct arena *arena = arena_new();
        struct tree *args;
        struct error error;
        if (read_json(arena, fields, bad[i].json, &args, &error) != ERR_INVALID)
            fail_msg("%s: accepted", bad[i].json);
        if (strcmp(error.field, bad[i].field) != 0)
            fail_msg("%s: the error stands beside %s", bad[i].json, error.field);
        assert_null(error.next);
        assert_non_null(error.message);
        arena_free(arena);
    }
}

/* Every fault is said at once, in the order of the form. */
static void test_all_errors_at_once(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct tree *args;
    struct error error;
    assert_int_equal(read_json(arena, fields, "{'count':'x','date':'y','rows':[{},{}],'zzz':1}", &args, &error), ERR_INVALID);
    static const char *const expected[] = {"count", "date", "rows.0.place", "rows.1.place", "zzz"};
    const struct error *at = &error;
    for (size_t i = 0; i < COUNT_OF(expected); i++, at = at->next) {
        assert_non_null(at);
        assert_string_equal(at->field, expected[i]);
    }
    assert_null(at);
    assert_int_equal(read_json(arena, required, "{}", &args, &error), ERR_INVALID);
    static const char *const wanted[] = {"name", "kinds", "rows"};
    at = &error;
    for (size_t i = 0; i < COUNT_OF(wanted); i++, at = at->next)
        assert_string_equal(at->field, wanted[i]);
    assert_int_equal(read_json(arena, required, "{'name':' ','kinds':[''],'rows':[]}", &args, &error), ERR_INVALID);
    assert_int_equal(fields_read(arena, required, NULL, &args, &error), ERR_INVALID);
    arena_free(arena);
}

/* A secret is a copy: wiping it leaves what was typed to its owner. */
static void test_secret_is_copied(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct tree *input = tree_map(arena), *args;
    struct error error = {0};
    static const char typed[] = "secret text";
    tree_set_text(arena, input, "secret", typed);
    assert_int_equal(fields_read(arena, fields, input, &args, &error), 0);
    assert_ptr_not_equal(tree_text(args, "secret"), typed);
    arena_free(arena);
}

static void test_limits(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct tree *input = tree_map(arena), *args;
    struct error error = {0};
    char *text = arena_alloc(arena, 10001);
    memset(text, 'x', 10000);
    tree_set_text(arena, input, "note", text);
    assert_int_equal(fields_read(arena, fields, input, &args, &error), ERR_INVALID);
    input = tree_map(arena);
    for (int i = 0; i < 5000; i++) {
        text[i * 2] = 'x';
        text[i * 2 + 1] = ' ';
    }
    tree_set_text(arena, input, "codes", text);
    assert_int_equal(fields_read(arena, fields, input, &args, &error), ERR_INVALID);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_input),          cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_all_errors_at_once),  cmocka_unit_test(test_secret_is_copied),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
