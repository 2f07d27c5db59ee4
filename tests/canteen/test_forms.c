/* Order forms: the text of the QR code, the forms themselves, a pile entered by many hands, forms set aside, PINs and what a
 * person on the tablet can reach. */
#include "support/support.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canteen/forms/forms.h"
#include "cli/cli.h"
#include "kernel/view.h"

enum { PEOPLE = 6 };

static struct session staff;
static char references[PEOPLE][16];

static struct tree *done(struct house *house, const struct session *session, const char *action, const char *json)
{
    struct tree *result = NULL;
    if (house_run(house, session, action, json, &result))
        fail_msg("%s %s: %s %s", action, json, house->error.field, house->error.message);
    return result;
}

static void refused(struct house *house, const char *action, const char *json, const char *field, const char *says)
{
    if (!house_run(house, &staff, action, json, NULL))
        fail_msg("%s %s was done", action, json);
    if (strcmp(house->error.field, field) != 0 || (says && !strstr(house->error.message, says)))
        fail_msg("%s %s: %s %s", action, json, house->error.field, house->error.message);
}

static struct tree *job(struct house *house, const char *action, const char *json, const char *bytes)
{
    struct tree *input = json_tree(house->arena, json), *result = NULL;
    struct action_request request = {.session = &staff, .language = "en", .input = input};
    if (bytes) {
        tree_set_text(house->arena, input, "file", "regie.csv");
        request.file = (struct upload){"regie.csv", bytes, strlen(bytes)};
    }
    if (action_run_here(house->app, app_action(house->app, action), &request, NULL, NULL, NULL, house->arena, &result, &house->error))
        fail_msg("%s: %s", action, house->error.message);
    return result;
}

static int64_t cycle_id(struct house *house, const char *code)
{
    return house_int(house, arena_printf(house->arena, "SELECT id FROM canteen_cycle WHERE code = '%s'", code));
}

static int open_house(void **state)
{
    struct house *house = memory_get(sizeof *house);
    house_open(house, cli_subjects);
    *state = house;
    done(house, &session_local, "establishment add", "{'kind':'ma','name':'Maison d\u2019arr\u00eat de Rouen','department':'76'}");
    done(house, &session_local, "establishment add", "{'kind':'ma','name':'Maison d\u2019arr\u00eat de Dijon','department':'21'}");
    staff = session_with(ROLE_STAFF, 0, house_int(house, "SELECT id FROM establishment WHERE ref = 'ma-rouen'"), "canteen");
    for (int i = 1; i <= 5; i++) {
        done(house, &staff, "canteen product", arena_printf(house->arena, "{'code':%d,'name':'Produit %d','goods':'%s','vat':'vat.standard'}", 100 + i, i,
                                                            i == 5 ? "hygiene" : "grocery"));
        done(house, &staff, "canteen price", arena_printf(house->arena, "{'code':%d,'price':%d,'purchase_cost':50,'handling_cost':10,'decision':'D','decided_on':'2026-01-02'}",
                                                          100 + i, 100 * i));
    }
    const char *file = "person;amount\n";
    for (int i = 0; i < PEOPLE; i++) {
        struct tree *result = done(house, &staff, "person admit",
                                   arena_printf(house->arena, "{'number':'N%d','family_name':'Exemple %c','wing':'%c','cell':'10%d','on':'2026-01-05','paper_language':'%s','pictures':%s}",
                                                i, 'A' + i, i < 4 ? 'A' : 'B', i, i == 1 ? "en" : "fr", i == 2 ? "true" : "false"));
        snprintf(references[i], sizeof references[i], "%s", tree_text(result, "reference"));
        file = arena_printf(house->arena, "%s%s;50,00\n", file, references[i]);
    }
    job(house, "canteen balances", "{}", file);
    done(house, &staff, "canteen cycle", "{'cycle':'A','goods':['grocery','hygiene'],'opens_on':'2026-01-01','closes_on':'2199-01-05','delivers_on':'2199-01-08'}");
    done(house, &staff, "canteen cycle", "{'cycle':'OLD','goods':['grocery','hygiene'],'opens_on':'2026-01-01','closes_on':'2026-01-10','delivers_on':'2026-01-12'}");
    done(house, &staff, "canteen cycle", "{'cycle':'B','goods':['grocery'],'opens_on':'2026-01-01','closes_on':'2199-01-05','delivers_on':'2199-01-09'}");
    return 0;
}

