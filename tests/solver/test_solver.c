/* Unit tests of the grouping engine: parts against brute force, answers against the checker, hard cases,
 * options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "groupings/solver/cut.h"
#include "groupings/solver/instance_json.h"
#include "groupings/solver/knapsack.h"
#include "groupings/solver/leaf.h"
#include "groupings/solver/lot.h"
#include "groupings/solver/master.h"
#include "groupings/solver/model.h"
#include "groupings/solver/scope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- seeded instances in memory ---- */

enum { MEMBERS = 12, LOTS = 3, FUNCTIONS = 4 };

struct sample {
    struct grouping_instance instance;
    struct grouping_member members[MEMBERS];
    struct grouping_offer offers[MEMBERS][FUNCTIONS];
    struct grouping_lot lots[LOTS];
    struct grouping_requirement requirements[LOTS][FUNCTIONS];
};

static const int32_t here[1] = {7};
static uint64_t seed;

static int32_t pick(int32_t low, int32_t high)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return low + (int32_t)((seed >> 33) % (uint64_t)(high - low + 1));
}

static void sample_member(struct sample *s, int m, bool tight)
{
    struct grouping_member *member = &s->members[m];
    *member = (struct grouping_member){.kind = KIND_SCIC,
                                       .can_lead = pick(0, 2) > 0,
                                       .turnover_cents = pick(1000, 200000),
                                       .turnover_limit_cents = tight ? pick(2000, 30000) : 10000000,
                                       .quality = pick(40, 100),
                                       .social = pick(40, 100),
                                       .offers = s->offers[m]};
    for (int32_t f = 0; f < FUNCTIONS; f++) {
        if (pick(0, 1))
            s->offers[m][member->offer_count++] = (struct grouping_offer){.function = f,
                                                                          .capacity = pick(20, 150),
                                                                          .unit_price_cents = pick(80, 140),
                                                                          .places = here,
                                                                          .place_count = 1};
    }
}

static void sample_make(struct sample *s, uint64_t number, bool tight)
{
    memset(s, 0, sizeof *s);
    seed = number * 7919 + 17;
    for (int m = 0; m < MEMBERS; m++)
        sample_member(s, m, tight);
    for (int l = 0; l < LOTS; l++) {
        struct grouping_lot *lot = &s->lots[l];
        *lot = (struct grouping_lot){.place = 7,
                                     .worth_cents = pick(5000, 40000),
                                     .coordination_cents = pick(100, 1500),
                                     .required_turnover_cents = pick(0, 200000),
                                     .max_members = pick(1, 4),
                                     .min_share_permille = pick(1, 250),
                                     .requirements = s->requirements[l]};
        for (int32_t f = 0; f < FUNCTIONS; f++) {
            if (pick(0, 2))
                s->requirements[l][lot->requirement_count++] = (struct grouping_requirement){
                    .function = f, .quantity = pick(30, 160), .reference_unit_price_cents = pick(90, 150)};
        }
    }
    s->instance = (struct grouping_instance){.members = s->members,
                                             .member_count = MEMBERS,
                                             .lots = s->lots,
                                             .lot_count = LOTS,
                                             .max_lots = -1,
                                             .weight_price = 60,
                                             .weight_quality = 25,
                                             .weight_social = 15};
}

static struct grouping_result *solve(const struct grouping_instance *instance,
                                     const struct grouping_options *options)
{
    struct grouping_result *result = NULL;
    assert_int_equal(grouping_solve(instance, options, &result), GROUPING_OK);
    assert_non_null(result);
    if (result->status == GROUPING_OPTIMAL || result->status == GROUPING_FEASIBLE) {
        double objective = 0;
        assert_null(grouping_check(instance, options, result, &objective, NULL));
        assert_true(fabs(objective - result->objective_cents) < 1e-6 * (1 + fabs(objective)));
        assert_true(result->bound_cents >= objective);
    }
    return result;
}

