/* Groupings: from the demo's call to a submitted answer; what is refused; what a member never sees before it
 * may. */
#include "support/support.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/text.h"
#include "documents/documents.h"
#include "establishments/establishments.h"
#include "groupings/groupings.h"
#include "law/law.h"
#include "members/members.h"
#include "print/print.h"
#include "tenders/tenders.h"
#include "users/users.h"

static const struct subject *const subjects[] = {
    &law_subject,     &documents_subject,      &users_subject,     &members_subject,
    &tenders_subject, &establishments_subject, &groupings_subject, NULL};

#define CALL "20-142573"
#define FIRST "20-142573-P1"
#define COURIERS "00012022000017"
#define OPEN_CANTEEN "00012057600012"
#define LODGING "00012008900016"
#define DIGITAL "00012043600019"
#define SORTING "00012036000011"

/* --- what the demo does --- */

static int run_here(struct house *house, const char *name, const char *json, const char *path,
                    struct tree **ret_result)
{
    struct buffer bytes = {0};
    struct tree *result = NULL;
    struct action_request request = {
        .session = &session_local, .language = "en", .input = json ? json_tree(house->arena, json) : NULL};
    if (path) {
        assert_int_equal(buffer_read_file(&bytes, path, 1 << 26), 0);
        request.file = (struct upload){path, buffer_string(&bytes), bytes.length};
    }
    house->error = (struct error){0};
    const struct action *action = app_action(house->app, name);
    assert_non_null(action);
    int code = action->job ? action_run_here(house->app, action, &request, NULL, NULL, NULL, house->arena,
                                             &result, &house->error)
                           : action_run(house->app, action, &request, house->arena, &result, &house->error);
    buffer_free(&bytes);
    if (ret_result)
        *ret_result = result;
    return code;
}

static void must_run(struct house *house, const char *name, const char *json, const char *path,
                     struct tree **ret_result)
{
    if (run_here(house, name, json, path, ret_result))
        fail_msg("%s: %s: %s (%s)", name, house->error.field, house->error.message,
                 house->error.arguments[0]);
}

/* Qualifies with the demo's file after replacing some text in it. */
static int qualify(struct house *house, const char *from, const char *to)
{
    struct buffer text = {0};
    assert_int_equal(buffer_read_file(&text, "data/demo/20-142573.json", 1 << 20), 0);
    struct tree *input;
    struct error error = {0};
    char *json = arena_strdup(house->arena, buffer_string(&text));
    buffer_free(&text);
    for (char *at; from && (at = strstr(json, from));)
        json = arena_printf(house->arena, "%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
    assert_int_equal(tree_read_json(house->arena, json, strlen(json), &input, &error), 0);
    tree_set_text(house->arena, input, "reference", CALL);
    struct action_request request = {.session = &session_local, .language = "en", .input = input};
    struct tree *result;
    house->error = (struct error){0};
    return action_run(house->app, app_action(house->app, "tender qualify"), &request, house->arena, &result,
                      &house->error);
}

static void open_demo(struct house *house)
{
    house_open(house, subjects);
    must_run(house, "member import", "{'file':'x'}", "data/demo/members.csv", NULL);
    must_run(house, "offer import", "{'file':'x'}", "data/demo/offers.csv", NULL);
    must_run(house, "tender import", "{'file':'x'}", "data/tenders/boamp_prisons_2019-09_2020-12.csv", NULL);
    if (qualify(house, NULL, NULL))
        fail_msg("qualify: %s: %s", house->error.field, house->error.message);
}

static struct tree *propose(struct house *house, const char *more)
{
    struct tree *result;
    must_run(house, "grouping propose",
             arena_printf(house->arena, "{'tender':'" CALL "','seconds':20%s}", more), NULL, &result);
    return result;
}

static struct tree *view(struct house *house, const char *name, const char *grouping)
{
    struct tree *answer;
    if (house_view(house, &session_local, name, arena_printf(house->arena, "{'grouping':'%s'}", grouping),
                   &answer))
        fail_msg("%s: %s", name, house->error.message);
    return answer;
}

static const struct tree *rows(const struct tree *answer)
{
    return tree_get(answer, "rows")->first;
}

static const struct tree *find_row(const struct tree *answer, const char *column, const char *value)
{
    const struct tree *row = rows(answer);
    while (row && !text_is(tree_text(row, column), value))
        row = row->next;
    return row;
}

static int64_t member_id(struct house *house, const char *siret)
{
    return house_int(house, arena_printf(house->arena, "SELECT id FROM member WHERE siret = '%s'", siret));
}

static int as_local(struct house *house, const char *action, const char *json)
{
    return house_run(house, &session_local, action, json, NULL);
}

static void refused(struct house *house, const char *action, const char *json, const char *field,
                    const char *says)
{
    int code = as_local(house, action, json);
    if (!code || !text_is(house->error.field, field) || !strstr(house->error.message, says))
        fail_msg("%s %s: code %d, field %s, %s", action, json, code, house->error.field,
                 house->error.message ? house->error.message : "done");
}

static const char *verdict(struct house *house, const char *grouping, const char *article)
{
    return tree_text(find_row(view(house, "grouping.rules", grouping), "article", article), "verdict");
}

static int say_yes(struct house *house, const char *grouping, const char *siret)
{
    struct session member = session_with(ROLE_MEMBER, member_id(house, siret), 0, NULL);
    return house_run(house, &member, "grouping accept",
                     arena_printf(house->arena, "{'grouping':'%s'}", grouping), NULL);
}

static void all_accept(struct house *house, const char *grouping)
{
    struct tree *members = view(house, "grouping.members", grouping);
    for (const struct tree *row = rows(members); row; row = row->next)
        assert_int_equal(say_yes(house, grouping, tree_text(row, "siret")), 0);
}

/* --- the scenario --- */

static void test_demo_proposal(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    struct tree *result = propose(&house, "");
    assert_string_equal(tree_text(result, "grouping"), FIRST);
    assert_string_equal(tree_text(result, "status"), "optimal");
    assert_int_equal(tree_int(result, "gap_ppm", -1), 0);
    struct tree *show = view(&house, "grouping.show", FIRST);
    assert_int_equal(tree_int(show, "answered_count", 0), 2);
    assert_int_equal(tree_int(show, "lot_count", 0), 3);
    assert_int_equal(tree_int(show, "member_count", 0), 6);
    assert_string_equal(tree_text(show, "legal_form"), "conjoint_solidaire_leader");
    assert_string_equal(tree_text(show, "leader_siret"), OPEN_CANTEEN);

    const struct tree *lot = find_row(view(&house, "grouping.lots", FIRST), "lot", "L3");
    assert_false(tree_true(tree_get(lot, "answered")));
    assert_non_null(strstr(tree_text(lot, "why_en"), "158,928"));
    assert_non_null(strstr(tree_text(lot, "why_en"), "115,200"));
    assert_non_null(strstr(tree_text(lot, "why_en"), "43,728"));
    assert_non_null(strstr(tree_text(lot, "why_fr"), "il en manque"));

    const struct tree *unlock = find_row(view(&house, "grouping.unlocks", FIRST), "siret", COURIERS);
    assert_non_null(unlock);
    assert_string_equal(tree_text(unlock, "change"), "accreditation");
    assert_string_equal(tree_text(unlock, "function"), "canteen.delivery");
    assert_int_equal(tree_int(unlock, "answered_count", 0), 3); /* with it, all of them */
    const struct tree *first = rows(view(&house, "grouping.unlocks", FIRST));
    assert_int_equal(tree_int(first, "answered_count", 0), 3); /* what answers the most stands first */
    house_close(&house);
}

static void test_unlock_holds(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    must_run(&house, "member accredit",
             "{'siret':'" COURIERS
             "','accreditation':'prison_access','valid_from':'2019-01-01','valid_to':'2030-01-01'}",
             NULL, NULL);
    struct tree *result = propose(&house, "");
    assert_string_equal(tree_text(result, "grouping"), "20-142573-P2");
    assert_int_equal(tree_int(view(&house, "grouping.show", "20-142573-P2"), "answered_count", 0), 3);
    assert_null(rows(view(&house, "grouping.unlocks", "20-142573-P2")));
    /* What was proposed before stays as it was. */
    assert_int_equal(tree_int(view(&house, "grouping.show", FIRST), "answered_count", 0), 2);
    house_close(&house);
}

/* The amounts of remedies are the smallest that do: 43,728 orders over 48 months are 911 a month, and 910 are not enough. */
static void test_unlock_is_smallest(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    int found = 0;
    for (const struct tree *row = rows(view(&house, "grouping.unlocks", FIRST)); row; row = row->next)
        if (text_is(tree_text(row, "change"), "capacity")) {
            assert_int_equal(tree_int(row, "amount", 0), 43728000);
            found++;
        }
    assert_true(found >= 2); /* one more organisation, or a member that does more */
    static const struct {
        const char *capacity;
        bool answered;
    } cases[] = {{"1810", false}, {"1811", true}}; /* then another lot falls, as the proposal says */
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        must_run(&house, "member offer",
                 arena_printf(house.arena,
                              "{'siret':'00012001400014','function':'canteen.delivery','unit_price':112,'capacity':'%s',"
                              "'places':'27 95'}",
                              cases[i].capacity),
                 NULL, NULL);
        const char *reference = tree_text(propose(&house, ""), "grouping");
        const struct tree *lot = find_row(view(&house, "grouping.lots", reference), "lot", "L3");
        assert_int_equal(tree_true(tree_get(lot, "answered")), cases[i].answered);
    }
    house_close(&house);
}

