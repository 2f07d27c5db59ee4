/* Killed while years are closed, allocated, booked and their funds spent: a restart finds a legal state, nothing is there
 * twice, nothing that was answered is lost, and the work goes on from where it stood. MAILLON_ROUNDS kills (8). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "books.h"

enum { FIRST_YEAR = 2016, LAST_YEAR = 2024 };

/* --- the child: year after year, each step such that doing it again does nothing --- */

static int text_to_stdout(const char *text)
{
    return write(STDOUT_FILENO, text, strlen(text)) == (ssize_t)strlen(text);
}

/* Refused because it was done before the kill: fine. Anything else ends the child. */
static void step(struct coop *coop, const struct session *session, const char *action, const char *json)
{
    int code = house_run(&coop->house, session, action, json, NULL);
    if (code && code != ERR_REFUSED) {
        fprintf(stderr, "child: %s: %d %s %s\n", action, code, coop->house.error.field, coop->house.error.message);
        _exit(3);
    }
}

static void live_year(struct coop *coop, int year)
{
    struct arena *arena = coop->house.arena;
    char code[8], line[32];
    snprintf(code, sizeof code, "%d", year);
    if (year == FIRST_YEAR)
        coop_year(coop, code);
    int closed = (int)house_int(&coop->house, arena_printf(arena, "SELECT COUNT(*) FROM surplus_close WHERE year = '%s'", code));
    if (!closed) {
        coop_post(coop, arena_printf(arena, "%s-02-01", code), "512", "1013", 100000);
        coop_post(coop, arena_printf(arena, "%s-03-01", code), "411", "7061", 500000);
        coop_post(coop, arena_printf(arena, "%s-04-01", code), "607", "401", year % 5 ? 300000 : 600000);
        step(coop, &coop->accountant, "inventory add",
             arena_printf(arena, "{'year':'%s','entry_nature':'charge_payable','amount':7000,'label':'Eau','account':'6061'}", code));
    }
    step(coop, &coop->accountant, "fund open", "{'fund':'F','name':'F','purpose':'families','opened_on':'2016-01-01'}");
    step(coop, &coop->accountant, "year close", arena_printf(arena, "{'year':'%s'}", code));
    step(coop, &coop->accountant, "allocation draft",
         arena_printf(arena, year % 5 ? "{'year':'%s','assembly_on':'%d-06-15','funds':[{'fund':'F','amount':5000}]}"
                                      : "{'year':'%s','assembly_on':'%d-06-15'}",
                      code, year + 1));
    step(coop, &coop->coordinator, "allocation decide",
         arena_printf(arena,
                      "{'year':'%s','decided_on':'%d-06-15','votes_for':5,'votes_against':1,'votes_abstained':0,'minutes':'AG %s'}",
                      code, year + 1, code));
    step(coop, &coop->accountant, "allocation book", arena_printf(arena, "{'year':'%s'}", code));
    step(coop, &coop->accountant, "fund spend",
         arena_printf(arena,
                      "{'fund':'F','use':'family_travel','amount':3000,'label':'Car','on':'%d-07-01','piece':'F-%s'}", year + 1, code));
    snprintf(line, sizeof line, "%d\n", year);
    if (!text_to_stdout(line))
        _exit(4);
}

static int run_child(const char *path)
{
    struct coop coop = {.house = {.arena = arena_new(), .subjects = coop_subjects, .path = path}};
    coop_sessions(&coop);
    house_reopen(&coop.house);
    text_to_stdout("ready\n");
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++)
        live_year(&coop, year);
    text_to_stdout("all\n");
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
        execl("/proc/self/exe", "test_surplus_crash", "child", path, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    process.said = fdopen(ends[0], "r");
    if (!fgets(line, sizeof line, process.said))
        fail_msg("the child did not start");
    return process;
}

/* The last year it said it had finished, 0 for none; all: it came to the end. */
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
        if (line[0] == '2')
            last = atoi(line);
    }
    fclose(process->said);
    return last;
}

static void none(struct coop *coop, const char *what, const char *sql)
{
    int64_t found = house_int(&coop->house, sql);
    if (found)
        fail_msg("%s: %lld", what, (long long)found);
}

