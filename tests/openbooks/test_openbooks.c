/* Published, written as a folder, proven: and what was tampered with is named. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/catalogue.h"
#include "base/text.h"
#include "cli/cli.h"
#include "ledger/ledger.h"
#include "openbooks/openbooks.h"
#include "support/support.h"
#include "web/template.h"
#include "web/web.h"

struct books {
    struct house house;
    struct session accountant, coordinator;
    struct openbooks_printer printer;
    char folder[160];
};

/* --- what tests do --- */

static const char *translate(const char *text, const char *language)
{
    return tr(language, text);
}

static const char *name_of(const char *code, const char *language)
{
    return tr_name(language, code);
}

static int print_template(void *context, const char *name, const struct tree *tree, const char *language,
                          struct buffer *out, struct error *error)
{
    const struct template_options options = {language, translate, true, name_of};
    return template_render(context, name, tree, &options, out, error);
}

static const char *why(struct books *books)
{
    char text[1024];
    error_format(&books->house.error, books->house.error.message ? books->house.error.message : "", text,
                 sizeof text);
    return arena_strdup(books->house.arena, text);
}

static void must(struct books *books, int code, const char *what)
{
    if (code)
        fail_msg("%s: %d %s: %s", what, code, books->house.error.field, why(books));
}

static void must_say(struct books *books, int code, const char *part)
{
    if (!code || !strstr(why(books), part))
        fail_msg("answered %d: %s; expected: %s", code, why(books), part);
}

static void does(struct books *books, const struct session *session, const char *action, const char *json)
{
    must(books, house_run(&books->house, session, action, json, NULL), action);
}

struct posting {
    const char *on, *debit, *credit;
    int64_t amount;
};

static int write_entry(struct db *db, void *context, struct error *error)
{
    const struct posting *posting = context;
    struct ledger_line lines[2] = {{.amount_cents = posting->amount}, {.amount_cents = -posting->amount}};
    struct ledger_entry entry = {
        .journal = "OD", .entry_on = posting->on, .label = "Essai", .lines = lines, .line_count = 2};
    int code = ledger_account_open(db, &(struct ledger_account_asked){.number = posting->debit},
                                   &lines[0].account, error);
    if (!code)
        code = ledger_account_open(db, &(struct ledger_account_asked){.number = posting->credit},
                                   &lines[1].account, error);
    return code ? code : ledger_post(db, &entry, 1, 1700000000000, NULL, error);
}

static void post(struct books *books, const char *on, const char *debit, const char *credit, int64_t amount)
{
    struct posting posting = {on, debit, credit, amount};
    must(books, store_write(books->house.store, write_entry, &posting, false, &books->house.error), "post");
}

static int verify(struct books *books, const char *folder)
{
    struct openbooks_proof proof;
    books->house.error = (struct error){0};
    return openbooks_verify(books->house.app, folder, &books->printer, &proof, &books->house.error);
}

static int write_site(struct books *books)
{
    books->house.error = (struct error){0};
    int64_t number = house_int(&books->house, "SELECT MAX(number) FROM openbooks_publication");
    return openbooks_write(books->house.app, number, books->folder, &books->printer, &books->house.error);
}

static const char *path_of(struct books *books, const char *file)
{
    return arena_printf(books->house.arena, "%s/%s", books->folder, file);
}

static char *read_file(struct books *books, const char *file)
{
    _cleanup_buffer_ struct buffer bytes = {0};
    assert_int_equal(buffer_read_file(&bytes, path_of(books, file), 1 << 24), 0);
    return arena_copy(books->house.arena, buffer_string(&bytes), bytes.length);
}