static void test_sums(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    int64_t price = tree_int(view(&house, "grouping.show", FIRST), "price_cents", 0);
    assert_int_equal(house_int(&house, "SELECT sum(amount_cents) FROM grouping_share"), price);
    assert_int_equal(house_int(&house, "SELECT sum(amount_cents) FROM grouping_part"), price);
    assert_int_equal(house_int(&house, "SELECT sum(amount_cents) FROM grouping_member"), price);
    assert_int_equal(house_int(&house, "SELECT sum(price_cents) FROM grouping_lot"), price);
    assert_int_equal(house_int(&house, "SELECT sum(part_ppm) FROM grouping_member"), 1000000);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM (SELECT 1 FROM grouping_part GROUP BY lot_rank "
                                       "HAVING sum(part_ppm) <> 1000000) AS wrong"),
                     0);
    assert_int_equal(
        house_int(&house,
                  "SELECT count(*) FROM grouping_share WHERE amount_cents <> quantity * unit_price_cents"),
        0);
    assert_int_equal(
        house_int(
            &house,
            "SELECT count(*) FROM (SELECT 1 FROM grouping_share WHERE lot_rank = 0 GROUP BY requirement "
            "HAVING sum(quantity) NOT IN (123840, 864, 23040, 288)) AS wrong"),
        0);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM grouping_share WHERE quantity <= 0"), 0);
    house_close(&house);
}

static void test_instance_of_the_demo(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    struct buffer out = {0};
    struct tree *instance;
    assert_int_equal(grouping_export(house.app, &session_local, house.arena, CALL, false, &out, &house.error),
                     0);
    assert_int_equal(tree_read_json(house.arena, arena_strdup(house.arena, out.bytes), out.length, &instance,
                                    &house.error),
                     0);
    buffer_clear(&out);
    tree_write_json(tree_path(instance, "lots.0"), &out, false);
    assert_non_null(strstr(
        out.bytes, "{\"id\":\"L1\",\"place\":\"76\",\"mandatory\":false,\"worth_cents\":50000000,"
                   "\"coordination_cents\":712109,\"required_turnover_cents\":25000000,\"max_members\":6,"
                   "\"min_share_permille\":10,\"reserved\":\"none\",\"requirements\":[{\"id\":\"r1\","
                   "\"function\":\"canteen.picking\",\"quantity\":123840,\"reference_unit_price_cents\":160,"
                   "\"accreditations\":[\"prison_access\"]}"));
    const struct tree *members = tree_get(instance, "members");
    const struct tree *couriers = members->first, *rounds = members->first, *sorting = members->first;
    while (!text_is(tree_text(couriers, "id"), COURIERS))
        couriers = couriers->next;
    while (!text_is(tree_text(rounds, "id"), "00012064200012"))
        rounds = rounds->next;
    while (!text_is(tree_text(sorting, "id"), "00012029500019"))
        sorting = sorting->next;
    assert_int_equal(tree_get(couriers, "accreditations")->count, 0); /* has none */
    assert_int_equal(tree_get(rounds, "accreditations")->count, 0);   /* ended before the deadline */
    assert_int_equal(tree_int(tree_path(couriers, "offers.0"), "capacity", 0), 3500 * 48);
    assert_string_equal(tree_text(sorting, "kind"), "aci");
    assert_int_equal(tree_int(sorting, "turnover_limit_cents", 0), 20000000);
    /* Offers for other functions, and those who have only such, do not stand in it. */
    for (const struct tree *member = members->first; member; member = member->next)
        for (const struct tree *offer = tree_get(member, "offers")->first; offer; offer = offer->next)
            assert_true(
                text_has_word("canteen.picking canteen.delivery transport.goods waste.sorting it.support",
                              tree_text(offer, "function")));
    buffer_clear(&out);
    assert_int_equal(grouping_export(house.app, &session_local, house.arena, CALL, true, &out, &house.error),
                     0);
    assert_true(text_starts(out.bytes, "maximize"));
    struct session member = session_with(ROLE_MEMBER, member_id(&house, LODGING), 0, NULL);
    assert_int_equal(grouping_export(house.app, &member, house.arena, CALL, true, &out, &house.error),
                     ERR_FORBIDDEN);
    assert_int_equal(
        grouping_export(house.app, &session_local, house.arena, "99-1", false, &out, &house.error),
        ERR_NOT_FOUND);
    buffer_free(&out);
    house_close(&house);
}

