#include "canteen_house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "cli/cli.h"
#include "kernel/action.h"

double bench_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void bench_must(int code, const struct error *error)
{
    char text[ERROR_TEXT_BYTES];
    if (!code)
        return;
    error_format(error, error->message ? error->message : "?", text, sizeof text);
    fprintf(stderr, "bench: %s %s\n", error->field, text);
    exit(1);
}

/* words: name, value, name, value … NULL. bytes: the file of an import. */
static void run(struct bench_house *house, const char *action, const char *const *words, const struct buffer *bytes)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct error error = {0};
    const struct action *declared = app_action(house->app, action);
    struct tree *input = tree_map(arena), *result = NULL;
    struct action_request request = {.session = &session_local, .language = "fr", .input = input};
    for (; *words; words += 2)
        tree_set_text(arena, input, words[0], words[1]);
    if (bytes) {
        tree_set_text(arena, input, "file", "bench.csv");
        request.file = (struct upload){"bench.csv", bytes->bytes, bytes->length};
    }
    bench_must(declared->job ? action_run_here(house->app, declared, &request, NULL, NULL, NULL, arena, &result, &error)
                             : action_run(house->app, declared, &request, arena, &result, &error),
               &error);
    const struct tree *refused = tree_get(result, "refused");
    if (refused && refused->count) {
        fprintf(stderr, "bench: %s refused %d lines\n", action, (int)refused->count);
        exit(1);
    }
}
#define RUN(house, action, bytes, ...) run(house, action, (const char *const[]){__VA_ARGS__, NULL}, bytes)

static void fill(struct bench_house *house, int products, int cycles)
{
    static const char *const families[] = {"grocery", "drinks", "hygiene", "correspondence", "tobacco", "household"};
    _cleanup_buffer_ struct buffer csv = {0};
    RUN(house, "establishment add", NULL, "kind", "ma", "name", "Maison d’arrêt de Rouen", "department", "76");
    buffer_text(&csv, "code;name;brand;goods;vat;measure;content;allergens;diets;price;purchase_cost;handling_cost\n");
    for (int i = 0; i < products; i++)
        buffer_printf(&csv, "%d;Produit de cantine %d;Marque %c;%s;vat.food;g;%d;%s;%s;%d,%02d;0,30;0,05\n", 101 + i, i + 1, 'A' + i % 7,
                      families[i * 6 / products], 100 + i % 9 * 50, i % 3 ? "gluten milk" : "", i % 4 ? "" : "no_pork", 1 + i % 7, i * 13 % 100);
    RUN(house, "canteen import", &csv, "decision", "2026-1", "decided_on", "2026-01-02", "establishment", "ma-rouen");
    buffer_clear(&csv);
    buffer_text(&csv, "number;event;date;family_name;given_names;wing;cell\n");
    for (int i = 0; i < house->people; i++)
        buffer_printf(&csv, "%d;arrival;2026-01-05;EXEMPLE%d;Camille;%c;%d\n", 10000 + i, i, 'A' + i % 3, 100 + i / 3);
    RUN(house, "person import", &csv, "establishment", "ma-rouen");
    buffer_clear(&csv);
    buffer_text(&csv, "person;amount\n");
    for (int i = 0; i < house->people; i++)
        buffer_printf(&csv, "%d;5000,00\n", 10000 + i);
    RUN(house, "canteen balances", &csv, "establishment", "ma-rouen");
    for (int i = 0; i < cycles; i++)
        RUN(house, "canteen cycle", NULL, "cycle", arena_printf(house->arena, "C%d", i), "goods",
            "grocery drinks hygiene correspondence tobacco household", "opens_on", "2026-01-01", "closes_on", "2199-01-05", "delivers_on",
            "2199-01-09", "establishment", "ma-rouen");
}

void bench_reopen(struct bench_house *house)
{
    struct error error = {0};
    bench_must(store_open(arena_printf(house->arena, "%s/bench.db", house->folder), 0, &house->store, &error), &error);
    bench_must(app_open(cli_subjects, house->store, &house->app, &error), &error);
    house->app->keys = arena_printf(house->arena, "%s/keys", house->folder);
    bench_must(app_migrate(house->app, &error), &error);
}

void bench_open(struct bench_house *house, int people, int products, int cycles)
{
    *house = (struct bench_house){.arena = arena_new(), .folder = "/tmp/maillon-bench-XXXXXX", .people = people};
    if (!mkdtemp(house->folder))
        exit(1);
    bench_reopen(house);
    fill(house, products, cycles);
}

void bench_shut(struct bench_house *house)
{
    app_close(house->app);
    store_close(house->store);
}

void bench_close(struct bench_house *house)
{
    bench_shut(house);
    if (system(arena_printf(house->arena, "rm -r %s", house->folder)))
        fprintf(stderr, "bench: %s stays\n", house->folder);
    arena_free(house->arena);
}
