/* Killed while cycles are settled, told, compared, paid and given back: a restart finds a legal state, nothing is charged twice,
 * and the work goes on from where it stood. MAILLON_ROUNDS kills (8). */
#include "canteen/settling.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "canteen/settlement/settlement.h"
#include "cli/cli.h"

enum { CYCLES = 6, BUYERS = 20 };

/* --- the child: cycle after cycle, each step such that doing it again does nothing --- */

static void say(const char *text)
{
    if (write(STDOUT_FILENO, text, strlen(text)) != (ssize_t)strlen(text))
        _exit(4);
}

static void step(struct shop *shop, int code, const char *what)
{
    if (code) {
        fprintf(stderr, "child: %s: %d %s %s\n", what, code, shop->house.error.field, shop->house.error.message);
        _exit(3);
    }
}

/* The office takes all of the last list but one euro of one debit. */
static void answer_list(struct shop *shop, int64_t batch)
{
    struct house *house = &shop->house;
    struct arena *arena = house->arena;
    const char *file = "person;amount;order\n";
    for (int i = 0; i < BUYERS; i++) {
        const char *reference = house_text(house, arena_printf(arena, "SELECT reference FROM canteen_balance ORDER BY person_id LIMIT 1 OFFSET %d", i));
        const char *of = arena_printf(arena, "FROM canteen_debit d JOIN canteen_batch b ON b.id = d.batch_id WHERE b.number = %" PRId64 " AND d.reference = '%s' AND d.kind = 'charge'",
                                      batch, reference);
        if (!house_int(house, arena_printf(arena, "SELECT COUNT(*) %s", of)))
            continue;
        int64_t cents = house_int(house, arena_printf(arena, "SELECT MAX(d.charged_cents) %s", of));
        int64_t order = house_int(house, arena_printf(arena, "SELECT MAX(d.order_id) %s", of));
        file = arena_printf(arena, "%s%s;%" PRId64 ".%02" PRId64 ";%" PRId64 "\n", file, reference, cents / 100, cents % 100, order);
    }
    step(shop, shop_job(shop, "settlement answers", arena_printf(arena, "{'batch':%" PRId64 "}", batch), file, NULL), "answers");
}

struct giving {
    struct shop *shop;
    int64_t order;
};

static int give(struct db *db, void *context, struct error *error)
{
    struct giving *giving = context;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct ctx ctx = {.app = giving->shop->house.app, .arena = arena, .session = &giving->shop->staff, .language = "en", .error = error,
                      .now_ms = 1680000000000, .today = "2023-03-28"};
    return settlement_give_back(&ctx, db, giving->order, 7, "damaged", arena_printf(arena, "complaint:%" PRId64, giving->order), error);
}

static void live_cycle(struct shop *shop, int cycle)
{
    struct house *house = &shop->house;
    struct arena *arena = house->arena;
    struct tree *result;
    step(shop, shop_job(shop, "settlement cycle", arena_printf(arena, "{'cycle':'C%d','on':'2023-03-15'}", cycle), NULL, NULL), "cycle");
    say("settled\n");
    int64_t order = house_int(house, arena_printf(arena, "SELECT MIN(d.order_id) FROM canteen_debit d JOIN canteen_cycle c ON c.id = d.cycle_id WHERE "
                                                         "c.code = 'C%d' AND d.charged_cents > 100", cycle));
    struct giving giving = {shop, order};
    step(shop, store_write(house->store, give, &giving, false, &house->error), "give back");
    step(shop, house_run(house, &shop->staff, "settlement tell", "{'on':'2023-03-16'}", &result), "tell");
    int64_t batch = house_int(house, "SELECT MAX(number) FROM canteen_batch");
    answer_list(shop, batch);
    step(shop, house_run(house, &shop->staff, "settlement paid",
                         arena_printf(arena, "{'bank_reference':'V%d','amount':1000,'more_than_owed':true,'on':'2023-03-20'}", cycle), NULL), "paid");
    say(arena_printf(arena, "%d\n", cycle));
}

static int run_child(const char *path)
{
    struct shop shop = {.house = {.arena = arena_new(), .subjects = cli_subjects, .path = path}};
    house_reopen(&shop.house);
    shop_sessions(&shop);
    say("ready\n");
    for (int cycle = 1; cycle <= CYCLES; cycle++)
        live_cycle(&shop, cycle);
    say("all\n");
    pause();
    return 0;
}

/* --- the parent --- */

struct process {
    pid_t pid;
    FILE *said;
};