static void test_wishes(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    propose(&house, ",'parent':'" FIRST "','exclude':'" OPEN_CANTEEN "','pin':'" DIGITAL "'");
    struct tree *members = view(&house, "grouping.members", "20-142573-P2");
    assert_null(find_row(members, "siret", OPEN_CANTEEN));
    assert_non_null(find_row(members, "siret", DIGITAL));
    assert_string_equal(tree_text(view(&house, "grouping.show", "20-142573-P2"), "parent"), FIRST);
    propose(&house, ",'max_members':4");
    assert_true(tree_int(view(&house, "grouping.show", "20-142573-P3"), "member_count", 9) <= 4);
    propose(&house, ",'weight_price':100,'weight_quality':0,'weight_social':0");
    assert_true(tree_int(view(&house, "grouping.show", "20-142573-P4"), "price_cents", 0) <
                tree_int(view(&house, "grouping.show", FIRST), "price_cents", 0));
    house_close(&house);
}

static void test_wishes_refused(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    const struct {
        const char *json, *field;
        int code;
    } cases[] = {
        {"{'tender':'99-1'}", "tender", ERR_NOT_FOUND},
        {"{'tender':'" CALL "','pin':'00012099800018'}", "pin", ERR_REFUSED}, /* offers something else */
        {"{'tender':'" CALL "','pin':'" DIGITAL "','exclude':'" DIGITAL "'}", "exclude", ERR_INVALID},
        {"{'tender':'" CALL "','parent':'20-142573-P9'}", "grouping", ERR_NOT_FOUND},
        {"{'tender':'" CALL "','seconds':0}", "seconds", ERR_INVALID},
        {"{'tender':'" CALL "','weight_price':0}", "weight_price", ERR_INVALID},
        {"{'tender':'" CALL "','max_members':0}", "max_members", ERR_INVALID},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int code = run_here(&house, "grouping propose", cases[i].json, NULL, NULL);
        if (code != cases[i].code ||
            (!text_is(house.error.field, cases[i].field) && cases[i].code != ERR_NOT_FOUND))
            fail_msg("%s: %d %s %s", cases[i].json, code, house.error.field,
                     house.error.message ? house.error.message : "");
    }
    assert_int_equal(house_int(&house, "SELECT count(*) FROM grouping"), 0);
    house_close(&house);
}