/* ---- leaf and lot against enumeration ---- */

/* Every group of a lot by its leaf: the best one. */
static double lot_brute_force(const struct model *model, int32_t l, struct leaf_space *space)
{
    const struct lot *lot = &model->lots[l];
    double cost[MEMBERS * FUNCTIONS], up[MEMBERS * FUNCTIONS], limit[MEMBERS], best = -INFINITY;

    for (int32_t a = 0; a < lot->arc_count; a++) {
        cost[a] = lot->arcs[a].score;
        up[a] = lot->arcs[a].up;
    }
    for (int32_t c = 0; c < lot->candidate_count; c++)
        limit[c] = model->right[model->turnover_row + lot->candidates[c].member];
    struct leaf_data data = {lot, cost, up, limit, model->right};
    for (uint32_t set = 1; set < 1u << lot->candidate_count; set++) {
        int32_t group[MEMBERS], count = 0;
        double value = lot->worth, turnover = 0, least = 0;
        bool lead = false;
        for (int32_t c = 0; c < lot->candidate_count; c++) {
            if (set >> c & 1) {
                group[count++] = c;
                value -= lot->candidates[c].coordination;
                turnover += lot->candidates[c].turnover;
                lead |= lot->candidates[c].lead;
            }
        }
        if (count > lot->max_group || !lead || turnover < lot->need)
            continue;
        if (leaf_solve(space, &data, group, count, INFINITY, &least, NULL, NULL) == LEAF_OPTIMAL)
            best = fmax(best, value - least);
    }
    return best;
}

static void test_lot_search_equals_enumeration(void **state)
{
    (void)state;
    struct grouping_options options = {.threads = 1};
    struct leaf_space *space = leaf_space_new();
    for (uint64_t number = 0; number < 150; number++) {
        struct sample s;
        struct model *model = NULL;
        struct control control = {0};
        sample_make(&s, number, number & 1);
        assert_int_equal(model_new(&s.instance, &options, &model), GROUPING_OK);
        assert_int_equal(control_start(&control, model, &options), GROUPING_OK);
        for (int32_t l = 0; l < LOTS; l++) {
            if (model->lots[l].impossible)
                continue;
            double truth = lot_brute_force(model, l, space);
            struct scope *scope = scope_new(model, &control, &l, 1, NULL, NULL, 0);
            struct column *column = scope_best_column(scope, l, NULL, -INFINITY, INT64_MAX, 0);
            if (isfinite(truth)) {
                assert_non_null(column);
                assert_true(fabs(column->value - truth) <= 1e-5 * (1 + fabs(truth)));
            } else {
                assert_null(column);
            }
            column_free(column);
            scope_free(scope);
        }
        control_end(&control);
        model_free(model);
    }
    leaf_space_free(space);
}

