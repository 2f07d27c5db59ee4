/* Killed while orders are placed, changed and cancelled, and while rounds are planned, filled, sent out and handed over: a restart finds a legal state, nothing is there twice,
 * nothing that was answered is lost, and the work goes on from where it stood. MAILLON_ROUNDS kills (8). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "rounds_house.h"

enum { CYCLES = 40 };

/* --- the child: cycle after cycle, each step such that doing it again does nothing --- */

static void say(const char *text)
{
    if (write(STDOUT_FILENO, text, strlen(text)) != (ssize_t)strlen(text))
        _exit(4);
}

/* Done, or done before the kill: fine. Anything else ends the child. */
static void step(struct house *house, const char *action, const char *json)
{
    if (house_run(house, &rounds_staff, action, json, NULL)) {
        fprintf(stderr, "child: %s %s: %s %s\n", action, json, house->error.field, house->error.message);
        _exit(3);
    }
}

static void move_somebody(struct house *house, int turn)
{
    step(house, "person move", arena_printf(house->arena, "{'whom':'%s','wing':'%c','cell':'%d'}", rounds_person(house, turn % 5),
                                            turn % 2 ? 'A' : 'B', 200 + turn));
}

/* Orders in a cycle that stays open: placed, changed, and those of every other person cancelled. */
static void live_orders(struct house *house, int number)
{
    struct arena *arena = house->arena;
    const char *cycle = arena_printf(arena, "O%d", number);
    if (!house_int(house, arena_printf(arena, "SELECT COUNT(*) FROM canteen_cycle WHERE code = '%s'", cycle)))
        step(house, "canteen cycle", arena_printf(arena, "{'cycle':'%s','goods':['grocery'],'closes_on':'2199-01-05','delivers_on':'2199-01-08'}", cycle));
    for (int person = 0; person < ROUNDS_PEOPLE - 1; person++) {
        const char *whom = rounds_person(house, person);
        if (house_int(house, arena_printf(arena, "SELECT COUNT(*) FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE c.code = '%s' AND "
                                                 "o.reference = '%s' AND o.state = 'cancelled'", cycle, whom)))
            continue;
        step(house, "canteen order", arena_printf(arena, "{'cycle':'%s','whom':'%s','items':['1x2','3'],'replace':true}", cycle, whom));
        step(house, "canteen order", arena_printf(arena, "{'cycle':'%s','whom':'%s','items':['1','3x2'],'replace':true}", cycle, whom));
        say(arena_printf(arena, "ordered %s.%d\n", cycle, person));
        if (person % 2)
            step(house, "canteen cancel", arena_printf(arena, "{'cycle':'%s','whom':'%s'}", cycle, whom));
    }
}

/* Pieces of work in the order of days, up to the bags that were kept; what was done is said, so that nothing of it may be lost. */
static void live_cycle(struct house *house, int number)
{
    struct arena *arena = house->arena;
    const char *cycle = arena_printf(arena, "C%d", number);
    if (!house_int(house, arena_printf(arena, "SELECT COUNT(*) FROM canteen_cycle WHERE code = '%s'", cycle)))
        return;
    step(house, "round plan", arena_printf(arena, "{'cycle':'%s'}", cycle));
    for (const char *wing = "ab"; *wing; wing++) {
        if (!house_int(house, arena_printf(arena, "SELECT COUNT(*) FROM canteen_round WHERE code = '%s.%c'", cycle, *wing)))
            continue;
        const char *stays = rounds_person(house, *wing == 'a' ? 5 : 6);
        bool waits = house_int(house, arena_printf(arena, "SELECT COUNT(*) FROM canteen_round WHERE code = '%s.%c' AND state IN ('planned', 'picking')",
                                                   cycle, *wing));
        if (waits) {
            step(house, "round pick", arena_printf(arena, "{'round':'%s.%c','exceptions':'%s;3;2\\n%s;1;2;2'}", cycle, *wing, stays, stays));
            say(arena_printf(arena, "picked %s.%c\n", cycle, *wing));
            move_somebody(house, number * 2 + (*wing == 'b'));
            step(house, "round load", arena_printf(arena, "{'round':'%s.%c'}", cycle, *wing));
        }
        step(house, "round deliver", arena_printf(arena, "{'round':'%s.%c','exceptions':'%s;%s'}", cycle, *wing, stays,
                                                  number % 3 ? "3;missing;1" : "absent"));
        say(arena_printf(arena, "delivered %s.%c\n", cycle, *wing));
        const char *kept = house_text(house, arena_printf(arena, "SELECT b.reference FROM canteen_bag b JOIN canteen_round r ON r.id = b.round_id "
                                                                 "WHERE r.code = '%s.%c' AND b.state = 'kept'", cycle, *wing));
        if (kept)
            step(house, "round bag", arena_printf(arena, "{'bag':'%s','bag_way':'%s'}", kept, *wing == 'a' ? "handed_later" : "back_on_shelf"));
    }
}

