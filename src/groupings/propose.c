/* Searching for the grouping that answers a call best, as a job. */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "groupings/matters.h"
#include "groupings/search.h"
#include "groupings/sentence.h"
#include "groupings/unlock.h"
#include "kernel/action.h"

/* Precise enough to tell how many lots are answered. */
static const double WHAT_IF_GAP = 1e-4;

void search_close(struct search *search)
{
    if (search->result)
        grouping_result_free(search->result);
    built_close(&search->built);
}

/* --- progress --- */

static void report_score(struct search *search, struct arena *arena, const char *name, double cents)
{
    const char *language = search->ctx->language;
    job_report(search->ctx->job, name,
               isfinite(cents) && fabs(cents) < 9e15
                   ? number_screen(arena, llround(cents), DECIMALS_MONEY, false, language)
                   : "–");
}

static void report(void *user, double best, double bound, double seconds)
{
    struct search *search = user;
    _cleanup_arena_ struct arena *arena = arena_new();
    bool known = isfinite(best) && isfinite(bound);
    double gap = known ? (bound - best) / fmax(1, fabs(bound)) : 0;
    report_score(search, arena, "best", best);
    report_score(search, arena, "bound", bound);
    job_report(search->ctx->job, "gap",
               known ? sentence_rate(arena, search->ctx->language, llround(gap * 1e6)) : "–");
    job_report(search->ctx->job, "took",
               number_screen(arena, llround(seconds * 10), 1, false, search->ctx->language));
    job_progress(search->ctx->job, (int64_t)(fmin(seconds, search->seconds) * 10),
                 (int64_t)(search->seconds * 10));
}

/* --- what was asked --- */

static const char *words_of(struct arena *arena, const struct tree *list)
{
    const char *text = "";
    for (const struct tree *word = list ? list->first : NULL; word; word = word->next)
        text = *text ? arena_printf(arena, "%s %s", text, word->text) : word->text;
    return text;
}

static int find_parent(struct search *search, const char *reference)
{
    struct ctx *ctx = search->ctx;
    struct db *db;
    struct grouping_row row;
    if (!reference)
        return 0;
    int result = store_reader(ctx->app->store, &db, ctx->error);
    if (result)
        return result;
    result = db_begin_read(db, ctx->error);
    if (!result) {
        result = grouping_read(db, ctx->arena, reference, &row, ctx->error);
        db_end_read(db);
    }
    store_release(ctx->app->store, db);
    if (!result && row.tender_id != search->built.qualification.tender)
        result = error_set(ctx->error, ERR_INVALID, "parent", N_("The grouping {0} answers another call."),
                           reference, NULL);
    if (!result)
        search->parent = row.id;
    return result;
}

int search_prepare(struct search *search, const struct tree *args)
{
    struct ctx *ctx = search->ctx;
    struct weights weights = {tree_int(args, "weight_price", -1), tree_int(args, "weight_quality", -1),
                              tree_int(args, "weight_social", -1)};
    int result = instance_build(ctx->app, ctx->arena, tree_text(args, "tender"), &weights, ctx->today,
                                &search->built, ctx->error);
    if (!result)
        result = find_parent(search, tree_text(args, "parent"));
    if (!result)
        result = search_add_wishes(search, args, "pin", GROUPING_PIN);
    if (!result)
        result = search_add_wishes(search, args, "exclude", GROUPING_EXCLUDE);
    search->pinned = words_of(ctx->arena, tree_get(args, "pin"));
    search->excluded = words_of(ctx->arena, tree_get(args, "exclude"));
    search->seconds = (double)tree_int(args, "seconds", 30);
    search->options.seconds = search->seconds;
    search->options.max_members = (int32_t)tree_int(args, "max_members", 0);
    search->options.stop = job_stop_flag(ctx->job);
    search->options.wishes = search->wishes;
    search->options.progress = report;
    search->options.user = search;
    return result;
}

int search_refuse(struct ctx *ctx, enum grouping_error failed)
{
    return error_set(ctx->error, failed == GROUPING_BAD_OPTIONS ? ERR_INVALID : ERR_INTERNAL, "",
                     failed == GROUPING_BAD_OPTIONS ? N_("These wishes contradict each other.")
                                                    : N_("The engine failed on this call."),
                     NULL);
}

/* --- keeping --- */

static int keep_all(struct db *db, void *context, struct error *error)
{
    struct search *search = context;
    int result = 0;
    /* In an arena of its own: the task may run again. References are copied out of it. */
    _cleanup_arena_ struct arena *arena = arena_new();
    for (int i = 0; i < search->keeping_count && !result; i++) {
        result = proposal_keep(db, arena, &search->keepings[i], error);
        if (!result)
            search->keepings[i].reference = arena_strdup(search->ctx->arena, search->keepings[i].reference);
    }
    return result;
}

