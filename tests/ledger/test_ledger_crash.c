/* Books when the program is killed while it posts, holds and closes years, and when several accountants post at once:
 * what was answered stays, what is sent again with its key stands once, no number is missing, no guard gives way. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "books.h"

enum { CLIENTS = 3, RACE_CENTS = 120, RACE_TRIES = 100 };

/* --- what a client sends: entry number i of client c, the same whenever it is sent --- */

struct work {
    int64_t bank, sales, customer, member;
    char key[64];
    int number;
    struct ledger_posted posted;
};

/* The first open year's first day: a client that is late is never refused for its date. */
static int open_day(struct db *db, char ret_on[11], struct error *error)
{
    struct arena *arena = arena_new();
    char *on = NULL;
    int result = db_text(db, arena, "SELECT starts_on FROM ledger_year WHERE book = 'general' AND state = 'open' ORDER BY starts_on LIMIT 1",
                         NULL, &on, error);
    if (!result)
        memcpy(ret_on, on, 11);
    arena_free(arena);
    return result;
}

static int find_accounts(struct db *db, struct work *work, struct error *error)
{
    int result = ledger_account_find(db, NULL, "512", NULL, &work->bank, error);
    if (!result)
        result = ledger_account_find(db, NULL, "706", NULL, &work->sales, error);
    if (!result)
        result = ledger_account_find(db, NULL, "411", NULL, &work->customer, error);
    return result ? result : ledger_account_find(db, NULL, "4551", "X", &work->member, error);
}

/* Every third is held first and posted in part, in the same task; its key is that of the posting. */
static int send_entry(struct db *db, void *context, struct error *error)
{
    struct work *work = context;
    char on[11], hold_key[80];
    int result = find_accounts(db, work, error);
    if (!result)
        result = open_day(db, on, error);
    if (result)
        return result;
    int64_t cents = 100 + work->number % 50;
    struct ledger_line lines[] = {{.account = work->customer, .amount_cents = cents}, {.account = work->sales, .amount_cents = -cents}};
    struct ledger_entry entry = {.journal = "VE", .entry_on = on, .label = "Facture", .key = work->key, .lines = lines, .line_count = 2};
    int64_t now_ms = BOOKS_NOW + (work->number % 7 - 3) * INT64_C(86400000); /* a clock that is not to be trusted */
    if (work->number % 3)
        return ledger_post(db, &entry, 1, now_ms, &work->posted, error);
    struct ledger_posted hold;
    struct ledger_entry held = entry;
    snprintf(hold_key, sizeof hold_key, "%s.hold", work->key);
    held.key = hold_key;
    result = ledger_hold(db, &held, now_ms, &hold, error);
    lines[0].amount_cents = cents - 10;
    lines[1].amount_cents = 10 - cents;
    return result ? result : ledger_post_hold(db, hold.id, &entry, now_ms, &work->posted, error);
}

static int close_first_year(struct db *db, void *context, struct error *error)
{
    char on[11];
    struct ledger_year year;
    (void)context;
    int result = open_day(db, on, error);
    if (!result)
        result = ledger_year_of(db, NULL, on, &year, error);
    return result ? result : ledger_year_close(db, year.id, BOOKS_NOW, NULL, error);
}

/* --- the child: sends until it is killed; says each key once it was answered --- */

struct client {
    struct store *store;
    const char *name;
    int number;
};

static void say_line(const char *text)
{
    char line[80];
    int length = snprintf(line, sizeof line, "%s\n", text);
    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        _exit(6);
}

static void *send_for_ever(void *context)
{
    const struct client *client = context;
    for (int i = 0;; i++) {
        struct error error = {0};
        struct work work = {.number = i};
        snprintf(work.key, sizeof work.key, "%s-%d-%d", client->name, client->number, i);
        int code = store_write(client->store, send_entry, &work, false, &error);
        if (!code)
            say_line(work.key);
        else if (code == ERR_BUSY)
            i--;
        else {
            fprintf(stderr, "child: %d %s %s %s\n", code, error.field, error.message, error.arguments[0]);
            _exit(3);
        }
        if (client->number == 0 && i % 15 == 14)
            store_write(client->store, close_first_year, NULL, false, &error);
    }
    return NULL;
}