static void check_state(struct coop *coop, int finished)
{
    coop_must_verify(coop);
    none(coop, "years closed without their record",
         "SELECT COUNT(*) FROM ledger_year y WHERE y.state = 'closed' AND NOT EXISTS (SELECT 1 FROM surplus_close c WHERE c.year_id = y.id)");
    none(coop, "records of years that are open",
         "SELECT COUNT(*) FROM surplus_close c JOIN ledger_year y ON y.id = c.year_id WHERE y.state <> 'closed'");
    none(coop, "accruals not turned back with the close",
         "SELECT COUNT(*) FROM surplus_inventory i JOIN surplus_close c ON c.year = i.year WHERE i.reverses = 1 AND i.reversal_id IS NULL");
    none(coop, "accruals turned back before the close",
         "SELECT COUNT(*) FROM surplus_inventory i WHERE i.reversal_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM surplus_close c WHERE "
         "c.year = i.year)");
    none(coop, "the same accrual twice", "SELECT COUNT(*) FROM (SELECT year FROM surplus_inventory GROUP BY year HAVING COUNT(*) > 1) x");
    none(coop, "decisions without an allocation, or the other way round",
         "SELECT COUNT(*) - (SELECT COUNT(*) FROM surplus_allocation a WHERE a.state <> 'drafted') FROM surplus_decision d");
    none(coop, "entries of allocations beside those booked",
         "SELECT COUNT(*) - (SELECT COUNT(*) FROM surplus_allocation a WHERE a.state = 'booked') FROM ledger_entry e WHERE e.journal = 'AF'");
    none(coop, "lines that do not make the result",
         "SELECT COUNT(*) FROM surplus_allocation a WHERE ABS(a.result_cents) <> (SELECT SUM(l.amount_cents) FROM surplus_allocation_line l "
         "WHERE l.allocation_id = a.id)");
    none(coop, "fund beside what was booked for it",
         "SELECT COALESCE((SELECT allocated_cents FROM surplus_fund), 0) - COALESCE((SELECT SUM(l.amount_cents) FROM surplus_allocation_line l "
         "JOIN surplus_allocation a ON a.id = l.allocation_id WHERE a.state = 'booked' AND l.code = 'fund'), 0)");
    none(coop, "fund beside its moves",
         "SELECT COALESCE((SELECT left_cents FROM surplus_fund), 0) - COALESCE((SELECT SUM(CASE WHEN kind = 'spent' THEN -amount_cents ELSE "
         "amount_cents END) FROM surplus_fund_move), 0)");
    none(coop, "spendings beside their entries",
         "SELECT COUNT(*) - (SELECT COUNT(*) FROM surplus_spending WHERE state = 'spent') FROM ledger_entry e WHERE e.journal = 'FO'");
    none(coop, "a fund below zero", "SELECT COUNT(*) FROM surplus_fund WHERE left_cents < 0");
    none(coop, "years that were said to be finished and are not",
         arena_printf(coop->house.arena,
                      "SELECT COUNT(*) - (SELECT COUNT(*) FROM surplus_allocation a WHERE a.state = 'booked' AND a.year <= '%d') "
                      "FROM ledger_year y WHERE y.code <= '%d'",
                      finished, finished));
}

static void test_killed_at_any_point(void **state)
{
    const char *rounds = getenv("MAILLON_ROUNDS");
    int left = rounds ? atoi(rounds) : 8;
    unsigned seed = rounds ? (unsigned)getpid() : 4;
    (void)state;
    while (left > 0) {
        struct coop coop;
        int all = 0;
        coop_open(&coop, "scic");
        for (; left > 0 && !all; left--) {
            house_shut(&coop.house);
            struct process process = start_child(coop.house.path);
            usleep((useconds_t)(rand_r(&seed) % 200) * 1000);
            int finished = kill_child(&process, &all);
            house_reopen(&coop.house);
            check_state(&coop, finished);
        }
        coop_close(&coop);
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "child"))
        return run_child(argv[2]);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_killed_at_any_point)};
    return cmocka_run_group_tests_name("surplus, killed", tests, NULL, NULL);
}