/* Keeping in what can do nothing: refused by its name, with what stands in the way. */
static void test_pins_say_why(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    static const struct {
        const char *prepare, *input, *pin, *says, *first, *second;
    } cases[] = {
        {NULL, NULL, "00099999900011", "no organisation", "00099999900011", ""},
        {NULL, NULL, "00012099800018", "offers nothing", "EXEMPLE", ""},
        {NULL, NULL, COURIERS, "does not hold", "Coursiers de l'Eure", "Delivery of canteen orders"},
        {"member offer",
         "{'siret':'00012099800018','function':'canteen.delivery','unit_price':'3','capacity':'100','places':'33'}",
         "00012099800018", "none of the departments", "EXEMPLE", "Delivery of canteen orders"},
        {"member offer",
         "{'siret':'00012099800018','function':'canteen.delivery','unit_price':'3','capacity':'100','places':'76',"
         "'unit':'tournée'}",
         "00012099800018", "is for one", "EXEMPLE", "Delivery of canteen orders"},
        {"member change", "{'siret':'00012099800018','status':'left'}", "00012099800018", "has left", "EXEMPLE", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (cases[i].prepare)
            must_run(&house, cases[i].prepare, cases[i].input, NULL, NULL);
        int code = run_here(&house, "grouping propose",
                            arena_printf(house.arena, "{'tender':'" CALL "','pin':'%s'}", cases[i].pin), NULL, NULL);
        if (!code || !text_is(house.error.field, "pin") || !strstr(house.error.message, cases[i].says) ||
            !strstr(house.error.arguments[0], cases[i].first) || !strstr(house.error.arguments[1], cases[i].second))
            fail_msg("%s: %d %s: %s (%s, %s)", cases[i].pin, code, house.error.field,
                     house.error.message ? house.error.message : "", house.error.arguments[0], house.error.arguments[1]);
    }
    assert_int_equal(house_int(&house, "SELECT count(*) FROM grouping"), 0);
    house_close(&house);
}

/* Every code that a view answers about the demo has a name in both languages: letters show names, never codes. */
static void test_codes_have_names(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    must_run(&house, "grouping ask", "{'grouping':'" FIRST "'}", NULL, NULL);
    for (size_t i = 0; i < house.app->view_count; i++) {
        const struct view *one = house.app->views[i];
        struct tree *answer, *params = tree_map(house.arena);
        struct view_request request = {.params = params, .limit = 500};
        struct error error = {0};
        for (int p = 0; p < one->param_count; p++) {
            const char *name = one->params[p].name;
            if (one->params[p].required)
                tree_set_text(house.arena, params, name,
                              text_is(name, "siret")                                   ? LODGING
                              : text_is(name, "tender") || text_is(name, "reference") ? CALL
                                                                                       : FIRST);
        }
        if (view_run(house.app, one, &session_local, house.arena, &request, &answer, &error))
            continue;
        const struct tree *row = one->one ? answer : tree_get(answer, "rows")->first;
        for (; row; row = one->one ? NULL : row->next)
            for (int c = 0; c < one->column_count; c++) {
                const char *code = one->columns[c].kind == COLUMN_CODE ? tree_text(row, one->columns[c].name) : NULL;
                if (code && *code && text_is(one->columns[c].name, "naf"))
                    continue; /* shown as it is */
                if (code && *code && (!tr_name_known("fr", code) || !tr_name_known("en", code)))
                    fail_msg("%s.%s: %s has no name", one->name, one->columns[c].name, code);
            }
    }
    house_close(&house);
}

static void test_mandatory_lot(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    assert_int_equal(qualify(&house, "\"mandatory\": false", "\"mandatory\": true"), 0);
    struct tree *result = propose(&house, "");
    assert_string_equal(tree_text(result, "status"), "infeasible");
    assert_int_equal(tree_get(result, "objective_cents")->kind, TREE_NULL);
    assert_non_null(find_row(view(&house, "grouping.unlocks", FIRST), "lot", "L3"));
    refused(&house, "grouping ask", "{'grouping':'" FIRST "'}", "grouping", "answers no lot");
    house_close(&house);
}

static void stop_at_once(void *context, int64_t done, int64_t total, const struct tree *report)
{
    (void)done, (void)total, (void)report;
    atomic_store((atomic_bool *)context, true);
}

/* Stopped, a search keeps the best it has, or says that it has none; it never keeps half an answer. */
static void test_stopped(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    atomic_bool stop = false;
    struct tree *result = NULL;
    struct action_request request = {.session = &session_local,
                                     .language = "en",
                                     .input = json_tree(house.arena, "{'tender':'" CALL "'}")};
    int code = action_run_here(house.app, app_action(house.app, "grouping propose"), &request, &stop,
                               stop_at_once, &stop, house.arena, &result, &house.error);
    if (code) {
        assert_int_equal(code, ERR_REFUSED);
        assert_string_equal(house.error.field, "seconds");
        assert_int_equal(house_int(&house, "SELECT count(*) FROM grouping"), 0);
    } else {
        assert_true(text_has_word("optimal feasible", tree_text(result, "status")));
        assert_true(tree_int(result, "bound_cents", 0) >= tree_int(result, "objective_cents", 0));
    }
    house_close(&house);
}

static void test_missing_is_named(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    if (qualify(&house, "\"max_members\": 7,", ""))
        fail_msg("an incomplete qualification is kept too: %s %s", house.error.field, house.error.message);
    assert_int_equal(run_here(&house, "grouping propose", "{'tender':'" CALL "'}", NULL, NULL), ERR_REFUSED);
    assert_string_equal(house.error.field, "lots.2.max_members");
    house_close(&house);
}

static void test_frontier(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    struct tree *result;
    propose(&house, "");
    must_run(&house, "grouping frontier", "{'tender':'" CALL "','seconds':20}", NULL, &result);
    int64_t count = house_int(&house, "SELECT count(*) FROM grouping");
    assert_true(count >= 3);
    assert_string_equal(tree_text(tree_path(result, "groupings.0"), "grouping"), FIRST); /* not kept twice */
    must_run(&house, "grouping frontier", "{'tender':'" CALL "','seconds':20}", NULL, &result);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM grouping"), count);
    struct tree *compare;
    assert_int_equal(
        house_view(&house, &session_local, "grouping.compare", "{'tender':'" CALL "'}", &compare), 0);
    for (const struct tree *row = rows(compare); row; row = row->next) {
        assert_in_range(tree_int(row, "x", 0), 64, 316);
        assert_in_range(tree_int(row, "y_quality", 0), 14, 210);
        assert_in_range(tree_int(row, "y_social", 0), 14, 210);
    }
    house_close(&house);
}

/* --- states --- */

static void test_states(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    refused(&house, "grouping form", "{'grouping':'" FIRST "'}", "grouping", "ask its members first");
    refused(&house, "grouping submit", "{'grouping':'" FIRST "'}", "grouping", "ask its members first");
    refused(&house, "grouping close", "{'grouping':'" FIRST "','outcome':'won'}", "grouping",
            "ask its members first");
    refused(&house, "grouping ask", "{'grouping':'20-142573-P7'}", "grouping", "no grouping");
    refused(&house, "grouping ask", "{'grouping':'" FIRST "','answer_by':'2020-01-01'}", "answer_by", "over");
    refused(&house, "grouping record-answer",
            "{'grouping':'" FIRST "','siret':'" LODGING
            "','answer':'accepted','answered_on':'2020-12-01','proof':'x'}",
            "grouping", "no grouping"); /* nobody was asked yet */
    assert_int_equal(as_local(&house, "grouping ask", "{'grouping':'" FIRST "'}"), 0);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM grouping_request"), 6);
    refused(&house, "grouping ask", "{'grouping':'" FIRST "'}", "grouping", "have been asked");
    refused(&house, "grouping lead", "{'grouping':'" FIRST "','leader':'" LODGING "'}", "grouping",
            "have been asked");
    refused(&house, "grouping form", "{'grouping':'" FIRST "'}", "grouping", "Not all members");
    refused(&house, "grouping accept", "{'grouping':'" FIRST "'}", "", "Only a member");
    assert_int_equal(say_yes(&house, FIRST, COURIERS), ERR_NOT_FOUND); /* was not asked */
    all_accept(&house, FIRST);
    struct session lodging = session_with(ROLE_MEMBER, member_id(&house, LODGING), 0, NULL);
    assert_int_equal(
        house_run(&house, &lodging, "grouping decline", "{'grouping':'" FIRST "','note':'too far'}", NULL),
        0);
    refused(&house, "grouping form", "{'grouping':'" FIRST "'}", "grouping", "declined");
    refused(&house, "grouping record-answer",
            "{'grouping':'" FIRST "','siret':'" LODGING
            "','answer':'accepted','answered_on':'2199-12-01','proof':'x'}",
            "answered_on", "still to come");
    refused(&house, "grouping record-answer",
            "{'grouping':'" FIRST "','siret':'" LODGING "','answer':'accepted','answered_on':'2020-12-01'}",
            "proof", "required");
    refused(&house, "grouping record-answer",
            "{'grouping':'" FIRST "','siret':'" LODGING
            "','answer':'accepted','answered_on':'2020-12-30','proof':'binder 4, page 12','replaces':true}",
            "answered_on", "earlier day"); /* than the member's own word */
    char today[11];
    date_today(today);
    const char *letter = arena_printf(house.arena,
                                      "{'grouping':'" FIRST "','siret':'" LODGING "','answer':'accepted',"
                                      "'answered_on':'%s','proof':'binder 4, page 12'",
                                      today);
    refused(&house, "grouping record-answer", arena_printf(house.arena, "%s}", letter), "replaces", "answered itself");
    assert_string_equal(house.error.arguments[2], "declined");
    assert_string_equal(house.error.arguments[3], "accepted");
    struct tree *recorded;
    must_run(&house, "grouping record-answer", arena_printf(house.arena, "%s,'replaces':true}", letter), NULL, &recorded);
    assert_string_equal(tree_text(recorded, "answer"), "accepted");
    assert_string_equal(tree_text(recorded, "answer_before"), "declined");
    assert_string_equal(tree_text(recorded, "channel_before"), "page");
    assert_int_equal(house_int(&house, "SELECT count(*) FROM grouping_answer"),
                     8); /* every one of them is kept */
    assert_int_equal(as_local(&house, "grouping form", "{'grouping':'" FIRST "'}"), 0);
    assert_int_equal(say_yes(&house, FIRST, LODGING), ERR_REFUSED);
    refused(&house, "grouping submit", "{'grouping':'" FIRST "','on':'2199-01-01'}", "on", "still to come");
    refused(&house, "grouping change",
            "{'grouping':'" FIRST "','siret':'" SORTING
            "','cause':'unable','asked_on':'2021-02-01','reason':'fire'}",
            "grouping", "not submitted");
    assert_int_equal(as_local(&house, "grouping submit", "{'grouping':'" FIRST "','on':'2021-01-28'}"), 0);
    refused(&house, "grouping form", "{'grouping':'" FIRST "'}", "grouping", "is submitted");
    refused(&house, "grouping invite", "{'grouping':'" FIRST "','siret':'" COURIERS "'}", "grouping",
            "is submitted");
    assert_int_equal(as_local(&house, "grouping close", "{'grouping':'" FIRST "','outcome':'won'}"), 0);
    refused(&house, "grouping withdraw", "{'grouping':'" FIRST "'}", "grouping", "has won");
    int64_t journal;
    assert_int_equal(journal_verify(house.app, &journal, NULL, &house.error), 0);
    house_close(&house);
}

static void test_roles(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    static const unsigned others[] = {ROLE_PUBLIC,     ROLE_ADMIN,   ROLE_STAFF, ROLE_AUTHORITY,
                                      ROLE_ACCOUNTANT, ROLE_AUDITOR, ROLE_MEMBER};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct session session =
            session_with(others[i], others[i] == ROLE_MEMBER ? member_id(&house, LODGING) : 0, 0, NULL);
        assert_int_equal(house_run(&house, &session, "grouping ask", "{'grouping':'" FIRST "'}", NULL),
                         ERR_FORBIDDEN);
        assert_int_equal(house_run(&house, &session, "grouping withdraw", "{'grouping':'" FIRST "'}", NULL),
                         ERR_FORBIDDEN);
        assert_int_equal(house_run(&house, &session, "grouping propose", "{'tender':'" CALL "'}", NULL),
                         ERR_FORBIDDEN);
    }
    assert_int_equal(house_int(&house, "SELECT count(*) FROM grouping WHERE state = 'proposed'"), 1);
    house_close(&house);
}

