/* grouping-solve: the engine alone, without the program or a database, for tests and benches. */
#include "groupings/solver/instance_json.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static atomic_bool stop_asked;

static void ask_stop(int signal_number)
{
    (void)signal_number;
    atomic_store(&stop_asked, true);
}

static void print_progress(void *user, double best, double bound, double seconds)
{
    (void)user;
    fprintf(stderr, "%8.2f s  best %15.0f  bound %15.0f  gap %.4f %%\n", seconds, best, bound,
            isfinite(best) ? 100 * (bound - best) / fmax(1, fabs(bound)) : INFINITY);
}

struct arguments {
    const char *path;
    struct grouping_options options;
    struct grouping_wish wishes[64];
    const char *wish_members[64];
    bool lp, explain, stats;
    size_t frontier;
};

static int usage(void)
{
    fputs("usage: grouping-solve INSTANCE.json [--seconds N] [--gap PPM] [--threads N] [--pin M] [--exclude "
          "M]\n"
          "       [--max-members N] [--max-group N] [--rounds N] [--nodes N] [--progress] [--explain] "
          "[--frontier N] [--stats] [--lp]\n",
          stderr);
    return 2;
}

static bool read_option(struct arguments *a, const char *name, const char *value)
{
    struct grouping_options *o = &a->options;
    char *end = NULL;
    double number = strtod(value, &end);

    if (strcmp(name, "--pin") == 0 || strcmp(name, "--exclude") == 0) {
        if (o->wish_count == 64)
            return false;
        a->wish_members[o->wish_count] = value;
        a->wishes[o->wish_count++] = (struct grouping_wish){
            .rule = strcmp(name, "--pin") == 0 ? GROUPING_PIN : GROUPING_EXCLUDE, .lot = -1};
        return true;
    }
    if (!*value || *end || !(number >= 0) || number > 1e9)
        return false;
    if (strcmp(name, "--seconds") == 0)
        o->seconds = number;
    else if (strcmp(name, "--gap") == 0)
        o->gap = number * 1e-6;
    else if (strcmp(name, "--threads") == 0)
        o->threads = (int)number;
    else if (strcmp(name, "--max-members") == 0)
        o->max_members = (int32_t)number;
    else if (strcmp(name, "--max-group") == 0)
        o->max_group = (int32_t)number;
    else if (strcmp(name, "--rounds") == 0)
        o->max_rounds = (int64_t)number;
    else if (strcmp(name, "--nodes") == 0)
        o->max_nodes = (int64_t)number;
    else if (strcmp(name, "--frontier") == 0)
        a->frontier = (size_t)number;
    else
        return false;
    return true;
}

static bool read_arguments(struct arguments *a, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--progress") == 0)
            a->options.progress = print_progress;
        else if (strcmp(argv[i], "--explain") == 0)
            a->explain = true;
        else if (strcmp(argv[i], "--stats") == 0)
            a->stats = true;
        else if (strcmp(argv[i], "--lp") == 0)
            a->lp = true;
        else if (argv[i][0] != '-' && !a->path)
            a->path = argv[i];
        else if (i + 1 >= argc || !read_option(a, argv[i], argv[i + 1]))
            return false;
        else
            i++;
    }
    return a->path != NULL;
}

static void print_choices(const struct grouping_file *file, const struct grouping_result *result)
{
    for (size_t i = 0; i < result->choice_count; i++) {
        const struct grouping_choice *c = &result->choices[i];
        fprintf(stderr,
                "%s %s: price %.0f quality %.0f social %.0f coordination %.0f; without it the score falls by "
                "%.0f to %.0f%s\n",
                grouping_file_lot_id(file, (size_t)c->lot), grouping_file_member_id(file, (size_t)c->member),
                c->price_cents, c->quality_cents, c->social_cents, c->coordination_cents, c->without_cents,
                c->without_most_cents, c->proven ? " (proven)" : "");
    }
}

static int print_frontier(struct arguments *a, const struct grouping_file *file)
{
    struct grouping_frontier *frontier = NULL;
    enum grouping_error error =
        grouping_explore(grouping_file_instance(file), &a->options, a->frontier, &frontier);
    if (error) {
        fprintf(stderr, "grouping-solve: error %d\n", (int)error);
        return 1;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < frontier->point_count; i++) {
        const struct grouping_point *p = &frontier->points[i];
        json_t *item = json_pack("{s:{s:f, s:f, s:f}, s:f, s:f, s:f, s:f}", "weights", "price",
                                 p->weight_price, "quality", p->weight_quality, "social", p->weight_social,
                                 "price_cents", p->price_cents, "worth_cents", p->worth_cents,
                                 "quality_cents", p->quality_cents, "social_cents", p->social_cents);
        json_object_set_new(item, "solution", grouping_result_to_json(file, p->result, NULL, NULL));
        json_array_append_new(list, item);
    }
    json_dumpf(list, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(list);
    grouping_frontier_free(frontier);
    return 0;
}

static int solve_and_print(struct arguments *a, const struct grouping_file *file)
{
    struct grouping_result *result = NULL;
    const struct grouping_instance *instance = grouping_file_instance(file);
    enum grouping_error error = grouping_solve(instance, &a->options, &result);

    if (!error && a->explain)
        error = grouping_explain(instance, &a->options, result);
    if (error) {
        fprintf(stderr, "grouping-solve: error %d\n", (int)error);
        return 1;
    }
    if (a->stats)
        fprintf(stderr, "%.2f s, %lld nodes, %lld rounds, %lld lots searched\n", result->seconds,
                (long long)result->nodes, (long long)result->rounds, (long long)result->lots_priced);
    if (a->explain)
        print_choices(file, result);
    json_t *json = grouping_result_to_json(file, result, NULL, NULL);
    json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(json);
    grouping_result_free(result);
    return 0;
}

int main(int argc, char **argv)
{
    static struct arguments a;
    char message[GROUPING_MESSAGE];

    if (!read_arguments(&a, argc, argv))
        return usage();
    struct grouping_file *file = grouping_file_load(a.path, message);
    if (!file) {
        fprintf(stderr, "grouping-solve: %s\n", message);
        return 1;
    }
    for (size_t i = 0; i < a.options.wish_count; i++) {
        a.wishes[i].member = grouping_file_find_member(file, a.wish_members[i]);
        if (a.wishes[i].member < 0) {
            fprintf(stderr, "grouping-solve: no member %s\n", a.wish_members[i]);
            grouping_file_free(file);
            return 1;
        }
    }
    a.options.wishes = a.wishes;
    a.options.stop = &stop_asked;
    signal(SIGINT, ask_stop);
    signal(SIGTERM, ask_stop);
    int code = 0;
    if (a.lp)
        code = grouping_file_write_lp(file, stdout) ? 0 : 1;
    else
        code = a.frontier ? print_frontier(&a, file) : solve_and_print(&a, file);
    grouping_file_free(file);
    return code;
}