static struct process start_child(const char *path)
{
    int ends[2];
    char line[32];
    if (pipe(ends))
        fail_msg("no pipe");
    struct process process = {.pid = fork()};
    if (!process.pid) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/proc/self/exe", "test_settlement_crash", "child", path, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    process.said = fdopen(ends[0], "r");
    if (!fgets(line, sizeof line, process.said))
        fail_msg("the child did not start");
    return process;
}

/* How many cycles it said it had ended; all: it came to the end. */
static int kill_child(struct process *process, int *ret_all)
{
    int status, last = 0;
    char line[32];
    kill(process->pid, SIGKILL);
    waitpid(process->pid, &status, 0);
    if (!WIFSIGNALED(status))
        fail_msg("the child ended by itself: %d", WEXITSTATUS(status));
    while (fgets(line, sizeof line, process->said) && strchr(line, '\n')) {
        *ret_all |= !strcmp(line, "all\n");
        if (line[0] >= '1' && line[0] <= '9')
            last = atoi(line);
    }
    fclose(process->said);
    return last;
}

static void none(struct shop *shop, const char *what, const char *sql)
{
    int64_t found = house_int(&shop->house, sql);
    if (found)
        fail_msg("%s: %" PRId64, what, found);
}

static void check_state(struct shop *shop, int finished)
{
    shop_agrees(shop);
    none(shop, "cycles half settled",
         "SELECT COUNT(*) FROM (SELECT cycle_id FROM canteen_order GROUP BY cycle_id HAVING MIN(CASE WHEN state = 'settled' THEN 1 ELSE 0 END) <> "
         "MAX(CASE WHEN state = 'settled' THEN 1 ELSE 0 END)) x");
    none(shop, "orders charged twice", "SELECT COUNT(*) FROM (SELECT order_id FROM canteen_debit WHERE kind = 'charge' GROUP BY order_id HAVING COUNT(*) > 1) x");
    none(shop, "orders given back twice", "SELECT COUNT(*) FROM (SELECT order_id FROM canteen_debit WHERE kind = 'give_back' GROUP BY order_id HAVING COUNT(*) > 1) x");
    none(shop, "debits told without a list, or the other way round",
         "SELECT COUNT(*) FROM canteen_debit WHERE (state = 'to_tell') <> (batch_id IS NULL)");
    none(shop, "lists beside their debits",
         "SELECT COUNT(*) FROM canteen_batch b WHERE b.debit_cents <> (SELECT SUM(d.charged_cents) FROM canteen_debit d WHERE d.batch_id = b.id)");
    none(shop, "transfers beside their entries", "SELECT COUNT(*) - (SELECT COUNT(*) FROM canteen_paid) FROM ledger_entry WHERE journal = 'BQ'");
    none(shop, "cycles that were said to be finished and are not",
         arena_printf(shop->house.arena, "SELECT COUNT(*) FROM canteen_cycle WHERE state <> 'settled' AND CAST(SUBSTR(code, 2) AS INTEGER) <= %d", finished));
}

/* Everything delivered, nothing settled. */
static void fill_shop(struct shop *shop)
{
    unsigned seed = 7;
    for (int i = 0; i < BUYERS; i++)
        shop_balance(shop, i, 100000);
    for (int cycle = 1; cycle <= CYCLES; cycle++) {
        int64_t orders[BUYERS];
        const char *code = arena_printf(shop->house.arena, "C%d", cycle);
        shop_cycle(shop, code);
        for (int i = 0; i < BUYERS; i++)
            orders[i] = shop_order(shop, code, i, arena_printf(shop->house.arena, "'1x%d','2x%d','3','4'", 1 + rand_r(&seed) % 5, 1 + rand_r(&seed) % 3));
        shop_accept(shop, code);
        for (int i = 0; i < BUYERS; i++) {
            shop_pick(shop, orders[i]);
            if (i % 7)
                shop_hand(shop, orders[i], rand_r(&seed) % 4 ? -1 : 1);
        }
    }
}

static void test_killed_at_any_point(void **state)
{
    const char *rounds = getenv("MAILLON_ROUNDS");
    int left = rounds ? atoi(rounds) : 8;
    unsigned seed = rounds ? (unsigned)getpid() : 4;
    (void)state;
    while (left > 0) {
        struct shop shop;
        int all = 0;
        memset(&shop, 0, sizeof shop);
        shop_open(&shop, true);
        fill_shop(&shop);
        for (; left > 0 && !all; left--) {
            house_shut(&shop.house);
            struct process process = start_child(shop.house.path);
            usleep((useconds_t)(rand_r(&seed) % 60) * 1000);
            int finished = kill_child(&process, &all);
            house_reopen(&shop.house);
            check_state(&shop, finished);
        }
        shop_close(&shop);
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "child"))
        return run_child(argv[2]);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_killed_at_any_point)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