static void write_file(struct books *books, const char *file, const char *text)
{
    FILE *out = fopen(path_of(books, file), "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/* Changes the first place where `from` stands. */
static void tamper(struct books *books, const char *file, const char *from, const char *to)
{
    const char *text = read_file(books, file), *at = strstr(text, from);
    if (!at)
        fail_msg("%s holds no %s", file, from);
    write_file(books, file,
               arena_printf(books->house.arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)));
}

/* --- the books --- */

static int open_books(void **state)
{
    struct books *books = memory_get(sizeof *books);
    house_open(&books->house, cli_subjects); /* pages show views of every room */
    books->accountant = session_with(ROLE_ACCOUNTANT, 0, 0, NULL);
    books->coordinator = session_with(ROLE_COORDINATOR, 0, 0, NULL);
    struct template_set *set = NULL;
    must(books, web_templates(books->house.app, &set, &books->house.error), "templates");
    books->printer = (struct openbooks_printer){print_template, set};
    snprintf(books->folder, sizeof books->folder, "%s/site", books->house.folder);
    does(books, &books->accountant, "ledger entity",
         "{'siren':'000980003','name':'EXEMPLE','kind':'scic','example':true}");
    does(books, &books->accountant, "ledger year-open",
         "{'year':'2023','starts_on':'2023-01-01','ends_on':'2023-12-31'}");
    *state = books;
    return 0;
}

static int close_books(void **state)
{
    struct books *books = *state;
    template_set_free(books->printer.context);
    house_close(&books->house);
    freep(state);
    return 0;
}

static void live_2023(struct books *books)
{
    post(books, "2023-01-02", "512", "1013", 5000000);
    post(books, "2023-03-31", "411", "70611", 11700000);
    post(books, "2023-04-30", "512", "7071", 300000);
    post(books, "2023-05-31", "6071", "401", 4000000);
    post(books, "2023-06-30", "6411", "512", 5000000);
    post(books, "2023-09-30", "6215", "401", 2000000);
}

static void allocate_2023(struct books *books)
{
    does(books, &books->accountant, "year close", "{'year':'2023'}");
    does(books, &books->accountant, "fund open",
         "{'fund':'REINS','name':'Formation','purpose':'reintegration','opened_on':'2024-01-01'}");
    does(books, &books->accountant, "fund open",
         "{'fund':'FAMI','name':'Familles','purpose':'families','opened_on':'2024-01-01'}");
    does(books, &books->accountant, "allocation draft",
         "{'year':'2023','assembly_on':'2024-06-15','interest':100000,'funds':[{'fund':'REINS','amount':"
         "200000},"
         "{'fund':'FAMI','amount':100000}]}");
}

static void decide_2023(struct books *books)
{
    does(books, &books->coordinator, "allocation decide",
         "{'year':'2023','decided_on':'2024-06-15','votes_for':42,'votes_against':3,'votes_abstained':1,'"
         "minutes':'AG 2024'}");
    does(books, &books->accountant, "allocation book", "{'year':'2023'}");
}

static void spend(struct books *books, const char *fund, const char *use, int euros, int people,
                  const char *on)
{
    static int pieces;
    does(books, &books->accountant, "fund spend",
         arena_printf(books->house.arena,
                      "{'fund':'%s','use':'%s','amount':%d,'label':'Secret de "
                      "Paul','on':'%s','piece':'P-%d','people':%d}",
                      fund, use, euros * 100, on, ++pieces, people));
}

static void whole_way(struct books *books)
{
    live_2023(books);
    allocate_2023(books);
    decide_2023(books);
    spend(books, "REINS", "training_place", 800, 12, "2024-07-01");
    spend(books, "REINS", "equipment", 300, 4, "2024-07-02");
    spend(books, "FAMI", "family_travel", 450, 36, "2024-07-03");
    spend(books, "FAMI", "equipment", 150, 40, "2024-07-03");
    does(books, &books->accountant, "openbooks publish", "{}");
    must(books, write_site(books), "write");
}

static const char *page(struct books *books)
{
    return house_text(
        &books->house,
        "SELECT page FROM openbooks_page WHERE language = 'en' AND publication = (SELECT MAX(number) FROM "
        "openbooks_publication) ORDER BY year DESC LIMIT 1");
}

/* --- what must hold --- */

static void test_the_whole_way(void **state)
{
    struct books *books = *state;
    struct tree *answer;
    whole_way(books);
    must(books, verify(books, NULL), "verify");
    must(books, verify(books, books->folder), "verify the folder");
    must(books, journal_verify(books->house.app, &(int64_t){0}, (char[JOURNAL_HASH_BYTES]){0}, &books->house.error), "journal");
    assert_non_null(strstr(page(books), "\"provisional\":false"));
    assert_int_equal(house_view(&books->house, &session_public, "openbooks.latest", "{}", &answer), 0);
    assert_string_equal(tree_text(tree_get(answer, "fr"), "year"), "2023");
    assert_int_equal(
        house_int(&books->house, "SELECT value FROM openbooks_figure WHERE figure = '2023.result'"), 1000000);
    assert_int_equal(
        house_int(&books->house, "SELECT value FROM openbooks_figure WHERE figure = '2023.fund.REINS.left'"),
        90000);
    assert_int_equal(
        house_int(&books->house,
                  "SELECT value FROM openbooks_figure WHERE figure = '2023.fund.REINS.used.equipment'"),
        30000);
}

static void test_nobody_is_named_and_small_counts_are_hidden(void **state)
{
    struct books *books = *state;
    static const char *const files[] = {"fr/2023.html", "en/2023.html", "data/figures.csv",
                                        "data/figures.json"};
    whole_way(books);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        assert_null(strstr(read_file(books, files[i]), "Paul"));
    assert_null(strstr(page(books), "Paul"));
    assert_int_equal(
        house_int(&books->house,
                  "SELECT COUNT(*) FROM openbooks_figure WHERE figure = '2023.people.2024.equipment.REINS' "
                  "AND value IS NULL"),
        1);
    assert_true(house_int(&books->house,
                          "SELECT COUNT(*) FROM openbooks_figure WHERE kind = 'people' AND value IS NULL") >=
                4);
    assert_int_equal(house_int(&books->house,
                               "SELECT COUNT(*) FROM openbooks_figure WHERE kind = 'people' AND value < 11"),
                     0);
}

static void test_published_twice_is_published_once(void **state)
{
    struct books *books = *state;
    whole_way(books);
    does(books, &books->coordinator, "openbooks publish", "{}");
    assert_int_equal(house_int(&books->house, "SELECT COUNT(*) FROM openbooks_publication"), 1);
    must(books, write_site(books), "written again in its own place");
    must(books, verify(books, books->folder), "verify");
}

/* --- provisional --- */

static void test_an_open_year_is_provisional(void **state)
{
    struct books *books = *state;
    live_2023(books);
    does(books, &books->accountant, "openbooks publish", "{}");
    assert_non_null(strstr(page(books), "\"closed\":false"));
    assert_non_null(strstr(page(books), "\"provisional\":true"));
    must(books, write_site(books), "write");
    assert_non_null(strstr(read_file(books, "en/index.html"), "These figures are provisional"));
    assert_non_null(strstr(read_file(books, "fr/index.html"), "provisoires"));
    must(books, verify(books, books->folder), "verify");
}

static void test_an_allocation_that_is_not_booked_is_provisional(void **state)
{
    struct books *books = *state;
    live_2023(books);
    allocate_2023(books);
    does(books, &books->accountant, "openbooks publish", "{}");
    assert_non_null(strstr(page(books), "\"closed\":true"));
    assert_non_null(strstr(page(books), "\"booked\":false"));
    assert_non_null(strstr(page(books), "\"provisional\":true"));
    assert_int_equal(
        house_int(&books->house, "SELECT COUNT(*) FROM openbooks_figure WHERE figure LIKE '2023.fund.%'"), 0);
    decide_2023(books);
    must_say(books, verify(books, NULL), "2023.fund.");
}

static void test_years_that_are_not_there(void **state)
{
    struct books *books = *state;
    must_say(books, verify(books, NULL), "Nothing was published");
    assert_int_equal(
        house_run(&books->house, &books->accountant, "openbooks publish", "{'year':'1999'}", NULL),
        ERR_NOT_FOUND);
    assert_int_equal(house_int(&books->house, "SELECT COUNT(*) FROM openbooks_publication"), 0);
}

static void test_who_may_publish(void **state)
{
    struct books *books = *state;
    struct session member = session_with(ROLE_MEMBER, 1, 0, NULL),
                   auditor = session_with(ROLE_AUDITOR, 0, 0, NULL);
    live_2023(books);
    assert_int_equal(house_run(&books->house, &member, "openbooks publish", "{}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(&books->house, &auditor, "openbooks publish", "{}", NULL), ERR_FORBIDDEN);
    assert_int_equal(house_run(&books->house, &session_public, "openbooks publish", "{}", NULL), ERR_LOGIN);
}

/* --- tampered with --- */

static void test_a_later_entry(void **state)
{
    struct books *books = *state;
    live_2023(books);
    does(books, &books->accountant, "openbooks publish", "{}");
    post(books, "2023-12-31", "6411", "512", 100);
    must_say(books, verify(books, NULL),
             "2023.use.staff was published as 5000000; from the books it is now 5000100");
    does(books, &books->accountant, "openbooks publish", "{}");
    must(books, verify(books, NULL), "published again");
}

static void test_a_later_spending(void **state)
{
    struct books *books = *state;
    whole_way(books);
    spend(books, "FAMI", "family_travel", 1, 0, "2024-08-01");
    must_say(books, verify(books, books->folder), "2023.fund.FAMI.used");
}

static void test_the_books_are_changed(void **state)
{
    struct books *books = *state;
    whole_way(books);
    house_tamper(&books->house,
                 "UPDATE ledger_total SET debit_cents = debit_cents + 1 WHERE debit_cents = 2000000");
    must_say(books, verify(books, NULL), "2023.use.detention_pay");
}

static void test_a_figure_on_a_page_is_changed(void **state)
{
    struct books *books = *state;
    whole_way(books);
    tamper(books, "fr/2023.html", "value=\"2000000\"", "value=\"2500000\"");
    must_say(books, verify(books, books->folder), "2023.use.detention_pay");
    must(books, write_site(books), "write");
    tamper(books, "en/index.html", "\"5000000\">€50,000<",
           "\"5000000\">€40,000<"); /* only what people read */
    must_say(books, verify(books, books->folder), "2023.use.staff");
    must(books, write_site(books), "write");
    tamper(books, "en/2023.html", "class=\"secret\">hidden<", "class=\"secret\">4<");
    must_say(books, verify(books, books->folder), "2023.people.2024.");
}

static void test_other_files_are_changed(void **state)
{
    struct books *books = *state;
    whole_way(books);
    tamper(books, "data/figures.csv", ";50000.00;", ";50000.01;");
    must_say(books, verify(books, books->folder), "2023.use.staff");
    must(books, write_site(books), "write");
    tamper(books, "data/figures.json", "\"value\": 50000.00", "\"value\": 50000.01");
    must_say(books, verify(books, books->folder), "2023.use.staff");
    must(books, write_site(books), "write");
    tamper(books, "fr/2023.html", "Où va l", "Où est l");
    must_say(books, verify(books, books->folder), "fr/2023.html, line");
    must(books, write_site(books), "write");
    tamper(books, "manifest.json", "\"blake2b\": \"", "\"blake2b\": \"0");
    must_say(books, verify(books, books->folder), "manifest.json, line");
}

static void test_files_are_missing_or_added(void **state)
{
    struct books *books = *state;
    whole_way(books);
    assert_int_equal(unlink(path_of(books, "en/2023.html")), 0);
    must_say(books, verify(books, books->folder), "en/2023.html of the publication is missing");
    must(books, write_site(books), "write");
    write_file(books, "fr/2022.html", "another year");
    must_say(books, verify(books, books->folder), "fr/2022.html is not of this publication");
    must_say(books, verify(books, "/nowhere"), "not a publication");
}

/* --- the folder --- */

static void test_a_folder_of_others_is_left_alone(void **state)
{
    struct books *books = *state;
    whole_way(books);
    write_file(books, "notes.txt", "mine");
    must_say(books, write_site(books), "notes.txt");
    assert_string_equal(read_file(books, "notes.txt"), "mine");
    snprintf(books->folder, sizeof books->folder, "%s/other", books->house.folder);
    assert_int_equal(mkdir(books->folder, 0755), 0);
    must(books, write_site(books), "an empty folder");
    must(books, verify(books, books->folder), "verify");
    snprintf(books->folder, sizeof books->folder, "%s/third", books->house.folder);
    assert_int_equal(mkdir(books->folder, 0755), 0);
    write_file(books, "manifest.json", "{\"format\":\"other\"}");
    must_say(books, write_site(books), "manifest.json");
    write_file(books, "plain", "a file");
    snprintf(books->folder, sizeof books->folder, "%s/third/plain", books->house.folder);
    must_say(books, write_site(books), "not a folder");
    snprintf(books->folder, sizeof books->folder, "/proc/nowhere/site");
    must_say(books, write_site(books), "cannot be written");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WITH_BOOKS(test) cmocka_unit_test_setup_teardown(test, open_books, close_books)
        WITH_BOOKS(test_the_whole_way),
        WITH_BOOKS(test_nobody_is_named_and_small_counts_are_hidden),
        WITH_BOOKS(test_published_twice_is_published_once),
        WITH_BOOKS(test_an_open_year_is_provisional),
        WITH_BOOKS(test_an_allocation_that_is_not_booked_is_provisional),
        WITH_BOOKS(test_years_that_are_not_there),
        WITH_BOOKS(test_who_may_publish),
        WITH_BOOKS(test_a_later_entry),
        WITH_BOOKS(test_a_later_spending),
        WITH_BOOKS(test_the_books_are_changed),
        WITH_BOOKS(test_a_figure_on_a_page_is_changed),
        WITH_BOOKS(test_other_files_are_changed),
        WITH_BOOKS(test_files_are_missing_or_added),
        WITH_BOOKS(test_a_folder_of_others_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