static int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

/* --- the code --- */

static void test_code_is_read_back(void **state)
{
    struct house *house = *state;
    static const int64_t ids[] = {1, 35, 36, 1234567890123, INT64_MAX};
    char code[FORM_CODE_BYTES], reference[PERSON_REFERENCE_BYTES];
    int64_t cycle;
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        form_code_write(references[0], ids[i], code);
        assert_true(form_code_read(code, reference, &cycle));
        assert_string_equal(reference, references[0]);
        assert_int_equal(cycle, ids[i]);
        char *small = arena_printf(house->arena, "  %s\r\n", code);
        for (char *p = small; *p; p++)
            *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
        assert_true(form_code_read(small, reference, &cycle));
        assert_int_equal(cycle, ids[i]);
    }
    static const char *const none[] = {"", "M1", "M1.", "KFT-PWXC", "M1.KFTPWXC", "M1.KFTPWXC.", "M1.AAAAAAA.1", "M2.KFTPWXC.1", "M1.KFTPWXC.0",
                                       "M1.KFTPWXC.1Y2P0IJ32E8E8", "M1.KFTPWXC.ZZZZZZZZZZZZZ", "M1.KFTPWXC.1 2", "M1.KFTPWXC.-1", "M1.\xff\xff\xff\xff\xff\xff\xff.1"};
    for (size_t i = 0; i < COUNT_OF(none); i++)
        assert_false(form_code_read(none[i], reference, &cycle));
}

/* --- the forms --- */

static size_t print_forms(struct house *house, const struct session *session, const char *name, const char *json, int code)
{
    char start[5] = "";
    const char *file_name;
    FILE *file = tmpfile();
    house->error = (struct error){0};
    int result = download_write(house->app, app_download(house->app, name), session, "fr", json_tree(house->arena, json), house->arena, file, &file_name, &house->error);
    if (result != code)
        fail_msg("%s %s: %d %s", name, json, result, house->error.message ? house->error.message : "");
    size_t size = (size_t)ftell(file);
    rewind(file);
    if (!code && (fread(start, 1, 4, file) != 4 || strcmp(start, "%PDF") != 0))
        fail_msg("no PDF");
    fclose(file);
    return code ? 0 : size;
}

static void test_forms_are_printed(void **state)
{
    struct house *house = *state;
    int64_t rows = house_int(house, "SELECT COUNT(*) FROM journal WHERE action = 'canteen.forms'");
    assert_true(print_forms(house, &staff, "canteen.forms", "{'cycle':'A'}", 0) > 3000);
    assert_true(print_forms(house, &staff, "canteen.forms", "{'cycle':'A','wing':'B','printed_name':'strip','with_balance':'yes','one_sided':'yes'}", 0) > 3000);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM journal WHERE action = 'canteen.forms'"), rows + 2);
    print_forms(house, &staff, "canteen.forms", "{'cycle':'A','wing':'Z'}", ERR_REFUSED);
    print_forms(house, &staff, "canteen.forms", "{'cycle':'none'}", ERR_NOT_FOUND);
    print_forms(house, &staff, "canteen.forms", "{}", ERR_INVALID);
    struct session probation = session_with(ROLE_STAFF, 0, staff.grants[0].establishment, "reintegration");
    print_forms(house, &probation, "canteen.forms", "{'cycle':'A'}", ERR_FORBIDDEN);
    struct session auditor = session_with(ROLE_AUDITOR, 0, 0, NULL);
    print_forms(house, &auditor, "canteen.forms", "{'cycle':'A'}", ERR_FORBIDDEN);
    struct session elsewhere = session_with(ROLE_STAFF, 0, house_int(house, "SELECT id FROM establishment WHERE ref = 'ma-dijon'"), "canteen");
    print_forms(house, &elsewhere, "canteen.forms", "{'cycle':'A'}", ERR_NOT_FOUND);
    /* who may order protected kinds alone has no form of a cycle without any */
    done(house, &staff, "canteen restrict", arena_printf(house->arena, "{'whom':'%s','from_on':'2026-01-01','to_on':'2199-01-01'}", references[5]));
    assert_true(print_forms(house, &staff, "canteen.forms", "{'cycle':'A','wing':'B'}", 0) > 3000);
}