static void test_flow_cover_cuts_hold(void **state)
{
    (void)state;
    /* every 0/1 choice and extreme use of four lots sharing 10 obeys the cut found for a fractional point */
    for (uint64_t number = 0; number < 300; number++) {
        struct sample s;
        struct model *model = NULL;
        struct grouping_options options = {.threads = 1};
        struct cut_term terms[4];
        sample_make(&s, 1, false);
        s.offers[0][0] = (struct grouping_offer){
            .function = 0, .capacity = 10, .unit_price_cents = 1, .places = here, .place_count = 1};
        s.members[0].offer_count = 1;
        assert_int_equal(model_new(&s.instance, &options, &model), GROUPING_OK);
        struct cut_set *cuts = cut_set_new(8, 0);
        seed = number + 5;
        double left = 10;
        for (int i = 0; i < 4; i++) {
            double up = pick(2, 10), y = pick(1, 10) / 10.0, x = fmin(left, up * y);
            left -= x;
            terms[i] = (struct cut_term){.row = 0, .lot = i, .candidate = 0, .x = x, .y = y, .up = up};
        }
        double ups[4];
        for (int i = 0; i < 4; i++)
            ups[terms[i].lot] = terms[i].up;
        int32_t found = cut_set_separate(cuts, model, terms, 4, 5);
        assert_true(found >= 0);
        for (int32_t k = 0; k < found; k++) {
            for (uint32_t set = 0; set < 16; set++) {
                for (int order = 0; order < 24; order++) { /* fill in every order: the extreme points */
                    double rest = 10, sum = 0;
                    int perm[4] = {0, 1, 2, 3}, code = order;
                    for (int i = 0; i < 4; i++) {
                        int other = i + code % (4 - i), kept = perm[i];
                        code /= 4 - i;
                        perm[i] = perm[other];
                        perm[other] = kept;
                    }
                    for (int i = 0; i < 4; i++) {
                        int l = perm[i];
                        if (!(set >> l & 1))
                            continue;
                        double x = fmin(rest, ups[l]);
                        rest -= x;
                        for (int32_t e = 0; e < cuts->lot_counts[l]; e++) {
                            if (cuts->by_lot[l][e].cut == k)
                                sum += x - cuts->by_lot[l][e].credit;
                        }
                    }
                    assert_true(sum <= cuts->right[k] + 1e-6);
                }
            }
        }
        cut_set_free(cuts);
        model_free(model);
    }
}

static void test_knapsack_cuts_hold_and_cut(void **state)
{
    (void)state;
    int found = 0;
    for (uint64_t number = 0; number < 400; number++) {
        enum { ITEMS = 9 };
        double uses[ITEMS], part[ITEMS], parts[ITEMS], broken = 0;
        seed = number + 77;
        bool whole = number % 2;
        for (int i = 0; i < ITEMS; i++) {
            uses[i] = whole ? pick(1, 40) : pick(1, 40) + 0.37 * pick(0, 2);
            part[i] = pick(0, 3) ? pick(0, 10) / 10.0 : 0;
        }
        struct knapsack k = {ITEMS, uses, part, pick(40, 90) + (whole ? 0 : 0.5), pick(3, 10) / 10.0};
        int code = knapsack_find_cut(&k, parts);
        assert_true(code >= 0);
        if (code == 0)
            continue;
        found++;
        for (int i = 0; i < ITEMS; i++)
            broken += parts[i] * part[i];
        assert_true(broken > k.open);
        for (uint32_t set = 0; set < 1u << ITEMS; set++) {
            double weight = 0, sum = 0;
            for (int i = 0; i < ITEMS; i++) {
                weight += set >> i & 1 ? uses[i] : 0;
                sum += set >> i & 1 ? parts[i] : 0;
            }
            assert_true(weight > k.capacity || sum <= 1 + 1e-9);
        }
    }
    assert_true(found > 100);
}

/* ---- the whole ---- */

static void test_answers_are_checked_and_proven(void **state)
{
    (void)state;
    struct grouping_options options = {.threads = 1};
    for (uint64_t number = 0; number < 60; number++) {
        struct sample s;
        sample_make(&s, number, number & 1);
        struct grouping_result *result = solve(&s.instance, &options);
        assert_int_equal(result->status, GROUPING_OPTIMAL);
        for (int l = 0; l < LOTS; l++)
            assert_true(result->answers[l].answered == (result->answers[l].why == WHY_ANSWERED));
        grouping_result_free(result);
    }
}

static void test_threads_do_not_change_the_score(void **state)
{
    (void)state;
    for (uint64_t number = 0; number < 10; number++) {
        struct sample s;
        struct grouping_options one = {.threads = 1}, two = {.threads = 2};
        sample_make(&s, number, true);
        struct grouping_result *a = solve(&s.instance, &one), *b = solve(&s.instance, &two),
                               *c = solve(&s.instance, &two);
        assert_true(fabs(a->objective_cents - b->objective_cents) <= 2e-6 * fabs(a->objective_cents) + 1);
        assert_true(b->objective_cents == c->objective_cents && b->bound_cents == c->bound_cents);
        grouping_result_free(a);
        grouping_result_free(b);
        grouping_result_free(c);
    }
}