static int run_child(const char *path, const char *folder)
{
    struct house house = {.arena = arena_new(), .subjects = cli_subjects, .path = path};
    snprintf(house.folder, sizeof house.folder, "%s", folder); /* where the keys are */
    house_reopen(&house);
    rounds_session(&house);
    say("ready\n");
    for (int number = 0; number < CYCLES; number++) {
        if (number % 4 == 0)
            live_orders(&house, number);
        live_cycle(&house, number);
    }
    say("all\n");
    pause();
    return 0;
}

/* --- the parent --- */

struct process {
    pid_t pid;
    FILE *said;
};

static struct process start_child(const struct house *house)
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
        execl("/proc/self/exe", "test_rounds_crash", "child", house->path, house->folder, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    process.said = fdopen(ends[0], "r");
    if (!fgets(line, sizeof line, process.said))
        fail_msg("the child did not start");
    return process;
}

/* What it said is there. */
static void check_said(struct house *house, const char *line)
{
    char what[16] = "", round[24] = "";
    if (sscanf(line, "%15s %23s", what, round) != 2)
        return;
    if (!strcmp(what, "ordered")) {
        char *person = strchr(round, '.');
        *person++ = 0;
        if (house_int(house, arena_printf(house->arena, "SELECT COUNT(*) FROM canteen_order o JOIN canteen_cycle c ON c.id = o.cycle_id WHERE c.code = '%s' AND "
                                                        "o.reference = '%s'", round, rounds_person(house, atoi(person)))) != 1)
            fail_msg("lost, or there twice: %s", line);
        return;
    }
    if (!house_int(house, arena_printf(house->arena, "SELECT COUNT(*) FROM canteen_round WHERE code = '%s' AND %s", round,
                                       !strcmp(what, "picked") ? "filled_count = bag_count" : "state = 'delivered'")))
        fail_msg("lost: %s", line);
}

static bool kill_child(struct process *process, char ret_said[][32], int *ret_count, int most)
{
    int status;
    char line[32];
    bool all = false;
    kill(process->pid, SIGKILL);
    waitpid(process->pid, &status, 0);
    if (!WIFSIGNALED(status))
        fail_msg("the child ended by itself: %d", WEXITSTATUS(status));
    for (*ret_count = 0; fgets(line, sizeof line, process->said) && strchr(line, '\n');) {
        all |= !strcmp(line, "all\n");
        if (*ret_count < most)
            strcpy(ret_said[(*ret_count)++], line);
    }
    fclose(process->said);
    return all;
}

static void test_killed_at_any_point(void **state)
{
    static char said[CYCLES * 8 + 2][32];
    const char *rounds = getenv("MAILLON_ROUNDS");
    int left = rounds ? atoi(rounds) : 8, count;
    unsigned seed = rounds ? (unsigned)getpid() : 4;
    (void)state;
    while (left > 0) {
        struct house house;
        bool all = false;
        rounds_open(&house);
        for (int i = 0; i < CYCLES; i++)
            rounds_cycle(&house, arena_printf(house.arena, "C%d", i), -1);
        for (; left > 0 && !all; left--) {
            house_shut(&house);
            struct process process = start_child(&house);
            usleep((useconds_t)(rand_r(&seed) % 150) * 1000);
            all = kill_child(&process, said, &count, CYCLES * 8 + 2);
            house_reopen(&house);
            for (int i = 0; i < count; i++)
                check_said(&house, said[i]);
            rounds_must_hold(&house);
        }
        house_close(&house);
    }
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "child"))
        return run_child(argv[2], argv[3]);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_killed_at_any_point)};
    return cmocka_run_group_tests_name("rounds, killed", tests, NULL, NULL);
}