/* --- a pile --- */

static void test_a_form_is_entered(void **state)
{
    struct house *house = *state;
    char code[FORM_CODE_BYTES];
    form_code_write(references[0], cycle_id(house, "A"), code);
    const char *json = arena_printf(house->arena, "{'cycle':'A','whom':'%s','lines':[{'code':'101','units':2},{'code':'102x3r'},{},{'code':''}]}", code);
    struct tree *result = done(house, &staff, "form enter", json);
    assert_string_equal(tree_text(result, "reference"), references[0]);
    assert_int_equal(tree_int(result, "total_cents", 0), 200 + 600);
    assert_true(tree_true(tree_get(done(house, &staff, "form enter", json), "before")));
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_order_line WHERE substitute = 1 AND quantity = 3"), 1);
    form_code_write(references[0], cycle_id(house, "B"), code);
    refused(house, "form enter", arena_printf(house->arena, "{'cycle':'A','whom':'%s','lines':[{'code':'101'}]}", code), "whom", "of the cycle");
    form_code_write(references[0], 12345, code);
    refused(house, "form enter", arena_printf(house->arena, "{'cycle':'A','whom':'%s','lines':[{'code':'101'}]}", code), "whom", "not known here");
    refused(house, "form enter", arena_printf(house->arena, "{'cycle':'A','whom':'%s','lines':[{'code':'101'},{'code':'999'}]}", references[1]), "lines.1.code", "no product");
    refused(house, "form enter", arena_printf(house->arena, "{'cycle':'A','whom':'%s','lines':[{'code':'x'}]}", references[1]), "lines.0.code", "not a line");
    refused(house, "form enter", arena_printf(house->arena, "{'cycle':'A','whom':'%s','lines':[{'code':'101','units':60}]}", references[1]), "lines", "more than what is free");
    refused(house, "form enter", arena_printf(house->arena, "{'cycle':'A','whom':'%s','lines':[{}]}", references[1]), "lines", NULL);
    refused(house, "form enter", "{'cycle':'A','whom':'KFT-PWXX','lines':[{'code':'101'}]}", "whom", NULL);
    done(house, &staff, "form enter", "{'cycle':'A','whom':'N1','lines':[{'code':'101'}]}");
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM journal WHERE arguments LIKE '%\"N1\"%'"), 0);
    struct tree *answer;
    assert_int_equal(house_view(house, &staff, "form.person", arena_printf(house->arena, "{'prison':'ma-rouen','cycle':'A','whom':'%s'}", references[0]), &answer), 0);
    assert_int_equal(tree_int(answer, "still_free", 0), 5000 - 800);
    assert_int_equal(tree_int(answer, "ordered_before", 0), 800);
    assert_int_equal(house_view(house, &staff, "form.entered", "{'prison':'ma-rouen','cycle':'A'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 2);
    struct session probation = session_with(ROLE_STAFF, 0, staff.grants[0].establishment, "reintegration");
    assert_int_equal(house_run(house, &probation, "form enter", json, NULL), ERR_FORBIDDEN);
}

struct racer {
    struct house *house;
    const struct session *session;
    const char *action, *json;
    int code;
};

static void *race(void *context)
{
    struct racer *racer = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *result;
    struct error error = {0};
    struct action_request request = {.session = racer->session, .language = "en", .input = json_tree(arena, racer->json)};
    racer->code = action_run(racer->house->app, app_action(racer->house->app, racer->action), &request, arena, &result, &error);
    return NULL;
}

static void run_racers(struct racer *racers, int count)
{
    pthread_t threads[8];
    for (int i = 0; i < count; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

/* --- the queue --- */

static void test_nothing_set_aside_vanishes(void **state)
{
    struct house *house = *state;
    refused(house, "form set-aside", arena_printf(house->arena, "{'cycle':'A','reason':'late','whom':'%s'}", references[2]), "reason", "not late");
    refused(house, "form set-aside", "{'cycle':'A','reason':'unsigned'}", "whom", NULL);
    refused(house, "form set-aside", "{'cycle':'A','reason':'unknown_person','received_on':'2199-01-01'}", "received_on", NULL);
    const char *late = arena_printf(house->arena, "{'cycle':'OLD','reason':'late','whom':'%s','received_on':'2026-01-12'}", references[2]);
    assert_int_equal(tree_int(done(house, &staff, "form set-aside", late), "form_number", 0), 1);
    assert_true(tree_true(tree_get(done(house, &staff, "form set-aside", late), "before")));
    assert_int_equal(tree_int(done(house, &staff, "form set-aside", "{'cycle':'A','reason':'unknown_person'}"), "form_number", 0), 2);
    refused(house, "form resolve", "{'form_number':1,'outcome':'entered','items':['101']}", "accepted_by", NULL);
    refused(house, "form resolve", "{'form_number':1,'outcome':'entered','items':['101'],'accepted_by':'head_of_establishment'}", "acceptance", NULL);
    refused(house, "form resolve", "{'form_number':1,'outcome':'given_up'}", "dropped_for", NULL);
    refused(house, "form resolve", "{'form_number':9,'outcome':'returned'}", "form_number", NULL);
    refused(house, "form resolve", "{'form_number':2,'outcome':'entered','items':['101']}", "whom", NULL);
    refused(house, "form resolve", arena_printf(house->arena, "{'form_number':1,'outcome':'entered','items':['101'],'accepted_by':'rule','whom':'%s'}", references[3]), "whom", "another person");
    const char *enter = "{'form_number':1,'outcome':'entered','items':['101x2'],'accepted_by':'rule'}";
    assert_false(tree_true(tree_get(done(house, &staff, "form resolve", enter), "before")));
    assert_true(tree_true(tree_get(done(house, &staff, "form resolve", enter), "before")));
    assert_string_equal(house_text(house, "SELECT into_cycle FROM canteen_form WHERE number = 1"), "A"); /* the next with these goods */
    assert_int_equal(house_int(house, arena_printf(house->arena, "SELECT COUNT(*) FROM canteen_order WHERE reference = '%s' AND state = 'placed'", references[2])), 1);
    refused(house, "form resolve", "{'form_number':1,'outcome':'returned'}", "outcome", "another end");
    done(house, &staff, "form resolve", "{'form_number':2,'outcome':'given_up','dropped_for':'unreadable'}");
    struct tree *answer;
    assert_int_equal(house_view(house, &staff, "form.figures", "{'prison':'ma-rouen'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 2);
    /* eight hands at once: eight numbers */
    struct racer racers[8];
    for (int i = 0; i < 8; i++)
        racers[i] = (struct racer){house, &staff, "form set-aside", "{'cycle':'A','reason':'illegible'}", -1};
    run_racers(racers, 8);
    for (int i = 0; i < 8; i++)
        assert_int_equal(racers[i].code, 0);
    assert_int_equal(house_int(house, "SELECT COUNT(DISTINCT number) FROM canteen_form"), 10);
    assert_int_equal(house_int(house, "SELECT MAX(number) FROM canteen_form"), 10);
}

/* The head of establishment may let a form pass the limits, never the balance, the stock, a restriction or the goods of the cycle. */
static void test_what_the_head_accepts_passes_the_limits_alone(void **state)
{
    struct house *house = *state;
    struct tree *answer;
    const char *form = "{'form_number':%d,'outcome':'entered','items':['%s'],'accepted_by':'%s','acceptance':'DSP 2026-31','into_cycle':'%s'}";
    done(house, &staff, "canteen limit", "{'limit':'cycle_amount','amount':300}");
    done(house, &staff, "canteen limit", "{'limit':'week_amount','amount':300}");
    done(house, &staff, "canteen limit", "{'limit':'cycle_quantity','code':102,'units':1}");
    refused(house, "form enter", arena_printf(house->arena, "{'cycle':'A','whom':'%s','lines':[{'code':'102x5'}]}", references[0]), "lines", "at most here");
    for (int i = 0; i < 3; i++)
        assert_int_equal(tree_int(done(house, &staff, "form set-aside", arena_printf(house->arena, "{'cycle':'A','reason':'%s','whom':'%s'}", i == 2 ? "illegible" : "over_limit",
                                                                                     references[i])), "form_number", 0), i + 1);
    refused(house, "form resolve", arena_printf(house->arena, form, 1, "102x5", "rule", "A"), "accepted_by", "No rule");
    refused(house, "form resolve", arena_printf(house->arena, form, 3, "102x5", "head_of_establishment", "A"), "items", "at most here"); /* not what was decided on */
    refused(house, "form resolve", arena_printf(house->arena, form, 1, "102x26", "head_of_establishment", "A"), "items", "more than what is free");
    refused(house, "form resolve", arena_printf(house->arena, form, 1, "105", "head_of_establishment", "B"), "items", "not ordered in this cycle");
    refused(house, "form resolve", arena_printf(house->arena, form, 1, "999", "head_of_establishment", "A"), "items", "not on sale");
    done(house, &staff, "canteen stock", "{'code':102,'units':4}");
    refused(house, "form resolve", arena_printf(house->arena, form, 1, "102x5", "head_of_establishment", "A"), "items", "not enough left");
    done(house, &staff, "canteen stock", "{'code':102}");
    done(house, &staff, "canteen restrict", arena_printf(house->arena, "{'whom':'%s','from_on':'2026-01-01','to_on':'2199-01-01'}", references[1]));
    refused(house, "form resolve", arena_printf(house->arena, form, 2, "102x5", "head_of_establishment", "A"), "items", "hygiene");
    done(house, &staff, "form resolve", arena_printf(house->arena, form, 2, "105x4", "head_of_establishment", "A")); /* hygiene */
    done(house, &staff, "form resolve", arena_printf(house->arena, form, 1, "102x5", "head_of_establishment", "A"));
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_order WHERE acceptance = 'DSP 2026-31' AND total_cents > 300"), 2);
    assert_int_equal(house_view(house, &staff, "canteen.of_person", arena_printf(house->arena, "{'reference':'%s'}", references[0]), &answer), 0);
    assert_string_equal(tree_text(tree_get(answer, "rows")->first, "acceptance"), "DSP 2026-31");
    /* it lasts no longer than that form: the next order is bounded again, by what it took of the week too */
    refused(house, "form enter", arena_printf(house->arena, "{'cycle':'B','whom':'%s','lines':[{'code':'101'}]}", references[0]), "lines", "Orders of one week");
    refused(house, "form enter", arena_printf(house->arena, "{'cycle':'A','whom':'%s','lines':[{'code':'102x4'}],'replace':true}", references[0]), "lines", "at most here");
    refused(house, "canteen order", arena_printf(house->arena, "{'cycle':'B','whom':'%s','items':['101'],'acceptance':'DSP 2026-31'}", references[0]), "acceptance", NULL);
}

/* --- PIN and tablet --- */

/* The PIN as its slip would say it. */
static char *pin_of(struct house *house, int person)
{
    struct db *db;
    struct rows *rows;
    struct error error = {0};
    size_t length;
    assert_int_equal(store_reader(house->store, &db, &error), 0);
    assert_int_equal(db_begin_read(db, &error), 0);
    assert_int_equal(db_query(db, "SELECT sealed FROM canteen_pin WHERE reference = :reference", BIND(TEXT("reference", references[person])), &rows, &error), 0);
    assert_true(rows_next(rows));
    const char *hex = rows_text(rows, 0);
    unsigned char *bytes = arena_alloc(house->arena, strlen(hex) / 2 + 1);
    sodium_hex2bin(bytes, strlen(hex) / 2 + 1, hex, strlen(hex), NULL, &length, NULL);
    char *pin = arena_strdup(house->arena, house->app->unseal(house->app, bytes, length, house->arena));
    assert_int_equal(rows_close(rows), 0);
    db_end_read(db);
    store_release(house->store, db);
    return pin;
}

static int come_in(struct house *house, int person, const char *pin, struct session *ret_session)
{
    struct tree *result = NULL;
    char csrf[65];
    int code = house_run(house, &session_public, "tablet login", arena_printf(house->arena, "{'whom':'%s','tablet_pin':'%s'}", references[person], pin), &result);
    if (!code)
        code = tablet_session(house->app, tree_text(result, "token"), house->arena, ret_session, csrf, &house->error);
    return code;
}

static void test_pins(void **state)
{
    struct house *house = *state;
    struct session session;
    assert_int_equal(tree_int(job(house, "pin make", "{'wing':'A'}", NULL), "new", 0), 4);
    assert_int_equal(tree_int(job(house, "pin make", "{'wing':'A'}", NULL), "same", 0), 4);
    const char *first = pin_of(house, 0);
    assert_int_equal(strlen(first), 6);
    assert_int_equal(house_int(house, arena_printf(house->arena, "SELECT COUNT(*) FROM canteen_pin WHERE hash LIKE '%%%s%%'", first)), 0);
    assert_int_equal(come_in(house, 0, first, &session), 0);
    assert_int_equal(session.user, house_int(house, arena_printf(house->arena, "SELECT id FROM person WHERE reference = '%s'", references[0])));
    struct session coordinator = session_with(ROLE_COORDINATOR, 0, 0, NULL), *exporter = app_action(house->app, "person export")->roles & ROLE_STAFF ? &staff : &coordinator;
    struct tree *held = done(house, exporter, "person export", arena_printf(house->arena, "{'reference':'%s'}", references[0]));
    assert_null(strstr(json_of(house->arena, held), first)); /* not even in what is held about the person */
    done(house, &staff, "pin reset", "{'whom':'N0'}");
    const char *second = pin_of(house, 0);
    assert_int_equal(come_in(house, 0, first, &session), ERR_LOGIN);
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_tablet"), 0); /* who was in with the old one is out */
    print_forms(house, &staff, "canteen.slips", "{'wing':'A'}", 0);
    print_forms(house, &staff, "canteen.slips", "{'wing':'A'}", ERR_REFUSED); /* never again */
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_pin WHERE LENGTH(sealed) > 0"), 0);
    assert_int_equal(come_in(house, 0, second, &session), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(come_in(house, 0, "000000", &session), ERR_LOGIN);
    assert_int_equal(come_in(house, 0, second, &session), ERR_LOGIN); /* locked */
    assert_true(house_int(house, "SELECT COUNT(*) FROM journal WHERE action = 'tablet login' AND outcome LIKE 'locked%'") > 0);
    house_tamper(house, "UPDATE canteen_pin SET locked_until = 1"); /* a minute later */
    assert_int_equal(come_in(house, 0, second, &session), 0);
    assert_int_equal(house_int(house, arena_printf(house->arena, "SELECT failed FROM canteen_pin WHERE reference = '%s'", references[0])), 0);
    assert_int_equal(house_int(house, arena_printf(house->arena, "SELECT COUNT(*) FROM journal WHERE arguments LIKE '%%%s%%' OR arguments LIKE '%%%s%%'", first, second)), 0);
    assert_int_equal(come_in(house, 5, "123456", &session), ERR_LOGIN); /* has none */
    done(house, &staff, "person leave", arena_printf(house->arena, "{'whom':'%s','left_by':'release'}", references[0]));
    assert_int_equal(come_in(house, 0, second, &session), ERR_LOGIN);
}

static void test_a_person_on_the_tablet_reaches_nothing_else(void **state)
{
    struct house *house = *state;
    const struct app *app = house->app;
    struct session own, other;
    struct tree *answer;
    char *json;
    job(house, "pin make", "{}", NULL);
    assert_int_equal(come_in(house, 3, pin_of(house, 3), &own), 0);
    assert_int_equal(come_in(house, 4, pin_of(house, 4), &other), 0);
    for (size_t i = 0; i < app->action_count; i++) {
        const struct action *action = app->actions[i];
        if ((action->roles & ROLE_DETAINED) && strncmp(action->name, "tablet ", 7) != 0)
            fail_msg("%s is open to a person on the tablet", action->name);
        for (const struct field *field = action->fields; (action->roles & ROLE_DETAINED) && field->name; field++)
            if (!strcmp(field->name, "whom") || !strcmp(field->name, "reference") || !strcmp(field->name, "establishment"))
                fail_msg("%s asks the tablet who it is for", action->name);
    }
    for (size_t i = 0; i < app->view_count; i++)
        if ((app->views[i]->roles & ROLE_DETAINED) && (strncmp(app->views[i]->name, "tablet.", 7) != 0 || !strstr(app->views[i]->sql, ":user")))
            fail_msg("%s is open to a person on the tablet", app->views[i]->name);
    json = arena_printf(house->arena, "{'cycle':'B','items':['101x2','102'],'replace':true}");
    struct tree *result = done(house, &own, "tablet order", json);
    assert_int_equal(tree_int(result, "total_cents", 0), 400);
    assert_true(tree_true(tree_get(done(house, &own, "tablet order", json), "before")));
    assert_int_equal(house_int(house, "SELECT COUNT(*) FROM canteen_order WHERE source = 'tablet'"), 1);
    assert_int_equal(house_view(house, &own, "tablet.lines", NULL, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 2);
    assert_int_equal(house_view(house, &other, "tablet.lines", NULL, &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 0);
    assert_int_equal(house_view(house, &other, "tablet.lines", "{'person_id':'1','reference':'x','user':'1'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 0);
    assert_int_equal(house_view(house, &other, "tablet.me", NULL, &answer), 0);
    assert_string_equal(tree_text(answer, "reference"), references[4]);
    assert_int_equal(tree_int(answer, "still_free", 0), 5000);
    assert_int_equal(house_run(house, &other, "tablet cancel", "{'cycle':'B'}", NULL), ERR_REFUSED);
    assert_int_equal(house_run(house, &session_local, "tablet order", json, NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(house, &staff, "tablet order", json, NULL), ERR_FORBIDDEN);
    /* the same order by the clerk and on the tablet at once is one */
    struct racer racers[4];
    for (int i = 0; i < 4; i++)
        racers[i] = i % 2 ? (struct racer){house, &staff, "form enter",
                                           arena_printf(house->arena, "{'cycle':'B','whom':'%s','lines':[{'code':'103','units':2}]}", references[4]), -1}
                          : (struct racer){house, &other, "tablet order", "{'cycle':'B','items':['103x2']}", -1};
    run_racers(racers, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(racers[i].code, 0);
    assert_int_equal(house_view(house, &other, "tablet.me", NULL, &answer), 0);
    assert_int_equal(tree_int(answer, "still_free", 0), 5000 - 600);
    done(house, &other, "tablet cancel", "{'cycle':'B'}");
    assert_int_equal(house_run(house, &own, "tablet order", "{'cycle':'OLD','items':['101']}", NULL), ERR_REFUSED);
    assert_int_equal(house_view(house, &own, "tablet.products", "{'cycle':'OLD'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 0);
    house_tamper(house, "UPDATE canteen_tablet SET last_seen = last_seen - 400000"); /* six minutes without a touch */
    struct session late;
    char csrf[65];
    assert_int_equal(tablet_session(house->app, "0000000000000000000000000000000000000000000000000000000000000000", house->arena, &late, csrf, &house->error), ERR_LOGIN);
    assert_int_equal(late.grant_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_code_is_read_back, open_house, close_house),
        cmocka_unit_test_setup_teardown(test_forms_are_printed, open_house, close_house),
        cmocka_unit_test_setup_teardown(test_a_form_is_entered, open_house, close_house),
        cmocka_unit_test_setup_teardown(test_nothing_set_aside_vanishes, open_house, close_house),
        cmocka_unit_test_setup_teardown(test_pins, open_house, close_house),
        cmocka_unit_test_setup_teardown(test_what_the_head_accepts_passes_the_limits_alone, open_house, close_house),
        cmocka_unit_test_setup_teardown(test_a_person_on_the_tablet_reaches_nothing_else, open_house, close_house),
    };
    return cmocka_run_group_tests_name("order forms", tests, NULL, NULL);
}