static void test_wishes(void **state)
{
    (void)state;
    for (uint64_t number = 0; number < 20; number++) {
        struct sample s;
        struct grouping_options options = {.threads = 1};
        sample_make(&s, number, false);
        struct grouping_result *free_result = solve(&s.instance, &options);
        for (int32_t m = 0; m < MEMBERS; m += 3) {
            struct grouping_wish wish = {GROUPING_EXCLUDE, -1, m};
            options.wishes = &wish;
            options.wish_count = 1;
            struct grouping_result *result = solve(&s.instance, &options); /* solve() checks the wish */
            assert_true(result->objective_cents <= free_result->objective_cents + 1);
            grouping_result_free(result);
            wish.rule = GROUPING_PIN;
            result = solve(&s.instance, &options);
            assert_true(result->status == GROUPING_INFEASIBLE ||
                        result->objective_cents <= free_result->objective_cents + 1);
            grouping_result_free(result);
        }
        options = (struct grouping_options){.threads = 1, .max_members = 3};
        struct grouping_result *few = solve(&s.instance, &options);
        assert_true(few->objective_cents <= free_result->objective_cents + 1);
        grouping_result_free(few);
        grouping_result_free(free_result);
    }
}

static void test_openings_are_paid_once(void **state)
{
    (void)state;
    for (uint64_t number = 0; number < 20; number++) {
        struct sample s;
        struct grouping_options options = {.threads = 1};
        sample_make(&s, number, false);
        struct grouping_result *before = solve(&s.instance, &options);
        for (int m = 0; m < MEMBERS; m++)
            s.members[m].opening_cents = 700;
        struct grouping_result *after = solve(&s.instance, &options);
        assert_int_equal(after->status, GROUPING_OPTIMAL);
        assert_true(after->objective_cents <= before->objective_cents + 1);
        assert_true(after->objective_cents >= before->objective_cents - 700.0 * MEMBERS - 1);
        grouping_result_free(before);
        grouping_result_free(after);
    }
}

static void test_mandatory_and_impossible(void **state)
{
    (void)state;
    struct sample s;
    struct grouping_options options = {.threads = 1};
    sample_make(&s, 3, false);
    s.lots[0].mandatory = true;
    s.requirements[0][0].quantity = 1e6;
    struct grouping_result *result = solve(&s.instance, &options);
    assert_int_equal(result->status, GROUPING_INFEASIBLE);
    assert_int_equal(result->infeasible_lot, 0);
    assert_int_equal(result->answers[0].why, WHY_QUANTITY);
    assert_true(result->answers[0].why_amount > 0);
    grouping_result_free(result);
}

static void test_bad_numbers_are_refused(void **state)
{
    (void)state;
    struct sample s;
    struct grouping_options options = {.threads = 1};
    struct grouping_result *result = NULL;
    sample_make(&s, 3, false);
    s.lots[0].worth_cents = GROUPING_AMOUNT_MAX + 1;
    assert_int_equal(grouping_solve(&s.instance, &options, &result), GROUPING_BAD_INSTANCE);
    assert_null(result);
    sample_make(&s, 3, false);
    s.lots[1].min_share_permille = 0;
    assert_int_equal(grouping_solve(&s.instance, &options, &result), GROUPING_BAD_INSTANCE);
    sample_make(&s, 3, false);
    s.requirements[0][0].quantity = NAN;
    assert_int_equal(grouping_solve(&s.instance, &options, &result), GROUPING_BAD_INSTANCE);
    sample_make(&s, 3, false);
    struct grouping_wish wish = {GROUPING_PIN, -1, MEMBERS};
    options.wishes = &wish;
    options.wish_count = 1;
    assert_int_equal(grouping_solve(&s.instance, &options, &result), GROUPING_BAD_OPTIONS);
}

