/* From a call to an instance, from an answer to parts that add up, and the plans of the lists. */
#include "support/support.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "documents/documents.h"
#include "establishments/establishments.h"
#include "groupings/groupings.h"
#include "groupings/instance.h"
#include "groupings/proposal.h"
#include "law/law.h"
#include "members/members.h"
#include "tenders/tenders.h"
#include "users/users.h"

static const struct subject *const subjects[] = {
    &law_subject,     &documents_subject,      &users_subject,     &members_subject,
    &tenders_subject, &establishments_subject, &groupings_subject, NULL};

static void test_dates(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    assert_string_equal(date_after_months(arena, "2021-01-31", 1), "2021-02-28");
    assert_string_equal(date_after_months(arena, "2020-01-31", 1), "2020-02-29");
    assert_string_equal(date_after_months(arena, "2021-07-28", 48), "2025-07-28");
    assert_string_equal(date_after_months(arena, "2021-12-31", 2), "2022-02-28");
    assert_string_equal(date_after_days(arena, "2021-02-25", 10), "2021-03-07");
    assert_string_equal(date_after_days(arena, "never", 1), "");
}

/* A call of two lots that last 12 and 24 months, and what four organisations offer. */
static void make_small(struct arena *arena, struct built *built)
{
    static struct qualification_requirement first = {"r1", "it.support",    "heure", 120,
                                                     1000, "prison_access", true};
    static struct qualification_requirement second = {"r1", "it.support",    "heure", 100,
                                                      1000, "prison_access", true};
    struct qualification_lot *lots = ARENA_ARRAY(arena, struct qualification_lot, 2);
    lots[0] = (struct qualification_lot){.id = "A",
                                         .title = "A",
                                         .place = "76",
                                         .duration_months = 12,
                                         .estimated_value_cents = 200000,
                                         .reserved = "ea_esat",
                                         .max_members = 3,
                                         .min_share_permille = 1,
                                         .coordination_ppm = 15000,
                                         .requirements = &first,
                                         .requirement_count = 1,
                                         .reference_value_cents = 120000};
    lots[1] = lots[0];
    lots[1].id = "B";
    lots[1].duration_months = 24;
    lots[1].requirements = &second;
    lots[1].reference_value_cents = 100000;
    static struct member_offer monthly = {"it.support", 900, "Heure", 10500, "month", "76 27"};
    static struct member_offer yearly = {"it.support", 900, "heure", 90000, "year", "76"};
    static struct member_offer once = {"it.support", 900, "heure", 70000, "contract", "76"};
    static struct member_offer other_unit = {"it.support", 900, "jour", 70000, "contract", "76"};
    static struct member_accreditation short_one = {"prison_access", "2020-01-01", "2022-12-31"};
    struct member *members = ARENA_ARRAY(arena, struct member, 4);
    members[0] = (struct member){.id = 1,
                                 .siret = "1",
                                 .name = "Month",
                                 .kinds = "association aci ea",
                                 .turnover_cents = -1,
                                 .turnover_limit_cents = -1,
                                 .quality = -1,
                                 .social = 50,
                                 .offers = &monthly,
                                 .offer_count = 1,
                                 .accreditations = &short_one,
                                 .accreditation_count = 1,
                                 .may_lead = true};
    members[1] = (struct member){
        .id = 2, .siret = "2", .name = "Year", .kinds = "scop", .offers = &yearly, .offer_count = 1};
    members[2] = (struct member){
        .id = 3, .siret = "3", .name = "Once", .kinds = "cae", .offers = &once, .offer_count = 1};
    members[3] = (struct member){
        .id = 4, .siret = "4", .name = "Other", .kinds = "geiq", .offers = &other_unit, .offer_count = 1};
    *built = (struct built){.weights = {-1, -1, -1}, .members = members, .member_count = 4};
    built->qualification = (struct qualification){.reference = "X",
                                                  .object = "",
                                                  .buyer = "",
                                                  .weight_price = 60,
                                                  .weight_quality = 0,
                                                  .weight_social = 0,
                                                  .legal_form = "free",
                                                  .deadline = "2021-06-01",
                                                  .offer_valid_until = "",
                                                  .lots = lots,
                                                  .lot_count = 2};
}