/* --- rules --- */

static void form_first(struct house *house)
{
    propose(house, "");
    assert_int_equal(as_local(house, "grouping ask", "{'grouping':'" FIRST "'}"), 0);
    all_accept(house, FIRST);
    assert_int_equal(as_local(house, "grouping form", "{'grouping':'" FIRST "'}"), 0);
}

static void test_rule_essential(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    form_first(&house);
    assert_string_equal(verdict(&house, FIRST, "R2142-27"), "ok");
    refused(&house, "grouping subcontract",
            "{'grouping':'" FIRST "','lot':'L1','requirement':'r3','siret':'" LODGING
            "','subcontractor_name':'X','amount_cents':100}",
            "requirement", "does nothing");
    refused(&house, "grouping subcontract",
            "{'grouping':'" FIRST "','lot':'L1','requirement':'r2','siret':'" LODGING
            "','subcontractor_name':'X','amount_cents':99999999}",
            "amount_cents", "more than");
    assert_int_equal(as_local(&house, "grouping subcontract",
                              "{'grouping':'" FIRST "','lot':'L1','requirement':'r4','siret':'" SORTING
                              "','subcontractor_name':'Bennes du Havre','amount_cents':10000}"),
                     0);
    assert_string_equal(verdict(&house, FIRST, "R2142-27"), "ok"); /* not an essential task */
    assert_string_equal(verdict(&house, FIRST, "L2193-4"), "ok");
    refused(&house, "grouping subcontract", /* with what was given away before */
            "{'grouping':'" FIRST "','lot':'L1','requirement':'r4','siret':'" SORTING
            "','subcontractor_name':'Bennes du Havre','amount_cents':99999999}",
            "amount_cents", "more than");
    assert_int_equal(as_local(&house, "grouping subcontract",
                              "{'grouping':'" FIRST "','lot':'L1','requirement':'r2','siret':'" LODGING
                              "','subcontractor_name':'Vite','amount_cents':10000}"),
                     0);
    assert_string_equal(verdict(&house, FIRST, "R2142-27"), "broken");
    refused(&house, "grouping submit", "{'grouping':'" FIRST "'}", "grouping", "A rule is broken");
    assert_string_equal(house.error.arguments[0], "R2142-27");
    assert_string_equal(tree_text(view(&house, "grouping.show", FIRST), "state"), "formed");
    house_close(&house);
}

static void test_rule_one_leader(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    propose(&house, "");
    assert_string_equal(verdict(&house, FIRST, "R2142-23"), "ok"); /* two proposals are not two candidates */
    assert_int_equal(as_local(&house, "grouping ask", "{'grouping':'20-142573-P2'}"), 0);
    assert_string_equal(verdict(&house, FIRST, "R2142-23"), "broken");
    assert_string_equal(verdict(&house, "20-142573-P2", "R2142-23"), "ok");
    assert_string_equal(verdict(&house, FIRST, "R2142-21"), "ok"); /* the documents allow it */
    refused(&house, "grouping lead", "{'grouping':'" FIRST "','leader':'" SORTING "'}", "leader", "may lead");
    refused(&house, "grouping lead", "{'grouping':'" FIRST "','leader':'" COURIERS "'}", "leader",
            "takes no part");
    refused(&house, "grouping lead", "{'grouping':'" FIRST "','legal_form':'solidaire'}", "legal_form",
            "R2142-22");
    assert_int_equal(as_local(&house, "grouping withdraw", "{'grouping':'20-142573-P2'}"), 0);
    assert_string_equal(verdict(&house, FIRST, "R2142-23"), "ok");
    assert_int_equal(as_local(&house, "grouping lead", "{'grouping':'" FIRST "','leader':'" LODGING "'}"), 0);
    assert_string_equal(tree_text(find_row(view(&house, "grouping.lots", FIRST), "lot", "L1"), "leader_name"),
                        "EXEMPLE — Logis Solidaire de Seine (association)");
    house_close(&house);
}