static void test_stop_flag_keeps_bound(void **state)
{
    (void)state;
    struct sample s;
    atomic_bool stop = true;
    struct grouping_options options = {.threads = 2, .stop = &stop};
    sample_make(&s, 4, false);
    struct grouping_result *result = solve(&s.instance, &options);
    assert_true(isfinite(result->bound_cents));
    grouping_result_free(result);
}

static void test_explanations(void **state)
{
    (void)state;
    size_t remedies = 0, choices = 0;
    for (uint64_t number = 0; number < 12; number++) {
        struct sample s;
        struct grouping_options options = {.threads = 1};
        sample_make(&s, number, true);
        struct grouping_result *result = solve(&s.instance, &options);
        assert_int_equal(grouping_explain(&s.instance, &options, result), GROUPING_OK);
        for (int l = 0; l < LOTS; l++)
            remedies += result->answers[l].remedy_count;
        for (size_t i = 0; i < result->choice_count; i++) {
            const struct grouping_choice *c = &result->choices[i];
            struct grouping_wish wish = {GROUPING_EXCLUDE, c->lot, c->member};
            struct grouping_options without = {.threads = 1, .wishes = &wish, .wish_count = 1};
            struct grouping_result *other = solve(&s.instance, &without);
            double loss = result->objective_cents - other->objective_cents;
            assert_true(c->without_cents <= loss + 2 && loss <= c->without_most_cents + 2);
            grouping_result_free(other);
            choices++;
        }
        grouping_result_free(result);
    }
    assert_true(remedies > 0 && choices > 0);
}

static void test_frontier(void **state)
{
    (void)state;
    struct sample s;
    struct grouping_options options = {.threads = 1};
    struct grouping_frontier *frontier = NULL;
    sample_make(&s, 8, false);
    assert_int_equal(grouping_explore(&s.instance, &options, 5, &frontier), GROUPING_OK);
    assert_true(frontier->point_count >= 1 && frontier->point_count <= 5);
    assert_true(frontier->points[0].weight_price == 60);
    grouping_frontier_free(frontier);
}

static void test_reader_names_the_place(void **state)
{
    (void)state;
    static const char text[] = "{\"format\":\"maillon-grouping-1\",\"weights\":{\"price\":60,\"quality\":25,"
                               "\"social\":15},\"members\":[{\"id\":\"a\","
                               "\"kind\":\"scic\",\"can_lead\":true,\"turnover_cents\":1,\"turnover_limit_"
                               "cents\":1,\"quality\":50,\"social\":50,"
                               "\"accreditations\":[],\"offers\":[{\"function\":\"f\",\"capacity\":-3,\"unit_"
                               "price_cents\":1,\"places\":[\"x\"]}]}],"
                               "\"lots\":[]}";
    char message[GROUPING_MESSAGE];
    json_t *root = json_loads(text, 0, NULL);
    assert_non_null(root);
    assert_null(grouping_file_from_json(root, message));
    assert_string_equal(message, "members[0].offers[0].capacity: must be from 0");
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lot_search_equals_enumeration),
        cmocka_unit_test(test_flow_cover_cuts_hold),
        cmocka_unit_test(test_knapsack_cuts_hold_and_cut),
        cmocka_unit_test(test_answers_are_checked_and_proven),
        cmocka_unit_test(test_threads_do_not_change_the_score),
        cmocka_unit_test(test_wishes),
        cmocka_unit_test(test_openings_are_paid_once),
        cmocka_unit_test(test_mandatory_and_impossible),
        cmocka_unit_test(test_bad_numbers_are_refused),
        cmocka_unit_test(test_stop_flag_keeps_bound),
        cmocka_unit_test(test_explanations),
        cmocka_unit_test(test_frontier),
        cmocka_unit_test(test_reader_names_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