static int run_child(const char *path, const char *name)
{
    struct store *store;
    struct error error = {0};
    pthread_t threads[CLIENTS];
    struct client clients[CLIENTS];
    if (store_open(path, 0, &store, &error)) {
        fprintf(stderr, "child: cannot open: %s\n", error.message);
        return 4;
    }
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = (struct client){store, name, i};
        if (pthread_create(&threads[i], NULL, send_for_ever, &clients[i]))
            return 5;
    }
    pthread_join(threads[0], NULL);
    return 0;
}

/* --- the race: everybody wants the last cent --- */


static int take_cent(struct db *db, void *context, struct error *error)
{
    struct work *work = context;
    struct ledger_line lines[] = {{.account = work->member, .amount_cents = 1}, {.account = work->bank, .amount_cents = -1}};
    struct ledger_entry entry = {.journal = "BQ", .entry_on = "2023-05-02", .label = "Retrait", .lines = lines, .line_count = 2};
    return ledger_post(db, &entry, 1, BOOKS_NOW, &work->posted, error);
}

struct racer {
    struct store *store;
    struct work work;
    int won, lost;
};

static void *race(void *context)
{
    struct racer *racer = context;
    for (int i = 0; i < RACE_TRIES; i++) {
        struct error error = {0};
        int code = store_write(racer->store, take_cent, &racer->work, false, &error);
        if (!code)
            racer->won++;
        else if (code == ERR_BUSY)
            i--;
        else if (code == ERR_REFUSED && strstr(error.message, "below zero"))
            racer->lost++;
        else {
            fprintf(stderr, "racer: %d %s %s\n", code, error.message, error.arguments[0]);
            _exit(3);
        }
    }
    return NULL;
}

static int read_accounts(struct db *db, void *context, struct error *error)
{
    return find_accounts(db, context, error);
}