static void test_common_basis(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct built built;
    struct error error = {0};
    make_small(arena, &built);
    assert_int_equal(instance_make(arena, "2020-01-01", &built, &error), 0);
    assert_int_equal(built.basis_months, 24);
    assert_int_equal(built.member_count, 3); /* another unit: its price cannot be compared */
    assert_string_equal(tree_text(tree_path(built.json, "members.0"), "kind"),
                        "ea"); /* what a lot here is reserved to */
    assert_string_equal(tree_text(tree_path(built.json, "members.2"), "kind"), "scop");
    assert_int_equal(tree_int(tree_path(built.json, "members.0.offers.0"), "capacity", 0), 252);
    assert_int_equal(tree_int(tree_path(built.json, "members.1.offers.0"), "capacity", 0), 180);
    assert_int_equal(tree_int(tree_path(built.json, "members.2.offers.0"), "capacity", 0), 70);
    assert_int_equal(tree_int(tree_path(built.json, "lots.0.requirements.0"), "quantity", 0),
                     240); /* as if it went on */
    assert_int_equal(tree_int(tree_path(built.json, "lots.1.requirements.0"), "quantity", 0), 100);
    assert_int_equal(tree_int(tree_path(built.json, "lots.0"), "worth_cents", 0), 400000);
    assert_int_equal(tree_int(tree_path(built.json, "lots.0"), "coordination_cents", 0), 3600);
    assert_int_equal(tree_int(tree_path(built.json, "lots.1"), "coordination_cents", 0), 1500);
    assert_string_equal(tree_path(built.json, "lots.0.requirements.0.accreditations.0")->text,
                        "prison_access/12");
    /* Holds over 12 months from June 2021, not over 24. */
    assert_int_equal(tree_path(built.json, "members.0.accreditations")->count, 1);
    assert_string_equal(tree_path(built.json, "members.0.accreditations.0")->text, "prison_access/12");
    assert_int_equal(built.note_count, 2); /* the unit, and no mark of quality */
    built_close(&built);
}

static void test_rounding(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct built built;
    struct error error = {0};
    make_small(arena, &built);
    assert_int_equal(instance_make(arena, "2020-01-01", &built, &error), 0);
    struct grouping_share thirds[] = {{0, 0, 100.0 / 3}, {1, 0, 100.0 / 3}, {2, 0, 100.0 / 3}};
    struct grouping_answer answers[] = {
        {.answered = false, .leader = -1, .why = WHY_QUANTITY, .why_requirement = 0, .why_amount = 10},
        {.answered = true, .leader = 0, .shares = thirds, .share_count = 3}};
    struct grouping_result result = {.status = GROUPING_FEASIBLE,
                                     .objective_cents = 900,
                                     .bound_cents = 1000,
                                     .answers = answers,
                                     .answer_count = 2};
    struct proposal proposal;
    assert_int_equal(proposal_make(arena, &built, &result, &built.weights, &proposal, &error), 0);
    assert_int_equal(proposal.share_count, 3);
    assert_int_equal(proposal.shares[0].quantity + proposal.shares[1].quantity + proposal.shares[2].quantity,
                     100);
    assert_int_equal(proposal.shares[0].quantity, 34);
    assert_int_equal(proposal.price_cents, 90000);
    assert_int_equal(proposal.parts[0].part_ppm + proposal.parts[1].part_ppm + proposal.parts[2].part_ppm,
                     1000000);
    for (int i = 0; i < 3; i++)
        assert_int_equal(proposal.parts[i].part_ppm % 100, 0); /* two decimals of a per cent */
    assert_int_equal(proposal.leader, 0);
    assert_string_equal(proposal.legal_form, "conjoint");
    assert_int_equal(proposal.gap_ppm, 100000);
    assert_int_equal(proposal.coordination_cents, 3 * 1500);
    struct why_names names = built_names(&built);
    /* Ten of the instance are five of a lot that lasts half as long. */
    assert_string_equal(why_reason(arena, "en", &names, 0, &answers[0]),
                        "Computer support and digital mediation: 120\u00a0heure are needed, 115 are possible "
                        "with all who are allowed "
                        "to; 5 are missing.");
    built_close(&built);
}

static void test_largest_amounts(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct built built;
    struct error error = {0};
    make_small(arena, &built);
    built.qualification.lots[0].estimated_value_cents = INT64_MAX / 2;
    assert_int_equal(instance_make(arena, "2020-01-01", &built, &error), ERR_REFUSED);
    assert_string_equal(error.field, "lots[0].worth_cents");
    built_close(&built);
}

/* --- lists stay inside their indexes --- */

static void test_plans(void **state)
{
    (void)state;
    struct house house;
    house_open(&house, subjects);
    static const char *const lists[] = {"grouping.list", "grouping.requests"};
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const struct view *one = app_view(house.app, lists[i]);
        for (int column = 0; column < one->column_count; column++)
            for (int filter = -1; filter < one->param_count; filter++) {
                struct db *db;
                char *plan;
                if ((!one->columns[column].sort && !one->columns[column].key) ||
                    (filter >= 0 && one->params[filter].search))
                    continue; /* what words find is few, and sorted after it was found */
                const char *filters = filter < 0 ? NULL : one->params[filter].name;
                char *sql = view_sql(house.app, one, house.arena, ROLE_COORDINATOR, filters,
                                     one->columns[column].name, false, true);
                assert_int_equal(store_reader(house.store, &db, &house.error), 0);
                assert_int_equal(db_begin_read(db, &house.error), 0);
                assert_int_equal(store_explain(db, house.arena, sql, &plan, &house.error), 0);
                db_end_read(db);
                store_release(house.store, db);
                if (strstr(plan, "TEMP B-TREE") ||
                    (strstr(plan, "SCAN") && !strstr(plan, "USING") && !strstr(plan, "VIRTUAL")))
                    fail_msg("%s by %s, filter %s: %s", lists[i], one->columns[column].name,
                             filters ? filters : "none", plan);
            }
    }
    house_close(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),    cmocka_unit_test(test_common_basis),
        cmocka_unit_test(test_rounding), cmocka_unit_test(test_largest_amounts),
        cmocka_unit_test(test_plans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