static void test_rule_single_membership(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    assert_int_equal(qualify(&house, "\"single_membership\": false", "\"single_membership\": true"), 0);
    propose(&house, "");
    propose(&house, "");
    assert_int_equal(as_local(&house, "grouping ask", "{'grouping':'" FIRST "'}"), 0);
    assert_string_equal(verdict(&house, "20-142573-P2", "R2142-21"), "broken");
    assert_string_equal(verdict(&house, FIRST, "R2142-21"), "ok");
    house_close(&house);
}

static void test_free_form_is_chosen(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    assert_int_equal(qualify(&house, "conjoint_solidaire_leader", "free"), 0);
    propose(&house, "");
    assert_string_equal(tree_text(view(&house, "grouping.show", FIRST), "legal_form"), "conjoint");
    assert_int_equal(as_local(&house, "grouping lead", "{'grouping':'" FIRST "','legal_form':'solidaire'}"),
                     0);
    assert_string_equal(tree_text(view(&house, "grouping.show", FIRST), "legal_form"), "solidaire");
    house_close(&house);
}

/* A call that organisations of inclusion and adapted work can answer, reserved to them. */
static int qualify_reserved(struct house *house, const char *reserved)
{
    struct buffer text = {0};
    struct tree *input, *result;
    static const char *const changes[][2] = {{"transport.goods", "upkeep.green"},
                                             {"it.support", "cleaning.premises"},
                                             {"tourn\u00e9e", "heure"},
                                             {"\"reserved\": \"none\"", NULL}};
    assert_int_equal(buffer_read_file(&text, "data/demo/20-142573.json", 1 << 20), 0);
    char *json = arena_strdup(house->arena, buffer_string(&text));
    buffer_free(&text);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        const char *to =
            changes[i][1] ? changes[i][1] : arena_printf(house->arena, "\"reserved\": \"%s\"", reserved);
        for (char *at; (at = strstr(json, changes[i][0]));)
            json = arena_printf(house->arena, "%.*s%s%s", (int)(at - json), json, to,
                                at + strlen(changes[i][0]));
    }
    assert_int_equal(tree_read_json(house->arena, json, strlen(json), &input, &house->error), 0);
    tree_set_text(house->arena, input, "reference", CALL);
    struct action_request request = {.session = &session_local, .language = "en", .input = input};
    house->error = (struct error){0};
    return action_run(house->app, app_action(house->app, "tender qualify"), &request, house->arena, &result,
                      &house->error);
}

static void test_rule_reserved(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    if (qualify_reserved(&house, "siae_ea"))
        fail_msg("%s: %s %s", house.error.field, house.error.message, house.error.arguments[0]);
    propose(&house, "");
    assert_true(tree_int(view(&house, "grouping.show", FIRST), "answered_count", 0) >= 1);
    assert_string_equal(verdict(&house, FIRST, "L2113-14"), "ok");
    /* Had one of them been of another kind, or a lot of another reservation, the rule would say so. */
    house_tamper(&house, "DROP TRIGGER grouping_lot_no_update");
    house_tamper(&house, "UPDATE grouping_lot SET reserved = 'ea_esat'");
    assert_int_equal(as_local(&house, "grouping ask", "{'grouping':'" FIRST "'}"), 0);
    assert_string_equal(verdict(&house, FIRST, "L2113-12"), "broken");
    all_accept(&house, FIRST);
    assert_int_equal(as_local(&house, "grouping form", "{'grouping':'" FIRST "'}"), 0);
    refused(&house, "grouping submit", "{'grouping':'" FIRST "'}", "grouping", "A rule is broken");
    assert_string_equal(house.error.arguments[0], "L2113-12");
    /* Nobody of the kind: nothing is answered, and nobody is asked. */
    if (qualify(&house, "\"reserved\": \"none\"", "\"reserved\": \"ea_esat\""))
        fail_msg("%s: %s %s", house.error.field, house.error.message, house.error.arguments[0]);
    propose(&house, "");
    assert_int_equal(tree_int(view(&house, "grouping.show", "20-142573-P2"), "answered_count", 9), 0);
    refused(&house, "grouping ask", "{'grouping':'20-142573-P2'}", "grouping", "answers no lot");
    house_close(&house);
}

static void test_rule_turnover(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    assert_string_equal(verdict(&house, FIRST, "R2142-7"), "ok");
    assert_string_equal(verdict(&house, FIRST, "R2142-25"), "ok");
    house_tamper(&house, "DROP TRIGGER grouping_lot_no_update");
    house_tamper(&house, "UPDATE grouping_lot SET required_turnover_cents = worth_cents * 2 + 1, "
                         "turnover_cents = worth_cents");
    assert_int_equal(as_local(&house, "grouping ask", "{'grouping':'" FIRST "'}"), 0);
    assert_string_equal(verdict(&house, FIRST, "R2142-7"), "broken");
    assert_string_equal(verdict(&house, FIRST, "R2142-25"), "broken");
    house_tamper(&house, "DELETE FROM grouping_leader WHERE lot_rank = 0");
    assert_int_equal(say_yes(&house, FIRST, LODGING), 0);
    assert_int_equal(as_local(&house, "grouping subcontract",
                              "{'grouping':'" FIRST "','lot':'L1','requirement':'r4','siret':'" SORTING
                              "','subcontractor_name':'X','amount_cents':1}"),
                     0); /* checks again */
    assert_string_equal(verdict(&house, FIRST, "R2142-24"), "broken");
    house_close(&house);
}