int search_keep(struct search *search)
{
    return ctx_write(search->ctx, keep_all, search);
}

int search_add(struct search *search, const struct grouping_result *result, const struct weights *weights,
               const char *origin, const int **then_answered)
{
    struct ctx *ctx = search->ctx;
    struct proposal *proposal = ARENA_NEW(ctx->arena, struct proposal);
    int code = proposal_make(ctx->arena, &search->built, result, weights, proposal, ctx->error);
    if (code)
        return code;
    proposal->then_answered = then_answered;
    search->keepings[search->keeping_count++] = (struct keeping){
        .proposal = proposal,
        .origin = search->parent && text_is(origin, "proposed") ? "changed" : origin,
        .author = actor_name(ctx->app, ctx->session, ctx->arena),
        .today = ctx->today,
        .parent = search->parent,
        .now_ms = ctx->now_ms,
        .max_members = search->options.max_members,
        .pinned = search->pinned,
        .excluded = search->excluded,
    };
    return 0;
}

static void answer_proposal(struct search *search, struct tree *result)
{
    struct ctx *ctx = search->ctx;
    const struct keeping *keeping = &search->keepings[0];
    struct tree *solution = proposal_solution(ctx->arena, keeping->proposal, ctx->language);
    tree_set_text(ctx->arena, result, "grouping", keeping->reference);
    for (struct tree *member = solution->first; member; member = member->next) {
        if (text_is(member->name, "lots")) {
            tree_set_int(ctx->arena, result, "gap_ppm", keeping->proposal->gap_ppm);
            tree_set_int(ctx->arena, result, "price_cents", keeping->proposal->price_cents);
        }
        tree_set(ctx->arena, result, member->name, member);
    }
}

/* --- actions --- */

/* Most lots first; the engine's order stays among equals. */
static void order_remedies(struct grouping_answer *answer, int *then)
{
    for (size_t i = 1; i < answer->remedy_count; i++)
        for (size_t k = i; k > 0 && then[k] > then[k - 1]; k--) {
            struct grouping_remedy remedy = answer->remedies[k];
            int count = then[k];
            answer->remedies[k] = answer->remedies[k - 1];
            then[k] = then[k - 1];
            answer->remedies[k - 1] = remedy;
            then[k - 1] = count;
        }
}

int search_explain(struct search *search, const struct grouping_instance *instance,
                   struct grouping_result *result, const int ***ret_then_answered)
{
    struct arena *arena = search->ctx->arena;
    struct grouping_options options = search->options;
    size_t remedies = 0;
    *ret_then_answered = NULL;
    if (job_stopping(search->ctx->job))
        return 0;
    enum grouping_error failed = grouping_explain(instance, &search->options, result);
    if (failed)
        return search_refuse(search->ctx, failed);
    for (size_t l = 0; l < result->answer_count; l++)
        remedies += result->answers[l].remedy_count;
    options.seconds = search->options.seconds / (double)(remedies + 1);
    options.gap = WHAT_IF_GAP;
    const int **counts = ARENA_ARRAY(arena, const int *, result->answer_count + 1);
    for (size_t l = 0; l < result->answer_count; l++) {
        struct grouping_answer *answer = &result->answers[l];
        int *then = ARENA_ARRAY(arena, int, answer->remedy_count + 1);
        for (size_t i = 0; i < answer->remedy_count; i++)
            then[i] = unlock_answered(arena, instance, &options, (int32_t)l, &answer->remedies[i]);
        order_remedies(answer, then);
        counts[l] = then;
    }
    *ret_then_answered = counts;
    return 0;
}

static int solve(struct search *search)
{
    struct ctx *ctx = search->ctx;
    const struct grouping_instance *instance = grouping_file_instance(search->built.file);
    enum grouping_error failed = grouping_solve(instance, &search->options, &search->result);
    if (failed)
        return search_refuse(ctx, failed);
    /* Explained in a time of its own, unless it was stopped: what would unlock a lot is found by solving
     * again. */
    if (search->result->status == GROUPING_UNKNOWN)
        return error_set(
            ctx->error, ERR_REFUSED, "seconds",
            N_("The search ended before it found an answer or proved that there is none. Give it more time."),
            NULL);
    search->options.progress = NULL;
    return search_explain(search, instance, search->result, &search->then_answered);
}

int grouping_propose(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct search search = {.ctx = ctx, .keepings = ARENA_ARRAY(ctx->arena, struct keeping, 1)};
    int code = search_prepare(&search, args);
    if (!code)
        code = solve(&search);
    if (!code)
        code = search_add(&search, search.result, &search.built.weights, "proposed", search.then_answered);
    if (!code)
        code = search_keep(&search);
    if (!code)
        answer_proposal(&search, result);
    search_close(&search);
    return code;
}