static int run_race(const char *path)
{
    struct store *store;
    struct error error = {0};
    struct racer racers[2];
    pthread_t threads[2];
    struct work accounts = {0};
    if (store_open(path, 0, &store, &error) || store_write(store, read_accounts, &accounts, false, &error)) {
        fprintf(stderr, "racer: %s\n", error.message);
        return 4;
    }
    for (int i = 0; i < 2; i++) {
        racers[i] = (struct racer){.store = store, .work = accounts};
        pthread_create(&threads[i], NULL, race, &racers[i]);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    store_close(store);
    printf("%d\n", racers[0].won + racers[1].won);
    return 0;
}

/* --- the parent --- */

struct process {
    pid_t pid;
    FILE *said;
};

static struct process start(const char *what, const char *path, const char *name)
{
    int ends[2];
    if (pipe(ends))
        fail_msg("no pipe");
    struct process process = {.pid = fork()};
    if (!process.pid) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/proc/self/exe", "test_ledger_crash", what, path, name, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    process.said = fdopen(ends[0], "r");
    return process;
}

static int64_t count_key(struct books *books, const char *key)
{
    struct arena *arena = arena_new();
    int64_t count = house_int(&books->house, arena_printf(arena, "SELECT count(*) FROM ledger_entry WHERE key = '%s'", key));
    arena_free(arena);
    return count;
}

/* Kills it, checks that all it said is there, and sends what was under way once more, as its client would. */
static int kill_and_check(struct books *books, struct process *process, const char *name)
{
    int status, count = 0, last[CLIENTS], client, number;
    char line[80];
    kill(process->pid, SIGKILL);
    waitpid(process->pid, &status, 0);
    if (!WIFSIGNALED(status))
        fail_msg("the child ended by itself: %d", WEXITSTATUS(status));
    house_reopen(&books->house);
    for (int i = 0; i < CLIENTS; i++)
        last[i] = -1;
    while (fgets(line, sizeof line, process->said) && strchr(line, '\n')) {
        *strchr(line, '\n') = 0;
        if (sscanf(strchr(line, '-') + 1, "%d-%d", &client, &number) != 2 || number != last[client] + 1)
            fail_msg("said out of order: %s", line);
        last[client] = number;
        if (count_key(books, line) != 1)
            fail_msg("%s was answered and is not there", line);
        count++;
    }
    fclose(process->said);
    for (int i = 0; i < CLIENTS; i++) {
        struct work work = {.number = last[i] + 1};
        snprintf(work.key, sizeof work.key, "%s-%d-%d", name, i, work.number);
        bool was = count_key(books, work.key) == 1;
        int code = books_write(books, send_entry, &work);
        if (code || work.posted.before != was || count_key(books, work.key) != 1)
            fail_msg("%s sent again: %d, before %d, was %d", work.key, code, work.posted.before, was);
    }
    return count;
}

static void check_books(struct books *books)
{
    books_must_verify(books);
    assert_int_equal(store_check(books->house.store, &books->house.error), 0);
    assert_int_equal(house_int(&books->house, "SELECT count(*) FROM ledger_entry h WHERE h.kind = 'hold' AND NOT EXISTS "
                                              "(SELECT 1 FROM ledger_entry e WHERE e.origin_id = h.id)"), 0);
}

static void test_killed_at_any_moment(void **state)
{
    (void)state;
    const char *asked = getenv("MAILLON_ROUNDS");
    int rounds = asked ? atoi(asked) : 10, total = 0;
    struct books books;
    books_open(&books);
    house_shut(&books.house);
    srand(20142573);
    for (int round = 0; round < rounds; round++) {
        char name[16];
        snprintf(name, sizeof name, "r%d", round);
        struct process child = start("child", books.house.path, name);
        usleep((useconds_t)(30000 + rand() % 250000));
        total += kill_and_check(&books, &child, name);
        check_books(&books);
        house_shut(&books.house);
    }
    house_reopen(&books.house);
    print_message("    %d kills, %d answered entries, %d years, all there once\n", rounds, total,
                  (int)house_int(&books.house, "SELECT count(*) FROM ledger_year"));
    assert_true(total > rounds);
    books_close(&books);
}

static void test_the_last_cent(void **state)
{
    (void)state;
    struct books books;
    books_open(&books);
    assert_int_equal(books_move(&books, "2023-05-01", books.bank, books.member, RACE_CENTS, NULL, NULL), 0);
    struct process one = start("race", books.house.path, ""), two = start("race", books.house.path, "");
    int first = -1, second = -1, status;
    assert_int_equal(fscanf(one.said, "%d", &first), 1);
    assert_int_equal(fscanf(two.said, "%d", &second), 1);
    fclose(one.said);
    fclose(two.said);
    waitpid(one.pid, &status, 0);
    waitpid(two.pid, &status, 0);
    print_message("    two programs of two accountants each took %d and %d of %d cents\n", first, second, RACE_CENTS);
    assert_int_equal(first + second, RACE_CENTS);
    assert_int_equal(books_balance(&books, books.member).debit, RACE_CENTS);
    assert_int_equal(house_int(&books.house, "SELECT last_number FROM ledger_year"), RACE_CENTS + 1);
    books_must_verify(&books);
    books_close(&books);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_at_any_moment),
        cmocka_unit_test(test_the_last_cent),
    };
    if (count == 4 && !strcmp(words[1], "child"))
        return run_child(words[2], words[3]);
    if (count == 4 && !strcmp(words[1], "race"))
        return run_race(words[2]);
    return cmocka_run_group_tests_name("ledger crash", tests, NULL, NULL);
}