static void test_replacement(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    form_first(&house);
    assert_int_equal(as_local(&house, "grouping submit", "{'grouping':'" FIRST "'}"), 0);
    refused(&house, "grouping replace",
            "{'grouping':'" FIRST "','siret':'" SORTING "','by':'00012029500019'}", "siret", "Record first");
    refused(&house, "grouping change",
            "{'grouping':'" FIRST "','siret':'" COURIERS
            "','cause':'excluded','asked_on':'2021-02-25','reason':'taxes'}",
            "siret", "is not in");
    refused(&house, "grouping change",
            "{'grouping':'" FIRST "','siret':'" SORTING
            "','cause':'moved','asked_on':'2021-02-25','reason':'x'}",
            "cause", "one of");
    struct tree *result;
    must_run(&house, "grouping change",
             "{'grouping':'" FIRST "','siret':'" SORTING
             "','cause':'excluded','asked_on':'2021-02-25','reason':'taxes'}",
             NULL, &result);
    assert_string_equal(tree_text(result, "due_on"),
                        "2021-03-07"); /* ten days, the day of the request not counted */
    assert_string_equal(verdict(&house, FIRST, "L2141-13"), "broken"); /* long past */
    refused(&house, "grouping change",
            "{'grouping':'" FIRST "','siret':'" SORTING
            "','cause':'unable','asked_on':'2021-02-25','reason':'x'}",
            "siret", "already recorded");
    refused(&house, "grouping replace", "{'grouping':'" FIRST "','siret':'" SORTING "','by':'" SORTING "'}",
            "by", "itself");
    assert_int_equal(as_local(&house, "grouping replace",
                              "{'grouping':'" FIRST "','siret':'" SORTING
                              "','by':'00012029500019','replaced_on':'2021-03-05'}"),
                     0);
    assert_string_equal(verdict(&house, FIRST, "L2141-13"), "ok");
    assert_string_equal(verdict(&house, FIRST, "R2142-26"), "warn");
    house_close(&house);
}

/* --- what a member sees --- */

/* Everything that views and papers give to this session about the grouping, as one text. */
static const char *all_seen(struct house *house, const struct session *session)
{
    struct buffer all = {0};
    for (size_t i = 0; i < house->app->view_count; i++) {
        const struct view *one = house->app->views[i];
        struct tree *answer, *params = tree_map(house->arena);
        struct view_request request = {.params = params};
        if (!text_starts(one->name, "grouping."))
            continue;
        for (int p = 0; p < one->param_count; p++)
            if (one->params[p].required)
                tree_set_text(house->arena, params, one->params[p].name,
                              text_is(one->params[p].name, "tender") ? CALL : FIRST);
        struct error error = {0};
        if (!view_run(house->app, one, session, house->arena, &request, &answer, &error))
            tree_write_json(answer, &all, false);
    }
    for (size_t i = 0; i < house->app->paper_count; i++) {
        const struct paper *paper = house->app->papers[i];
        if (!text_starts(paper->name, "grouping."))
            continue;
        for (int other = 0; other < 3; other++) {
            static const char *const sirets[] = {LODGING, OPEN_CANTEEN, COURIERS};
            struct document *document;
            struct error error = {0};
            struct tree *input = tree_map(house->arena);
            tree_set_text(house->arena, input, "grouping", FIRST);
            if (paper->fields[1].name)
                tree_set_text(house->arena, input, "siret", sirets[other]);
            if (!paper_write(house->app, paper, session, "en", input, house->arena, &document, &error))
                (void)document_write_text(document, 200, &all, &error);
        }
    }
    const char *text = arena_copy(house->arena, buffer_string(&all), all.length);
    buffer_free(&all);
    return text;
}

static void sees_nothing_of_others(struct house *house, const struct session *session)
{
    static const char *const others[] = {
        OPEN_CANTEEN, SORTING,      "00012015400018", "62150",
        "6215040",    "62,150.40",  /* amounts of others */
        "60884160",   "608,841.60", /* the whole price, from which others' could be told */
        "44847360",   "448,473.60", "9761",           "Navette"};
    const char *seen = all_seen(house, session);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (strstr(seen, others[i]))
            fail_msg("a member sees %s: …%.200s", others[i],
                     strstr(seen, others[i]) - (strstr(seen, others[i]) - seen > 80 ? 80 : 0));
}

static void test_no_leak(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    struct session lodging = session_with(ROLE_MEMBER, member_id(&house, LODGING), 0, NULL);
    struct session couriers = session_with(ROLE_MEMBER, member_id(&house, COURIERS), 0, NULL);
    sees_nothing_of_others(&house, &lodging);
    assert_null(strstr(all_seen(&house, &lodging), FIRST)); /* not asked: it does not even know of it */
    assert_int_equal(as_local(&house, "grouping ask", "{'grouping':'" FIRST "'}"), 0);
    sees_nothing_of_others(&house, &lodging);
    assert_non_null(strstr(all_seen(&house, &lodging), "25133760")); /* its own part */
    assert_null(strstr(all_seen(&house, &couriers), FIRST));
    all_accept(&house, FIRST);
    sees_nothing_of_others(&house, &lodging);
    assert_int_equal(as_local(&house, "grouping form", "{'grouping':'" FIRST "'}"), 0);
    const char *seen = all_seen(&house, &lodging);
    assert_non_null(strstr(seen, OPEN_CANTEEN)); /* formed: each sees the whole */
    assert_non_null(strstr(seen, "60884160"));
    assert_null(strstr(seen, "quality_score")); /* but not why others were chosen */
    const struct tree *partner;
    struct tree *shown;
    assert_int_equal(house_view(&house, &lodging, "grouping.members", "{'grouping':'" FIRST "'}", &shown), 0);
    partner = find_row(shown, "siret", OPEN_CANTEEN);
    assert_true(tree_int(partner, "amount_cents", 0) > 0);
    assert_int_equal(tree_get(partner, "quality")->kind, TREE_NULL); /* nor marks and facts of others */
    assert_int_equal(tree_get(partner, "social")->kind, TREE_NULL);
    assert_int_equal(house_view(&house, &lodging, "grouping.show", "{'grouping':'" FIRST "'}", &shown), 0);
    assert_int_equal(tree_get(shown, "quality")->kind, TREE_NULL); /* of two members one could tell the other's */
    assert_int_equal(tree_get(shown, "exclude")->kind, TREE_NULL);
    assert_true(tree_int(shown, "price_cents", 0) > 0);
    assert_int_equal(house_view(&house, &lodging, "grouping.lots", "{'grouping':'" FIRST "'}", &shown), 0);
    assert_int_equal(tree_get(rows(shown), "worth_cents")->kind, TREE_NULL);
    assert_null(strstr(all_seen(&house, &couriers), FIRST));
    house_close(&house);
}

/* --- papers --- */

static int write_paper(struct house *house, const char *name, const char *json, struct buffer *out)
{
    struct document *document;
    house->error = (struct error){0};
    int code = paper_write(house->app, app_paper(house->app, name), &session_local, "fr",
                           json_tree(house->arena, json), house->arena, &document, &house->error);
    buffer_clear(out);
    return code ? code : document_write_text(document, 100, out, &house->error);
}

/* What each member still has to hand in, and what is too old on the last day for offers. */
static void test_checklist(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    propose(&house, "");
    assert_int_equal(as_local(&house, "grouping ask", "{'grouping':'" FIRST "'}"), 0);
    struct tree *all = view(&house, "grouping.pieces", FIRST);
    assert_int_equal(tree_get(all, "rows")->count, 36); /* six members with six each: DC1 of the leader, powers of the others */
    assert_string_equal(tree_text(rows(all), "piece_state"), "missing");
    assert_int_equal(as_local(&house, "tender piece",
                              "{'reference':'" CALL "','siret':'" LODGING "','piece':'tax_certificate','state':'received',"
                              "'received_on':'2020-12-20','expires_on':'2021-01-10','proof':'binder 2'}"),
                     0);
    struct session lodging = session_with(ROLE_MEMBER, member_id(&house, LODGING), 0, NULL);
    struct tree *own;
    assert_int_equal(house_view(&house, &lodging, "grouping.pieces", "{'grouping':'" FIRST "'}", &own), 0);
    assert_int_equal(tree_get(own, "rows")->count, 6);
    const struct tree *taxes = find_row(own, "piece", "tax_certificate");
    assert_string_equal(tree_text(taxes, "piece_state"), "received");
    assert_true(tree_true(tree_get(taxes, "too_old"))); /* offers are due on 29 January 2021 */
    assert_null(find_row(own, "piece", "dc4"));
    assert_int_equal(as_local(&house, "grouping subcontract",
                              "{'grouping':'" FIRST "','lot':'L1','requirement':'r1','siret':'" LODGING
                              "','subcontractor_name':'Vite','amount_cents':10000}"),
                     0);
    assert_int_equal(house_view(&house, &lodging, "grouping.pieces", "{'grouping':'" FIRST "'}", &own), 0);
    assert_non_null(find_row(own, "piece", "dc4"));
    house_close(&house);
}

static void test_papers(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    struct buffer out = {0};
    propose(&house, "");
    assert_int_equal(write_paper(&house, "grouping.letter", "{'grouping':'" FIRST "'}", &out), 0);
    static const char *const says[] = {"Projet", OPEN_CANTEEN, LODGING, "76000 Rouen", "solidaire",
                                       "100,00", "Signature",  "56,04", "L2141-1"};
    for (size_t i = 0; i < COUNT_OF(says); i++)
        if (!strstr(out.bytes, says[i]))
            fail_msg("the letter does not say %s", says[i]);
    assert_null(strstr(out.bytes, "group_leader")); /* the role by its name, not its code */
    assert_non_null(strstr(out.bytes, "mandataire"));
    assert_int_equal(write_paper(&house, "grouping.print", "{'grouping':'" FIRST "'}", &out), 0);
    assert_non_null(strstr(out.bytes, "Coursiers"));
    assert_non_null(strstr(out.bytes, "R2142-24"));
    /* All of the qualification: value, people, target price, smallest part, limits, form. */
    static const char *const asked[] = {"Personnes", "770", "Valeur estimée", "1,60", "autorisation d’entrer",
                                        "Au plus 7 membres", "1,00", "chiffre d’affaires annuel", "1,50",
                                        "conjoint avec mandataire solidaire", "28 juil. 2021", "Essentiel"};
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        if (!strstr(out.bytes, asked[i]))
            fail_msg("the printout does not say %s", asked[i]);
    assert_int_equal(write_paper(&house, "grouping.request-letter",
                                 "{'grouping':'" FIRST "','siret':'" LODGING "'}", &out),
                     ERR_NOT_FOUND); /* nobody was asked */
    assert_int_equal(write_paper(&house, "grouping.invitation-letter",
                                 "{'grouping':'" FIRST "','siret':'" COURIERS "'}", &out),
                     ERR_NOT_FOUND);
    assert_int_equal(as_local(&house, "grouping invite",
                              "{'grouping':'" FIRST "','siret':'" COURIERS "','reason':'prison access'}"),
                     0);
    assert_int_equal(write_paper(&house, "grouping.invitation-letter",
                                 "{'grouping':'" FIRST "','siret':'" COURIERS "'}", &out),
                     0);
    assert_non_null(strstr(out.bytes, "prison access"));
    assert_string_equal(house_text(&house, "SELECT status FROM member WHERE siret = '" COURIERS "'"),
                        "invited");
    assert_int_equal(as_local(&house, "grouping ask", "{'grouping':'" FIRST "'}"), 0);
    assert_int_equal(write_paper(&house, "grouping.request-letter",
                                 "{'grouping':'" FIRST "','siret':'" LODGING "'}", &out),
                     0);
    assert_non_null(strstr(out.bytes, "Logis Solidaire"));
    assert_null(strstr(out.bytes, "Navette"));
    assert_int_equal(write_paper(&house, "grouping.letter", "{'grouping':'none'}", &out), ERR_NOT_FOUND);
    buffer_free(&out);
    house_close(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_demo_proposal),
        cmocka_unit_test(test_unlock_holds),
        cmocka_unit_test(test_unlock_is_smallest),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_instance_of_the_demo),
        cmocka_unit_test(test_wishes),
        cmocka_unit_test(test_wishes_refused),
        cmocka_unit_test(test_pins_say_why),
        cmocka_unit_test(test_codes_have_names),
        cmocka_unit_test(test_mandatory_lot),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_missing_is_named),
        cmocka_unit_test(test_frontier),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_rule_essential),
        cmocka_unit_test(test_rule_one_leader),
        cmocka_unit_test(test_rule_single_membership),
        cmocka_unit_test(test_free_form_is_chosen),
        cmocka_unit_test(test_rule_reserved),
        cmocka_unit_test(test_rule_turnover),
        cmocka_unit_test(test_replacement),
        cmocka_unit_test(test_no_leak),
        cmocka_unit_test(test_checklist),
        cmocka_unit_test(test_papers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
